//! S3: where credentials come from, as the AWS command line has it.
//!
//! Environment, web identity and container roles are `object_store`'s; profiles are read here, and those that need
//! a sign-in or another role are left to the `aws` command of the user.

use std::path::PathBuf;

use object_store::ObjectStore;
use object_store::aws::AmazonS3Builder;
use rustc_hash::FxHashMap;
use ureq::http::Request;

use super::super::client::send;
use super::super::error::FetchError;
use super::super::tool;
use super::retries;
use super::transport::Transport;
use crate::env::process_env;

/// What to look at when access is denied.
pub(super) const CREDENTIALS: &str = "the bucket needs s3:GetObject (and s3:ListBucket for a pattern) for the \
    credentials of AWS_PROFILE, AWS_ACCESS_KEY_ID or the machine's role; sign in again if they have expired";

/// The same for publishing.
pub(super) const TO_PUBLISH: &str = "the bucket needs s3:GetObject and s3:PutObject (and s3:ListBucket, without which \
    what is missing looks forbidden) for the credentials of AWS_PROFILE, AWS_ACCESS_KEY_ID or the machine's role; sign \
    in again if they have expired";

pub(super) fn store(
    bucket: &str,
    endpoint: Option<&str>,
    region: Option<&str>,
) -> Result<Box<dyn ObjectStore>, FetchError> {
    let mut builder = AmazonS3Builder::from_env()
        .with_bucket_name(bucket)
        .with_http_connector(Transport)
        .with_retry(retries());
    let profile = Profile::current();
    let is_set = |name: &str| process_env(name).is_some_and(|value| !value.is_empty());
    let from_env = [
        "AWS_ACCESS_KEY_ID",
        "AWS_WEB_IDENTITY_TOKEN_FILE",
        "AWS_CONTAINER_CREDENTIALS_RELATIVE_URI",
        "AWS_CONTAINER_CREDENTIALS_FULL_URI",
    ];
    let anonymous = process_env("AWS_SKIP_SIGNATURE").is_some_and(|value| value == "true" || value == "1");
    if !anonymous
        && !from_env.into_iter().any(is_set)
        && let Some(keys) = profile.keys()?
    {
        builder = builder.with_access_key_id(keys.id).with_secret_access_key(keys.secret);
        if let Some(token) = keys.token {
            builder = builder.with_token(token);
        }
    }
    let endpoint = endpoint
        .map(str::to_owned)
        .or_else(|| ["AWS_ENDPOINT_URL_S3", "AWS_ENDPOINT_URL"].into_iter().find_map(process_env))
        .or_else(|| profile.get("endpoint_url"))
        .filter(|endpoint| !endpoint.is_empty());
    let region = region
        .map(str::to_owned)
        .or_else(|| ["AWS_REGION", "AWS_DEFAULT_REGION"].into_iter().find_map(process_env))
        .or_else(|| profile.get("region"))
        .filter(|region| !region.is_empty());
    match (&endpoint, region) {
        (_, Some(region)) => builder = builder.with_region(region),
        // A server that is not Amazon's has no regions to speak of.
        (Some(_), None) => {}
        (None, None) => builder = builder.with_region(home_region(bucket).unwrap_or("us-east-1".to_owned())),
    }
    if let Some(endpoint) = endpoint {
        builder = builder.with_allow_http(endpoint.starts_with("http://")).with_endpoint(endpoint);
    }
    match builder.build() {
        Ok(store) => Ok(Box::new(store)),
        Err(_) => {
            Err(FetchError::lasting("the settings for S3 do not fit together: check AWS_… and the address"))
        }
    }
}

/// Where a bucket is: Amazon tells everybody.
fn home_region(bucket: &str) -> Option<String> {
    let url = if bucket.contains('.') {
        format!("https://s3.amazonaws.com/{bucket}")
    } else {
        format!("https://{bucket}.s3.amazonaws.com")
    };
    let response = send(Request::head(url).body(()).ok()?).ok()?;
    Some(response.headers().get("x-amz-bucket-region")?.to_str().ok()?.to_owned())
}

struct Keys {
    id: String,
    secret: String,
    token: Option<String>,
}

/// The settings of the profile in force, from the user's two files.
struct Profile {
    name: String,
    named: bool,
    settings: FxHashMap<String, String>,
}

impl Profile {
    fn current() -> Profile {
        let chosen = ["AWS_PROFILE", "AWS_DEFAULT_PROFILE"].into_iter().find_map(process_env);
        let chosen = chosen.filter(|name| !name.is_empty());
        let name = chosen.clone().unwrap_or("default".to_owned());
        let home = process_env(if cfg!(windows) { "USERPROFILE" } else { "HOME" }).unwrap_or_default();
        let file = |variable: &str, name: &str| {
            let path = process_env(variable)
                .map_or_else(|| PathBuf::from(&home).join(".aws").join(name), PathBuf::from);
            std::fs::read_to_string(path).unwrap_or_default()
        };
        let mut settings = section(&file("AWS_CONFIG_FILE", "config"), &name);
        settings.extend(section(&file("AWS_SHARED_CREDENTIALS_FILE", "credentials"), &name));
        Profile { name, named: chosen.is_some(), settings }
    }

    fn get(&self, key: &str) -> Option<String> {
        self.settings.get(key).cloned()
    }

    /// Its keys. `None`: it has none, and the machine's role may do.
    fn keys(&self) -> Result<Option<Keys>, FetchError> {
        if let (Some(id), Some(secret)) = (self.get("aws_access_key_id"), self.get("aws_secret_access_key")) {
            return Ok(Some(Keys { id, secret, token: self.get("aws_session_token") }));
        }
        let needs_tool = ["sso_session", "sso_start_url", "role_arn", "credential_process", "login_session"];
        if !needs_tool.iter().any(|key| self.settings.contains_key(*key)) {
            if self.named && self.settings.is_empty() {
                return Err(FetchError::lasting(format!(
                    "the AWS profile '{}' does not exist: check AWS_PROFILE and ~/.aws/config",
                    self.name
                )));
            }
            return Ok(None);
        }
        let arguments = ["configure", "export-credentials", "--profile", &self.name, "--format", "process"];
        let answer = tool::run("aws", &arguments).map_err(|why| {
            FetchError::lasting(format!(
                "the AWS profile '{}' gives no credentials ({why}): run `aws sso login`, or install the AWS CLI",
                self.name
            ))
        })?;
        let answer: serde_json::Value = serde_json::from_slice(&answer).unwrap_or_default();
        let text = |key: &str| answer[key].as_str().map(str::to_owned);
        match (text("AccessKeyId"), text("SecretAccessKey")) {
            (Some(id), Some(secret)) => Ok(Some(Keys { id, secret, token: text("SessionToken") })),
            _ => Err(FetchError::lasting("`aws configure export-credentials` gave no keys")),
        }
    }
}

/// The settings of a profile in a file of the AWS command line.
fn section(text: &str, profile: &str) -> FxHashMap<String, String> {
    let mut inside = false;
    let mut settings = FxHashMap::default();
    for line in text.lines() {
        // An indented line belongs to the setting above.
        let is_nested = line.starts_with([' ', '\t']);
        let line = line.trim();
        if let Some(head) = line.strip_prefix('[').and_then(|rest| rest.strip_suffix(']')) {
            let head = head.trim();
            inside = head.strip_prefix("profile ").map_or(head, str::trim) == profile;
        } else if inside
            && !is_nested
            && !line.starts_with(['#', ';'])
            && let Some((key, value)) = line.split_once('=')
        {
            settings.insert(key.trim().to_ascii_lowercase(), value.trim().to_owned());
        }
    }
    settings
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn profiles_of_both_files() {
        let config = "[default]\nregion = eu-west-1\n# no = 1\n\n[profile mesh]\nregion=us-east-2\ns3 =\n  endpoint_url = x\nsso_session = work\n";
        assert_eq!(section(config, "default").get("region").map(String::as_str), Some("eu-west-1"));
        let mesh = section(config, "mesh");
        assert_eq!(mesh.get("region").map(String::as_str), Some("us-east-2"));
        assert!(mesh.contains_key("sso_session") && !mesh.contains_key("endpoint_url"));
        assert!(section(config, "other").is_empty());
        assert!(section("[mesh]\naws_access_key_id = AK\n", "mesh").contains_key("aws_access_key_id"));
    }
}
