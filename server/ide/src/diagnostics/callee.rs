//! What a template calls by name, as dbt looks it up (spec §10): the project's macros, packages, dbt itself.

use project::Package;
use project::names::{Site, Space};

use super::FileCx;
use crate::catalog;

/// What the name of a call means.
pub(super) enum Callee {
    /// A macro of the project or one of its packages.
    Macro(Site),
    /// Something of dbt's, or nothing that can be told.
    Other,
    /// Nothing has that name.
    Unknown,
    /// The package before the dot has no such macro.
    NotIn(String),
    /// What stands before the dot is no package.
    NoPackage(String),
}

/// Packages that adapters bring: `dbt_<adapter>` is no package of a project.
const ADAPTERS: [&str; 32] = [
    "athena",
    "bigquery",
    "clickhouse",
    "databricks",
    "doris",
    "dremio",
    "duckdb",
    "exasol",
    "fabric",
    "fabricspark",
    "firebolt",
    "glue",
    "greenplum",
    "hive",
    "impala",
    "materialize",
    "mysql",
    "oracle",
    "postgres",
    "redshift",
    "risingwave",
    "singlestore",
    "snowflake",
    "spark",
    "sqlite",
    "sqlserver",
    "starrocks",
    "synapse",
    "teradata",
    "trino",
    "vertica",
    "ydb",
];

/// What dbt has in a few places only: at the end of a run, and with a variable of the environment for debugging.
const HIDDEN: [&str; 4] = ["database_schemas", "debug", "results", "schemas"];

/// Looks up the callee `name`.
pub(super) fn callee(cx: &FileCx<'_>, name: &str) -> Callee {
    let Some((first, rest)) = name.split_once('.') else { return unqualified(cx, name) };
    if !is_word(first) || catalog::is_global(first) && !catalog::is_name_space(first) {
        return Callee::Other;
    }
    // A macro's members are nothing that dbt knows.
    if rest.contains('.') || macro_site(cx, first).is_some() {
        return Callee::Other;
    }
    if let Some(package) = cx.resolver.packages().find(|package| package.name() == first) {
        return match package.site(Space::Macro, rest) {
            Some(site) => Callee::Macro(site),
            None if is_adapters(rest) => Callee::Other,
            None => Callee::NotIn(first.to_owned()),
        };
    }
    if first == "dbt" {
        let known = catalog::lookup(name).is_some() || catalog::is_internal(rest) || is_adapters(rest);
        return if known { Callee::Other } else { Callee::NotIn(first.to_owned()) };
    }
    let is_adapter =
        first.strip_prefix("dbt_").is_some_and(|adapter| ADAPTERS.binary_search(&adapter).is_ok());
    if is_adapter || cx.resolver.uninstalled().next().is_some() {
        return Callee::Other;
    }
    Callee::NoPackage(first.to_owned())
}

fn unqualified(cx: &FileCx<'_>, name: &str) -> Callee {
    if !is_word(name) {
        return Callee::Other;
    }
    match macro_site(cx, name) {
        Some(site) => Callee::Macro(site),
        None if is_dbts(name) => Callee::Other,
        None => Callee::Unknown,
    }
}

/// The macro that a bare name means: the package's own, else the root project's.
fn macro_site(cx: &FileCx<'_>, name: &str) -> Option<Site> {
    [cx.package, cx.project].iter().find_map(|package| package.site(Space::Macro, name))
}

/// Whether dbt or an adapter has something of that name, as far as one can tell.
pub(super) fn is_dbts(name: &str) -> bool {
    catalog::is_global(name)
        || catalog::is_internal(name)
        || catalog::is_name_space(name)
        || is_adapters(name)
        || HIDDEN.contains(&name)
}

/// `snowflake__x`, materializations: of these nobody knows all. Generic tests are macros too.
fn is_adapters(name: &str) -> bool {
    let is_test = |name: &str| catalog::named(catalog::Kind::GenericTest, name).is_some();
    name.trim_start_matches('_').contains("__")
        || name.starts_with("materialization_")
        || name.strip_prefix("test_").is_some_and(is_test)
}

/// Whether a name stands for a package, or may do so once all are installed.
pub(super) fn is_package(cx: &FileCx<'_>, name: &str) -> bool {
    cx.resolver.packages().any(|package| package.name() == name)
        || name.strip_prefix("dbt_").is_some_and(|adapter| ADAPTERS.binary_search(&adapter).is_ok())
        || cx.resolver.uninstalled().next().is_some()
}

/// A name, and not what is made up for a callee that has none.
fn is_word(name: &str) -> bool {
    name.starts_with(|c: char| c.is_alphabetic() || c == '_')
}

/// A macro whose name is near `typed`, among those that can be called like it.
pub(super) fn near(cx: &FileCx<'_>, package: Option<&str>, typed: &str) -> Option<String> {
    if !cx.may_guess() {
        return None;
    }
    let own = [cx.package, cx.project];
    let packages: Vec<&Package> = match package {
        Some(name) => cx.resolver.packages().filter(|known| known.name() == name).collect(),
        None => own.into_iter().collect(),
    };
    let names =
        packages.iter().flat_map(|package| package.names(Space::Macro)).map(|(name, _)| name.as_str());
    let callable = catalog::globals().filter(|item| !item.signatures.is_empty());
    let dbts = callable.filter(|_| package.is_none_or(|name| name == "dbt")).map(|item| item.name);
    text::suggest(typed, names.chain(dbts)).map(str::to_owned)
}
