//! `v=`: the versions of the model, newest first.

use project::Target;
use project::refs::RefArgs;
use syntax::calls::Lit;
use syntax::cursor::CallSite;

use super::{Cx, Slot, plain};
use crate::at::as_call;
use crate::describe::{Description, describe};
use crate::thing::referenced;
use crate::{Completion, CompletionKind, Completions};

/// Proposals for the value of `v=` or `version=`.
pub(super) fn complete(cx: &Cx<'_>, call: &CallSite) -> Completions {
    let Some(of) = model(cx, call) else { return Completions::default() };
    let Some(slot) = Slot::of_version(cx, call) else { return Completions::default() };
    let today = cx.today();
    // A version without a file cannot be referenced.
    let (missing, known): (Vec<_>, Vec<_>) = of.versions.iter().partition(|line| line.missing);
    let items = known.into_iter().chain(missing).map(|line| {
        let version = line.version.as_str();
        let insert =
            if slot.is_quoted() || !is_number(version) { slot.write(version) } else { version.to_owned() };
        let mut item = plain(version, CompletionKind::Version, slot.range, insert);
        let marks = line.marks(&today);
        item.label_description = (!marks.is_empty()).then_some(marks);
        item.deprecated = line.is_deprecated(&today);
        item
    });
    // A version is typed in a moment: all are listed, the client filters.
    Completions { items: items.collect(), incomplete: false }
}

/// Whether a bare number of this spelling means this version to dbt (spec §4.1: `str()` of the number; 0 means
/// no version).
fn is_number(version: &str) -> bool {
    let read: Option<Lit> = match version.parse::<i64>() {
        Ok(number) => (number != 0).then_some(Lit::Int(number)),
        Err(_) if version.bytes().all(|b| b.is_ascii_digit() || b == b'.') => {
            version.parse().ok().map(Lit::Float)
        }
        Err(_) => None,
    };
    read.and_then(|lit| lit.python_str()).is_some_and(|text| text == version)
}

/// `v=` behind the name of a model that has versions.
pub(super) fn keyword(cx: &Cx<'_>, call: &CallSite, slot: &Slot) -> Option<Completion> {
    let is_pin = |keyword: &str| keyword == "v" || keyword == "version";
    let pinned = call.args.iter().any(|arg| arg.keyword.as_ref().is_some_and(|(keyword, _)| is_pin(keyword)));
    if pinned || !"v=".starts_with(slot.typed.as_str()) {
        return None;
    }
    let of = model(cx, call).filter(|of| !of.versions.is_empty())?;
    let mut item = plain("v=", CompletionKind::Keyword, slot.range, "v=".to_owned());
    let today = cx.today();
    let lines: Vec<String> = of.versions.iter().map(|line| line.shown(&today)).collect();
    item.detail = Some(lines.join(", "));
    Some(item)
}

/// The model that the call names, whatever version is asked for. The argument being typed does not count.
fn model(cx: &Cx<'_>, site: &CallSite) -> Option<Description> {
    let mut call = as_call(site, cx.text);
    if let Some(active) = site.args.get(site.active) {
        call.args.retain(|arg| !active.range.contains_range(arg.range) || active.keyword.is_some());
    }
    call.args.retain(|arg| arg.keyword.is_none());
    let args = RefArgs::read(&call, cx.file.flavor());
    let package = args.package.as_ref().and_then(|part| part.single());
    let name = args.name.as_ref()?.single()?;
    let target: Target = referenced(&cx.file, package, name, None).into_iter().next()?;
    Some(describe(&cx.file, &target))
}
