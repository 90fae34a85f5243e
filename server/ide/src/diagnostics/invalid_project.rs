//! `invalid-project`: dbt_project.yml or vars.yml has a value that dbt refuses (spec §13).

use project::layout::FileKind;
use text::TextRange;

use super::FileCx;
use crate::{Diagnostic, Severity};

pub(super) const CODE: &str = "invalid-project";

/// Variables in dbt_project.yml and in vars.yml: dbt takes one or the other.
pub(super) fn variables(cx: &FileCx<'_>, out: &mut Vec<Diagnostic>) {
    let (mesh, package) = (&cx.analysis.mesh, cx.package);
    let sets = |path: &str| {
        let file = package.file(path)?;
        let first = mesh.facts(file)?.vars.first()?;
        Some((file, first.name_range))
    };
    let (Some(project), Some(own)) = (sets("dbt_project.yml"), sets("vars.yml")) else { return };
    let (here, other) = if cx.entry.kind == FileKind::Vars { (own, project) } else { (project, own) };
    let message = "variables stand in dbt_project.yml or in vars.yml, not in both";
    let place = crate::Place::File { file: other.0, full: other.1, focus: other.1 };
    let range: TextRange = here.1;
    out.push(Diagnostic::new(CODE, range, Severity::Error, message).related(Some(place), "and here"));
}

#[cfg(test)]
mod tests {
    use expect_test::expect;

    use crate::diagnostics::tests::{check, check_v2};

    const SHOP: &str = "
//- shop/dbt_project.yml
name: shop
version: 1
config-version: '2'
model-paths: models
seed-paths: [5, \"{{ 'seeds' }}\"]
clean-targets: \"{{ target.name }}\"
target-path: build
log-path: logs
restrict-access: 'yes'
sources:
quoting: {identifier: 'true'}
query-comment: 5
dispatch:
  - macro_namespace: dbt
  - {macro_namespace: dbt, search_order: shop}
flags: {warn_error_options: {include: all, error: []}}
tests: {+severity: warn}
data_tests: {+severity: warn}
models:
  shop:
    +enabled: maybe
    +meta: 5
seeds: [a]
";

    #[test]
    fn values_of_the_wrong_form() {
        check(
            SHOP,
            expect![[r#"
                error[invalid-project]: 'version' is like '1.0' or '1.0.0'
                 --> shop/dbt_project.yml:2:10
                  |
                2 | version: 1
                  |          ^
                error[invalid-project]: 'config-version' is the number 2, without quotes
                 --> shop/dbt_project.yml:3:18
                  |
                3 | config-version: '2'
                  |                  ^
                error[invalid-project]: 'model-paths' is a list: write [models]
                 --> shop/dbt_project.yml:4:14
                  |
                4 | model-paths: models
                  |              ^^^^^^
                  |
                  = fix: Change to '[models]' (preferred)
                error[invalid-project]: each item of 'seed-paths' is a text
                 --> shop/dbt_project.yml:5:14
                  |
                5 | seed-paths: [5, "{{ 'seeds' }}"]
                  |              ^
                warning[invalid-project]: 'target-path' no longer belongs here: use '--target-path' or the variable DBT_TARGET_PATH
                 --> shop/dbt_project.yml:7:1
                  |
                7 | target-path: build
                  | ^^^^^^^^^^^
                error[invalid-project]: 'restrict-access' is true or false, without quotes
                 --> shop/dbt_project.yml:9:19
                  |
                9 | restrict-access: 'yes'
                  |                   ^^^
                error[invalid-project]: 'sources' has no value: write {} or take the key away
                  --> shop/dbt_project.yml:10:1
                   |
                10 | sources:
                   | ^^^^^^^
                error[invalid-project]: 'identifier' is true or false, without quotes
                  --> shop/dbt_project.yml:11:24
                   |
                11 | quoting: {identifier: 'true'}
                   |                        ^^^^
                error[invalid-project]: 'query-comment' is a text or a mapping with 'comment' and 'append'
                  --> shop/dbt_project.yml:12:16
                   |
                12 | query-comment: 5
                   |                ^
                error[invalid-project]: an item of 'dispatch' needs a 'search_order'
                  --> shop/dbt_project.yml:14:5
                   |
                14 |   - macro_namespace: dbt
                   |     ^^^^^^^^^^^^^^^
                error[invalid-project]: 'search_order' is a list of packages
                  --> shop/dbt_project.yml:15:28
                   |
                15 |   - {macro_namespace: dbt, search_order: shop}
                   |                            ^^^^^^^^^^^^
                error[invalid-project]: 'include' and 'error' are the same: take 'include' away
                  --> shop/dbt_project.yml:16:30
                   |
                16 | flags: {warn_error_options: {include: all, error: []}}
                   |                              ^^^^^^^
                error[invalid-project]: 'tests' and 'data_tests' are the same: move everything to 'data_tests'
                  --> shop/dbt_project.yml:17:1
                   |
                17 | tests: {+severity: warn}
                   | ^^^^^
                warning[unused-config-path]: nothing is below 'models.shop', so this has no effect
                  --> shop/dbt_project.yml:20:3
                   |
                20 |   shop:
                   |   ^^^^
                warning[invalid-project]: '+enabled' is true or false
                  --> shop/dbt_project.yml:21:15
                   |
                21 |     +enabled: maybe
                   |               ^^^^^
                warning[invalid-project]: '+meta' is a mapping
                  --> shop/dbt_project.yml:22:12
                   |
                22 |     +meta: 5
                   |            ^
                error[invalid-project]: 'seeds' is a mapping: keys and values
                  --> shop/dbt_project.yml:23:1
                   |
                23 | seeds: [a]
                   | ^^^^^
            "#]],
        );
    }

    #[test]
    fn dbt_v2_is_content_with_other_things() {
        check_v2(
            SHOP,
            expect![[r#"
                error[invalid-project]: 'config-version' is the number 2, without quotes
                 --> shop/dbt_project.yml:3:18
                  |
                3 | config-version: '2'
                  |                  ^
                error[invalid-project]: 'model-paths' is a list: write [models]
                 --> shop/dbt_project.yml:4:14
                  |
                4 | model-paths: models
                  |              ^^^^^^
                  |
                  = fix: Change to '[models]' (preferred)
                error[invalid-project]: each item of 'seed-paths' is a text
                 --> shop/dbt_project.yml:5:14
                  |
                5 | seed-paths: [5, "{{ 'seeds' }}"]
                  |              ^
                error[invalid-project]: 'target-path' no longer belongs here: use '--target-path' or the variable DBT_TARGET_PATH
                 --> shop/dbt_project.yml:7:1
                  |
                7 | target-path: build
                  | ^^^^^^^^^^^
                error[invalid-project]: 'restrict-access' is true or false, without quotes
                 --> shop/dbt_project.yml:9:19
                  |
                9 | restrict-access: 'yes'
                  |                   ^^^
                error[invalid-project]: 'query-comment' is a text or a mapping with 'comment' and 'append'
                  --> shop/dbt_project.yml:12:16
                   |
                12 | query-comment: 5
                   |                ^
                error[invalid-project]: an item of 'dispatch' needs a 'search_order'
                  --> shop/dbt_project.yml:14:5
                   |
                14 |   - macro_namespace: dbt
                   |     ^^^^^^^^^^^^^^^
                error[invalid-project]: 'search_order' is a list of packages
                  --> shop/dbt_project.yml:15:28
                   |
                15 |   - {macro_namespace: dbt, search_order: shop}
                   |                            ^^^^^^^^^^^^
                error[invalid-project]: 'tests' and 'data_tests' are the same: move everything to 'data_tests'
                  --> shop/dbt_project.yml:17:1
                   |
                17 | tests: {+severity: warn}
                   | ^^^^^
                warning[unused-config-path]: nothing is below 'models.shop', so this has no effect
                  --> shop/dbt_project.yml:20:3
                   |
                20 |   shop:
                   |   ^^^^
                warning[invalid-project]: '+enabled' is true or false
                  --> shop/dbt_project.yml:21:15
                   |
                21 |     +enabled: maybe
                   |               ^^^^^
                warning[invalid-project]: '+meta' is a mapping
                  --> shop/dbt_project.yml:22:12
                   |
                22 |     +meta: 5
                   |            ^
                error[invalid-project]: 'seeds' is a mapping: keys and values
                  --> shop/dbt_project.yml:23:1
                   |
                23 | seeds: [a]
                   | ^^^^^
            "#]],
        );
    }

    #[test]
    fn an_empty_file_and_a_list() {
        check(
            "
//- shop/dbt_project.yml
# nothing yet
",
            expect![[r#"
                error[invalid-project]: dbt_project.yml is empty: it needs at least a 'name'
                 --> shop/dbt_project.yml:1:1
                  |
                1 | # nothing yet
                  | ^
            "#]],
        );
        check(
            "
//- shop/dbt_project.yml
- name: shop
",
            expect![[r#"
                error[invalid-project]: dbt_project.yml must be a mapping: write 'name: …' first
                 --> shop/dbt_project.yml:1:1
                  |
                1 | - name: shop
                  | ^^^^^^^^^^^^
            "#]],
        );
    }

    #[test]
    fn variables_below_vars_only() {
        check(
            "
//- shop/dbt_project.yml
name: shop
//- shop/vars.yml
start: 2020
",
            expect![[r#"
                warning[invalid-project]: dbt reads variables below the key 'vars' only
                 --> shop/vars.yml:1:1
                  |
                1 | start: 2020
                  | ^^^^^
            "#]],
        );
    }

    #[test]
    fn variables_in_two_files() {
        check(
            "
//- shop/dbt_project.yml
name: shop
vars: {start: 2020}
//- shop/vars.yml
vars:
  end: 2021
",
            expect![[r#"
                error[invalid-project]: variables stand in dbt_project.yml or in vars.yml, not in both
                 --> shop/dbt_project.yml:2:8
                  |
                2 | vars: {start: 2020}
                  |        ^^^^^
                  |
                  = note: and here: shop/vars.yml:2
                error[invalid-project]: variables stand in dbt_project.yml or in vars.yml, not in both
                 --> shop/vars.yml:2:3
                  |
                2 |   end: 2021
                  |   ^^^
                  |
                  = note: and here: shop/dbt_project.yml:2
            "#]],
        );
    }
}
