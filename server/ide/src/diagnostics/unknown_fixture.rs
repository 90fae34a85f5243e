//! `unknown-fixture`: a unit test names a file of rows that is not there (spec §10).

use project::names::Space;

use super::resources::NameSite;
use super::wording;
use crate::Diagnostic;

pub(super) const CODE: &str = "unknown-fixture";

pub(super) fn check(site: &NameSite<'_>) -> Option<Diagnostic> {
    let (cx, name) = (site.cx, site.used.name.as_str());
    if cx.package.site(Space::Fixture, name).is_some() {
        return None;
    }
    let names = cx.package.names(Space::Fixture).map(|(name, _)| name.as_str());
    let near = if cx.may_guess() { text::suggest(name, names) } else { None };
    let stem = || name.rsplit_once('.').map(|(stem, _)| stem);
    let message = match near {
        Some(near) => format!("no fixture '{name}'{}", wording::did_you_mean(Some(near))),
        None if stem().is_some_and(|stem| cx.package.site(Space::Fixture, stem).is_some()) => {
            format!("a fixture is named without its extension: no fixture '{name}'")
        }
        None => format!("no fixture '{name}': it is a file '{name}.csv' or '{name}.sql' in 'tests/fixtures'"),
    };
    Some(site.finding(CODE, message, near))
}

#[cfg(test)]
mod tests {
    use expect_test::expect;

    use crate::diagnostics::tests::check;

    #[test]
    fn files_of_rows() {
        check(
            "
//- shop/dbt_project.yml
name: shop
//- shop/models/orders.sql
select 1
//- shop/models/closed.sql
{{ config(enabled=false) }} select 1
//- shop/models/m_v1.sql
select 1
//- shop/models/m_v2.sql
select 1
//- shop/seeds/codes.csv
id
//- shop/tests/fixtures/deep/order_rows.csv
id
//- shop/models/_models.yml
models: [{name: m, versions: [{v: 1}, {v: 2}]}]
//- shop/models/_tests.yml
$0unit_tests:
  - name: adds_up
    model: orders
    given:
      - {input: ref('orders'), format: csv, fixture: order_rows}
      - {input: ref('orders'), format: csv, fixture: order_row}
      - {input: ref('orders'), format: csv, fixture: order_rows.csv}
    expect: {format: sql, fixture: nope}
",
            expect![[r#"
                error[unknown-fixture]: no fixture 'order_row'; did you mean 'order_rows'?
                 --> shop/models/_tests.yml:6:54
                  |
                6 |       - {input: ref('orders'), format: csv, fixture: order_row}
                  |                                                      ^^^^^^^^^
                  |
                  = fix: Change to 'order_rows'
                error[unknown-fixture]: no fixture 'order_rows.csv'; did you mean 'order_rows'?
                 --> shop/models/_tests.yml:7:54
                  |
                7 |       - {input: ref('orders'), format: csv, fixture: order_rows.csv}
                  |                                                      ^^^^^^^^^^^^^^
                  |
                  = fix: Change to 'order_rows'
                error[unknown-fixture]: no fixture 'nope': it is a file 'nope.csv' or 'nope.sql' in 'tests/fixtures'
                 --> shop/models/_tests.yml:8:36
                  |
                8 |     expect: {format: sql, fixture: nope}
                  |                                    ^^^^
            "#]],
        );
    }
}
