//! A place that a manifest can be fetched from, as a configuration names it.
//!
//! Reads words; must not contact anything. What is secret (a password, a token that came out of a variable) is in
//! [`Place`] and never in [`Remote::shown`], which is what people, logs and the cache get to see.

mod beside;
mod parse;
pub(super) mod shown;

pub(super) use self::parse::SCHEMES;
pub use self::shown::user_len;

use std::fmt;
use std::path::PathBuf;

/// One place to fetch a manifest from, or with a `*` in its path several.
#[derive(Clone, PartialEq, Eq, Hash)]
pub struct Remote {
    shown: Box<str>,
    /// Where it is.
    pub place: Place,
    /// Headers for HTTP requests. Their values are secret.
    pub headers: Vec<(String, String)>,
    /// The headers with the names of variables in place of their values.
    written_headers: Vec<(String, String)>,
    /// Whether the value of a variable is sent along, in a header or in the address: a secret, however it is called.
    pub sends_secret: bool,
}

/// Where a [`Remote`] is.
#[derive(Clone, PartialEq, Eq, Hash)]
pub enum Place {
    /// An `http://` or `https://` address.
    Http {
        /// The address without user and password.
        url: String,
        /// User and password.
        user: Option<(String, String)>,
    },
    /// An object of S3 or of a store that speaks like it.
    S3 {
        /// The bucket.
        bucket: String,
        /// The object's key; may hold `*`.
        key: String,
        /// The server, when it is not Amazon's.
        endpoint: Option<String>,
        /// The region, when the environment does not say it.
        region: Option<String>,
    },
    /// An object of Google Cloud Storage.
    Gcs {
        /// The bucket.
        bucket: String,
        /// The object's name; may hold `*`.
        key: String,
        /// A file with credentials, when the environment does not name one.
        credentials: Option<PathBuf>,
    },
    /// A blob of Azure.
    Azure {
        /// The storage account, when the environment does not name it.
        account: Option<String>,
        /// The container.
        container: String,
        /// The blob's name; may hold `*`.
        key: String,
    },
    /// An artifact of the newest successful run on the dbt platform.
    Platform {
        /// Where its API answers: `https://cloud.getdbt.com`.
        host: String,
        /// The account's number.
        account: u64,
        /// Whose runs.
        runs: Runs,
        /// The run's step that wrote it; the last one if not given.
        step: Option<u64>,
        /// `manifest.json` or `catalog.json`.
        artifact: &'static str,
    },
    /// A file at a reference of a git repository.
    Git {
        /// A folder (absolute when the base it was resolved against is) or what `git clone` takes.
        repository: String,
        /// A branch, tag or commit; empty for the default branch.
        reference: String,
        /// Path in the repository.
        path: String,
    },
    /// A file of Databricks: a volume's, a workspace's, or of DBFS.
    Databricks {
        /// The workspace's address, when the environment does not name it.
        host: Option<String>,
        /// `/Volumes/…`, `/Workspace/…` or `/dbfs/…`.
        path: String,
    },
}

/// Whose runs on the dbt platform count.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Runs {
    /// One job's, by its number.
    Job(u64),
    /// One environment's, by its number.
    Environment(u64),
    /// Those of a project's production or staging environment, by the project's number.
    Project(u64, Deployment),
}

/// A kind of environment of the dbt platform.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Deployment {
    /// `production`
    Production,
    /// `staging`
    Staging,
}

impl Deployment {
    /// Its word in the API and in addresses.
    pub fn as_str(self) -> &'static str {
        match self {
            Deployment::Production => "production",
            Deployment::Staging => "staging",
        }
    }
}

/// What stands beside an address in a configuration.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Extras {
    /// `headers`: for HTTP.
    pub headers: Vec<(String, String)>,
    /// The same as they are written, with the names of variables.
    pub written_headers: Vec<(String, String)>,
    /// `endpoint`: an S3-compatible server.
    pub endpoint: Option<String>,
    /// `region`: of an S3 bucket.
    pub region: Option<String>,
    /// `account`: the Azure storage account.
    pub account: Option<String>,
}

impl Remote {
    /// A remote at `place`, called `address` for people; what is secret in that is taken out.
    pub fn new(place: Place, address: &str) -> Remote {
        Remote {
            shown: shown::without_secrets(address).into(),
            place,
            headers: Vec::new(),
            written_headers: Vec::new(),
            sends_secret: false,
        }
    }

    /// Its address for people: as the configuration writes it (`${NAME}` stays), without secrets.
    pub fn shown(&self) -> &str {
        &self.shown
    }

    /// What tells it from every other, in 32 hexadecimal digits: names its place in the cache.
    pub fn digest(&self) -> String {
        // Hashed since a variable's value may be in it.
        super::md5::md5_hex(&self.identity())
    }

    fn identity(&self) -> String {
        match &self.place {
            // Another tenant's or branch's, perhaps; another token is no other place. Hashed by itself, since somebody
            // may have written a secret.
            Place::Http { url, .. } if !self.written_headers.is_empty() => {
                format!("{url} {}", super::md5::md5_hex(&format!("{url} {:?}", self.written_headers)))
            }
            Place::Http { url, .. } => url.clone(),
            Place::S3 { bucket, key, endpoint, region } => {
                format!("s3 {endpoint:?} {region:?} {bucket} {key}")
            }
            Place::Gcs { bucket, key, .. } => format!("gs {bucket} {key}"),
            Place::Azure { account, container, key } => format!("az {account:?} {container} {key}"),
            Place::Platform { host, account, runs, step, artifact } => {
                format!("dbt {host} {account} {runs:?} {step:?} {artifact}")
            }
            Place::Git { repository, reference, path } => {
                // Another token is no other place.
                let repository = match repository.split_once("://") {
                    Some((scheme @ ("http" | "https"), rest)) => {
                        let host = rest.find('/').unwrap_or(rest.len());
                        let user = rest[..host].rfind('@').map_or(0, |at| at + 1);
                        format!("{scheme}://{}", &rest[user..])
                    }
                    _ => repository.clone(),
                };
                format!("git {repository} {reference} {path}")
            }
            Place::Databricks { host, path } => format!("databricks {host:?} {path}"),
        }
    }

    /// Whether it names several manifests by a pattern in an object store.
    pub fn is_pattern(&self) -> bool {
        self.pattern().is_some()
    }

    /// The pattern, if it is one: an object's key with `*`.
    pub fn pattern(&self) -> Option<&str> {
        match &self.place {
            Place::S3 { key, .. } | Place::Gcs { key, .. } | Place::Azure { key, .. } => {
                key.contains('*').then_some(key)
            }
            _ => None,
        }
    }

    /// The same store's object called `name`, one of those that the pattern matches.
    pub fn object(&self, name: &str) -> Remote {
        let mut one = self.clone();
        if let Place::S3 { key, .. } | Place::Gcs { key, .. } | Place::Azure { key, .. } = &mut one.place {
            one.shown = shown::object(&self.shown, key, name).into();
            name.clone_into(key);
        }
        one
    }

    /// What people call the service.
    pub fn service(&self) -> &'static str {
        match &self.place {
            Place::Http { .. } => "HTTP",
            Place::S3 { .. } => "S3",
            Place::Gcs { .. } => "Google Cloud Storage",
            Place::Azure { .. } => "Azure",
            Place::Platform { .. } => "the dbt platform",
            Place::Git { .. } => "git",
            Place::Databricks { .. } => "Databricks",
        }
    }
}

impl fmt::Debug for Remote {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Remote({})", self.shown)
    }
}

impl fmt::Debug for Place {
    /// Only the kind: the rest may be secret.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Place::Http { .. } => "Http",
            Place::S3 { .. } => "S3",
            Place::Gcs { .. } => "Gcs",
            Place::Azure { .. } => "Azure",
            Place::Platform { .. } => "Platform",
            Place::Git { .. } => "Git",
            Place::Databricks { .. } => "Databricks",
        })
    }
}

/// Whether `name` matches a pattern in which `*` stands for any text without `/`.
pub fn matches(pattern: &str, name: &str) -> bool {
    let (mut parts, mut names) = (pattern.split('/'), name.split('/'));
    loop {
        match (parts.next(), names.next()) {
            (None, None) => return true,
            (Some(part), Some(name)) if matches_part(part, name) => {}
            _ => return false,
        }
    }
}

/// Leftmost matching: with `*` as the only wildcard the earliest place of each literal is always good.
fn matches_part(pattern: &str, name: &str) -> bool {
    let Some((first, rest)) = pattern.split_once('*') else { return pattern == name };
    let Some(mut name) = name.strip_prefix(first) else { return false };
    let (middle, last) = rest.rsplit_once('*').unwrap_or(("", rest));
    for literal in middle.split('*') {
        let Some(at) = name.find(literal) else { return false };
        name = &name[at + literal.len()..];
    }
    name.len() >= last.len() && name.ends_with(last)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_star_stays_between_slashes() {
        let yes =
            [("a/*/m.json", "a/x/m.json"), ("*.json", ".json"), ("a*b*c", "a1b2b3c"), ("x", "x"), ("*", "")];
        let no = [
            ("a/*/m.json", "a/x/y/m.json"),
            ("*.json", "m.json.gz"),
            ("a*b", "a"),
            ("ab*ba", "aba"),
            ("x", "y"),
        ];
        assert!(yes.iter().all(|(pattern, name)| matches(pattern, name)));
        assert!(!no.iter().any(|(pattern, name)| matches(pattern, name)));
    }

    #[test]
    fn another_token_is_no_other_place() {
        let digest = |address: &str| {
            let remote = Remote::parse(address, "shown", "/w".as_ref(), &Extras::default());
            remote.unwrap().unwrap().digest()
        };
        for path in ["host/a@b/r.git//m.json", "host/m.json"] {
            let scheme = if path.contains("r.git") { "git+https" } else { "https" };
            let one = digest(&format!("{scheme}://me:one@{path}"));
            assert_eq!(one, digest(&format!("{scheme}://me:two@{path}")));
            assert_eq!(one, digest(&format!("{scheme}://{path}")));
            assert_ne!(one, digest(&format!("{scheme}://other.{path}")));
        }
    }

    #[test]
    fn one_object_of_a_pattern_keeps_the_store() {
        let pattern = Remote::parse(
            "s3://art/prod/*/m.json",
            "s3://art/prod/*/m.json",
            "/w".as_ref(),
            &Extras::default(),
        );
        let one = pattern.unwrap().unwrap().object("prod/hr/m.json");
        assert_eq!(one.shown(), "s3://art/prod/hr/m.json");
        assert!(!one.is_pattern());
        let pattern = Remote::parse(
            "s3://art/prod/*/m.json",
            "s3://art/${ENV}/*/m.json",
            "/w".as_ref(),
            &Extras::default(),
        );
        let one = pattern.unwrap().unwrap().object("prod/hr/m.json");
        assert_eq!(one.shown(), "s3://art/${ENV}/hr/m.json");
    }

    #[test]
    fn headers_make_another_place_and_are_not_in_its_name() {
        let place = |value: &str| {
            let written_headers = vec![("X-Project".to_owned(), value.to_owned())];
            let extras = Extras { written_headers, ..Extras::default() };
            Remote::parse("https://host/m.json", "https://host/m.json", "/w".as_ref(), &extras)
                .unwrap()
                .unwrap()
        };
        assert_ne!(place("hr").digest(), place("platform").digest());
        assert_eq!(place("hr").digest(), place("hr").digest());
        assert!(!place("hunter2").identity().contains("hunter2"));
    }

    #[test]
    fn what_a_variable_says_is_secret_where_it_is_sent() {
        let sends = |written: &str, header: bool| {
            let text = written.replace("${T}", "value");
            let written_headers = header.then(|| ("X".to_owned(), "${T}".to_owned())).into_iter().collect();
            let extras = Extras { written_headers, ..Extras::default() };
            Remote::parse(&text, written, "/w".as_ref(), &extras).unwrap().unwrap().sends_secret
        };
        assert!(sends("http://host/m.json?v=${T}", false));
        assert!(sends("http://me:${T}@host/m.json", false));
        assert!(sends("http://host/m.json", true));
        assert!(!sends("http://host/${T}/m.json?v=1", false));
    }
}
