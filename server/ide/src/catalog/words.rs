//! The start of a value: names of the context, dbt's macros, and parameters of the call around.

use project::facts::DefKind;
use project::names::Space;
use smol_str::SmolStr;
use syntax::cursor::{CallSite, TagSite};
use text::TextRange;

use super::complete::{Proposal, of_item};
use super::statements::before;
use super::want::{places, scope};
use super::{Item, Kind, globals, lookup, params};
use crate::completion::Cx;
use crate::diagnostics::FileCx;
use crate::thing::{Thing, macro_named};
use crate::{Completion, CompletionKind};

/// Tiers from here on are only proposed once [`RARE_FROM`] letters are typed.
const RARE: u8 = 4;
/// Letters that must be typed before what is rarely used is proposed: until then the list is not complete.
pub(crate) const RARE_FROM: usize = 2;

/// Everything of dbt's that a value can start with, as proposals that replace `range`, with their tiers: 0 for
/// what is written all the time, 1 where a project's own macros go, more for the rest.
pub(crate) fn words<'a>(
    cx: &'a Cx<'_>,
    site: &TagSite,
    range: TextRange,
) -> impl Iterator<Item = (u8, Completion)> + use<'a> {
    let here = places(&cx.file, cx.text, cx.offset, site);
    let own = |name: &str| {
        [cx.file.package, cx.file.project].iter().any(|package| package.site(Space::Macro, name).is_some())
    };
    let parameters = parameters(cx, site, range);
    let behind = u8::from(!parameters.is_empty());
    let typed = cx.text.get(range.start().into()..cx.offset.into()).unwrap_or_default().len();
    let before = before(cx.text.get(..site.tag_range.start().into()).unwrap_or_default());
    let in_loop = before.open.contains(&"for");
    let locals = locals(cx, &before.names, range);
    let found = globals()
        .filter(move |item| item.places.meets(here) && (item.name != "loop" || in_loop))
        .filter(move |item| typed >= RARE_FROM || tier(item) < RARE)
        .filter(move |item| item.kind != Kind::Macro || !own(item.name))
        .map(move |item| (tier(item) + behind, of_item(cx, item, item.name, range)));
    let first = parameters.into_iter().map(|found| (0, found));
    first.chain(locals.into_iter().map(move |found| (behind, found))).chain(found)
}

/// The variables of the file that are known here, and the parameters of the block around.
fn locals(cx: &Cx<'_>, names: &[(&str, &str)], range: TextRange) -> Vec<Completion> {
    let around = cx.file.facts.defs.iter().find(|def| def.full.contains_inclusive(cx.offset));
    let params =
        around.into_iter().flat_map(|def| &def.params).map(|param| (param.name.as_str(), "parameter"));
    let mut all: Vec<(&str, &str)> = names.iter().copied().chain(params).collect();
    all.sort_unstable();
    all.dedup_by(|a, b| a.0 == b.0);
    all.into_iter()
        .map(|(name, what)| {
            let mut found = Proposal::new(name, CompletionKind::Variable, range, name.to_owned()).0;
            found.detail = Some(what.to_owned());
            found
        })
        .collect()
}

/// `ref` and `source`, where dbt evaluates them without braces.
pub(crate) fn references<'a>(cx: &'a Cx<'_>, range: TextRange) -> impl Iterator<Item = Completion> + use<'a> {
    ["ref", "source"].into_iter().filter_map(lookup).map(move |item| of_item(cx, item, item.name, range))
}

fn tier(item: &Item) -> u8 {
    match item.kind {
        _ if item.deprecated => 6,
        Kind::Macro if item.adapters.is_some() => 5,
        Kind::Macro if item.name == "is_incremental" => 0,
        Kind::Macro if item.common => 1,
        Kind::Macro => 4,
        _ if item.common => 0,
        _ => 2,
    }
}

/// `name=` for each parameter that the call around has no value for yet.
fn parameters(cx: &Cx<'_>, site: &TagSite, range: TextRange) -> Vec<Completion> {
    let Some(call) = site.calls.last() else { return Vec::new() };
    let starts = call.args.get(call.active).is_none_or(|arg| match &arg.keyword {
        Some((_, name)) => name.contains_inclusive(cx.offset),
        None => arg.string.is_none() && arg.range.start() == range.start(),
    });
    if !starts {
        return Vec::new();
    }
    let given = |name: &str| {
        let others = call.args.iter().enumerate().filter(|(at, _)| *at != call.active);
        others.filter_map(|(_, arg)| arg.keyword.as_ref()).any(|(keyword, _)| keyword == name)
    };
    let by_place = call.args.iter().take(call.active).filter(|arg| arg.keyword.is_none()).count();
    let names = names(cx, call);
    names
        .into_iter()
        .skip(by_place)
        .filter(|name| !given(name))
        .map(|name| {
            let insert = if is_assigned(cx, range) { name.to_string() } else { format!("{name}=") };
            let shown = format!("{name}=");
            let mut found = Proposal::new(&shown, CompletionKind::Variable, range, insert).0;
            found.detail = Some(format!("parameter of {}", call.name));
            found
        })
        .collect()
}

/// Whether `=` follows already.
pub(super) fn is_assigned(cx: &Cx<'_>, range: TextRange) -> bool {
    let after = cx.text.get(range.end().into()..).unwrap_or_default().trim_start();
    after.starts_with('=') && !after.starts_with("==")
}

/// The parameters of what is called, in order.
fn names(cx: &Cx<'_>, call: &CallSite) -> Vec<SmolStr> {
    if let Some(of_macro) = macro_params(&cx.file, &call.name) {
        return of_macro;
    }
    let Some(item) = scope(&cx.file, cx.text, cx.offset).resolve(&call.name) else { return Vec::new() };
    let longest = item.signatures.iter().map(|signature| params(signature)).max_by_key(Vec::len);
    longest
        .into_iter()
        .flatten()
        .filter(|param| !param.rest && !param.keywords)
        .map(|param| SmolStr::new_static(param.name))
        .collect()
}

/// The parameters of a macro of the project.
pub(super) fn macro_params(cx: &FileCx<'_>, name: &str) -> Option<Vec<SmolStr>> {
    let Thing::Def(site) = macro_named(cx, name)? else { return None };
    let def = cx.analysis.mesh.facts(site.file)?.defs.get(site.item as usize)?;
    (def.kind == DefKind::Macro).then(|| def.params.iter().map(|param| param.name.clone()).collect())
}
