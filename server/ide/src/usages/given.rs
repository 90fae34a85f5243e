//! Names that macros are called with and hand on to `ref()`: `{{ latest_of('orders') }}`.

use project::Target;
use project::facts::By;
use project::macro_edges::MacroEdges;
use project::names::{Site, Space};
use rustc_hash::FxHashSet;
use smol_str::SmolStr;
use syntax::calls::{Call, Value};

use super::{NodeSubject, Role, Search, Usage};
use crate::Cancellable;

pub(super) fn of_node(search: Search<'_>, node: &NodeSubject, out: &mut Vec<Usage>) -> Cancellable<()> {
    if node.space != Space::Model || node.version.is_some() {
        return Ok(());
    }
    let analysis = search.analysis;
    let mesh = &analysis.mesh;
    // Few macros hand on what they are called with: only their callers are looked at.
    let hands_on = |site: &Site| {
        let uses = mesh.facts(site.file).into_iter().flat_map(|facts| facts.uses.iter());
        let mut own = uses.filter(|used| used.by == By::Def(site.item));
        own.any(|used| used.call.args.iter().any(|arg| arg.value.has_param()))
    };
    let macros = mesh.packages().flat_map(|package| package.names(Space::Macro));
    let names: FxHashSet<&SmolStr> =
        macros.filter(|(_, sites)| sites.iter().any(hands_on)).map(|(name, _)| name).collect();
    let mut edges = MacroEdges::new(mesh);
    let is_it = |target: &Target| node.is(analysis, target);
    for name in names {
        search.each_mention(Space::Macro, name, |cx| {
            for (used, at) in cx.facts.uses.iter().zip(0..) {
                if used.call.name.rsplit('.').next() != Some(name) {
                    continue;
                }
                for (place, arg) in used.call.args.iter().enumerate() {
                    if arg.value.as_str() == Some(&node.name)
                        && edges.of_call(cx.package.id, &used.call).iter().any(is_it)
                        // The macro may read the node whatever it is called with.
                        && !edges.of_call(cx.package.id, &without(&used.call, place)).iter().any(is_it)
                    {
                        out.push(Usage { file: cx.file, range: arg.inner_range(), role: Role::Call(at) });
                    }
                }
            }
        })?;
    }
    Ok(())
}

/// The call with something unknown in one place.
fn without(call: &Call, place: usize) -> Call {
    let mut call = call.clone();
    call.args[place].value = Value::Unknown;
    call
}
