//! `disabled-model`: the name exists and is switched off (spec §4.2).

use project::flavor::Flavor;
use project::names::FILE;
use project::resolve::{Missing, Resolution};
use project::{NodeRef, Target};
use text::TextRange;

use super::{FileCx, RefSite};
use crate::{Diagnostic, Place};

pub(super) const CODE: &str = "disabled-model";

pub(super) fn check(site: &RefSite<'_>) -> Option<Diagnostic> {
    let target = match site.resolution {
        Resolution::Disabled(target) => Some(target),
        Resolution::Missing(Missing::DisabledUpstream) => None,
        _ => return None,
    };
    // dbt v1 drops a test on something disabled without a word (spec §4.3), v2 warns.
    let dropped = site.referrer.kind.is_test() && site.cx.flavor() == Flavor::V1;
    let severity = site.missing_severity().filter(|_| !dropped)?;
    let message = format!("{} is disabled: enable it, or refer to another model", site.shown());
    let place = target.and_then(|target| switch(site.cx, target));
    Some(Diagnostic::new(CODE, site.name_range, severity, message).related(place, "disabled here"))
}

/// Where a node is switched off.
pub(super) fn switch(cx: &FileCx<'_>, target: &Target) -> Option<Place> {
    let Target::Local(node) = target else { return cx.place(target) };
    let (file, range) = in_file(cx, node).or_else(|| in_yaml(cx, node)).or_else(|| in_project(cx, node))?;
    Some(Place::File { file, full: range, focus: range })
}

fn in_file(cx: &FileCx<'_>, node: &NodeRef) -> Option<(project::FileId, TextRange)> {
    let facts = cx.analysis.mesh.facts(node.file)?;
    let settings = match facts.defs.get(node.item as usize) {
        Some(def) => &def.settings,
        None if node.item == FILE => &facts.settings,
        None => return None,
    };
    let setting = settings.get("enabled")?;
    Some((node.file, setting.key_range.cover(setting.value_range)))
}

fn in_yaml(cx: &FileCx<'_>, node: &NodeRef) -> Option<(project::FileId, TextRange)> {
    let setting = cx.analysis.mesh.yaml_setting(node, "enabled")?;
    Some((node.entry?.file, setting.key_range.cover(setting.value_range)))
}

fn in_project(cx: &FileCx<'_>, node: &NodeRef) -> Option<(project::FileId, TextRange)> {
    let package = cx.analysis.mesh.package(node.package)?;
    Some((package.file("dbt_project.yml")?, TextRange::empty(0.into())))
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
    attic: {+enabled: false}
//- shop/models/old.sql
{{ config(enabled=false) }} select 1
//- shop/models/older.sql
select 1
//- shop/models/attic/oldest.sql
select 1
//- shop/models/maybe.sql
{{ config(enabled=var('x')) }} select 1
//- shop/models/_models.yml
models:
  - name: older
    config: {enabled: false}
";

    #[test]
    fn wherever_it_is_switched_off() {
        let model = "//- shop/models/report.sql\n$0select * from {{ ref('old') }}\njoin {{ ref('shop', 'older') }}\njoin {{ ref('oldest') }}\n";
        check(
            &format!("{SHOP}{model}"),
            expect![[r#"
            error[disabled-model]: 'old' is disabled: enable it, or refer to another model
             --> shop/models/report.sql:1:23
              |
            1 | select * from {{ ref('old') }}
              |                       ^^^
              |
              = note: disabled here: shop/models/old.sql:1
            error[disabled-model]: 'older' in 'shop' is disabled: enable it, or refer to another model
             --> shop/models/report.sql:2:22
              |
            2 | join {{ ref('shop', 'older') }}
              |                      ^^^^^
              |
              = note: disabled here: shop/models/_models.yml:3
            error[disabled-model]: 'oldest' is disabled: enable it, or refer to another model
             --> shop/models/report.sql:3:14
              |
            3 | join {{ ref('oldest') }}
              |              ^^^^^^
              |
              = note: disabled here: shop/dbt_project.yml:1
        "#]],
        );
    }

    #[test]
    fn tests_disabled_models_and_unknown_switches_say_nothing() {
        let test = "//- shop/tests/t.sql\n$0select * from {{ ref('old') }}\n";
        check(
            &format!("{SHOP}{test}"),
            expect![[r#"
            nothing
        "#]],
        );
        let off =
            "//- shop/models/report.sql\n$0{{ config(enabled=false) }} select * from {{ ref('old') }}\n";
        check(
            &format!("{SHOP}{off}"),
            expect![[r#"
            nothing
        "#]],
        );
        let maybe = "//- shop/models/report.sql\n$0select * from {{ ref('maybe') }}\n";
        check_v2(
            &format!("{SHOP}{maybe}"),
            expect![[r#"
            nothing
        "#]],
        );
    }

    #[test]
    fn in_an_upstream() {
        let model = "//- books/dbt_project.yml\nname: books\n//- books/dependencies.yml\nprojects: [{name: shop}]\n\
             //- books/models/report.sql\n$0select * from {{ ref('shop', 'old') }}\n";
        check(
            &format!("{SHOP}{model}"),
            expect![[r#"
            error[disabled-model]: 'old' in 'shop' is disabled: enable it, or refer to another model
             --> books/models/report.sql:1:31
              |
            1 | select * from {{ ref('shop', 'old') }}
              |                               ^^^
              |
              = note: disabled here: shop/models/old.sql:1
        "#]],
        );
    }
}
