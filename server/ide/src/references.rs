//! Find references: every place where the thing under the cursor is named.

use project::layout::FileKind;
use rustc_hash::FxHashSet;
use smol_str::SmolStr;

use crate::occurrences::{Named, find};
use crate::usages::Subject;
use crate::{Analysis, Cancellable, FilePos, Place, ReadText};

/// The places, grouped by kind: those that make it or give it a value (only with `declaration`), then what refers to it
/// in nodes, in macros, in properties, in other files, each by path and place; then the nodes that only the manifests of
/// consumers tell of. `None` where nothing is named.
pub fn references(
    analysis: &Analysis,
    pos: FilePos,
    declaration: bool,
    read: &ReadText<'_>,
) -> Cancellable<Option<Vec<Place>>> {
    let Some(named) = find(analysis, pos)? else { return Ok(None) };
    let places = named.occurrences(None, read)?.into_iter().filter(|place| declaration || !place.write);
    let place =
        |at: crate::occurrences::Occurrence| Place::File { file: at.file, full: at.range, focus: at.range };
    let mut places: Vec<_> = places.collect();
    places.sort_by_cached_key(|place| {
        let group = analysis.mesh.file(place.file).map(|entry| group(entry.kind));
        (!place.write, group, analysis.mesh.path(place.file), place.range.start())
    });
    let mut out: Vec<Place> = places.into_iter().map(place).collect();
    if let Named::Thing { subject, .. } = &named {
        known_by_manifests(analysis, subject, &mut out)?;
    }
    Ok(Some(out))
}

/// The order of files that refer to something.
fn group(kind: FileKind) -> u8 {
    match kind {
        FileKind::Model
        | FileKind::PythonModel
        | FileKind::Seed
        | FileKind::Snapshot
        | FileKind::Function => 0,
        FileKind::Analysis | FileKind::SingularTest | FileKind::Fixture => 1,
        FileKind::Macro => 2,
        FileKind::Properties => 3,
        FileKind::Docs => 4,
        _ => 5,
    }
}

/// Nodes of projects that are not at hand themselves. Their files are not either: their documents are.
fn known_by_manifests(analysis: &Analysis, subject: &Subject, out: &mut Vec<Place>) -> Cancellable<()> {
    let is_it = |unique_id: &str| match subject {
        Subject::Node(node) => node.ids.contains(unique_id),
        Subject::Project(name) => unique_id.split('.').nth(1) == Some(name),
        _ => false,
    };
    let mesh = &analysis.mesh;
    let live: FxHashSet<&str> = mesh.projects().map(project::Package::name).collect();
    let mut found: Vec<(SmolStr, SmolStr)> = Vec::new();
    for manifest in mesh.registry.manifests.values().filter_map(|slot| slot.manifest.as_ref()) {
        analysis.check()?;
        for node in manifest.nodes().filter(|node| !live.contains(node.package())) {
            let own = matches!(subject, Subject::Project(name) if name == node.package());
            if !own && node.depends_on().any(is_it) {
                found.push((node.package().into(), node.unique_id().into()));
            }
        }
    }
    found.sort();
    found.dedup();
    out.extend(found.into_iter().map(|(project, unique_id)| Place::Upstream { project, unique_id }));
    Ok(())
}
