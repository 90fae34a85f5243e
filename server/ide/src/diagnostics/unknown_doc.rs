//! `unknown-doc`: `doc()` names a docs block that does not exist (spec §10).

use project::Package;
use project::facts::{By, Section, Use};
use project::flavor::Flavor;
use project::names::Space;
use project::node::{NodeKind, Tri};
use project::refs::{Lookup, lookup};
use syntax::calls::{Arg, Reach, Value};
use text::TextRange;

use super::{FileCx, wording};
use crate::{Diagnostic, Fix, Severity, SourceChange};

pub(super) const CODE: &str = "unknown-doc";

/// The docs block that dbt itself brings along.
const OVERVIEW: &str = "__overview__";

pub(super) fn check(cx: &FileCx<'_>, out: &mut Vec<Diagnostic>) {
    for used in &cx.facts.uses {
        let By::Text(at) = used.by else { continue };
        if lookup(&used.call.name) != Lookup::Doc || used.call.reach != Reach::Always || !used.call.complete {
            continue;
        }
        let Some(severity) = severity(cx, at) else { continue };
        if let Err((message, range)) = well_formed(used) {
            let lenient = cx.flavor() == Flavor::V2 && used.call.args.len() > 2;
            let severity = if lenient { Severity::Warning } else { severity.max(v1_or_error(cx)) };
            out.push(Diagnostic::new(super::invalid_ref_arguments::CODE, range, severity, message));
            continue;
        }
        out.extend(missing(cx, used).map(|found| Diagnostic { severity, ..found }));
    }
}

/// dbt v2 refuses arguments that it cannot take, also where it only warns about what is missing.
fn v1_or_error(cx: &FileCx<'_>) -> Severity {
    if cx.flavor() == Flavor::V2 { Severity::Error } else { Severity::Hint }
}

fn well_formed(used: &Use) -> Result<(), (String, TextRange)> {
    let args = &used.call.args;
    if args.iter().any(|arg| arg.splat) {
        return Ok(());
    }
    if let Some((name, range)) = args.iter().find_map(|arg| arg.keyword.as_ref()) {
        return Err((format!("doc() takes no argument '{name}': write doc('<name>')"), *range));
    }
    match args.len() {
        1 | 2 => Ok(()),
        count => Err((format!("doc() takes one or two arguments, {count} given"), used.call.range)),
    }
}

fn missing(cx: &FileCx<'_>, used: &Use) -> Option<Diagnostic> {
    let (package, name): (Option<&Arg>, &Arg) = match used.call.args.as_slice() {
        [name] => (None, name),
        [package, name] => (Some(package), name),
        _ => return None,
    };
    let wanted = name.value.as_str()?;
    let owner = match package {
        Some(package) => Some(package.value.as_str()?),
        None => None,
    };
    let has = |package: &Package| package.site(Space::Doc, wanted).is_some();
    let in_scope = |package: &&Package| owner.is_none_or(|owner| package.name() == owner);
    if cx.resolver.packages().filter(in_scope).any(has) || wanted == OVERVIEW {
        return None;
    }
    let unsure = match owner {
        // dbt's own packages, and those of adapters, are not known here.
        Some(owner) => {
            owner.starts_with("dbt") && !cx.resolver.packages().any(|package| package.name() == owner)
                || cx.resolver.may_be_uninstalled(owner)
        }
        None => cx.resolver.has_uninstalled(),
    };
    if unsure {
        return None;
    }
    if let (Some(owner), Some(package)) = (owner, package)
        && !cx.resolver.packages().any(|known| known.name() == owner)
    {
        let message = format!("no package '{owner}' here, so it has no docs block '{wanted}'");
        return Some(Diagnostic::new(CODE, package.inner_range(), Severity::Error, message));
    }
    let near = cx.may_guess().then(|| {
        let packages = cx.resolver.packages().filter(in_scope);
        text::suggest(
            wanted,
            packages.flat_map(|package| package.names(Space::Doc)).map(|(name, _)| name.as_str()),
        )
    });
    let near = near.flatten();
    let message = match near {
        Some(_) => format!("no docs block '{wanted}'{}", wording::did_you_mean(near)),
        None => format!(
            "no docs block '{wanted}': write {{% docs {wanted} %}} in a .md file of a resource folder"
        ),
    };
    let range = name.inner_range();
    let fix = near.filter(|_| matches!(name.value, Value::Literal(_))).map(|near| Fix {
        title: format!("Change to '{near}'"),
        preferred: false,
        change: SourceChange::edit(cx.file, range, near),
    });
    Some(Diagnostic::new(CODE, range, Severity::Error, message).fix(fix))
}

/// How bad it is: dbt v1 renders the texts of what it builds, and v2 only warns.
fn severity(cx: &FileCx<'_>, at: u32) -> Option<Severity> {
    let mesh = &cx.analysis.mesh;
    let entry = cx.facts.entries.get(at as usize)?;
    if cx.flavor() == Flavor::V2 {
        return Some(Severity::Warning);
    }
    let built = |node: Option<project::NodeRef>| match node.map(|node| mesh.enabled(&node)) {
        Some(Tri::Yes) => Some(Severity::Error),
        Some(Tri::Unknown) => Some(Severity::Hint),
        Some(Tri::No) | None => None,
    };
    let site = |space| cx.package.site(space, &entry.name).is_some().then_some(Severity::Error);
    match entry.section {
        Section::Models => {
            let family = mesh.family(cx.package, &entry.name)?;
            let members = family.versions.iter().map(Some);
            let all = members.chain((!family.is_versioned()).then_some(None));
            all.filter_map(|member| built(mesh.member_node(cx.package, &family, member))).max()
        }
        Section::Seeds => built(mesh.seed(cx.package, &entry.name)),
        Section::Snapshots => built(mesh.snapshot(cx.package, &entry.name)),
        Section::Analyses => site(Space::Analysis),
        Section::Macros => site(Space::Macro),
        Section::DataTests => site(Space::SingularTest),
        Section::Tables => built(mesh.table(cx.package, &entry.index_name(cx.facts))),
        Section::Sources => {
            let tables = cx.facts.entries.iter().filter(|table| table.parent == Some(at));
            tables.filter_map(|table| built(mesh.table(cx.package, &table.index_name(cx.facts)))).max()
        }
        Section::Exposures => {
            let kind = NodeKind::Exposure;
            built(mesh.yaml_node(cx.package, kind, Space::Exposure, &entry.name))
        }
        // Never rendered by v1, or not known to be.
        _ => None,
    }
}
