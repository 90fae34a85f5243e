//! Names in a properties file: groups, access levels, models.

use project::names::Space;
use syntax::yaml::{Step, YamlPlace, YamlSite};

use super::{Cx, Slot, list};
use crate::{CompletionKind, Completions};

pub(super) fn complete(cx: &Cx<'_>, site: &YamlSite<'_>) -> Completions {
    let YamlPlace::Value { range, prefix, .. } = &site.place else { return Completions::default() };
    let keys: Vec<&str> = site
        .path
        .iter()
        .filter_map(|step| match step {
            Step::Key(key, _) => Some(key.as_ref()),
            Step::Index(..) => None,
        })
        .collect();
    let slot = Slot { range: *range, typed: (*prefix).to_owned(), before: "", after: "", quote: "" };
    let packages = || cx.file.resolver.packages();
    let of = |space: Space, kind: CompletionKind, own: bool| {
        let wanted = packages().filter(|package| !own || package.id == cx.file.package.id);
        let mut names: Vec<String> =
            wanted.flat_map(|package| package.names(space)).map(|(name, _)| name.to_string()).collect();
        names.sort();
        names.dedup();
        list(&slot, kind, names)
    };
    match keys.as_slice() {
        [.., "group"] => of(Space::Group, CompletionKind::Group, false),
        ["models", .., "access"] | ["models", .., "+access"] => {
            let levels = ["private", "protected", "public"];
            list(&slot, CompletionKind::Value, levels.map(str::to_owned))
        }
        ["models", "name"] | ["unit_tests", "model"] => of(Space::Model, CompletionKind::Model, true),
        ["seeds", "name"] => of(Space::Seed, CompletionKind::Seed, true),
        ["snapshots", "name"] => of(Space::Snapshot, CompletionKind::Snapshot, true),
        ["macros", "name"] => of(Space::Macro, CompletionKind::Macro, true),
        _ => Completions::default(),
    }
}
