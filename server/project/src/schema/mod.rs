//! Which keys and values dbt's YAML files can have, and what they mean.
//!
//! A graph of shapes in static memory: nothing is done at start, nothing is allocated. Names, types and words are
//! generated (`cargo xtask schemas`); the explanations are our own. Must not know any project.

mod data;
mod explain;
#[rustfmt::skip]
mod table;
#[cfg(test)]
mod tests;

use std::sync::OnceLock;

use rustc_hash::FxHashMap;

use self::data::{K, NONE, S};
use crate::layout::FileKind;

pub use explain::{Explanation, explain};

/// The dbt-core whose schemas the table was made from.
pub const DBT_VERSION: &str = table::DBT_VERSION;

/// What a value may be. A number into the table: free to copy and compare.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Shape(u16);

/// One step into a value.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Step<'a> {
    /// Into the value of a key.
    Key(&'a str),
    /// Into any item of a list.
    Item,
}

/// A key that a mapping can have.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct KeyInfo {
    /// As it is written; in the resource trees of `dbt_project.yml` with its `+`.
    pub name: &'static str,
    /// What its value may be.
    pub shape: Shape,
    /// dbt refuses the mapping without it.
    pub required: bool,
    /// Accepted for now.
    pub deprecated: bool,
    /// Accepted, but nothing to propose: an older spelling, or something dbt ignores.
    pub quiet: bool,
    /// A config: under `config:`, or with `+` in `dbt_project.yml`.
    pub in_config: bool,
}

/// Kinds of value, as a set.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Types(u8);

impl Types {
    /// Text.
    pub const STRING: Types = Types(1);
    /// A whole number.
    pub const INTEGER: Types = Types(2);
    /// Any number; whole numbers are in the set too.
    pub const NUMBER: Types = Types(4);
    /// `true` or `false`.
    pub const BOOLEAN: Types = Types(8);
    /// Keys and values.
    pub const MAPPING: Types = Types(16);
    /// Items.
    pub const LIST: Types = Types(32);

    /// Whether all of `other` is in this set.
    pub fn contains(self, other: Types) -> bool {
        self.0 & other.0 == other.0
    }

    /// Whether the only kind of value is `other`.
    pub fn is(self, other: Types) -> bool {
        self == other
    }

    /// The names of the kinds, for people.
    pub fn names(self) -> impl Iterator<Item = &'static str> {
        let whole = if self.contains(Types::NUMBER) { "" } else { "integer" };
        let all = [
            (Types::STRING, "string"),
            (Types::INTEGER, whole),
            (Types::NUMBER, "number"),
            (Types::BOOLEAN, "boolean"),
            (Types::LIST, "list"),
            (Types::MAPPING, "mapping"),
        ];
        all.into_iter()
            .filter(move |(kind, name)| self.contains(*kind) && !name.is_empty())
            .map(|(_, name)| name)
    }
}

/// The shape of a whole file; `None` for files that are no YAML of a known form.
pub fn shape_of(kind: FileKind) -> Option<Shape> {
    Some(Shape(match kind {
        FileKind::Properties => table::PROPERTIES,
        FileKind::ProjectFile => table::PROJECT,
        FileKind::Packages => table::PACKAGES,
        FileKind::Dependencies => table::DEPENDENCIES,
        FileKind::Selectors => table::SELECTORS,
        FileKind::Vars => table::VARS,
        FileKind::Profiles => table::PROFILES,
        FileKind::MeshConfig => table::MESH,
        FileKind::Loom => table::LOOM,
        _ => return None,
    }))
}

/// The configs of a model, as `config(…)` in its SQL takes them too.
pub fn model_config() -> Shape {
    Shape(table::MODEL_CONFIG)
}

/// The shape at the end of `path`, `None` where nothing is known to fit. A key in the wrong place (a config at top
/// level, a config without its `+`) leads where it would in the right one.
pub fn walk(root: Shape, path: &[Step<'_>]) -> Option<Shape> {
    let mut shape = root;
    // In a resource tree a word may be a folder as well as a config without `+`.
    let mut folder: Option<(usize, Shape)> = None;
    let mut at = 0;
    while let Some(step) = path.get(at) {
        at += 1;
        let next = match step {
            Step::Item => shape.item(),
            Step::Key(key) => shape.key(key).map(|info| info.shape).or_else(|| {
                let misplaced = shape.misplaced(key).map(|info| info.shape);
                if misplaced.is_some() && shape.is_tree() {
                    folder = Some((at, shape));
                }
                misplaced.or(shape.rest())
            }),
        };
        shape = match (next, folder) {
            (Some(next), _) => next,
            (None, Some((after, tree))) => {
                folder = None;
                at = after;
                tree
            }
            (None, None) => return None,
        };
    }
    Some(shape)
}

/// So many keys are found by looking at each.
const FEW: usize = 4;

/// Where each key of a mapping is, worked out when one is first looked for: every key of every file is.
static PLACES: [OnceLock<FxHashMap<&str, u16>>; table::SHAPES.len()] =
    [const { OnceLock::new() }; table::SHAPES.len()];

fn places(keys: &'static [K]) -> FxHashMap<&'static str, u16> {
    keys.iter().map(|key| key.name).zip(0..).collect()
}

impl Shape {
    fn data(self) -> &'static S {
        // Shapes are made from the table alone, and 0 is "anything".
        table::SHAPES.get(usize::from(self.0)).unwrap_or(&table::SHAPES[0])
    }

    fn at(to: u16) -> Option<Shape> {
        (to != NONE).then_some(Shape(to))
    }

    /// Which kinds of value fit. `null` and Jinja in place of a value fit everywhere.
    pub fn types(self) -> Types {
        Types(self.data().types)
    }

    /// Everything fits.
    pub fn is_any(self) -> bool {
        self.0 == 0
    }

    /// The words that fit; with [`Shape::is_open`] only the usual ones.
    pub fn allowed(self) -> &'static [&'static str] {
        self.data().values
    }

    /// Other words than [`Shape::allowed`] fit too.
    pub fn is_open(self) -> bool {
        self.data().values.is_empty() || self.data().flags & data::OPEN != 0
    }

    /// The mapping is a `config`.
    pub fn is_config(self) -> bool {
        self.data().flags & data::CONFIG != 0
    }

    /// The mapping is a resource tree of `dbt_project.yml`: folders and `+key`s.
    pub fn is_tree(self) -> bool {
        self.data().flags & data::TREE != 0
    }

    /// The shape of a list's items.
    pub fn item(self) -> Option<Shape> {
        Shape::at(self.data().item)
    }

    /// The shape of the values of keys that are not listed; `None` when there must be no others.
    pub fn rest(self) -> Option<Shape> {
        Shape::at(self.data().rest)
    }

    /// The keys of a mapping, sorted by name.
    pub fn keys(self) -> impl ExactSizeIterator<Item = KeyInfo> {
        self.data().keys.iter().map(move |key| self.info(key))
    }

    /// The key called `name`.
    pub fn key(self, name: &str) -> Option<KeyInfo> {
        let keys = self.data().keys;
        let at = match keys.len() {
            0..=FEW => keys.iter().position(|key| key.name == name)?,
            _ => *PLACES.get(usize::from(self.0))?.get_or_init(|| places(keys)).get(name)? as usize,
        };
        Some(self.info(keys.get(at)?))
    }

    /// The key that `name` is in a place near by: a config at top level belongs under `config:`, one without `+`
    /// in a resource tree wants it (dbt 1.10 deprecated both; dbt 2 refuses them).
    pub fn misplaced(self, name: &str) -> Option<KeyInfo> {
        if self.is_tree() {
            let mut keys = self.keys();
            return keys.find(|key| key.name.strip_prefix('+') == Some(name));
        }
        self.key("config").filter(|_| self.key(name).is_none())?.shape.key(name)
    }

    fn info(self, key: &K) -> KeyInfo {
        KeyInfo {
            name: key.name,
            shape: Shape(key.shape),
            required: key.marks & data::REQUIRED != 0,
            deprecated: key.marks & data::DEPRECATED != 0,
            quiet: key.marks & data::QUIET != 0,
            in_config: self.is_config() || self.is_tree(),
        }
    }
}

impl KeyInfo {
    /// Which kinds of value it takes.
    pub fn types(&self) -> Types {
        self.shape.types()
    }

    /// The words it takes; see [`Shape::is_open`].
    pub fn allowed(&self) -> &'static [&'static str] {
        self.shape.allowed()
    }
}
