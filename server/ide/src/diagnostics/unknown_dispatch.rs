//! `unknown-dispatch`: `adapter.dispatch` asks for a macro that nobody implements (spec §10).

use project::facts::Use;
use project::names::Space;

use super::failure::Failure;
use super::templates::CallSite;
use crate::{Diagnostic, Severity, catalog};

pub(super) const CODE: &str = "unknown-dispatch";

pub(super) fn is_about(used: &Use) -> bool {
    used.call.name == "adapter.dispatch"
}

pub(super) fn check(site: &CallSite<'_>) -> Option<Diagnostic> {
    let (cx, call) = (site.cx, &site.used.call);
    let first =
        call.args.first().filter(|arg| arg.keyword.is_none() && is_about(site.used) && call.complete)?;
    if let Some((_, range)) = call.args.iter().filter_map(|arg| arg.keyword.as_ref()).find(|(key, _)| key == "packages") {
        let message = "dbt refuses the argument 'packages': name one package as 'macro_namespace'";
        return Some(Diagnostic::new(CODE, *range, severity(site.failure), message));
    }
    let name = first.value.as_str()?;
    let severity = severity(site.failure);
    if let Some((package, rest)) = name.split_once('.') {
        let message =
            format!("a package is the second argument of dispatch: adapter.dispatch('{rest}', '{package}')");
        return Some(Diagnostic::new(CODE, first.inner_range(), severity, message));
    }
    let has = |space: &str| cx.resolver.packages().any(|package| package.site(Space::Macro, space).is_some());
    // dbt has an implementation of every macro of its own; of an adapter's nobody knows all.
    let dbts = catalog::lookup(&format!("dbt.{name}")).is_some()
        || catalog::is_internal(name)
        || name.contains("__");
    if has(&format!("default__{name}")) || dbts || cx.resolver.uninstalled().next().is_some() {
        return None;
    }
    let ending = format!("__{name}");
    let mut all = cx.resolver.packages().flat_map(|package| package.names(Space::Macro));
    if all.any(|(known, _)| known.ends_with(&ending)) {
        return None;
    }
    let message = format!("nothing implements '{name}': write a macro 'default__{name}'");
    Some(Diagnostic::new(CODE, first.inner_range(), severity, message))
}

fn severity(failure: Failure) -> Severity {
    match failure {
        Failure::Node | Failure::Macro => Severity::Error,
        Failure::Later => Severity::Warning,
        Failure::Perhaps => Severity::Hint,
    }
}
