//! The name spaces of a package and where a name is declared.

use std::sync::Arc;

use smallvec::SmallVec;
use smol_str::SmolStr;

use crate::cow::CowMap;
use crate::mesh::FileId;

/// A name space of the index. Names of different spaces never clash here; dbt's own rules about that are
/// diagnostics.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Space {
    /// A model file's stem.
    Model,
    /// A seed file's stem.
    Seed,
    /// A snapshot block's or YAML snapshot's name.
    Snapshot,
    /// An analysis file's stem.
    Analysis,
    /// A singular test file's stem.
    SingularTest,
    /// A macro's name; tests are `test_<name>`, materializations `materialization_<name>_<adapter>`.
    Macro,
    /// A docs block.
    Doc,
    /// A function's file stem.
    Function,
    /// A model's name, or a model file's stem, of which something says that it is public (or may be).
    Public,
    /// The file stem that a YAML version claims.
    VersionFile,
    /// An `alias` that a file, a snapshot block or an entry sets: index into `entries` in a properties file, else
    /// into `defs`, or [`FILE`].
    Alias,
    /// `models:` entry.
    ModelPatch,
    /// `seeds:` entry.
    SeedPatch,
    /// `snapshots:` entry.
    SnapshotPatch,
    /// `analyses:` entry.
    AnalysisPatch,
    /// `macros:` entry.
    MacroPatch,
    /// `data_tests:` entry at top level.
    TestPatch,
    /// `functions:` entry.
    FunctionPatch,
    /// A source's name.
    Source,
    /// `source.table`
    Table,
    /// A group.
    Group,
    /// An exposure.
    Exposure,
    /// A metric.
    Metric,
    /// A semantic model.
    SemanticModel,
    /// A saved query.
    SavedQuery,
    /// `model.unit_test`
    UnitTest,
    /// A variable of dbt_project.yml or vars.yml, with or without a package above it.
    Var,
    /// An environment variable: only mentioned.
    EnvVar,
    /// A selector.
    Selector,
    /// A measure of a semantic model.
    Measure,
    /// `semantic_model.dimension`
    Dimension,
    /// `semantic_model.entity`
    Entity,
    /// The stem of a file of rows for unit tests.
    Fixture,
    /// All metrics, and all semantic models.
    Layer,
    /// The granularity of a time spine; empty when it is not known.
    TimeSpine,
}

impl Space {
    /// Every name space, in the order of the declaration above.
    pub const ALL: [Space; 35] = [
        Space::Model,
        Space::Seed,
        Space::Snapshot,
        Space::Analysis,
        Space::SingularTest,
        Space::Macro,
        Space::Doc,
        Space::Function,
        Space::Public,
        Space::VersionFile,
        Space::Alias,
        Space::ModelPatch,
        Space::SeedPatch,
        Space::SnapshotPatch,
        Space::AnalysisPatch,
        Space::MacroPatch,
        Space::TestPatch,
        Space::FunctionPatch,
        Space::Source,
        Space::Table,
        Space::Group,
        Space::Exposure,
        Space::Metric,
        Space::SemanticModel,
        Space::SavedQuery,
        Space::UnitTest,
        Space::Var,
        Space::EnvVar,
        Space::Selector,
        Space::Measure,
        Space::Dimension,
        Space::Entity,
        Space::Fixture,
        Space::Layer,
        Space::TimeSpine,
    ];
}

/// What is known by name, each name space in a map of its own: most questions are about one. Cheap to clone.
#[derive(Debug, Clone)]
pub(crate) struct Spaces<V>(Arc<[CowMap<SmolStr, V>]>);

impl<V> Default for Spaces<V> {
    fn default() -> Spaces<V> {
        Spaces(Space::ALL.iter().map(|_| CowMap::default()).collect())
    }
}

impl<V: Clone> Spaces<V> {
    pub(crate) fn of(&self, space: Space) -> &CowMap<SmolStr, V> {
        &self.0[space as usize]
    }

    pub(crate) fn of_mut(&mut self, space: Space) -> &mut CowMap<SmolStr, V> {
        &mut Arc::make_mut(&mut self.0)[space as usize]
    }

    pub(crate) fn iter(&self) -> impl Iterator<Item = (Space, &SmolStr, &V)> {
        let maps = Space::ALL.into_iter().zip(self.0.iter());
        maps.flat_map(|(space, map)| map.iter().map(move |(name, value)| (space, name, value)))
    }

    pub(crate) fn shrink(&mut self) {
        Arc::make_mut(&mut self.0).iter_mut().for_each(CowMap::shrink);
    }
}

/// The item number of a declaration that is the file itself.
pub const FILE: u32 = u32::MAX;

/// Where a name is declared.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Site {
    /// The file.
    pub file: FileId,
    /// Index into the file's `defs`, `entries`, `vars` or selectors, as the space implies; [`FILE`] for the file itself.
    pub item: u32,
}

/// Where a name is declared, in the order of the files' paths.
pub type Sites = SmallVec<[Site; 1]>;

#[cfg(test)]
mod tests {
    use super::Space;

    #[test]
    fn every_name_space_is_listed_at_its_number() {
        assert!(Space::ALL.iter().enumerate().all(|(at, space)| *space as usize == at));
        // The last one: a new one behind it must be listed, too.
        assert_eq!(Space::TimeSpine as usize + 1, Space::ALL.len());
    }
}
