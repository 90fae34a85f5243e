//! `self-reference`: a node that is built from itself (spec §9).

use project::Target;
use project::facts::By;

use super::RefSite;
use crate::Diagnostic;

pub(super) const CODE: &str = "self-reference";

pub(super) fn check(site: &RefSite<'_>) -> Option<Diagnostic> {
    let (Target::Local(target), _) = site.found()? else { return None };
    // A foreign key or a test may well name its own model.
    let in_code = matches!(site.used.by, By::File | By::Def(_));
    if !in_code || site.referrer.node.as_ref() != Some(target) {
        return None;
    }
    let severity = site.missing_severity()?;
    let message = format!(
        "'{}' refers to itself; for the table as it was before this run write '{{{{ this }}}}' inside is_incremental()",
        site.name,
    );
    Some(Diagnostic::new(CODE, site.name_range, severity, message))
}

#[cfg(test)]
mod tests {
    use expect_test::expect;

    use crate::diagnostics::tests::check;

    #[test]
    fn a_model_that_reads_itself() {
        check(
            "
//- shop/dbt_project.yml
name: shop
//- shop/models/orders.sql
$0select * from {{ ref('orders') }}
{% if is_incremental() %} where id > (select max(id) from {{ ref('shop', 'orders') }}) {% endif %}
",
            expect![[r#"
                error[self-reference]: 'orders' refers to itself; for the table as it was before this run write '{{ this }}' inside is_incremental()
                 --> shop/models/orders.sql:1:23
                  |
                1 | select * from {{ ref('orders') }}
                  |                       ^^^^^^
                warning[self-reference]: 'orders' refers to itself; for the table as it was before this run write '{{ this }}' inside is_incremental()
                 --> shop/models/orders.sql:2:75
                  |
                2 | {% if is_incremental() %} where id > (select max(id) from {{ ref('shop', 'orders') }}) {% endif %}
                  |                                                                           ^^^^^^
            "#]],
        );
    }

    #[test]
    fn this_another_version_and_foreign_keys_are_fine() {
        check(
            "
//- shop/dbt_project.yml
name: shop
//- shop/models/orders_v1.sql
select * from {{ this }}
//- shop/models/orders_v2.sql
select * from {{ ref('orders', v=1) }}
//- shop/models/_models.yml
models:
  - name: orders
    versions: [{v: 1}, {v: 2}]
    columns:
      - name: id
        data_tests:
          - relationships: {to: ref('orders', v=2), field: id}
",
            expect![[r#"
                warning[test-arguments]: 'to', 'v=2)', 'field' belong below 'arguments:'
                 --> shop/models/_models.yml:7:29
                  |
                7 |           - relationships: {to: ref('orders', v=2), field: id}
                  |                             ^^
                error[macro-arguments]: the test 'relationships' has no argument 'v=2)'; it takes 'to' and 'field'
                 --> shop/models/_models.yml:7:47
                  |
                7 |           - relationships: {to: ref('orders', v=2), field: id}
                  |                                               ^^^^
            "#]],
        );
    }
}
