//! What a lens is about, in words: it may be asked for again after edits, so it must not be a place.

use project::NodeKind;
use project::names::Space;
use smol_str::SmolStr;

use super::Found;
use crate::Analysis;

/// What a lens tells.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum LensKind {
    /// How often something is used, and by whom.
    References,
    /// Who may refer to a model.
    Access,
    /// The versions of a model.
    Versions,
}

impl LensKind {
    /// The word for it.
    pub fn as_str(self) -> &'static str {
        match self {
            LensKind::References => "references",
            LensKind::Access => "access",
            LensKind::Versions => "versions",
        }
    }

    /// The kind that a word means.
    pub fn of(word: &str) -> Option<LensKind> {
        let all = [LensKind::References, LensKind::Access, LensKind::Versions];
        all.into_iter().find(|kind| kind.as_str() == word)
    }
}

/// Names a lens.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LensKey {
    /// What it tells.
    pub kind: LensKind,
    /// Root directory of the package that has the thing.
    pub root: String,
    /// `model`, `seed`, `snapshot`, `source`, `macro`, `doc`.
    pub space: SmolStr,
    /// Its name; `source.table`.
    pub name: SmolStr,
    /// Of one version; else of all.
    pub version: Option<SmolStr>,
}

impl LensKey {
    pub(super) fn new(root: &str, kind: LensKind, space: &str, name: &str, version: Option<&str>) -> LensKey {
        LensKey {
            kind,
            root: root.into(),
            space: space.into(),
            name: name.into(),
            version: version.map(SmolStr::new),
        }
    }

    /// The thing, if it is still there; of a model with versions, where none is named, any one.
    pub(super) fn find(&self, analysis: &Analysis) -> Option<Found> {
        let mesh = &analysis.mesh;
        let package = mesh.package_at(&self.root)?;
        let yaml = |kind, space| mesh.yaml_node(package, kind, space, &self.name);
        let node = match self.space.as_str() {
            "model" => {
                let family = mesh.family(package, &self.name)?;
                match &self.version {
                    Some(version) => mesh.member_node(package, &family, Some(family.member(version)?))?,
                    None => {
                        let any = family.versions.iter().find(|member| member.file.is_some());
                        let node = mesh.unpinned_node(package, &family);
                        node.or_else(|| mesh.member_node(package, &family, Some(any?)))?
                    }
                }
            }
            "seed" => mesh.seed(package, &self.name)?,
            "snapshot" => mesh.snapshot(package, &self.name)?,
            "source" => mesh.table(package, &self.name)?,
            "function" => mesh.node_of_file(package.site(Space::Function, &self.name)?.file)?,
            "metric" => yaml(NodeKind::Metric, Space::Metric)?,
            "macro" => return package.site(Space::Macro, &self.name).map(Found::Def),
            "doc" => return package.site(Space::Doc, &self.name).map(Found::Def),
            _ => return None,
        };
        Some(Found::Node(node))
    }
}
