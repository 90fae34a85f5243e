//! Where a parameter of a macro or generic test is named outside of it: keywords of calls, arguments in properties, its
//! documentation.

use project::FileId;
use project::facts::{Def, DefKind, Use};
use project::names::{Site, Space};
use project::refs::{Lookup, lookup};
use text::TextRange;

use super::is_same;
use crate::Cancellable;
use crate::diagnostics::FileCx;
use crate::thing::{Thing, macro_named};

/// The places outside of the block, in every project; `name` is a parameter of `def`, a block of the file of `cx`.
pub(crate) fn callers(cx: &FileCx<'_>, def: &Def, name: &str) -> Cancellable<Vec<(FileId, TextRange)>> {
    let mesh = &cx.analysis.mesh;
    let mut out = Vec::new();
    for site in cx.package.sites(Space::MacroPatch, &def.index_name()) {
        let Some((_, patch)) = mesh.entry(*site) else { continue };
        let documented = patch.columns.iter().filter(|argument| argument.name == *name);
        out.extend(documented.map(|argument| (site.file, argument.name_range)));
    }
    for package in mesh.packages() {
        for file in package.mentions(Space::Macro, &def.index_name()) {
            cx.analysis.check()?;
            let Some(theirs) = FileCx::new(cx.analysis, *file) else { continue };
            for used in theirs.facts.uses.iter().filter(|used| calls(&theirs, used, cx, def)) {
                let keywords = used.call.args.iter().filter_map(|arg| arg.keyword.as_ref());
                out.extend(keywords.filter(|(key, _)| key == name).map(|(_, range)| (*file, *range)));
            }
        }
    }
    if def.kind == DefKind::Test {
        arguments(cx, def, name, &mut out)?;
    }
    Ok(out)
}

/// Whether a call means this very block.
fn calls(theirs: &FileCx<'_>, used: &Use, cx: &FileCx<'_>, def: &Def) -> bool {
    lookup(&used.call.name) == Lookup::Macro && is_it(macro_named(theirs, &used.call.name), cx, def)
}

fn is_it(found: Option<Thing>, cx: &FileCx<'_>, def: &Def) -> bool {
    let Some(Thing::Def(site)) = found else { return false };
    let at = cx.facts.defs.iter().position(|known| known.name_range == def.name_range);
    at.is_some_and(|at| is_same(cx.analysis, site, Site { file: cx.file, item: at as u32 }))
}

/// What properties give the test under this name.
fn arguments(cx: &FileCx<'_>, def: &Def, name: &str, out: &mut Vec<(FileId, TextRange)>) -> Cancellable<()> {
    for (file, entry) in cx.analysis.mesh.files() {
        cx.analysis.check()?;
        let entries = entry.facts.iter().flat_map(|facts| facts.entries.iter());
        for test in entries.flat_map(|entry| entry.tests.iter()) {
            let mut given = test.given.iter().flatten().filter(|(key, _)| key == name).peekable();
            if test.name.rsplit('.').next() != Some(&def.name) || given.peek().is_none() {
                continue;
            }
            let Some(theirs) = FileCx::new(cx.analysis, file) else { continue };
            if is_it(crate::generic_tests::named(&theirs, &test.name), cx, def) {
                out.extend(given.map(|(_, range)| (file, *range)));
            }
        }
    }
    Ok(())
}
