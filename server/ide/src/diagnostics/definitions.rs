//! Findings about what a file defines, rather than about what it calls: asks each rule, and gathers what they
//! share.

use project::NodeRef;
use project::config::Placed;
use project::facts::{Entry, Section, Setting, ShapeOf};
use project::flavor::Flavor;
use project::layout::FileKind;
use project::node::{NodeKind, Tri};

use super::{
    FileCx, duplicate_group, duplicate_model, flaws, invalid_access, invalid_configuration, invalid_enabled,
    invalid_group, invalid_project, invalid_versions, malformed_properties, misplaced_call, unknown_group,
};
use crate::{Diagnostic, Severity};

pub(super) fn check(cx: &FileCx<'_>, out: &mut Vec<Diagnostic>) {
    // What was read around damage may not be what is meant.
    if !cx.facts.errors.is_empty() {
        return;
    }
    flaws::check(cx, out);
    match cx.entry.kind {
        FileKind::Properties => properties(cx, out),
        FileKind::Model | FileKind::PythonModel => {
            duplicate_model::files(cx, out);
            invalid_enabled::file(cx, out);
            if let Some(node) = cx.analysis.mesh.node_of_file(cx.file).filter(|node| is_built(cx, node)) {
                invalid_access::file(cx, &node, out);
                unknown_group::file(cx, out);
            }
        }
        FileKind::Snapshot => invalid_enabled::file(cx, out),
        FileKind::Seed => duplicate_model::files(cx, out),
        FileKind::Vars => invalid_project::variables(cx, out),
        FileKind::ProjectFile => {
            invalid_project::variables(cx, out);
            invalid_access::tree(cx, out);
            unknown_group::tree(cx, out);
        }
        FileKind::Loom | FileKind::MeshConfig => invalid_configuration::check(cx, out),
        _ => {}
    }
}

fn properties(cx: &FileCx<'_>, out: &mut Vec<Diagnostic>) {
    misplaced_call::check(cx, out);
    for shape in &cx.facts.shapes {
        let code = match shape.of {
            ShapeOf::Group => invalid_group::CODE,
            ShapeOf::Versions => invalid_versions::CODE,
            ShapeOf::Properties => malformed_properties::CODE,
        };
        let severity = if shape.v1_only { v1_error(cx) } else { Severity::Error };
        out.push(Diagnostic::new(code, shape.range, severity, shape.message));
    }
    for (at, entry) in cx.facts.entries.iter().enumerate() {
        let site = EntrySite { cx, at: at as u32, entry };
        invalid_enabled::entry(&site, out);
        match entry.section {
            Section::Groups => duplicate_group::check(&site, out),
            Section::Models => {
                invalid_versions::check(&site, out);
                duplicate_model::entries(&site, out);
                let nodes = site.nodes();
                invalid_access::entry(&site, &nodes, out);
                unknown_group::entry(&site, &nodes, out);
            }
            _ => {}
        }
    }
}

/// One entry of a properties file.
pub(super) struct EntrySite<'a> {
    pub cx: &'a FileCx<'a>,
    /// Its index in the file's entries.
    pub at: u32,
    pub entry: &'a Entry,
}

impl EntrySite<'_> {
    /// The models that dbt builds from it: each version with a file, or the one model.
    pub fn nodes(&self) -> Vec<NodeRef> {
        let mesh = &self.cx.analysis.mesh;
        let Some(family) = mesh.family(self.cx.package, &self.entry.name) else { return Vec::new() };
        // Another entry of the name may be the one in force.
        if family.entry.is_none_or(|site| site.file != self.cx.file || site.item != self.at) {
            return Vec::new();
        }
        let node = |member| mesh.member_node(self.cx.package, &family, member);
        let mut nodes: Vec<NodeRef> = match family.is_versioned() {
            false => node(None).into_iter().collect(),
            true => family.versions.iter().filter_map(|member| node(Some(member))).collect(),
        };
        nodes.retain(|node| is_built(self.cx, node));
        nodes
    }

    /// Every setting of a key in the entry and its versions, in source order.
    pub fn settings(&self, key: &'static str) -> impl Iterator<Item = &Setting> {
        let versions = self.entry.versions.iter().flatten().map(|version| &version.settings);
        let all = std::iter::once(&self.entry.settings).chain(versions);
        all.flat_map(|settings| settings.0.iter()).filter(move |setting| setting.key == key)
    }
}

/// Whether dbt surely builds a node.
pub(super) fn is_built(cx: &FileCx<'_>, node: &NodeRef) -> bool {
    cx.analysis.mesh.enabled(node) == Tri::Yes
}

/// What dbt v1 refuses and v2 does not look at (spec §20).
pub(super) fn v1_error(cx: &FileCx<'_>) -> Severity {
    if cx.flavor() == Flavor::V1 { Severity::Error } else { Severity::Warning }
}

/// The setting of a key in the file that is the node itself.
pub(super) fn own_setting<'a>(cx: &FileCx<'a>, key: &str) -> Option<&'a Setting> {
    cx.facts.settings.get(key)
}

/// Whether a setting of the config tree is in force for a model that dbt builds.
pub(super) fn applies(cx: &FileCx<'_>, placed: &Placed) -> bool {
    let mesh = &cx.analysis.mesh;
    let in_force = |node: &NodeRef| {
        node.kind == NodeKind::Model
            && is_built(cx, node)
            && mesh.fqn(node).starts_with(&placed.path)
            && mesh.setting(node, &placed.key).is_some_and(|value| value == placed.value)
    };
    cx.resolver.packages().any(|package| {
        package.files().any(|file| mesh.node_of_file(file).is_some_and(|node| in_force(&node)))
    })
}
