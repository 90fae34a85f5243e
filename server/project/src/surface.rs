//! What a project offers to others, and what a change of that breaks for them.
//!
//! Taken from live files or from a manifest alike, so that the two can be compared: the manifest published last week
//! with the files of today.

mod diff;
mod needs;
#[cfg(test)]
mod tests;

use std::collections::BTreeMap;

use smol_str::SmolStr;

pub use diff::{Change, What, diff};
pub use needs::{Need, needs};

use crate::mesh::Mesh;
use crate::names::Space;
use crate::node::{Access, Tri};
use crate::package::Package;
use crate::upstream::Manifest;
use crate::upstream::manifest::ResourceType;

/// The models of one project, as others see them.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Surface {
    /// By unique id. Disabled models are not part of it.
    pub models: BTreeMap<SmolStr, Offered>,
}

/// One model, or one version of it, as others see it.
#[derive(Debug, Clone, PartialEq)]
pub struct Offered {
    /// What `ref()` calls it.
    pub name: SmolStr,
    /// Its version, as dbt writes it.
    pub version: Option<SmolStr>,
    /// It is what a `ref()` without a version means.
    pub latest: bool,
    /// Who may use it; `None` when something dynamic decides.
    pub access: Option<Access>,
    /// Its group.
    pub group: Option<SmolStr>,
    /// Its contract is enforced.
    pub contract: bool,
    /// The day from which it is deprecated, `YYYY-MM-DD` first.
    pub deprecation: Option<SmolStr>,
    /// How it is built, where that is said.
    pub materialized: Option<SmolStr>,
    /// Its documented columns: name, and type where one is given.
    pub columns: Vec<(SmolStr, Option<SmolStr>)>,
}

impl Offered {
    /// `orders`, `orders v2`
    pub fn shown(&self) -> String {
        match &self.version {
            Some(version) => format!("{} v{version}", self.name),
            None => self.name.to_string(),
        }
    }
}

impl Surface {
    /// Of a project whose files are known.
    pub fn live(mesh: &Mesh, package: &Package) -> Surface {
        let mut out = Surface::default();
        let files = package.names(Space::Model).flat_map(|(_, sites)| sites.iter());
        for node in files.filter_map(|site| mesh.node_of_file(site.file)) {
            if mesh.enabled(&node) == Tri::No {
                continue;
            }
            let family = mesh.family(package, &node.name);
            let latest = family.is_none_or(|family| match &node.version {
                Some(version) => family.latest.as_ref() == Some(version),
                None => true,
            });
            let word = |key| mesh.setting(&node, key).and_then(|value| value.as_str().map(SmolStr::new));
            out.models.insert(
                mesh.unique_id(&node),
                Offered {
                    name: node.name.clone(),
                    version: node.version.clone(),
                    latest,
                    access: mesh.access(&node),
                    group: mesh.group(&node).ok().flatten(),
                    contract: mesh.contract(&node) == Some(true),
                    deprecation: mesh.deprecation(&node).map(|date| SmolStr::new(date.to_string())),
                    materialized: word("materialized"),
                    columns: mesh
                        .columns(&node)
                        .into_iter()
                        .map(|column| (column.name.clone(), column.data_type.clone()))
                        .collect(),
                },
            );
        }
        out
    }

    /// Without the models that were neither public here nor in `other`: what can be read across projects.
    pub fn public(&self, other: &Surface) -> Surface {
        let is_public = |model: Option<&Offered>| model.is_some_and(|m| m.access == Some(Access::Public));
        let models = self
            .models
            .iter()
            .filter(|(id, model)| is_public(Some(model)) || is_public(other.models.get(*id)));
        Surface { models: models.map(|(id, model)| (id.clone(), model.clone())).collect() }
    }

    /// Of the project `package` in a manifest: its own, or one that its manifest carries.
    pub fn of_manifest(manifest: &Manifest, package: &str) -> Surface {
        let mut out = Surface::default();
        let nodes = manifest.nodes().filter(|node| {
            node.resource_type() == ResourceType::Model && node.package() == package && node.enabled()
        });
        for node in nodes {
            let date = |text: &str| SmolStr::new(text.get(..10).unwrap_or(text));
            out.models.insert(
                node.unique_id().into(),
                Offered {
                    name: node.name().into(),
                    version: node.version().map(SmolStr::new),
                    latest: node.version().is_none() || node.is_latest(),
                    access: Some(node.access()),
                    group: node.group().map(SmolStr::new),
                    contract: node.contract_enforced(),
                    deprecation: node.deprecation_date().map(date),
                    materialized: node.materialized().map(SmolStr::new),
                    columns: node
                        .declared_columns()
                        .map(|column| (column.name.into(), column.data_type.map(SmolStr::new)))
                        .collect(),
                },
            );
        }
        out
    }
}
