//! `unknown-macro`: a template calls what nothing defines (spec §10, §20).

use project::facts::By;
use project::flavor::Flavor;
use text::TextRange;

use super::callee::{Callee, near};
use super::failure::Failure;
use super::templates::CallSite;
use super::wording;
use crate::{Diagnostic, Fix, Severity, SourceChange};

pub(super) const CODE: &str = "unknown-macro";

pub(super) fn check(site: &CallSite<'_>) -> Option<Diagnostic> {
    let (cx, call) = (site.cx, &site.used.call);
    let (package, name) = match call.name.split_once('.') {
        Some((package, name)) => (Some(package), name),
        None => (None, call.name.as_str()),
    };
    let find = |package| near(cx, package, name);
    let (message, near) = match site.callee {
        Callee::Unknown if inline(site) => {
            (format!("dbt does not find '{name}' here: move the macro to a file under macros/"), None)
        }
        Callee::Unknown => {
            let near = find(None);
            let way = match &near {
                Some(near) => wording::did_you_mean(Some(near)),
                None => elsewhere(site, name).unwrap_or_default(),
            };
            (format!("no macro '{name}'{way}"), near)
        }
        Callee::NotIn(package) => {
            let near = find(Some(package));
            let way = wording::did_you_mean(near.as_deref());
            (format!("the package '{package}' has no macro '{name}'{way}"), near)
        }
        Callee::NoPackage(package) => {
            let known = cx.resolver.packages().map(project::Package::name).chain(["dbt"]);
            let way = wording::did_you_mean(text::suggest(package, known));
            (format!("no package '{package}' is installed here{way}"), None)
        }
        Callee::Macro(_) | Callee::Other => return None,
    };
    let start = call.name_range.end() - text::size(name.len());
    let written = usize::from(call.name_range.len()) == call.name.len();
    let range = if written { TextRange::new(start, call.name_range.end()) } else { call.name_range };
    let fix = near.filter(|_| written).map(|near| Fix {
        title: format!("Change to '{near}'"),
        preferred: false,
        change: SourceChange::edit(cx.file, range, near),
    });
    let marked = if matches!(site.callee, Callee::NoPackage(_)) { call.name_range } else { range };
    Some(Diagnostic::new(CODE, marked, severity(site, package.is_some()), message).fix(fix))
}

/// dbt v1 calls nothing while it parses a node, and fails when it compiles it; in a macro that runs it fails at once.
/// v2 looks at once, but not into packages.
fn severity(site: &CallSite<'_>, qualified: bool) -> Severity {
    let v2 = site.cx.flavor() == Flavor::V2;
    match site.failure {
        Failure::Node if v2 && !qualified && !inline(site) && site.used.by != By::Hook => Severity::Error,
        Failure::Macro if !(v2 && qualified) => Severity::Error,
        Failure::Node | Failure::Macro | Failure::Later => Severity::Warning,
        Failure::Perhaps => Severity::Hint,
    }
}

/// Whether the file itself has a macro of that name, where dbt does not look for macros.
fn inline(site: &CallSite<'_>) -> bool {
    site.cx.facts.defs.iter().any(|def| def.name == site.used.call.name)
}

/// Another package that has it.
fn elsewhere(site: &CallSite<'_>, name: &str) -> Option<String> {
    let mut packages = site.cx.resolver.packages();
    let package = packages.find(|package| package.site(project::names::Space::Macro, name).is_some())?;
    Some(format!(" here; write '{}.{name}'", package.name()))
}
