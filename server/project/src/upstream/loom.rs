//! dbt-loom's configuration, `dbt_loom.config.yml` (spec: upstreams §1).
//!
//! Says which manifests a project names; must not fetch them. Unknown keys are ignored as dbt-loom ignores them.

use std::path::Path;

use serde_yaml::{Mapping, Value};
use text::TextRange;

use super::env::{self, Forms};
use super::location::Location;
use super::problem::{Level, Parsed, Problem};
use super::remote::{Extras, Place, Remote, Runs};
use super::yaml::{self, Reader, given, kind};

/// A `dbt_loom.config.yml`.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct LoomConfig {
    /// The entries that can be used, in file order.
    pub manifests: Vec<LoomManifest>,
    /// Variables without a value (dbt-loom makes them empty), where they are written.
    pub unset: Vec<(String, TextRange)>,
}

/// One entry of `manifests`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LoomManifest {
    /// A label; the project's name only for manifests that do not hold it (up to v9).
    pub name: String,
    /// Where `name` is written.
    pub name_range: TextRange,
    /// Where the manifest is.
    pub source: LoomSource,
    /// Where the path or the `config` mapping is written.
    pub source_range: TextRange,
    /// Packages to take, when not empty.
    pub included_packages: Vec<String>,
    /// Packages not to take. At most one of the two lists is not empty.
    pub excluded_packages: Vec<String>,
    /// A local file that does not exist is no error.
    pub optional: bool,
}

impl LoomManifest {
    /// Whether nodes of a package inside the manifest are taken.
    pub fn takes(&self, package: &str) -> bool {
        if self.included_packages.is_empty() {
            !self.excluded_packages.iter().any(|name| name == package)
        } else {
            self.included_packages.iter().any(|name| name == package)
        }
    }
}

/// Where dbt-loom gets a manifest from.
#[derive(Debug, Clone, PartialEq, Eq)]
#[allow(missing_docs, reason = "the fields are dbt-loom's, named as in its file")]
pub enum LoomSource {
    /// `file`: a path or address.
    File(Location),
    /// `dbt_cloud`, `gcs`, `s3`, `azure`, `databricks`.
    Remote(Remote),
    /// `paradime`: its service has no public interface for this.
    Paradime { schedule_name: String },
    /// `snowflake`: a stage, which only a session of the warehouse reads.
    Snowflake { stage: String, stage_path: String },
}

/// The types dbt-loom knows.
pub const TYPES: [&str; 8] =
    ["file", "dbt_cloud", "paradime", "gcs", "s3", "azure", "snowflake", "databricks"];

/// Reads a `dbt_loom.config.yml`. `base`: the directory relative paths start at (dbt-loom takes the one dbt is
/// started in, usually the project's). `lookup`: values of environment variables.
pub fn parse(original: &str, base: &Path, lookup: &dyn Fn(&str) -> Option<String>) -> Parsed<LoomConfig> {
    let expanded = env::expand(original, Forms::Loom, lookup);
    let mut reader = Reader::new(&expanded, original);
    let value = config(&mut reader, base);
    let value = value.map(|manifests| LoomConfig { manifests, unset: expanded.unset.clone() });
    Parsed { value, problems: reader.problems }
}

fn config(reader: &mut Reader<'_>, base: &Path) -> Option<Vec<LoomManifest>> {
    let Some(document) = reader.document() else {
        if reader.problems.iter().all(|problem| problem.level != Level::Error) {
            let message = "the file is empty: dbt-loom needs a list of `manifests`".to_owned();
            reader.problems.push(Problem { level: Level::Error, range: reader.whole(), message });
        }
        return None;
    };
    let map = reader.mapping(&document, "the file")?;
    let Some(manifests) = map.get("manifests") else {
        let hint = text::suggest("manifests", map.keys().filter_map(Value::as_str));
        let hint = hint.map_or(String::new(), |near| format!("; is `{near}` meant to be it?"));
        reader.error(&document, format!("the list of `manifests` is missing{hint}"));
        return None;
    };
    let items = reader.list(manifests, "`manifests`")?;
    Some(items.iter().filter_map(|item| entry(reader, item, base)).collect())
}

fn entry(reader: &mut Reader<'_>, item: &Value, base: &Path) -> Option<LoomManifest> {
    let map = reader.mapping(item, "each of `manifests`")?;
    let name = required(reader, item, map, "name");
    let source = source(reader, item, map, base);
    let mut packages = |key: &str| match given(map, key) {
        Some(list) => reader.texts(list, &format!("`{key}`")),
        None => Vec::new(),
    };
    let included_packages = packages("included_packages");
    let excluded_packages = packages("excluded_packages");
    if let (false, false, Some(excluded)) =
        (included_packages.is_empty(), excluded_packages.is_empty(), map.get("excluded_packages"))
    {
        reader.error(excluded, "`included_packages` and `excluded_packages` cannot both be given");
        return None;
    }
    let optional = given(map, "optional").and_then(|value| {
        let truth = yaml::truth(value);
        if truth.is_none() {
            reader.error(value, format!("`optional` must be true or false, not {}", kind(value)));
        }
        truth
    });
    let (name, name_range) = name?;
    let (source, source_range) = source?;
    Some(LoomManifest {
        name,
        name_range,
        source,
        source_range,
        included_packages,
        excluded_packages,
        optional: optional.unwrap_or(false),
    })
}

fn source(
    reader: &mut Reader<'_>,
    item: &Value,
    map: &Mapping,
    base: &Path,
) -> Option<(LoomSource, TextRange)> {
    let (type_name, _) = required(reader, item, map, "type")?;
    if !TYPES.contains(&type_name.as_str()) {
        let place = map.get("type").unwrap_or(item);
        let hint = text::suggest(&type_name, TYPES).map_or_else(
            || format!("known are {}", yaml::listed(&TYPES)),
            |near| format!("did you mean `{near}`?"),
        );
        reader.error(place, format!("`{type_name}` is not a type of manifest; {hint}"));
        return None;
    }
    let Some(value) = map.get("config") else {
        reader.error(item, "`config` is missing");
        return None;
    };
    let config = reader.mapping(value, "`config`")?;
    let range = reader.range(config.get("path").unwrap_or(value));
    let mut get = Fields { reader, value, config };
    let source = match type_name.as_str() {
        "file" => {
            let written = get.written("path");
            let path = get.text("path")?;
            match Location::expanded(&path, &written, base, &Extras::default()) {
                Ok(location) => LoomSource::File(location),
                Err(message) => {
                    let place = config.get("path").unwrap_or(value);
                    reader.error(place, message);
                    return None;
                }
            }
        }
        "paradime" => LoomSource::Paradime { schedule_name: get.text("schedule_name")? },
        "snowflake" => {
            LoomSource::Snowflake { stage: get.text("stage")?, stage_path: get.text("stage_path")? }
        }
        other => LoomSource::Remote(remote(&mut get, other, base)?),
    };
    Some((source, range))
}

/// The place that a `config` of such a type names.
fn remote(get: &mut Fields<'_, '_, '_>, type_name: &str, base: &Path) -> Option<Remote> {
    let (place, shown) = match type_name {
        "dbt_cloud" => {
            let (account, job) = (get.number("account_id")?, get.number("job_id")?);
            let api = get.optional("api_endpoint").unwrap_or_else(|| PLATFORM.to_owned());
            // dbt-loom wants the whole path of the interface.
            let host = api.split("/api/").next().unwrap_or_default().trim_end_matches('/').to_owned();
            let step = get.optional_number("step");
            let name = host.split_once("://").map_or(host.as_str(), |(_, name)| name).to_owned();
            (
                Place::Platform { host, account, runs: Runs::Job(job), step, artifact: "manifest.json" },
                format!("dbt://{name}/accounts/{account}/jobs/{job}"),
            )
        }
        "gcs" => {
            get.text("project_id")?;
            let (bucket, key) = (get.text("bucket_name")?, get.text("object_name")?);
            let credentials = get.optional("credentials").map(|path| base.join(path));
            (
                Place::Gcs { bucket, key, credentials },
                format!("gs://{}/{}", get.written("bucket_name"), get.written("object_name")),
            )
        }
        "s3" => {
            let (bucket, key) = (get.text("bucket_name")?, get.text("object_name")?);
            (
                Place::S3 { bucket, key, endpoint: None, region: None },
                format!("s3://{}/{}", get.written("bucket_name"), get.written("object_name")),
            )
        }
        "azure" => {
            let (container, key) = (get.text("container_name")?, get.text("object_name")?);
            let account = get.text("account_name")?;
            let (shown_container, shown_account) =
                (get.written("container_name"), get.written("account_name"));
            let shown_key = get.written("object_name");
            (
                Place::Azure { account: Some(account), container, key },
                format!("abfss://{shown_container}@{shown_account}.dfs.core.windows.net/{shown_key}"),
            )
        }
        _ => {
            let path = get.text("path")?;
            let rooted = ["/Volumes/", "/Workspace/", "/dbfs/"].iter().any(|root| path.starts_with(root));
            // Everything else dbt-loom asks the Files API for, which knows volumes.
            let path = if rooted || path.starts_with('/') { path } else { format!("/{path}") };
            (Place::Databricks { host: None, path }, format!("databricks://{}", get.written("path")))
        }
    };
    Some(Remote::new(place, &shown))
}

/// What dbt-loom asks when no `api_endpoint` is given.
const PLATFORM: &str = "https://cloud.getdbt.com";

/// The fields of a `config`.
struct Fields<'r, 't, 'v> {
    reader: &'r mut Reader<'t>,
    value: &'v Value,
    config: &'v Mapping,
}

impl Fields<'_, '_, '_> {
    fn text(&mut self, key: &str) -> Option<String> {
        required(self.reader, self.value, self.config, key).map(|(text, _)| text)
    }

    /// The value as the file writes it, for people.
    fn written(&self, key: &str) -> String {
        self.config.get(key).map(|value| self.reader.written(value)).unwrap_or_default().to_owned()
    }

    fn number(&mut self, key: &str) -> Option<u64> {
        let (text, _) = required(self.reader, self.value, self.config, key)?;
        let number = text.trim().parse().ok();
        if number.is_none() {
            let place = self.config.get(key).unwrap_or(self.value);
            self.reader.error(place, format!("`{key}` must be a whole number"));
        }
        number
    }

    fn optional(&mut self, key: &str) -> Option<String> {
        given(self.config, key).and_then(|value| self.reader.text(value, &format!("`{key}`")))
    }

    fn optional_number(&mut self, key: &str) -> Option<u64> {
        given(self.config, key).and_then(|_| self.number(key))
    }
}

/// The text of a key that must be there, and its place.
fn required(reader: &mut Reader<'_>, owner: &Value, map: &Mapping, key: &str) -> Option<(String, TextRange)> {
    let Some(value) = map.get(key) else {
        reader.error(owner, format!("`{key}` is missing"));
        return None;
    };
    let text = reader.text(value, &format!("`{key}`"))?;
    Some((text, reader.range(value)))
}
