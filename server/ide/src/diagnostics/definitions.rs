//! Findings about what a file defines, rather than about what it calls: asks each rule, and gathers what they
//! share.

use project::NodeRef;
use project::config::Placed;
use project::facts::{DefKind, Entry, Section, Setting, Settings, Shape, ShapeOf, Verdict};
use project::flavor::Flavor;
use project::layout::FileKind;
use project::node::{NodeKind, Tri};

use super::{
    Depth, FileCx, deprecated_model, documented_arguments, duplicate_doc, duplicate_entry, duplicate_group,
    duplicate_model, duplicate_relation, duplicate_resource, duplicate_test, flaws, invalid_access,
    invalid_config, invalid_configuration, invalid_constraint, invalid_contract, invalid_enabled,
    invalid_group, invalid_microbatch, invalid_project, invalid_snapshot, invalid_test, invalid_versions,
    macro_arguments, malformed_properties, misplaced_call, misplaced_key, resources, spaces_in_name,
    test_arguments, unknown_doc, unknown_group, unknown_key, unknown_test, unmatched_entry, version_number,
};
use crate::{Diagnostic, Fix, Severity, SourceChange};

pub(super) fn check(cx: &FileCx<'_>, depth: Depth, out: &mut Vec<Diagnostic>) {
    // What was read around damage may not be what is meant.
    if !cx.facts.errors.is_empty() {
        return;
    }
    flaws::check(cx, out);
    spaces_in_name::file(cx, out);
    match cx.entry.kind {
        FileKind::Properties => properties(cx, out),
        FileKind::Model | FileKind::PythonModel => {
            duplicate_model::files(cx, out);
            invalid_enabled::file(cx, out);
            let node = cx.analysis.mesh.node_of_file(cx.file);
            if let Some(node) = node.as_ref().filter(|node| is_built(cx, node)) {
                invalid_access::file(cx, node, out);
                unknown_group::file(cx, out);
            }
            if let Some(node) = node {
                model(cx, &node, out);
            }
        }
        FileKind::Snapshot => {
            invalid_enabled::file(cx, out);
            let blocks = cx.facts.defs.iter().filter(|def| def.kind == DefKind::Snapshot);
            for node in blocks.filter_map(|def| cx.analysis.mesh.snapshot(cx.package, &def.name)) {
                snapshot(cx, &node, out);
            }
        }
        FileKind::Seed => {
            duplicate_model::files(cx, out);
            if let Some(node) = cx.analysis.mesh.node_of_file(cx.file) {
                duplicate_relation::check(cx, &node, out);
                invalid_config::materialized(cx, &node, out);
            }
        }
        FileKind::Analysis => duplicate_model::files(cx, out),
        FileKind::SingularTest => {
            duplicate_model::files(cx, out);
            if let Some(node) = cx.analysis.mesh.node_of_file(cx.file) {
                invalid_config::materialized(cx, &node, out);
            }
        }
        FileKind::Docs => {
            shapes(cx, out);
            duplicate_doc::check(cx, out);
        }
        FileKind::Vars => invalid_project::variables(cx, out),
        FileKind::Function => duplicate_resource::function_files(cx, out),
        FileKind::ProjectFile => {
            invalid_project::variables(cx, out);
            invalid_access::tree(cx, out);
            unknown_group::tree(cx, out);
        }
        FileKind::Loom | FileKind::MeshConfig => {
            invalid_configuration::check(cx, out);
            if cx.entry.kind == FileKind::Loom && depth == Depth::Full {
                deprecated_model::brought(cx, out);
            }
        }
        _ => {}
    }
}

/// What is looked at whichever file of a model is open: each rule says what belongs there.
fn model(cx: &FileCx<'_>, node: &NodeRef, out: &mut Vec<Diagnostic>) {
    invalid_contract::check(cx, node, out);
    invalid_constraint::check(cx, node, out);
    invalid_microbatch::check(cx, node, out);
    duplicate_relation::check(cx, node, out);
}

fn snapshot(cx: &FileCx<'_>, node: &NodeRef, out: &mut Vec<Diagnostic>) {
    invalid_snapshot::check(cx, node, out);
    duplicate_relation::check(cx, node, out);
}

fn properties(cx: &FileCx<'_>, out: &mut Vec<Diagnostic>) {
    misplaced_call::check(cx, out);
    resources::check(cx, out);
    unknown_doc::check(cx, out);
    shapes(cx, out);
    for (at, entry) in cx.facts.entries.iter().enumerate() {
        let site = EntrySite { cx, at: at as u32, entry };
        invalid_enabled::entry(&site, out);
        unmatched_entry::check(&site, out);
        version_number::check(&site, out);
        unknown_test::check(&site, out);
        duplicate_test::check(&site, out);
        macro_arguments::of_tests(&site, out);
        duplicate_entry::check(&site, out);
        spaces_in_name::entry(cx, entry, out);
        match entry.section {
            Section::Groups => duplicate_group::check(&site, out),
            Section::Models => {
                invalid_versions::check(&site, out);
                duplicate_model::entries(&site, out);
                let nodes = site.nodes();
                deprecated_model::entry(&site, &nodes, out);
                invalid_access::entry(&site, &nodes, out);
                unknown_group::entry(&site, &nodes, out);
                site.all_nodes().iter().for_each(|node| model(cx, node, out));
            }
            Section::Seeds => {
                if let Some(node) = cx.analysis.mesh.seed(cx.package, &entry.name) {
                    invalid_config::materialized(cx, &node, out);
                    duplicate_relation::check(cx, &node, out);
                }
            }
            Section::Snapshots => {
                if let Some(node) = cx.analysis.mesh.snapshot(cx.package, &entry.name) {
                    snapshot(cx, &node, out);
                }
            }
            Section::Macros => documented_arguments::check(&site, out),
            _ => {}
        }
    }
}

/// What a file's form alone gives.
fn shapes(cx: &FileCx<'_>, out: &mut Vec<Diagnostic>) {
    let mut asked = false;
    for shape in &cx.facts.shapes {
        let code = match shape.of {
            ShapeOf::Group => invalid_group::CODE,
            ShapeOf::Versions => invalid_versions::CODE,
            ShapeOf::Config => invalid_config::CODE,
            ShapeOf::Constraint => invalid_constraint::CODE,
            ShapeOf::Snapshot => invalid_snapshot::CODE,
            ShapeOf::Call => misplaced_call::CODE,
            ShapeOf::Test => invalid_test::CODE,
            ShapeOf::Arguments => test_arguments::CODE,
            ShapeOf::Key => unknown_key::CODE,
            ShapeOf::Place => misplaced_key::CODE,
            ShapeOf::Properties => malformed_properties::CODE,
        };
        if let Some(mut severity) = severity(cx, shape) {
            // dbt v1 asks for the new form of tests once; here once in each file.
            if shape.of == ShapeOf::Arguments && severity == Severity::Warning {
                severity = if asked { Severity::Hint } else { severity };
                asked = true;
            }
            let fix = shape.instead.as_ref().map(|instead| Fix {
                title: format!("Change to '{instead}'"),
                preferred: true,
                change: SourceChange::edit(cx.file, shape.range, instead.as_str()),
            });
            out.push(Diagnostic::new(code, shape.range, severity, shape.message.clone()).fix(fix));
        }
    }
}

fn severity(cx: &FileCx<'_>, shape: &Shape) -> Option<Severity> {
    let verdict = match cx.flavor() {
        Flavor::V1 => shape.v1,
        Flavor::V2 => shape.v2,
    };
    match verdict {
        Verdict::Fine => None,
        // dbt before 1.10 has no `arguments`.
        Verdict::Warned if shape.of == ShapeOf::Arguments => match &cx.project.config {
            config if !config.test_arguments_below => None,
            config if config.admits_before(10) => Some(Severity::Hint),
            _ => Some(Severity::Warning),
        },
        Verdict::Warned => Some(Severity::Warning),
        Verdict::Refused => Some(Severity::Error),
        Verdict::RefusedIfUsed => {
            let entry = cx.facts.entries.get(shape.entry as usize)?;
            let site = EntrySite { cx, at: shape.entry, entry };
            unmatched_entry::is_used(&site).then_some(Severity::Error)
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
        let mut nodes = self.all_nodes();
        nodes.retain(|node| is_built(self.cx, node));
        nodes
    }

    /// The same, with those that are disabled.
    fn all_nodes(&self) -> Vec<NodeRef> {
        let mesh = &self.cx.analysis.mesh;
        let Some(family) = mesh.family(self.cx.package, &self.entry.name) else { return Vec::new() };
        // Another entry of the name may be the one in force.
        if family.entry.is_none_or(|site| site.file != self.cx.file || site.item != self.at) {
            return Vec::new();
        }
        let node = |member| mesh.member_node(self.cx.package, &family, member);
        match family.is_versioned() {
            false => node(None).into_iter().collect(),
            true => family.versions.iter().filter_map(|member| node(Some(member))).collect(),
        }
    }

    /// Every setting of a key in the entry and its versions, in source order.
    pub fn settings(&self, key: &'static str) -> impl Iterator<Item = &Setting> {
        let versions = self.entry.versions.iter().flatten().map(|version| &version.settings);
        let all = std::iter::once(&self.entry.settings).chain(versions);
        // Of a key that is written twice only the last one counts.
        let is_last = move |settings: &Settings, at: usize| {
            let setting = &settings.0[at];
            let later = settings.0[at + 1..].iter();
            later.filter(|later| later.in_config == setting.in_config).all(|later| later.key != key)
        };
        all.flat_map(move |settings| {
            let of_key = settings.0.iter().enumerate().filter(move |(_, setting)| setting.key == key);
            of_key.filter(move |(at, _)| is_last(settings, *at)).map(|(_, setting)| setting)
        })
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

/// Whether a setting of a config tree is in force for a node that dbt builds and that can be in a group.
pub(super) fn applies(cx: &FileCx<'_>, placed: &Placed) -> bool {
    let mesh = &cx.analysis.mesh;
    let in_force = |node: &NodeRef| {
        matches!(node.kind, NodeKind::Model | NodeKind::Seed | NodeKind::Snapshot)
            && node.kind.tree_key() == Some(&*placed.tree)
            && is_built(cx, node)
            && mesh.fqn(node).starts_with(&placed.path)
            && mesh.setting(node, &placed.key).is_some_and(|value| value == placed.value)
    };
    cx.resolver.packages().any(|package| {
        package.files().any(|file| mesh.node_of_file(file).is_some_and(|node| in_force(&node)))
    })
}
