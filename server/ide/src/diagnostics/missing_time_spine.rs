//! `missing-time-spine`: a project with semantic models and without a table of days (spec §10).

use project::facts::Section;
use project::flavor::Flavor;

use super::FileCx;
use super::resources::EntrySite;
use crate::{Diagnostic, Severity};

pub(super) const CODE: &str = "missing-time-spine";

/// Marks the file's first semantic model.
pub(super) fn check(cx: &FileCx<'_>, out: &mut Vec<Diagnostic>) {
    let entries = cx.facts.entries.iter().enumerate();
    let mut sites = entries.map(|(at, entry)| EntrySite { cx, at: at as u32, entry });
    let first = sites.find(|site| site.entry.section == Section::SemanticModels && site.is_enabled());
    // dbt v2 passes over semantic models of this form.
    let Some(site) = first.filter(|_| cx.flavor() == Flavor::V1 && !cx.resolver.has_time_spine()) else {
        return;
    };
    let message = "semantic models need a time spine of a day or finer, and no model is one: give a model with a row for \
                   each day a 'time_spine'";
    out.push(Diagnostic::new(CODE, site.entry.name_range, Severity::Error, message));
}

#[cfg(test)]
mod tests {
    use expect_test::expect;

    use crate::diagnostics::tests::check;

    fn shop(rest: &str) -> String {
        format!(
            "
//- shop/dbt_project.yml
name: shop
//- shop/models/orders.sql
select 1
//- shop/models/days.sql
select 1
//- shop/models/_semantic.yml
semantic_models:
  - {{name: orders, model: ref('orders')}}
  - {{name: more, model: ref('orders')}}
{rest}"
        )
    }

    fn spine(granularity: &str, more: &str) -> String {
        shop(&format!(
            "models: [{{name: days, time_spine: {{standard_granularity_column: d}}, columns: [{{name: d, granularity: \
             {granularity}}}]{more}}}]\n"
        ))
    }

    #[test]
    fn nothing_is_one() {
        check(
            &shop(""),
            expect![[r#"
            error[missing-time-spine]: semantic models need a time spine of a day or finer, and no model is one: give a model with a row for each day a 'time_spine'
             --> shop/models/_semantic.yml:2:12
              |
            2 |   - {name: orders, model: ref('orders')}
              |            ^^^^^^
        "#]],
        );
    }

    #[test]
    fn one_that_is_too_coarse_or_disabled_does_not_count() {
        check(
            &spine("week", ""),
            expect![[r#"
            error[missing-time-spine]: semantic models need a time spine of a day or finer, and no model is one: give a model with a row for each day a 'time_spine'
             --> shop/models/_semantic.yml:2:12
              |
            2 |   - {name: orders, model: ref('orders')}
              |            ^^^^^^
        "#]],
        );
        check(
            &spine("day", ", config: {enabled: false}"),
            expect![[r#"
            error[missing-time-spine]: semantic models need a time spine of a day or finer, and no model is one: give a model with a row for each day a 'time_spine'
             --> shop/models/_semantic.yml:2:12
              |
            2 |   - {name: orders, model: ref('orders')}
              |            ^^^^^^
        "#]],
        );
    }

    #[test]
    fn a_day_or_finer_or_the_old_name_or_a_package_that_is_not_there() {
        let open = |files: &str| shop(files).replace("_semantic.yml\n", "_semantic.yml\n$0");
        check(
            &spine("day", ""),
            expect![[r#"
            nothing
        "#]],
        );
        check(
            &spine("hour", ""),
            expect![[r#"
            nothing
        "#]],
        );
        check(
            &open("//- shop/models/metricflow_time_spine.sql\nselect 1\n"),
            expect![[r#"
            nothing
        "#]],
        );
        check(
            &open("//- shop/packages.yml\npackages: [{git: https://example.com/x.git}]\n"),
            expect![[r#"
            nothing
        "#]],
        );
    }
}
