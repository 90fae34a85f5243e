//! What one file says, computed once per content and independent of every other file.
//!
//! Facts keep names, places and values; never the text or its tree.

mod columns;
mod docs;
mod entry;
mod inline_config;
mod names;
mod plain;
mod properties;
pub mod resources;
mod settings;
mod shape;
mod template;
mod upstreams;
mod value;

use smol_str::SmolStr;
use syntax::SyntaxError;
use syntax::calls::{Arg, Call};
use syntax::yaml::Dialect;
use text::TextRange;

pub use columns::{ColumnUse, in_sql as columns_in_sql};
pub use entry::{Column, Constraint, DataTest, Entry, Section, VersionColumns, VersionEntry};
pub use inline_config::{ConfigProblem, ConfigTrouble};
pub use names::{Name, NameTrouble};
pub use properties::{calls_in, is_bare_call};
pub use settings::{Setting, Settings, contract_enforced, is_kept as is_kept_setting};
pub(crate) use shape::refused_in_tree;
pub use shape::{Shape, ShapeOf, Verdict};
pub use template::{Def, DefKind};
pub use upstreams::{UpstreamEntry, UpstreamFacts};
pub use value::yaml_value;

use crate::checks::{ConfigPath, Flaw, SelectorFacts, VarDef};
use crate::config::ProjectConfig;
use crate::deps::DependencyFacts;
use crate::layout::FileKind;
use crate::names::{FILE, Space};
use crate::suppress::Suppression;

/// What one file says.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct FileFacts {
    /// Calls that mean something to dbt, in source order.
    pub uses: Box<[Use]>,
    /// Those of `uses` that may end a macro: calls of `return`, as indexes in ascending order.
    pub returns: Box<[u32]>,
    /// Blocks that define something: macros, tests, snapshots, docs.
    pub defs: Box<[Def]>,
    /// YAML entries.
    pub entries: Box<[Entry]>,
    /// What `config(…)` calls set in a SQL or Python file.
    pub settings: Settings,
    /// Names in a template that nothing in it makes and that are not called, and what is taken from nothing.
    pub names: Box<[Name]>,
    /// What is wrong with `config(…)` calls.
    pub config: Box<[ConfigProblem]>,
    /// `dependencies.yml` and `packages.yml`.
    pub dependencies: Option<Box<DependencyFacts>>,
    /// `dbt_project.yml`
    pub project: Option<Box<ProjectConfig>>,
    /// Parts of properties and docs files whose form dbt refuses.
    pub shapes: Box<[Shape]>,
    /// What one of the engines refuses or warns about in YAML, found without a look at other files.
    pub flaws: Box<[Flaw]>,
    /// Variables that `dbt_project.yml` or `vars.yml` sets.
    pub vars: Box<[VarDef]>,
    /// Levels of the resource trees of `dbt_project.yml` that set something.
    pub config_paths: Box<[ConfigPath]>,
    /// `selectors.yml`
    pub selectors: Option<Box<SelectorFacts>>,
    /// What a properties file says of exposures, metrics and the like, beside their entries.
    pub resources: Option<Box<resources::Resources>>,
    /// What `dbt_loom.config.yml` or `dbt_mesh.yml` says.
    pub upstreams: Option<Box<UpstreamFacts>>,
    /// Columns of other nodes that are named: in SQL of those of other projects, in properties of all.
    pub columns: Box<[ColumnUse]>,
    /// What the text's own language refuses.
    pub errors: Box<[SyntaxError]>,
    /// Where findings are switched off by a comment.
    pub suppressions: Box<[Suppression]>,
}

/// A call and who makes it.
#[derive(Debug, Clone, PartialEq)]
pub struct Use {
    /// The call, with ranges in the file.
    pub call: Call,
    /// On whose behalf dbt evaluates it.
    pub by: By,
}

impl Use {
    fn refers_to_the_same(&self, other: &Use) -> bool {
        let arg = |(a, b): (&Arg, &Arg)| {
            let keyword = |arg: &Arg| arg.keyword.as_ref().map(|(keyword, _)| keyword.clone());
            keyword(a) == keyword(b) && a.value == b.value && a.splat == b.splat
        };
        let (a, b) = (&self.call, &other.call);
        self.by == other.by
            && (&a.name, a.reach, a.complete) == (&b.name, b.reach, b.complete)
            && a.args.len() == b.args.len()
            && a.args.iter().zip(&b.args).all(arg)
    }
}

/// Whether a key beside a generic test's own is an argument of the test: it belongs below `arguments`.
pub fn is_test_argument(key: &str) -> bool {
    shape::data_tests::is_argument(key) && key != "column_name"
}

/// Whether a key of a generic test is a config that dbt v1 also takes beside `config`.
pub fn is_test_config(key: &str) -> bool {
    shape::data_tests::CONFIGS.contains(&key)
}

/// On whose behalf a call is evaluated: decides who the referrer is (spec §4.3).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum By {
    /// The node that the file is.
    File,
    /// A block of the file (index into [`FileFacts::defs`]).
    Def(u32),
    /// A YAML entry itself: an exposure's `depends_on`, a semantic model's `model`, a snapshot's `relation`,
    /// a foreign key's `to` (index into [`FileFacts::entries`]).
    Entry(u32),
    /// A generic test on a YAML entry.
    Test(u32),
    /// A unit test's `given.input`: not checked by dbt.
    Given(u32),
    /// Text that is rendered later: descriptions.
    Text(u32),
    /// Text that dbt v1 renders while it reads the entry: `meta`, `docs`, a version's description.
    Early(u32),
    /// `on-run-start`, `on-run-end`.
    Hook,
    /// Any other string of a project file.
    Setting,
    /// A string of a project file that is rendered when dbt runs: hooks of nodes, `vars`, the query comment.
    Late,
}

impl FileFacts {
    /// Reads a file. `path` is relative to its package; `text` its content.
    pub fn of(kind: FileKind, path: &str, text: &str, dialect: Dialect) -> FileFacts {
        let mut facts = match kind {
            FileKind::Model | FileKind::Analysis | FileKind::SingularTest | FileKind::Function
                if path.ends_with(".sql") =>
            {
                template::sql(text)
            }
            FileKind::Snapshot | FileKind::Macro => template::sql(text),
            FileKind::PythonModel => template::python(text),
            FileKind::Docs => docs::markdown(text),
            FileKind::Properties => properties::properties(text, dialect),
            FileKind::ProjectFile => crate::config::facts(text, dialect),
            FileKind::Packages | FileKind::Dependencies => crate::deps::facts(kind, text, dialect),
            FileKind::Loom | FileKind::MeshConfig => upstreams::facts(kind, text),
            FileKind::Selectors
            | FileKind::Catalogs
            | FileKind::Vars
            | FileKind::PackageLock
            | FileKind::Profiles => plain::facts(kind, text, dialect),
            _ => FileFacts::default(),
        };
        facts.suppressions = crate::suppress::find(text);
        facts
    }

    /// Every name this file declares, as the index keeps it: space, name, and index into the list the
    /// space implies ([`FILE`] for the file itself).
    pub fn declares(&self, kind: FileKind, path: &str, mut each: impl FnMut(Space, SmolStr, u32)) {
        let stem = || SmolStr::new(crate::layout::stem(path));
        match kind {
            FileKind::Model | FileKind::PythonModel => {
                each(Space::Model, stem(), FILE);
                if self.settings.may_say_public() {
                    each(Space::Public, stem(), FILE);
                }
            }
            FileKind::Seed => each(Space::Seed, stem(), FILE),
            FileKind::Analysis => each(Space::Analysis, stem(), FILE),
            FileKind::SingularTest => each(Space::SingularTest, stem(), FILE),
            FileKind::Function => each(Space::Function, stem(), FILE),
            FileKind::Fixture => each(Space::Fixture, stem(), FILE),
            _ => {}
        }
        if let Some(alias) = self.settings.str("alias") {
            each(Space::Alias, alias.into(), FILE);
        }
        for (at, def) in self.defs.iter().enumerate() {
            if let Some(alias) = def.settings.str("alias") {
                each(Space::Alias, alias.into(), at as u32);
            }
            if let Some(space) = def.kind.space(kind) {
                each(space, def.index_name(), at as u32);
            }
        }
        for (at, entry) in self.entries.iter().enumerate() {
            let at = at as u32;
            each(entry.section.space(), entry.index_name(self), at);
            if entry.section == Section::Models && entry.may_be_public() {
                each(Space::Public, entry.name.clone(), at);
            }
            if matches!(entry.section, Section::Models | Section::Seeds | Section::Snapshots) {
                let versions = entry.versions.iter().flatten().map(|version| &version.settings);
                for settings in std::iter::once(&entry.settings).chain(versions) {
                    if let Some(alias) = settings.str("alias") {
                        each(Space::Alias, alias.into(), at);
                    }
                }
            }
            for version in entry.versions.iter().flatten() {
                if let Some(stem) = version.stem(&entry.name) {
                    each(Space::VersionFile, stem, at);
                }
            }
            if entry.section == Section::Snapshots && entry.settings.get("relation").is_some() {
                each(Space::Snapshot, entry.name.clone(), at);
            }
            let semantic_model = entry.semantic_model();
            if entry.makes_metric() || entry.section == Section::Metrics {
                each(Space::Layer, crate::semantic::LAYER_METRICS.into(), at);
            }
            if semantic_model.is_some() || entry.section == Section::SemanticModels {
                each(Space::Layer, crate::semantic::LAYER_MODELS.into(), at);
            }
            if entry.makes_metric() {
                each(Space::Metric, entry.name.clone(), at);
            }
            if let Some(name) = semantic_model {
                each(Space::SemanticModel, name, at);
            }
        }
        for spine in self.resources().time_spines.iter() {
            each(Space::TimeSpine, spine.granularity.clone(), spine.entry);
        }
        for (at, var) in self.vars.iter().enumerate() {
            each(Space::Var, var.name.clone(), at as u32);
        }
        let selectors = self.selectors.iter().flat_map(|facts| &facts.defs).enumerate();
        selectors.for_each(|(at, def)| each(Space::Selector, def.name.clone(), at as u32));
    }

    /// Whether other files see the same in this file: places and texts may differ.
    pub fn means_the_same(&self, other: &FileFacts) -> bool {
        self.settings.means_the_same(&other.settings)
            && self.entries.len() == other.entries.len()
            && self.entries.iter().zip(&other.entries).all(|(a, b)| a.means_the_same(b))
            && self.project == other.project
            && self.vars.len() == other.vars.len()
            && self.vars.iter().zip(&other.vars).all(|(a, b)| a.means_the_same(b))
            && self.resources().mean_the_same(other.resources())
            && self
                .columns
                .iter()
                .map(|column| &column.name)
                .eq(other.columns.iter().map(|column| &column.name))
    }

    /// Whether the calls that make edges are the same: places may differ.
    pub fn refers_to_the_same(&self, other: &FileFacts) -> bool {
        use crate::refs::Lookup::{Function, Metric, Ref, Source};
        let is_edge =
            |used: &&Use| matches!(crate::refs::lookup(&used.call.name), Ref | Source | Metric | Function);
        let mine = self.uses.iter().filter(is_edge);
        let mut theirs = other.uses.iter().filter(is_edge);
        let mut mine = mine.map(|a| theirs.next().is_some_and(|b| a.refers_to_the_same(b)));
        mine.all(|same| same) && theirs.next().is_none()
    }

    /// Every name this file uses, as the index keeps it.
    pub fn mentions(&self, mut each: impl FnMut(Space, SmolStr)) {
        for used in &self.uses {
            crate::refs::mentions(&used.call, &mut each);
        }
        for used in self.resources().names.iter() {
            if let Some(space) = used.wanted.space() {
                let name = match used.wanted {
                    resources::Wanted::OverriddenMacro => used.name.rsplit('.').next().map(SmolStr::new),
                    _ => None,
                };
                each(space, name.unwrap_or_else(|| used.name.clone()));
            }
        }
    }

    /// What is said of exposures, metrics and the like beside their entries.
    pub fn resources(&self) -> &resources::Resources {
        static NONE: resources::Resources = resources::Resources::EMPTY;
        self.resources.as_deref().unwrap_or(&NONE)
    }

    /// The definition that contains a place.
    pub fn def_at(&self, range: TextRange) -> Option<(u32, &Def)> {
        let at = self.defs.iter().rposition(|def| def.full.contains_range(range))?;
        Some((at as u32, &self.defs[at]))
    }
}
