//! What a view of the mesh lists: the public models of a project, their columns, and the node in focus.
//!
//! Plain data in the order in which it is shown. Must not know how it is drawn.

use project::graph;
use project::node::{Access, Family, Tri};
use project::registry::Supply;
use project::upstream::{Manifest, manifest};
use project::{FileId, Mesh, NodeRef, Package, PackageId};
use smol_str::SmolStr;
use text::{TextRange, TextSize};

use crate::describe::with_docs;
use crate::{Analysis, Cancellable, Place};

/// A model that other projects may read.
#[derive(Debug, Clone, PartialEq)]
pub struct PublicModel {
    /// As dbt writes it: `model.platform.orders.v2`.
    pub unique_id: SmolStr,
    /// As `ref()` names it.
    pub name: SmolStr,
    /// The version, as `str(v)`.
    pub version: Option<SmolStr>,
    /// What an unpinned ref means.
    pub latest: bool,
    /// Above the latest version.
    pub prerelease: bool,
    /// The group's name.
    pub group: Option<SmolStr>,
    /// `YYYY-MM-DD`
    pub deprecation: Option<String>,
    /// Markdown, docs blocks filled in.
    pub description: Option<String>,
    /// Number of columns that its properties list.
    pub columns: usize,
    /// Where it is defined.
    pub place: Place,
}

/// A column that properties list.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ColumnInfo {
    /// Its name.
    pub name: SmolStr,
    /// `data_type`
    pub data_type: Option<SmolStr>,
    /// Markdown, docs blocks filled in.
    pub description: Option<String>,
}

/// What supplies a project's nodes: its files if it is in the workspace, else what a consumer in it reads.
/// `None` when nothing does.
pub fn supply_of(analysis: &Analysis, project: &str) -> Option<Supply> {
    let mesh = &analysis.mesh;
    if let Some(own) = mesh.projects().find(|known| known.name() == project) {
        return Some(Supply::Live(own.id));
    }
    let upstreams = mesh.projects().flat_map(|consumer| mesh.registry.upstreams(consumer.id));
    upstreams.filter(|upstream| upstream.name == project).find_map(|upstream| upstream.supply.clone())
}

/// The public models of a project, by name, versions newest first.
pub fn public_models(analysis: &Analysis, project: &str) -> Cancellable<Vec<PublicModel>> {
    analysis.check()?;
    let mesh = &analysis.mesh;
    let mut out = match supply_of(analysis, project) {
        Some(Supply::Live(id)) => mesh.package(id).map(|package| live(mesh, package)).unwrap_or_default(),
        Some(Supply::Manifest { manifest, package, .. }) => {
            let public = manifest.models().filter(|node| node.package() == package && is_public(*node));
            public.map(|node| upstream_model(&package, node)).collect()
        }
        None => Vec::new(),
    };
    // Stable: versions stay in the order they come in.
    out.sort_by(|a, b| a.name.cmp(&b.name));
    Ok(out)
}

fn is_public(node: manifest::NodeRef<'_>) -> bool {
    node.access() == Access::Public && node.enabled()
}

fn live(mesh: &Mesh, package: &Package) -> Vec<PublicModel> {
    let mut out = Vec::new();
    for model in mesh.maybe_public(package) {
        let Some(family) = mesh.family(package, model.name) else { continue };
        let nodes: Vec<NodeRef> = match family.is_versioned() {
            true => {
                let members = family.versions.iter().rev();
                members.filter_map(|member| mesh.member_node(package, &family, Some(member))).collect()
            }
            false => mesh.member_node(package, &family, None).into_iter().collect(),
        };
        let public = nodes
            .into_iter()
            .filter(|node| mesh.access(node) == Some(Access::Public) && mesh.enabled(node) != Tri::No);
        out.extend(public.map(|node| live_model(mesh, package.id, &family, &node)));
    }
    out
}

fn live_model(mesh: &Mesh, package: PackageId, family: &Family, node: &NodeRef) -> PublicModel {
    let member = node.version.as_deref().and_then(|version| family.member(version));
    let start = TextRange::empty(TextSize::from(0));
    PublicModel {
        unique_id: mesh.unique_id(node),
        name: node.name.clone(),
        version: node.version.clone(),
        latest: node.version.is_none() || node.version == family.latest,
        prerelease: member.is_some_and(|member| family.is_prerelease(&member.version)),
        group: mesh.group(node).ok().flatten(),
        deprecation: mesh.deprecation(node).map(|date| date.to_string()),
        description: mesh.description(node).map(|text| with_docs(mesh, package, text)),
        columns: mesh.columns(node).len(),
        place: Place::File { file: node.file, full: start, focus: start },
    }
}

fn upstream_model(project: &SmolStr, node: manifest::NodeRef<'_>) -> PublicModel {
    let newer = || Some(node.version()?.parse::<f64>().ok()? > node.latest_version()?.parse::<f64>().ok()?);
    PublicModel {
        unique_id: node.unique_id().into(),
        name: node.name().into(),
        version: node.version().map(SmolStr::new),
        latest: node.version().is_none() || node.is_latest(),
        prerelease: newer().unwrap_or(false),
        group: node.group().filter(|group| !group.is_empty()).map(SmolStr::new),
        deprecation: node.deprecation_date().map(|time| time.chars().take(10).collect()),
        description: node.description().filter(|text| !text.is_empty()).map(str::to_owned),
        columns: node.columns().len(),
        place: Place::Upstream { project: project.clone(), unique_id: node.unique_id().into() },
    }
}

/// The columns of a node of a project, as its properties list them. Empty when there is no such node.
pub fn columns(analysis: &Analysis, project: &str, unique_id: &str) -> Cancellable<Vec<ColumnInfo>> {
    analysis.check()?;
    let mesh = &analysis.mesh;
    Ok(match supply_of(analysis, project) {
        Some(Supply::Live(id)) => {
            let Some(node) = graph::live(mesh, unique_id) else { return Ok(Vec::new()) };
            let columns = mesh.columns(&node).into_iter();
            columns
                .map(|column| ColumnInfo {
                    name: column.name.clone(),
                    data_type: column.data_type.clone(),
                    description: column.description.as_deref().map(|text| with_docs(mesh, id, text)),
                })
                .collect()
        }
        Some(Supply::Manifest { manifest, .. }) => manifest_columns(&manifest, unique_id),
        None => Vec::new(),
    })
}

fn manifest_columns(manifest: &Manifest, unique_id: &str) -> Vec<ColumnInfo> {
    let columns = manifest.node(unique_id).into_iter().flat_map(|node| node.columns());
    columns
        .map(|column| ColumnInfo {
            name: column.name.into(),
            data_type: column.data_type.map(SmolStr::new),
            description: column.description.map(str::to_owned),
        })
        .collect()
}

/// The unique id of what a reader of a file looks at: the node that the file is, else the one that is described
/// around `offset` (bytes).
pub fn node_in_focus(analysis: &Analysis, file: FileId, offset: TextSize) -> Option<SmolStr> {
    let mesh = &analysis.mesh;
    let node = match mesh.node_of_file(file) {
        Some(node) => node,
        None => crate::thing::node_around(analysis, file, offset)?,
    };
    Some(mesh.unique_id(&node))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::fixture::fixture;
    use expect_test::{Expect, expect};

    const MESH: &str = r#"
//- platform/dbt_project.yml
name: platform
//- platform/models/orders_v1.sql
select 1 as id
//- platform/models/orders_v2.sql
select 1 as id
//- platform/models/orders_v3.sql
select 1 as id
//- platform/models/hidden.sql
select 1 as id
//- platform/models/models.yml
models:
  - name: hidden
  - name: orders
    access: public
    group: sales
    latest_version: 2
    description: One row for each order.
    columns:
      - name: id
        data_type: int
        description: Its number.
    versions: [{v: 1, deprecation_date: 2026-01-31}, {v: 2}, {v: 3}]
//- finance/dbt_project.yml
name: finance
//- finance/models/report.sql
select * from {{ ref('platform', 'orders') }}
//- finance @manifest hr
model people public group=staff columns=id:int,name:text "Everybody."
model salaries private
"#;

    fn check(project: &str, expected: Expect) {
        let of = fixture(MESH);
        let models = public_models(&of.analysis, project).unwrap();
        let lines = models.iter().map(|model| {
            let marks = [(model.latest, "latest"), (model.prerelease, "prerelease")];
            let marks = marks.iter().filter(|(on, _)| *on).map(|(_, mark)| (*mark).to_owned());
            let group = model.group.iter().map(|group| format!("group {group}"));
            let until = model.deprecation.iter().map(|date| format!("until {date}"));
            let parts: Vec<String> = marks.chain(group).chain(until).collect();
            let columns = columns(&of.analysis, project, &model.unique_id).unwrap();
            let columns: Vec<_> = columns
                .iter()
                .map(|c| format!("{}:{}", c.name, c.data_type.clone().unwrap_or_default()))
                .collect();
            format!("{} [{}] ({})\n", model.unique_id, columns.join(" "), parts.join(", "))
        });
        expected.assert_eq(&lines.collect::<String>());
    }

    #[test]
    fn public_models_of_checkouts_and_of_manifests_are_listed_alike() {
        check(
            "platform",
            expect![[r#"
                model.platform.orders.v3 [id:int] (prerelease, group sales)
                model.platform.orders.v2 [id:int] (latest, group sales)
                model.platform.orders.v1 [id:int] (group sales, until 2026-01-31)
            "#]],
        );
        check(
            "hr",
            expect![[r#"
            model.hr.people [id:int name:text] (latest, group staff)
        "#]],
        );
        check("finance", expect![[""]]);
        check("nobody", expect![[""]]);
    }

    #[test]
    fn the_node_in_focus_is_that_of_the_file_or_of_the_entry() {
        let of = fixture(MESH);
        let focus = |path: &str, needle: &str| {
            let file = of.analysis.mesh.file_at(path).unwrap();
            let at = of.texts[&file].find(needle).unwrap();
            node_in_focus(&of.analysis, file, TextSize::from(at as u32)).map(|id| id.to_string())
        };
        let seen = [
            focus("/w/finance/models/report.sql", "platform"),
            focus("/w/platform/models/orders_v1.sql", "id"),
            focus("/w/platform/models/models.yml", "One row"),
            focus("/w/platform/dbt_project.yml", "name"),
        ];
        let expected = ["model.finance.report", "model.platform.orders.v1", "model.platform.orders.v2"];
        assert_eq!(seen.iter().flatten().collect::<Vec<_>>(), expected);
        assert_eq!(seen[3], None);
    }
}
