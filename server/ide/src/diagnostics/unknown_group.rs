//! `unknown-group`: a model is put into a group that nothing defines (spec §6).

use project::NodeRef;
use project::names::Space;
use project::registry::Supply;
use syntax::calls::{Lit, Value};
use text::TextRange;

use super::definitions::{EntrySite, applies, own_setting, v1_error};
use super::{FileCx, wording};
use crate::Diagnostic;

pub(crate) const CODE: &str = "unknown-group";

/// How many groups a message lists.
const SHOWN: usize = 6;

/// In a model's own `config()`.
pub(super) fn file(cx: &FileCx<'_>, out: &mut Vec<Diagnostic>) {
    if let Some(setting) = own_setting(cx, "group") {
        out.extend(unknown(cx, &setting.value, setting.value_range));
    }
}

/// In a YAML entry or its versions.
pub(super) fn entry(site: &EntrySite<'_>, nodes: &[NodeRef], out: &mut Vec<Diagnostic>) {
    for setting in site.settings("group") {
        // Another place may have the last word.
        let in_force = nodes.iter().any(|node| {
            let value = site.cx.analysis.mesh.setting(node, "group");
            value.is_some_and(|value| value == setting.value)
        });
        out.extend(unknown(site.cx, &setting.value, setting.value_range).filter(|_| in_force));
    }
}

/// In dbt_project.yml.
pub(super) fn tree(cx: &FileCx<'_>, out: &mut Vec<Diagnostic>) {
    for placed in cx.project.config.placed.iter().filter(|placed| placed.key == "group") {
        out.extend(unknown(cx, &placed.value, placed.range).filter(|_| applies(cx, placed)));
    }
}

fn unknown(cx: &FileCx<'_>, value: &Value, range: TextRange) -> Option<Diagnostic> {
    let Lit::Str(name) = value.single()? else { return None };
    // A package that is not there may define it.
    if name.is_empty() || is_known(cx, name) || cx.resolver.uninstalled().next().is_some() {
        return None;
    }
    let mut known: Vec<&str> = cx
        .resolver
        .packages()
        .flat_map(|package| package.names(Space::Group))
        .map(|(name, _)| name.as_str())
        .collect();
    known.sort_unstable();
    known.dedup();
    let message = match text::suggest(name, known.iter().copied()) {
        Some(near) => format!("no group '{name}'{}", wording::did_you_mean(Some(near))),
        None if known.is_empty() => {
            format!("no group '{name}': define it under 'groups:' in a properties file")
        }
        None => {
            let shown = wording::list(known.iter().map(|name| format!("'{name}'")), SHOWN);
            format!("no group '{name}'; the groups are {shown}")
        }
    };
    Some(Diagnostic::new(CODE, range, v1_error(cx), message))
}

/// Any package's groups count, and with dbt-loom those of its upstreams (upstreams.md §2.5).
fn is_known(cx: &FileCx<'_>, name: &str) -> bool {
    let mesh = &cx.analysis.mesh;
    if cx.resolver.packages().any(|package| package.site(Space::Group, name).is_some()) {
        return true;
    }
    mesh.registry.has_loom(cx.project.id)
        && cx.resolver.upstreams().iter().any(|upstream| match &upstream.supply {
            Some(Supply::Live(id)) => {
                mesh.package(*id).is_some_and(|package| package.site(Space::Group, name).is_some())
            }
            Some(Supply::Manifest { manifest, .. }) => manifest.groups().any(|group| group.name == name),
            // What is not read may define it.
            None => true,
        })
}

#[cfg(test)]
mod tests {
    use expect_test::expect;

    use crate::diagnostics::tests::{check, check_v2};

    const SHOP: &str = "
//- shop/dbt_project.yml
name: shop
models:
  +group: bookz
//- shop/models/a.sql
{{ config(group='growth') }} select 1
//- shop/models/plain.sql
select 1
//- shop/models/b.sql
select 1
//- shop/models/c.sql
select 1
//- shop/models/d.sql
{{ config(group='books') }} select 1
//- shop/models/_models.yml
groups:
  - name: books
    owner: {name: Bea}
models:
  - name: b
    config: {group: nowhere}
  - name: c
    group: books
  - name: d
    group: overruled
  - name: no_such_model
    group: nowhere
";

    #[test]
    fn nothing_defines_it() {
        check(
            SHOP,
            expect![[r#"
                error[unknown-group]: no group 'bookz'; did you mean 'books'?
                 --> shop/dbt_project.yml:3:11
                  |
                3 |   +group: bookz
                  |           ^^^^^
                error[unknown-group]: no group 'growth'; the groups are 'books'
                 --> shop/models/a.sql:1:18
                  |
                1 | {{ config(group='growth') }} select 1
                  |                  ^^^^^^
                error[unknown-group]: no group 'nowhere'; the groups are 'books'
                 --> shop/models/_models.yml:6:21
                  |
                6 |     config: {group: nowhere}
                  |                     ^^^^^^^
                warning[unmatched-entry]: no model 'no_such_model' in this package, so its entry under 'models' is ignored
                  --> shop/models/_models.yml:11:11
                   |
                11 |   - name: no_such_model
                   |           ^^^^^^^^^^^^^
            "#]],
        );
    }

    #[test]
    fn v2_is_silent() {
        check_v2(
            SHOP,
            expect![[r#"
                warning[unknown-group]: no group 'bookz'; did you mean 'books'?
                 --> shop/dbt_project.yml:3:11
                  |
                3 |   +group: bookz
                  |           ^^^^^
                warning[unknown-group]: no group 'growth'; the groups are 'books'
                 --> shop/models/a.sql:1:18
                  |
                1 | {{ config(group='growth') }} select 1
                  |                  ^^^^^^
                warning[unknown-group]: no group 'nowhere'; the groups are 'books'
                 --> shop/models/_models.yml:6:21
                  |
                6 |     config: {group: nowhere}
                  |                     ^^^^^^^
                error[misplaced-key]: 'group' is a config: put it below 'config:'
                 --> shop/models/_models.yml:8:5
                  |
                8 |     group: books
                  |     ^^^^^
                error[misplaced-key]: 'group' is a config: put it below 'config:'
                  --> shop/models/_models.yml:10:5
                   |
                10 |     group: overruled
                   |     ^^^^^
                warning[unmatched-entry]: no model 'no_such_model' in this package, so its entry under 'models' is ignored
                  --> shop/models/_models.yml:11:11
                   |
                11 |   - name: no_such_model
                   |           ^^^^^^^^^^^^^
            "#]],
        );
    }
}
