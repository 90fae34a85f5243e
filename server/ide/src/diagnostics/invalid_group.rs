//! `invalid-group`: a group without a name, or without an owner who can be reached (spec §6). Its cases are
//! facts of the file, see `project::facts::Shape`.

pub(super) const CODE: &str = "invalid-group";

#[cfg(test)]
mod tests {
    use expect_test::expect;

    use crate::diagnostics::tests::{check, check_v2};

    const SHOP: &str = "
//- shop/dbt_project.yml
name: shop
//- shop/models/_groups.yml
groups:
  - name: fine
    owner: {email: fine@example.com, slack: '#fine'}
  - owner: {name: Bea}
  - name: nobody
  - name: text
    owner: bob
  - name: silent
    owner: {slack: '#silent'}
";

    #[test]
    fn names_and_owners() {
        check(
            SHOP,
            expect![[r#"
            error[invalid-group]: a group needs a 'name'
             --> shop/models/_groups.yml:4:5
              |
            4 |   - owner: {name: Bea}
              |     ^^^^^
            error[invalid-group]: a group needs an 'owner' with a 'name' or an 'email'
             --> shop/models/_groups.yml:5:11
              |
            5 |   - name: nobody
              |           ^^^^^^
            error[invalid-group]: a group's 'owner' is a mapping with a 'name' or an 'email'
             --> shop/models/_groups.yml:7:5
              |
            7 |     owner: bob
              |     ^^^^^
            error[invalid-group]: a group's 'owner' needs a 'name' or an 'email'
             --> shop/models/_groups.yml:9:5
              |
            9 |     owner: {slack: '#silent'}
              |     ^^^^^
        "#]],
        );
    }

    #[test]
    fn v2_takes_any_owner_that_is_a_mapping() {
        check_v2(
            SHOP,
            expect![[r#"
            error[invalid-group]: a group needs a 'name'
             --> shop/models/_groups.yml:4:5
              |
            4 |   - owner: {name: Bea}
              |     ^^^^^
            error[invalid-group]: a group needs an 'owner' with a 'name' or an 'email'
             --> shop/models/_groups.yml:5:11
              |
            5 |   - name: nobody
              |           ^^^^^^
            error[invalid-group]: a group's 'owner' is a mapping with a 'name' or an 'email'
             --> shop/models/_groups.yml:7:5
              |
            7 |     owner: bob
              |     ^^^^^
            warning[invalid-group]: a group's 'owner' needs a 'name' or an 'email'
             --> shop/models/_groups.yml:9:5
              |
            9 |     owner: {slack: '#silent'}
              |     ^^^^^
        "#]],
        );
    }
}
