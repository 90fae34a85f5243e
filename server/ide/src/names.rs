//! Names as messages write them.

use project::Target;
use smol_str::SmolStr;

/// The name a target goes by in `ref()`.
pub(crate) fn of_target(target: &Target) -> SmolStr {
    match target {
        Target::Local(node) => node.name.clone(),
        Target::Upstream { manifest, node, .. } => {
            manifest.node_at(*node).map(|node| node.name().into()).unwrap_or_default()
        }
    }
}
