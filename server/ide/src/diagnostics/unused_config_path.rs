//! `unused-config-path`: a level of dbt_project.yml that no node is below (spec §13).

use project::layout::FileKind;
use project::names::Space;
use project::{NodeRef, Package};
use smol_str::SmolStr;

use super::{FileCx, wording};
use crate::{Cancellable, Diagnostic, Severity};

pub(super) const CODE: &str = "unused-config-path";

/// Looks at every node of the trees that are judged: for a pause in typing.
pub(super) fn check(cx: &FileCx<'_>, out: &mut Vec<Diagnostic>) -> Cancellable<()> {
    let paths = &cx.facts.config_paths;
    if cx.entry.kind != FileKind::ProjectFile || paths.is_empty() || !cx.facts.errors.is_empty() {
        return Ok(());
    }
    for tree in ["models", "seeds", "snapshots"] {
        let of_tree: Vec<_> = paths.iter().filter(|path| path.tree == tree).collect();
        if of_tree.is_empty() {
            continue;
        }
        let mut names = Vec::new();
        for package in cx.resolver.packages() {
            cx.analysis.check()?;
            nodes(cx, package, tree, |node| names.push(cx.analysis.mesh.fqn(node)));
        }
        for path in of_tree {
            if names.iter().any(|name: &Vec<SmolStr>| name.starts_with(&path.path))
                || is_missing(cx, &path.path)
            {
                continue;
            }
            let shown = std::iter::once(&path.tree).chain(path.path.iter()).map(SmolStr::as_str);
            let near = path.path.split_last().and_then(|(last, above)| {
                let beside = names.iter().filter(|name| name.starts_with(above));
                text::suggest(last, beside.filter_map(|name| name.get(above.len())).map(SmolStr::as_str))
            });
            let shown: Vec<&str> = shown.collect();
            let message = format!(
                "nothing is below '{}', so this has no effect{}",
                shown.join("."),
                wording::did_you_mean(near)
            );
            out.push(Diagnostic::new(CODE, path.range, Severity::Warning, message));
        }
    }
    Ok(())
}

/// A package that may be installed yet.
fn is_missing(cx: &FileCx<'_>, path: &[SmolStr]) -> bool {
    let Some(first) = path.first() else { return false };
    let known = cx.resolver.packages().any(|package| package.name() == first);
    let wants = |name: &str| {
        let facts = cx.project.file(name).and_then(|file| cx.analysis.mesh.facts(file));
        facts.and_then(|facts| facts.dependencies.as_deref()).is_some_and(|facts| !facts.packages.is_empty())
    };
    !known && (wants("packages.yml") || wants("dependencies.yml"))
}

/// The nodes of a package that a tree is for, disabled ones too.
pub(super) fn nodes(cx: &FileCx<'_>, package: &Package, tree: &str, mut each: impl FnMut(&NodeRef)) {
    let mesh = &cx.analysis.mesh;
    if tree == "snapshots" {
        let all = package.names(Space::Snapshot).filter_map(|(name, _)| mesh.snapshot(package, name));
        return all.for_each(|node| each(&node));
    }
    let fits = |kind: FileKind| match tree {
        "models" => matches!(kind, FileKind::Model | FileKind::PythonModel),
        _ => kind == FileKind::Seed,
    };
    let files = package.files().filter(|file| mesh.file(*file).is_some_and(|entry| fits(entry.kind)));
    files.filter_map(|file| mesh.node_of_file(file)).for_each(|node| each(&node));
}

#[cfg(test)]
mod tests {
    use expect_test::expect;

    use crate::diagnostics::tests::check;

    #[test]
    fn folders_nodes_and_packages() {
        check(
            "
//- shop/dbt_project.yml
name: shop
models:
  +tags: a
  shop:
    staging:
      +enabled: false
      orders: {+tags: b}
      items: {+tags: c}
    stagin: {+tags: d}
    m: {v1: {+tags: e}, v2: {+tags: f}}
    empty: {}
    meta_only: {deeper: {+tags: g}}
  utils: {+tags: h}
  other: {+tags: i}
seeds:
  shop: {+quote_columns: true}
snapshots:
  shop:
    history: {orders_history: {+tags: j}}
//- shop/dbt_packages/utils/dbt_project.yml
name: utils
//- shop/dbt_packages/utils/models/dates.sql
select 1
//- shop/models/staging/orders.sql
select 1
//- shop/models/m_v1.sql
select 1
//- shop/models/_m.yml
models: [{name: m, versions: [{v: 1}]}]
//- shop/snapshots/history.sql
{% snapshot orders_history %} select 1 {% endsnapshot %}
",
            expect![[r#"
                warning[unused-config-path]: nothing is below 'models.shop.staging.items', so this has no effect
                 --> shop/dbt_project.yml:8:7
                  |
                8 |       items: {+tags: c}
                  |       ^^^^^
                warning[unused-config-path]: nothing is below 'models.shop.stagin', so this has no effect; did you mean 'staging'?
                 --> shop/dbt_project.yml:9:5
                  |
                9 |     stagin: {+tags: d}
                  |     ^^^^^^
                warning[unused-config-path]: nothing is below 'models.shop.m.v2', so this has no effect; did you mean 'v1'?
                  --> shop/dbt_project.yml:10:25
                   |
                10 |     m: {v1: {+tags: e}, v2: {+tags: f}}
                   |                         ^^
                warning[unused-config-path]: nothing is below 'models.shop.meta_only.deeper', so this has no effect
                  --> shop/dbt_project.yml:12:17
                   |
                12 |     meta_only: {deeper: {+tags: g}}
                   |                 ^^^^^^
                warning[unused-config-path]: nothing is below 'models.other', so this has no effect
                  --> shop/dbt_project.yml:14:3
                   |
                14 |   other: {+tags: i}
                   |   ^^^^^
                warning[unused-config-path]: nothing is below 'seeds.shop', so this has no effect
                  --> shop/dbt_project.yml:16:3
                   |
                16 |   shop: {+quote_columns: true}
                   |   ^^^^
                error[invalid-snapshot]: the snapshot 'orders_history' needs the config 'strategy' and 'unique_key'
                 --> shop/snapshots/history.sql:1:13
                  |
                1 | {% snapshot orders_history %} select 1 {% endsnapshot %}
                  |             ^^^^^^^^^^^^^^
            "#]],
        );
    }

    #[test]
    fn a_package_may_be_installed_yet() {
        check(
            "
//- shop/dbt_project.yml
$0name: shop
models:
  utils: {+tags: h}
//- shop/packages.yml
packages: [{package: acme/utils, version: 1.0.0}]
//- shop/models/orders.sql
select 1
",
            expect![[r#"
                nothing
            "#]],
        );
    }
}
