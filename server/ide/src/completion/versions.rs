//! `v=`: the versions of the model, newest first.

use project::refs::RefArgs;
use project::resolve::{Missing, Resolution};
use syntax::cursor::CallSite;
use text::TextRange;

use super::{Cx, Slot, plain};
use crate::at::as_call;
use crate::describe::{Description, describe};
use crate::{CompletionKind, Completions};

/// Proposals for the value of `v=` or `version=`.
pub(super) fn complete(cx: &Cx<'_>, call: &CallSite) -> Completions {
    let Some(of) = model(cx, call) else { return Completions::default() };
    let Some(arg) = call.args.get(call.active) else { return Completions::default() };
    let today = cx.file.analysis.today().to_string();
    let (range, quote): (TextRange, &str) = match &arg.string {
        Some(string) => (string.content, if string.terminated { "" } else { "'" }),
        None => (arg.range, ""),
    };
    let items = of
        .versions
        .iter()
        .map(|line| {
            // Numbers are written bare, all other versions quoted.
            let bare = line.version.parse::<f64>().is_ok() || arg.string.is_some();
            let insert = if bare { format!("{}{quote}", line.version) } else { format!("'{}'", line.version) };
            let mut item = plain(&line.version, CompletionKind::Version, range, insert);
            item.label_description = Some(line.shown(&today));
            item.deprecated = line.deprecation.as_deref().is_some_and(|date| *date <= *today);
            item
        })
        .collect();
    Completions { items, incomplete: false }
}

/// `v=` behind the name of a model that has versions.
pub(super) fn keyword(cx: &Cx<'_>, call: &CallSite, slot: &Slot) -> Completions {
    let pinned = call.args.iter().any(|arg| {
        arg.keyword.as_ref().is_some_and(|(keyword, _)| keyword == "v" || keyword == "version")
    });
    if pinned || !"v=".starts_with(slot.typed.as_str()) {
        return Completions::default();
    }
    let Some(of) = model(cx, call).filter(|of| !of.versions.is_empty()) else { return Completions::default() };
    let mut item = plain("v=", CompletionKind::Keyword, slot.range, "v=".to_owned());
    let today = cx.file.analysis.today().to_string();
    let lines: Vec<String> = of.versions.iter().map(|line| line.shown(&today)).collect();
    item.detail = Some(lines.join(", "));
    Completions { items: vec![item], incomplete: false }
}

/// The model that the call names, whatever version is asked for. The argument being typed does not count.
fn model(cx: &Cx<'_>, site: &CallSite) -> Option<Description> {
    let mut call = as_call(site);
    let active = site.args.get(site.active).map(|arg| arg.range);
    call.args.retain(|arg| arg.keyword.is_none() && Some(arg.range) != active);
    let args = RefArgs::read(&call, cx.file.flavor());
    let package = args.package.as_ref().and_then(|part| part.single());
    let name = args.name.as_ref()?.single()?;
    match cx.file.resolver.reference(package, name, None) {
        Resolution::Found { target, .. } | Resolution::Disabled(target) => Some(describe(&cx.file, &target)),
        Resolution::Missing(Missing::Version { known, .. }) => {
            let target = known.iter().find_map(|version| {
                match cx.file.resolver.reference(package, name, Some(version)) {
                    Resolution::Found { target, .. } => Some(target),
                    _ => None,
                }
            })?;
            Some(describe(&cx.file, &target))
        }
        _ => None,
    }
}
