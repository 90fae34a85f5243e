//! Findings of one file: what dbt refuses, warns about, or will surprise with.
//!
//! One rule is one file below. Rules see a call with everything known about it and never look anything up
//! that is unknown: dynamic, half typed or not loaded means silence.

mod callee;
mod cycles;
mod definitions;
mod dependencies;
mod edits;
mod failure;
mod file;
mod flaws;
mod macros;
mod nearest;
mod nodes;
mod other_engine;
mod readiness;
mod resources;
mod site;
mod templates;
#[cfg(test)]
mod tests;
mod variables;
mod versions;
mod wording;

mod ambiguous_model;
mod breaks_consumers;
mod config_arguments;
mod deprecated_model;
mod disabled_model;
mod documented_arguments;
mod duplicate_dependency;
mod duplicate_doc;
mod duplicate_entry;
mod duplicate_group;
mod duplicate_key;
mod duplicate_macro;
mod duplicate_model;
mod duplicate_relation;
mod duplicate_resource;
mod duplicate_test;
mod ignored_argument;
mod invalid_access;
mod invalid_catalog;
mod invalid_config;
mod invalid_configuration;
mod invalid_constraint;
mod invalid_contract;
mod invalid_enabled;
mod invalid_exposure;
mod invalid_function;
mod invalid_group;
mod invalid_metric;
mod invalid_microbatch;
mod invalid_naming_macro;
mod invalid_project;
mod invalid_project_name;
mod invalid_ref_arguments;
mod invalid_saved_query;
mod invalid_selector;
mod invalid_semantic_model;
mod invalid_snapshot;
mod invalid_test;
mod invalid_time_spine;
mod invalid_unit_test;
mod invalid_versions;
mod jinja_in_dependencies;
mod macro_arguments;
mod malformed_dependencies;
mod malformed_properties;
mod misplaced_call;
mod misplaced_key;
mod misplaced_secret;
mod missing_name;
mod missing_plus;
mod missing_time_spine;
mod one_argument_cross_project;
mod package_not_installed;
mod packages_in_two_files;
mod prerelease_available;
mod private_model;
mod project_and_package;
mod project_name_case;
mod protected_model;
mod raised_error;
mod reference_cycle;
mod self_dependency;
mod self_reference;
mod spaces_in_name;
mod stale_upstream;
mod syntax_error;
mod test_arguments;
mod undeclared_project;
mod undefined_variable;
mod unguarded_query;
mod unknown_config;
mod unknown_dimension;
mod unknown_dispatch;
mod unknown_doc;
mod unknown_env_var;
mod unknown_fixture;
mod unknown_function;
mod unknown_group;
mod unknown_key;
mod unknown_macro;
mod unknown_measure;
mod unknown_metric;
mod unknown_model;
mod unknown_project;
mod unknown_source;
mod unknown_test;
mod unknown_unit_test_model;
mod unknown_variable;
mod unknown_version;
mod unmatched_entry;
mod unpinned_ref;
mod unsupported_dbt_version;
mod unused_config_path;
mod unused_dependency;
mod upstream_not_loaded;
mod version_number;
mod version_on_unversioned;
mod version_spelling;

use project::FileId;
use project::package::Role;

use crate::{Analysis, Cancellable, Diagnostic};
pub use cycles::Cycles;
pub(crate) use dependencies::{declare, is_used, remove_declared};
pub(crate) use misplaced_key::CODE as MISPLACED_KEY;
pub(crate) use private_model::CODE as PRIVATE_MODEL;
pub(crate) use protected_model::CODE as PROTECTED_MODEL;
pub use readiness::CODES as READINESS;
pub(crate) use site::{FileCx, RefSite, SourceSite, place};
pub(crate) use test_arguments::CODE as TEST_ARGUMENTS;
pub(crate) use unknown_group::CODE as UNKNOWN_GROUP;
pub(crate) use unknown_model::CODE as UNKNOWN_MODEL;
pub(crate) use unknown_source::CODE as UNKNOWN_SOURCE;
pub(crate) use unmatched_entry::CODE as UNMATCHED_ENTRY;

/// Every code there is, in alphabetical order. Each has a page `docs/diagnostics/<code>.md`.
pub const CODES: &[&str] = &[
    ambiguous_model::CODE,
    breaks_consumers::CODE,
    config_arguments::CODE,
    deprecated_model::CODE,
    disabled_model::CODE,
    documented_arguments::CODE,
    duplicate_dependency::CODE,
    duplicate_doc::CODE,
    duplicate_entry::CODE,
    duplicate_group::CODE,
    duplicate_key::CODE,
    duplicate_macro::CODE,
    duplicate_model::CODE,
    duplicate_relation::CODE,
    duplicate_resource::CODE,
    duplicate_test::CODE,
    readiness::env_var_prefix::CODE,
    readiness::exposed_non_public::CODE,
    ignored_argument::CODE,
    invalid_access::CODE,
    invalid_catalog::CODE,
    invalid_config::CODE,
    invalid_configuration::CODE,
    invalid_constraint::CODE,
    invalid_contract::CODE,
    invalid_enabled::CODE,
    invalid_exposure::CODE,
    invalid_function::CODE,
    invalid_group::CODE,
    invalid_metric::CODE,
    invalid_microbatch::CODE,
    invalid_naming_macro::CODE,
    invalid_project::CODE,
    invalid_project_name::CODE,
    invalid_ref_arguments::CODE,
    invalid_saved_query::CODE,
    invalid_selector::CODE,
    invalid_semantic_model::CODE,
    invalid_snapshot::CODE,
    invalid_test::CODE,
    invalid_time_spine::CODE,
    invalid_unit_test::CODE,
    invalid_versions::CODE,
    jinja_in_dependencies::CODE,
    macro_arguments::CODE,
    malformed_dependencies::CODE,
    malformed_properties::CODE,
    misplaced_call::CODE,
    misplaced_key::CODE,
    misplaced_secret::CODE,
    missing_name::CODE,
    missing_plus::CODE,
    missing_time_spine::CODE,
    one_argument_cross_project::CODE,
    other_engine::CODE,
    package_not_installed::CODE,
    packages_in_two_files::CODE,
    prerelease_available::CODE,
    private_model::CODE,
    readiness::producer_as_package::CODE,
    project_and_package::CODE,
    project_name_case::CODE,
    protected_model::CODE,
    readiness::public_without_column_descriptions::CODE,
    readiness::public_without_contract::CODE,
    readiness::public_without_description::CODE,
    readiness::public_without_latest_version::CODE,
    readiness::public_without_owner::CODE,
    raised_error::CODE,
    reference_cycle::CODE,
    self_dependency::CODE,
    self_reference::CODE,
    spaces_in_name::CODE,
    stale_upstream::CODE,
    syntax_error::CODE,
    test_arguments::CODE,
    undeclared_project::CODE,
    undefined_variable::CODE,
    unguarded_query::CODE,
    unknown_config::CODE,
    unknown_dimension::CODE,
    unknown_dispatch::CODE,
    unknown_doc::CODE,
    unknown_env_var::CODE,
    unknown_fixture::CODE,
    unknown_function::CODE,
    unknown_group::CODE,
    unknown_key::CODE,
    unknown_macro::CODE,
    unknown_measure::CODE,
    unknown_metric::CODE,
    unknown_model::CODE,
    unknown_project::CODE,
    unknown_source::CODE,
    unknown_test::CODE,
    unknown_unit_test_model::CODE,
    unknown_variable::CODE,
    unknown_version::CODE,
    unmatched_entry::CODE,
    unpinned_ref::CODE,
    readiness::unpinned_upstream_ref::CODE,
    unsupported_dbt_version::CODE,
    unused_config_path::CODE,
    unused_dependency::CODE,
    upstream_not_loaded::CODE,
    version_number::CODE,
    version_on_unversioned::CODE,
    version_spelling::CODE,
];

/// Rules about one `ref()` and one possible value of its name. All are asked; each says its own.
const REF_RULES: &[fn(&RefSite<'_>) -> Option<Diagnostic>] = &[
    ambiguous_model::check,
    deprecated_model::check,
    disabled_model::check,
    one_argument_cross_project::check,
    prerelease_available::check,
    private_model::check,
    project_name_case::check,
    protected_model::check,
    self_reference::check,
    undeclared_project::check,
    unknown_model::check,
    unknown_project::check,
    unknown_version::check,
    unpinned_ref::check,
    upstream_not_loaded::check,
    version_on_unversioned::check,
    version_spelling::check,
    readiness::exposed_non_public::check,
    readiness::unpinned_upstream_ref::check,
];

/// How much of the mesh may be looked at.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Depth {
    /// Only what this file says and what its names resolve to: for every keystroke.
    Fast,
    /// Chains of references too (cycles, use of a dependency anywhere): for a pause in typing.
    Full,
}

/// The findings of a file, in order of place. Empty for files of installed packages, which nobody edits here, and
/// while files are still to come ([`project::Mesh::incomplete`]).
pub fn diagnostics(analysis: &Analysis, file: FileId, depth: Depth) -> Cancellable<Vec<Diagnostic>> {
    let mut out = Vec::new();
    let Some(cx) = FileCx::new(analysis, file) else { return Ok(out) };
    if cx.package.role != Role::Project || analysis.mesh.incomplete {
        return Ok(out);
    }
    rules(&cx, depth, &mut out)?;
    readiness::check(&cx, depth, &mut out);
    if depth == Depth::Full {
        analysis.check()?;
        other_engine::check(&cx, &mut out)?;
        unused_config_path::check(&cx, &mut out)?;
        invalid_config::trees(&cx, &mut out)?;
        invalid_naming_macro::check(&cx, &mut out);
        reference_cycle::check(&cx, &mut out)?;
        breaks_consumers::check(&cx, &mut out)?;
    }
    file::finish(&cx, &mut out);
    Ok(out)
}

/// What one engine says about a file, circles of references aside.
fn rules(cx: &FileCx<'_>, depth: Depth, out: &mut Vec<Diagnostic>) -> Cancellable<()> {
    syntax_error::check(cx, out);
    site::calls(cx, out)?;
    templates::check(cx, out)?;
    variables::calls(cx, out)?;
    private_model::tested(cx, out);
    dependencies::check(cx, depth, out);
    definitions::check(cx, depth, out);
    Ok(())
}
