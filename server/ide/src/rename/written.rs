//! How a new name is written at its places, and where it cannot be: what stands there is no plain name, or the new one
//! means something else already.

use project::names::Space;
use project::package::Role as PackageRole;
use project::refs::{Lookup, Part, RefArgs, lookup};
use project::resolve::Resolution;
use project::{FileId, Package, Target};
use syntax::calls::{Arg, Call, Lit, Value};
use syntax::yaml::{Dialect, Resolved};

use super::thing::is_edited;
use crate::diagnostics::FileCx;
use crate::usages::{Role, Subject, Usage, unique_id};
use crate::{Analysis, Cancellable};

/// What replaces the old name at a place; `Err` says what the file does that nobody can change from here.
pub(super) fn at(
    analysis: &Analysis,
    subject: &Subject,
    usage: &Usage,
    old: &str,
    to: &str,
) -> Result<String, String> {
    const COMPUTED: &str = "names it through a variable or an expression: change that first";
    let arg = argument(analysis, usage);
    match (usage.role, arg.map(|arg| &arg.value)) {
        (Role::Computed, _) | (_, Some(Value::Folded(_) | Value::Late(_) | Value::Unknown)) => {
            Err(COMPUTED.to_owned())
        }
        // `v=1`: what is no number needs quotes.
        (_, Some(Value::Literal(lit))) if !matches!(lit, Lit::Str(_)) => match whole(to) {
            true => Ok(to.to_owned()),
            false if analysis.mesh.file(usage.file).is_some_and(|file| file.kind.is_yaml()) => {
                Err("names the version by a number: put it into quotes first".to_owned())
            }
            false => Ok(format!("'{to}'")),
        },
        // Block scalars, escapes: more than the name would be replaced.
        _ if usize::from(usage.range.len()) != old.len() && !is_version(subject) => {
            Err(format!("writes '{old}' in another way: write it plainly there first"))
        }
        _ => Ok(to.to_owned()),
    }
}

fn argument<'a>(analysis: &'a Analysis, usage: &Usage) -> Option<&'a Arg> {
    let Role::Call(at) = usage.role else { return None };
    let used = analysis.mesh.facts(usage.file)?.uses.get(at as usize)?;
    used.call.args.iter().find(|arg| arg.range.contains_range(usage.range))
}

fn is_version(subject: &Subject) -> bool {
    matches!(subject, Subject::Node(node) if node.version.is_some())
}

/// A whole number as everybody reads it.
fn whole(text: &str) -> bool {
    text.chars().all(|c| c.is_ascii_digit()) && !text.starts_with('0') && !text.is_empty()
}

/// Whether YAML takes it for a text without quotes.
pub(super) fn is_text(to: &str) -> bool {
    let tree = syntax::yaml::parse(to);
    let scalar = tree.root(to).and_then(|root| root.scalar());
    let reads = |dialect| scalar.as_ref().is_some_and(|scalar| scalar.resolve(dialect) == Resolved::Str);
    reads(Dialect::V1_1) && reads(Dialect::V1_2)
}

/// Whether a version can be called so: what YAML or Jinja would read as something else is refused.
pub(super) fn version(to: &str) -> Result<(), String> {
    let is_word = to.chars().all(|c| c.is_alphanumeric() || c == '_') && is_text(to);
    match whole(to) || is_word && !to.is_empty() {
        true => Ok(()),
        false => {
            Err(format!("'{to}' is no version that everybody reads alike: use a whole number or a word"))
        }
    }
}

/// A ref that the new name would lead elsewhere: one of this thing to something that has the name, or one of something
/// that has the name to this thing.
pub(super) fn meant_otherwise(
    analysis: &Analysis,
    home: &Package,
    subject: &Subject,
    usages: &[Usage],
    to: &str,
) -> Cancellable<Option<String>> {
    let Subject::Node(node) = subject else { return Ok(None) };
    if node.space != Space::Model || node.version.is_some() {
        return Ok(None);
    }
    let path = |file: FileId| analysis.mesh.path(file).unwrap_or_default();
    let said = |file: FileId, target: &Target| {
        format!("{} would mean {} by '{to}'", path(file), unique_id(analysis, target))
    };
    for usage in usages {
        let Role::Call(at) = usage.role else { continue };
        let Some(cx) = FileCx::new(analysis, usage.file) else { continue };
        let args = cx.facts.uses.get(at as usize).and_then(|used| args(&cx, &used.call));
        if let Some(target) = args.and_then(|args| means(&cx, &args, to)) {
            return Ok(Some(said(usage.file, &target)));
        }
    }
    // A project's own models come before those of its packages.
    for file in home.mentions(Space::Model, to).iter().filter(|file| is_edited(analysis, **file)) {
        analysis.check()?;
        let Some(cx) = FileCx::new(analysis, *file) else { continue };
        let is_one =
            |args: &RefArgs| args.package.is_none() && args.name.as_ref().and_then(Part::single) == Some(to);
        for args in cx.facts.uses.iter().filter_map(|used| args(&cx, &used.call)).filter(is_one) {
            let found = means(&cx, &args, to);
            let is_package = |target: &Target| match target {
                Target::Local(found) => analysis
                    .mesh
                    .package(found.package)
                    .is_some_and(|package| matches!(package.role, PackageRole::Installed { .. })),
                Target::Upstream { .. } => true,
            };
            if found.is_some_and(|target| is_package(&target)) {
                return Ok(Some(format!("{} means something else by ref('{to}')", path(*file))));
            }
        }
    }
    Ok(None)
}

fn args(cx: &FileCx<'_>, call: &Call) -> Option<RefArgs> {
    (lookup(&call.name) == Lookup::Ref).then(|| RefArgs::read(call, cx.flavor()))
}

/// What a ref would mean with another name in it.
fn means(cx: &FileCx<'_>, args: &RefArgs, name: &str) -> Option<Target> {
    let package = args.package.as_ref().and_then(Part::single);
    let version = args.version.as_ref().and_then(Part::single);
    match cx.resolver.reference(package, name, version) {
        Resolution::Found { target, .. } => Some(target),
        _ => None,
    }
}
