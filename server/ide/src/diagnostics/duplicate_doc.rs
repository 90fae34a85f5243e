//! `duplicate-doc`: one package has two docs blocks of a name (spec §8).

use project::facts::DefKind;
use project::names::Space;

use super::FileCx;
use super::definitions::v1_error;
use crate::{Diagnostic, Place};

pub(super) const CODE: &str = "duplicate-doc";

pub(super) fn check(cx: &FileCx<'_>, out: &mut Vec<Diagnostic>) {
    for (at, def) in cx.facts.defs.iter().enumerate().filter(|(_, def)| def.kind == DefKind::Docs) {
        let others = cx.package.sites(Space::Doc, &def.name).iter();
        let mut others = others.filter(|other| other.file != cx.file || other.item != at as u32);
        let Some(other) = others.next() else { continue };
        let place = cx.analysis.mesh.facts(other.file).and_then(|facts| {
            let known = facts.defs.get(other.item as usize)?;
            Some(Place::File { file: other.file, full: known.full, focus: known.name_range })
        });
        let message = format!("two docs blocks are named '{}': rename one of them", def.name);
        out.push(
            Diagnostic::new(CODE, def.name_range, v1_error(cx), message).related(place, "the other one"),
        );
    }
}
