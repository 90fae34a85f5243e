//! A node's facts as Markdown: title, facts, versions, relation, text, columns, tests, origin.

use crate::describe::{ColumnLine, Description, Summary, deprecated};

/// Columns beyond this are counted, not shown, where space is short.
pub(crate) const MAX_COLUMNS: usize = 40;
/// Tests beyond this are counted, not shown.
const MAX_TESTS: usize = 20;

/// The Markdown of a node. `today` as `YYYY-MM-DD`.
pub(crate) fn node(of: &Description, today: &str, max_columns: usize) -> String {
    let mut parts = vec![title(&of.summary)];
    let facts = facts(of, today);
    if !facts.is_empty() {
        parts.push(facts.join(" · "));
    }
    if !of.versions.is_empty() {
        let lines: Vec<String> = of.versions.iter().map(|version| version.shown(today)).collect();
        parts.push(format!("Versions: {}", lines.join(", ")));
    }
    parts.extend(of.relation.as_ref().map(|relation| code(relation)));
    parts
        .extend(of.summary.text.as_deref().map(str::trim).filter(|text| !text.is_empty()).map(str::to_owned));
    if !of.columns.is_empty() {
        parts.push(columns(&of.columns, max_columns));
    }
    if !of.tests.is_empty() {
        let tests: Vec<&str> = of.tests.iter().take(MAX_TESTS).map(|test| test.as_str()).collect();
        let more = match of.tests.len().saturating_sub(MAX_TESTS) {
            0 => String::new(),
            more => format!(" and {more} more"),
        };
        parts.push(format!("Tests: {}{more}", tests.join(", ")));
    }
    if !of.origin.is_empty() {
        parts.push(format!("*{}*", of.origin));
    }
    parts.join("\n\n")
}

fn title(of: &Summary) -> String {
    let version = of.version.as_ref().map(|version| format!(" v{version}")).unwrap_or_default();
    format!("**{}.{}{version}** · {}", of.project, of.name, of.kind.replace('_', " "))
}

fn facts(of: &Description, today: &str) -> Vec<String> {
    let summary = &of.summary;
    let mut facts: Vec<String> = Vec::new();
    facts.extend(summary.access.map(|access| access.as_str().to_owned()));
    facts.extend(summary.group.as_ref().map(|group| match &of.group_owner {
        Some(owner) => format!("group {group} ({owner})"),
        None => format!("group {group}"),
    }));
    facts.extend(of.owner.as_ref().map(|owner| format!("owner {owner}")));
    facts.extend(summary.materialized.as_ref().filter(|word| *word != summary.kind).map(ToString::to_string));
    if of.contract {
        facts.push("contract enforced".to_owned());
    }
    if !of.enabled {
        facts.push("disabled".to_owned());
    }
    if of.versions.is_empty() {
        facts.extend(summary.deprecation.as_deref().map(|date| deprecated(date, today)));
    }
    facts
}

fn columns(columns: &[ColumnLine], max: usize) -> String {
    let mut out = String::from("| column | type | description |\n|---|---|---|");
    for column in columns.iter().take(max) {
        let kind = column.data_type.as_deref().unwrap_or("");
        let text = column.text.as_deref().unwrap_or("");
        out.push_str(&format!("\n| {} | {} | {} |", cell(&column.name), cell(kind), cell(text)));
    }
    if columns.len() > max {
        out.push_str(&format!("\n\n… and {} more columns", columns.len() - max));
    }
    out
}

/// A table's cell: one line, no bars.
fn cell(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ").replace('|', "\\|")
}

/// Inline code, for text that may hold backticks itself (BigQuery's relation names do).
fn code(text: &str) -> String {
    format!("`{}`", text.replace('`', ""))
}
