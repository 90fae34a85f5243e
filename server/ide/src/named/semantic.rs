//! Names in filters and saved queries of the semantic layer: `Dimension('order__status')`, `TimeDimension(…)`,
//! `Entity(…)`, `Metric(…)`. A dimension goes by its semantic model's primary entity.

use project::facts::{Entry, FileFacts, Section};
use project::names::{Site, Space};
use smol_str::{SmolStr, format_smolstr};

use crate::diagnostics::FileCx;
use crate::thing::{Thing, resource};

/// The functions that filters call.
pub(crate) const CALLS: [&str; 4] = ["Dimension", "Entity", "Metric", "TimeDimension"];

/// Whether a call is one of a filter.
pub(crate) fn is_call(name: &str) -> bool {
    CALLS.contains(&name)
}

/// What a call can name.
pub(crate) fn names(cx: &FileCx<'_>, call: &str) -> Vec<SmolStr> {
    let all = |space: Space| cx.resolver.packages().flat_map(move |package| package.names(space));
    match call {
        "Metric" => all(Space::Metric).map(|(name, _)| name.clone()).collect(),
        "Entity" => {
            let names = all(Space::Entity).filter_map(|(name, _)| name.rsplit_once('.'));
            names.map(|(_, name)| name.into()).collect()
        }
        _ => {
            let mut out: Vec<SmolStr> = Vec::new();
            if call == "TimeDimension" {
                out.push(SmolStr::new_static("metric_time"));
            }
            for (_, sites) in all(Space::Dimension) {
                for site in sites {
                    let Some((facts, entry)) = cx.analysis.mesh.entry(*site) else { continue };
                    let fits = call != "TimeDimension" || is_time(entry);
                    let entity = entry.parent.and_then(|model| primary(facts, model)).filter(|_| fits);
                    out.extend(entity.map(|entity| format_smolstr!("{entity}__{}", entry.name)));
                }
            }
            out
        }
    }
}

fn is_time(entry: &Entry) -> bool {
    let kind = entry.settings.top("type").and_then(|kind| kind.value.as_str());
    kind.is_none_or(|kind| kind.eq_ignore_ascii_case("time"))
}

/// The primary entity of a semantic model.
fn primary(facts: &FileFacts, model: u32) -> Option<&str> {
    let is_primary = |entry: &&Entry| {
        let kind = entry.settings.top("type").and_then(|kind| kind.value.as_str());
        entry.section == Section::Entities
            && entry.parent == Some(model)
            && kind.is_some_and(|kind| kind.eq_ignore_ascii_case("primary"))
    };
    facts.entries.iter().find(is_primary).map(|entry| entry.name.as_str())
}

/// What the first argument of such a call means.
pub(crate) fn thing(cx: &FileCx<'_>, call: &str, name: &str) -> Option<Thing> {
    let all = |space: Space| {
        cx.resolver.packages().flat_map(move |package| package.names(space)).flat_map(|(name, sites)| {
            let short = name.rsplit_once('.').map_or(name.as_str(), |(_, name)| name);
            sites.iter().map(move |site| (short, *site))
        })
    };
    match call {
        "Metric" => resource(cx.resolver.metric(None, name)),
        "Entity" => {
            let bare = name.rsplit("__").next().unwrap_or(name);
            all(Space::Entity).find(|(known, _)| *known == bare).map(|(_, site)| Thing::Entry(site))
        }
        _ => {
            // Entities may lead from one semantic model to the next: the last one is the dimension's.
            let (path, bare) = name.rsplit_once("__")?;
            let entity = path.rsplit("__").next().unwrap_or(path);
            let mut named = all(Space::Dimension).filter(|(known, _)| *known == bare).map(|(_, site)| site);
            let of_entity = |site: &Site| {
                let found = cx.analysis.mesh.entry(*site);
                found.is_some_and(|(facts, entry)| has_entity(facts, entry.parent, entity))
            };
            named.find(of_entity).map(Thing::Entry)
        }
    }
}

fn has_entity(facts: &FileFacts, model: Option<u32>, name: &str) -> bool {
    let mut entries = facts.entries.iter();
    entries.any(|entry| entry.section == Section::Entities && entry.parent == model && entry.name == name)
}
