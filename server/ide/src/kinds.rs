//! Every kind of name that a dbt project can use, at every place where it is written: what completes it, where it
//! leads, what hovering shows and what a wrong one is called. The table of it is `docs/kinds.md`, and is kept true here.

mod places;

use std::fmt::Write;

use expect_test::expect_file;

use self::places::{PLACES, Row, SHOP};
use crate::completion::{CompletionOptions, completion};
use crate::definition::definition;
use crate::fixture::{Fixture, fixture};
use crate::hover::hover;
use crate::{Depth, Place, Severity, diagnostics};

/// A name that nothing has.
const WRONG: &str = "zqx_nothing";

/// The row's file with something else in place of its name, and the cursor where it says.
fn with(row: &Row, name: &str) -> Fixture {
    let (before, rest) = row.text.split_once('«').unwrap();
    let (_, after) = rest.split_once('»').unwrap();
    fixture(&format!("{}//- {}\n{before}{name}{after}\n", without(row.at), row.at))
}

/// The mesh but for one of its files.
fn without(path: &str) -> String {
    let header = format!("//- {path}\n");
    let Some((before, rest)) = SHOP.split_once(&header) else { return SHOP.to_owned() };
    let after = rest.find("//- ").map_or("", |at| &rest[at..]);
    format!("{before}{after}")
}

fn name(row: &Row) -> &'static str {
    row.text.split_once('«').unwrap().1.split_once('»').unwrap().0
}

/// Whether the name is proposed: before anything of it is written, unless it is a key with its colon; behind its first
/// letter; and in front of it as it stands.
fn completes(row: &Row) -> bool {
    let name = name(row);
    let options = CompletionOptions { snippets: false, edits_elsewhere: true, by_blank: false };
    let first: String = name.chars().take(1).collect();
    let is_key = row.text.contains("»:");
    let typed = [Some(format!("{first}$0")), (!is_key).then(|| "$0".to_owned()), Some(format!("$0{name}"))];
    typed.iter().flatten().all(|typed| {
        let mesh = with(row, typed);
        let found = completion(&mesh.analysis, mesh.cursor.unwrap(), options).unwrap();
        let wanted = row.label.unwrap_or(name);
        found.items.iter().any(|item| item.label.trim_end_matches('=') == wanted)
    })
}

fn middle(row: &Row) -> Fixture {
    let name = name(row);
    let half = name.char_indices().nth(name.chars().count() / 2).map_or(0, |(at, _)| at);
    with(row, &format!("{}$0{}", &name[..half], &name[half..]))
}

fn leads(row: &Row) -> bool {
    let mesh = middle(row);
    let Some(found) = definition(&mesh.analysis, mesh.cursor.unwrap()).unwrap() else { return false };
    found.targets.iter().any(|target| match &target.place {
        Place::File { file, .. } => mesh.analysis.mesh.path(*file).unwrap() == format!("/w/{}", row.to),
        Place::Path(path) => path.to_string_lossy().contains(row.to),
        _ => target.label.contains(row.to),
    })
}

fn shown(row: &Row) -> String {
    let mesh = middle(row);
    hover(&mesh.analysis, mesh.cursor.unwrap()).unwrap().map_or_else(String::new, |hover| hover.markdown)
}

fn findings(row: &Row, name: &str) -> Vec<(&'static str, Severity, String)> {
    let mesh = with(row, &format!("{name}$0"));
    let found = diagnostics(&mesh.analysis, mesh.cursor.unwrap().file, Depth::Full).unwrap();
    found.into_iter().map(|found| (found.code, found.severity, found.message)).collect()
}

fn cell(applies: bool, works: impl FnOnce() -> bool) -> &'static str {
    match applies {
        true if works() => "yes",
        true => "**no**",
        false => "–",
    }
}

#[test]
fn every_name_at_every_place() {
    let mut table = String::new();
    let mut kind = "";
    let mut problems = Vec::new();
    for row in PLACES {
        let right = findings(row, name(row));
        let wrong = findings(row, if name(row).parse::<u32>().is_ok() { "97" } else { WRONG });
        // The mesh around has variables in its dbt_project.yml, and dbt takes them from one of the two.
        let is_clash = |code: &str| row.at.ends_with("vars.yml") && code == "invalid-project";
        let errors =
            right.iter().filter(|(code, severity, _)| *severity == Severity::Error && !is_clash(code));
        problems.extend(
            errors
                .map(|(code, _, why)| format!("{}, {}: {code} of a right name: {why}", row.kind, row.place)),
        );
        let finding = match row.code {
            "" => "–".to_owned(),
            code if wrong.iter().any(|(found, ..)| *found == code)
                && !right.iter().any(|(found, ..)| *found == code) =>
            {
                format!("[{code}](diagnostics/{code}.md)")
            }
            code => {
                problems.push(format!("{}, {}: no {code}, but {wrong:?} and {right:?}", row.kind, row.place));
                "**no**".to_owned()
            }
        };
        let shown = shown(row);
        writeln!(
            table,
            "| {} | {} | {} | {} | {} | {finding} |",
            if row.kind == kind { "" } else { row.kind },
            row.place,
            cell(row.completes, || completes(row)),
            cell(!row.to.is_empty(), || leads(row)),
            cell(!row.shows.is_empty(), || shown.contains(row.shows)),
        )
        .unwrap();
        kind = row.kind;
    }
    let page = include_str!("kinds/page.md").replace("{{table}}\n", &table);
    expect_file!["../../../docs/kinds.md"].assert_eq(&page);
    assert!(problems.is_empty(), "{problems:#?}");
}

/// Lines as they are while somebody types above or below.
const DAMAGE: [(&str, &str); 8] = [
    ("partial key", "descr"),
    ("partial item", "- na"),
    ("empty item", "- "),
    ("empty key", "config:"),
    ("unclosed quote", "description: \"some text"),
    ("unclosed Jinja", "description: \"{{ doc('x"),
    ("unclosed list", "tags: [one, two"),
    ("unclosed mapping", "meta: {a: b, "),
];

/// The share of places in YAML, in percent, where a name is still proposed with a half-typed line somewhere else in the
/// file.
#[test]
fn names_in_yaml_are_completed_beside_half_typed_lines() {
    let options = CompletionOptions { snippets: false, edits_elsewhere: true, by_blank: false };
    let rows: Vec<&Row> =
        PLACES.iter().filter(|row| row.at.ends_with(".yml") && row.completes && completes(row)).collect();
    let mut too_low = Vec::new();
    for (kind, damage) in DAMAGE {
        let (mut asked, mut kept, mut lost) = (0, 0, Vec::new());
        for row in &rows {
            let first: String = name(row).chars().take(1).collect();
            let (before, rest) = row.text.split_once('«').unwrap();
            let text = format!("{before}{first}$0{}", rest.split_once('»').unwrap().1);
            let lines: Vec<&str> = text.lines().collect();
            // Behind each line but the last, indented like the next.
            for at in 1..lines.len() {
                let indent = &lines[at][..lines[at].len() - lines[at].trim_start_matches(' ').len()];
                let damaged = format!("{indent}{damage}");
                let mut with: Vec<&str> = lines.clone();
                with.insert(at, &damaged);
                let mesh = fixture(&format!("{}//- {}\n{}\n", without(row.at), row.at, with.join("\n")));
                let found = completion(&mesh.analysis, mesh.cursor.unwrap(), options).unwrap();
                asked += 1;
                let wanted = row.label.unwrap_or(name(row));
                if found.items.iter().any(|item| item.label.trim_end_matches('=') == wanted) {
                    kept += 1;
                } else {
                    lost.push(format!("{} at line {at}", row.place));
                }
            }
        }
        let share = 100.0 * f64::from(kept) / f64::from(asked);
        println!("{kind:16} {share:5.1} % of {asked}: {lost:?}");
        if share < LEAST {
            too_low.push((kind, share));
        }
    }
    assert!(too_low.is_empty(), "{too_low:?}");
}

/// A half-typed line may cost its own element, of which the name may be a part.
const LEAST: f64 = 70.0;
