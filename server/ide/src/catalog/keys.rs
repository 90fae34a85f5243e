//! `config(…)`: its keywords and their values; and the names in `config.get('…')`.

use project::facts::DefKind;
use project::layout::FileKind;
use project::names::Space;
use syntax::cursor::{CallSite, TagSite};
use text::TextRange;

use super::complete::{Proposal, key, ranked_list};
use super::words::is_assigned;
use super::{ConfigKey, ConfigType, Resource, config_key, config_keys};
use crate::completion::Cx;
use crate::completion::slot::Slot;
use crate::diagnostics::FileCx;
use crate::{Completion, CompletionKind, Completions};

/// The kind of node that a place of a file configures; `None` in macros, which may configure any.
pub(super) fn resource(cx: &FileCx<'_>, at: TextRange) -> Option<Resource> {
    match cx.facts.def_at(at).map(|(_, def)| def.kind) {
        Some(DefKind::Snapshot) => return Some(Resource::Snapshot),
        Some(DefKind::Test) => return Some(Resource::Test),
        Some(_) => return None,
        None => {}
    }
    Some(match cx.entry.kind {
        FileKind::Model | FileKind::PythonModel => Resource::Model,
        FileKind::Snapshot => Resource::Snapshot,
        FileKind::SingularTest => Resource::Test,
        FileKind::Analysis => Resource::Analysis,
        FileKind::Function => Resource::Function,
        _ => return None,
    })
}

/// Proposals inside the innermost call, if it is one about configuration and this is its matter.
pub(super) fn complete(cx: &Cx<'_>, site: &TagSite, call: &CallSite) -> Option<Completions> {
    match call.name.strip_prefix("builtins.").unwrap_or(&call.name) {
        "config" if site.keyword_arg.is_none() => names(cx, site, call),
        "config.get" | "config.require" if call.active == 0 => {
            let slot = Slot::of(cx, call).filter(Slot::is_quoted)?;
            let proposals = config_keys(resource(&cx.file, slot.range), None)
                .map(|of| (tier(of), proposal(cx, of, slot.range, slot.write(of.name))));
            Some(ranked_list(cx, slot.range, proposals))
        }
        _ => None,
    }
}

fn tier(of: &ConfigKey) -> u8 {
    match (of.common, of.adapters) {
        (true, _) => 0,
        (_, None) => 1,
        (_, Some(_)) => 2,
    }
}

/// `materialized=` and its like, without those that are there.
fn names(cx: &Cx<'_>, site: &TagSite, call: &CallSite) -> Option<Completions> {
    let arg = call.args.get(call.active);
    if site.string.is_some() || site.word_text.contains('.') {
        return None;
    }
    if arg.is_some_and(|arg| arg.keyword.is_none() && arg.range.start() < site.word.start()) {
        return None;
    }
    let given = |name: &str| {
        let others = call.args.iter().enumerate().filter(|(at, _)| *at != call.active);
        others.filter_map(|(_, arg)| arg.keyword.as_ref()).any(|(keyword, _)| keyword == name)
    };
    let assigned = is_assigned(cx, site.word);
    let quote = cx.host.quote();
    let proposals = config_keys(resource(&cx.file, site.word), None).filter(|of| !given(of.name)).map(|of| {
        let word = if assigned { of.name.to_owned() } else { format!("{}=", of.name) };
        let mut out = proposal(cx, of, site.word, word);
        if cx.options.snippets && !assigned {
            let value = match of.of {
                ConfigType::Str | ConfigType::Strs | ConfigType::Enum(_) | ConfigType::Hooks => {
                    format!("{quote}$0{quote}")
                }
                ConfigType::List => "[$0]".to_owned(),
                ConfigType::Map => "{$0\\}".to_owned(),
                ConfigType::Bool | ConfigType::Int | ConfigType::Float | ConfigType::Any => {
                    return (tier(of), out);
                }
            };
            let snippet = cx.host.encode(format!("{}={value}", of.name));
            out.plain = Some(std::mem::replace(&mut out.insert, snippet));
        }
        (tier(of), out)
    });
    Some(ranked_list(cx, site.word, proposals))
}

fn proposal(cx: &Cx<'_>, of: &'static ConfigKey, range: TextRange, insert: String) -> Completion {
    let mut out = Proposal::new(of.name, CompletionKind::Key, range, insert).0;
    out.label_description = of.adapters.map(|adapters| adapters.replace(',', ", "));
    out.detail = Some(of.about.to_owned());
    out.docs = key(cx, &format!("jinja.config.{}", of.name));
    out
}

/// The values of the keyword that the cursor is in the value of.
pub(super) fn values(cx: &Cx<'_>, site: &TagSite, call: &CallSite) -> Completions {
    let (Some(name), Some(slot)) = (site.keyword_arg.as_deref(), Slot::of(cx, call)) else {
        return Completions::default();
    };
    let Some(of) = config_key(name, resource(&cx.file, site.word)) else { return Completions::default() };
    if of.of == ConfigType::Bool {
        if slot.is_quoted() {
            return Completions::default();
        }
        let word =
            if cx.file.entry.kind == FileKind::PythonModel { ["True", "False"] } else { ["true", "false"] };
        let proposals =
            word.map(|word| (0, Proposal::new(word, CompletionKind::Value, slot.range, word.to_owned()).0));
        return ranked_list(cx, slot.range, proposals);
    }
    let mut values: Vec<(u8, String, Option<&str>)> = Vec::new();
    if let ConfigType::Enum(all) = &of.of {
        values.extend(all.iter().map(|(of, value)| (u8::from(of.is_some()), (*value).to_owned(), *of)));
    }
    values.extend(custom(&cx.file, of.name).into_iter().map(|name| (0, name, Some("this project"))));
    values.sort_by(|a, b| a.1.cmp(&b.1));
    values.dedup_by(|a, b| a.1 == b.1);
    let proposals = values.into_iter().map(|(tier, value, from)| {
        let mut out = Proposal::new(&value, CompletionKind::Value, slot.range, slot.write(&value)).0;
        out.label_description = from.map(str::to_owned);
        (tier, out)
    });
    // What is typed of the value, without its quote.
    ranked_list(cx, slot.range, proposals)
}

/// Values that the project's own macros add: materializations and incremental strategies.
fn custom(cx: &FileCx<'_>, key: &str) -> Vec<String> {
    let macros = cx.resolver.packages().flat_map(|package| package.names(Space::Macro));
    let of_name = |name: &str| match key {
        "materialized" => Some(name.strip_prefix("materialization_")?.rsplit_once('_')?.0.to_owned()),
        "incremental_strategy" => {
            Some(name.strip_prefix("get_incremental_")?.strip_suffix("_sql")?.to_owned())
        }
        _ => None,
    };
    macros.filter_map(|(name, _)| of_name(name)).collect()
}
