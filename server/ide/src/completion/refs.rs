//! `ref(`: projects, packages and the models this file may reference.

mod build;
mod candidates;

use syntax::cursor::{CallSite, TagSite};

use self::build::{Position, build};
use self::candidates::{anywhere, of_project, projects};
use super::{Cx, Slot, versions};
use crate::{Cancellable, Completions};

pub(super) fn complete(cx: &Cx<'_>, site: &TagSite, call: &CallSite) -> Cancellable<Completions> {
    if let Some(keyword) = &site.keyword_arg {
        return Ok(match keyword.as_str() {
            "v" | "version" => versions::complete(cx, call),
            _ => Completions::default(),
        });
    }
    let Some(slot) = Slot::of(cx, call) else { return Ok(Completions::default()) };
    let is_positional = |arg: &&syntax::cursor::ArgSite| arg.keyword.is_none();
    let before = call.args.iter().take(call.active).filter(is_positional).count();
    let mut behind = call.args.iter().skip(call.active + 1).filter(is_positional);
    let in_string = call.args.get(call.active).is_some_and(|arg| arg.string.is_some());
    match before {
        0 if behind.any(|arg| !arg.range.is_empty()) => build(cx, &slot, Position::Project, |_| projects(cx)),
        0 => build(cx, &slot, Position::Only, |look| anywhere(cx, look)),
        1 => {
            let first = call.args.iter().find(is_positional);
            let named = first.and_then(|arg| arg.value.as_str());
            let mut out = build(cx, &slot, Position::Second, |look| match named {
                Some(project) => of_project(cx, look, project),
                None => Vec::new(),
            })?;
            if !in_string {
                // `ref('m', ` of the own project: a version can follow.
                out.items.extend(versions::keyword(cx, call, &slot));
            }
            Ok(out)
        }
        _ if in_string => Ok(Completions::default()),
        _ => Ok(Completions {
            items: versions::keyword(cx, call, &slot).into_iter().collect(),
            incomplete: false,
        }),
    }
}
