//! `invalid-config`: a config whose value is none that dbt takes. Most cases are facts of the file, see
//! `project::facts::Shape`; here is what depends on the node.

use project::NodeRef;
use project::checks::ConfigPath;
use project::facts::{Section, Settings};
use project::flavor::Flavor;
use project::layout::FileKind;
use project::node::NodeKind;
use smol_str::SmolStr;

use super::definitions::is_built;
use super::nodes::Blame;
use super::{FileCx, invalid_project, nodes, unused_config_path};
use crate::{Cancellable, Diagnostic, Severity};

pub(super) const CODE: &str = "invalid-config";

/// Seeds and tests are always materialized as what they are: dbt v1 refuses to hear otherwise.
pub(super) fn materialized(cx: &FileCx<'_>, node: &NodeRef, out: &mut Vec<Diagnostic>) {
    let word = match (node.kind, cx.flavor()) {
        (NodeKind::Seed, Flavor::V1) => "seed",
        (NodeKind::Test, Flavor::V1) => "test",
        _ => return,
    };
    let setting = cx.analysis.mesh.setting(node, "materialized");
    let Some(written) = setting.as_ref().and_then(|value| value.as_str()) else { return };
    if written.is_empty() || written == word || written.contains("{{") || !is_built(cx, node) {
        return;
    }
    let message =
        format!("the {word} '{}' cannot be materialized as '{written}': remove this config", node.name);
    if let Some(range) = Blame::of(cx, node, &["materialized"]).here(cx) {
        out.push(Diagnostic::new(CODE, range, Severity::Error, message));
    }
}

/// Kinds of value that dbt v1 does not take, in the resource trees of dbt_project.yml: it refuses the project where
/// such a value is in force for some node. Looks at many nodes: for a pause in typing.
pub(super) fn trees(cx: &FileCx<'_>, out: &mut Vec<Diagnostic>) -> Cancellable<()> {
    if cx.entry.kind != FileKind::ProjectFile || cx.flavor() != Flavor::V1 || !cx.facts.errors.is_empty() {
        return Ok(());
    }
    for level in &cx.facts.config_paths {
        for misfit in &level.misfits {
            cx.analysis.check()?;
            if is_in_force(cx, level, &misfit.key) {
                // What was said without a look at nodes.
                out.retain(|found| found.code != invalid_project::CODE || found.range != misfit.range);
                out.push(Diagnostic::new(CODE, misfit.range, Severity::Error, &*misfit.message));
            }
        }
    }
    Ok(())
}

/// Whether some node of the project surely gets what this level sets `key` to.
fn is_in_force(cx: &FileCx<'_>, level: &ConfigPath, key: &str) -> bool {
    let mesh = &cx.analysis.mesh;
    let is_deepest = |fqn: &[SmolStr]| {
        let Some(tree) = cx.project.config.tree(&level.tree) else { return false };
        let (mut depth, mut deepest) = (0, None);
        tree.along(fqn, |inner| {
            if inner.settings.iter().any(|(name, _)| name == key) {
                deepest = Some(depth);
            }
            depth += 1;
        });
        deepest == Some(level.path.len())
    };
    let gets = |node: &NodeRef| {
        let fqn = mesh.fqn(node);
        fqn.starts_with(&level.path)
            && is_deepest(&fqn)
            && !nodes::may_set(cx, node, key)
            && !nodes::may_configure(cx, node)
    };
    let section = match level.tree.as_str() {
        "models" | "seeds" | "snapshots" => {
            let mut found = false;
            unused_config_path::nodes(cx, cx.project, &level.tree, |node| found = found || gets(node));
            return found;
        }
        "exposures" => Section::Exposures,
        "sources" => Section::Tables,
        "unit_tests" => Section::UnitTests,
        "metrics" => Section::Metrics,
        "semantic-models" => Section::SemanticModels,
        "saved-queries" => Section::SavedQueries,
        // Of tests no more is asked than whether there are any.
        "tests" | "data_tests" => {
            let is_test = |file| mesh.file(file).is_some_and(|entry| entry.kind == FileKind::SingularTest);
            let singular = cx.project.files().filter(|file| is_test(*file));
            let nodes = singular.filter_map(|file| mesh.node_of_file(file));
            return nodes.into_iter().any(|node| gets(&node));
        }
        _ => return false,
    };
    let is_here = level.path.is_empty() || *level.path == [SmolStr::new(cx.project.name())];
    is_here
        && cx.project.names(section.space()).flat_map(|(_, sites)| sites).any(|site| {
            let entry = mesh.facts(site.file).and_then(|facts| facts.entries.get(site.item as usize));
            entry.is_some_and(|entry| {
                // A table gets the configs of its source.
                let above = entry.parent.and_then(|at| mesh.facts(site.file)?.entries.get(at as usize));
                let sets = |settings: &Settings| settings.get(key).is_some();
                entry.section == section
                    && !sets(&entry.settings)
                    && !above.is_some_and(|of| sets(&of.settings))
            })
        })
}

#[cfg(test)]
mod tests {
    use expect_test::expect;

    use crate::diagnostics::tests::check;

    #[test]
    fn seeds_and_tests_have_one_materialization() {
        check(
            "
//- shop/dbt_project.yml
name: shop
seeds: {shop: {old: {+materialized: table}}}
data_tests: {+materialized: view}
//- shop/seeds/old/countries.csv
code
//- shop/seeds/cities.csv
code
//- shop/seeds/towns.csv
code
//- shop/seeds/_seeds.yml
seeds:
  - {name: cities, config: {materialized: table}}
  - {name: towns, config: {materialized: seed}}
//- shop/tests/t.sql
select 1
",
            expect![[r#"
                error[invalid-config]: the seed 'countries' cannot be materialized as 'table': remove this config
                 --> shop/seeds/old/countries.csv:1:1
                  |
                1 | code
                  | ^
                error[invalid-config]: the seed 'cities' cannot be materialized as 'table': remove this config
                 --> shop/seeds/_seeds.yml:2:43
                  |
                2 |   - {name: cities, config: {materialized: table}}
                  |                                           ^^^^^
                error[invalid-config]: the test 't' cannot be materialized as 'view': remove this config
                 --> shop/tests/t.sql:1:1
                  |
                1 | select 1
                  | ^
            "#]],
        );
    }
}
