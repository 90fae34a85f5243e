//! Names of all projects and their upstreams by a few typed letters: `ord`, `platform.orders`, `orders v2`.
//!
//! Looks at names alone until the best are known; only of those it asks what they are.

#[cfg(test)]
mod tests;

use std::cmp::Reverse;
use std::sync::Arc;

use project::facts::{DefKind, Section};
use project::names::{FILE, Site, Space};
use project::registry::Supply;
use project::upstream::{Manifest, ResourceType};
use project::{FileId, NodeKind, Package};
use smol_str::{SmolStr, format_smolstr};
use text::{Fuzzy, TextRange};

use crate::{Analysis, Cancellable, Place, SymbolKind};

/// A name of the workspace.
#[derive(Debug, Clone, PartialEq)]
pub struct WorkspaceSymbol {
    /// As it was asked for: with its project when the question names one, with its version when it has one. Editors
    /// compare the name with what is typed once more.
    pub name: String,
    /// Its project, and for a table its source.
    pub container: String,
    /// What it is.
    pub kind: SymbolKind,
    /// Its deprecation date has come.
    pub deprecated: bool,
    /// Where it is.
    pub place: Place,
}

/// How many names are given at most.
pub const MAX_SYMBOLS: usize = 256;

/// The names that match `query`, best first, at most [`MAX_SYMBOLS`].
pub fn workspace_symbols(analysis: &Analysis, query: &str) -> Cancellable<Vec<WorkspaceSymbol>> {
    let query = Query::parse(query);
    let mut search = Search { query: &query, fuzzy: Fuzzy::new(&query.name), hits: Vec::new() };
    let mut manifests: Vec<(*const Manifest, SmolStr)> = Vec::new();
    for package in analysis.mesh.packages() {
        analysis.check()?;
        search.package(package);
    }
    for project in analysis.mesh.projects() {
        for upstream in analysis.mesh.registry.upstreams(project.id) {
            analysis.check()?;
            let Some(Supply::Manifest { manifest, package, .. }) = &upstream.supply else { continue };
            let key = (Arc::as_ptr(manifest), package.clone());
            if !manifests.contains(&key) {
                manifests.push(key);
                search.manifest(manifest, package);
            }
        }
    }
    let mut hits = search.hits;
    hits.sort_by(|a, b| {
        (Reverse(a.score), a.name.len(), &a.name, &a.of, a.what.order())
            .cmp(&(Reverse(b.score), b.name.len(), &b.name, &b.of, b.what.order()))
            .then_with(|| a.what.place(analysis).cmp(&b.what.place(analysis)))
    });
    let mut out = Vec::new();
    for hit in hits {
        analysis.check()?;
        out.extend(hit.symbol(analysis, &query));
        if out.len() == MAX_SYMBOLS {
            break;
        }
    }
    Ok(out)
}

/// What is asked for.
#[derive(Debug, Default, PartialEq)]
struct Query {
    /// In front of the first dot.
    project: Option<String>,
    name: String,
    version: Option<String>,
    /// The version stands behind a dot, as in a unique id.
    dotted: bool,
}

impl Query {
    fn parse(typed: &str) -> Query {
        let mut rest = typed.trim();
        let mut out = Query::default();
        if let Some(at) = rest.rfind(['.', ' ', '@'])
            && let Some(version) = rest[at + 1..].strip_prefix('v')
        {
            let version = version.trim_start_matches('=');
            if version.starts_with(|c: char| c.is_ascii_digit()) {
                out.version = Some(version.to_owned());
                out.dotted = rest[at..].starts_with('.');
                rest = rest[..at].trim_end();
            }
        }
        match rest.split_once('.') {
            Some((project, name)) if !project.is_empty() => {
                out.project = Some(project.trim().to_owned());
                out.name = name.trim().to_owned();
            }
            _ => out.name = rest.trim_start_matches('.').to_owned(),
        }
        out
    }

    /// A name with what was asked beside it.
    fn shown(&self, project: &str, name: &str, version: Option<&str>) -> String {
        let mut out = String::new();
        if self.project.is_some() {
            out.push_str(project);
            out.push('.');
        }
        out.push_str(name);
        if let Some(version) = version {
            out.push_str(if self.dotted { ".v" } else { " v" });
            out.push_str(version);
        }
        out
    }
}

struct Hit<'m> {
    score: u32,
    /// What is shown and compared: of a table its own name, of a block the name that is written.
    name: &'m str,
    /// Its project's name.
    of: &'m str,
    what: What<'m>,
}

enum What<'m> {
    Project(&'m Package),
    Declared { package: &'m Package, space: Space, key: &'m SmolStr, site: Site },
    Upstream { manifest: &'m Manifest, index: u32, project: SmolStr },
}

impl What<'_> {
    /// Tells what has one name apart, whatever was indexed first.
    fn order(&self) -> (u8, Option<Space>, &str, &str) {
        match self {
            What::Project(package) => (0, None, "", &package.root),
            What::Declared { package, space, key, .. } => (1, Some(*space), key, &package.root),
            What::Upstream { project, .. } => (2, None, project, ""),
        }
    }

    /// Tells the places of one declared name apart: files are numbered as they come.
    fn place(&self, analysis: &Analysis) -> Option<(String, u32)> {
        let What::Declared { site, .. } = self else { return None };
        Some((analysis.mesh.path(site.file)?.to_string(), site.item))
    }
}

struct Search<'m> {
    query: &'m Query,
    fuzzy: Fuzzy,
    hits: Vec<Hit<'m>>,
}

impl<'m> Search<'m> {
    fn package(&mut self, package: &'m Package) {
        let asked = self.query.project.as_deref();
        let mut qualifier = asked.map(Fuzzy::new);
        let in_package = qualifier.as_mut().is_none_or(|fuzzy| fuzzy.score(package.name()).is_some());
        if asked.is_none() && self.query.version.is_none() {
            self.add(package.name(), package.name(), What::Project(package));
        }
        for (space, key, sites) in package.declared() {
            let Some(name) = written(space, key) else { continue };
            // `raw.orders`: a table goes by its source, too.
            let source = || (space == Space::Table).then(|| key.split_once('.').map(|(source, _)| source));
            let named = in_package
                || source().flatten().is_some_and(|source| {
                    qualifier.as_mut().is_some_and(|fuzzy| fuzzy.score(source).is_some())
                });
            if named && (self.query.version.is_none() || space == Space::Model) {
                for site in sites.iter().take(8) {
                    self.add(name, package.name(), What::Declared { package, space, key, site: *site });
                }
            }
        }
    }

    fn manifest(&mut self, manifest: &'m Manifest, project: &SmolStr) {
        if self.query.project.as_deref().is_some_and(|asked| Fuzzy::new(asked).score(project).is_none()) {
            return;
        }
        for index in manifest.referable_indexes(project) {
            let Some(node) = manifest.node_at(*index) else { continue };
            if self.query.version.is_none() || self.query.version.as_deref() == node.version() {
                let what = What::Upstream { manifest, index: *index, project: project.clone() };
                self.add(node.name(), node.package(), what);
            }
        }
    }

    fn add(&mut self, name: &'m str, of: &'m str, what: What<'m>) {
        if let Some(score) = self.fuzzy.score(name) {
            self.hits.push(Hit { score, name, of, what });
        }
    }
}

/// The name as people write it, of a key of the index; `None` where something else stands for the same thing.
fn written(space: Space, key: &str) -> Option<&str> {
    Some(match space {
        Space::Model
        | Space::Seed
        | Space::Snapshot
        | Space::Analysis
        | Space::SingularTest
        | Space::Doc
        | Space::Function
        | Space::Source
        | Space::Group
        | Space::Exposure
        | Space::Metric
        | Space::SemanticModel
        | Space::SavedQuery => key,
        Space::UnitTest => key.split_once('.').map_or(key, |(_, test)| test),
        Space::Macro => key.strip_prefix("test_").unwrap_or(key),
        Space::Table => key.split_once('.').map_or(key, |(_, table)| table),
        _ => return None,
    })
}

impl Hit<'_> {
    fn symbol(&self, analysis: &Analysis, query: &Query) -> Option<WorkspaceSymbol> {
        let mesh = &analysis.mesh;
        let top = TextRange::empty(0.into());
        let at = |file: FileId, full, focus| Place::File { file, full, focus };
        let mut out = WorkspaceSymbol {
            name: query.shown(self.of, self.name, None),
            container: self.of.to_owned(),
            kind: SymbolKind::Model,
            deprecated: false,
            place: Place::Path(std::path::PathBuf::new()),
        };
        match &self.what {
            What::Project(package) => {
                let file = package.file("dbt_project.yml")?;
                let focus = package.config.name.as_ref().map_or(top, |(_, range)| *range);
                out.kind = SymbolKind::Project;
                out.container.clear();
                out.place = at(file, focus, focus);
            }
            What::Declared { package, space, key, site } => {
                out.kind = kind(*space);
                let facts = mesh.facts(site.file)?;
                if site.item == FILE {
                    out.place = at(site.file, top, top);
                    if let Some(node) =
                        mesh.node_of_file(site.file).filter(|node| node.kind == NodeKind::Model)
                    {
                        if query.version.is_some() && query.version.as_deref() != node.version.as_deref() {
                            return None;
                        }
                        out.name = query.shown(self.of, &node.name, node.version.as_deref());
                        out.deprecated = mesh.deprecation(&node).is_some_and(|date| date <= analysis.today());
                    } else if query.version.is_some() {
                        return None;
                    }
                    return Some(out);
                }
                let is_block = matches!(space, Space::Macro | Space::Doc | Space::Snapshot);
                let block =
                    facts.defs.get(site.item as usize).filter(|def| is_block && def.index_name() == **key);
                if let Some(def) = block {
                    // A generic test is the macro `test_…` of the index, and so is a macro of that name.
                    out.name = query.shown(self.of, &def.name, None);
                    match def.kind {
                        DefKind::Test => out.kind = SymbolKind::Test,
                        DefKind::Materialization => out.kind = SymbolKind::Materialization,
                        _ => {}
                    }
                    out.place = at(site.file, def.full, def.name_range);
                } else {
                    let entry = facts.entries.get(site.item as usize)?;
                    if entry.section == Section::Tables
                        && let Some((source, _)) = key.split_once('.')
                    {
                        out.container = format!("{} · {source}", package.name());
                        if query.project.is_some()
                            && Fuzzy::new(query.project.as_deref()?).score(source).is_some()
                        {
                            out.name = query.shown(source, self.name, None);
                        }
                    }
                    out.place = at(site.file, entry.range, entry.name_range);
                }
            }
            What::Upstream { manifest, index, project } => {
                let node = manifest.node_at(*index)?;
                out.name = query.shown(self.of, node.name(), node.version());
                out.kind = match node.resource_type() {
                    ResourceType::Seed => SymbolKind::Seed,
                    ResourceType::Snapshot => SymbolKind::Snapshot,
                    _ => SymbolKind::Model,
                };
                let today = format_smolstr!("{}", analysis.today());
                let date = node.deprecation_date().and_then(|date| date.get(..10));
                out.deprecated = date.is_some_and(|date| date <= today.as_str());
                out.container = format!("{} (upstream)", self.of);
                out.place = Place::Upstream { project: project.clone(), unique_id: node.unique_id().into() };
            }
        }
        Some(out)
    }
}

fn kind(space: Space) -> SymbolKind {
    match space {
        Space::Seed => SymbolKind::Seed,
        Space::Snapshot => SymbolKind::Snapshot,
        Space::Analysis => SymbolKind::Analysis,
        Space::SingularTest => SymbolKind::Test,
        Space::Macro => SymbolKind::Macro,
        Space::Doc => SymbolKind::Docs,
        Space::Function => SymbolKind::Function,
        Space::Source => SymbolKind::Source,
        Space::Table => SymbolKind::Table,
        Space::Group => SymbolKind::Group,
        Space::Exposure => SymbolKind::Exposure,
        Space::Metric => SymbolKind::Metric,
        Space::SemanticModel => SymbolKind::SemanticModel,
        Space::SavedQuery => SymbolKind::SavedQuery,
        Space::UnitTest => SymbolKind::UnitTest,
        _ => SymbolKind::Model,
    }
}
