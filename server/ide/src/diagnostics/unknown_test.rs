//! `unknown-test`: a generic test that no macro stands for (spec §10).

use project::flavor::Flavor;
use project::names::Space;
use smol_str::format_smolstr;

use super::definitions::EntrySite;
use super::{unmatched_entry, wording};
use crate::{Diagnostic, Fix, Severity, SourceChange};

pub(super) const CODE: &str = "unknown-test";

/// The tests that dbt brings along.
const BUILT_IN: [&str; 4] = ["unique", "not_null", "accepted_values", "relationships"];

pub(super) fn check(site: &EntrySite<'_>, out: &mut Vec<Diagnostic>) {
    let (cx, entry) = (site.cx, site.entry);
    // dbt v1 finds out when it compiles the test.
    let severity = match cx.flavor() {
        Flavor::V1 => Severity::Warning,
        Flavor::V2 => Severity::Error,
    };
    for test in &entry.tests {
        let name = test.name.as_str();
        if BUILT_IN.contains(&name) || name.contains("{{") || is_known(site, name) {
            continue;
        }
        if cx.flavor() == Flavor::V2 && !unmatched_entry::is_used(site) {
            return;
        }
        let near = if name.contains('.') || !cx.may_guess() { None } else { near(site, name) };
        let message = match &near {
            Some(near) => format!("no generic test '{name}'{}", wording::did_you_mean(Some(near))),
            None => format!("no generic test '{name}': define the macro 'test_{name}', or name its package"),
        };
        let fix = near.map(|near| Fix {
            title: format!("Change to '{near}'"),
            preferred: false,
            change: SourceChange::edit(cx.file, test.range, near),
        });
        out.push(Diagnostic::new(CODE, test.range, severity, message).fix(fix));
    }
}

/// In doubt it is.
fn is_known(site: &EntrySite<'_>, name: &str) -> bool {
    let cx = site.cx;
    match name.split_once('.') {
        Some((wanted, test)) => {
            let name = format_smolstr!("test_{test}");
            let mut packages = cx.resolver.packages().filter(|package| package.name() == wanted);
            // dbt v2 is silent about these.
            cx.flavor() == Flavor::V2
                || packages.next().is_none_or(|package| package.site(Space::Macro, &name).is_some())
        }
        None => {
            // dbt reads it as far as it is a word.
            let end = name.find(|c: char| !c.is_alphanumeric() && c != '_').unwrap_or(name.len());
            let name = format_smolstr!("test_{}", &name[..end]);
            cx.resolver.packages().any(|package| package.site(Space::Macro, &name).is_some())
        }
    }
}

fn near(site: &EntrySite<'_>, name: &str) -> Option<String> {
    let own = [site.cx.package, site.cx.project];
    let names = own.iter().flat_map(|package| package.names(Space::Macro));
    let tests = names.filter_map(|(name, _)| name.strip_prefix("test_")).chain(BUILT_IN);
    text::suggest(name, tests).map(str::to_owned)
}
