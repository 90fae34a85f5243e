//! `var(`, and names of selectors in selectors.yml.

use project::layout::FileKind;
use project::names::Space;
use smol_str::SmolStr;
use syntax::cursor::CallSite;
use syntax::yaml::{YamlPlace, YamlSite};

use super::{Cx, Slot, keys, list};
use crate::{CompletionKind, Completions};

/// What of a value is shown beside a name, in characters.
const SHOWN: usize = 60;

/// Variables of the project, with their values.
pub(super) fn complete(cx: &Cx<'_>, call: &CallSite) -> Completions {
    if call.active != 0 {
        return Completions::default();
    }
    Slot::of(cx, call).map(|slot| list_of(cx, &slot)).unwrap_or_default()
}

/// Variables of the project in a slot, with their values.
pub(crate) fn list_of(cx: &Cx<'_>, slot: &Slot) -> Completions {
    let mesh = &cx.file.analysis.mesh;
    let early = matches!(cx.file.entry.kind, FileKind::ProjectFile | FileKind::Selectors);
    // Of its own variables dbt_project.yml knows nothing while dbt reads it.
    let is_known = |file| mesh.file(file).is_some_and(|entry| !early || entry.kind == FileKind::Vars);
    let vars = mesh.vars(cx.file.package.id);
    let vars = vars.into_iter().filter(|(site, _)| is_known(site.file)).map(|(_, def)| def.name.as_str());
    let mut names: Vec<&str> = vars.collect();
    names.extend(mesh.supplied_names(cx.file.package.id).map(|name| name.as_str()));
    names.sort_unstable();
    names.dedup();
    let mut out = list(slot, CompletionKind::Variable, names);
    for item in &mut out.items {
        let def = mesh.var(cx.file.package.id, &item.label).map(|(_, def)| def);
        let line = def.and_then(|def| def.written.lines().next());
        item.detail = line.map(|line| line.chars().take(SHOWN).collect());
    }
    out
}

/// Environment variables: those that the project and its packages ask for, and dbt's own of the environment. Values may
/// be secrets and are not shown.
pub(crate) fn environment(cx: &Cx<'_>, slot: &Slot) -> Completions {
    let written = cx.text.get(usize::from(slot.range.start())..usize::from(slot.range.end()));
    // What stands here is no reason to propose it.
    let here = |name: &str, files: &[project::FileId]| {
        let asks = |used: &&project::facts::Use| {
            used.call.args.first().and_then(|arg| arg.value.as_str()) == Some(name)
        };
        written == Some(name) && files == [cx.file.file] && cx.file.facts.uses.iter().filter(asks).count() < 2
    };
    let packages = cx.file.resolver.packages();
    let asked = packages.flat_map(|package| package.mentioned(Space::EnvVar));
    let asked = asked.filter(|(name, files)| !name.is_empty() && !here(name, files));
    let mut names: Vec<SmolStr> = asked.map(|(name, _)| name.clone()).collect();
    if let Some(environment) = &cx.file.analysis.environment {
        let own = environment.dotenv.iter().filter(|(project, _)| *project == cx.file.project.id);
        names.extend(own.map(|(_, name)| name.clone()));
        names.extend(environment.dbts.iter().cloned());
    }
    let mut out = list(slot, CompletionKind::Variable, names);
    for item in &mut out.items {
        item.label_description = Some("environment".to_owned());
    }
    out
}

/// Selectors that `method: selector` can name.
pub(super) fn selectors(cx: &Cx<'_>, site: &YamlSite<'_>) -> Completions {
    let YamlPlace::Value { range, prefix, .. } = &site.place else { return Completions::default() };
    let by_name =
        site.container.and_then(|node| node.get("method")?.text()).is_some_and(|name| name == "selector");
    if !by_name || keys(site).last() != Some(&"value") {
        return Completions::default();
    }
    let slot = Slot::verbatim(*range, prefix);
    list(&slot, CompletionKind::Value, cx.file.package.names(Space::Selector).map(|(name, _)| name))
}
