//! Keys that decide how a node is resolved, wherever they are written.

use smol_str::SmolStr;
use syntax::calls::{Lit, Value};
use text::TextRange;

/// One key and its value.
#[derive(Debug, Clone, PartialEq)]
pub struct Setting {
    /// `access`, `enabled`, … without a `+`.
    pub key: SmolStr,
    /// Written under `config:`, in a `config()` call or in dbt_project.yml; else a top-level key of the entry.
    pub in_config: bool,
    /// What it is set to.
    pub value: Value,
    /// The key's bytes.
    pub key_range: TextRange,
    /// The value's bytes.
    pub value_range: TextRange,
}

/// The keys that are kept; all others are not facts yet.
pub(crate) const KEPT: &[&str] = &[
    "enabled",
    "access",
    "group",
    "latest_version",
    "deprecation_date",
    "materialized",
    "contract",
    "alias",
    "schema",
    "database",
    "identifier",
    "relation",
    "owner",
    "type",
    "model",
    "overrides",
    "meta",
    "tags",
    "on_schema_change",
    "incremental_strategy",
    "event_time",
    "begin",
    "batch_size",
    "strategy",
    "unique_key",
    "updated_at",
    "check_cols",
    "target_schema",
    "target_database",
    // What adapters call a schema or a database.
    "project",
    "dataset",
    "catalog",
    "agg",
    "create_metric",
    "expr",
    "label",
    "semantic_model",
];

/// Whether a config is one of those that are kept as settings.
pub fn is_kept(key: &str) -> bool {
    KEPT.contains(&key)
}

/// Settings in source order.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Settings(pub Box<[Setting]>);

impl Settings {
    /// Whether the same keys are set to the same values, wherever they stand.
    pub fn means_the_same(&self, other: &Settings) -> bool {
        let key = |setting: &Setting| (setting.key.clone(), setting.in_config);
        self.0.len() == other.0.len()
            && self.0.iter().zip(&other.0).all(|(a, b)| key(a) == key(b) && a.value == b.value)
    }

    /// The last setting of a key; `config` wins over a top-level key, as in dbt v1.
    pub fn get(&self, key: &str) -> Option<&Setting> {
        let of_key = || self.0.iter().rev().filter(|setting| setting.key == key);
        of_key().find(|setting| setting.in_config).or_else(|| of_key().next())
    }

    /// The last setting of a key under `config`.
    pub fn config(&self, key: &str) -> Option<&Setting> {
        self.0.iter().rev().find(|setting| setting.in_config && setting.key == key)
    }

    /// The last top-level setting of a key.
    pub fn top(&self, key: &str) -> Option<&Setting> {
        self.0.iter().rev().find(|setting| !setting.in_config && setting.key == key)
    }

    /// Whether any `access` here is public, or not known.
    pub fn may_say_public(&self) -> bool {
        let mut access = self.0.iter().filter(|setting| setting.key == "access");
        access.any(|setting| !matches!(setting.value.as_str(), Some("private" | "protected")))
    }

    /// The value of a key when it is one string.
    pub fn str(&self, key: &str) -> Option<&str> {
        self.get(key)?.value.as_str()
    }
}

/// Reads `contract: {enforced: true}`; `None` when it is not known.
pub fn contract_enforced(value: &Value) -> Option<bool> {
    match value.single()? {
        Lit::Dict { entries, complete } => match entries.iter().rev().find(|(key, _)| key == "enforced") {
            Some((_, value)) => value.single()?.truthy(),
            None => complete.then_some(false),
        },
        lit => lit.truthy(),
    }
}
