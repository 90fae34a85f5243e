//! Generic tests as properties files name them: `- unique`, `- utils.at_least_one: {arguments: {…}}` (spec §10).
//!
//! Looks at the place in YAML, not at facts: a test that is being typed is none yet.

use project::Package;
use project::facts::{Def, DefKind};
use project::names::Space;
use syntax::yaml::{Step, YamlPlace, YamlSite};
use text::TextRange;

use crate::catalog::{self, Kind};
use crate::diagnostics::FileCx;
use crate::thing::{Thing, macro_named};

/// Whether a name at this place is one of a generic test.
pub(crate) fn are_named(site: &YamlSite<'_>) -> bool {
    let keys = || site.path.iter().filter(|step| step.key().is_some()).count();
    let mut inner = site.path.iter().rev().skip_while(|step| step.key().is_none());
    keys() > 1 && inner.next().and_then(Step::key).is_some_and(is_list)
}

fn is_list(key: &str) -> bool {
    matches!(key, "data_tests" | "tests")
}

/// The test whose arguments are being written at this place.
pub(crate) fn argued<'s>(site: &'s YamlSite<'_>) -> Option<&'s str> {
    let keys: Vec<&str> = site.path.iter().filter_map(Step::key).collect();
    match keys.as_slice() {
        [.., list, test, "arguments"] if is_list(list) => Some(test),
        _ => None,
    }
}

/// The test that is named at this place, with the bytes of its name.
pub(crate) fn at(cx: &FileCx<'_>, text: &str, site: &YamlSite<'_>) -> Option<(TextRange, Thing)> {
    let (YamlPlace::Key { range, .. } | YamlPlace::Value { range, .. }) = &site.place else { return None };
    if !are_named(site) {
        return None;
    }
    let thing = named(cx, text.get(usize::from(range.start())..usize::from(range.end()))?)?;
    Some((*range, thing))
}

/// What dbt itself says of the test that is named at this place, Markdown.
pub(crate) fn hover(text: &str, site: &YamlSite<'_>) -> Option<(TextRange, String)> {
    let (YamlPlace::Key { range, .. } | YamlPlace::Value { range, .. }) = &site.place else { return None };
    let name = text.get(usize::from(range.start())..usize::from(range.end())).filter(|_| are_named(site))?;
    let markdown =
        catalog::markdown_of(&format!("generic_test.{}", name.strip_prefix("dbt.").unwrap_or(name)))?;
    Some((*range, markdown))
}

/// A test of the project or a package by the name that properties give it.
pub(crate) fn named(cx: &FileCx<'_>, name: &str) -> Option<Thing> {
    let of_macro = match name.split_once('.') {
        Some((package, name)) => format!("{package}.test_{name}"),
        None => format!("test_{name}"),
    };
    macro_named(cx, &of_macro)
}

/// Every test of the project and its packages that can be named here, as it is written, with its package and block.
/// dbt's own are in the schema of the file.
pub(crate) fn all<'a>(cx: &FileCx<'a>) -> Vec<(String, &'a Package, &'a Def)> {
    let mesh = &cx.analysis.mesh;
    let mut out: Vec<(String, &Package, &Def)> = Vec::new();
    for package in cx.resolver.packages() {
        let bare = package.id == cx.package.id || package.id == cx.project.id;
        for (name, sites) in package.names(Space::Macro) {
            let (Some(name), Some(site)) = (name.strip_prefix("test_"), sites.first()) else { continue };
            let def = mesh.facts(site.file).and_then(|facts| facts.defs.get(site.item as usize));
            let Some(def) = def.filter(|def| def.kind == DefKind::Test) else { continue };
            let name = if bare { name.to_owned() } else { format!("{}.{name}", package.name()) };
            out.push((name, package, def));
        }
    }
    out
}

/// The arguments that a test takes from properties: dbt gives it the model and the column itself.
pub(crate) fn arguments(cx: &FileCx<'_>, name: &str) -> Vec<String> {
    let given = |name: &str| matches!(name, "model" | "column_name");
    if let Some(Thing::Def(site)) = named(cx, name) {
        let facts = cx.analysis.mesh.facts(site.file);
        let params = facts.and_then(|facts| facts.defs.get(site.item as usize)).map(|def| &def.params);
        let names = params.into_iter().flatten().map(|param| param.name.to_string());
        return names.filter(|name| !given(name)).collect();
    }
    let item = catalog::named(Kind::GenericTest, name);
    let signature = item.and_then(|item| item.signatures.first().copied()).unwrap_or_default();
    let names = catalog::params(signature).into_iter().map(|param| param.name.to_owned());
    names.filter(|name| !given(name)).collect()
}
