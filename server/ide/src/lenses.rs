//! Code lenses: who uses a node, who may, and its versions. Where they stand costs nothing; what they say is worked
//! out for each one when an editor shows it.

mod key;
#[cfg(test)]
mod tests;

use project::facts::{DefKind, Section};
use project::layout::FileKind;
use project::names::{FILE, Site};
use project::node::{NodeKind, Tri};
use project::registry::Supply;
use project::{FileId, NodeRef, Target, graph};
use rustc_hash::FxHashSet;
use smol_str::SmolStr;
use text::TextRange;

pub use self::key::{LensKey, LensKind};
use crate::diagnostics::FileCx;
use crate::usages::{self, Role, Subject, Usage};
use crate::{Analysis, Cancellable, FileRange};

/// A line above a name.
#[derive(Debug, Clone, PartialEq)]
pub struct Lens {
    /// The name; empty at the top for a whole file.
    pub range: TextRange,
    /// What [`resolve_lens`] needs.
    pub key: LensKey,
}

/// What a lens says.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct LensText {
    /// `3 references · 2 consumers in 1 project`
    pub title: String,
    /// The places that it counts.
    pub references: Vec<FileRange>,
}

/// Which lenses are wanted.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct LensOptions {
    /// How often something is used, and by whom.
    pub references: bool,
    /// Who may refer to a model.
    pub access: bool,
    /// The versions of a model.
    pub versions: bool,
}

impl Default for LensOptions {
    fn default() -> LensOptions {
        LensOptions { references: true, access: true, versions: true }
    }
}

/// Where the lenses of an open file stand.
pub fn lenses(analysis: &Analysis, file: FileId, options: LensOptions) -> Cancellable<Vec<Lens>> {
    analysis.check()?;
    let Some(cx) = FileCx::new(analysis, file) else { return Ok(Vec::new()) };
    let mut out = Vec::new();
    let mut add =
        |range: TextRange, kind: LensKind, space: &'static str, name: &str, version: Option<&str>| {
            let wanted = match kind {
                LensKind::References => options.references,
                LensKind::Access => options.access,
                LensKind::Versions => options.versions,
            };
            if wanted {
                out.push(Lens { range, key: LensKey::new(&cx.package.root, kind, space, name, version) });
            }
        };
    let top = TextRange::empty(0.into());
    if let Some(node) = analysis.mesh.node_of_file(file) {
        let version = node.version.as_deref();
        let kind = node.kind.as_str();
        if !matches!(node.kind, NodeKind::Test | NodeKind::Analysis) {
            add(top, LensKind::References, kind, &node.name, version);
        }
        if node.kind == NodeKind::Model {
            add(top, LensKind::Access, kind, &node.name, version);
            if version.is_some() {
                add(top, LensKind::Versions, kind, &node.name, None);
            }
        }
    }
    for def in &cx.facts.defs {
        let space = match def.kind {
            DefKind::Macro if cx.entry.kind == FileKind::Macro => "macro",
            DefKind::Snapshot => "snapshot",
            DefKind::Docs => "doc",
            _ => continue,
        };
        add(def.name_range, LensKind::References, space, &def.name, None);
    }
    for entry in &cx.facts.entries {
        let space = match entry.section {
            Section::Models => "model",
            Section::Seeds => "seed",
            Section::Snapshots => "snapshot",
            Section::Tables => "source",
            Section::Macros => "macro",
            _ => continue,
        };
        let name = entry.index_name(cx.facts);
        add(entry.name_range, LensKind::References, space, &name, None);
        if entry.section != Section::Models {
            continue;
        }
        if entry.is_versioned() {
            add(entry.name_range, LensKind::Versions, space, &name, None);
        } else {
            add(entry.name_range, LensKind::Access, space, &name, None);
        }
        for version in entry.versions.iter().flatten() {
            if let Some(known) = &version.version {
                add(version.v_range, LensKind::References, space, &name, Some(&known.text));
                add(version.v_range, LensKind::Access, space, &name, Some(&known.text));
            }
        }
    }
    Ok(out)
}

/// What a lens is about.
enum Found {
    Node(NodeRef),
    /// A macro or docs block.
    Def(Site),
}

/// What a lens says; `None` when what it is about is gone.
pub fn resolve_lens(analysis: &Analysis, key: &LensKey) -> Cancellable<Option<LensText>> {
    analysis.check()?;
    let Some(found) = key.find(analysis) else { return Ok(None) };
    Ok(match (key.kind, found) {
        (LensKind::References, found) => Some(references(analysis, key, found)?),
        (LensKind::Access, Found::Node(node)) => Some(access(analysis, &node)),
        (LensKind::Versions, Found::Node(node)) => versions(analysis, &node),
        _ => None,
    })
}

fn references(analysis: &Analysis, key: &LensKey, found: Found) -> Cancellable<LensText> {
    let subject = match &found {
        Found::Node(node) if key.version.is_some() => Subject::node(analysis, &Target::Local(node.clone())),
        Found::Node(node) => Subject::family(analysis, &Target::Local(node.clone())),
        Found::Def(site) => Subject::Def(*site),
    };
    let mut uses = usages::find(analysis, &subject, None)?;
    uses.retain(|usage| !matches!(usage.role, Role::Declaration | Role::Stem));
    let mut title = counted(uses.len(), "reference");
    if let (Found::Node(node), Subject::Node(subject)) = (&found, &subject) {
        let (consumers, projects) = consumers(analysis, node, &subject.ids, &uses)?;
        if consumers > 0 {
            title.push_str(&format!(
                " · {} in {}",
                counted(consumers, "consumer"),
                counted(projects, "project")
            ));
        }
    }
    let references = uses.iter().map(|usage| FileRange { file: usage.file, range: usage.range }).collect();
    Ok(LensText { title, references })
}

fn counted(count: usize, what: &str) -> String {
    format!("{count} {what}{}", if count == 1 { "" } else { "s" })
}

/// Nodes of other projects that read a node, and how many projects they are of: of the workspace, and of those that
/// only a manifest tells of.
fn consumers(
    analysis: &Analysis,
    node: &NodeRef,
    ids: &FxHashSet<SmolStr>,
    uses: &[Usage],
) -> Cancellable<(usize, usize)> {
    let mesh = &analysis.mesh;
    let own = mesh.project_of(node.package).map(|project| project.id);
    let (mut nodes, mut projects) = (FxHashSet::default(), FxHashSet::default());
    for usage in uses {
        let Some(project) = mesh.file(usage.file).and_then(|file| mesh.project_of(file.package)) else {
            continue;
        };
        let (Role::Call(at) | Role::Implied(at)) = usage.role else { continue };
        if Some(project.id) == own {
            continue;
        }
        projects.insert(project.name().to_owned());
        let used = mesh.facts(usage.file).and_then(|facts| facts.uses.get(at as usize));
        let reader = used.and_then(|used| graph::referrer(mesh, usage.file, used.by)?.node);
        nodes.insert(reader.map_or((usage.file, FILE), |reader| (reader.file, reader.item)));
    }
    let mut count = nodes.len();
    let live: FxHashSet<&str> = mesh.projects().map(|project| project.name()).collect();
    let mut known = FxHashSet::default();
    for project in mesh.projects() {
        for upstream in mesh.registry.upstreams(project.id) {
            analysis.check()?;
            let Some(Supply::Manifest { manifest, package, .. }) = &upstream.supply else { continue };
            if live.contains(package.as_str())
                || !known.insert((std::sync::Arc::as_ptr(manifest), package.clone()))
            {
                continue;
            }
            let reads = manifest.nodes().filter(|reader| {
                reader.package() == package && reader.depends_on().any(|parent| ids.contains(parent))
            });
            let reading = reads.count();
            if reading > 0 {
                count += reading;
                projects.insert(package.to_string());
            }
        }
    }
    Ok((count, projects.len()))
}

/// `public · group sales · contract`
fn access(analysis: &Analysis, node: &NodeRef) -> LensText {
    let mesh = &analysis.mesh;
    let mut parts = Vec::new();
    // Decided by something that only dbt knows: nothing is said of it.
    parts.extend(mesh.access(node).map(|access| access.as_str().to_owned()));
    parts.extend(mesh.group(node).ok().flatten().map(|group| format!("group {group}")));
    parts.extend((mesh.contract(node) == Some(true)).then(|| "contract".to_owned()));
    parts.extend((mesh.enabled(node) == Tri::No).then(|| "disabled".to_owned()));
    if let Some(date) = mesh.deprecation(node) {
        parts.push(crate::describe::deprecated(&date.to_string(), &analysis.today().to_string()));
    }
    LensText { title: parts.join(" · "), references: Vec::new() }
}

/// `v2 (latest) · v1 deprecated 2024-12-31`
fn versions(analysis: &Analysis, node: &NodeRef) -> Option<LensText> {
    let cx = FileCx::new(analysis, node.file)?;
    let today = analysis.today().to_string();
    let lines = crate::describe::versions_of(&cx, node);
    let shown: Vec<String> = lines.iter().map(|line| line.shown(&today)).collect();
    (!shown.is_empty()).then(|| LensText { title: shown.join(" · "), references: Vec::new() })
}
