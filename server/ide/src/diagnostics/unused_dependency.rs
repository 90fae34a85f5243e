//! `unused-dependency`: a declared upstream that no call of the project reads.

use project::names::Space;
use project::refs::{Lookup, lookup};
use project::resolve::{Resolution, Via};
use rustc_hash::FxHashSet;
use smol_str::SmolStr;
use syntax::calls::{Arg, Call, Lit};

use super::FileCx;
use super::dependencies::DepSite;
use crate::{Diagnostic, Severity, Tag};

pub(super) const CODE: &str = "unused-dependency";

pub(super) fn check(sites: &[DepSite<'_>], out: &mut Vec<Diagnostic>) {
    let Some(cx) = sites.first().map(|site| site.cx) else { return };
    let Some(used) = used(cx) else { return };
    for site in sites.iter().filter(|site| !used.contains(&site.dep.name)) {
        // What is still being read may yet turn out to be what a one-argument ref means.
        if site.upstream().is_none_or(|upstream| upstream.supply.is_none()) {
            continue;
        }
        let message = format!(
            "nothing in this project refers to '{}': remove the entry if nothing will",
            site.dep.name
        );
        out.push(
            Diagnostic::new(CODE, site.dep.name_range, Severity::Hint, message)
                .tag(Tag::Unused)
                .fix(site.remove()),
        );
    }
}

/// The projects that calls name or find; `None` when a call may name any of them.
pub(super) fn used(cx: &FileCx<'_>) -> Option<FxHashSet<SmolStr>> {
    let mesh = &cx.analysis.mesh;
    let mut used = FxHashSet::default();
    let mut alone: FxHashSet<SmolStr> = FxHashSet::default();
    for package in cx.resolver.packages() {
        for file in package.files() {
            let calls = mesh.facts(file).into_iter().flat_map(|facts| &facts.uses).map(|used| &used.call);
            for call in calls.filter(|call| lookup(&call.name) == Lookup::Ref) {
                match positional(call)?.as_slice() {
                    [package, _] => used.extend(strings(package)?),
                    [name] => alone.extend(strings(name).unwrap_or_default()),
                    _ => {}
                }
            }
        }
    }
    // Names of the project's own are found there.
    alone.retain(|name| cx.project.site(Space::Model, name).is_none());
    for name in alone {
        if let Resolution::Found { via: Via::Upstream { name, .. }, .. } =
            cx.resolver.reference(None, &name, None)
        {
            used.insert(name);
        }
    }
    Some(used)
}

/// The positional arguments; `None` when their number is not known.
fn positional(call: &Call) -> Option<Vec<&Arg>> {
    let known = call.args.iter().all(|arg| !arg.splat);
    known.then(|| call.args.iter().filter(|arg| arg.keyword.is_none()).collect())
}

/// Every text an argument can be; `None` when it is not known.
fn strings(arg: &Arg) -> Option<Vec<SmolStr>> {
    let possible = arg.value.possible();
    (!possible.is_empty()).then(|| {
        possible
            .iter()
            .filter_map(|lit| match lit {
                Lit::Str(text) => Some(text.clone()),
                _ => None,
            })
            .collect()
    })
}

#[cfg(test)]
mod tests {
    use expect_test::expect;

    use crate::diagnostics::tests::{PLATFORM, check, check_fix};

    fn finance(model: &str) -> String {
        format!(
            "//- finance/dbt_project.yml\nname: finance\n//- finance/models/report.sql\n{model}\n\
             //- finance/dependencies.yml\n$0projects:\n  - name: platform\n{PLATFORM}"
        )
    }

    #[test]
    fn nothing_refers_to_it() {
        check(
            &finance("select 1"),
            expect![[r#"
            hint[unused-dependency]: nothing in this project refers to 'platform': remove the entry if nothing will
             --> finance/dependencies.yml:2:11
              |
            2 |   - name: platform
              |           ^^^^^^^^ unused
              |
              = fix: Remove 'platform'
        "#]],
        );
        check_fix(
            &finance("select 1"),
            "Remove",
            expect![[r#"
                (empty)
            "#]],
        );
    }

    #[test]
    fn with_one_argument_with_two_and_perhaps() {
        check(
            &finance("select * from {{ ref('platform', 'nothing') }}"),
            expect![[r#"
            nothing
        "#]],
        );
        check(
            &finance("select * from {{ ref('orders') }}"),
            expect![[r#"
            nothing
        "#]],
        );
        check(
            &finance("select * from {{ ref(var('project'), 'orders') }}"),
            expect![[r#"
            nothing
        "#]],
        );
        check(
            &finance("{% for p in ['platform'] %}{{ ref(p, 'orders') }}{% endfor %}"),
            expect![[r#"
            nothing
        "#]],
        );
    }
}
