//! Reading the address of a [`Remote`].

use std::path::Path;

use super::{Deployment, Extras, Place, Remote, Runs, shown};

/// The schemes that are read, for messages.
pub const SCHEMES: &str = "`https://`, `s3://`, `gs://`, `az://`, `abfss://`, `dbt://`, `git+https://`, `databricks://` or `file://`";

impl Remote {
    /// Reads an address. `text`: with the values of variables, `written`: as it stands in the configuration, `base`:
    /// what a relative path starts at. `None` for what has another scheme; an error says what is missing.
    pub fn parse(text: &str, written: &str, base: &Path, extras: &Extras) -> Result<Option<Remote>, String> {
        if let Some(repository) = text.strip_prefix("git+") {
            return Ok(Some(Remote::new(git(repository, base)?, written)));
        }
        let Some((scheme, rest)) = text.split_once(':') else { return Ok(None) };
        let scheme = scheme.to_ascii_lowercase();
        let authority = rest.strip_prefix("//");
        let place = match (scheme.as_str(), authority) {
            ("http" | "https", Some(rest)) => http(&scheme, rest)?,
            ("s3" | "s3a", Some(rest)) => {
                let (bucket, key) = bucket(rest, text_of(&scheme))?;
                Place::S3 { bucket, key, endpoint: extras.endpoint.clone(), region: extras.region.clone() }
            }
            ("gs", Some(rest)) => {
                let (bucket, key) = bucket(rest, text_of(&scheme))?;
                Place::Gcs { bucket, key, credentials: None }
            }
            ("az" | "azure" | "abfs" | "abfss" | "adl", Some(rest)) => azure(rest, extras)?,
            ("dbt", Some(rest)) => platform(rest)?,
            ("databricks" | "dbfs", _) => databricks(&scheme, authority, rest)?,
            _ => return Ok(None),
        };
        let mut remote = Remote::new(place, written);
        if matches!(remote.place, Place::Http { .. }) {
            remote.headers.clone_from(&extras.headers);
            remote.written_headers.clone_from(&extras.written_headers);
            let in_header = extras.written_headers.iter().any(|(_, value)| value.contains("${"));
            remote.sends_secret = in_header || shown::has_variables(written);
        }
        Ok(Some(remote))
    }
}

fn text_of(scheme: &str) -> &'static str {
    if scheme == "gs" { "gs://<bucket>/<path>/manifest.json" } else { "s3://<bucket>/<path>/manifest.json" }
}

fn http(scheme: &str, rest: &str) -> Result<Place, String> {
    let rest = rest.split('#').next().unwrap_or_default();
    let host_len = rest.find(['/', '?']).unwrap_or(rest.len());
    let (host, path) = rest.split_at(host_len);
    let (user, host) = match host.rsplit_once('@') {
        Some((user, host)) => {
            let (name, password) = user.split_once(':').unwrap_or((user, ""));
            (Some((decoded(name), decoded(password))), host)
        }
        None => (None, host),
    };
    if host.is_empty() || host.contains(char::is_whitespace) {
        return Err(format!("the address has no host; it must look like `{scheme}://<host>/<path>`"));
    }
    Ok(Place::Http { url: format!("{scheme}://{host}{path}"), user })
}

fn bucket(rest: &str, form: &str) -> Result<(String, String), String> {
    match rest.split_once('/') {
        Some((bucket, key)) if !bucket.is_empty() && !key.is_empty() && !bucket.contains('*') => {
            Ok((bucket.to_owned(), key.to_owned()))
        }
        _ => Err(format!("the address must look like `{form}`")),
    }
}

/// `az://<container>/<blob>`, or with the account `abfss://<container>@<account>.dfs.core.windows.net/<blob>`.
fn azure(rest: &str, extras: &Extras) -> Result<Place, String> {
    let form = "az://<container>/<path>/manifest.json` or `abfss://<container>@<account>.dfs.core.windows.net/<path>/manifest.json";
    let (host, key) = bucket(rest, form)?;
    let (container, account) = match host.split_once('@') {
        Some((container, host)) => (container.to_owned(), host.split('.').next().map(str::to_owned)),
        None => (host, extras.account.clone()),
    };
    if container.is_empty() || account.as_deref() == Some("") {
        return Err(format!("the address must look like `{form}`"));
    }
    Ok(Place::Azure { account, container, key })
}

/// `dbt://<host>/accounts/<number>/(jobs|environments|projects)/<number>[?environment=staging][&step=<number>]`
fn platform(rest: &str) -> Result<Place, String> {
    let wrong = || {
        "the address must look like `dbt://cloud.getdbt.com/accounts/<number>/jobs/<number>`, with `environments` or \
         `projects` in the place of `jobs` as you like"
            .to_owned()
    };
    let (path, query) = rest.split_once('?').unwrap_or((rest, ""));
    let parts: Vec<&str> = path.trim_end_matches('/').split('/').collect();
    let [host, "accounts", account, kind, number] = parts.as_slice() else { return Err(wrong()) };
    let read = |text: &str| text.parse::<u64>().map_err(|_| wrong());
    let (account, number) = (read(account)?, read(number)?);
    let mut deployment = Deployment::Production;
    let mut step = None;
    for (name, value) in query.split('&').filter_map(|parameter| parameter.split_once('=')) {
        match (name, value) {
            ("environment", "production") => deployment = Deployment::Production,
            ("environment", "staging") => deployment = Deployment::Staging,
            ("environment", _) => return Err("`environment` must be `production` or `staging`".to_owned()),
            ("step", value) => step = Some(read(value)?),
            _ => return Err(format!("`{name}` means nothing here; known are `environment` and `step`")),
        }
    }
    let runs = match *kind {
        "jobs" => Runs::Job(number),
        "environments" => Runs::Environment(number),
        "projects" => Runs::Project(number, deployment),
        _ => return Err(wrong()),
    };
    Ok(Place::Platform {
        host: origin(host).ok_or_else(wrong)?,
        account,
        runs,
        step,
        artifact: "manifest.json",
    })
}

/// `https://<host>`; a loopback host is asked without TLS, for tests and tunnels.
fn origin(host: &str) -> Option<String> {
    let name = host.rsplit_once(':').map_or(host, |(name, _)| name);
    if name.is_empty() || name.contains(['@', '*']) {
        return None;
    }
    let scheme = if matches!(name, "localhost" | "127.0.0.1") { "http" } else { "https" };
    Some(format!("{scheme}://{host}"))
}

/// `databricks://[<host>]/Volumes/…`, `dbfs:/Volumes/…`, `dbfs:/<path>`
fn databricks(scheme: &str, authority: Option<&str>, rest: &str) -> Result<Place, String> {
    let wrong = || {
        "the address must look like `databricks:///Volumes/<catalog>/<schema>/<volume>/manifest.json`"
            .to_owned()
    };
    let (host, path) = match authority {
        Some(rest) => {
            let (host, path) = rest.split_at(rest.find('/').ok_or_else(wrong)?);
            (if host.is_empty() { None } else { Some(origin(host).ok_or_else(wrong)?) }, path)
        }
        None => (None, rest),
    };
    if path.len() < 2 || !path.starts_with('/') {
        return Err(wrong());
    }
    let rooted = ["/Volumes/", "/Workspace/", "/dbfs/"].iter().any(|root| path.starts_with(root));
    let path = match (scheme, rooted) {
        (_, true) => path.to_owned(),
        ("dbfs", false) => format!("/dbfs{path}"),
        _ => return Err(wrong()),
    };
    Ok(Place::Databricks { host, path })
}

/// `git+<repository>//<path>[?ref=<reference>]`, the repository being an address or a folder.
fn git(rest: &str, base: &Path) -> Result<Place, String> {
    let wrong = || {
        "the address must look like `git+https://<host>/<repository>.git//target/manifest.json?ref=main`"
            .to_owned()
    };
    let (rest, query) = rest.split_once('?').unwrap_or((rest, ""));
    let after_scheme = rest.find("://").map_or(0, |at| at + 3);
    let split = rest[after_scheme..].rfind("//").ok_or_else(wrong)? + after_scheme;
    let (repository, path) = (&rest[..split], rest[split..].trim_start_matches('/'));
    let reference = query.split('&').find_map(|parameter| parameter.strip_prefix("ref=")).unwrap_or_default();
    let is_option = |text: &str| text.starts_with('-');
    if repository.is_empty() || path.is_empty() || is_option(repository) || is_option(reference) {
        return Err(wrong());
    }
    if path.split('/').any(|part| part == "..")
        || path.contains([':', '\0'])
        || reference.contains(['\0', ' ', ':'])
    {
        return Err(wrong());
    }
    let repository = match repository.split_once("://") {
        Some(("https" | "http" | "ssh", _)) => repository.to_owned(),
        Some(("file", path)) => path.to_owned(),
        Some((scheme, _)) => return Err(format!("git cannot be asked for `{scheme}://`; use https or ssh")),
        // `git@host:path`, but not a drive.
        None if repository.split_once(':').is_some_and(|(host, _)| host.len() > 1 && !host.contains('/')) => {
            if repository.contains("::") {
                return Err(wrong());
            }
            repository.to_owned()
        }
        None => base.join(repository).to_string_lossy().into_owned(),
    };
    Ok(Place::Git { repository, reference: reference.to_owned(), path: path.to_owned() })
}

fn decoded(text: &str) -> String {
    super::super::location::percent_decode(text)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(address: &str) -> String {
        let extras = Extras { account: Some("acme".into()), ..Extras::default() };
        let place = match Remote::parse(address, address, Path::new("/w"), &extras) {
            Ok(Some(remote)) => remote.place,
            Ok(None) => return "not remote".to_owned(),
            Err(why) => return why,
        };
        match place {
            Place::Http { url, user } => format!("{url} {user:?}"),
            Place::S3 { bucket, key, .. } => format!("s3 {bucket} {key}"),
            Place::Gcs { bucket, key, .. } => format!("gcs {bucket} {key}"),
            Place::Azure { account, container, key } => format!("azure {account:?} {container} {key}"),
            Place::Platform { host, account, runs, step, .. } => {
                format!("{host} {account} {runs:?} {step:?}")
            }
            Place::Git { repository, reference, path } => format!("git {repository} {reference:?} {path}"),
            Place::Databricks { host, path } => format!("databricks {host:?} {path}"),
        }
    }

    #[test]
    fn every_kind_of_address() {
        let all = [
            "https://me:p%40ss@host:8443/a/m.json?v=1#x",
            "http://host",
            "https:///m.json",
            "S3://bucket/prod/*/manifest.json",
            "s3://bucket",
            "gs://bucket/m.json",
            "az://box/m.json",
            "abfss://box@other.dfs.core.windows.net/a/m.json",
            "abfss://@x/m.json",
            "dbt://cloud.getdbt.com/accounts/1/jobs/2?step=3",
            "dbt://ab123.us1.dbt.com/accounts/1/projects/2?environment=staging",
            "dbt://localhost:80/accounts/1/environments/2",
            "dbt://cloud.getdbt.com/accounts/x/jobs/2",
            "dbt://cloud.getdbt.com/accounts/1/jobs/2?branch=x",
            "git+https://host/o/r.git//target/manifest.json?ref=main",
            "git+git@host:o/r.git//m.json",
            "git+../platform//target/manifest.json?ref=origin/main",
            "git+ext::sh//m.json",
            "git+https://host/r.git//../m.json",
            "git+https://host/r.git//m.json?ref=--upload-pack=x",
            "git+-x//m.json",
            "databricks:///Volumes/main/dbt/art/manifest.json",
            "databricks://adb-1.azuredatabricks.net/Workspace/Shared/m.json",
            "dbfs:/dbt/m.json",
            "databricks:///Users/m.json",
            "ftp://host/m.json",
            "manifest.json",
        ]
        .map(|address| format!("{address} -> {}", read(address)))
        .join("\n");
        expect_test::expect![[r#"
            https://me:p%40ss@host:8443/a/m.json?v=1#x -> https://host:8443/a/m.json?v=1 Some(("me", "p@ss"))
            http://host -> http://host None
            https:///m.json -> the address has no host; it must look like `https://<host>/<path>`
            S3://bucket/prod/*/manifest.json -> s3 bucket prod/*/manifest.json
            s3://bucket -> the address must look like `s3://<bucket>/<path>/manifest.json`
            gs://bucket/m.json -> gcs bucket m.json
            az://box/m.json -> azure Some("acme") box m.json
            abfss://box@other.dfs.core.windows.net/a/m.json -> azure Some("other") box a/m.json
            abfss://@x/m.json -> the address must look like `az://<container>/<path>/manifest.json` or `abfss://<container>@<account>.dfs.core.windows.net/<path>/manifest.json`
            dbt://cloud.getdbt.com/accounts/1/jobs/2?step=3 -> https://cloud.getdbt.com 1 Job(2) Some(3)
            dbt://ab123.us1.dbt.com/accounts/1/projects/2?environment=staging -> https://ab123.us1.dbt.com 1 Project(2, Staging) None
            dbt://localhost:80/accounts/1/environments/2 -> http://localhost:80 1 Environment(2) None
            dbt://cloud.getdbt.com/accounts/x/jobs/2 -> the address must look like `dbt://cloud.getdbt.com/accounts/<number>/jobs/<number>`, with `environments` or `projects` in the place of `jobs` as you like
            dbt://cloud.getdbt.com/accounts/1/jobs/2?branch=x -> `branch` means nothing here; known are `environment` and `step`
            git+https://host/o/r.git//target/manifest.json?ref=main -> git https://host/o/r.git "main" target/manifest.json
            git+git@host:o/r.git//m.json -> git git@host:o/r.git "" m.json
            git+../platform//target/manifest.json?ref=origin/main -> git /w/../platform "origin/main" target/manifest.json
            git+ext::sh//m.json -> the address must look like `git+https://<host>/<repository>.git//target/manifest.json?ref=main`
            git+https://host/r.git//../m.json -> the address must look like `git+https://<host>/<repository>.git//target/manifest.json?ref=main`
            git+https://host/r.git//m.json?ref=--upload-pack=x -> the address must look like `git+https://<host>/<repository>.git//target/manifest.json?ref=main`
            git+-x//m.json -> the address must look like `git+https://<host>/<repository>.git//target/manifest.json?ref=main`
            databricks:///Volumes/main/dbt/art/manifest.json -> databricks None /Volumes/main/dbt/art/manifest.json
            databricks://adb-1.azuredatabricks.net/Workspace/Shared/m.json -> databricks Some("https://adb-1.azuredatabricks.net") /Workspace/Shared/m.json
            dbfs:/dbt/m.json -> databricks None /dbfs/dbt/m.json
            databricks:///Users/m.json -> the address must look like `databricks:///Volumes/<catalog>/<schema>/<volume>/manifest.json`
            ftp://host/m.json -> not remote
            manifest.json -> not remote"#]].assert_eq(&all);
    }
}
