//! Fetching manifests: HTTP, object stores, the dbt platform, git, Databricks; and the cache they end up in.
//!
//! Blocks: for threads that may wait. Knows bytes and where they come from, not what a manifest says. What is secret
//! goes to the server it is meant for and nowhere else: errors are written here and never quote an address.

mod cache;
mod client;
mod databricks;
mod draft;
mod error;
mod git;
mod http;
mod objects;
mod platform;
mod proxy;
mod retry;
mod stoppable;
#[cfg(test)]
mod testing;
mod tool;
pub mod trust;

pub use cache::{Cache, Cached, Refreshed, Size};
pub use draft::Watch;
pub use error::{FetchError, FetchFault};
pub use objects::{put, read, remove};

use draft::Draft;
use project::upstream::Remote;
use project::upstream::remote::Place;

/// What tells a server which version we have. Each is the server's word, to be given back as it is.
#[derive(Debug, Clone, Default, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub struct Validators {
    /// `ETag` of the answer.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub etag: Option<String>,
    /// `Last-Modified` of the answer.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub last_modified: Option<String>,
    /// A run's number, a commit: the version where there is something better than a date.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub version: Option<String>,
}

/// What a fetch brought.
#[derive(Debug)]
enum Answer {
    /// What we have is the newest.
    Unchanged,
    /// Another body, which is in the draft now.
    Body(Validators),
}

/// One attempt to bring what is at `remote` into `draft`.
fn attempt(remote: &Remote, known: &Validators, draft: &mut Draft) -> Result<Answer, FetchError> {
    match &remote.place {
        Place::Http { url, user } => {
            let credentials = "check the headers in dbt_mesh.yml and the environment variables they name";
            let (headers, secret) = (&*remote.headers, remote.sends_secret);
            let get = http::Get { url, user: user.as_ref(), headers, secret, credentials };
            http::fetch(&get, known, draft)
        }
        Place::S3 { .. } | Place::Gcs { .. } | Place::Azure { .. } => objects::fetch(remote, known, draft),
        Place::Platform { host, account, runs, step, artifact } => platform::fetch(
            &platform::Wanted { host, account: *account, runs: *runs, step: *step, artifact },
            known,
            draft,
        ),
        Place::Git { repository, reference, path } => git::fetch(repository, reference, path, known, draft),
        Place::Databricks { host, path } => databricks::fetch(host.as_deref(), path, known, draft),
    }
}
