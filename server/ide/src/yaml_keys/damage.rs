//! Keys are offered while they are half typed: in the middle of each known key of real-looking files the rest of the line
//! is cut off, with all that stands below left as it is.

use syntax::yaml::{Node, parse};

use crate::completion::{CompletionOptions, completion};
use crate::fixture::fixture;

macro_rules! files {
    ($($name:literal),* $(,)?) => {
        [$(($name, include_str!(concat!("../../../syntax/tests/data/yaml/", $name)))),*]
    };
}

fn keys(node: Node<'_>, out: &mut Vec<(String, usize)>) {
    for entry in node.entries().filter(|entry| !entry.merged) {
        // Quotes are a part of the range.
        if entry.key.len() > 2 && usize::from(entry.key_range.len()) == entry.key.len() {
            out.push((entry.key.to_string(), usize::from(entry.key_range.start())));
        }
        keys(entry.value, out);
    }
    node.items().for_each(|item| keys(item, out));
}

/// Whether the key is among what is offered at `$0`.
fn is_offered(text: &str, key: &str) -> bool {
    let mesh = fixture(&format!("//- shop/dbt_project.yml\nname: shop\n//- shop/models/s.yml\n{text}"));
    let offered = completion(&mesh.analysis, mesh.cursor.unwrap(), CompletionOptions::default()).unwrap();
    offered.items.iter().any(|item| item.label == key)
}

#[test]
fn a_key_is_offered_while_it_is_half_typed() {
    let files = files![
        "exposures.yml",
        "flow_style.yml",
        "groups.yml",
        "indentless.yml",
        "macros.yml",
        "models_orders.yml",
        "semantic_models.yml",
        "snapshots.yml",
        "sources_shop.yml",
        "unit_tests.yml",
        "versions.yml",
        "wide_indent.yml",
    ];
    let (mut whole, mut half) = (0, 0);
    let mut lost = Vec::new();
    for (name, text) in files {
        let mut all = Vec::new();
        parse(text).root(text).into_iter().for_each(|root| keys(root, &mut all));
        for (key, start) in all {
            let middle = start + key.len() / 2;
            if !key.is_ascii()
                || text.contains('$')
                || !is_offered(&format!("{}$0{}", &text[..middle], &text[middle..]), &key)
            {
                continue;
            }
            whole += 1;
            let rest = text[middle..].find('\n').map_or("", |end| &text[middle + end..]);
            match is_offered(&format!("{}$0{rest}", &text[..middle]), &key) {
                true => half += 1,
                false => lost.push(format!("{name}: {key} at {start}")),
            }
        }
    }
    assert!(whole > 300, "{whole}");
    assert!(half * 100 >= whole * 97, "{half} of {whole}: {lost:#?}");
}
