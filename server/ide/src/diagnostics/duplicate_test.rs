//! `duplicate-test`: the same generic test twice on a model, table or column (spec §8).

use project::facts::DataTest;
use project::flavor::Flavor;
use rustc_hash::FxHashMap;

use super::definitions::EntrySite;
use super::unmatched_entry;
use crate::{Diagnostic, Severity};

pub(super) const CODE: &str = "duplicate-test";

pub(super) fn check(site: &EntrySite<'_>, out: &mut Vec<Diagnostic>) {
    let (cx, entry) = (site.cx, site.entry);
    let v2 = cx.flavor() == Flavor::V2;
    if entry.tests.len() < 2 || v2 && !unmatched_entry::is_used(site) {
        return;
    }
    let mut seen: FxHashMap<(&str, &str), &DataTest> = FxHashMap::default();
    for test in entry.tests.iter().filter(|test| !test.switched) {
        let Some(first) = seen.insert((&test.name, &test.apart), test) else { continue };
        // dbt v2 lets the last of two columns of a name win.
        if v2 && in_two_columns(site, test) {
            continue;
        }
        let message = format!("the test '{}' is listed twice: remove one, or give it a 'name'", test.shown());
        let found = Diagnostic::new(CODE, test.range, Severity::Error, message);
        out.push(found.related(Some(cx.here(first.range)), "the other one"));
    }
}

fn in_two_columns(site: &EntrySite<'_>, test: &DataTest) -> bool {
    let Some(column) = &test.column else { return false };
    site.entry.columns.iter().filter(|known| known.name == *column).count() > 1
}
