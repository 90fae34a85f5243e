//! `warn_error` and `warn_error_options` of a project's flags: which of dbt v1's warnings are errors to it (spec §16).

use smol_str::SmolStr;
use syntax::yaml::{Kind, Node};

/// Which warnings are errors.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct WarnError {
    all: bool,
    errors: Box<[SmolStr]>,
    /// Named as warnings, or silenced.
    others: Box<[SmolStr]>,
}

impl WarnError {
    /// Reads the `flags` of a dbt_project.yml.
    pub(crate) fn read(flags: Node<'_>) -> WarnError {
        let on = flags
            .get("warn_error")
            .and_then(Node::text)
            .is_some_and(|text| matches!(text.to_ascii_lowercase().as_str(), "true" | "yes" | "on"));
        let Some(options) = flags.get("warn_error_options").filter(|options| options.kind() == Kind::Mapping)
        else {
            return WarnError { all: on, ..WarnError::default() };
        };
        let mut out = WarnError { all: on, ..WarnError::default() };
        let mut others = Vec::new();
        for entry in options.entries() {
            let names = || entry.value.items().filter_map(Node::text).map(SmolStr::new);
            match &*entry.key {
                "error" | "include" => {
                    let word = entry.value.text().filter(|_| entry.value.kind() == Kind::Scalar);
                    out.all |= word.is_some_and(|word| word == "all" || word == "*");
                    out.errors = names().collect();
                }
                "warn" | "exclude" | "silence" => others.extend(names()),
                _ => {}
            }
        }
        out.others = others.into();
        out
    }

    /// Whether a warning with this event is an error.
    pub fn promotes(&self, event: &str) -> bool {
        let has = |names: &[SmolStr]| names.iter().any(|name| name == event);
        (self.all || has(&self.errors)) && !has(&self.others)
    }
}
