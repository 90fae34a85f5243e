//! Names in YAML that their place alone makes names: no call is around them, and facts do not keep them. Columns, levels
//! of config trees, what a selector selects, what a unit test overrides.
//!
//! One answer serves completion, definition and hover. Reads the file as it is typed.

pub(crate) mod columns;
pub(crate) mod levels;
mod lists;
mod project_file;
mod properties;
pub(crate) mod selectors;
pub(crate) mod semantic;
pub(crate) mod sql;
mod things;

use project::layout::FileKind;
use project::names::Site;
use smol_str::SmolStr;
use syntax::yaml::{Node, Step, YamlPlace, YamlSite};
use text::{TextRange, TextSize, size};

use self::columns::Of;
use crate::completion::Cx;
use crate::completion::slot::Slot;
use crate::diagnostics::FileCx;
use crate::thing::Thing;
use crate::{CompletionKind, Completions};

pub(crate) use lists::columns as proposed;
use lists::proposals;
use things::thing;
pub(crate) use things::{materialization, parameter, strategy};

/// What a word at a place names.
#[derive(Debug, Clone)]
pub(crate) enum Named {
    /// A column of one of these.
    Column(Vec<Of>),
    /// A column that an entry lists itself; those of what its node reads are proposed.
    Listed(Vec<Of>),
    /// A macro of the project, of a package with its name before it, or of dbt.
    Macro,
    /// An argument of a macro or generic test, by its block.
    Argument(Site),
    /// A variable.
    Variable,
    /// An environment variable.
    EnvVar,
    /// A package or project, or dbt itself.
    Package,
    /// A group.
    Group,
    /// A materialization of the project's own.
    Materialization,
    /// An incremental strategy of the project's own.
    Strategy,
    /// A version of this model.
    Version(SmolStr),
    /// A version that a file of this model could be.
    NewVersion(SmolStr),
    /// The stem of a model's file.
    Stem,
    /// A level of a config tree: the tree and the levels above.
    Level(Vec<SmolStr>),
    /// What a method of selectors selects.
    Selected(SmolStr),
    /// How selectors select, with a colon behind it, or the name of what is selected.
    Method,
}

/// A name at a place.
#[derive(Debug)]
pub(crate) struct Here<'s> {
    /// What it names.
    pub named: Named,
    /// Its bytes.
    pub range: TextRange,
    /// What stands before the cursor.
    typed: &'s str,
    /// A colon is to be written behind it.
    colon: bool,
}

/// A place of YAML with the way to it.
pub(crate) struct Spot<'a, 's, 't> {
    pub cx: &'a FileCx<'a>,
    pub site: &'s YamlSite<'t>,
    pub offset: TextSize,
    /// The keys that lead to it, without indexes.
    pub keys: Vec<&'s str>,
}

impl<'t> Spot<'_, '_, 't> {
    /// The mapping that a key on the way stands in, of several the innermost.
    fn mapping_of(&self, key: &str) -> Option<Node<'t>> {
        self.site.path.iter().rev().find_map(|step| match step {
            Step::Key(found, container) if found == key => *container,
            _ => None,
        })
    }

    /// What `name` says in the element of a list that is on the way.
    fn name_in(&self, list: &str) -> Option<SmolStr> {
        let at = self.site.path.iter().position(|step| step.key() == Some(list))?;
        let element = match self.site.path.get(at + 2) {
            Some(Step::Key(_, container)) => *container,
            _ => self.site.container,
        };
        Some(SmolStr::new(element?.get("name")?.text()?))
    }
}

/// What is named at a place, if the place makes it a name.
pub(crate) fn here<'s>(cx: &FileCx<'_>, site: &'s YamlSite<'_>, offset: TextSize) -> Option<Here<'s>> {
    let keys = site.path.iter().filter_map(Step::key).collect();
    let spot = Spot { cx, site, offset, keys };
    let (range, typed, is_value, is_key, colon) = match &site.place {
        YamlPlace::Key { range, prefix, has_colon, may_be_value, .. } => {
            (*range, *prefix, *may_be_value && !has_colon, true, !has_colon)
        }
        YamlPlace::Value { range, prefix, .. } => (*range, *prefix, true, false, false),
        YamlPlace::Blank { .. } => (TextRange::empty(offset), "", false, true, true),
        YamlPlace::Comment => return None,
    };
    if cx.entry.kind == FileKind::Selectors
        && is_value
        && let Some(found) = selectors::short(&spot, range, typed)
    {
        return Some(found);
    }
    let (value, key): (Find, Find) = match cx.entry.kind {
        FileKind::Properties => (properties::value, properties::key),
        FileKind::ProjectFile => (project_file::value, project_file::key),
        FileKind::Selectors => (selectors::value, |_| None),
        _ => return None,
    };
    if let Some(named) = value(&spot).filter(|_| is_value) {
        return Some(Here { named, range, typed, colon: false });
    }
    let named = key(&spot).filter(|_| is_key)?;
    Some(Here { named, range, typed, colon })
}

type Find = fn(&Spot<'_, '_, '_>) -> Option<Named>;

/// The names that can be written at a place.
pub(crate) fn complete(cx: &Cx<'_>, site: &YamlSite<'_>) -> Completions {
    let Some(here) = here(&cx.file, site, cx.offset) else { return Completions::default() };
    let slot = Slot::verbatim(here.range, here.typed);
    let mut out = proposals(cx, &here.named, &slot);
    // Right behind the colon above a blank is missing.
    let tight = cx.text.get(..here.range.start().into()).is_some_and(|before| before.ends_with(':'));
    for item in &mut out.items {
        let behind = match (&here.named, item.kind) {
            (Named::Method, CompletionKind::Key) if here.colon => ":",
            (Named::Method, _) | (_, CompletionKind::Value) => "",
            _ if here.colon => ": ",
            _ => "",
        };
        let before = if tight && cx.file.entry.kind != FileKind::Selectors { " " } else { "" };
        item.insert = format!("{before}{}{behind}", item.insert);
    }
    out
}

/// The thing that is named at a place, with the bytes of its name.
pub(crate) fn at(
    cx: &FileCx<'_>,
    text: &str,
    site: &YamlSite<'_>,
    offset: TextSize,
) -> Option<(TextRange, Thing)> {
    let here = here(cx, site, offset)?;
    let name = text.get(usize::from(here.range.start())..usize::from(here.range.end()))?;
    Some((here.range, thing(cx, &here.named, name)?))
}

/// A part of a range.
pub(crate) fn part(range: TextRange, from: usize, to: usize) -> TextRange {
    TextRange::new(range.start() + size(from), range.start() + size(to))
}
