//! What dbt refuses in the YAML files of a project itself: dbt_project.yml, selectors.yml, catalogs.yml, vars.yml, and
//! keys that stand twice anywhere.
//!
//! One pass over one file, for both engines at once. Must not look at any other file; what was half typed or is
//! rendered from Jinja is never judged.

mod catalogs;
mod config_tree;
mod events;
mod project_file;
mod requirement;
mod selectors;
mod vars;
mod warn_error;

use smol_str::SmolStr;
use syntax::yaml::{Dialect, Kind, Node, Resolved};
use text::TextRange;

pub(crate) use config_tree::paths;
pub use config_tree::{ConfigPath, Misfit};
pub use project_file::reserved;
pub use selectors::{Chosen, METHODS, SelectorDef, SelectorFacts, without_operators};
pub use vars::{VarDef, vars_of};

use crate::flavor::Flavor;
use crate::layout::FileKind;

/// Something that one of the engines refuses or warns about.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Flaw {
    /// What it is about: each is a diagnostic of its own.
    pub of: FlawOf,
    /// Where (bytes of the file).
    pub range: TextRange,
    /// What dbt v1 makes of it.
    pub v1: Gravity,
    /// What dbt v2 makes of it.
    pub v2: Gravity,
    /// A sentence without its period: what, and the way out.
    pub message: Box<str>,
    /// What would be right in place of `range`.
    pub instead: Option<SmolStr>,
}

/// What a [`Flaw`] is about.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum FlawOf {
    /// A key or its value in dbt_project.yml or vars.yml.
    Project,
    /// The project's name.
    Name,
    /// `require-dbt-version`.
    Version,
    /// A key that means nothing there.
    Key,
    /// A config without its `+`.
    Plus,
    /// selectors.yml.
    Selector,
    /// catalogs.yml.
    Catalog,
    /// A key that stands twice in its mapping.
    Duplicate,
}

/// What an engine makes of a [`Flaw`].
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Gravity {
    /// Nothing: it reads it as it is meant.
    Fine,
    /// It accepts it for now.
    Hint,
    /// It warns, or ignores it.
    Warning,
    /// It refuses the project.
    Error,
}

impl Flaw {
    /// What the engine makes of it.
    pub fn gravity(&self, flavor: Flavor) -> Gravity {
        match flavor {
            Flavor::V1 => self.v1,
            Flavor::V2 => self.v2,
        }
    }
}

/// Flaws as they are found.
struct Flaws {
    dialect: Dialect,
    found: Vec<Flaw>,
}

/// What v1 makes of it, then v2.
type Both = (Gravity, Gravity);

/// Both engines refuse it.
const BOTH: Both = (Gravity::Error, Gravity::Error);
/// Only dbt v1 refuses it.
const V1: Both = (Gravity::Error, Gravity::Fine);
/// Only dbt v2 refuses it.
const V2: Both = (Gravity::Fine, Gravity::Error);

impl Flaws {
    fn new(dialect: Dialect) -> Flaws {
        Flaws { dialect, found: Vec::new() }
    }

    fn push(&mut self, of: FlawOf, (v1, v2): Both, range: TextRange, message: impl Into<Box<str>>) {
        self.found.push(Flaw { of, range, v1, v2, message: message.into(), instead: None });
    }

    /// What would be right in place of the last flaw.
    fn instead(&mut self, text: impl Into<SmolStr>) {
        if let Some(last) = self.found.last_mut() {
            last.instead = Some(text.into());
        }
    }

    /// What a value is once it is read and rendered; `None` when only dbt knows.
    fn value(&self, node: Node<'_>) -> Option<Is> {
        Some(match node.kind() {
            Kind::Null => Is::Null,
            Kind::Sequence => Is::List,
            Kind::Mapping => Is::Mapping,
            Kind::UnknownAlias => return None,
            Kind::Scalar => {
                let text = node.text()?;
                if text.contains("{{") || text.contains("{%") {
                    return None;
                }
                match node.scalar()?.resolve(self.dialect) {
                    Resolved::Null => Is::Null,
                    Resolved::Bool(_) => Is::Bool,
                    Resolved::Int(_) => Is::Int,
                    Resolved::Float(_) => Is::Float,
                    // Dates are texts to dbt.
                    Resolved::Date | Resolved::Timestamp | Resolved::Str => Is::Text,
                }
            }
        })
    }
}

/// What a value is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Is {
    Null,
    Bool,
    Int,
    Float,
    Text,
    List,
    Mapping,
}

/// Where a value is marked: inside its quotes, or its key's name when it has several lines.
fn place(node: Node<'_>, key: TextRange) -> TextRange {
    match node.scalar() {
        Some(scalar) if !scalar.content.is_empty() => scalar.content,
        _ => key,
    }
}

/// `dbt_project.yml`.
pub(crate) fn project(root: Option<Node<'_>>, dialect: Dialect) -> Vec<Flaw> {
    let mut out = Flaws::new(dialect);
    project_file::check(root, &mut out);
    out.found
}

/// `selectors.yml`, and the selectors that it defines.
pub(crate) fn selectors(root: Option<Node<'_>>, dialect: Dialect) -> (Vec<Flaw>, SelectorFacts) {
    let mut out = Flaws::new(dialect);
    let facts = selectors::read(root, &mut out);
    (out.found, facts)
}

/// `catalogs.yml`.
pub(crate) fn catalogs(root: Option<Node<'_>>, dialect: Dialect) -> Vec<Flaw> {
    let mut out = Flaws::new(dialect);
    catalogs::check(root, &mut out);
    out.found
}

/// `vars.yml`.
pub(crate) fn vars(root: Option<Node<'_>>, dialect: Dialect) -> Vec<Flaw> {
    let mut out = Flaws::new(dialect);
    vars::check(root, &mut out);
    out.found
}

/// Keys that stand twice: the last one counts. dbt v1 warns of them in properties and dbt_project.yml only, v2
/// refuses them (dbt1059) but for vars.yml; of files that no dbt reads they are a warning.
pub(crate) fn duplicates(kind: FileKind, keys: &[(TextRange, TextRange)], text: &str) -> Vec<Flaw> {
    let (v1, v2) = match kind {
        FileKind::Properties | FileKind::ProjectFile => (Gravity::Warning, Gravity::Error),
        FileKind::Packages | FileKind::Dependencies | FileKind::Selectors => V2,
        _ => (Gravity::Warning, Gravity::Warning),
    };
    let flaw = |range: TextRange| {
        let key = text.get(usize::from(range.start())..usize::from(range.end())).unwrap_or_default();
        let key = key.trim_matches(['"', '\'']);
        Flaw {
            of: FlawOf::Duplicate,
            range,
            v1,
            v2,
            message: format!("'{key}' stands twice in this mapping: only this one counts").into(),
            instead: None,
        }
    };
    keys.iter().map(|(_, second)| flaw(*second)).collect()
}
