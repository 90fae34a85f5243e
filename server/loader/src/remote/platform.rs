//! The dbt platform: an artifact of the newest successful run, through its Admin API (spec: upstreams §4).

use std::path::PathBuf;

use project::upstream::dbt_cloud;
use project::upstream::remote::{Deployment, Runs};
use serde_json::Value;

use super::draft::Draft;
use super::error::{FetchError, FetchFault};
use super::http::{self, Get};
use super::{Answer, Validators};
use crate::env::process_env;

const CREDENTIALS: &str = "DBT_CLOUD_API_TOKEN must hold a token that may read this account's jobs and their artifacts \
    (a service token with the permission Job Viewer or Read-Only)";
/// What the platform calls a run that succeeded.
const SUCCESS: u64 = 10;
/// The newest run may have left none: so many are looked at.
const RUNS: usize = 5;
const PAGE: usize = 100;
/// No project has more environments.
const PAGES: usize = 20;

/// Which artifact.
pub(super) struct Wanted<'a> {
    pub(super) host: &'a str,
    pub(super) account: u64,
    pub(super) runs: Runs,
    pub(super) step: Option<u64>,
    pub(super) artifact: &'a str,
}

/// Fetches it into `draft` unless it is of the known run.
pub(super) fn fetch(
    wanted: &Wanted<'_>,
    known: &Validators,
    draft: &mut Draft,
) -> Result<Answer, FetchError> {
    let headers = [
        ("authorization".to_owned(), format!("Bearer {}", token(wanted)?)),
        ("accept".to_owned(), "application/json".to_owned()),
    ];
    let api = Api { wanted, headers: &headers };
    let filter = match wanted.runs {
        Runs::Job(id) => format!("job_definition_id={id}"),
        Runs::Environment(id) => format!("environment_id={id}"),
        Runs::Project(id, deployment) => format!("environment_id={}", api.environment(id, deployment)?),
    };
    let runs = api.get(&format!(
        "v2/accounts/{}/runs/?{filter}&status={SUCCESS}&order_by=-finished_at&limit={RUNS}",
        wanted.account
    ))?;
    let runs: Vec<u64> = list(&runs)?.iter().filter_map(|run| run["id"].as_u64()).collect();
    if runs.is_empty() {
        return Err(FetchError::lasting("no run has succeeded yet: run the job once"));
    }
    let step = wanted.step.map_or(String::new(), |step| format!("?step={step}"));
    for run in runs {
        let version = Some(run.to_string());
        if known.version == version {
            return Ok(Answer::Unchanged);
        }
        let path = format!("v2/accounts/{}/runs/{run}/artifacts/{}{step}", wanted.account, wanted.artifact);
        let url = api.url(&path);
        match http::fetch(&api.request(&url), &Validators::default(), draft) {
            Ok(_) => return Ok(Answer::Body(Validators { version, ..Validators::default() })),
            Err(error) if error.kind == FetchFault::Lasting && error.message.contains("(404)") => {}
            Err(error) => return Err(error),
        }
    }
    Err(FetchError::lasting(format!(
        "the newest {RUNS} successful runs have left no {}: their jobs must run dbt build, run or parse",
        wanted.artifact
    )))
}

struct Api<'a> {
    wanted: &'a Wanted<'a>,
    headers: &'a [(String, String)],
}

impl Api<'_> {
    fn url(&self, path: &str) -> String {
        format!("{}/api/{path}", self.wanted.host)
    }

    fn request<'u>(&'u self, url: &'u str) -> Get<'u> {
        Get { url, user: None, headers: self.headers, secret: true, credentials: CREDENTIALS }
    }

    fn get(&self, path: &str) -> Result<Value, FetchError> {
        http::json(&self.request(&self.url(path)))
    }

    /// The production or staging environment of a project, by its number.
    fn environment(&self, project: u64, deployment: Deployment) -> Result<u64, FetchError> {
        for page in 0..PAGES {
            let path = format!(
                "v3/accounts/{}/projects/{project}/environments/?state=1&limit={PAGE}&offset={}",
                self.wanted.account,
                page * PAGE
            );
            let answer = self.get(&path)?;
            let environments = list(&answer)?;
            let found = environments.iter().find(|one| one["deployment_type"] == deployment.as_str());
            if let Some(id) = found.and_then(|one| one["id"].as_u64()) {
                return Ok(id);
            }
            let total = answer["extra"]["pagination"]["total_count"].as_u64().unwrap_or(0);
            if environments.is_empty() || ((page + 1) * PAGE) as u64 >= total {
                break;
            }
        }
        let word = deployment.as_str();
        Err(FetchError::lasting(format!(
            "the project has no {word} environment: mark one as {word} on the platform, or name an environment or a job"
        )))
    }
}

fn list(answer: &Value) -> Result<&Vec<Value>, FetchError> {
    let wrong = || FetchError::lasting("the answer is not one of the dbt platform: is this the right host?");
    answer["data"].as_array().ok_or_else(wrong)
}

/// From the environment; from the platform's own file only for those who have asked for it.
fn token(wanted: &Wanted<'_>) -> Result<String, FetchError> {
    let set = |name: &str| process_env(name).filter(|value| !value.trim().is_empty());
    if let Some(token) = ["DBT_CLOUD_API_TOKEN", "DBT_CLOUD_TOKEN"].into_iter().find_map(set) {
        return Ok(token.trim().to_owned());
    }
    if set("DBT_MESH_USE_DBT_CLOUD_YML").is_some_and(|value| value == "1" || value == "true") {
        let home = set(if cfg!(windows) { "USERPROFILE" } else { "HOME" }).unwrap_or_default();
        let text = std::fs::read_to_string(PathBuf::from(home).join(".dbt").join("dbt_cloud.yml"));
        let host = wanted.host.split("://").last().unwrap_or_default();
        if let Some(token) = dbt_cloud::token(&text.unwrap_or_default(), host, wanted.account) {
            return Ok(token);
        }
    }
    Err(FetchError::lasting(format!("there is no token for the dbt platform: {CREDENTIALS}")))
}
