//! The resource trees of dbt_project.yml: what is a folder, what a config, and whether dbt knows the config.
//!
//! dbt v1 tells folders from configs by whether the value is a mapping, and takes any config; v2 wants a `+` before
//! every config and knows them all (spec §13). Whether folders exist is not asked here.

use smol_str::SmolStr;
use syntax::yaml::{Entry, Kind, Node};
use text::TextRange;

use super::{FlawOf, Flaws, Gravity, Is, place};
use crate::facts::refused_in_tree;
use crate::layout::FileKind;
use crate::schema::{self, Shape, Step, Types};

/// A level of a resource tree that sets something.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ConfigPath {
    /// The tree's key.
    pub tree: SmolStr,
    /// The levels: it holds for nodes whose fully qualified name begins so.
    pub path: Box<[SmolStr]>,
    /// The bytes of the last level's key, or of the tree's.
    pub range: TextRange,
    /// What it sets to a value of a kind that dbt v1 does not take.
    pub misfits: Box<[Misfit]>,
}

/// A config with a value that dbt v1 refuses, should it be in force for any node.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Misfit {
    /// The config, without its `+`.
    pub key: SmolStr,
    /// The bytes to mark.
    pub range: TextRange,
    /// A sentence without its period.
    pub message: Box<str>,
}

/// Every level of the trees that sets something, as dbt lists them when it looks for unused ones.
pub(crate) fn paths(root: Node<'_>) -> Vec<ConfigPath> {
    let mut out = Vec::new();
    for entry in root.entries().filter(|entry| is_tree(&entry.key)) {
        let at = ConfigPath {
            tree: SmolStr::new(&entry.key),
            path: Box::default(),
            range: entry.key_range,
            misfits: Box::default(),
        };
        below(entry.value, at, &mut out);
    }
    out
}

fn below(node: Node<'_>, at: ConfigPath, out: &mut Vec<ConfigPath>) {
    let (mut sets, mut misfits) = (false, Vec::new());
    for entry in node.entries() {
        if entry.value.kind() != Kind::Mapping || entry.key.starts_with('+') {
            sets = true;
            let key = entry.key.trim_start_matches('+').trim();
            // Without a `+` it is a folder that is being typed.
            let typed = entry.value.kind() == Kind::Null && !entry.key.starts_with('+');
            if let Some(message) = refused_in_tree(&at.tree, key, entry.value).filter(|_| !typed) {
                let range = place(entry.value, entry.key_range);
                misfits.push(Misfit { key: key.into(), range, message: message.into() });
            }
        } else if at.path.len() < DEPTH {
            let path = at.path.iter().cloned().chain([SmolStr::new(&entry.key)]).collect();
            let inner =
                ConfigPath { tree: at.tree.clone(), path, range: entry.key_range, misfits: Box::default() };
            below(entry.value, inner, out);
        }
    }
    if sets {
        out.push(ConfigPath { misfits: misfits.into(), ..at });
    }
}

/// No project nests deeper.
const DEPTH: usize = 32;

/// Whether a key of dbt_project.yml is a resource tree.
pub(super) fn is_tree(key: &str) -> bool {
    let file = schema::shape_of(FileKind::ProjectFile);
    file.and_then(|shape| shape.key(key)).is_some_and(|info| info.shape.is_tree())
}

pub(super) fn check(key: &str, value: Node<'_>, out: &mut Flaws) {
    let Some(root) = schema::shape_of(FileKind::ProjectFile) else { return };
    if let Some(shape) = schema::walk(root, &[Step::Key(key)]) {
        level(shape, value, 0, out);
    }
}

fn level(shape: Shape, node: Node<'_>, depth: usize, out: &mut Flaws) {
    for entry in node.entries() {
        let is = out.value(entry.value);
        match entry.key.strip_prefix('+') {
            Some(_) => config(shape, &entry, is, out),
            None if is == Some(Is::Mapping) => {
                let known = shape.misplaced(&entry.key).filter(|info| takes(info.shape, Types::MAPPING));
                // A folder may have a config's name: then its own keys tell.
                let bare =
                    |inner: &Entry<'_>| !inner.key.starts_with('+') && inner.value.entries().next().is_none();
                if known.is_some() && entry.value.entries().all(|inner| bare(&inner)) {
                    without_plus(&entry, out);
                } else if depth < DEPTH {
                    level(shape, entry.value, depth + 1, out);
                }
            }
            None if matches!(is, Some(Is::Null)) => {
                let message = format!("'{}' has no value: dbt passes over it", entry.key);
                out.push(FlawOf::Key, (Gravity::Fine, Gravity::Warning), entry.key_range, message);
            }
            None => without_plus(&entry, out),
        }
    }
}

fn without_plus(entry: &Entry<'_>, out: &mut Flaws) {
    let message = format!(
        "'{}' is a config, so write '+{}': to dbt v2 a key without '+' is a folder",
        entry.key, entry.key
    );
    out.push(FlawOf::Plus, (Gravity::Hint, Gravity::Error), entry.key_range, message);
    out.instead(format!("+{}", entry.key));
}

fn config(shape: Shape, entry: &Entry<'_>, is: Option<Is>, out: &mut Flaws) {
    let Some(info) = shape.key(&entry.key) else {
        // dbt v2 says nothing of an unknown config whose value is a mapping.
        if is == Some(Is::Mapping) {
            return;
        }
        let known = shape.keys().filter(|key| !key.quiet).map(|key| key.name);
        let near = text::suggest(&entry.key, known);
        let v1 = if near.is_some() { Gravity::Warning } else { Gravity::Fine };
        let hint = match near {
            Some(near) => format!("; did you mean '{near}'?"),
            None => ": dbt v1 keeps it for adapters and macros to read, dbt v2 refuses it".to_owned(),
        };
        out.push(
            FlawOf::Key,
            (v1, Gravity::Error),
            entry.key_range,
            format!("'{}' is no config that dbt knows{hint}", entry.key),
        );
        if let Some(near) = near {
            out.instead(near);
        }
        return;
    };
    let misfit = match is {
        Some(Is::Text | Is::Int | Is::Float) if info.types().is(Types::BOOLEAN) => "true or false",
        Some(Is::List | Is::Mapping) if info.types().is(Types::BOOLEAN) => "true or false",
        Some(Is::List | Is::Mapping) if info.types().is(Types::STRING) => "a text",
        Some(Is::Text | Is::Bool | Is::Int | Is::Float | Is::List) if info.types().is(Types::MAPPING) => {
            "a mapping"
        }
        _ => return,
    };
    if info.shape.is_any() {
        return;
    }
    let both = (Gravity::Warning, Gravity::Warning);
    let range = place(entry.value, entry.key_range);
    out.push(FlawOf::Project, both, range, format!("'{}' is {misfit}", entry.key));
}

fn takes(shape: Shape, types: Types) -> bool {
    shape.is_any() || shape.types().contains(types)
}
