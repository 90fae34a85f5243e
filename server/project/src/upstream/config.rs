//! Our own configuration, `dbt_mesh.yml`: upstreams, rules, the dbt to follow.
//!
//! ```yaml
//! upstreams:
//!   - name: platform                      # optional: the manifest says it
//!     manifest: ../platform/target/manifest.json   # a path or address
//!   - project: ../finance                 # a checkout, read live
//! rules: {unpinned-ref: off, private-model: error}
//! dbt_version: auto                       # or 1, or 2
//! readiness: true                         # off without the key
//! exclude: ["sandbox/**"]
//! order: [workspace, mesh, loom, sibling, publication]
//! refresh: 1h                             # how old a fetched manifest may be before it is asked for again
//! stale_after: 7d                         # how old before its entry gets a hint
//! vars: {start_date: 2020-01-01}          # what every run of dbt has in --vars
//! ```
//!
//! `${NAME}` in the texts of an upstream is an environment variable. Must not look whether any of it exists.

use std::path::{Path, PathBuf};

use serde_yaml::{Mapping, Value};
use syntax::yaml::Dialect;
use text::TextRange;

use super::env::{self, Expanded, Forms};
use super::location::{Location, percent_encode};
use super::problem::{Parsed, Problem};
use super::remote::{Extras, shown::user_range};
use super::yaml::{Reader, given, listed};
use crate::variables::{Values, values};

/// A `dbt_mesh.yml`.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct MeshConfig {
    /// The upstreams it supplies, in file order.
    pub upstreams: Vec<UpstreamEntry>,
    /// Severities by diagnostic code, in file order; the last of a code counts.
    pub rules: Vec<Rule>,
    /// Which dbt's rules to follow.
    pub dbt_version: DbtVersion,
    /// Whether the rules of mesh readiness are on; `None` where the file says nothing.
    pub readiness: Option<bool>,
    /// Globs of files and folders not to look at, relative to the configuration's folder.
    pub exclude: Vec<String>,
    /// What supplies an upstream when several could, best first; kinds left out keep their usual order behind.
    pub order: Vec<SupplyKind>,
    /// How old, in seconds, a fetched manifest may be before it is asked for again; `None` when not said.
    pub refresh: Option<u64>,
    /// How old, in seconds, before it counts as stale; `None` when not said.
    pub stale_after: Option<u64>,
    /// Variables that dbt's command line supplies.
    pub vars: Values,
}

/// One of `upstreams`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct UpstreamEntry {
    /// The project's name, when given; otherwise what supplies it knows it.
    pub name: Option<String>,
    /// Where to get it.
    pub supply: Supply,
    /// Where the path or address is written.
    pub range: TextRange,
}

/// Where an upstream of `dbt_mesh.yml` comes from.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Supply {
    /// A manifest.json or publication.
    Manifest(Location),
    /// The folder of a checkout.
    Project(PathBuf),
}

/// One of `rules`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Rule {
    /// The diagnostic's code.
    pub code: String,
    /// How to report it.
    pub level: RuleLevel,
    /// Where the code is written.
    pub range: TextRange,
}

/// How a diagnostic is reported.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum RuleLevel {
    /// Not at all.
    Off,
    /// As a hint.
    Hint,
    /// As information.
    Info,
    /// As a warning.
    Warning,
    /// As an error.
    Error,
}

/// Which dbt's rules to follow.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum DbtVersion {
    /// Tell by the project.
    #[default]
    Auto,
    /// dbt Core 1.x.
    V1,
    /// dbt 2 (Fusion).
    V2,
}

impl DbtVersion {
    /// Reads `auto`, `1`, `2`, `1.10`, `v2`, …; `None` for anything else.
    pub fn of(word: &str) -> Option<DbtVersion> {
        let word = word.trim().to_ascii_lowercase();
        match word.trim_start_matches('v').split('.').next() {
            Some("auto") => Some(DbtVersion::Auto),
            Some("1") => Some(DbtVersion::V1),
            Some("2") => Some(DbtVersion::V2),
            _ => None,
        }
    }
}

/// The kinds of things that can supply an upstream, in the usual order of preference.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum SupplyKind {
    /// A checkout in the workspace, read live.
    Workspace,
    /// An entry of `dbt_mesh.yml`.
    Mesh,
    /// An entry of dbt-loom's configuration.
    Loom,
    /// A checkout beside the project.
    Sibling,
    /// A publication of the dbt platform.
    Publication,
}

impl SupplyKind {
    /// All kinds in the usual order.
    pub const ALL: [SupplyKind; 5] = [
        SupplyKind::Workspace,
        SupplyKind::Mesh,
        SupplyKind::Loom,
        SupplyKind::Sibling,
        SupplyKind::Publication,
    ];

    /// Its word in `order`.
    pub fn as_str(self) -> &'static str {
        match self {
            SupplyKind::Workspace => "workspace",
            SupplyKind::Mesh => "mesh",
            SupplyKind::Loom => "loom",
            SupplyKind::Sibling => "sibling",
            SupplyKind::Publication => "publication",
        }
    }
}

/// The keys of the file.
pub const KEYS: [&str; 9] =
    ["upstreams", "rules", "dbt_version", "readiness", "exclude", "order", "refresh", "stale_after", "vars"];
/// The keys of an upstream.
pub const UPSTREAM_KEYS: [&str; 7] =
    ["name", "manifest", "project", "headers", "endpoint", "region", "account"];
/// The levels of a rule.
pub const LEVELS: [&str; 5] = ["off", "hint", "info", "warning", "error"];

/// Reads a `dbt_mesh.yml`. `base`: the folder it is in. `lookup`: values of environment variables.
/// `known_codes`: the diagnostic codes there are; empty accepts any.
///
/// An empty file is an empty configuration. A part that is wrong is left out, with a problem.
pub fn parse(
    original: &str,
    base: &Path,
    lookup: &dyn Fn(&str) -> Option<String>,
    known_codes: &[&str],
) -> Parsed<MeshConfig> {
    let plain = Expanded::plain(original);
    let mut reader = Reader::new(&plain, original);
    let Some(document) = reader.document() else {
        let value = reader.problems.is_empty().then(MeshConfig::default);
        return Parsed { value, problems: reader.problems };
    };
    let Some(map) = reader.mapping(&document, "the file") else {
        return Parsed { value: None, problems: reader.problems };
    };
    reader.unknown_keys(map, &KEYS);
    let mut config = MeshConfig::default();
    if let Some(value) = given(map, "upstreams") {
        let items = reader.list(value, "`upstreams`").unwrap_or_default();
        config.upstreams =
            items.iter().filter_map(|item| upstream(&mut reader, item, base, lookup)).collect();
    }
    if let Some(rules) = given(map, "rules").and_then(|value| reader.mapping(value, "`rules`")) {
        config.rules =
            rules.iter().filter_map(|(key, value)| rule(&mut reader, key, value, known_codes)).collect();
    }
    if let Some(value) = given(map, "dbt_version") {
        let version = value.as_scalar_string().and_then(|word| DbtVersion::of(&word));
        if version.is_none() {
            reader.error(value, "`dbt_version` must be `auto`, `1` or `2`");
        }
        config.dbt_version = version.unwrap_or_default();
    }
    if let Some(value) = given(map, "readiness") {
        config.readiness = switch(value);
        if config.readiness.is_none() {
            reader.error(value, "`readiness` must be `true` or `false`");
        }
    }
    if let Some(value) = given(map, "exclude") {
        config.exclude = reader.texts(value, "`exclude`");
    }
    if let Some(value) = given(map, "order") {
        config.order = order(&mut reader, value);
    }
    if given(map, "vars").and_then(|value| reader.mapping(value, "`vars`")).is_some() {
        config.vars = vars(original);
    }
    config.refresh = age(&mut reader, map, "refresh");
    config.stale_after = age(&mut reader, map, "stale_after");
    sort(&mut reader.problems);
    Parsed { value: Some(config), problems: reader.problems }
}

/// Read by dbt's rules: of dbt v1, whose YAML knows more of numbers and truth.
fn vars(text: &str) -> Values {
    let tree = syntax::yaml::parse(text);
    let vars = tree.root(text).and_then(|root| root.get("vars"));
    vars.map(|vars| values(vars, Dialect::V1_1)).unwrap_or_default()
}

fn sort(problems: &mut [Problem]) {
    problems.sort_by_key(|problem| problem.range.start());
}

fn upstream(
    reader: &mut Reader<'_>,
    item: &Value,
    base: &Path,
    lookup: &dyn Fn(&str) -> Option<String>,
) -> Option<UpstreamEntry> {
    let map = reader.mapping(item, "each of `upstreams`")?;
    reader.unknown_keys(map, &UPSTREAM_KEYS);
    let name = given(map, "name").and_then(|value| reader.text(value, "`name`"));
    let (key, value) = match (given(map, "manifest"), given(map, "project")) {
        (Some(manifest), None) => ("manifest", manifest),
        (None, Some(project)) => ("project", project),
        (Some(_), Some(project)) => {
            reader.error(project, "an upstream has a `manifest` or a `project`, not both");
            return None;
        }
        (None, None) => {
            let place = half_typed(map).unwrap_or(item);
            reader
                .error(place, "an upstream needs a `manifest` (a path or address) or a `project` (a folder)");
            return None;
        }
    };
    let written = reader.text(value, &format!("`{key}`"))?;
    let text = expand(reader, value, &written, lookup);
    let extras = extras(reader, map, lookup);
    let location = match Location::expanded(&text, &written, base, &extras) {
        Ok(location) => location,
        Err(message) => {
            reader.error(value, message);
            return None;
        }
    };
    let supply = match (key, location) {
        ("manifest", location) => Supply::Manifest(location),
        (_, Location::File(path)) => Supply::Project(path),
        (_, Location::Remote(_)) => {
            reader.error(value, "a `project` is a folder on this machine; an address goes under `manifest`");
            return None;
        }
    };
    Some(UpstreamEntry { name, supply, range: reader.range(value) })
}

/// Puts the values of variables in; warns about those that have none.
fn expand(
    reader: &mut Reader<'_>,
    value: &Value,
    written: &str,
    lookup: &dyn Fn(&str) -> Option<String>,
) -> String {
    // A password may hold what has a meaning in addresses.
    let encoded = |name: &str| lookup(name).map(|value| percent_encode(&value));
    let user = user_range(written).unwrap_or_default();
    let mut out = env::expand(&written[..user.start], Forms::Braces, lookup);
    for (part, lookup) in [
        (&written[user.clone()], &encoded as &dyn Fn(&str) -> Option<String>),
        (&written[user.end..], lookup),
    ] {
        let next = env::expand(part, Forms::Braces, lookup);
        out.text.push_str(&next.text);
        out.unset.extend(next.unset);
    }
    for (variable, _) in &out.unset {
        reader
            .warning(value, format!("the environment variable `{variable}` is not set; it counts as empty"));
    }
    out.text
}

/// What may stand beside an address.
fn extras(reader: &mut Reader<'_>, map: &Mapping, lookup: &dyn Fn(&str) -> Option<String>) -> Extras {
    let mut text = |key: &str| {
        let value = given(map, key)?;
        let written = reader.text(value, &format!("`{key}`"))?;
        Some(expand(reader, value, &written, lookup))
    };
    let (endpoint, region, account) = (text("endpoint"), text("region"), text("account"));
    let (mut headers, mut written_headers) = (Vec::new(), Vec::new());
    if let Some(map) = given(map, "headers").and_then(|value| reader.mapping(value, "`headers`")) {
        for (key, value) in map {
            let (Some(name), Some(written)) =
                (reader.text(key, "a header's name"), reader.text(value, "a header's value"))
            else {
                continue;
            };
            let is_secret = ["authorization", "token", "key", "cookie", "secret"]
                .iter()
                .any(|word| name.to_ascii_lowercase().contains(word));
            if is_secret && !written.contains("${") {
                reader.warning(value, "a secret does not belong in a file: put it in an environment variable and write `${NAME}`");
            }
            written_headers.push((name.clone(), written.clone()));
            headers.push((name, expand(reader, value, &written, lookup)));
        }
    }
    Extras { headers, written_headers, endpoint, region, account }
}

/// A length of time in seconds: `30m`, `1h`, `7d`, or `never`.
fn age(reader: &mut Reader<'_>, map: &Mapping, key: &str) -> Option<u64> {
    let value = given(map, key)?;
    let seconds = value.as_scalar_string().and_then(|word| seconds(&word));
    if seconds.is_none() {
        reader
            .error(value, format!("`{key}` must be a length of time such as `30m`, `1h`, `7d`, or `never`"));
    }
    seconds
}

fn seconds(word: &str) -> Option<u64> {
    let word = word.trim();
    if word == "never" {
        return Some(u64::MAX);
    }
    let digits = word.find(|c: char| !c.is_ascii_digit()).unwrap_or(word.len());
    let unit = match word.get(digits..)?.trim() {
        "s" => 1,
        "m" | "min" => 60,
        "h" => 60 * 60,
        "d" => 24 * 60 * 60,
        _ => return None,
    };
    word.get(..digits)?.parse::<u64>().ok()?.checked_mul(unit)
}

/// The key `manifest:` or `project:` that has no value yet.
fn half_typed(map: &Mapping) -> Option<&Value> {
    map.keys().find(|key| matches!(key.as_str(), Some("manifest" | "project")))
}

fn rule(reader: &mut Reader<'_>, key: &Value, value: &Value, known_codes: &[&str]) -> Option<Rule> {
    let code = reader.text(key, "a rule's code")?;
    if !known_codes.is_empty() && !known_codes.contains(&code.as_str()) {
        let hint = text::suggest(&code, known_codes.iter().copied())
            .map_or(String::new(), |near| format!("; did you mean `{near}`?"));
        reader.warning(key, format!("there is no diagnostic `{code}`{hint}"));
        return None;
    }
    // YAML 1.1 reads a bare `off` as false.
    let word = match value {
        Value::Bool(false, _) => "off".to_owned(),
        _ => value.as_scalar_string().unwrap_or_default().to_ascii_lowercase(),
    };
    let level = match word.as_str() {
        "off" => RuleLevel::Off,
        "hint" => RuleLevel::Hint,
        "info" | "information" => RuleLevel::Info,
        "warning" | "warn" => RuleLevel::Warning,
        "error" => RuleLevel::Error,
        _ => {
            reader.error(value, format!("`{code}` must be {}", listed(&LEVELS)));
            return None;
        }
    };
    Some(Rule { code, level, range: reader.range(key) })
}

/// `true` or `false`, or what YAML 1.1 takes for them.
fn switch(value: &Value) -> Option<bool> {
    match value {
        Value::Bool(on, _) => Some(*on),
        _ => match value.as_scalar_string()?.to_ascii_lowercase().as_str() {
            "on" | "yes" => Some(true),
            "off" | "no" => Some(false),
            _ => None,
        },
    }
}

fn order(reader: &mut Reader<'_>, value: &Value) -> Vec<SupplyKind> {
    let words = SupplyKind::ALL.map(SupplyKind::as_str);
    let mut order = Vec::new();
    for item in reader.list(value, "`order`").unwrap_or_default() {
        let word = item.as_scalar_string().unwrap_or_default();
        match SupplyKind::ALL.into_iter().find(|kind| kind.as_str() == word) {
            Some(kind) if order.contains(&kind) => reader.warning(item, format!("`{word}` is given twice")),
            Some(kind) => order.push(kind),
            None => reader.error(item, format!("`{word}` supplies nothing; known are {}", listed(&words))),
        }
    }
    order
}
