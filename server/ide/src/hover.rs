//! Hover: what a node, project, macro or docs block is, in Markdown.

use project::facts::{Def, DefKind};
use project::names::Space;
use project::registry::Supply;
use project::{FileId, Target};

use crate::describe::{Description, describe, upstream_line};
use crate::diagnostics::FileCx;
use crate::thing::{Found, Thing, find};
use crate::{Analysis, Cancellable, FilePos, Hover};

/// Columns beyond this are counted, not shown.
const MAX_COLUMNS: usize = 40;

/// Explains the name at `pos`.
pub fn hover(analysis: &Analysis, pos: FilePos) -> Cancellable<Option<Hover>> {
    analysis.check()?;
    let Some(Found { cx, range, thing }) = find(analysis, pos) else { return Ok(None) };
    Ok(markdown(&cx, &thing).map(|markdown| Hover { range, markdown }))
}

fn markdown(cx: &FileCx<'_>, thing: &Thing) -> Option<String> {
    match thing {
        Thing::Node(target) => Some(node(cx, target)),
        Thing::Package(id) => {
            let package = cx.analysis.mesh.package(*id)?;
            let models = package.names(Space::Model).count();
            let what = if package.id == cx.project.id { "this project" } else { "installed package" };
            Some(format!("**{}** · {what}\n\n{models} models · `{}`", package.name(), package.root))
        }
        Thing::Upstream(upstream) => {
            let line = upstream_line(cx, &upstream.name)?;
            let public = public_models(cx, upstream.supply.as_ref());
            let declared = if upstream.is_declared() { "" } else { "\n\nNot declared in dependencies.yml." };
            Some(format!("**{}** · upstream project\n\n{public}{line}{declared}", upstream.name))
        }
        Thing::Entry(site) => {
            let (_, entry) = cx.analysis.mesh.entry(*site)?;
            let kind = match entry.section {
                project::facts::Section::Sources => "source",
                project::facts::Section::Groups => "group",
                project::facts::Section::Models => "model entry without a file",
                _ => "entry",
            };
            let mut out = format!("**{}** · {kind}", entry.name);
            if let Some(text) = &entry.description {
                out.push_str(&format!("\n\n{text}"));
            }
            if let Some(owner) = owner_line(entry) {
                out.push_str(&format!("\n\nOwner: {owner}"));
            }
            Some(out)
        }
        Thing::Def(file, at) => {
            let def = cx.analysis.mesh.facts(*file)?.defs.get(*at as usize)?;
            Some(block(cx, *file, def))
        }
    }
}

fn owner_line(entry: &project::facts::Entry) -> Option<String> {
    match entry.settings.get("owner")?.value.single()? {
        syntax::calls::Lit::Dict { entries, .. } => {
            let parts: Vec<&str> = entries.iter().filter_map(|(_, value)| value.as_str()).collect();
            (!parts.is_empty()).then(|| parts.join(" · "))
        }
        _ => None,
    }
}

/// `12 public models, `; the number of models that can be referenced.
pub(crate) fn public_models(cx: &FileCx<'_>, supply: Option<&Supply>) -> String {
    match supply.map(|supply| public_count(cx, supply)) {
        Some(1) => "1 public model · ".to_owned(),
        Some(count) => format!("{count} public models · "),
        None => String::new(),
    }
}

/// Number of public models (versions count) that a supply has.
pub(crate) fn public_count(cx: &FileCx<'_>, supply: &Supply) -> usize {
    match supply {
        Supply::Manifest { manifest, package, .. } => manifest.public_count(package),
        Supply::Live(id) => cx.analysis.mesh.package(*id).map_or(0, |package| {
            cx.analysis.mesh.public_models(package)
        }),
    }
}

fn block(cx: &FileCx<'_>, file: FileId, def: &Def) -> String {
    let package = cx
        .analysis
        .mesh
        .file(file)
        .and_then(|entry| cx.analysis.mesh.package(entry.package))
        .map_or("", |package| package.name());
    if def.kind == DefKind::Docs {
        return format!("**{}** · docs block of {package}\n\n{}", def.name, def.body.as_deref().unwrap_or_default());
    }
    let params: Vec<&str> = def.params.iter().map(|param| param.name.as_str()).collect();
    let mut out = format!("```jinja\n{}({})\n```\n{} of {package}", def.name, params.join(", "), match def.kind {
        DefKind::Test => "generic test",
        DefKind::Materialization => "materialization",
        DefKind::Snapshot => "snapshot",
        _ => "macro",
    });
    let entry = cx
        .resolver
        .packages()
        .find_map(|package| package.site(Space::MacroPatch, &def.name))
        .and_then(|site| cx.analysis.mesh.entry(site));
    if let Some(text) = entry.and_then(|(_, entry)| entry.description.as_deref()) {
        out.push_str(&format!("\n\n{text}"));
    }
    out
}

/// The Markdown of one node.
pub(crate) fn node(cx: &FileCx<'_>, target: &Target) -> String {
    render(&describe(cx, target), &cx.analysis.today().to_string(), MAX_COLUMNS)
}

/// Renders a description: title, facts, text, columns, tests, origin.
pub(crate) fn render(of: &Description, today: &str, max_columns: usize) -> String {
    let version = of.version.as_ref().map(|version| format!(" v{version}")).unwrap_or_default();
    let mut out = format!("**{}.{}{version}** · {}", of.project, of.name, of.kind);
    let mut facts: Vec<String> = Vec::new();
    facts.extend(of.access.map(|access| access.as_str().to_owned()));
    facts.extend(of.group.as_ref().map(|group| match &of.group_owner {
        Some(owner) => format!("group {group} ({owner})"),
        None => format!("group {group}"),
    }));
    facts.extend(of.owner.as_ref().map(|owner| format!("owner {owner}")));
    facts.extend(of.materialized.as_ref().map(ToString::to_string));
    if of.contract {
        facts.push("contract enforced".to_owned());
    }
    if !of.enabled {
        facts.push("disabled".to_owned());
    }
    if of.versions.is_empty()
        && let Some(date) = &of.deprecation
    {
        let verb = if date.as_str() <= today { "deprecated" } else { "to be deprecated" };
        facts.push(format!("{verb} {date}"));
    }
    if !facts.is_empty() {
        out.push_str(&format!("\n\n{}", facts.join(" · ")));
    }
    if !of.versions.is_empty() {
        let lines: Vec<String> = of.versions.iter().map(|version| version.shown(today)).collect();
        out.push_str(&format!("\n\nVersions: {}", lines.join(", ")));
    }
    if let Some(relation) = &of.relation {
        out.push_str(&format!("\n\n`{}`", relation.replace('`', "")));
    }
    if let Some(text) = of.text.as_deref().filter(|text| !text.trim().is_empty()) {
        out.push_str(&format!("\n\n{}", text.trim()));
    }
    if !of.columns.is_empty() {
        out.push_str("\n\n| column | type | description |\n|---|---|---|\n");
        for column in of.columns.iter().take(max_columns) {
            let kind = column.data_type.as_deref().unwrap_or("");
            let text = column.text.as_deref().map(cell).unwrap_or_default();
            out.push_str(&format!("| {} | {} | {text} |\n", cell(&column.name), cell(kind)));
        }
        if of.columns.len() > max_columns {
            out.push_str(&format!("\n… and {} more columns\n", of.columns.len() - max_columns));
        }
    }
    if !of.tests.is_empty() {
        let tests: Vec<&str> = of.tests.iter().take(20).map(|test| test.as_str()).collect();
        out.push_str(&format!("\n\nTests: {}", tests.join(", ")));
    }
    if !of.origin.is_empty() {
        out.push_str(&format!("\n\n*{}*", of.origin));
    }
    out
}

/// A table's cell: one line, no bars.
fn cell(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ").replace('|', "\\|")
}
