//! Signature help: the parameters of the call around the cursor, and which one is being written.

use std::ops::Range;

use project::facts::DefKind;
use project::names::Space;
use syntax::cursor::{ArgSite, CallSite};

use super::hover::config_markdown;
use super::want::scope;
use super::{Item, Kind, config_key, keys, named, params};
use crate::at::{At, at};
use crate::describe::{argument_docs, with_docs};
use crate::diagnostics::FileCx;
use crate::thing::{Thing, macro_named};
use crate::{Analysis, Cancellable, FilePos};

/// One way to call what the cursor is in the parentheses of.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SignatureHelp {
    /// `ref(package, name, version=None, v=None)`
    pub label: String,
    /// What it does, in Markdown.
    pub docs: Option<String>,
    /// The parameters, in order.
    pub params: Vec<SignatureParam>,
    /// Index of the parameter that the cursor is in the argument of; `None` if there is none for it.
    pub active: Option<usize>,
}

/// One parameter of a [`SignatureHelp`].
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SignatureParam {
    /// Its bytes in the label.
    pub range: Range<usize>,
    /// What it is, in Markdown.
    pub docs: Option<String>,
}

/// The signature of the innermost call around `pos`, of several the one that the arguments fit; `None` outside
/// of calls and for what is not known.
pub fn signature_help(analysis: &Analysis, pos: FilePos) -> Cancellable<Option<SignatureHelp>> {
    analysis.check()?;
    Ok(find(analysis, pos))
}

fn find(analysis: &Analysis, pos: FilePos) -> Option<SignatureHelp> {
    let cx = FileCx::new(analysis, pos.file)?;
    let text = analysis.text(pos.file)?;
    let tree = cx.entry.kind.is_yaml().then(|| syntax::yaml::parse(text));
    let At::Code(site, _) = at(cx.entry.kind, text, tree.as_ref(), pos.offset) else { return None };
    let call = site.calls.last()?;
    let before = text.get(..call.name_range.start().into())?.trim_end();
    if before.ends_with('|') {
        return of_item(&cx, named(Kind::Filter, &call.name)?, call);
    }
    let python = scope(&cx, text, pos.offset).python;
    if let Some(found) = (!python).then(|| of_macro(&cx, call)).flatten() {
        return Some(found);
    }
    let name = call.name.strip_prefix('.').unwrap_or(&call.name);
    let scope = scope(&cx, text, pos.offset);
    let item = if call.name.starts_with('.') {
        super::member(scope.type_before(before.strip_suffix('.')?.len())?, name)?
    } else if python {
        super::member("dbt-python", name)?
    } else {
        let test = || named(Kind::Test, name).filter(|_| before.ends_with("is") || before.ends_with("not"));
        scope.resolve(name).or_else(test)?
    };
    of_item(&cx, item, call)
}

fn of_item(cx: &FileCx<'_>, item: &Item, call: &CallSite) -> Option<SignatureHelp> {
    // The argument being typed counts too: behind `ref('a', ` comes a name in a package.
    let written = |at: usize, arg: &ArgSite| at == call.active || !arg.range.is_empty();
    let by_place =
        call.args.iter().enumerate().filter(|(at, arg)| arg.keyword.is_none() && written(*at, arg)).count();
    let takes = |signature: &&'static str| {
        let params = params(signature);
        let required = params.iter().filter(|param| param.default.is_none() && !param.keywords).count();
        required >= by_place || params.iter().any(|param| param.rest)
    };
    let signature =
        item.signatures.iter().copied().find(|one| takes(one)).or(item.signatures.last().copied())?;
    let all = params(signature);
    let names: Vec<(&str, bool, bool)> =
        all.iter().map(|param| (param.name, param.rest, param.keywords)).collect();
    let active = active(call, &names);
    let from = item.name.len() + 1;
    let mut docs = vec![item.about.to_owned()];
    let keyword = call.args.get(call.active).and_then(|arg| arg.keyword.as_ref());
    if let ("config", Some((key, range))) = (item.name, keyword) {
        docs.extend(config_key(key, keys::resource(cx, *range)).map(config_markdown));
    }
    Some(SignatureHelp {
        label: format!("{}({signature})", item.name),
        docs: Some(docs.join("\n\n")),
        params: all
            .iter()
            .map(|param| SignatureParam {
                range: from + param.range.start..from + param.range.end,
                docs: None,
            })
            .collect(),
        active,
    })
}

/// A macro of the project, with what its YAML says about its arguments.
fn of_macro(cx: &FileCx<'_>, call: &CallSite) -> Option<SignatureHelp> {
    let mesh = &cx.analysis.mesh;
    let Thing::Def(site) = macro_named(cx, &call.name)? else { return None };
    let def = mesh.facts(site.file)?.defs.get(site.item as usize).filter(|def| def.kind == DefKind::Macro)?;
    let package = mesh.file(site.file).and_then(|entry| mesh.package(entry.package))?;
    let patch = package.site(Space::MacroPatch, &def.name).and_then(|site| mesh.entry(site));
    let patch = patch.map(|(_, entry)| entry);
    let mut label = format!("{}(", call.name);
    let mut params = Vec::new();
    for (at, param) in def.params.iter().enumerate() {
        label.push_str(if at > 0 { ", " } else { "" });
        let start = label.len();
        label.push_str(&param.name);
        label.push_str(if param.has_default { "=…" } else { "" });
        let docs = argument_docs(cx, package, def, &param.name);
        params.push(SignatureParam { range: start..label.len(), docs });
    }
    label.push(')');
    let names: Vec<(&str, bool, bool)> =
        def.params.iter().map(|param| (param.name.as_str(), false, false)).collect();
    let description = patch.and_then(|patch| patch.description.as_deref());
    Some(SignatureHelp {
        label,
        docs: description.map(|text| with_docs(mesh, package.id, text)),
        params,
        active: active(call, &names),
    })
}

/// The parameter that the active argument is for: by keyword, else by place. `names` says for each parameter
/// whether it takes all further arguments, and all further keywords.
fn active(call: &CallSite, names: &[(&str, bool, bool)]) -> Option<usize> {
    let keyword = call.args.get(call.active).and_then(|arg| arg.keyword.as_ref());
    if let Some((keyword, _)) = keyword {
        let by_name = names.iter().position(|(name, rest, keywords)| name == keyword && !rest && !keywords);
        return by_name.or_else(|| names.iter().position(|(.., keywords)| *keywords));
    }
    let place = call.args.iter().take(call.active).filter(|arg| arg.keyword.is_none()).count();
    let rest = names.iter().position(|(_, rest, _)| *rest);
    let at = rest.map_or(place, |rest| place.min(rest));
    (at < names.len()).then_some(at)
}
