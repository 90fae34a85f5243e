//! `invalid-access`: a word that is no access level, or one that the model cannot have (spec §6).

use project::NodeRef;
use project::facts::Setting;
use project::flavor::Flavor;
use project::node::Access;
use syntax::calls::{Lit, Value};
use text::TextRange;

use super::FileCx;
use super::definitions::{EntrySite, applies, own_setting};
use crate::{Diagnostic, Fix, Severity, SourceChange};

pub(super) const CODE: &str = "invalid-access";

const WORDS: [&str; 3] = ["private", "protected", "public"];

/// In a model's own `config()`.
pub(super) fn file(cx: &FileCx<'_>, node: &NodeRef, out: &mut Vec<Diagnostic>) {
    let setting = own_setting(cx, "access");
    if let Some(setting) = setting {
        out.extend(word(cx, &setting.value, setting.value_range));
    }
    let in_yaml = cx.analysis.mesh.yaml_setting(node, "access").is_some();
    if setting.is_some() || !in_yaml {
        let place = setting.or_else(|| own_setting(cx, "materialized")).map(|setting| setting.value_range);
        out.extend(ephemeral(cx, node, place.unwrap_or_default()));
    }
}

/// In a YAML entry or its versions.
pub(super) fn entry(site: &EntrySite<'_>, nodes: &[NodeRef], out: &mut Vec<Diagnostic>) {
    let (cx, mesh) = (site.cx, &site.cx.analysis.mesh);
    if nodes.is_empty() {
        return;
    }
    out.extend(site.settings("access").filter_map(|setting| word(cx, &setting.value, setting.value_range)));
    for node in nodes {
        let in_file = mesh.facts(node.file).is_some_and(|facts| facts.settings.get("access").is_some());
        let setting: Option<&Setting> = mesh.yaml_setting(node, "access").filter(|_| !in_file);
        if let Some(setting) = setting {
            out.extend(ephemeral(cx, node, setting.value_range));
        }
    }
}

/// In dbt_project.yml.
pub(super) fn tree(cx: &FileCx<'_>, out: &mut Vec<Diagnostic>) {
    let placed =
        cx.project.config.placed.iter().filter(|placed| placed.key == "access" && placed.tree == "models");
    for placed in placed {
        out.extend(word(cx, &placed.value, placed.range).filter(|_| applies(cx, placed)));
    }
}

fn word(cx: &FileCx<'_>, value: &Value, range: TextRange) -> Option<Diagnostic> {
    let written = match value.single()? {
        Lit::Str(word) if Access::of(word).is_none() => word.clone(),
        Lit::Bool(_) | Lit::Int(_) | Lit::Float(_) => value.single()?.python_str()?,
        _ => return None,
    };
    let lower = written.to_lowercase();
    let near = WORDS.into_iter().find(|word| *word == lower).or_else(|| text::suggest(&lower, WORDS));
    let message = match near {
        Some(near) => format!("'{written}' is no access: did you mean '{near}'?"),
        None => format!("'{written}' is no access: use 'private', 'protected' or 'public'"),
    };
    let is_written = cx.analysis.text(cx.file).is_some_and(|text| {
        text.get(usize::from(range.start())..usize::from(range.end())) == Some(written.as_str())
    });
    let fix = near.filter(|_| is_written).map(|near| Fix {
        title: format!("Change to '{near}'"),
        preferred: true,
        change: SourceChange::edit(cx.file, range, near),
    });
    Some(Diagnostic::new(CODE, range, Severity::Error, message).fix(fix))
}

/// dbt v1 lets no ephemeral model be public, whether or not anybody refers to it.
fn ephemeral(cx: &FileCx<'_>, node: &NodeRef, range: TextRange) -> Option<Diagnostic> {
    let mesh = &cx.analysis.mesh;
    let materialized = mesh.setting(node, "materialized")?;
    let refused = cx.flavor() == Flavor::V1
        && materialized.as_str() == Some("ephemeral")
        && mesh.access(node) == Some(Access::Public);
    let message = format!("'{}' is ephemeral, and dbt lets no ephemeral model be public", node.name);
    refused.then(|| Diagnostic::new(CODE, range, Severity::Error, message))
}

#[cfg(test)]
mod tests {
    use expect_test::expect;

    use crate::diagnostics::tests::{check, check_v2};

    const SHOP: &str = "
//- shop/dbt_project.yml
name: shop
models:
  shop:
    marts: {+access: open}
    nothing_here: {+access: open}
//- shop/models/marts/m.sql
select 1
//- shop/models/a.sql
{{ config(access='Public') }} select 1
//- shop/models/e.sql
{{ config(materialized='ephemeral') }} select 1
//- shop/models/idle.sql
{{ config(access='nope', enabled=false) }} select 1
//- shop/models/_models.yml
models:
  - name: e
    config: {access: public}
  - name: idle
    access: nope
  - name: b
    access: nope
";

    #[test]
    fn no_word_for_access_and_an_ephemeral_model() {
        check(
            SHOP,
            expect![[r#"
                error[invalid-access]: 'open' is no access: use 'private', 'protected' or 'public'
                 --> shop/dbt_project.yml:4:22
                  |
                4 |     marts: {+access: open}
                  |                      ^^^^
                warning[unused-config-path]: nothing is below 'models.shop.nothing_here', so this has no effect
                 --> shop/dbt_project.yml:5:5
                  |
                5 |     nothing_here: {+access: open}
                  |     ^^^^^^^^^^^^
                error[invalid-access]: 'Public' is no access: did you mean 'public'?
                 --> shop/models/a.sql:1:19
                  |
                1 | {{ config(access='Public') }} select 1
                  |                   ^^^^^^
                  |
                  = fix: Change to 'public' (preferred)
                error[invalid-access]: 'e' is ephemeral, and dbt lets no ephemeral model be public
                 --> shop/models/_models.yml:3:22
                  |
                3 |     config: {access: public}
                  |                      ^^^^^^
                warning[unmatched-entry]: no model 'b' in this package, so its entry under 'models' is ignored; did you mean 'a'?
                 --> shop/models/_models.yml:6:11
                  |
                6 |   - name: b
                  |           ^
            "#]],
        );
    }

    #[test]
    fn v2_accepts_public_ephemeral_models() {
        check_v2(
            SHOP,
            expect![[r#"
                error[invalid-access]: 'open' is no access: use 'private', 'protected' or 'public'
                 --> shop/dbt_project.yml:4:22
                  |
                4 |     marts: {+access: open}
                  |                      ^^^^
                warning[unused-config-path]: nothing is below 'models.shop.nothing_here', so this has no effect
                 --> shop/dbt_project.yml:5:5
                  |
                5 |     nothing_here: {+access: open}
                  |     ^^^^^^^^^^^^
                error[invalid-access]: 'Public' is no access: did you mean 'public'?
                 --> shop/models/a.sql:1:19
                  |
                1 | {{ config(access='Public') }} select 1
                  |                   ^^^^^^
                  |
                  = fix: Change to 'public' (preferred)
                error[misplaced-key]: 'access' is a config: put it below 'config:'
                 --> shop/models/_models.yml:5:5
                  |
                5 |     access: nope
                  |     ^^^^^^
                warning[unmatched-entry]: no model 'b' in this package, so its entry under 'models' is ignored; did you mean 'a'?
                 --> shop/models/_models.yml:6:11
                  |
                6 |   - name: b
                  |           ^
            "#]],
        );
    }
}
