//! `dbt-mesh.debugInfo`: what goes into a bug report. Counts, names of projects, states and times; no file's content, no
//! address beyond its scheme and host, nothing of the environment.

use crate::snapshot::Snapshot;
use crate::{queries, timings};
use project::facts::FileFacts;
use project::registry::{State, Supply};
use project::{Mesh, Package};
use rustc_hash::FxHashSet;
use std::fmt::Write as _;

/// The page, Markdown.
pub fn page(snap: &Snapshot) -> String {
    let mut out = String::from("# dbt-mesh-ls\n\n");
    let caps = &snap.caps;
    let client = if caps.client_name.is_empty() { "unnamed" } else { &caps.client_name };
    line(&mut out, "version", env!("CARGO_PKG_VERSION"));
    line(&mut out, "system", &format!("{} {}", std::env::consts::OS, std::env::consts::ARCH));
    line(&mut out, "client", &one_line(client));
    line(&mut out, "positions", &format!("{:?}", caps.encoding).to_lowercase());
    line(&mut out, "diagnostics", if caps.pull_diagnostics { "pulled" } else { "pushed" });
    line(&mut out, "open documents", &snap.documents.keys().count().to_string());
    if let Some((resident, peak)) = loader::memory() {
        line(&mut out, "memory", &format!("{} MiB, at most {} MiB", resident >> 20, peak >> 20));
    }
    projects(&mut out, snap.analysis.mesh());
    upstreams(&mut out, snap.analysis.mesh());
    index(&mut out, snap.analysis.mesh());
    requests(&mut out);
    out
}

fn line(out: &mut String, name: &str, value: &str) {
    // Writing into a string does not fail; the same below.
    _ = writeln!(out, "- {name}: {value}");
}

/// A name as one cell of a table.
fn one_line(text: &str) -> String {
    text.chars().map(|c| if c.is_control() || c == '|' { ' ' } else { c }).collect()
}

fn projects(out: &mut String, mesh: &Mesh) {
    out.push_str(
        "\n## Projects\n\n| project | role | rules | files | models | public |\n|---|---|---|---|---|---|\n",
    );
    for package in mesh.packages() {
        let role = match package.role {
            project::package::Role::Installed { .. } => "package",
            project::package::Role::Project if mesh.registry.outside.contains(&package.id) => "outside",
            project::package::Role::Project => "project",
        };
        let models = queries::models(mesh, package).count();
        _ = writeln!(
            out,
            "| {} | {role} | {:?} | {} | {models} | {} |",
            one_line(package.name()),
            mesh.flavor(package.id),
            package.file_count(),
            mesh.public_models(package)
        );
    }
}

fn upstreams(out: &mut String, mesh: &Mesh) {
    out.push_str("\n## Upstreams\n\n| project | upstream | kind | state | source | nodes | dbt | written |\n|---|---|---|---|---|---|---|---|\n");
    for project in queries::workspace_projects(mesh) {
        for upstream in mesh.registry.upstreams(project.id) {
            let kind = upstream.kind.map_or("-", |kind| kind.as_str());
            let state = match &upstream.state {
                _ if matches!(upstream.supply, Some(Supply::Live(_))) => "live",
                State::Ready if upstream.failure.is_some() => "stale",
                State::Ready => "ready",
                State::Loading => "loading",
                // Why may name files and addresses: not here.
                State::Failed(_) => "failed",
                State::Missing => "missing",
            };
            let (source, nodes, dbt, written) = match &upstream.supply {
                Some(Supply::Manifest { manifest, key, .. }) => (
                    source(key),
                    manifest.nodes().count().to_string(),
                    manifest.dbt_version.as_deref().unwrap_or("-").to_owned(),
                    manifest.generated_at.as_deref().unwrap_or("-").to_owned(),
                ),
                Some(Supply::Live(_)) => ("checkout".into(), "-".into(), "-".into(), "-".into()),
                None => ("-".into(), "-".into(), "-".into(), "-".into()),
            };
            _ = writeln!(
                out,
                "| {} | {} | {kind} | {state} | {source} | {nodes} | {} | {} |",
                one_line(project.name()),
                one_line(&upstream.name),
                one_line(&dbt),
                one_line(&written)
            );
        }
    }
}

/// Of an address what tells the kind of store: neither path nor query, which may hold keys, nor who logs in.
fn source(key: &str) -> String {
    match key.split_once("://") {
        Some((scheme, rest)) => {
            let host = rest.split(['/', '?', '#']).next().unwrap_or_default();
            let host = host.rsplit('@').next().unwrap_or_default();
            one_line(&format!("{scheme}://{host}/…"))
        }
        None => "file".to_owned(),
    }
}

fn index(out: &mut String, mesh: &Mesh) {
    let mut files = 0_usize;
    let mut shared: FxHashSet<*const FileFacts> = FxHashSet::default();
    let (mut uses, mut entries, mut blocks, mut columns) = (0, 0, 0, 0);
    for (_, entry) in mesh.files() {
        files += 1;
        let Some(facts) = &entry.facts else { continue };
        shared.insert(std::sync::Arc::as_ptr(facts));
        uses += facts.uses.len();
        entries += facts.entries.len();
        blocks += facts.defs.len();
        columns += facts.columns.len();
    }
    let names: usize = mesh.packages().map(|package: &Package| package.declared().count()).sum();
    let manifests = mesh.registry.manifests.values().filter_map(|slot| slot.manifest.as_ref());
    let nodes: usize = manifests.clone().map(|manifest| manifest.nodes().count()).sum();
    out.push_str("\n## Index\n\n");
    for (name, count) in [
        ("files", files),
        ("contents", shared.len()),
        ("names", names),
        ("calls", uses),
        ("entries", entries),
        ("blocks", blocks),
        ("columns of others", columns),
        ("manifests", manifests.count()),
        ("nodes of manifests", nodes),
    ] {
        line(out, name, &count.to_string());
    }
}

fn requests(out: &mut String) {
    out.push_str(
        "\n## Requests\n\n| method | answers | errors | mean ms | longest ms |\n|---|---|---|---|---|\n",
    );
    for (method, timing) in timings::all() {
        let ms = |duration: std::time::Duration| duration.as_secs_f64() * 1e3;
        _ = writeln!(
            out,
            "| `{method}` | {} | {} | {:.1} | {:.1} |",
            timing.count,
            timing.errors,
            ms(timing.total) / timing.count.max(1) as f64,
            ms(timing.longest)
        );
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn of_an_address_nothing_secret_is_left() {
        assert_eq!(
            source("https://user:hunter2@artifacts.example.com/a/manifest.json?sig=abc"),
            "https://artifacts.example.com/…"
        );
        assert_eq!(source("s3://bucket/key"), "s3://bucket/…");
        assert_eq!(source("/somewhere/secret/target/manifest.json"), "file");
    }
}
