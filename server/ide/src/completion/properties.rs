//! Names in a properties file: groups, access levels, what an entry describes, calls where dbt evaluates them.

use project::NodeKind;
use project::names::Space;
use syntax::yaml::{YamlPlace, YamlSite};

use super::{Cx, Slot, config, keys, list};
use crate::{CompletionKind, Completions};

pub(super) fn complete(cx: &Cx<'_>, site: &YamlSite<'_>) -> Completions {
    let (range, prefix) = match &site.place {
        YamlPlace::Value { range, prefix, .. } | YamlPlace::Key { range, prefix, may_be_value: true, .. } => {
            (*range, *prefix)
        }
        _ => return Completions::default(),
    };
    let slot = Slot::verbatim(range, prefix);
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
        ["snapshots", "name"] => list(&slot, CompletionKind::Snapshot, own(Space::Snapshot)),
        ["macros", "name"] => list(&slot, CompletionKind::Macro, own(Space::Macro)),
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
