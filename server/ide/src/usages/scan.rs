//! Names that no index keeps: values of YAML keys, groups, generic tests, materializations. Looks at the facts of every
//! file.

use project::Target;
use project::facts::resources::Wanted;
use project::facts::{Def, DefKind, FileFacts, Name, NameTrouble, Setting};
use project::names::{Site, Space};
use syntax::calls::Value;
use text::TextRange;

use super::calls::{last_word, named_as};
use super::{NodeSubject, Role, Search, Usage, is_same};
use crate::Cancellable;
use crate::diagnostics::FileCx;
use crate::named;
use crate::thing::{Thing, group_named, macro_named, referenced};

/// `model:` of unit tests, and of one version `versions:`.
pub(super) fn of_node(search: Search<'_>, node: &NodeSubject, out: &mut Vec<Usage>) -> Cancellable<()> {
    if node.space != Space::Model {
        return Ok(());
    }
    let analysis = search.analysis;
    for package in analysis.mesh.packages() {
        analysis.check()?;
        let sites = package.names(Space::UnitTest).flat_map(|(_, sites)| sites.iter());
        for site in sites.filter(|site| search.wants(site.file)) {
            let Some((facts, entry)) = analysis.mesh.entry(*site) else { continue };
            let model = entry.settings.get("model");
            let Some(model) = model.filter(|model| model.value.as_str() == Some(&node.name)) else {
                continue;
            };
            let Some(cx) = FileCx::new(analysis, site.file) else { continue };
            let version = node.version.as_deref();
            let found: Vec<Target> = referenced(&cx, Some(cx.package.name()), &node.name, version);
            if !found.iter().any(|target| node.is(analysis, target)) {
                continue;
            }
            let add = |range: TextRange| Usage { file: site.file, range, role: Role::Value };
            match version {
                None => out.push(add(model.value_range)),
                Some(version) => {
                    let listed = named_as(facts, Wanted::TestedVersion);
                    let it = listed.filter(|used| used.entry == site.item && used.name == version);
                    out.extend(it.map(|used| add(used.range)));
                }
            }
        }
    }
    Ok(())
}

/// `group:` in YAML, `config(group=…)`, `+group:` of a project.
pub(super) fn of_group(search: Search<'_>, group: Site, out: &mut Vec<Usage>) -> Cancellable<()> {
    let mesh = &search.analysis.mesh;
    let Some((_, entry)) = mesh.entry(group) else { return Ok(()) };
    let name = entry.name.as_str();
    search.each_file(|file, _, facts| {
        let named: Vec<(TextRange, Role)> = settings(facts, "group", name).collect();
        if named.is_empty() {
            return;
        }
        let Some(cx) = FileCx::new(search.analysis, file) else { return };
        if matches!(group_named(&cx, name), Some(Thing::Entry(found)) if found == group) {
            out.extend(named.into_iter().map(|(range, role)| Usage { file, range, role }));
        }
    })
}

/// Where `key` is set to `name`: in YAML, in `config()`, in a config tree.
fn settings<'f>(
    facts: &'f FileFacts,
    key: &'static str,
    name: &'f str,
) -> impl Iterator<Item = (TextRange, Role)> + 'f {
    let entries = facts.entries.iter().flat_map(|entry| {
        let versions = entry.versions.iter().flatten();
        entry.settings.0.iter().chain(versions.flat_map(|version| version.settings.0.iter()))
    });
    let blocks = facts.defs.iter().flat_map(|def| def.settings.0.iter());
    let settings = facts.settings.0.iter().chain(entries).chain(blocks);
    let is_it = move |setting: &&Setting| setting.key == key && setting.value.as_str() == Some(name);
    let placed = facts.project.iter().flat_map(|project| project.placed.iter());
    let placed = placed.filter(move |placed| placed.key == key && placed.value.as_str() == Some(name));
    let placed = placed.map(|placed| (&placed.value, placed.range));
    settings.filter(is_it).map(|setting| (&setting.value, setting.value_range)).chain(placed).map(inside)
}

/// The bytes of a value without its quotes, which are part of it in templates; and what stands there.
fn inside((value, range): (&Value, TextRange)) -> (TextRange, Role) {
    let written = value.as_str().filter(|_| matches!(value, Value::Literal(_))).map(str::len);
    match usize::from(range.len()) {
        len if written == Some(len) => (range, Role::Value),
        len if written.is_some_and(|written| written + 2 == len) => {
            (named::part(range, 1, len - 1), Role::Value)
        }
        _ => (range, Role::Computed),
    }
}

/// A generic test in properties, a materialization in configurations: both go by names that are no calls.
pub(super) fn of_def(search: Search<'_>, site: Site, out: &mut Vec<Usage>) -> Cancellable<()> {
    let facts = search.analysis.mesh.facts(site.file);
    let Some(def) = facts.and_then(|facts| facts.defs.get(site.item as usize)) else { return Ok(()) };
    match def.kind {
        DefKind::Test => of_test(search, site, def, out),
        DefKind::Materialization => search.each_file(|file, _, facts| {
            let named = settings(facts, "materialized", &def.name);
            out.extend(named.map(|(range, role)| Usage { file, range, role }));
        }),
        DefKind::Macro => of_value(search, site, def, out),
        _ => Ok(()),
    }
}

/// A macro that is handed on without being called: `{{ apply(cents) }}`.
fn of_value(search: Search<'_>, site: Site, def: &Def, out: &mut Vec<Usage>) -> Cancellable<()> {
    search.each_file(|file, _, facts| {
        let is_it = |name: &&Name| name.name == def.name && name.trouble != NameTrouble::Unguarded;
        let mut named = facts.names.iter().filter(is_it).peekable();
        if named.peek().is_none() {
            return;
        }
        let Some(cx) = FileCx::new(search.analysis, file) else { return };
        if matches!(macro_named(&cx, &def.name), Some(Thing::Def(found)) if is_same(search.analysis, found, site)) {
            out.extend(named.map(|name| Usage { file, range: name.range, role: Role::Value }));
        }
    })
}

fn of_test(search: Search<'_>, site: Site, def: &Def, out: &mut Vec<Usage>) -> Cancellable<()> {
    search.each_file(|file, _, facts| {
        let tests = facts.entries.iter().flat_map(|entry| entry.tests.iter());
        let mut named = tests.filter(|test| test.name.rsplit('.').next() == Some(&def.name)).peekable();
        if named.peek().is_none() {
            return;
        }
        let Some(cx) = FileCx::new(search.analysis, file) else { return };
        for test in named {
            if matches!(crate::generic_tests::named(&cx, &test.name), Some(Thing::Def(found)) if is_same(search.analysis, found, site)) {
                out.push(Usage { file, range: last_word(&test.name, test.range), role: Role::Value });
            }
        }
    })
}
