//! Names in a properties file: groups, access levels, what an entry describes, calls where dbt evaluates them.

use project::NodeKind;
use project::names::Space;
use smol_str::SmolStr;
use syntax::yaml::{YamlPlace, YamlSite};

use super::{Cx, Slot, config, keys, list, resources};
use crate::{CompletionKind, Completions, generic_tests};

pub(super) fn complete(cx: &Cx<'_>, site: &YamlSite<'_>) -> Completions {
    let (range, prefix) = match &site.place {
        YamlPlace::Value { range, prefix, .. } | YamlPlace::Key { range, prefix, may_be_value: true, .. } => {
            (*range, *prefix)
        }
        _ => return Completions::default(),
    };
    let slot = Slot::verbatim(range, prefix);
    if generic_tests::are_named(site) {
        return tests(cx, &slot);
    }
    if let Some(test) = generic_tests::argued(site).filter(|_| matches!(site.place, YamlPlace::Key { .. })) {
        return list(&slot, CompletionKind::Key, generic_tests::arguments(&cx.file, test));
    }
    let own = |space: Space| cx.file.package.names(space).map(|(name, _)| name.as_str());
    match keys(site).as_slice() {
        [.., "group"] => config::groups(cx, &slot),
        ["models", .., "access"] => list(&slot, CompletionKind::Value, config::ACCESS),
        ["models", "name"] | ["unit_tests", "model"] => {
            let models = cx.file.analysis.mesh.referable(cx.file.package);
            let models = models.into_iter().filter(|of| of.kind == NodeKind::Model);
            list(&slot, CompletionKind::Model, models.map(|of| of.name))
        }
        ["seeds", "name"] => list(&slot, CompletionKind::Seed, own(Space::Seed)),
        ["analyses", "name"] => list(&slot, CompletionKind::Model, own(Space::Analysis)),
        ["data_tests" | "tests", "name"] => list(&slot, CompletionKind::Test, own(Space::SingularTest)),
        ["snapshots", "name"] => list(&slot, CompletionKind::Snapshot, own(Space::Snapshot)),
        ["macros", "arguments", "name"] => list(&slot, CompletionKind::Variable, parameters(cx)),
        ["functions", "name"] => list(&slot, CompletionKind::Function, own(Space::Function)),
        ["macros", "name"] => list(&slot, CompletionKind::Macro, own(Space::Macro)),
        path if resources::names_something(path) => resources::complete(cx, &slot, path),
        // What dbt evaluates without braces (spec §10).
        ["exposures", "depends_on"]
        | ["semantic_models", "model"]
        | ["snapshots", "relation"]
        | ["unit_tests", "given", "input"]
        | ["models", .., "to"] => {
            let items = crate::catalog::references(cx, range);
            let items = items.filter(|item| item.label.starts_with(prefix)).collect();
            Completions { items, incomplete: false }
        }
        _ => Completions::default(),
    }
}

/// Generic tests, each with the arguments that it takes.
fn tests(cx: &Cx<'_>, slot: &Slot) -> Completions {
    let all = generic_tests::all(&cx.file);
    let mut out = list(slot, CompletionKind::Test, all.iter().map(|(name, ..)| name));
    for item in &mut out.items {
        let arguments = generic_tests::arguments(&cx.file, &item.label);
        item.label_detail = (!arguments.is_empty()).then(|| format!("({})", arguments.join(", ")));
        let block = all.iter().find(|(name, ..)| *name == item.label);
        item.docs = block.and_then(|(_, package, def)| {
            cx.docs_key(&format!("macro.{}.{}", package.name(), def.index_name()))
        });
    }
    out
}

/// The parameters of the macro whose entry the cursor is in.
fn parameters(cx: &Cx<'_>) -> Vec<SmolStr> {
    let entries = cx.file.facts.entries.iter();
    // Of a half-typed entry the end is not known.
    let entry = entries.rev().find(|entry| entry.range.start() <= cx.offset);
    let site = entry.and_then(|entry| cx.file.package.site(Space::Macro, &entry.name));
    let facts = site.and_then(|site| Some((site, cx.file.analysis.mesh.facts(site.file)?)));
    let def = facts.and_then(|(site, facts)| facts.defs.get(site.item as usize));
    def.into_iter().flat_map(|def| &def.params).map(|param| param.name.clone()).collect()
}
