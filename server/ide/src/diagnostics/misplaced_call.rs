//! `misplaced-call`: `ref` or `source` in a text that dbt renders without them (spec §3).

use project::facts::{By, Section};
use project::node::Tri;
use project::refs::{Lookup, lookup};
use syntax::calls::Reach;

use super::FileCx;
use crate::{Diagnostic, Severity};

pub(super) const CODE: &str = "misplaced-call";

/// In descriptions, `meta` and `docs` of a properties file.
pub(super) fn check(cx: &FileCx<'_>, out: &mut Vec<Diagnostic>) {
    for used in cx.facts.uses.iter().filter(|used| used.call.reach == Reach::Always && used.call.complete) {
        let By::Text(at) = used.by else { continue };
        if matches!(lookup(&used.call.name), Lookup::Ref | Lookup::Source) && is_rendered(cx, at) {
            let name = &used.call.name;
            let message = format!("{name}() is not known here: descriptions are rendered without it");
            out.push(Diagnostic::new(CODE, used.call.name_range, Severity::Error, message));
        }
    }
}

/// Whether dbt surely renders the texts of an entry: those of a model that is built, and of sources.
fn is_rendered(cx: &FileCx<'_>, at: u32) -> bool {
    let Some(entry) = cx.facts.entries.get(at as usize) else { return false };
    let mesh = &cx.analysis.mesh;
    let node = match entry.section {
        Section::Models => mesh.model(cx.package, &entry.name),
        Section::Tables => mesh.table(cx.package, &entry.index_name(cx.facts)),
        _ => None,
    };
    node.is_some_and(|node| mesh.enabled(&node) == Tri::Yes)
}

#[cfg(test)]
mod tests {
    use expect_test::expect;

    use crate::diagnostics::tests::check;

    #[test]
    fn in_descriptions() {
        check(
            "
//- shop/dbt_project.yml
name: shop
//- shop/models/a.sql
select 1
//- shop/models/off.sql
{{ config(enabled=false) }} select 1
//- shop/models/_models.yml
models:
  - name: a
    description: \"see {{ ref('a') }} and {{ doc('x') }}\"
    config:
      meta: {from: \"{{ source('raw', 't') }}\"}
  - name: off
    description: \"see {{ ref('a') }}\"
",
            expect![[r#"
                error[misplaced-call]: ref() is not known here: descriptions are rendered without it
                 --> shop/models/_models.yml:3:26
                  |
                3 |     description: "see {{ ref('a') }} and {{ doc('x') }}"
                  |                          ^^^
                error[unknown-source]: no source 'raw': declare it under 'sources:' in a properties file
                 --> shop/models/_models.yml:5:32
                  |
                5 |       meta: {from: "{{ source('raw', 't') }}"}
                  |                                ^^^
            "#]],
        );
    }
}
