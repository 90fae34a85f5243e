//! What dbt itself brings: the names of its Jinja context with their members, Jinja's filters, tests and
//! statements, the macros of dbt and its adapters, and the keys of `config()`.
//!
//! The tables are text under `data/`, read when first asked for. They know nothing of any project: what a
//! project defines itself goes before them.

mod complete;
mod config;
mod hover;
mod keys;
mod params;
mod read;
mod receiver;
mod signature;
mod statements;
#[cfg(test)]
mod tests;
mod want;
mod words;

use std::sync::OnceLock;

pub(crate) use complete::{complete, config_values};
pub use config::{ConfigKey, ConfigType, Resource, config_key, config_keys};
pub(crate) use hover::{hover, markdown_of};
pub use params::{Param, params};
pub use signature::{SignatureHelp, SignatureParam, signature_help};
pub(crate) use words::{RARE_FROM, references, words};

/// What an [`Item`] is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Kind {
    /// A function of the context.
    Function,
    /// A value of the context.
    Object,
    /// What stands behind the dot of an object of that type.
    Member(&'static str),
    /// `| name`
    Filter,
    /// `is name`
    Test,
    /// The first word of `{% … %}`.
    Statement,
    /// A macro of dbt or one of its adapters.
    Macro,
    /// A generic test that dbt brings.
    GenericTest,
}

/// Where a name may be used: a set of places.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Hash)]
pub struct Places(u8);

impl Places {
    /// In every text that dbt renders.
    pub const EVERYWHERE: Places = Places(1);
    /// The same without packages.yml and profiles.yml.
    pub const TARGET: Places = Places(1 << 1);
    /// In properties files.
    pub const YAML: Places = Places(1 << 2);
    /// In descriptions.
    pub const DESCRIPTION: Places = Places(1 << 3);
    /// In the YAML values that dbt evaluates without braces.
    pub const EXPRESSION: Places = Places(1 << 4);
    /// In the SQL of nodes, in hooks and in macros.
    pub const CODE: Places = Places(1 << 5);
    /// In macros only.
    pub const MACRO: Places = Places(1 << 6);
    /// In materializations and the macros that they call.
    pub const RUN: Places = Places(1 << 7);

    /// Whether two sets share a place.
    #[must_use]
    pub fn meets(self, other: Places) -> bool {
        self.0 & other.0 != 0
    }
}

impl std::ops::BitOr for Places {
    type Output = Places;

    fn bitor(self, other: Places) -> Places {
        Places(self.0 | other.0)
    }
}

/// One thing that dbt brings.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Item {
    /// Its name, without what it is a member of.
    pub name: &'static str,
    /// What it is.
    pub kind: Kind,
    /// What stands between its parentheses, for each way to call it; none if it is not called.
    pub signatures: Box<[&'static str]>,
    /// The type of the value: one of ours with members, or a word of Python such as `str`.
    pub gives: Option<&'static str>,
    /// Where it may be used.
    pub places: Places,
    /// The first dbt that has it, where that is worth knowing.
    pub since: Option<&'static str>,
    /// The adapters that have it, with commas between; all if `None`.
    pub adapters: Option<&'static str>,
    /// Often used: proposed first.
    pub common: bool,
    /// Not to be used in new code.
    pub deprecated: bool,
    /// One sentence.
    pub about: &'static str,
}

impl Item {
    /// Whether an adapter has it; true if the adapter is not known.
    pub fn is_for(&self, adapter: Option<&str>) -> bool {
        is_for(self.adapters, adapter)
    }

    /// The ways to write it: `ref(name, version=None, v=None)`.
    pub fn forms(&self) -> Vec<String> {
        if self.signatures.is_empty() {
            return vec![self.name.to_owned()];
        }
        self.signatures.iter().map(|inside| format!("{}({inside})", self.name)).collect()
    }
}

fn is_for(adapters: Option<&str>, adapter: Option<&str>) -> bool {
    match (adapters, adapter) {
        (Some(adapters), Some(adapter)) => adapters.split(',').any(|one| one == adapter),
        _ => true,
    }
}

fn table() -> &'static [Item] {
    static TABLE: OnceLock<Vec<Item>> = OnceLock::new();
    TABLE.get_or_init(|| {
        let mut out = Vec::new();
        for text in [
            include_str!("data/context.txt"),
            include_str!("data/adapter.txt"),
            include_str!("data/jinja.txt"),
            include_str!("data/macros.txt"),
        ] {
            read::items(text, &mut out);
        }
        out
    })
}

/// Everything of a kind, in the order of the tables.
pub fn all(kind: Kind) -> impl Iterator<Item = &'static Item> {
    table().iter().filter(move |item| item.kind == kind)
}

/// A filter, test, statement or generic test by its name.
pub fn named(kind: Kind, name: &str) -> Option<&'static Item> {
    all(kind).find(|item| item.name == name)
}

/// The names that can stand alone in an expression: functions, values, macros.
pub fn globals() -> impl Iterator<Item = &'static Item> {
    table().iter().filter(|item| matches!(item.kind, Kind::Function | Kind::Object | Kind::Macro))
}

/// What a name in an expression means: `ref`, `adapter.get_relation`, `dbt.dateadd`,
/// `modules.datetime.datetime.now`.
pub fn lookup(name: &str) -> Option<&'static Item> {
    let mut parts = name.split('.');
    let first = parts.next()?;
    let rest: Vec<&str> = parts.collect();
    if let ([only], true) = (rest.as_slice(), is_name_space(first)) {
        return all(Kind::Macro).find(|item| item.name == *only && has_macro(first, item));
    }
    let mut item = globals().find(|item| item.name == first)?;
    for part in rest {
        item = member(item.gives?, part)?;
    }
    Some(item)
}

/// What can stand behind the dot of `object`, a name as for [`lookup`].
pub fn members(object: &str) -> Vec<&'static Item> {
    if is_name_space(object) {
        return all(Kind::Macro).filter(|item| has_macro(object, item)).collect();
    }
    lookup(object).and_then(|item| item.gives).map(|of| members_of(of).collect()).unwrap_or_default()
}

/// The members of a type.
pub fn members_of(of: &str) -> impl Iterator<Item = &'static Item> {
    table().iter().filter(move |item| matches!(item.kind, Kind::Member(owner) if owner == of))
}

/// A member of a type by its name.
pub fn member(of: &str, name: &str) -> Option<&'static Item> {
    members_of(of).find(|item| item.name == name)
}

/// Whether one of [`globals`] has that name.
pub(crate) fn is_global(name: &str) -> bool {
    static NAMES: OnceLock<rustc_hash::FxHashSet<&'static str>> = OnceLock::new();
    NAMES.get_or_init(|| globals().map(|item| item.name).collect()).contains(name)
}

/// Whether dbt or an adapter brings a macro of that name for its own use.
pub(crate) fn is_internal(name: &str) -> bool {
    static NAMES: OnceLock<rustc_hash::FxHashSet<&'static str>> = OnceLock::new();
    let read =
        || read::lines(include_str!("data/internal_macros.txt")).flat_map(str::split_whitespace).collect();
    NAMES.get_or_init(read).contains(name)
}

/// `dbt` or `dbt_<adapter>`, whose macros we know.
pub(crate) fn is_name_space(package: &str) -> bool {
    // Most names that are asked for have no such prefix: no look through the catalog for them.
    let is_adapter =
        |adapter| all(Kind::Macro).any(|item| item.adapters.is_some() && item.is_for(Some(adapter)));
    package == "dbt" || package.strip_prefix("dbt_").is_some_and(is_adapter)
}

fn has_macro(package: &str, item: &Item) -> bool {
    match (package.strip_prefix("dbt_"), item.adapters) {
        (Some(adapter), Some(_)) => item.is_for(Some(adapter)),
        (None, None) => package == "dbt",
        _ => false,
    }
}
