//! What is proposed where, as people see it: one line for each proposal.
//!
//! `label | label detail | label description | detail | insert | replaced text`, then what else it changes;
//! `~` marks what is deprecated.

mod columns;
mod dependencies;
mod first;
mod half_typed;
mod other;
mod places;
mod second;
mod versions;

use expect_test::Expect;

use crate::completion::{CompletionOptions, completion, completion_docs};
use crate::fixture::{Fixture, fixture};
use crate::{Completion, Completions};

/// A producer, known from its manifest, and a consumer that has declared it.
const SHOP: &str = r#"
//- shop/dbt_project.yml
name: shop
//- shop @manifest platform
model orders public v=1 latest=2 deprecated=2026-01-31 "Old orders."
model orders public v=2 latest=2 group=sales "One row per order."
model orders public v=3 latest=2 "Orders to come."
model customers public "All customers."
model secret private group=sales
model internal protected
seed country_codes
//- shop/dependencies.yml
projects:
  - name: platform
//- shop/models/marts/revenue.sql
select 1
//- shop/models/staging/stg_orders.sql
{{ config(materialized='table') }} select 1
//- shop/models/schema.yml
models:
  - name: revenue
    description: Revenue by day.
    access: public
"#;

const ALL: CompletionOptions = CompletionOptions { snippets: true, edits_elsewhere: true, by_blank: false };

/// Everything proposed at the cursor of `SHOP` and `more`.
fn check(more: &str, expect: Expect) {
    check_in(&format!("{SHOP}{more}"), ALL, &expect);
}

/// Everything proposed at the cursor of a new model of `SHOP`.
fn in_sql(code: &str, expect: Expect) {
    check(&format!("//- shop/models/marts/new.sql\n{code}\n"), expect);
}

/// Everything proposed at the cursor of a mesh of its own.
fn check_in(source: &str, options: CompletionOptions, expect: &Expect) {
    let mesh = fixture(source);
    expect.assert_eq(&shown(&mesh, &proposed(&mesh, options)));
}

fn proposed(mesh: &Fixture, options: CompletionOptions) -> Completions {
    let completions = completion(&mesh.analysis, mesh.cursor.unwrap(), options).unwrap();
    for item in &completions.items {
        if let Some(key) = &item.docs {
            let docs = completion_docs(&mesh.analysis, key).unwrap();
            assert!(docs.is_some_and(|docs| !docs.is_empty()), "no documentation for {key:?}");
        }
    }
    completions
}

/// The text of the cursor's file after the proposal `label` is chosen.
fn chosen(source: &str, label: &str) -> String {
    let mesh = fixture(source);
    let completions = proposed(&mesh, CompletionOptions::default());
    let Some(item) = completions.items.iter().find(|item| item.label == label) else {
        return format!("'{label}' is not proposed in {source}");
    };
    let text = &mesh.texts[&mesh.cursor.unwrap().file];
    let edit = text::TextEdit::replace(item.replace, item.insert.clone());
    text::apply_edits(text, &[edit]).unwrap()
}

/// A new model of `SHOP`, before and after the proposal `label` is chosen.
fn assert_chosen(label: &str, cases: &[(&str, &str)]) {
    for (before, after) in cases {
        let source = format!("{SHOP}//- shop/models/marts/new.sql\n{before}\n");
        assert_eq!(chosen(&source, label), format!("{after}\n"), "{before}");
    }
}

fn shown(mesh: &Fixture, completions: &Completions) -> String {
    let mut out: String = completions.items.iter().map(|item| line(mesh, item)).collect();
    if completions.incomplete {
        out.push_str("(incomplete)\n");
    }
    out
}

fn line(mesh: &Fixture, item: &Completion) -> String {
    let text = &mesh.texts[&mesh.cursor.unwrap().file];
    let mark = if item.deprecated { "~" } else { "" };
    let parts = [
        Some(item.label.as_str()),
        item.label_detail.as_deref(),
        item.label_description.as_deref(),
        item.detail.as_deref(),
        Some(&item.insert),
        Some(&text[item.replace]),
    ];
    let shown = |part: Option<&str>| match part {
        None => "-".to_owned(),
        Some("") => "∅".to_owned(),
        Some(part) => part.trim().replace('\n', "⏎"),
    };
    let mut out = format!("{mark}{}\n", parts.map(shown).join(" | "));
    for (file, edits) in &item.additional.edits {
        let after = text::apply_edits(&mesh.texts[file], edits).unwrap();
        out.push_str(&format!("    {} becomes {after:?}\n", mesh.analysis.mesh.path(*file).unwrap()));
    }
    for (path, text) in &item.additional.create {
        out.push_str(&format!("    new {path}: {text:?}\n"));
    }
    out
}
