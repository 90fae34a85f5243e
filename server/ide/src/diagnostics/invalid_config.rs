//! `invalid-config`: a config whose value is none that dbt takes. Most cases are facts of the file, see
//! `project::facts::Shape`; here is what depends on the node.

use project::NodeRef;
use project::flavor::Flavor;
use project::node::NodeKind;

use super::FileCx;
use super::definitions::is_built;
use super::nodes::Blame;
use crate::{Diagnostic, Severity};

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
