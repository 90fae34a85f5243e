//! Calls: `ref()`, `source()`, `metric()`, `function()`, `doc()` and calls of macros.

use project::facts::FileFacts;
use project::facts::resources::{NameUse, Wanted};
use project::names::{Site, Space};
use project::refs::{Lookup, Part, RefArgs, SourceArgs, dotted, lookup};
use project::resolve::Resolution;
use project::{Target, graph};
use smol_str::SmolStr;
use text::TextRange;

use super::{NodeSubject, Role, Search, Usage, is_same, space_of_def};
use crate::Cancellable;
use crate::diagnostics::FileCx;
use crate::named;
use crate::thing::{Thing, macro_named, referenced};

pub(super) fn of_node(search: Search<'_>, node: &NodeSubject, out: &mut Vec<Usage>) -> Cancellable<()> {
    search.each_mention(node.space, &node.name, |cx| {
        for (used, at) in cx.facts.uses.iter().zip(0..) {
            let range = match lookup(&used.call.name) {
                Lookup::Ref if node.space == Space::Model => {
                    let found = of_ref(cx, node, &used.call);
                    if let Some((range, true)) = found {
                        out.push(Usage { file: cx.file, range, role: Role::Implied(at) });
                        continue;
                    }
                    found.map(|(range, _)| range)
                }
                Lookup::Source if node.space == Space::Table => of_table(cx, node, &used.call),
                Lookup::Metric if node.space == Space::Metric => of_named(cx, node, used),
                Lookup::Function if node.space == Space::Function => of_named(cx, node, used),
                _ => None,
            };
            out.extend(range.map(|range| Usage { file: cx.file, range, role: Role::Call(at) }));
        }
    })
}

/// The name of a ref, or its version's number when one version is meant; and whether that version is only implied.
fn of_ref(cx: &FileCx<'_>, node: &NodeSubject, call: &syntax::calls::Call) -> Option<(TextRange, bool)> {
    let args = RefArgs::read(call, cx.flavor());
    let part = args.name.as_ref()?;
    let is_it =
        |name: &&SmolStr| **name == node.name || dotted(name).is_some_and(|(model, _)| model == node.name);
    let written = part.names.iter().find(is_it)?;
    let known = |part: &Option<Part>| part.as_ref().is_none_or(|part| part.single().is_some());
    // A computed version is one of the model's, whichever.
    if !known(&args.package) || !known(&args.version) && node.version.is_some() {
        return None;
    }
    let package = args.package.as_ref().and_then(Part::single);
    let version = args.version.as_ref().and_then(Part::single);
    let targets = referenced(cx, package, written, version);
    if !targets.iter().any(|target| node.is(cx.analysis, target)) {
        return None;
    }
    if *written != node.name {
        // `orders.v2`, if it is written so.
        let model = node.name.len();
        let (from, to) = if node.version.is_some() { (model + 2, written.len()) } else { (0, model) };
        let is_plain = usize::from(part.range.len()) == written.len();
        return Some((if is_plain { named::part(part.range, from, to) } else { part.range }, false));
    }
    let name = part;
    match (&node.version, &args.version) {
        // What is nearest to a version that is not there is not that version.
        (Some(wanted), Some(part)) => (part.single() == Some(wanted)).then_some((part.range, false)),
        (Some(_), None) => Some((name.range, true)),
        _ => Some((name.range, false)),
    }
}

fn of_table(cx: &FileCx<'_>, node: &NodeSubject, call: &syntax::calls::Call) -> Option<TextRange> {
    let args = SourceArgs::read(call);
    let table = args.table.as_ref()?;
    let source = args.source?;
    let source = source.single()?;
    let is_it = |table: &SmolStr| match cx.resolver.table(source, table) {
        Resolution::Found { target, .. } | Resolution::Disabled(target) => node.is(cx.analysis, &target),
        _ => false,
    };
    table.names.iter().any(is_it).then_some(table.range)
}

/// `metric('name')`, `function('name')`
fn of_named(cx: &FileCx<'_>, node: &NodeSubject, used: &project::facts::Use) -> Option<TextRange> {
    let found: Vec<Target> = graph::targets(&cx.resolver, used);
    let is_it = found.iter().any(|target| node.is(cx.analysis, target));
    is_it.then(|| used.call.args.last().map(|arg| arg.inner_range())).flatten()
}

/// The first argument of every `source()` with a table of it.
pub(super) fn of_source(search: Search<'_>, site: Site, out: &mut Vec<Usage>) -> Cancellable<()> {
    let analysis = search.analysis;
    let mesh = &analysis.mesh;
    let (Some((_, source)), Some(file)) = (mesh.entry(site), mesh.file(site.file)) else { return Ok(()) };
    let Some(package) = mesh.package(file.package) else { return Ok(()) };
    let tables = package.names(Space::Table).map(|(name, _)| name);
    let of_source =
        |name: &&SmolStr| name.strip_prefix(source.name.as_str()).is_some_and(|rest| rest.starts_with('.'));
    for table in tables.filter(of_source) {
        let Some(node) = mesh.table(package, table) else { continue };
        let super::Subject::Node(node) = super::Subject::node(analysis, &Target::Local(node)) else {
            continue;
        };
        search.each_mention(Space::Table, table, |cx| {
            for (used, at) in cx.facts.uses.iter().zip(0..) {
                if lookup(&used.call.name) != Lookup::Source || of_table(cx, &node, &used.call).is_none() {
                    continue;
                }
                let range = SourceArgs::read(&used.call).source.map(|part| part.range);
                out.extend(range.map(|range| Usage { file: cx.file, range, role: Role::Call(at) }));
            }
        })?;
    }
    // Where only the table is computed.
    search.each_mention(Space::Source, &source.name, |cx| {
        let mut packages = cx.resolver.packages();
        let found = packages.find_map(|package| package.site(Space::Source, &source.name));
        for (used, at) in cx.facts.uses.iter().zip(0..).filter(|_| found == Some(site)) {
            let args = (lookup(&used.call.name) == Lookup::Source).then(|| SourceArgs::read(&used.call));
            let named = args.and_then(|args| args.source).filter(|part| part.single() == Some(&source.name));
            out.extend(named.map(|part| Usage { file: cx.file, range: part.range, role: Role::Call(at) }));
        }
    })
}

/// Calls of a macro, or of `doc()` for a docs block.
pub(super) fn of_def(search: Search<'_>, site: Site, out: &mut Vec<Usage>) -> Cancellable<()> {
    let analysis = search.analysis;
    let facts = analysis.mesh.facts(site.file);
    let Some(def) = facts.and_then(|facts| facts.defs.get(site.item as usize)) else { return Ok(()) };
    let (space, name) = (space_of_def(def.kind), def.index_name());
    search.each_mention(space, &name, |cx| {
        for (used, at) in cx.facts.uses.iter().zip(0..) {
            let range = match (space, lookup(&used.call.name)) {
                (Space::Doc, Lookup::Doc) => {
                    let found = crate::docs::find(&analysis.mesh, cx.package.id, &used.call);
                    let is_it = found.is_some_and(|(found, _)| found == site);
                    used.call.args.last().filter(|_| is_it).map(|arg| arg.inner_range())
                }
                (Space::Macro, Lookup::Macro) => {
                    let is_it = used.call.name.rsplit('.').next() == Some(&name)
                        && matches!(macro_named(cx, &used.call.name), Some(Thing::Def(found)) if is_same(analysis, found, site));
                    // Of `test_unique` what is the test's own name.
                    is_it.then(|| last_word(&def.name, used.call.name_range))
                }
                _ => None,
            };
            out.extend(range.map(|range| Usage { file: cx.file, range, role: Role::Call(at) }));
        }
        for used in named_as(cx.facts, Wanted::OverriddenMacro).filter(|_| space == Space::Macro) {
            let is_it = used.name.rsplit('.').next() == Some(&name)
                && matches!(macro_named(cx, &used.name), Some(Thing::Def(found)) if is_same(analysis, found, site));
            let range = is_it.then(|| last_word(&used.name, used.range));
            out.extend(range.map(|range| Usage { file: cx.file, range, role: Role::Value }));
        }
    })
}

/// The names in YAML that stand for one kind of thing.
pub(super) fn named_as(facts: &FileFacts, wanted: Wanted) -> impl Iterator<Item = &NameUse> {
    facts.resources().names.iter().filter(move |used| used.wanted == wanted)
}

/// The bytes of `star` in `utils.star`.
pub(super) fn last_word(name: &str, range: TextRange) -> TextRange {
    let word = name.rsplit('.').next().unwrap_or(name);
    let start = range.end().checked_sub(text::size(word.len())).unwrap_or(range.start());
    TextRange::new(start.max(range.start()), range.end())
}
