//! The client's settings, section `dbt-mesh`.
//!
//! Names, types and words for people stand in `config/settings.json`, in the form that VS Code reads: its
//! extension and docs/configuration.md are checked against that file. Settings come as `initializationOptions`,
//! pulled, or pushed; the newest replaces the whole. Rules and upstreams can also stand in `dbt_mesh.yml`, which
//! the core reads by itself.

mod views;

use ide::{HintOptions, LensOptions, Severity};
use project::variables::{Values, supplied};
use rustc_hash::FxHashMap;
use serde_json::Value;
use syntax::yaml::Dialect;

/// The section's name in the client's settings.
pub const SECTION: &str = "dbt-mesh";

/// Settings of one session.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Config {
    /// Which dbt's rules hold.
    pub dbt_version: DbtVersion,
    /// Severity by diagnostic code; `None` turns the rule off.
    pub rules: FxHashMap<String, Option<Severity>>,
    /// Whether the rules of mesh readiness are on, for all projects.
    pub readiness: Option<bool>,
    /// Upstreams beyond those of `dbt_mesh.yml`.
    pub upstreams: Vec<Upstream>,
    /// Which inlay hints are shown.
    pub hints: HintOptions,
    /// Which code lenses are shown.
    pub lenses: LensOptions,
    /// Whether requests are explained by `$/logTrace`.
    pub trace: bool,
    /// Whether the editor's user trusts the workspace; `None` where the editor does not say.
    pub trusted: Option<bool>,
    /// When remote manifests are asked for.
    pub fetch: Fetch,
    /// Variables that dbt's command line supplies, for all projects.
    pub vars: Values,
}

/// When remote manifests are asked for.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub enum Fetch {
    /// When what is in the cache is older than it may be.
    #[default]
    WhenDue,
    /// Never: what is in the cache must do.
    Never,
    /// Now, whatever their age: all, or those of these projects.
    Now(Vec<String>),
}

/// Which dbt's rules hold.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum DbtVersion {
    /// Found out per project.
    #[default]
    Auto,
    /// dbt Core 1.x.
    V1,
    /// dbt 2 (Fusion).
    V2,
}

/// An upstream named in the settings, of the same shape as in `dbt_mesh.yml`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Upstream {
    /// The project's name, if the manifest or checkout should not tell it.
    pub name: Option<String>,
    /// What supplies it.
    pub supply: Supply,
}

/// What supplies an upstream.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Supply {
    /// Path or URL of a manifest.
    Manifest(String),
    /// Path of a checkout.
    Project(String),
}

impl Config {
    /// Reads settings; what is wrong with them comes back as sentences for the user.
    ///
    /// `settings` is the section itself, or an object that has it under its name. `codes` are the known
    /// diagnostics.
    pub fn read(settings: &Value, codes: &[&str]) -> (Config, Vec<String>) {
        let mut config = Config::default();
        let mut problems = Vec::new();
        let section = settings.get(SECTION).unwrap_or(settings);
        let entries = match section {
            Value::Object(entries) => entries,
            Value::Null => return (config, problems),
            other => {
                problems.push(format!("settings {SECTION}: an object is expected, not `{other}`"));
                return (config, problems);
            }
        };
        for (key, value) in entries {
            match key.as_str() {
                "dbtVersion" => read_version(value, &mut config, &mut problems),
                "rules" => read_rules(value, codes, &mut config, &mut problems),
                "readiness" => match value {
                    Value::Null => {}
                    Value::Bool(on) => config.readiness = Some(*on),
                    other => {
                        problems.push(format!("setting {SECTION}.readiness is true or false, not `{other}`"))
                    }
                },
                "upstreams" => read_upstreams(value, &mut config, &mut problems),
                "inlayHints" => views::hints(value, &mut config, &mut problems),
                "codeLens" => views::lenses(value, &mut config, &mut problems),
                "trace" => config.trace = read_trace(value),
                "trusted" => config.trusted = value.as_bool(),
                "offline" if value.as_bool() == Some(true) => config.fetch = Fetch::Never,
                "offline" => {}
                "vars" => match supplied(&value.to_string(), Dialect::V1_1) {
                    _ if value.is_null() => {}
                    Some(vars) => config.vars = vars,
                    None => {
                        problems.push(format!("setting {SECTION}.vars maps names to values, not `{value}`"))
                    }
                },
                unknown => problems.push(unknown_key("", unknown, KEYS)),
            }
        }
        (config, problems)
    }
}

const KEYS: &[&str] = &[
    "dbtVersion",
    "rules",
    "readiness",
    "upstreams",
    "inlayHints",
    "codeLens",
    "trace",
    "trusted",
    "offline",
    "vars",
];
const LEVELS: &[&str] = &["off", "hint", "info", "warning", "error"];

fn unknown_key(prefix: &str, key: &str, known: &[&str]) -> String {
    match text::suggest(key, known.iter().copied()) {
        Some(near) => format!("setting {SECTION}.{prefix}{key} is unknown: did you mean `{near}`?"),
        None => format!("setting {SECTION}.{prefix}{key} is unknown"),
    }
}

fn read_version(value: &Value, config: &mut Config, problems: &mut Vec<String>) {
    let text = value.as_str().map_or_else(|| value.to_string(), str::to_owned);
    match text.as_str() {
        "auto" | "null" => config.dbt_version = DbtVersion::Auto,
        "1" => config.dbt_version = DbtVersion::V1,
        "2" => config.dbt_version = DbtVersion::V2,
        _ => problems.push(format!("setting {SECTION}.dbtVersion is one of auto, 1, 2, not `{text}`")),
    }
}

fn read_rules(value: &Value, codes: &[&str], config: &mut Config, problems: &mut Vec<String>) {
    let Some(rules) = value.as_object() else {
        if !value.is_null() {
            problems.push(format!("setting {SECTION}.rules maps diagnostic codes to levels"));
        }
        return;
    };
    for (code, level) in rules {
        if !codes.is_empty() && !codes.contains(&code.as_str()) {
            problems.push(unknown_key("rules.", code, codes));
            continue;
        }
        match level.as_str().and_then(parse_level) {
            Some(severity) => _ = config.rules.insert(code.clone(), severity),
            None => {
                let levels = LEVELS.join(", ");
                problems.push(format!("setting {SECTION}.rules.{code} is one of {levels}, not `{level}`"));
            }
        }
    }
}

/// `None` for no such level, `Some(None)` for off.
fn parse_level(level: &str) -> Option<Option<Severity>> {
    Some(match level {
        "off" => None,
        "hint" => Some(Severity::Hint),
        "info" => Some(Severity::Info),
        "warning" => Some(Severity::Warning),
        "error" => Some(Severity::Error),
        _ => return None,
    })
}

fn read_upstreams(value: &Value, config: &mut Config, problems: &mut Vec<String>) {
    let Some(entries) = value.as_array() else {
        if !value.is_null() {
            problems.push(format!("setting {SECTION}.upstreams is a list"));
        }
        return;
    };
    for (at, entry) in entries.iter().enumerate() {
        let text = |key: &str| entry.get(key).and_then(Value::as_str).map(str::to_owned);
        for key in entry.as_object().into_iter().flat_map(|o| o.keys()) {
            if !["name", "manifest", "project"].contains(&key.as_str()) {
                problems.push(unknown_key(
                    &format!("upstreams[{at}]."),
                    key,
                    &["name", "manifest", "project"],
                ));
            }
        }
        let supply = match (text("manifest"), text("project")) {
            (Some(manifest), None) => Supply::Manifest(manifest),
            (None, Some(project)) => Supply::Project(project),
            _ => {
                problems
                    .push(format!("setting {SECTION}.upstreams[{at}] needs either `manifest` or `project`"));
                continue;
            }
        };
        config.upstreams.push(Upstream { name: text("name"), supply });
    }
}

fn read_trace(value: &Value) -> bool {
    match value {
        Value::Bool(on) => *on,
        Value::String(level) => level != "off",
        // Some clients keep `dbt-mesh.trace.server` for themselves.
        other => other.get("server").is_some_and(|level| level != "off"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    const CODES: &[&str] = &["unknown-model", "unpinned-ref"];

    #[test]
    fn settings_are_read_with_or_without_the_section_around_them() {
        let section = json!({
            "dbtVersion": 2,
            "rules": { "unpinned-ref": "off", "unknown-model": "warning" },
            "readiness": true,
            "upstreams": [{ "name": "platform", "manifest": "../platform/manifest.json" }, { "project": "../hr" }],
            "trace": "messages",
        });
        let (config, problems) = Config::read(&section, CODES);
        assert_eq!(problems, Vec::<String>::new());
        assert_eq!(config.dbt_version, DbtVersion::V2);
        assert_eq!(config.readiness, Some(true));
        assert_eq!(config.rules["unpinned-ref"], None);
        assert_eq!(config.rules["unknown-model"], Some(Severity::Warning));
        assert_eq!(config.upstreams[1], Upstream { name: None, supply: Supply::Project("../hr".into()) });
        assert!(config.trace);
        assert_eq!(Config::read(&json!({ "dbt-mesh": section }), CODES).0, config);
        assert_eq!(Config::read(&Value::Null, CODES), (Config::default(), Vec::new()));
    }

    #[test]
    fn every_setting_is_defined_once_and_its_default_is_the_default() {
        let defined: Value = serde_json::from_str(include_str!("config/settings.json")).unwrap();
        let defined = defined.as_object().unwrap();
        let mut known = KEYS.to_vec();
        known.sort_unstable();
        let mut names: Vec<&str> = defined.keys().filter_map(|key| key.split('.').next()).collect();
        names.sort_unstable();
        names.dedup();
        assert_eq!(names, known);
        let mut defaults = json!({});
        for (key, of) in defined {
            match key.split_once('.') {
                Some((group, key)) => defaults[group][key] = of["default"].clone(),
                None => defaults[key] = of["default"].clone(),
            }
        }
        assert_eq!(Config::read(&defaults, CODES), (Config::default(), Vec::new()));
        for value in defined["dbtVersion"]["enum"].as_array().unwrap() {
            assert_eq!(Config::read(&json!({ "dbtVersion": value }), CODES).1, Vec::<String>::new());
        }
        assert_eq!(defined["rules"]["additionalProperties"]["enum"], json!(LEVELS));
    }

    #[test]
    fn mistakes_are_named_with_the_way_out_and_the_rest_still_counts() {
        let (config, problems) = Config::read(
            &json!({
                "dbtVersion": "3",
                "rule": {},
                "readiness": "always",
                "rules": { "unknown-modle": "off", "unpinned-ref": "loud" },
                "upstreams": [{ "name": "x" }, { "manifest": "m.json", "manifests": 1 }],
            }),
            CODES,
        );
        assert_eq!(config.upstreams.len(), 1);
        expect_test::expect![[r#"
            setting dbt-mesh.dbtVersion is one of auto, 1, 2, not `3`
            setting dbt-mesh.rule is unknown: did you mean `rules`?
            setting dbt-mesh.readiness is true or false, not `"always"`
            setting dbt-mesh.rules.unknown-modle is unknown: did you mean `unknown-model`?
            setting dbt-mesh.rules.unpinned-ref is one of off, hint, info, warning, error, not `"loud"`
            setting dbt-mesh.upstreams[0] needs either `manifest` or `project`
            setting dbt-mesh.upstreams[1].manifests is unknown: did you mean `manifest`?"#]]
        .assert_eq(&problems.join("\n"));
    }
}
