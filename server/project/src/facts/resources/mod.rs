//! What a properties file says of resources that are no models: exposures, metrics, semantic models, saved
//! queries, unit tests and functions. Their parts that dbt refuses for their form, and the names they use.
//!
//! Looks at one entry at a time and knows no other file.

mod exposure;
mod form;
mod function;
mod metric;
mod saved_query;
mod semantic_model;
mod time_spine;
mod unit_test;

use smol_str::SmolStr;
use syntax::yaml::Node;
use text::TextRange;

use super::Section;
use crate::names::Space;
use form::Form;
pub use metric::TYPES as METRIC_TYPES;
pub use time_spine::TimeSpine;
pub use unit_test::Incremental;

/// A part of a resource that dbt refuses.
#[derive(Debug, Clone, PartialEq)]
pub struct Fault {
    /// What it is a part of.
    pub of: FaultOf,
    /// Who refuses it.
    pub by: RefusedBy,
    /// Where.
    pub range: TextRange,
    /// A sentence without its period: what, and the way out.
    pub message: Box<str>,
    /// What to write instead of the marked text, if that is plain.
    pub instead: Option<SmolStr>,
    /// When dbt sees it.
    pub when: When,
    /// Index of the entry in [`super::FileFacts::entries`]; `None` when it has no name.
    pub entry: Option<u32>,
}

/// What a [`Fault`] is a part of; each is a diagnostic of its own.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[allow(missing_docs)]
pub enum FaultOf {
    Dimension,
    Exposure,
    Function,
    Metric,
    SavedQuery,
    SemanticModel,
    TimeSpine,
    UnitTest,
}

/// When dbt sees a [`Fault`].
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum When {
    /// When it reads the file.
    Always,
    /// Only in a resource that is enabled.
    Enabled,
    /// When it checks the semantic layer as a whole: once there are semantic models and metrics.
    Layer,
    /// The same, unless the flag `require_nested_cumulative_type_params` is off.
    Nested,
}

/// Which engine refuses a form (dbt-core 1.12.6 and 2.0.0-alpha.4 were asked).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[allow(missing_docs)]
pub enum RefusedBy {
    Both,
    V1,
    V2,
}

/// A name in YAML that dbt looks up although no call is around it.
#[derive(Debug, Clone, PartialEq)]
pub struct NameUse {
    /// What it names.
    pub wanted: Wanted,
    /// The name.
    pub name: SmolStr,
    /// The name's bytes, without quotes.
    pub range: TextRange,
    /// Index of the entry that names it, in [`super::FileFacts::entries`].
    pub entry: u32,
    /// Whether dbt looks it up: a metric of another type ignores it.
    pub counts: bool,
}

/// What a [`NameUse`] names.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Wanted {
    /// A metric.
    Metric,
    /// A measure of any semantic model.
    Measure,
    /// A time dimension of the semantic model that the entry is or is a measure of.
    TimeDimension,
    /// The model that a unit test is about.
    TestedModel,
    /// A version that a unit test is or is not about.
    TestedVersion,
    /// A file of rows for a unit test.
    Fixture,
    /// A seed whose rows are the input of a unit test.
    SeedRows,
    /// A macro that a unit test replaces, perhaps with its package before it.
    OverriddenMacro,
    /// A variable that a unit test sets.
    OverriddenVar,
}

impl Wanted {
    /// The name space it is looked up in, if it is one of the index.
    pub fn space(self) -> Option<Space> {
        Some(match self {
            Wanted::Metric => Space::Metric,
            Wanted::Measure => Space::Measure,
            Wanted::Fixture => Space::Fixture,
            Wanted::SeedRows => Space::Seed,
            Wanted::TestedModel => Space::Model,
            Wanted::OverriddenMacro => Space::Macro,
            Wanted::TimeDimension | Wanted::TestedVersion | Wanted::OverriddenVar => return None,
        })
    }
}

/// What is said of resources that are no models, beside their entries.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Resources {
    /// What dbt refuses for its form.
    pub faults: Vec<Fault>,
    /// Names without a call around them.
    pub names: Vec<NameUse>,
    /// Models that are time spines.
    pub time_spines: Vec<TimeSpine>,
    /// What unit tests say of incremental runs.
    pub incremental: Vec<Incremental>,
}

impl Resources {
    /// Nothing.
    pub const EMPTY: Resources =
        Resources { faults: Vec::new(), names: Vec::new(), time_spines: Vec::new(), incremental: Vec::new() };

    /// In a box of no more than it needs; `None` for nothing: most files have none of these.
    pub(super) fn boxed(mut self) -> Option<Box<Resources>> {
        self.faults.shrink_to_fit();
        self.names.shrink_to_fit();
        self.time_spines.shrink_to_fit();
        self.incremental.shrink_to_fit();
        (self != Resources::EMPTY).then(|| Box::new(self))
    }

    /// Whether other files see the same in it: places and texts may differ.
    pub fn mean_the_same(&self, other: &Resources) -> bool {
        let named = |used: &NameUse| (used.wanted, used.name.clone(), used.entry, used.counts);
        self.names.len() == other.names.len()
            && self.names.iter().zip(&other.names).all(|(a, b)| named(a) == named(b))
            && self.time_spines == other.time_spines
    }
}

/// Reads one element of a section. `at` is the index of its entry, `None` for an element without a name.
pub(super) fn element(section: Section, node: Node<'_>, at: Option<u32>, out: &mut Resources) {
    let form = |of, what, out| Form::new(of, what, node, at, out);
    match section {
        Section::Exposures => exposure::read(form(FaultOf::Exposure, "an exposure", out)),
        Section::Functions => function::read(form(FaultOf::Function, "a function", out)),
        Section::Metrics => metric::read(form(FaultOf::Metric, "a metric", out), false),
        Section::SavedQueries => saved_query::read(form(FaultOf::SavedQuery, "a saved query", out)),
        Section::SemanticModels => {
            semantic_model::read(form(FaultOf::SemanticModel, "a semantic model", out))
        }
        Section::UnitTests => unit_test::read(form(FaultOf::UnitTest, "a unit test", out)),
        Section::Models => time_spine::read(form(FaultOf::TimeSpine, "a time spine", out)),
        _ => {}
    }
}

/// Reads a metric that stands in a model, as dbt 1.12 and later write them.
pub(super) fn metric_of_model(node: Node<'_>, at: Option<u32>, out: &mut Resources) {
    metric::read(Form::new(FaultOf::Metric, "a metric", node, at, out), true);
}

/// Reads a measure of a semantic model.
pub(super) fn measure(node: Node<'_>, at: Option<u32>, out: &mut Resources) {
    semantic_model::measure(Form::new(FaultOf::SemanticModel, "a measure", node, at, out));
}
