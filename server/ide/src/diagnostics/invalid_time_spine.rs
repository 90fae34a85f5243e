//! `invalid-time-spine`: a model's `time_spine` that does not fit its columns. Its cases are facts of the file, see
//! `project::facts::resources`.

pub(super) const CODE: &str = "invalid-time-spine";

#[cfg(test)]
mod tests {
    use expect_test::expect;

    use crate::diagnostics::tests::check;

    const SHOP: &str = "
//- shop/dbt_project.yml
name: shop
//- shop/models/fine.sql
select 1
//- shop/models/bare.sql
select 1
//- shop/models/missing.sql
select 1
//- shop/models/coarse.sql
select 1
//- shop/models/odd.sql
select 1
//- shop/models/_spines.yml
models:
  - name: fine
    time_spine:
      standard_granularity_column: day_id
      custom_granularities: [{name: fiscal, column_name: fiscal_id}, {name: other}]
    columns: [{name: day_id, granularity: day}, {name: fiscal_id}]
  - name: bare
    time_spine: {}
  - name: missing
    time_spine: {standard_granularity_column: day_id}
  - name: coarse
    time_spine: {standard_granularity_column: day_id}
    columns: [{name: day_id}]
  - name: odd
    time_spine: {standard_granularity_column: day_id}
    columns: [{name: day_id, granularity: dya}]
";

    #[test]
    fn what_dbt_v1_refuses() {
        check(
            SHOP,
            expect![[r#"
            error[invalid-time-spine]: the model has no column 'other': list it under 'columns'
             --> shop/models/_spines.yml:5:77
              |
            5 |       custom_granularities: [{name: fiscal, column_name: fiscal_id}, {name: other}]
              |                                                                             ^^^^^
            error[invalid-time-spine]: a time spine needs 'standard_granularity_column'
             --> shop/models/_spines.yml:8:17
              |
            8 |     time_spine: {}
              |                 ^^
            error[invalid-time-spine]: the model has no column 'day_id': list it under 'columns' with a 'granularity'
              --> shop/models/_spines.yml:10:47
               |
            10 |     time_spine: {standard_granularity_column: day_id}
               |                                               ^^^^^^
            error[invalid-time-spine]: the column 'day_id' needs a 'granularity' such as 'day'
              --> shop/models/_spines.yml:12:47
               |
            12 |     time_spine: {standard_granularity_column: day_id}
               |                                               ^^^^^^
            error[invalid-time-spine]: 'granularity' cannot be 'dya'; did you mean 'day'?
              --> shop/models/_spines.yml:16:43
               |
            16 |     columns: [{name: day_id, granularity: dya}]
               |                                           ^^^
               |
               = fix: Change to 'day'
        "#]],
        );
    }
}
