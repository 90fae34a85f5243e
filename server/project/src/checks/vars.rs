//! Variables that a project sets: `vars` in dbt_project.yml, or vars.yml (dbt 1.12; spec §10).

use smol_str::SmolStr;
use syntax::calls::Value;
use syntax::yaml::{Dialect, Kind, Node};
use text::TextRange;

use super::{BOTH, FlawOf, Flaws, Gravity, Is, place};
use crate::facts::yaml_value;

/// One variable, or one of a package's own.
#[derive(Debug, Clone, PartialEq)]
pub struct VarDef {
    /// As `var()` asks for it.
    pub name: SmolStr,
    /// Its bytes.
    pub name_range: TextRange,
    /// The key above it: when that is a package's name, the variable is for that package only; `var()` of the key
    /// itself gives the whole mapping all the same.
    pub scope: Option<SmolStr>,
    /// What it is set to; unknown where Jinja decides.
    pub value: Value,
    /// The value as it is written, cut after its first lines.
    pub written: Box<str>,
}

impl VarDef {
    /// Whether `var()` gives the same for both, wherever they stand.
    pub fn means_the_same(&self, other: &VarDef) -> bool {
        self.name == other.name && self.scope == other.scope && self.value == other.value
    }
}

/// What is kept of a value as it is written, in bytes.
const MAX_WRITTEN: usize = 300;

/// The variables in the mapping under `vars`.
pub fn vars_of(vars: Node<'_>, text: &str, dialect: Dialect) -> Vec<VarDef> {
    let mut out = Vec::new();
    let def = |entry: &syntax::yaml::Entry<'_>, scope: Option<&str>| VarDef {
        name: SmolStr::new(&entry.key),
        name_range: entry.key_node.scalar().map_or(entry.key_range, |scalar| scalar.content),
        scope: scope.map(SmolStr::new),
        value: yaml_value(entry.value, dialect),
        written: written(text, entry.value.range()),
    };
    for entry in vars.entries() {
        out.push(def(&entry, None));
        if entry.value.kind() == Kind::Mapping {
            out.extend(entry.value.entries().map(|inner| def(&inner, Some(&entry.key))));
        }
    }
    out
}

fn written(text: &str, range: TextRange) -> Box<str> {
    let text = text.get(usize::from(range.start())..usize::from(range.end())).unwrap_or_default().trim();
    let mut end = text.len().min(MAX_WRITTEN);
    while !text.is_char_boundary(end) {
        end -= 1;
    }
    text[..end].into()
}

pub(super) fn check(root: Option<Node<'_>>, out: &mut Flaws) {
    let Some(root) = root else { return };
    let both = (Gravity::Warning, Gravity::Warning);
    match out.value(root) {
        Some(Is::Mapping) => {}
        Some(Is::Null) | None => return,
        Some(_) => {
            return out.push(
                FlawOf::Project,
                both,
                root.range(),
                "vars.yml is a mapping: write 'vars:' first",
            );
        }
    }
    let Some(vars) = root.entry("vars") else {
        let first = root.entries().next().map_or(root.range(), |entry| entry.key_range);
        let message = "dbt reads variables below the key 'vars' only";
        return out.push(FlawOf::Project, both, first, message);
    };
    if !matches!(out.value(vars.value), Some(Is::Mapping | Is::Null) | None) {
        let message = "'vars' is a mapping: names and values";
        out.push(FlawOf::Project, BOTH, place(vars.value, vars.key_range), message);
    }
}
