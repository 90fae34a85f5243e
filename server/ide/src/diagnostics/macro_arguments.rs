//! `macro-arguments`: a macro is called with arguments that it does not take (spec §10).

use project::facts::{Def, DefKind};
use project::names::Space;

use super::callee::Callee;
use super::definitions::v1_error;
use super::failure::Failure;
use super::templates::CallSite;
use super::wording;
use crate::{Diagnostic, Fix, Place, Severity, SourceChange};

pub(super) const CODE: &str = "macro-arguments";

pub(super) fn check(site: &CallSite<'_>) -> Option<Diagnostic> {
    let (cx, call) = (site.cx, &site.used.call);
    let Callee::Macro(at) = site.callee else { return None };
    let mesh = &cx.analysis.mesh;
    let def = mesh.facts(at.file)?.defs.get(at.item as usize).filter(|def| def.kind == DefKind::Macro)?;
    let package = mesh.package(mesh.file(at.file)?.package)?;
    // Of two with one name nobody knows which is meant.
    if package.sites(Space::Macro, &def.name).len() > 1
        || !call.complete
        || call.args.iter().any(|arg| arg.splat)
    {
        return None;
    }
    let (range, message, fix) = wrong(site, def)?;
    let severity = match site.failure {
        Failure::Node | Failure::Macro => v1_error(cx),
        Failure::Later => Severity::Warning,
        Failure::Perhaps => Severity::Hint,
    };
    let place = Place::File { file: at.file, full: def.full, focus: def.name_range };
    Some(Diagnostic::new(CODE, range, severity, message).related(Some(place), "the macro is here").fix(fix))
}

/// The first argument that does not fit.
fn wrong(site: &CallSite<'_>, def: &Def) -> Option<(text::TextRange, String, Option<Fix>)> {
    let (call, params) = (&site.used.call, &def.params);
    let positional: Vec<_> = call.args.iter().filter(|arg| arg.keyword.is_none()).collect();
    if let Some(first) = positional.get(params.len()).filter(|_| !def.varargs) {
        let last = positional.last().unwrap_or(first);
        let count = match params.len() {
            0 => "no arguments".to_owned(),
            1 => "one argument".to_owned(),
            many => format!("{many} arguments"),
        };
        let message = format!("'{}' takes {count}, {} given", def.name, positional.len());
        return Some((first.range.cover(last.range), message, None));
    }
    for (keyword, range) in call.args.iter().filter_map(|arg| arg.keyword.as_ref()) {
        let at = params.iter().position(|param| param.name == *keyword);
        if at.is_some_and(|at| at < positional.len()) {
            return Some((*range, format!("'{keyword}' is given twice: by its place and by its name"), None));
        }
        if at.is_none() && !def.kwargs {
            let names = || params.iter().map(|param| param.name.as_str());
            let near = text::suggest(keyword, names());
            let way = match near {
                Some(_) => wording::did_you_mean(near),
                None if params.is_empty() => "; it takes none".to_owned(),
                None => format!(
                    "; it takes {}",
                    wording::list(names().map(|name| format!("'{name}'")).collect::<Vec<_>>().into_iter(), 8)
                ),
            };
            let fix = near.map(|near| Fix {
                title: format!("Change to '{near}'"),
                preferred: false,
                change: SourceChange::edit(site.cx.file, *range, near),
            });
            return Some((*range, format!("'{}' has no argument '{keyword}'{way}", def.name), fix));
        }
    }
    None
}
