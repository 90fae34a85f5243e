//! When a mistake inside a template makes dbt fail: as it parses, later, or only perhaps.

use project::facts::{By, DefKind, FileFacts};
use project::layout::FileKind;
use project::node::Tri;
use syntax::calls::Reach;
use text::TextRange;

use super::{FileCx, macros};

/// When dbt fails.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Failure {
    /// Whenever it parses the project, here in a node's own text.
    Node,
    /// Whenever it parses the project, as a node that it builds runs this macro without any condition.
    Macro,
    /// When the node is compiled, or the macro is run.
    Later,
    /// It may never come past this place.
    Perhaps,
}

/// When dbt fails at `place`, which `by` stands for; `None` where it never comes.
pub(super) fn failure(cx: &FileCx<'_>, by: By, reach: Reach, place: TextRange) -> Option<Failure> {
    if reach == Reach::Never {
        return None;
    }
    let macro_file = cx.entry.kind == FileKind::Macro;
    let node = match by {
        // What stands between the macros of a file is not read.
        By::File if macro_file => return None,
        By::File => cx.analysis.mesh.node_of_file(cx.file),
        By::Hook if reach == Reach::Always => return Some(Failure::Node),
        By::Hook => return Some(Failure::Perhaps),
        By::Def(at) => {
            let def = cx.facts.defs.get(at as usize)?;
            match def.kind {
                DefKind::Snapshot => cx.analysis.mesh.snapshot(cx.package, &def.name),
                DefKind::Macro if macro_file => return Some(in_macro(cx, at, reach, place)),
                _ => return Some(Failure::Perhaps),
            }
        }
        _ => return None,
    };
    match cx.analysis.mesh.enabled(&node?) {
        Tri::No => return None,
        Tri::Unknown => return Some(Failure::Perhaps),
        Tri::Yes => {}
    }
    Some(match reach {
        _ if may_have_ended(cx.facts, by, place) => Failure::Perhaps,
        Reach::Always => Failure::Node,
        Reach::Execute => Failure::Later,
        _ => Failure::Perhaps,
    })
}

fn in_macro(cx: &FileCx<'_>, def: u32, reach: Reach, place: TextRange) -> Failure {
    let sure =
        matches!(reach, Reach::Macro | Reach::Always) && !may_have_ended(cx.facts, By::Def(def), place);
    match sure {
        true if macros::surely_run(cx, def).is_some() => Failure::Macro,
        true => Failure::Later,
        false => Failure::Perhaps,
    }
}

/// `return` ends a macro: what comes behind it is not sure. (Errors do so too, but then dbt fails all the same.)
pub(super) fn may_have_ended(facts: &FileFacts, by: By, place: TextRange) -> bool {
    let returns = facts.returns.iter().filter_map(|at| facts.uses.get(*at as usize));
    returns.take_while(|used| used.call.range.start() < place.start()).any(|used| {
        used.by == by
            && used.call.range.end() <= place.start()
            && !matches!(used.call.reach, Reach::Never | Reach::Execute)
    })
}

/// On whose behalf a place that is no call is evaluated.
pub(super) fn by(cx: &FileCx<'_>, place: TextRange) -> By {
    cx.facts.def_at(place).map_or(By::File, |(at, _)| By::Def(at))
}
