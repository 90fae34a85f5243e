//! Names that macros are called with and hand on to `ref()`: `{{ latest_of('orders') }}`.

use project::Target;
use project::macro_edges::MacroEdges;
use project::names::Space;
use project::refs::{Lookup, lookup};
use syntax::calls::{Call, Value};

use super::{NodeSubject, Role, Search, Usage};
use crate::Cancellable;

pub(super) fn of_node(search: Search<'_>, node: &NodeSubject, out: &mut Vec<Usage>) -> Cancellable<()> {
    if node.space != Space::Model || node.version.is_some() {
        return Ok(());
    }
    let analysis = search.analysis;
    let mut edges = MacroEdges::new(&analysis.mesh);
    let is_it = |target: &Target| node.is(analysis, target);
    search.each_file(|file, entry, facts| {
        for (used, at) in facts.uses.iter().zip(0..) {
            if lookup(&used.call.name) != Lookup::Macro {
                continue;
            }
            for (place, arg) in used.call.args.iter().enumerate() {
                if arg.value.as_str() == Some(&node.name)
                    && edges.of_call(entry.package, &used.call).iter().any(is_it)
                    // The macro may read the node whatever it is called with.
                    && !edges.of_call(entry.package, &without(&used.call, place)).iter().any(is_it)
                {
                    out.push(Usage { file, range: arg.inner_range(), role: Role::Call(at) });
                }
            }
        }
    })
}

/// The call with something unknown in one place.
fn without(call: &Call, place: usize) -> Call {
    let mut call = call.clone();
    call.args[place].value = Value::Unknown;
    call
}
