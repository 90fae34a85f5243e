//! Mesh readiness: what a producer wants to have done before others build on its project.
//!
//! Off until `readiness: true`, or until a rule is given a level of its own. dbt says nothing about any of it,
//! so nothing here is ever an error by itself.

pub(super) mod env_var_prefix;
pub(super) mod exposed_non_public;
pub(super) mod producer_as_package;
pub(super) mod public_without_column_descriptions;
pub(super) mod public_without_contract;
pub(super) mod public_without_description;
pub(super) mod public_without_latest_version;
pub(super) mod public_without_owner;
pub(super) mod unpinned_upstream_ref;

#[cfg(test)]
mod tests;

use project::facts::{Entry, Section};
use project::layout::FileKind;
use project::node::Access;
use project::{Mesh, NodeRef};
use text::TextRange;

use super::definitions::{EntrySite, is_built};
use super::{Depth, FileCx};
use crate::{Diagnostic, Severity};

/// Their codes, in alphabetical order: off unless somebody sets them.
pub const CODES: &[&str] = &[
    env_var_prefix::CODE,
    exposed_non_public::CODE,
    producer_as_package::CODE,
    public_without_column_descriptions::CODE,
    public_without_contract::CODE,
    public_without_description::CODE,
    public_without_latest_version::CODE,
    public_without_owner::CODE,
    unpinned_upstream_ref::CODE,
];

/// Rules about one public model with all its public versions.
const MODEL_RULES: &[fn(&PublicModel<'_>, &mut Vec<Diagnostic>)] = &[
    public_without_column_descriptions::check,
    public_without_contract::check,
    public_without_description::check,
    public_without_latest_version::check,
    public_without_owner::check,
];

/// A model of which at least one version is public.
pub(super) struct PublicModel<'a> {
    pub cx: &'a FileCx<'a>,
    pub name: &'a str,
    /// Its entry, when this file is where it stands.
    pub entry: Option<&'a Entry>,
    /// What is public of it: the model itself, or versions.
    pub nodes: Vec<NodeRef>,
    /// Where to speak of it as a whole.
    range: TextRange,
}

impl PublicModel<'_> {
    /// One finding for each public version that lacks something; one for the model when all do.
    pub fn report(
        &self,
        code: &'static str,
        what: &str,
        lacks: impl Fn(&Mesh, &NodeRef) -> bool,
        out: &mut Vec<Diagnostic>,
    ) {
        let mesh = &self.cx.analysis.mesh;
        let lacking: Vec<&NodeRef> = self.nodes.iter().filter(|node| lacks(mesh, node)).collect();
        let shown = |version: String| format!("the public model '{}'{version} {what}", self.name);
        if lacking.len() == self.nodes.len() {
            out.push(Diagnostic::new(code, self.range, Severity::Warning, shown(String::new())));
            return;
        }
        for node in lacking {
            let range = mesh.version_entry(node).map_or(self.range, |version| version.v_range);
            let version =
                node.version.as_ref().map_or(String::new(), |version| format!(" version {version}"));
            out.push(Diagnostic::new(code, range, Severity::Warning, shown(version)));
        }
    }
}

/// Everything but the rules about one `ref()`.
pub(super) fn check(cx: &FileCx<'_>, depth: Depth, out: &mut Vec<Diagnostic>) {
    if !cx.facts.errors.is_empty() || !CODES.iter().any(|code| cx.wants(code, Severity::Warning)) {
        return;
    }
    env_var_prefix::check(cx, out);
    match cx.entry.kind {
        FileKind::Properties => {
            let entries = cx.facts.entries.iter().enumerate();
            for (at, entry) in entries.filter(|(_, entry)| entry.section == Section::Models) {
                let nodes = EntrySite { cx, at: at as u32, entry }.nodes();
                model(cx, &entry.name, Some(entry), nodes, entry.name_range, out);
            }
        }
        FileKind::Model | FileKind::PythonModel => {
            let node = cx.analysis.mesh.node_of_file(cx.file).filter(|node| node.entry.is_none());
            let Some(node) = node.filter(|node| is_built(cx, node)) else { return };
            let access = cx.facts.settings.get("access");
            let range = access.map_or(TextRange::empty(0.into()), |setting| setting.value_range);
            let name = node.name.clone();
            model(cx, &name, None, vec![node], range, out);
        }
        FileKind::Packages | FileKind::Dependencies if depth == Depth::Full => {
            producer_as_package::check(cx, out);
        }
        _ => {}
    }
}

fn model(
    cx: &FileCx<'_>,
    name: &str,
    entry: Option<&Entry>,
    mut nodes: Vec<NodeRef>,
    range: TextRange,
    out: &mut Vec<Diagnostic>,
) {
    nodes.retain(|node| cx.analysis.mesh.access(node) == Some(Access::Public));
    if !nodes.is_empty() {
        let site = PublicModel { cx, name, entry, nodes, range };
        MODEL_RULES.iter().for_each(|rule| rule(&site, out));
    }
}
