//! `documented-arguments`: what a properties file says of a macro's arguments is not what the macro takes. dbt warns
//! (v1 since 1.12 by itself, I076; v2 dbt1506).

use project::facts::DefKind;
use project::names::Space;

use super::definitions::EntrySite;
use super::wording;
use crate::{Diagnostic, Severity};

pub(super) const CODE: &str = "documented-arguments";

/// The types that dbt knows, besides `list[…]`, `dict[…]` and `optional[…]`.
const TYPES: &[&str] =
    &["string", "str", "boolean", "bool", "integer", "int", "float", "any", "relation", "column"];

/// How many arguments a message lists.
const SHOWN: usize = 6;

pub(super) fn check(site: &EntrySite<'_>, out: &mut Vec<Diagnostic>) {
    let (cx, entry) = (site.cx, site.entry);
    if entry.columns.is_empty() {
        return;
    }
    let at = match cx.package.sites(Space::Macro, &entry.name) {
        [at] => *at,
        _ => return,
    };
    let Some(facts) = cx.analysis.mesh.facts(at.file) else { return };
    let Some(def) = facts.defs.get(at.item as usize).filter(|def| def.kind == DefKind::Macro) else { return };
    for argument in &entry.columns {
        if def.params.iter().all(|param| param.name != argument.name) {
            let near = text::suggest(&argument.name, def.params.iter().map(|param| param.name.as_str()));
            let message = format!(
                "the macro '{}' has no argument '{}'{}",
                entry.name,
                argument.name,
                wording::did_you_mean(near)
            );
            out.push(Diagnostic::new(CODE, argument.name_range, Severity::Warning, message).event(EVENT));
        }
        let Some(written) = argument.data_type.as_deref() else { continue };
        let is_word = written.chars().all(|c| c.is_ascii_alphabetic() || c == '_');
        if is_word && !written.is_empty() && !TYPES.contains(&written.to_ascii_lowercase().as_str()) {
            let message = format!(
                "'{written}' is no type of an argument: write {}, list[…], dict[…] or optional[…]",
                TYPES.join(", ")
            );
            out.push(Diagnostic::new(CODE, argument.name_range, Severity::Warning, message).event(EVENT));
        }
    }
    let bare: Vec<String> = def
        .params
        .iter()
        .filter(|param| entry.columns.iter().all(|argument| argument.name != param.name))
        .map(|param| format!("'{}'", param.name))
        .collect();
    if !bare.is_empty() && entry.columns.len() != def.params.len() {
        let message = format!(
            "arguments of the macro '{}' are missing here: {}",
            entry.name,
            wording::list(bare.into_iter(), SHOWN)
        );
        out.push(Diagnostic::new(CODE, entry.name_range, Severity::Warning, message).event(EVENT));
    }
}

const EVENT: &str = "InvalidMacroAnnotation";

#[cfg(test)]
mod tests {
    use expect_test::expect;

    use crate::diagnostics::tests::check;

    #[test]
    fn names_and_types_are_those_of_the_macro() {
        check(
            "
//- shop/dbt_project.yml
name: shop
//- shop/macros/m.sql
{% macro cents(column, places=2) %}{% endmacro %}
{% macro plain(a) %}{% endmacro %}
{% test fits(model, column_name, limit) %}{% endtest %}
//- shop/macros/_macros.yml
macros:
  - name: cents
    arguments: [{name: colum, type: varchar}]
  - name: plain
    arguments: [{name: a, type: 'list[string]'}]
  - name: test_fits
    arguments: [{name: limit}]
  - name: cents
",
            expect![[r#"
                warning[documented-arguments]: arguments of the macro 'cents' are missing here: 'column' and 'places'
                 --> shop/macros/_macros.yml:2:11
                  |
                2 |   - name: cents
                  |           ^^^^^
                error[duplicate-entry]: the macro 'cents' has two entries: bring them together
                 --> shop/macros/_macros.yml:2:11
                  |
                2 |   - name: cents
                  |           ^^^^^
                ...
                8 |   - name: cents
                  |           ----- the other one
                warning[documented-arguments]: the macro 'cents' has no argument 'colum'; did you mean 'column'?
                 --> shop/macros/_macros.yml:3:24
                  |
                3 |     arguments: [{name: colum, type: varchar}]
                  |                        ^^^^^
                warning[documented-arguments]: 'varchar' is no type of an argument: write string, str, boolean, bool, integer, int, float, any, relation, column, list[…], dict[…] or optional[…]
                 --> shop/macros/_macros.yml:3:24
                  |
                3 |     arguments: [{name: colum, type: varchar}]
                  |                        ^^^^^
                error[duplicate-entry]: the macro 'cents' has two entries: bring them together
                 --> shop/macros/_macros.yml:8:11
                  |
                2 |   - name: cents
                  |           ----- the other one
                ...
                8 |   - name: cents
                  |           ^^^^^
            "#]],
        );
    }
}
