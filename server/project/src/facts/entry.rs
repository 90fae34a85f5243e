//! One entry of a properties file: a model, a source's table, a group, an exposure …

use smol_str::{SmolStr, format_smolstr};
use syntax::calls::Lit;
use text::TextRange;

use super::{FileFacts, Settings};
use crate::names::Space;
use crate::version::Version;

/// The list of a properties file that an entry stands in.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[allow(missing_docs)]
pub enum Section {
    Models,
    Seeds,
    Snapshots,
    Analyses,
    Macros,
    DataTests,
    Functions,
    Sources,
    /// `sources[].tables[]`
    Tables,
    Groups,
    Exposures,
    Metrics,
    SemanticModels,
    SavedQueries,
    UnitTests,
    /// `semantic_models[].measures[]`
    Measures,
    /// `semantic_models[].dimensions[]`
    Dimensions,
    /// `semantic_models[].entities[]`
    Entities,
}

impl Section {
    /// The section of a top-level key.
    pub fn of_key(key: &str) -> Option<Section> {
        Some(match key {
            "models" => Section::Models,
            "seeds" => Section::Seeds,
            "snapshots" => Section::Snapshots,
            "analyses" => Section::Analyses,
            "macros" => Section::Macros,
            "data_tests" | "tests" => Section::DataTests,
            "functions" => Section::Functions,
            "sources" => Section::Sources,
            "groups" => Section::Groups,
            "exposures" => Section::Exposures,
            "metrics" => Section::Metrics,
            "semantic_models" => Section::SemanticModels,
            "saved_queries" => Section::SavedQueries,
            "unit_tests" => Section::UnitTests,
            _ => return None,
        })
    }

    /// The name space its entries' names live in.
    pub fn space(self) -> Space {
        match self {
            Section::Models => Space::ModelPatch,
            Section::Seeds => Space::SeedPatch,
            Section::Snapshots => Space::SnapshotPatch,
            Section::Analyses => Space::AnalysisPatch,
            Section::Macros => Space::MacroPatch,
            Section::DataTests => Space::TestPatch,
            Section::Functions => Space::FunctionPatch,
            Section::Sources => Space::Source,
            Section::Tables => Space::Table,
            Section::Groups => Space::Group,
            Section::Exposures => Space::Exposure,
            Section::Metrics => Space::Metric,
            Section::SemanticModels => Space::SemanticModel,
            Section::SavedQueries => Space::SavedQuery,
            Section::UnitTests => Space::UnitTest,
            Section::Measures => Space::Measure,
            Section::Dimensions => Space::Dimension,
            Section::Entities => Space::Entity,
        }
    }
}

/// One entry with a name.
#[derive(Debug, Clone, PartialEq)]
pub struct Entry {
    /// The list it stands in.
    pub section: Section,
    /// Its `name`.
    pub name: SmolStr,
    /// The name's bytes, without quotes.
    pub name_range: TextRange,
    /// The whole entry.
    pub range: TextRange,
    /// Rendered by dbt later: may hold `{{ doc() }}`.
    pub description: Option<Box<str>>,
    /// Keys with a meaning for resolution, top-level and under `config`.
    pub settings: Settings,
    /// `columns`, in order; of a macro or function its `arguments`.
    pub columns: Box<[Column]>,
    /// `versions`; `None` without the key.
    pub versions: Option<Box<[VersionEntry]>>,
    /// `constraints`, of the whole model.
    pub constraints: Box<[Constraint]>,
    /// The entry it stands in: a table's source.
    pub parent: Option<u32>,
    /// The generic tests on it and its columns, in order.
    pub tests: Box<[DataTest]>,
}

impl Entry {
    /// The key in the index: `source.table` for tables, `semantic_model.dimension` for dimensions and entities,
    /// `model.unit_test` for unit tests, the name for all others.
    pub fn index_name(&self, facts: &FileFacts) -> SmolStr {
        match self.section {
            Section::UnitTests => {
                let model = self.settings.top("model").and_then(|model| model.value.as_str());
                return format_smolstr!("{}.{}", model.unwrap_or_default(), self.name);
            }
            // Known by their name alone, whichever semantic model or model they stand in.
            Section::Measures | Section::Metrics => return self.name.clone(),
            _ => {}
        }
        match self.parent.and_then(|parent| facts.entries.get(parent as usize)) {
            Some(source) => format_smolstr!("{}.{}", source.name, self.name),
            None => self.name.clone(),
        }
    }

    /// Whether other files see the same in it: places and texts may differ.
    pub fn means_the_same(&self, other: &Entry) -> bool {
        let version = |version: &VersionEntry| {
            (version.version.clone(), version.defined_in.as_ref().map(|(stem, _)| stem.clone()))
        };
        let versions = match (&self.versions, &other.versions) {
            (None, None) => true,
            (Some(a), Some(b)) => {
                let same = |(a, b): (&VersionEntry, &VersionEntry)| {
                    version(a) == version(b) && a.settings.means_the_same(&b.settings)
                };
                a.len() == b.len() && a.iter().zip(b).all(same)
            }
            _ => false,
        };
        let named = |entry: &Entry| (entry.section, entry.name.clone(), entry.parent);
        named(self) == named(other) && versions && self.settings.means_the_same(&other.settings)
    }

    /// Whether it is a measure that dbt makes a metric of.
    pub fn makes_metric(&self) -> bool {
        let set = || self.settings.top("create_metric")?.value.single()?.truthy();
        self.section == Section::Measures && set() == Some(true)
    }

    /// The name of the semantic model that a model says it is (dbt 1.12 and later).
    pub fn semantic_model(&self) -> Option<SmolStr> {
        let set = self.settings.top("semantic_model").filter(|_| self.section == Section::Models)?;
        match set.value.single()? {
            Lit::Bool(true) => Some(self.name.clone()),
            Lit::Dict { entries, .. } => {
                let of = |wanted: &str| entries.iter().find(|(key, _)| key == wanted).map(|(_, value)| value);
                let off = of("enabled")
                    .and_then(|value| value.single())
                    .is_some_and(|value| value.truthy() == Some(false));
                let name =
                    of("name").and_then(|name| name.as_str()).map_or_else(|| self.name.clone(), SmolStr::new);
                (!off).then_some(name)
            }
            _ => None,
        }
    }

    /// Whether it, or one of its versions, says that a model is public.
    pub fn may_be_public(&self) -> bool {
        let versions = self.versions.iter().flatten();
        self.settings.may_say_public()
            || versions.into_iter().any(|version| version.settings.may_say_public())
    }

    /// Whether it has at least one version (`versions: []` is unversioned, spec §5).
    pub fn is_versioned(&self) -> bool {
        self.versions.as_ref().is_some_and(|versions| !versions.is_empty())
    }
}

/// One element of `versions`.
#[derive(Debug, Clone, PartialEq)]
pub struct VersionEntry {
    /// `v`; `None` while it is missing or no version.
    pub version: Option<Version>,
    /// The bytes of `v`'s value (or of the element).
    pub v_range: TextRange,
    /// The whole element.
    pub range: TextRange,
    /// `defined_in`: a file stem.
    pub defined_in: Option<(SmolStr, TextRange)>,
    /// Its own description.
    pub description: Option<Box<str>>,
    /// Its own keys.
    pub settings: Settings,
    /// Its own columns; `None` without the key.
    pub columns: Option<VersionColumns>,
    /// Its own `constraints`; `None` without the key.
    pub constraints: Option<Box<[Constraint]>>,
}

/// `versions[].columns`
#[derive(Debug, Clone, PartialEq)]
pub struct VersionColumns {
    /// No `include` element, or `include: all | '*'`.
    pub include_all: bool,
    /// `include: [a, b]`
    pub include: Box<[SmolStr]>,
    /// `exclude: [c]`
    pub exclude: Box<[SmolStr]>,
    /// Columns written out.
    pub own: Box<[Column]>,
}

impl VersionEntry {
    /// The stem of its file: `defined_in`, else `<name>_v<version>`.
    pub fn stem(&self, model: &str) -> Option<SmolStr> {
        match &self.defined_in {
            Some((stem, _)) => Some(stem.clone()),
            None => self.version.as_ref().map(|version| version.file_stem(model)),
        }
    }
}

/// One element of `columns`.
#[derive(Debug, Clone, PartialEq)]
pub struct Column {
    /// `name`
    pub name: SmolStr,
    /// The name's bytes.
    pub name_range: TextRange,
    /// `data_type`; of a macro's argument its `type`.
    pub data_type: Option<SmolStr>,
    /// `description`
    pub description: Option<Box<str>>,
    /// `constraints`
    pub constraints: Box<[Constraint]>,
}

/// One element of `constraints` (spec §11).
#[derive(Debug, Clone, PartialEq)]
pub struct Constraint {
    /// `type` and its bytes.
    pub kind: Option<(SmolStr, TextRange)>,
    /// The whole element.
    pub range: TextRange,
    /// `to` of a foreign key and its bytes.
    pub to: Option<(SmolStr, TextRange)>,
    /// Not `warn_unsupported: false`.
    pub warns: bool,
}

/// A generic test on an entry or one of its columns.
#[derive(Debug, Clone, PartialEq)]
pub struct DataTest {
    /// As written: `not_null`, `dbt_utils.at_least_one`.
    pub name: SmolStr,
    /// The name's bytes.
    pub range: TextRange,
    /// The column it stands under.
    pub column: Option<SmolStr>,
    /// Its own `name`, its arguments and its column, in one spelling: what tells it from others of its name.
    pub apart: Box<str>,
    /// Its `config` has `enabled`.
    pub switched: bool,
    /// What it is given, by name, with the bytes of the name; `None` when that is not known.
    pub given: Option<Box<[(SmolStr, TextRange)]>>,
}

impl DataTest {
    /// For people: `not_null(id)`.
    pub fn shown(&self) -> SmolStr {
        match &self.column {
            Some(column) => format_smolstr!("{}({column})", self.name),
            None => self.name.clone(),
        }
    }
}
