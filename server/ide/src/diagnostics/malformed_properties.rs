//! `malformed-properties`: a properties file whose form no dbt reads. Its cases are facts of the file, see
//! `project::facts::Shape`.

pub(super) const CODE: &str = "malformed-properties";

#[cfg(test)]
mod tests {
    use expect_test::expect;

    use crate::diagnostics::tests::check;

    #[test]
    fn lists_and_mappings() {
        check(
            "
//- shop/dbt_project.yml
name: shop
//- shop/models/_a.yml
models:
  orders: {description: by name}
sources:
  - name: raw
    tables: [t]
//- shop/models/_b.yml
models:
sources: []
",
            expect![[r#"
                error[malformed-properties]: this must be a list: begin each entry with '- '
                 --> shop/models/_a.yml:1:1
                  |
                1 | models:
                  | ^^^^^^
                error[malformed-properties]: a table is a mapping: write '- name: <table>'
                 --> shop/models/_a.yml:5:14
                  |
                5 |     tables: [t]
                  |              ^
                error[malformed-properties]: 'models' is empty: list its entries, or remove the key
                 --> shop/models/_b.yml:1:1
                  |
                1 | models:
                  | ^^^^^^
            "#]],
        );
    }
}
