//! Which project wrote a manifest.

use smol_str::SmolStr;

use super::super::md5::md5_hex;
use super::super::strings::Str;
use super::build::Builder;

/// The name, and whether it is inferred.
///
/// Schemas up to v9 hold no name but its MD5 as `project_id` (spec §17); if no package's name fits, the package
/// with the most nodes of its own is taken (the first of equals).
pub(super) fn find(builder: &mut Builder) -> (Option<SmolStr>, bool) {
    let written = builder.metadata.project_name;
    if !written.is_empty() {
        return (Some(SmolStr::new(builder.strings.get(written))), false);
    }
    let project_id = builder.strings.get(builder.metadata.project_id);
    let by_id = (!project_id.is_empty()).then(|| packages(builder)).and_then(|names| {
        names.into_iter().map(|name| builder.strings.get(name)).find(|name| md5_hex(name) == project_id)
    });
    if let Some(name) = by_id {
        return (Some(SmolStr::new(name)), true);
    }
    // `max_by_key` keeps the last of equals.
    let commonest = builder.packages.iter().rev().filter(|tally| tally.own > 0).max_by_key(|tally| tally.own);
    (commonest.map(|tally| SmolStr::new(builder.strings.get(tally.name))), true)
}

/// Every package that has anything at all, each once.
fn packages(builder: &Builder) -> Vec<Str> {
    let nodes = builder.packages.iter().map(|tally| tally.name);
    let macros = builder.macros.iter().map(|m| m.package);
    let docs = builder.docs.iter().map(|d| d.package);
    let resources = builder.resources.iter().map(|r| r.package);
    let disabled = builder.disabled.iter().map(|n| n.package);
    let mut all: Vec<Str> = nodes.chain(macros).chain(docs).chain(resources).chain(disabled).collect();
    all.sort_unstable();
    all.dedup();
    all
}
