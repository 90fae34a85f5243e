//! `duplicate-macro`: one package defines a macro twice (spec §8).

use project::facts::DefKind;
use project::layout::FileKind;
use project::names::{Site, Space};

use super::FileCx;
use super::definitions::v1_error;
use crate::{Diagnostic, Place};

pub(super) const CODE: &str = "duplicate-macro";

pub(super) fn check(cx: &FileCx<'_>, out: &mut Vec<Diagnostic>) {
    if cx.entry.kind != FileKind::Macro {
        return;
    }
    for (at, def) in cx.facts.defs.iter().enumerate() {
        let name = def.index_name();
        if !matches!(def.kind, DefKind::Macro | DefKind::Test | DefKind::Materialization) {
            continue;
        }
        let here = Site { file: cx.file, item: at as u32 };
        let mesh = &cx.analysis.mesh;
        let is_read = |site: &&Site| mesh.file(site.file).is_some_and(|entry| entry.kind == FileKind::Macro);
        let other = cx.package.sites(Space::Macro, &name).iter().filter(is_read).find(|site| **site != here);
        let Some(other) = other else { continue };
        let place = mesh
            .facts(other.file)
            .and_then(|facts| facts.defs.get(other.item as usize))
            .map(|known| Place::File { file: other.file, full: known.full, focus: known.name_range });
        let what = match def.kind {
            DefKind::Test => "generic test",
            DefKind::Materialization => "materialization",
            _ => "macro",
        };
        let message = format!("the {what} '{}' is defined twice: keep one, or rename it", def.name);
        out.push(
            Diagnostic::new(CODE, def.name_range, v1_error(cx), message).related(place, "defined here too"),
        );
    }
}

#[cfg(test)]
mod tests {
    use expect_test::expect;

    use crate::diagnostics::tests::{check, check_v2};

    #[test]
    fn in_one_file_and_in_two() {
        check(
            "
//- shop/dbt_project.yml
name: shop
//- shop/macros/a.sql
{% macro g() %}{% endmacro %}{% macro g() %}{% endmacro %}
{% test positive(model) %}{% endtest %}
//- shop/tests/generic/b.sql
{% test positive(model) %}{% endtest %}
{% macro default__x() %}{% endmacro %}{% macro duckdb__x() %}{% endmacro %}
//- shop/dbt_packages/utils/dbt_project.yml
name: utils
//- shop/dbt_packages/utils/macros/g.sql
{% macro g() %}{% endmacro %}
",
            expect![[r#"
                error[duplicate-macro]: the macro 'g' is defined twice: keep one, or rename it
                 --> shop/macros/a.sql:1:10
                  |
                1 | {% macro g() %}{% endmacro %}{% macro g() %}{% endmacro %}
                  |          ^                            - defined here too
                error[duplicate-macro]: the macro 'g' is defined twice: keep one, or rename it
                 --> shop/macros/a.sql:1:39
                  |
                1 | {% macro g() %}{% endmacro %}{% macro g() %}{% endmacro %}
                  |          - defined here too           ^
                error[duplicate-macro]: the generic test 'positive' is defined twice: keep one, or rename it
                 --> shop/macros/a.sql:2:9
                  |
                2 | {% test positive(model) %}{% endtest %}
                  |         ^^^^^^^^
                  |
                  = note: defined here too: shop/tests/generic/b.sql:1
                error[duplicate-macro]: the generic test 'positive' is defined twice: keep one, or rename it
                 --> shop/tests/generic/b.sql:1:9
                  |
                1 | {% test positive(model) %}{% endtest %}
                  |         ^^^^^^^^
                  |
                  = note: defined here too: shop/macros/a.sql:2
            "#]],
        );
    }

    #[test]
    fn v2_takes_either() {
        check_v2(
            "
//- shop/dbt_project.yml
name: shop
//- shop/macros/a.sql
{% materialization m, default %}{% endmaterialization %}{% materialization m, default %}{% endmaterialization %}
{% materialization m, adapter='duckdb' %}{% endmaterialization %}
",
            expect![[r#"
                warning[duplicate-macro]: the materialization 'm' is defined twice: keep one, or rename it
                 --> shop/macros/a.sql:1:20
                  |
                1 | {% materialization m, default %}{% endmaterialization %}{% materialization m, default %}{% endmaterialization %}
                  |                    ^                                                       - defined here too
                warning[duplicate-macro]: the materialization 'm' is defined twice: keep one, or rename it
                 --> shop/macros/a.sql:1:76
                  |
                1 | {% materialization m, default %}{% endmaterialization %}{% materialization m, default %}{% endmaterialization %}
                  |                    - defined here too                                      ^
            "#]],
        );
    }
}
