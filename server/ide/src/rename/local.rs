//! Renaming a variable of a template, a macro's parameter with everyone who passes it by name.

use project::facts::{Def, DefKind, Use};
use project::names::Space;
use project::refs::{Lookup, lookup};
use project::{FileId, Package};
use syntax::jinja::LocalKind;
use text::TextRange;

use crate::diagnostics::FileCx;
use crate::locals::LocalName;
use crate::thing::{Thing, macro_named};
use crate::{Cancellable, catalog};

/// Every place that gets the new name; why not, else.
pub(super) fn places(
    local: &LocalName<'_>,
    to: &str,
) -> Cancellable<Result<Vec<(FileId, TextRange)>, String>> {
    if let Err(why) = may_change(local).and_then(|()| may_be(local, to)) {
        return Ok(Err(why));
    }
    let mut edits: Vec<(FileId, TextRange)> =
        local.mentions().map(|mention| (local.cx.file, mention.range)).collect();
    if let Some(def) = local.parameter_of() {
        callers(local, def, &mut edits)?;
    }
    Ok(Ok(edits))
}

/// Why it cannot have another name, if so.
pub(super) fn may_change(local: &LocalName<'_>) -> Result<(), String> {
    let name = &local.local().name;
    if local.local().kind == LocalKind::Implicit {
        return Err(format!("'{name}' is a name that Jinja gives"));
    }
    if local.parameter_of().is_some_and(|def| def.kind == DefKind::Test) {
        return Err(format!("'{name}' is named in the properties files that use this test"));
    }
    Ok(())
}

fn may_be(local: &LocalName<'_>, to: &str) -> Result<(), String> {
    let mut chars = to.chars();
    let first = chars.next().is_some_and(|c| c.is_alphabetic() || c == '_');
    if !first || !chars.all(|c| c.is_alphanumeric() || c == '_') {
        return Err(format!("'{to}' is no name: letters, digits and _ make one"));
    }
    if KEYWORDS.contains(&to) {
        return Err(format!("'{to}' is a word of Jinja"));
    }
    if matches!(local.local().kind, LocalKind::Attribute(_)) {
        let taken = local.template.locals.iter().any(|other| {
            other.kind == local.local().kind && other.name == to && other.made != local.local().made
        });
        return if taken { Err(format!("the namespace has an attribute '{to}' already")) } else { Ok(()) };
    }
    if catalog::lookup(to).is_some() {
        return Err(format!("'{to}' is a name of dbt's: it could not be used here any more"));
    }
    let scope = local.scope();
    let is_attribute = |at: u32| {
        local
            .template
            .locals
            .get(at as usize)
            .is_some_and(|known| matches!(known.kind, LocalKind::Attribute(_)))
    };
    let taken = local.template.mentions.iter().any(|mention| {
        mention.name == to && scope.contains_range(mention.range) && !mention.local.is_some_and(is_attribute)
    });
    if taken && to != local.local().name {
        return Err(format!("'{to}' already stands for something else here"));
    }
    Ok(())
}

/// Words that cannot be names.
const KEYWORDS: [&str; 15] = [
    "and", "or", "not", "in", "is", "if", "else", "true", "false", "none", "True", "False", "None", "loop",
    "self",
];

/// Where a macro's parameter is named outside of its macro: keywords of calls, and its documentation.
fn callers(local: &LocalName<'_>, def: &Def, edits: &mut Vec<(FileId, TextRange)>) -> Cancellable<()> {
    let (cx, name) = (&local.cx, &local.local().name);
    let mesh = &cx.analysis.mesh;
    for site in cx.package.sites(Space::MacroPatch, &def.name) {
        let Some((_, patch)) = mesh.entry(*site) else { continue };
        let documented = patch.columns.iter().filter(|argument| argument.name == *name);
        edits.extend(documented.map(|argument| (site.file, argument.name_range)));
    }
    let packages = cx.resolver.packages().filter(|package| is_edited(package));
    let files: Vec<FileId> =
        packages.flat_map(|package| package.mentions(Space::Macro, &def.name)).copied().collect();
    for file in files {
        cx.analysis.check()?;
        let Some(theirs) = FileCx::new(cx.analysis, file) else { continue };
        for used in theirs.facts.uses.iter().filter(|used| calls(&theirs, used, cx, def)) {
            let keywords = used.call.args.iter().filter_map(|arg| arg.keyword.as_ref());
            edits.extend(keywords.filter(|(key, _)| key == name).map(|(_, range)| (file, *range)));
        }
    }
    Ok(())
}

fn is_edited(package: &Package) -> bool {
    package.role == project::package::Role::Project
}

/// Whether a call means this very macro.
fn calls(theirs: &FileCx<'_>, used: &Use, cx: &FileCx<'_>, def: &Def) -> bool {
    if lookup(&used.call.name) != Lookup::Macro {
        return false;
    }
    match macro_named(theirs, &used.call.name) {
        Some(Thing::Def(site)) => {
            let found =
                cx.analysis.mesh.facts(site.file).and_then(|facts| facts.defs.get(site.item as usize));
            site.file == cx.file && found.is_some_and(|found| found.name_range == def.name_range)
        }
        _ => false,
    }
}
