//! `invalid-exposure`: an exposure that lacks what dbt needs, or says it in a form that dbt does not take (spec §10). Its
//! cases are facts of the file, see `project::facts::resources`.

pub(super) const CODE: &str = "invalid-exposure";

#[cfg(test)]
mod tests {
    use expect_test::expect;

    use crate::diagnostics::tests::{check, check_v2};

    const SHOP: &str = "
//- shop/dbt_project.yml
name: shop
//- shop/models/orders.sql
select 1
//- shop/models/_exposures.yml
exposures:
  - name: fine
    type: ml
    maturity: high
    owner: {email: a@example.com}
    depends_on: [ref('orders')]
    config: {enabled: \"{{ true }}\"}
  - name: bare
  - type: dashboard
    owner: {name: Bea}
  - name: words
    type: dashbord
    maturity: huge
    owner: {slack: '#finance'}
    depends_on: [orders, \"{{ ref('orders') }}\"]
  - name: shapes
    type: Dashboard
    owner: bob
    depends_on: ref('orders')
  - name: typing
    type: \"{{ var('type') }}\"
    owner: {name: Bea}
    maturity:
";

    #[test]
    fn what_dbt_v1_refuses() {
        check(
            SHOP,
            expect![[r#"
            error[invalid-exposure]: an exposure needs 'type'
             --> shop/models/_exposures.yml:8:11
              |
            8 |   - name: bare
              |           ^^^^
            error[invalid-exposure]: an exposure needs an 'owner' with a 'name' or an 'email'
             --> shop/models/_exposures.yml:8:11
              |
            8 |   - name: bare
              |           ^^^^
            error[invalid-exposure]: an exposure needs 'name'
             --> shop/models/_exposures.yml:9:5
              |
            9 |   - type: dashboard
              |     ^^^^
            error[invalid-exposure]: 'type' cannot be 'dashbord'; did you mean 'dashboard'?
              --> shop/models/_exposures.yml:12:11
               |
            12 |     type: dashbord
               |           ^^^^^^^^
               |
               = fix: Change to 'dashboard'
            error[invalid-exposure]: 'maturity' cannot be 'huge': use low, medium or high
              --> shop/models/_exposures.yml:13:15
               |
            13 |     maturity: huge
               |               ^^^^
            error[invalid-exposure]: an exposure's 'owner' needs a 'name' or an 'email'
              --> shop/models/_exposures.yml:14:5
               |
            14 |     owner: {slack: '#finance'}
               |     ^^^^^
            error[invalid-exposure]: dbt evaluates this without braces: write ref(…) alone
              --> shop/models/_exposures.yml:15:26
               |
            15 |     depends_on: [orders, "{{ ref('orders') }}"]
               |                          ^^^^^^^^^^^^^^^^^^^^^
            error[invalid-exposure]: 'type' cannot be 'Dashboard'; did you mean 'dashboard'?
              --> shop/models/_exposures.yml:17:11
               |
            17 |     type: Dashboard
               |           ^^^^^^^^^
               |
               = fix: Change to 'dashboard'
            error[invalid-exposure]: an exposure's 'owner' is a mapping with a 'name' or an 'email'
              --> shop/models/_exposures.yml:18:5
               |
            18 |     owner: bob
               |     ^^^^^
            error[invalid-exposure]: 'depends_on' must be a list: begin each element with '- '
              --> shop/models/_exposures.yml:19:17
               |
            19 |     depends_on: ref('orders')
               |                 ^^^^^^^^^^^^^
        "#]],
        );
    }

    #[test]
    fn what_dbt_v2_refuses() {
        check_v2(
            SHOP,
            expect![[r#"
            error[invalid-exposure]: an exposure needs 'type'
             --> shop/models/_exposures.yml:8:11
              |
            8 |   - name: bare
              |           ^^^^
            error[invalid-exposure]: an exposure needs an 'owner' with a 'name' or an 'email'
             --> shop/models/_exposures.yml:8:11
              |
            8 |   - name: bare
              |           ^^^^
            error[invalid-exposure]: an exposure needs 'name'
             --> shop/models/_exposures.yml:9:5
              |
            9 |   - type: dashboard
              |     ^^^^
            error[invalid-exposure]: 'type' cannot be 'dashbord'; did you mean 'dashboard'?
              --> shop/models/_exposures.yml:12:11
               |
            12 |     type: dashbord
               |           ^^^^^^^^
               |
               = fix: Change to 'dashboard'
            error[invalid-exposure]: dbt ignores this: write ref(…), source(…) or metric(…)
              --> shop/models/_exposures.yml:15:18
               |
            15 |     depends_on: [orders, "{{ ref('orders') }}"]
               |                  ^^^^^^
            error[invalid-exposure]: dbt evaluates this without braces: write ref(…) alone
              --> shop/models/_exposures.yml:15:26
               |
            15 |     depends_on: [orders, "{{ ref('orders') }}"]
               |                          ^^^^^^^^^^^^^^^^^^^^^
            error[invalid-exposure]: 'type' cannot be 'Dashboard'; did you mean 'dashboard'?
              --> shop/models/_exposures.yml:17:11
               |
            17 |     type: Dashboard
               |           ^^^^^^^^^
               |
               = fix: Change to 'dashboard'
            error[invalid-exposure]: an exposure's 'owner' is a mapping with a 'name' or an 'email'
              --> shop/models/_exposures.yml:18:5
               |
            18 |     owner: bob
               |     ^^^^^
            error[invalid-exposure]: 'depends_on' must be a list: begin each element with '- '
              --> shop/models/_exposures.yml:19:17
               |
            19 |     depends_on: ref('orders')
               |                 ^^^^^^^^^^^^^
        "#]],
        );
    }
}
