//! `duplicate-macro`: one package defines a macro twice (spec §8).

use project::facts::DefKind;
use project::layout::FileKind;
use project::names::{Site, Space};

use super::FileCx;
use super::definitions::v1_error;
use crate::{Diagnostic, Place};

pub(super) const CODE: &str = "duplicate-macro";

pub(super) fn check(cx: &FileCx<'_>, out: &mut Vec<Diagnostic>) {
    if cx.entry.kind != FileKind::Macro {
        return;
    }
    for (at, def) in cx.facts.defs.iter().enumerate() {
        let name = def.index_name();
        if !matches!(def.kind, DefKind::Macro | DefKind::Test | DefKind::Materialization) {
            continue;
        }
        let here = Site { file: cx.file, item: at as u32 };
        let mesh = &cx.analysis.mesh;
        let is_read = |site: &&Site| mesh.file(site.file).is_some_and(|entry| entry.kind == FileKind::Macro);
        let other = cx.package.sites(Space::Macro, &name).iter().filter(is_read).find(|site| **site != here);
        let Some(other) = other else { continue };
        let place = mesh
            .facts(other.file)
            .and_then(|facts| facts.defs.get(other.item as usize))
            .map(|known| Place::File { file: other.file, full: known.full, focus: known.name_range });
        let what = match def.kind {
            DefKind::Test => "generic test",
            DefKind::Materialization => "materialization",
            _ => "macro",
        };
        let message = format!("the {what} '{}' is defined twice: keep one, or rename it", def.name);
        out.push(
            Diagnostic::new(CODE, def.name_range, v1_error(cx), message).related(place, "defined here too"),
        );
    }
}
