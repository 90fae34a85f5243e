//! Columns as YAML and manifests describe them.

use project::facts::{Column, Section};
use project::names::Site;
use project::refs::{Lookup, Part, RefArgs, SourceArgs, lookup};
use project::resolve::Resolution;
use project::{FileId, NodeKind, Target};
use smol_str::SmolStr;
use text::TextRange;

use crate::describe::describe;
use crate::diagnostics::FileCx;
use crate::thing::referenced;

/// What has columns.
#[derive(Debug, Clone)]
pub(crate) enum Of {
    /// A YAML entry.
    Entry(Site),
    /// A node.
    Node(Target),
}

/// A column.
#[derive(Debug, Clone)]
pub(crate) struct Known {
    pub name: SmolStr,
    pub data_type: Option<SmolStr>,
    /// As it is written.
    pub description: Option<Box<str>>,
    /// Where its name stands; `None` in a manifest.
    pub place: Option<(FileId, TextRange)>,
    /// What it is a column of.
    pub of: SmolStr,
}

/// Keys of configurations whose values are columns of the node itself.
pub(crate) const CONFIGS: [&str; 14] = [
    "unique_key",
    "updated_at",
    "check_cols",
    "merge_update_columns",
    "merge_exclude_columns",
    "event_time",
    "partition_by",
    "cluster_by",
    "clustered_by",
    "liquid_clustered_by",
    "loaded_at_field",
    "primary_key",
    "sort",
    "dist",
];

/// The columns of an entry or node, as they are listed.
pub(crate) fn known(cx: &FileCx<'_>, of: &Of) -> Vec<Known> {
    let mesh = &cx.analysis.mesh;
    let written = |file: FileId, of: &SmolStr, column: &Column| Known {
        name: column.name.clone(),
        data_type: column.data_type.clone(),
        description: column.description.clone(),
        place: Some((file, column.name_range)),
        of: of.clone(),
    };
    match of {
        Of::Entry(site) => {
            let Some((_, entry)) = mesh.entry(*site) else { return Vec::new() };
            let own = entry.versions.iter().flatten().filter_map(|version| version.columns.as_ref());
            let all = entry.columns.iter().chain(own.flat_map(|columns| columns.own.iter()));
            all.map(|column| written(site.file, &entry.name, column)).collect()
        }
        Of::Node(Target::Local(node)) => {
            let Some(site) = node.entry else { return Vec::new() };
            mesh.columns(node).into_iter().map(|column| written(site.file, &node.name, column)).collect()
        }
        Of::Node(target) => {
            let described = describe(cx, target);
            let of = &described.summary.name;
            let lines = described.columns.into_iter().map(|line| Known {
                name: line.name,
                data_type: line.data_type,
                description: line.text.map(Into::into),
                place: None,
                of: of.clone(),
            });
            lines.collect()
        }
    }
}

/// The column that a name means: warehouses mostly do not mind its case.
pub(crate) fn find(cx: &FileCx<'_>, of: &[Of], name: &str) -> Option<Known> {
    let all = || of.iter().flat_map(|of| known(cx, of));
    all()
        .find(|column| column.name == name)
        .or_else(|| all().find(|column| column.name.eq_ignore_ascii_case(name)))
}

/// Nodes that so many are read by are asked for their columns.
const READS: usize = 32;

/// The nodes that the node of an entry reads: its columns mostly come from them.
pub(crate) fn read_by(cx: &FileCx<'_>, of: &Of) -> Vec<Of> {
    let mesh = &cx.analysis.mesh;
    let file = match of {
        Of::Node(Target::Local(node)) => Some(node.file),
        Of::Node(_) => None,
        Of::Entry(site) => mesh.entry(*site).and_then(|(_, entry)| match entry.section {
            Section::Models => Some(mesh.model(cx.package, &entry.name)?.file),
            Section::Snapshots => Some(mesh.snapshot(cx.package, &entry.name)?.file),
            _ => None,
        }),
    };
    let Some(inside) = file.and_then(|file| FileCx::new(cx.analysis, file)) else { return Vec::new() };
    let calls = inside.facts.uses.iter().map(|used| &used.call).take(READS);
    calls.filter_map(|call| of_call(&inside, call)).map(Of::Node).collect()
}

/// What an expression such as `ref('orders')` means, with or without braces.
pub(crate) fn relation(cx: &FileCx<'_>, text: &str) -> Option<Target> {
    let template =
        if text.contains("{{") { syntax::jinja::parse(text) } else { syntax::jinja::parse_expression(text) };
    template.calls.iter().find_map(|call| of_call(cx, call))
}

fn of_call(cx: &FileCx<'_>, call: &syntax::calls::Call) -> Option<Target> {
    match lookup(&call.name) {
        Lookup::Ref => {
            let args = RefArgs::read(call, cx.flavor());
            let single = |part: &Option<Part>| part.as_ref().and_then(|part| part.single().map(SmolStr::new));
            let name = single(&args.name)?;
            referenced(cx, single(&args.package).as_deref(), &name, single(&args.version).as_deref())
                .into_iter()
                .next()
        }
        Lookup::Source => {
            let args = SourceArgs::read(call);
            let (source, table) = (args.source?, args.table?);
            match cx.resolver.table(source.single()?, table.single()?) {
                Resolution::Found { target, .. } | Resolution::Disabled(target) => Some(target),
                _ => None,
            }
        }
        _ => None,
    }
}

/// The node that a SQL or Python file is, or the snapshot whose block a place is in; and for a snapshot what it reads.
pub(crate) fn of_code(cx: &FileCx<'_>, at: TextRange) -> Vec<Of> {
    let mesh = &cx.analysis.mesh;
    let block = cx.facts.def_at(at).map(|(_, def)| def.name.clone());
    let node = match &block {
        Some(name) => mesh.snapshot(cx.package, name),
        None => mesh.node_of_file(cx.file),
    };
    let Some(node) = node else { return Vec::new() };
    let is_snapshot = node.kind == NodeKind::Snapshot;
    let own = Of::Node(Target::Local(node));
    let more = if is_snapshot { read_by(cx, &own) } else { Vec::new() };
    std::iter::once(own).chain(more).collect()
}
