//! The page on an upstream as a whole: where it comes from, how old it is, what it offers.

use project::date::Date;
use project::registry::{self, State, Supply, Upstream};
use project::upstream::manifest::Access;
use project::upstream::{Manifest, ResourceType};

use crate::describe::catalog;
use crate::{Analysis, Cancellable};

/// The page on the upstream `name` of whichever project has one, supplied before not. Markdown; `None` when no
/// project has it.
pub fn upstream_page(analysis: &Analysis, name: &str) -> Cancellable<Option<String>> {
    analysis.check()?;
    let registry = &analysis.mesh.registry;
    let all = analysis.mesh.projects().flat_map(|consumer| registry.upstreams(consumer.id));
    let found = all.filter(|upstream| upstream.name == name).max_by_key(|upstream| upstream.supply.is_some());
    Ok(found.map(|upstream| page(analysis, upstream)))
}

fn page(analysis: &Analysis, upstream: &Upstream) -> String {
    let mut out = format!("# {}\n\n", upstream.name);
    let mut line = |what: &str, value: String| out.push_str(&format!("- {what}: {value}\n"));
    match &upstream.supply {
        Some(Supply::Live(id)) => {
            let root = analysis.mesh.package(*id).map_or("", |package| &package.root);
            line("Read live from", root.to_owned());
        }
        Some(Supply::Manifest { manifest, key, .. }) => {
            line("Manifest", registry::shown(key).to_owned());
            if let Some(at) = &manifest.generated_at {
                line("Written", at.to_string());
            }
            if let Some(version) = &manifest.dbt_version {
                line("By dbt", version.to_string());
            }
            if let Some(text) = catalog(manifest) {
                line("Catalog", text);
            }
        }
        None => line(
            "State",
            match &upstream.state {
                State::Loading => "being read".to_owned(),
                State::Failed(why) => why.clone(),
                _ => "nothing supplies it".to_owned(),
            },
        ),
    }
    if let Some(remote) = &upstream.remote {
        let date =
            |seconds: Option<i64>| seconds.map_or("never".to_owned(), |at| Date::from_unix(at).to_string());
        line("Fetched", date(remote.fetched));
        line("Last asked for", date(remote.checked));
    }
    if let (Some(why), Some(_)) = (&upstream.failure, &upstream.supply) {
        line("Last refresh failed", why.clone());
    }
    out.push_str("\n## Public models\n\n");
    let names = public_models(analysis, upstream.supply.as_ref());
    if names.is_empty() {
        out.push_str("None known.\n");
    }
    names.iter().for_each(|name| out.push_str(&format!("- {name}\n")));
    out
}

fn public_models(analysis: &Analysis, supply: Option<&Supply>) -> Vec<String> {
    let mesh = &analysis.mesh;
    match supply {
        Some(Supply::Manifest { manifest, package, .. }) => in_manifest(manifest, package),
        Some(Supply::Live(id)) => {
            let Some(package) = mesh.package(*id) else { return Vec::new() };
            let public = mesh.public_nodes(package);
            public.map(|node| named(&node.name, node.version.as_deref())).collect()
        }
        None => Vec::new(),
    }
}

fn in_manifest(manifest: &Manifest, package: &str) -> Vec<String> {
    let models = manifest.referable(package).filter(|node| {
        node.resource_type() == ResourceType::Model && node.access() == Access::Public && !node.external()
    });
    models.map(|node| named(node.name(), node.version())).collect()
}

fn named(name: &str, version: Option<&str>) -> String {
    match version {
        Some(version) => format!("`{name}` v{version}"),
        None => format!("`{name}`"),
    }
}
