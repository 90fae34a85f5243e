//! `test-arguments`: moves arguments of a generic test below `arguments:`, its configs below `config:`.

use project::facts::{is_test_argument, is_test_config};

use super::Cx;
use crate::diagnostics::TEST_ARGUMENTS;
use crate::yaml_edit::{Doc, Nest};
use crate::{Fix, SourceChange};

pub(super) fn repair(cx: &Cx<'_>) -> Option<Fix> {
    // dbt before 1.10 has no `arguments`.
    if cx.found.code != TEST_ARGUMENTS || cx.file.project.config.admits_before(10) {
        return None;
    }
    let doc = Doc::new(cx.file.file, cx.files.text(cx.file.file)?)?;
    let mapping = doc.mapping_with(cx.found.range)?;
    let first = mapping.entries().find(|entry| entry.key_range.contains_range(cx.found.range))?;
    let (under, belongs): (_, fn(&str) -> bool) = match is_test_config(&first.key) {
        true => ("config", is_test_config),
        false => ("arguments", is_test_argument),
    };
    let there = mapping.get(under);
    let is_new = |key: &str| there.is_none_or(|there| there.entry(key).is_none());
    let keys: Vec<_> = mapping.entries().filter(|entry| belongs(&entry.key)).collect();
    if keys.iter().any(|key| !is_new(&key.key)) {
        return None;
    }
    let edits = doc.checked(doc.nest(&Nest { mapping, keys, under })?)?;
    let change = SourceChange { edits: vec![(doc.file, edits)], ..SourceChange::default() };
    Some(Fix { title: format!("Move below '{under}'"), preferred: true, change })
}
