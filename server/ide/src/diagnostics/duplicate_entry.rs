//! `duplicate-entry`: two entries for one seed, snapshot, analysis, macro, test or table of a source (spec §8). Models
//! have `duplicate-model`.

use project::facts::Section;
use project::flavor::Flavor;
use project::names::Space;

use super::definitions::EntrySite;
use crate::{Diagnostic, Place, Severity};

pub(super) const CODE: &str = "duplicate-entry";

pub(super) fn check(site: &EntrySite<'_>, out: &mut Vec<Diagnostic>) {
    let (cx, entry) = (site.cx, site.entry);
    let mesh = &cx.analysis.mesh;
    let v1 = cx.flavor() == Flavor::V1;
    let name = entry.index_name(cx.facts);
    let exists = |space| cx.package.site(space, &name).is_some();
    let (what, exists, severity) = match entry.section {
        Section::Seeds => ("seed", exists(Space::Seed), Some(Severity::Error)),
        Section::Snapshots => ("snapshot", exists(Space::Snapshot), Some(Severity::Error)),
        Section::Analyses => ("analysis", exists(Space::Analysis), Some(Severity::Error)),
        Section::Macros => ("macro", exists(Space::Macro), v1.then_some(Severity::Error)),
        Section::DataTests => ("test", exists(Space::SingularTest), (!v1).then_some(Severity::Error)),
        Section::Tables => ("table", true, Some(if v1 { Severity::Error } else { Severity::Warning })),
        _ => return,
    };
    let Some(severity) = severity.filter(|_| exists) else { return };
    let others = cx.package.sites(entry.section.space(), &name).iter();
    let other = others.filter(|other| other.file != cx.file || other.item != site.at).find_map(|other| {
        let (facts, known) = mesh.entry(*other)?;
        let both =
            entry.section != Section::Tables || is_enabled(facts, known) && is_enabled(cx.facts, entry);
        both.then_some(Place::File { file: other.file, full: known.range, focus: known.name_range })
    });
    if other.is_some() {
        let message = format!("the {what} '{name}' has two entries: bring them together");
        let found = Diagnostic::new(CODE, entry.name_range, severity, message);
        out.push(found.related(other, "the other one"));
    }
}

/// A disabled table is no second one; neither is one that another package's source is given.
fn is_enabled(facts: &project::facts::FileFacts, table: &project::facts::Entry) -> bool {
    let source = table.parent.and_then(|parent| facts.entries.get(parent as usize));
    let plain = |entry: &project::facts::Entry| {
        entry.settings.get("enabled").is_none() && entry.settings.get("overrides").is_none()
    };
    plain(table) && source.is_none_or(plain)
}
