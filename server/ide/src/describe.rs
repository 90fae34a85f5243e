//! What is known of a node, from its own files or from an upstream's manifest, in one form for hover,
//! completion and documents.

mod local;
mod manifest;
mod origin;
mod rendered;

use project::{Access, NodeKind, Target};
use smol_str::SmolStr;

pub(crate) use self::manifest::described as manifest_node;
pub(crate) use self::origin::{age, catalog, supplied, upstream_line};
pub(crate) use self::rendered::{argument_docs, with_docs};
use crate::diagnostics::FileCx;

/// The facts of a node that fit on one line of a list.
#[derive(Debug, Clone, Default, PartialEq)]
pub(crate) struct Summary {
    pub unique_id: SmolStr,
    /// `model`, `seed`, … as dbt names it.
    pub kind: &'static str,
    /// The package that owns it.
    pub project: SmolStr,
    pub name: SmolStr,
    /// The version that this node is.
    pub version: Option<SmolStr>,
    /// `None` for what has none (seeds, sources …), and where something dynamic decides.
    pub access: Option<Access>,
    pub group: Option<SmolStr>,
    pub materialized: Option<SmolStr>,
    /// `YYYY-MM-DD`
    pub deprecation: Option<String>,
    /// Markdown, docs blocks filled in.
    pub text: Option<String>,
}

/// All facts of a node.
#[derive(Debug, Clone, Default, PartialEq)]
pub(crate) struct Description {
    pub summary: Summary,
    /// Newest first; empty for an unversioned model.
    pub versions: Vec<VersionLine>,
    pub group_owner: Option<String>,
    pub owner: Option<SmolStr>,
    pub relation: Option<String>,
    pub contract: bool,
    pub enabled: bool,
    pub columns: Vec<ColumnLine>,
    pub tests: Vec<SmolStr>,
    /// Where these facts come from: a file's path, or a manifest with its date.
    pub origin: String,
}

/// One version of the same model.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct VersionLine {
    pub version: SmolStr,
    pub latest: bool,
    pub prerelease: bool,
    /// `YYYY-MM-DD`
    pub deprecation: Option<String>,
    /// Listed in YAML, but without a file.
    pub missing: bool,
}

/// One column.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct ColumnLine {
    pub name: SmolStr,
    pub data_type: Option<SmolStr>,
    pub text: Option<String>,
}

impl VersionLine {
    /// `v2 (latest)`, `v1 deprecated 2026-01-31`, `v3 prerelease`. `today` as `YYYY-MM-DD`.
    pub(crate) fn shown(&self, today: &str) -> String {
        let marks = self.marks(today);
        let gap = if marks.is_empty() { "" } else { " " };
        format!("v{}{gap}{marks}", self.version)
    }

    /// What is special about it: `(latest)`, `deprecated 2026-01-31`.
    pub(crate) fn marks(&self, today: &str) -> String {
        let mut marks: Vec<String> = Vec::new();
        if self.latest {
            marks.push("(latest)".to_owned());
        }
        if self.prerelease {
            marks.push("prerelease".to_owned());
        }
        marks.extend(self.deprecation.as_deref().map(|date| deprecated(date, today)));
        if self.missing {
            marks.push("without a file".to_owned());
        }
        marks.join(" ")
    }

    /// Whether its day has come.
    pub(crate) fn is_deprecated(&self, today: &str) -> bool {
        self.deprecation.as_deref().is_some_and(|date| date <= today)
    }
}

impl Summary {
    /// Whether its day has come.
    pub(crate) fn is_deprecated(&self, today: &str) -> bool {
        self.deprecation.as_deref().is_some_and(|date| date <= today)
    }
}

/// `deprecated 2026-01-31`, or what will be.
pub(crate) fn deprecated(date: &str, today: &str) -> String {
    if date <= today { format!("deprecated {date}") } else { format!("to be deprecated {date}") }
}

/// Describes what a name resolved to.
pub(crate) fn describe(cx: &FileCx<'_>, target: &Target) -> Description {
    match target {
        Target::Local(node) => local::described(cx, node),
        Target::Upstream { manifest, project, node } => {
            let origin = origin::of_manifest(cx, project, manifest);
            Description { origin, ..manifest::described(manifest, *node) }
        }
    }
}

/// The part of [`describe`] that lists need, for a fraction of its cost.
pub(crate) fn summarize(cx: &FileCx<'_>, target: &Target) -> Summary {
    match target {
        Target::Local(node) => local::summary(cx, node),
        Target::Upstream { manifest, node, .. } => manifest::summary(manifest, *node),
    }
}

/// What a node is called in the warehouse, as far as files tell.
pub(crate) fn relation_of(cx: &FileCx<'_>, target: &Target) -> Option<String> {
    match target {
        Target::Local(node) => local::relation(&cx.analysis.mesh, node),
        Target::Upstream { manifest, node, .. } => {
            manifest.node_at(*node)?.relation_name().map(str::to_owned)
        }
    }
}

/// The versions of a model of this workspace, newest first.
pub(crate) fn versions_of(cx: &FileCx<'_>, node: &project::NodeRef) -> Vec<VersionLine> {
    local::versions(&cx.analysis.mesh, node)
}

fn default_materialization(kind: NodeKind) -> Option<SmolStr> {
    Some(match kind {
        NodeKind::Model => "view".into(),
        NodeKind::Seed => "seed".into(),
        NodeKind::Snapshot => "snapshot".into(),
        _ => return None,
    })
}
