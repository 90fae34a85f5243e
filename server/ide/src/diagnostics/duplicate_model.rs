//! `duplicate-model`: two files, or two entries, for one name that `ref()` looks up (spec §8).

use project::flavor::Flavor;
use project::layout::{FileKind, stem};
use project::names::{Site, Space};
use project::node::Tri;
use syntax::calls::Lit;
use text::TextRange;

use super::FileCx;
use super::definitions::EntrySite;
use crate::{Diagnostic, Place, Severity};

pub(super) const CODE: &str = "duplicate-model";

/// Two files of one name.
pub(super) fn files(cx: &FileCx<'_>, out: &mut Vec<Diagnostic>) {
    let name = stem(&cx.entry.path);
    let (space, what) = match cx.entry.kind {
        FileKind::Seed => (Space::Seed, "seeds"),
        FileKind::Analysis => (Space::Analysis, "analyses"),
        FileKind::SingularTest => (Space::SingularTest, "tests"),
        _ => (Space::Model, "models"),
    };
    let sites = cx.package.sites(space, name);
    // dbt v2 was not seen to look at the names of analyses and tests.
    let by_both = matches!(space, Space::Model | Space::Seed);
    if sites.len() < 2 || !(by_both || cx.flavor() == Flavor::V1) {
        return;
    }
    let mesh = &cx.analysis.mesh;
    let enabled = |site: &Site| match space {
        Space::Model => mesh.file_enabled(cx.package, name, site.file) == Tri::Yes,
        _ => mesh.node_of_file(site.file).is_some_and(|node| mesh.enabled(&node) == Tri::Yes),
    };
    let here = Site { file: cx.file, item: project::names::FILE };
    let off = mesh.node_of_file(cx.file).is_some_and(|node| mesh.enabled(&node) == Tri::No);
    if off || !enabled(&here) {
        return;
    }
    let Some(other) = sites.iter().find(|site| site.file != cx.file && enabled(site)) else { return };
    let path = mesh.file(other.file).map_or("", |entry| &*entry.path);
    let message = format!("two {what} are named '{name}': this one and {path}; rename one of them");
    let start = TextRange::empty(0.into());
    let place = Place::File { file: other.file, full: start, focus: start };
    out.push(Diagnostic::new(CODE, start, Severity::Error, message).related(Some(place), "the other one"));
}

/// Two entries for one model, or a file of the model's own name beside its versions.
pub(super) fn entries(site: &EntrySite<'_>, out: &mut Vec<Diagnostic>) {
    let (cx, entry) = (site.cx, site.entry);
    let mesh = &cx.analysis.mesh;
    let Some(family) = mesh.family(cx.package, &entry.name) else { return };
    let nodes: Vec<_> = match family.is_versioned() {
        false => mesh.member_node(cx.package, &family, None).into_iter().collect(),
        true => {
            let members = family.versions.iter();
            members.filter_map(|member| mesh.member_node(cx.package, &family, Some(member))).collect()
        }
    };
    out.extend(enables_several(site));
    let Some(built) = nodes.iter().find(|node| mesh.enabled(node) == Tri::Yes) else { return };
    let others = cx.package.sites(Space::ModelPatch, &entry.name).iter();
    let other = others.filter(|other| other.file != cx.file || other.item != site.at).find_map(|other| {
        let (_, known) = mesh.entry(*other)?;
        Some(Place::File { file: other.file, full: known.range, focus: known.name_range })
    });
    if other.is_some() {
        let message = format!("the model '{}' has two entries: bring them together", entry.name);
        let found = Diagnostic::new(CODE, entry.name_range, Severity::Error, message);
        out.push(found.related(other, "the other one"));
    }
    if !family.is_versioned() {
        return;
    }
    let Some(plain) = cx.package.site(Space::Model, &entry.name).map(|site| site.file) else { return };
    let used = family.versions.iter().any(|member| member.file == Some(plain));
    if used || mesh.file_enabled(cx.package, &entry.name, plain) != Tri::Yes {
        return;
    }
    let path = |file| mesh.file(file).map_or("", |entry| &*entry.path);
    let message = format!(
        "'{}' has versions, and {} is a model of the same name without one: name it as the version it is, or remove it \
         (the latest version is in {})",
        entry.name,
        path(plain),
        path(family.latest_member().and_then(|member| member.file).unwrap_or(built.file)),
    );
    let start = TextRange::empty(0.into());
    let place = Place::File { file: plain, full: start, focus: start };
    let found = Diagnostic::new(CODE, entry.name_range, Severity::Error, message);
    out.push(found.related(Some(place), "the file without a version"));
}

/// An entry cannot say which of several disabled files it means to enable (dbt v1).
fn enables_several(site: &EntrySite<'_>) -> Option<Diagnostic> {
    let (cx, entry) = (site.cx, site.entry);
    let setting = entry.settings.config("enabled")?;
    let sites = cx.package.sites(Space::Model, &entry.name);
    let off = |site: &Site| cx.analysis.mesh.file_enabled(cx.package, &entry.name, site.file) == Tri::No;
    let unclear = cx.flavor() == Flavor::V1
        && !entry.is_versioned()
        && setting.value.single() == Some(&Lit::Bool(true))
        && sites.len() > 1
        && sites.iter().all(off);
    let message = format!(
        "{} files are named '{}' and all are disabled: enable one of them in its own config() or in dbt_project.yml",
        sites.len(),
        entry.name
    );
    unclear.then(|| Diagnostic::new(CODE, setting.value_range, Severity::Error, message))
}

#[cfg(test)]
mod tests {
    use expect_test::expect;

    use crate::diagnostics::tests::check;

    const SHOP: &str = "
//- shop/dbt_project.yml
name: shop
//- shop/models/a/orders.sql
select 1
//- shop/models/b/orders.py
def model(dbt, session): return 1
//- shop/models/b/old.sql
{{ config(enabled=false) }} select 1
//- shop/models/a/old.sql
select 1
//- shop/models/customers.sql
select 1
//- shop/models/m.sql
select 1
//- shop/models/m_v1.sql
select 1
//- shop/models/m_v2.sql
select 1
//- shop/models/n.sql
select 1
//- shop/models/n_v1.sql
select 1
//- shop/models/_a.yml
models:
  - name: customers
  - name: m
    versions: [{v: 1}, {v: 2}]
  - name: n
    versions: [{v: 1}, {v: 2}]
//- shop/models/_b.yml
models:
  - name: customers
  - name: no_such_model
  - name: no_such_model
";

    #[test]
    fn files_entries_and_versions() {
        check(
            SHOP,
            expect![[r#"
                error[duplicate-model]: two models are named 'orders': this one and models/b/orders.py; rename one of them
                 --> shop/models/a/orders.sql:1:1
                  |
                1 | select 1
                  | ^
                  |
                  = note: the other one: shop/models/b/orders.py:1
                error[duplicate-model]: two models are named 'orders': this one and models/a/orders.sql; rename one of them
                 --> shop/models/b/orders.py:1:1
                  |
                1 | def model(dbt, session): return 1
                  | ^
                  |
                  = note: the other one: shop/models/a/orders.sql:1
                error[duplicate-model]: the model 'customers' has two entries: bring them together
                 --> shop/models/_a.yml:2:11
                  |
                2 |   - name: customers
                  |           ^^^^^^^^^
                  |
                  = note: the other one: shop/models/_b.yml:2
                error[duplicate-model]: 'm' has versions, and models/m.sql is a model of the same name without one: name it as the version it is, or remove it (the latest version is in models/m_v2.sql)
                 --> shop/models/_a.yml:3:11
                  |
                3 |   - name: m
                  |           ^
                  |
                  = note: the file without a version: shop/models/m.sql:1
                error[duplicate-model]: the model 'customers' has two entries: bring them together
                 --> shop/models/_b.yml:2:11
                  |
                2 |   - name: customers
                  |           ^^^^^^^^^
                  |
                  = note: the other one: shop/models/_a.yml:2
                warning[unmatched-entry]: no model 'no_such_model' in this package, so its entry under 'models' is ignored
                 --> shop/models/_b.yml:3:11
                  |
                3 |   - name: no_such_model
                  |           ^^^^^^^^^^^^^
                warning[unmatched-entry]: no model 'no_such_model' in this package, so its entry under 'models' is ignored
                 --> shop/models/_b.yml:4:11
                  |
                4 |   - name: no_such_model
                  |           ^^^^^^^^^^^^^
            "#]],
        );
    }

    #[test]
    fn which_of_several_disabled_files() {
        check(
            "
//- shop/dbt_project.yml
name: shop
//- shop/models/a/orders.sql
{{ config(enabled=false) }} select 1
//- shop/models/b/orders.sql
{{ config(enabled=false) }} select 1
//- shop/models/one.sql
{{ config(enabled=false) }} select 1
//- shop/models/_models.yml
models:
  - {name: orders, config: {enabled: true}}
  - {name: one, config: {enabled: true}}
",
            expect![[r#"
                error[duplicate-model]: 2 files are named 'orders' and all are disabled: enable one of them in its own config() or in dbt_project.yml
                 --> shop/models/_models.yml:2:38
                  |
                2 |   - {name: orders, config: {enabled: true}}
                  |                                      ^^^^
            "#]],
        );
    }
}
