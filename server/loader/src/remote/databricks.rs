//! Databricks: files of volumes, of the workspace and of DBFS, with the credentials of its own tools.

use std::io::{self, Read};
use std::path::PathBuf;

use base64::Engine;
use base64::engine::general_purpose::STANDARD as BASE64;
use serde_json::Value;
use ureq::http::Request;

use super::client::{fault, send};
use super::draft::Draft;
use super::error::FetchError;
use super::http::{self, Get};
use super::{Answer, Validators, tool};
use crate::env::process_env;

const CREDENTIALS: &str = "DATABRICKS_TOKEN, DATABRICKS_CLIENT_ID with DATABRICKS_CLIENT_SECRET, or a profile of \
    ~/.databrickscfg must belong to somebody who may read the file (READ VOLUME on a volume)";
/// What DBFS gives at once, at most.
const PART: u64 = 1 << 20;

/// Fetches a file into `draft` unless it is the known one.
pub(super) fn fetch(
    host: Option<&str>,
    path: &str,
    known: &Validators,
    draft: &mut Draft,
) -> Result<Answer, FetchError> {
    let account = Account::find(host)?;
    let headers = [("authorization".to_owned(), format!("Bearer {}", account.token()?))];
    let host = &account.host;
    let get = |url: &str, draft: &mut Draft| {
        http::fetch(
            &Get { url, user: None, headers: &headers, secret: true, credentials: CREDENTIALS },
            known,
            draft,
        )
    };
    if path.starts_with("/Volumes/") {
        return get(&format!("{host}/api/2.0/fs/files{}", encoded(path, true)), draft);
    }
    if path.starts_with("/Workspace/") {
        let query = format!("path={}&format=AUTO&direct_download=true", encoded(path, false));
        return get(&format!("{host}/api/2.0/workspace/export?{query}"), draft);
    }
    let Some(path) = path.strip_prefix("/dbfs") else {
        return Err(FetchError::lasting("the path must start with /Volumes/, /Workspace/ or /dbfs/"));
    };
    let mut parts = Parts {
        host,
        headers: &headers,
        path,
        offset: 0,
        part: Vec::new(),
        at: 0,
        fault: None,
        ended: false,
    };
    let filled = draft.fill(&mut parts, None);
    match parts.fault {
        Some(fault) => Err(fault),
        None => filled.map(|_| Answer::Body(Validators::default())),
    }
}

/// `path` for an address; with its slashes, or as one word.
fn encoded(path: &str, keep_slashes: bool) -> String {
    let mut out = String::new();
    for byte in path.bytes() {
        if byte.is_ascii_alphanumeric() || b"-._~".contains(&byte) || (keep_slashes && byte == b'/') {
            out.push(byte as char);
        } else {
            out.push_str(&format!("%{byte:02X}"));
        }
    }
    out
}

/// A file of DBFS, which comes part by part.
struct Parts<'a> {
    host: &'a str,
    headers: &'a [(String, String)],
    path: &'a str,
    offset: u64,
    part: Vec<u8>,
    at: usize,
    ended: bool,
    fault: Option<FetchError>,
}

impl Parts<'_> {
    fn next(&mut self) -> Result<(), FetchError> {
        let query = format!("path={}&offset={}&length={PART}", encoded(self.path, false), self.offset);
        let url = format!("{}/api/2.0/dbfs/read?{query}", self.host);
        let answer = http::json(&Get {
            url: &url,
            user: None,
            headers: self.headers,
            secret: true,
            credentials: CREDENTIALS,
        })?;
        let part = answer["data"].as_str().and_then(|data| BASE64.decode(data).ok());
        self.part = part.ok_or_else(|| FetchError::lasting("the answer is not one of Databricks"))?;
        self.offset += self.part.len() as u64;
        self.at = 0;
        self.ended = (self.part.len() as u64) < PART;
        Ok(())
    }
}

impl Read for Parts<'_> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        if self.at == self.part.len() {
            if self.ended {
                return Ok(0);
            }
            if let Err(fault) = self.next() {
                self.fault = Some(fault);
                return Err(io::ErrorKind::Other.into());
            }
        }
        let rest = &self.part[self.at..];
        let count = rest.len().min(buffer.len());
        buffer[..count].copy_from_slice(&rest[..count]);
        self.at += count;
        Ok(count)
    }
}

/// A workspace, and how to get in.
struct Account {
    /// `https://…`, without a slash at its end.
    host: String,
    token: Option<String>,
    client: Option<(String, String)>,
}

impl Account {
    /// The workspace that the address names, else the environment's, else the profile's. Secrets go only to the
    /// workspace they are configured for.
    fn find(wanted: Option<&str>) -> Result<Account, FetchError> {
        let set = |name: &str| process_env(name).filter(|value| !value.trim().is_empty());
        let client = set("DATABRICKS_CLIENT_ID").zip(set("DATABRICKS_CLIENT_SECRET"));
        let env = set("DATABRICKS_HOST").map(|host| Account {
            host: origin(&host),
            token: set("DATABRICKS_TOKEN"),
            client,
        });
        let name = set("DATABRICKS_CONFIG_PROFILE");
        let fits = |account: &Account| wanted.is_none_or(|wanted| origin(wanted) == account.host);
        if let Some(account) = env.filter(|account| name.is_none() && fits(account)) {
            return Ok(account);
        }
        let home = set(if cfg!(windows) { "USERPROFILE" } else { "HOME" }).unwrap_or_default();
        let file =
            set("DATABRICKS_CONFIG_FILE").map_or(PathBuf::from(home).join(".databrickscfg"), PathBuf::from);
        let profiles = profiles(&std::fs::read_to_string(file).unwrap_or_default());
        let chosen = profiles.into_iter().filter(|(_, account)| fits(account)).find(|(known, _)| {
            // An address is enough to tell which; without one it is the default.
            name.as_ref().map_or(wanted.is_some() || known == "DEFAULT", |name| name == known)
        });
        match (chosen, wanted) {
            (Some((_, account)), _) => Ok(account),
            // The command-line tool may have signed in there.
            (None, Some(host)) => Ok(Account { host: origin(host), token: None, client: None }),
            (None, None) => Err(FetchError::lasting(
                "the Databricks workspace is not known: set DATABRICKS_HOST, or write `databricks://<host>/Volumes/…`",
            )),
        }
    }

    fn token(&self) -> Result<String, FetchError> {
        if let Some(token) = &self.token {
            return Ok(token.clone());
        }
        if let Some((id, secret)) = &self.client {
            return self.sign_in(id, secret);
        }
        let answer = tool::run("databricks", &["auth", "token", "--host", &self.host]).map_err(|why| {
            FetchError::lasting(format!("there are no credentials for Databricks ({why}): {CREDENTIALS}"))
        })?;
        let answer: Value = serde_json::from_slice(&answer).unwrap_or_default();
        let token = answer["access_token"].as_str().map(str::to_owned);
        token.ok_or_else(|| {
            FetchError::lasting(format!("there are no credentials for Databricks: {CREDENTIALS}"))
        })
    }

    /// A machine's credentials for a token of an hour.
    fn sign_in(&self, id: &str, secret: &str) -> Result<String, FetchError> {
        let basic = format!("Basic {}", BASE64.encode(format!("{id}:{secret}")));
        let request = Request::post(format!("{}/oidc/v1/token", self.host))
            .header("authorization", basic)
            .header("content-type", "application/x-www-form-urlencoded")
            .body("grant_type=client_credentials&scope=all-apis")
            .map_err(|_| FetchError::lasting("the address is no valid one"))?;
        let mut response = send(request)?;
        let status = response.status().as_u16();
        if status != 200 {
            return Err(FetchError::status(status, None, CREDENTIALS));
        }
        let text = response.body_mut().read_to_vec().map_err(|error| fault(&error))?;
        let answer: Value = serde_json::from_slice(&text).unwrap_or_default();
        let token = answer["access_token"].as_str().map(str::to_owned);
        token.ok_or_else(|| {
            FetchError::lasting("the answer is not one of Databricks: is this the right host?")
        })
    }
}

fn origin(host: &str) -> String {
    let host = host.trim().trim_end_matches('/');
    if host.contains("://") { host.to_owned() } else { format!("https://{host}") }
}

/// The profiles of a `.databrickscfg`, in order.
fn profiles(text: &str) -> Vec<(String, Account)> {
    let mut out: Vec<(String, Account)> = Vec::new();
    let (mut id, mut secret) = (None, None);
    for line in text.lines().map(str::trim) {
        if let Some(name) = line.strip_prefix('[').and_then(|rest| rest.strip_suffix(']')) {
            (id, secret) = (None, None);
            out.push((name.trim().to_owned(), Account { host: String::new(), token: None, client: None }));
        } else if let (Some((key, value)), Some((_, account))) = (line.split_once('='), out.last_mut()) {
            let value = value.trim().to_owned();
            match key.trim() {
                "host" => account.host = origin(&value),
                "token" => account.token = Some(value),
                "client_id" => id = Some(value),
                "client_secret" => secret = Some(value),
                _ => {}
            }
            account.client = id.clone().zip(secret.clone());
        }
    }
    out.retain(|(_, account)| !account.host.is_empty());
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn profiles_and_paths() {
        let text = "[DEFAULT]\nhost = https://a.example/\ntoken = t\n\n[m2m]\nhost=b.example\nclient_id=i\nclient_secret=s\n[empty]\n";
        let read = profiles(text);
        assert_eq!(read.len(), 2);
        assert_eq!((read[0].1.host.as_str(), read[0].1.token.as_deref()), ("https://a.example", Some("t")));
        assert_eq!(read[1].1.host, "https://b.example");
        assert!(read[1].1.client.is_some());
        assert_eq!(encoded("/Volumes/a b/m.json", true), "/Volumes/a%20b/m.json");
        assert_eq!(encoded("/Workspace/ä", false), "%2FWorkspace%2F%C3%A4");
    }
}
