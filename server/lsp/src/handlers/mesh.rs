//! `dbt-mesh/mesh`: every project of the workspace with its upstreams and consumers.

use super::Answer;
use crate::snapshot::Snapshot;
use crate::{lsp, queries, uri};
use project::date::Date;
use project::registry::{self, State, Supply, Upstream};
use serde::Serialize;

/// No parameters; whatever a client sends in their place is not looked at.
pub type Params = Option<serde_json::Value>;

/// The projects of the workspace, by name.
#[derive(Debug, Serialize)]
pub struct View {
    projects: Vec<Project>,
}

#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
struct Project {
    name: String,
    /// Its dbt_project.yml.
    uri: Option<lsp::Uri>,
    models: usize,
    public_models: usize,
    upstreams: Vec<Entry>,
    /// Names of the workspace's projects that declare this one.
    consumers: Vec<String>,
}

#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
struct Entry {
    name: String,
    /// `live`, `ready`, `stale` (an older one serves), `loading`, `failed` or `missing`.
    state: &'static str,
    /// Why it failed or is stale.
    problem: Option<String>,
    /// Whether a file of the project names it: else it is merely known to the workspace.
    declared: bool,
    /// How it came to be supplied, as in `dbt-mesh-ls mesh`.
    kind: Option<&'static str>,
    /// What supplies it: a folder, a path or an address.
    source: Option<String>,
    /// When its manifest was written, as that says.
    generated_at: Option<String>,
    /// Whole days since then.
    age_days: Option<i32>,
    dbt_version: Option<String>,
    public_models: usize,
}

/// Everything at once: its size is the number of projects, not of models.
pub fn handle(snap: &Snapshot, _: Params) -> Answer<View> {
    let analysis = &snap.analysis.ide;
    let mesh = &analysis.mesh;
    let mut projects = Vec::new();
    for project in queries::workspace_projects(mesh) {
        analysis.check()?;
        let consumers = queries::workspace_projects(mesh).filter(|consumer| {
            let upstream = mesh.registry.upstream(consumer.id, project.name());
            upstream.is_some_and(Upstream::is_declared)
        });
        let mut consumers: Vec<String> = consumers.map(|consumer| consumer.name().to_owned()).collect();
        consumers.sort();
        projects.push(Project {
            name: project.name().to_owned(),
            uri: uri::from_path(&format!("{}/dbt_project.yml", project.root)),
            models: queries::models(mesh, project).count(),
            public_models: mesh.public_models(project),
            upstreams: mesh
                .registry
                .upstreams(project.id)
                .iter()
                .map(|upstream| entry(snap, upstream, analysis.today()))
                .collect(),
            consumers,
        });
    }
    projects.sort_by(|a, b| a.name.cmp(&b.name));
    Ok(View { projects })
}

fn entry(snap: &Snapshot, upstream: &Upstream, today: Date) -> Entry {
    let mesh = snap.analysis.mesh();
    let mut entry = Entry {
        name: upstream.name.to_string(),
        state: match &upstream.state {
            State::Ready if upstream.failure.is_some() => "stale",
            State::Ready => "ready",
            State::Loading => "loading",
            State::Failed(_) => "failed",
            State::Missing => "missing",
        },
        problem: match &upstream.state {
            State::Failed(why) => Some(why.clone()),
            _ => upstream.failure.clone(),
        },
        declared: upstream.is_declared(),
        kind: upstream.kind.map(|kind| kind.as_str()),
        source: None,
        generated_at: None,
        age_days: None,
        dbt_version: None,
        public_models: 0,
    };
    match &upstream.supply {
        Some(Supply::Live(id)) => {
            entry.state = "live";
            if let Some(package) = mesh.package(*id) {
                entry.source = Some(package.root.to_string());
                entry.public_models = mesh.public_models(package);
            }
        }
        Some(Supply::Manifest { manifest, package, key }) => {
            entry.source = Some(registry::shown(key).to_owned());
            entry.generated_at = manifest.generated_at.as_ref().map(ToString::to_string);
            let written = manifest.generated_at.as_deref().and_then(Date::parse);
            entry.age_days = written.map(|date| today.0 - date.0).filter(|days| *days >= 0);
            entry.dbt_version = manifest.dbt_version.as_ref().map(ToString::to_string);
            entry.public_models = manifest.public_count(package);
        }
        None => {}
    }
    entry
}
