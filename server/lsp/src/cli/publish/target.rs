//! Where `--to` points.

use loader::Target;
use project::upstream::Location;
use project::upstream::remote::{Extras, Place};

/// What some stores need beside their address.
#[derive(Debug, clap::Args)]
pub struct Store {
    /// The server of an S3-compatible store.
    #[arg(long, value_name = "URL")]
    endpoint: Option<String>,
    /// The region of an S3 bucket.
    #[arg(long)]
    region: Option<String>,
    /// The Azure storage account.
    #[arg(long)]
    account: Option<String>,
}

/// The place for the manifest of `project`, and its address for people.
pub fn of(to: &str, store: &Store, project: &str) -> anyhow::Result<(Target, String)> {
    let to = to.trim();
    anyhow::ensure!(!to.is_empty(), "--to needs a folder or an address");
    // A project's name is a path's part here, and comes out of a file.
    anyhow::ensure!(
        project.chars().all(|c| c.is_alphanumeric() || c == '_' || c == '-'),
        "'{project}' cannot be part of a path: give --to a path that ends in .json"
    );
    // Without a bucket the rest would be the name of a folder.
    let prefix = to.trim_end_matches('/');
    if let Some((scheme, _)) = to.split_once("://").filter(|_| !prefix.contains("://")) {
        anyhow::bail!("{to}: the place must look like {scheme}://<bucket>/<prefix>");
    }
    let address =
        if to.ends_with(".json") { to.to_owned() } else { format!("{}/{project}/manifest.json", prefix) };
    let extras = Extras {
        endpoint: store.endpoint.clone(),
        region: store.region.clone(),
        account: store.account.clone(),
        ..Extras::default()
    };
    let location = Location::expanded(&address, &address, &loader::here(), &extras);
    match location.map_err(anyhow::Error::msg)? {
        Location::File(path) => Ok((Target::File(path), address)),
        Location::Remote(remote) => {
            anyhow::ensure!(!remote.is_pattern(), "{address}: one place is needed, not a pattern");
            let is_store = matches!(remote.place, Place::S3 { .. } | Place::Gcs { .. } | Place::Azure { .. });
            anyhow::ensure!(
                is_store,
                "{} cannot be published to: use a folder, s3://, gs://, az:// or abfss://",
                remote.shown()
            );
            let shown = remote.shown().to_owned();
            Ok((Target::Object(remote), shown))
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_key_is_stable_and_only_stores_are_written_to() {
        let store = Store { endpoint: None, region: None, account: None };
        let all = [
            "artifacts/",
            "s3://bucket/prod/",
            "gs://bucket/p/m.json",
            "az://box",
            "s3://bucket",
            "s3://",
            "abfss:///",
            "s3://bucket/*",
            "https://user:secret@host/x",
            "ftp://host/x",
            " ",
        ]
        .map(|to| match of(to, &store, "platform") {
            Ok((target, shown)) => {
                let kind = if matches!(target, Target::File(_)) { "file" } else { "object" };
                format!("{to} -> {kind} {shown}")
            }
            Err(error) => format!("{to} -> {error}"),
        })
        .join("\n");
        expect_test::expect![[r#"
            artifacts/ -> file artifacts/platform/manifest.json
            s3://bucket/prod/ -> object s3://bucket/prod/platform/manifest.json
            gs://bucket/p/m.json -> object gs://bucket/p/m.json
            az://box -> object az://box/platform/manifest.json
            s3://bucket -> object s3://bucket/platform/manifest.json
            s3:// -> s3://: the place must look like s3://<bucket>/<prefix>
            abfss:/// -> abfss:///: the place must look like abfss://<bucket>/<prefix>
            s3://bucket/* -> s3://bucket/*/platform/manifest.json: one place is needed, not a pattern
            https://user:secret@host/x -> https://host/x/platform/manifest.json cannot be published to: use a folder, s3://, gs://, az:// or abfss://
            ftp://host/x -> `ftp://` is not a place a manifest can be read from; use a path, `https://`, `s3://`, `gs://`, `az://`, `abfss://`, `dbt://`, `git+https://`, `databricks://` or `file://`
              -> --to needs a folder or an address"#]].assert_eq(&all);
        assert!(of("x", &store, "../platform").is_err());
    }
}
