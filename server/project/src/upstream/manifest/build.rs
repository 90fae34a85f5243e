//! The growing facts of one artifact, and how they become a [`Manifest`].

use std::cmp::Ordering;

use rustc_hash::FxHashMap;
use smol_str::SmolStr;

use super::super::strings::{Interner, Str};
use super::items::{ArgumentData, DocData, GroupData, MacroData, ResourceData};
use super::node::{ColumnData, NodeData, TestData};
use super::project_name;
use super::{Manifest, ManifestError, ManifestKind};

/// What is collected while reading.
#[derive(Default)]
pub(in super::super) struct Builder {
    pub strings: Interner,
    pub lists: Vec<Str>,
    pub columns: Vec<ColumnData>,
    pub nodes: Vec<NodeData>,
    pub disabled: Vec<NodeData>,
    pub(super) tests: Vec<TestData>,
    pub test_count: u32,
    pub(super) resources: Vec<ResourceData>,
    pub(super) groups: Vec<GroupData>,
    pub(super) macros: Vec<MacroData>,
    pub(super) arguments: Vec<ArgumentData>,
    pub(super) docs: Vec<DocData>,
    pub packages: Vec<PackageTally>,
    package_at: FxHashMap<Str, usize>,
    pub metadata: Metadata,
    /// Whether the document has `nodes`.
    pub saw_nodes: bool,
}

/// `metadata`, and for a publication what stands beside it.
#[derive(Default)]
pub(in super::super) struct Metadata {
    pub seen: bool,
    pub schema: Str,
    pub dbt_version: Str,
    pub generated_at: Str,
    pub project_name: Str,
    pub project_id: Str,
    pub adapter_type: Str,
    pub dependencies: Vec<Str>,
}

/// How many nodes a package has.
pub(in super::super) struct PackageTally {
    pub name: Str,
    /// Nodes that are neither copies nor below `dbt_packages`.
    pub own: u32,
}

impl Builder {
    /// Notes that a package has a node. `foreign`: a copy of another project's node, or known to be installed.
    pub(in super::super) fn count_package(&mut self, name: Str, foreign: bool) {
        let at = *self.package_at.entry(name).or_insert_with(|| {
            self.packages.push(PackageTally { name, own: 0 });
            self.packages.len() - 1
        });
        if let Some(tally) = self.packages.get_mut(at).filter(|_| !foreign) {
            tally.own += 1;
        }
    }

    /// Fills an absent package or name from `type.package.name[.v…]`.
    pub(in super::super) fn name_from_id(&mut self, unique_id: Str, package: &mut Str, name: &mut Str) {
        if !package.is_empty() && !name.is_empty() {
            return;
        }
        let id = self.strings.get(unique_id).to_owned();
        let mut parts = id.splitn(3, '.').skip(1);
        let (id_package, id_name) = (parts.next().unwrap_or_default(), parts.next().unwrap_or_default());
        if package.is_empty() {
            *package = self.strings.intern(id_package);
        }
        if name.is_empty() {
            *name = self.strings.intern(id_name);
        }
    }

    /// A path with `/`, also when dbt ran on Windows.
    pub(in super::super) fn with_slashes(&mut self, path: Str) -> Str {
        if !self.strings.get(path).contains('\\') {
            return path;
        }
        let fixed = self.strings.get(path).replace('\\', "/");
        self.strings.intern(&fixed)
    }

    /// Checks that this was a manifest, and finishes it.
    pub(super) fn into_manifest(self) -> Result<Manifest, ManifestError> {
        let schema = self.strings.get(self.metadata.schema);
        let other = ["catalog", "run-results", "sources", "semantic-manifest", "publication"]
            .iter()
            .find(|kind| schema.contains(&format!("/dbt/{kind}/")));
        if let Some(kind) = other {
            return Err(ManifestError::NotAnArtifact(format!(
                "a dbt {kind} file, not a manifest: it says `{schema}`"
            )));
        }
        if !self.saw_nodes {
            let missing = if self.metadata.seen { "`nodes`" } else { "`metadata` and `nodes`" };
            return Err(ManifestError::NotAnArtifact(format!("not a dbt manifest: it has no {missing}")));
        }
        if !self.metadata.seen && self.nodes.is_empty() {
            return Err(ManifestError::NotAnArtifact("not a dbt manifest: it has no `metadata`".to_owned()));
        }
        Ok(self.finish(ManifestKind::Manifest))
    }

    /// Orders the tables and gives working memory back.
    pub(in super::super) fn finish(mut self, kind: ManifestKind) -> Manifest {
        let (project_name, project_name_inferred) = project_name::find(&mut self);
        let Builder { strings, mut nodes, mut tests, mut resources, mut macros, metadata, .. } = self;
        let by_id = index_by_id(&strings, &mut nodes);
        let by_name = index_by_name(&strings, &nodes);
        tests.sort_unstable();
        tests.dedup();
        resources.sort_by(|a, b| strings.get(a.unique_id).cmp(strings.get(b.unique_id)));
        macros.sort_by(|a, b| {
            let key = |m: &MacroData| (strings.get(m.package), strings.get(m.name));
            key(a).cmp(&key(b))
        });
        let small = |text: Str| (!text.is_empty()).then(|| SmolStr::new(strings.get(text)));
        Manifest {
            kind,
            project_name,
            project_name_inferred,
            dbt_version: small(metadata.dbt_version),
            schema_version: schema_version(strings.get(metadata.schema)),
            generated_at: small(metadata.generated_at),
            adapter_type: small(metadata.adapter_type),
            dependencies: metadata.dependencies.iter().filter_map(|name| small(*name)).collect(),
            test_count: self.test_count,
            catalog: None,
            lists: self.lists.into(),
            columns: self.columns.into(),
            nodes: nodes.into(),
            by_id: by_id.into(),
            by_name: by_name.into(),
            disabled: self.disabled.into(),
            tests: tests.into(),
            resources: resources.into(),
            groups: self.groups.into(),
            macros: macros.into(),
            arguments: self.arguments.into(),
            docs: self.docs.into(),
            packages: self.packages.iter().map(|tally| tally.name).collect(),
            strings: strings.finish(),
        }
    }
}

/// 12 from `https://schemas.getdbt.com/dbt/manifest/v12.json`.
fn schema_version(schema: &str) -> Option<u16> {
    let (_, file) = schema.rsplit_once("/v")?;
    file.split('.').next()?.parse().ok()
}

/// Node indexes by unique id. Of nodes with the same id the last stays, as in any JSON reader of Python's.
fn index_by_id(strings: &Interner, nodes: &mut Vec<NodeData>) -> Vec<u32> {
    let sorted = |nodes: &[NodeData]| {
        let mut order: Vec<u32> = (0..u32::try_from(nodes.len()).unwrap_or(u32::MAX)).collect();
        order.sort_by_key(|index| nodes.get(*index as usize).map_or("", |n| strings.get(n.unique_id)));
        order
    };
    let order = sorted(nodes);
    let id = |index: u32| nodes.get(index as usize).map(|n| n.unique_id);
    let overruled: Vec<u32> =
        order.windows(2).filter(|pair| id(pair[0]) == id(pair[1])).map(|pair| pair[0]).collect();
    if overruled.is_empty() {
        return order;
    }
    let overruled: rustc_hash::FxHashSet<u32> = overruled.into_iter().collect();
    let mut index = 0;
    nodes.retain(|_| {
        index += 1;
        !overruled.contains(&(index - 1))
    });
    sorted(nodes)
}

fn index_by_name(strings: &Interner, nodes: &[NodeData]) -> Vec<u32> {
    let mut referable: Vec<(u32, &NodeData)> = (0u32..)
        .zip(nodes)
        .filter(|(_, node)| node.resource_type.is_referable() && !node.name.is_empty())
        .collect();
    referable.sort_by(|(_, a), (_, b)| {
        let key = |n: &NodeData| (strings.get(n.package), strings.get(n.name));
        key(a).cmp(&key(b)).then_with(|| compare_versions(strings.get(a.version), strings.get(b.version)))
    });
    referable.into_iter().map(|(index, _)| index).collect()
}

/// An order of versions for lists: none, then numbers by size, then words.
fn compare_versions(a: &str, b: &str) -> Ordering {
    let number = |text: &str| text.parse::<f64>().ok().filter(|n| n.is_finite());
    match (number(a), number(b)) {
        (Some(x), Some(y)) => x.total_cmp(&y).then_with(|| a.cmp(b)),
        (x, y) => {
            let class = |text: &str, n: Option<f64>| (!text.is_empty(), n.is_none());
            class(a, x).cmp(&class(b, y)).then_with(|| a.cmp(b))
        }
    }
}
