//! Hover: what a node, project, macro or docs block is, in Markdown.

mod environment;
#[cfg(test)]
mod tests;

use project::facts::{Def, DefKind, Entry, FileFacts, Section};
use project::names::{Site, Space};
use project::registry::{Supply, Upstream};
use project::{FileId, NodeKind, Package, PackageId, Target};
use syntax::calls::Lit;

use crate::describe::{argument_docs, describe, upstream_line, with_docs};
use crate::diagnostics::FileCx;
use crate::named::columns::Known;
use crate::render::{self, MAX_COLUMNS};
use crate::thing::{Found, Thing, find};
use crate::{Analysis, Cancellable, FilePos, Hover, locals};

/// Explains the name at `pos`; `None` where there is no name of the mesh.
pub fn hover(analysis: &Analysis, pos: FilePos) -> Cancellable<Option<Hover>> {
    analysis.check()?;
    let local = locals::find(analysis, pos);
    let found = find(analysis, pos).filter(|found| local.is_none() || !locals::hides(&found.thing));
    let Some(Found { cx, range, thing }) = found else {
        if let Some(hover) = local.and_then(|local| local.hover()) {
            return Ok(Some(hover));
        }
        return Ok(crate::catalog::hover(analysis, pos).or_else(|| crate::yaml_keys::hover(analysis, pos)));
    };
    Ok(markdown(&cx, &thing).map(|markdown| Hover { range, markdown }))
}

/// The Markdown of a thing.
pub(crate) fn markdown(cx: &FileCx<'_>, thing: &Thing) -> Option<String> {
    match thing {
        Thing::Nodes(targets) => {
            let all: Vec<String> = targets.iter().map(|target| node(cx, target)).collect();
            Some(all.join("\n\n---\n\n"))
        }
        Thing::Package(id) => package(cx, *id),
        Thing::Upstream(upstream) => self::upstream(cx, upstream),
        Thing::Entry(site) => entry(cx, *site),
        Thing::Var(site) => variable(cx, *site),
        Thing::Selector(site) => selector(cx, *site),
        Thing::Def(site) => {
            let def = cx.analysis.mesh.facts(site.file)?.defs.get(site.item as usize)?;
            Some(block(cx, site.file, def))
        }
        Thing::File(file) => {
            let entry = cx.analysis.mesh.file(*file)?;
            let name = project::layout::stem(&entry.path);
            Some(format!("**{name}** · rows for unit tests\n\n*{}*", entry.path))
        }
        Thing::Column(column) => Some(self::column(cx, column)),
        Thing::Parameter(site, at) => parameter(cx, *site, *at),
        Thing::EnvVar(name) => Some(environment::variable(cx, name)),
        Thing::Folder { name, nodes } => Some(format!("**{name}** · folder\n\n{}", counted(*nodes, "node"))),
    }
}

/// A column with its type and what is said of it.
fn column(cx: &FileCx<'_>, column: &Known) -> String {
    let of = column.data_type.iter().map(|of| format!(" · `{of}`")).collect::<String>();
    let mut parts = vec![format!("**{}** · column of {}{of}", column.name, column.of)];
    let package = column.place.and_then(|(file, _)| cx.analysis.mesh.file(file)).map(|entry| entry.package);
    parts.extend(column.description.as_deref().map(|text| match package {
        Some(package) => with_docs(&cx.analysis.mesh, package, text),
        None => text.to_owned(),
    }));
    parts.join("\n\n")
}

fn parameter(cx: &FileCx<'_>, site: Site, at: u32) -> Option<String> {
    let mesh = &cx.analysis.mesh;
    let def = mesh.facts(site.file)?.defs.get(site.item as usize)?;
    let param = def.params.get(at as usize)?;
    let kind = if def.kind == DefKind::Test { "generic test" } else { "macro" };
    let default = if param.has_default { ", with a default" } else { "" };
    let mut parts = vec![format!("**{}** · parameter of {kind} {}{default}", param.name, def.name)];
    let package = mesh.file(site.file).and_then(|entry| mesh.package(entry.package));
    parts.extend(package.and_then(|package| argument_docs(cx, package, def, &param.name)));
    Some(parts.join("\n\n"))
}

/// A variable with its value as it is written: what `--vars` says comes before it.
fn variable(cx: &FileCx<'_>, site: Site) -> Option<String> {
    let mesh = &cx.analysis.mesh;
    let def = mesh.var_at(site)?;
    let entry = mesh.file(site.file)?;
    let of = mesh.package(entry.package).map_or("", Package::name);
    let scope = def.scope.as_ref().map_or(String::new(), |scope| format!(", for {scope}"));
    let value = if def.written.is_empty() { "null" } else { &*def.written };
    let head = format!("**{}** · variable of {of}{scope}", def.name);
    Some(format!("{head}\n\n```yaml\n{value}\n```\n\n*{}*; `--vars` may set it for a run.", entry.path))
}

fn selector(cx: &FileCx<'_>, site: Site) -> Option<String> {
    let facts = cx.analysis.mesh.facts(site.file)?.selectors.as_deref()?;
    let def = facts.defs.get(site.item as usize)?;
    let mut parts = vec![format!("**{}** · selector", def.name)];
    parts.extend(def.description.as_deref().map(str::to_owned));
    if !def.written.is_empty() {
        parts.push(format!("`{}`", def.written));
    }
    Some(parts.join("\n\n"))
}

/// The Markdown of one node.
pub(crate) fn node(cx: &FileCx<'_>, target: &Target) -> String {
    render::node(&describe(cx, target), &cx.analysis.today().to_string(), MAX_COLUMNS)
}

fn package(cx: &FileCx<'_>, id: PackageId) -> Option<String> {
    let package = cx.analysis.mesh.package(id)?;
    let models = cx.analysis.mesh.referable(package);
    let models = models.iter().filter(|of| of.kind == NodeKind::Model).count();
    let what = if package.id == cx.project.id { "this project" } else { "installed package" };
    Some(format!("**{}** · {what}\n\n{}\n\n*{}*", package.name(), counted(models, "model"), package.root))
}

fn upstream(cx: &FileCx<'_>, upstream: &Upstream) -> Option<String> {
    let mut parts = vec![format!("**{}** · upstream project", upstream.name)];
    parts.extend(public_models(cx, upstream.supply.as_ref()));
    if !upstream.is_declared() {
        parts.push("Not declared in dependencies.yml.".to_owned());
    }
    parts.push(format!("*{}*", upstream_line(cx, &upstream.name)?));
    if let Some(remote) = &upstream.remote
        && let (Some(fetched), Some(checked)) = (remote.fetched, remote.checked)
    {
        let date = |seconds| project::date::Date::from_unix(seconds);
        parts.push(format!("Fetched {}, last asked for {}.", date(fetched), date(checked)));
    }
    // With a supply it is an old state that answers.
    parts.extend(upstream.failure.as_ref().map(|why| format!("The newest state could not be read: {why}")));
    Some(parts.join("\n\n"))
}

/// `12 public models`; `None` for an upstream that nothing supplies.
pub(crate) fn public_models(cx: &FileCx<'_>, supply: Option<&Supply>) -> Option<String> {
    let mesh = &cx.analysis.mesh;
    let count = match supply? {
        Supply::Manifest { manifest, package, .. } => manifest.public_count(package),
        Supply::Live(id) => mesh.public_models(mesh.package(*id)?),
    };
    Some(counted(count, "public model"))
}

fn counted(count: usize, what: &str) -> String {
    format!("{count} {what}{}", if count == 1 { "" } else { "s" })
}

fn entry(cx: &FileCx<'_>, site: Site) -> Option<String> {
    let mesh = &cx.analysis.mesh;
    let (facts, entry) = mesh.entry(site)?;
    let package = mesh.file(site.file)?.package;
    let kind = match entry.section {
        Section::Sources => "source",
        Section::Groups => "group",
        Section::Models => "model without a file",
        Section::Seeds => "seed without a file",
        Section::Snapshots => "snapshot",
        Section::Analyses => "analysis",
        Section::Macros => "macro without a block",
        Section::Metrics => "metric",
        Section::SemanticModels => "semantic model",
        Section::SavedQueries => "saved query",
        Section::UnitTests => "unit test",
        Section::Functions => "function",
        Section::DataTests => "data test",
        Section::Tables => "source table",
        Section::Exposures => "exposure",
        Section::Measures => "measure",
        Section::Dimensions => "dimension",
        Section::Entities => "entity",
    };
    let of = mesh.package(package).map_or("", Package::name);
    let mut parts = vec![format!("**{}** · {kind} of {of}", entry.name)];
    parts.extend(resource_line(facts, entry));
    parts.extend(owner_line(entry).map(|owner| format!("Owner: {owner}")));
    parts.extend(entry.description.as_deref().map(|text| with_docs(mesh, package, text)));
    Some(parts.join("\n\n"))
}

/// What decides on a metric, a measure and the like, on one line.
fn resource_line(facts: &FileFacts, entry: &Entry) -> Option<String> {
    let keys: &[&str] = match entry.section {
        Section::Metrics => &["type", "label"],
        Section::Measures => &["agg", "expr", "label"],
        Section::Dimensions | Section::Entities => &["type", "expr", "label"],
        Section::SemanticModels | Section::UnitTests => &["model"],
        _ => return None,
    };
    let said = keys.iter().filter_map(|key| {
        let value = entry.settings.top(key)?.value.as_str()?;
        Some(format!("{key} {}", if *key == "label" { value.to_owned() } else { format!("`{value}`") }))
    });
    let parent = entry.parent.and_then(|parent| facts.entries.get(parent as usize));
    let parts: Vec<String> = said.chain(parent.map(|parent| format!("in {}", parent.name))).collect();
    (!parts.is_empty()).then(|| parts.join(" · "))
}

/// Every word of an `owner`: name, email and whatever else a group's owner has.
pub(crate) fn owner_line(entry: &Entry) -> Option<String> {
    match entry.settings.get("owner")?.value.single()? {
        Lit::Dict { entries, .. } => {
            let parts: Vec<&str> = entries.iter().filter_map(|(_, value)| value.as_str()).collect();
            (!parts.is_empty()).then(|| parts.join(" · "))
        }
        _ => None,
    }
}

fn block(cx: &FileCx<'_>, file: FileId, def: &Def) -> String {
    let mesh = &cx.analysis.mesh;
    let package = mesh.file(file).and_then(|entry| mesh.package(entry.package));
    let of = package.map_or("", Package::name);
    let body = def.body.as_deref().unwrap_or_default();
    let kind = match def.kind {
        DefKind::Docs => return format!("**{}** · docs block of {of}\n\n{body}", def.name),
        DefKind::Test => "generic test",
        DefKind::Materialization => "materialization",
        DefKind::Snapshot => "snapshot",
        DefKind::Macro => "macro",
    };
    let params: Vec<String> = def
        .params
        .iter()
        .map(|param| format!("{}{}", param.name, if param.has_default { "=…" } else { "" }))
        .collect();
    let mut parts = vec![format!("```jinja\n{}({})\n```\n{kind} of {of}", def.name, params.join(", "))];
    let patch = package.and_then(|package| package.site(Space::MacroPatch, &def.name));
    if let (Some(package), Some((_, patch))) = (package, patch.and_then(|site| mesh.entry(site))) {
        parts.extend(patch.description.as_deref().map(|text| with_docs(mesh, package.id, text)));
    }
    parts.join("\n\n")
}
