//! Who names a metric, a measure or a time dimension: names in YAML without a call, and `metric()`.

use project::facts::resources::Wanted;
use project::facts::{Section, Use};
use project::names::{Site, Space};
use project::refs::{Lookup, lookup};
use project::resolve::Resolution;
use project::{Target, graph};

use super::{Role, Search, Usage};
use crate::Cancellable;
use crate::diagnostics::FileCx;

pub(super) fn of_entry(search: Search<'_>, site: Site, out: &mut Vec<Usage>) -> Cancellable<()> {
    let analysis = search.analysis;
    let mesh = &analysis.mesh;
    let Some((_, entry)) = mesh.entry(site) else { return Ok(()) };
    let (spaces, name): (&[Space], _) = match entry.section {
        Section::Metrics => (&[Space::Metric], &entry.name),
        Section::Measures => (&[Space::Measure, Space::Metric], &entry.name),
        _ => return Ok(()),
    };
    for package in mesh.packages() {
        analysis.check()?;
        for space in spaces {
            for file in package.mentions(*space, name).iter().filter(|file| search.wants(**file)) {
                let Some(cx) = FileCx::new(analysis, *file) else { continue };
                let is_it = |found: &Resolution| match found {
                    Resolution::Found { target: Target::Local(node), .. }
                    | Resolution::Disabled(Target::Local(node)) => {
                        node.file == site.file && node.item == site.item
                    }
                    _ => false,
                };
                for used in cx.facts.resources().names.iter().filter(|used| used.name == *name) {
                    let meant = match used.wanted {
                        Wanted::Metric => is_it(&cx.resolver.metric(None, name)),
                        Wanted::Measure => cx.resolver.measure_site(name) == Some(site),
                        _ => false,
                    };
                    if meant {
                        out.push(Usage { file: *file, range: used.range, role: Role::Value });
                    }
                }
                let of_filter = |used: &&Use| used.call.name == "Metric";
                for arg in cx.facts.uses.iter().filter(of_filter).filter_map(|used| used.call.args.first()) {
                    if arg.value.as_str() == Some(name) && is_it(&cx.resolver.metric(None, name)) {
                        out.push(Usage { file: *file, range: arg.inner_range(), role: Role::Value });
                    }
                }
                for used in cx.facts.uses.iter().filter(|used| lookup(&used.call.name) == Lookup::Metric) {
                    let Some((package, called)) = graph::named(used) else { continue };
                    if called == name && is_it(&cx.resolver.metric(package, called)) {
                        let range = used.call.args.last().map(|arg| arg.inner_range());
                        out.extend(range.map(|range| Usage { file: *file, range, role: Role::Value }));
                    }
                }
            }
        }
    }
    Ok(())
}
