//! Renaming a variable of a template, a macro's parameter with everyone who passes it by name.

use project::FileId;
use project::facts::{Def, DefKind};
use syntax::jinja::LocalKind;
use text::TextRange;

use super::thing::is_edited;
use crate::locals::LocalName;
use crate::{Cancellable, catalog, usages};

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
        let callers = usages::callers(&local.cx, def, &local.local().name)?;
        edits.extend(callers.into_iter().filter(|(file, _)| is_edited(local.cx.analysis, *file)));
    }
    Ok(Ok(edits))
}

/// Why it cannot have another name, if so.
pub(super) fn may_change(local: &LocalName<'_>) -> Result<(), String> {
    let name = &local.local().name;
    if local.local().kind == LocalKind::Implicit {
        return Err(format!("'{name}' is a name that Jinja gives"));
    }
    if is_given(name) && local.parameter_of().is_some_and(|def| def.kind == DefKind::Test) {
        return Err(format!("dbt gives a generic test its '{name}' by this name"));
    }
    Ok(())
}

/// The same for a parameter that is named in a call, and what it is called.
pub(super) fn may_change_parameter(def: &Def, at: usize) -> Result<&str, String> {
    let name = def.params.get(at).map(|param| &*param.name).unwrap_or_default();
    match def.kind == DefKind::Test && is_given(name) {
        true => Err(format!("dbt gives a generic test its '{name}' by this name")),
        false => Ok(name),
    }
}

/// What dbt gives every generic test.
fn is_given(name: &str) -> bool {
    matches!(name, "model" | "column_name")
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
