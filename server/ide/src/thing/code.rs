//! Names in templates and Python.

use project::names::Space;
use project::refs::{Lookup, Part, RefArgs, SourceArgs, lookup};
use project::resolve::Resolution;
use syntax::calls::Call;
use syntax::cursor::{CallSite, TagSite};
use text::{TextRange, TextSize};

use super::{Thing, block, group_named, macro_named, project_named, referenced, resource};
use crate::at::as_call;
use crate::diagnostics::FileCx;
use crate::named::{self, columns, semantic};

pub(super) fn find(
    cx: &FileCx<'_>,
    text: &str,
    site: &TagSite,
    offset: TextSize,
) -> Option<(TextRange, Thing)> {
    let defined = cx.facts.defs.iter().position(|def| def.name_range.contains_inclusive(offset));
    if let Some(at) = defined {
        return Some((cx.facts.defs[at].name_range, block(cx, at)));
    }
    if let Some(found) = group(cx, offset).or_else(|| configured(cx, text, site)) {
        return Some(found);
    }
    if let Some(found) = name_space(cx, site, offset).or_else(|| keyword(cx, site, offset)) {
        return Some(found);
    }
    // On the callee's name: the whole call is known from the facts.
    let callee = cx.facts.uses.iter().find(|used| used.call.name_range.contains_inclusive(offset));
    if let Some(used) = callee.filter(|_| site.string.is_none()) {
        return in_call(cx, &used.call, offset);
    }
    let inside = site.calls.iter().rev().find(|call| in_arguments(call, offset) && names_something(call));
    if let Some(inside) = inside {
        // The facts know more of a whole call: what a variable can be.
        let known = cx.facts.uses.iter().map(|used| &used.call);
        let known = known.filter(|call| call.complete).find(|call| call.name_range == inside.name_range);
        let found = match known {
            Some(call) => in_call(cx, call, offset),
            None => in_call(cx, &as_call(inside, text), offset),
        };
        if found.is_some() {
            return found;
        }
    }
    if site.string.is_none() && !site.word.is_empty() {
        return macro_named(cx, &site.word_text).map(|thing| (site.word, thing));
    }
    None
}

/// `config(group='finance')`
fn group(cx: &FileCx<'_>, offset: TextSize) -> Option<(TextRange, Thing)> {
    let of_blocks = cx.facts.defs.iter().flat_map(|def| def.settings.0.iter());
    let setting = cx
        .facts
        .settings
        .0
        .iter()
        .chain(of_blocks)
        .find(|setting| setting.key == "group" && setting.value_range.contains_inclusive(offset))?;
    let thing = group_named(cx, setting.value.as_str()?)?;
    Some((setting.value_range, thing))
}

/// Other names in `config(…)`: materializations, strategies, columns.
fn configured(cx: &FileCx<'_>, text: &str, site: &TagSite) -> Option<(TextRange, Thing)> {
    let call = site.calls.last().filter(|call| lookup(&call.name) == Lookup::Config)?;
    let (key, string) = (site.keyword_arg.as_deref()?, site.string.as_ref()?);
    let name = text.get(usize::from(string.content.start())..usize::from(string.content.end()))?;
    let thing = match key {
        "materialized" => named::materialization(cx, name)?,
        "incremental_strategy" => named::strategy(cx, name)?,
        key if columns::CONFIGS.contains(&key) => {
            Thing::Column(Box::new(columns::find(cx, &columns::of_code(cx, call.name_range), name)?))
        }
        _ => return None,
    };
    Some((string.content, thing))
}

/// The package in `package.macro`.
fn name_space(cx: &FileCx<'_>, site: &TagSite, offset: TextSize) -> Option<(TextRange, Thing)> {
    let (package, _) = site.word_text.split_once('.').filter(|_| site.string.is_none())?;
    let range = TextRange::at(site.word.start(), text::size(package.len()));
    if !range.contains(offset) {
        return None;
    }
    // A variable may have a package's name.
    macro_named(cx, &site.word_text)?;
    project_named(cx, package).map(|thing| (range, thing))
}

/// `column=` in the call of a macro.
fn keyword(cx: &FileCx<'_>, site: &TagSite, offset: TextSize) -> Option<(TextRange, Thing)> {
    let call = site.calls.last()?;
    let mut keywords = call.args.iter().filter_map(|arg| arg.keyword.as_ref());
    let (name, range) = keywords.find(|(_, range)| range.contains_inclusive(offset))?;
    match macro_named(cx, &call.name)? {
        Thing::Def(of) => named::parameter(cx, of, name).map(|thing| (*range, thing)),
        _ => None,
    }
}

fn in_arguments(call: &CallSite, offset: TextSize) -> bool {
    offset >= call.open && call.close.is_none_or(|close| offset <= close)
}

fn names_something(call: &CallSite) -> bool {
    call.name == "adapter.dispatch"
        || semantic::is_call(&call.name)
        || !matches!(lookup(&call.name), Lookup::Macro | Lookup::Config)
}

fn in_call(cx: &FileCx<'_>, call: &Call, offset: TextSize) -> Option<(TextRange, Thing)> {
    let on_name = call.name_range.contains_inclusive(offset);
    let touches = |part: &Part| part.range.contains_inclusive(offset);
    match lookup(&call.name) {
        Lookup::Ref => {
            let args = RefArgs::read(call, cx.flavor());
            if let Some(package) = args.package.as_ref().filter(|part| touches(part)) {
                return project_named(cx, package.single()?).map(|thing| (package.range, thing));
            }
            let range = if on_name { call.name_range } else { args.name.as_ref()?.range };
            let version = args.version.as_ref();
            let range = version.filter(|part| touches(part)).map_or(range, |part| part.range);
            reference(cx, &args).map(|thing| (range, thing))
        }
        Lookup::Source => source(cx, call, offset),
        Lookup::Doc => {
            let (site, _) = crate::docs::find(&cx.analysis.mesh, cx.package.id, call)?;
            let range = if on_name { call.name_range } else { call.args.last()?.inner_range() };
            Some((range, Thing::Def(site)))
        }
        Lookup::Var => {
            let first = call.args.first().filter(|arg| arg.keyword.is_none())?;
            let (site, _) = cx.analysis.mesh.var(cx.package.id, first.value.as_str()?)?;
            Some((first.inner_range(), Thing::Var(site)))
        }
        Lookup::EnvVar => {
            let first = call.args.first().filter(|arg| arg.inner_range().contains_inclusive(offset))?;
            Some((first.inner_range(), Thing::EnvVar(first.value.as_str()?.into())))
        }
        Lookup::Macro if semantic::is_call(&call.name) && !on_name => {
            let first = call.args.first().filter(|arg| arg.inner_range().contains_inclusive(offset))?;
            let thing = semantic::thing(cx, &call.name, first.value.as_str()?)?;
            Some((first.inner_range(), thing))
        }
        Lookup::Macro if call.name == "adapter.dispatch" && !on_name => {
            let package = call.args.get(1).filter(|arg| arg.inner_range().contains_inclusive(offset));
            if let Some(package) = package {
                return project_named(cx, package.value.as_str()?)
                    .map(|thing| (package.inner_range(), thing));
            }
            let name = call.args.first().filter(|arg| arg.inner_range().contains_inclusive(offset))?;
            let thing = dispatched(cx, name.value.as_str()?)?;
            Some((name.inner_range(), thing))
        }
        Lookup::Metric | Lookup::Function => resource_named(cx, call, offset),
        _ if on_name => macro_named(cx, &call.name).map(|thing| (call.name_range, thing)),
        _ => None,
    }
}

/// The implementation for all adapters, the package's own before others.
fn dispatched(cx: &FileCx<'_>, name: &str) -> Option<Thing> {
    let name = format!("default__{name}");
    let mut packages = std::iter::once(cx.package).chain(cx.resolver.packages());
    packages.find_map(|package| package.site(Space::Macro, &name)).map(Thing::Def)
}

/// `metric(['package',] 'name')`, `function(['package',] 'name')`
fn resource_named(cx: &FileCx<'_>, call: &Call, offset: TextSize) -> Option<(TextRange, Thing)> {
    let names: Vec<&str> = call.args.iter().map_while(|arg| arg.value.as_str()).collect();
    let (package, name) = match names.as_slice() {
        [name] => (None, *name),
        [package, name] => (Some(*package), *name),
        _ => return None,
    };
    let first = call.args.first()?.inner_range();
    if let Some(package) = package.filter(|_| first.contains_inclusive(offset)) {
        return project_named(cx, package).map(|thing| (first, thing));
    }
    let on_name = call.name_range.contains_inclusive(offset);
    let range = if on_name { call.name_range } else { call.args.last()?.inner_range() };
    let found = match lookup(&call.name) {
        Lookup::Metric => cx.resolver.metric(package, name),
        _ => cx.resolver.function(package, name),
    };
    resource(found).map(|thing| (range, thing))
}

/// Every node that the call can mean; none when an argument is dynamic.
fn reference(cx: &FileCx<'_>, args: &RefArgs) -> Option<Thing> {
    let known = |part: &Option<Part>| part.as_ref().is_none_or(|part| part.single().is_some());
    if !known(&args.package) || !known(&args.version) {
        return None;
    }
    let package = args.package.as_ref().and_then(Part::single);
    let version = args.version.as_ref().and_then(Part::single);
    let names = &args.name.as_ref()?.names;
    let targets: Vec<_> = names.iter().flat_map(|name| referenced(cx, package, name, version)).collect();
    (!targets.is_empty()).then_some(Thing::Nodes(targets))
}

fn source(cx: &FileCx<'_>, call: &Call, offset: TextSize) -> Option<(TextRange, Thing)> {
    let args = SourceArgs::read(call);
    let source = args.source?;
    let name = source.single()?;
    if source.range.contains_inclusive(offset) {
        let site = cx.resolver.packages().find_map(|package| package.site(Space::Source, name))?;
        return Some((source.range, Thing::Entry(site)));
    }
    let table = args.table?;
    let on_name = call.name_range.contains_inclusive(offset);
    let range = if on_name { call.name_range } else { table.range };
    match cx.resolver.table(name, table.single()?) {
        Resolution::Found { target, .. } | Resolution::Disabled(target) => Some((range, Thing::node(target))),
        _ => None,
    }
}
