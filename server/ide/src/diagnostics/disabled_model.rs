//! `disabled-model`: the name exists and is switched off (spec §4.2).

use project::names::FILE;
use project::resolve::{Missing, Resolution};
use project::{NodeRef, Target};
use text::TextRange;

use super::{FileCx, RefSite};
use crate::{Diagnostic, Place};

pub(super) const CODE: &str = "disabled-model";

pub(super) fn check(site: &RefSite<'_>) -> Option<Diagnostic> {
    let target = match site.resolution {
        Resolution::Disabled(target) => Some(target),
        Resolution::Missing(Missing::DisabledUpstream) => None,
        _ => return None,
    };
    // dbt drops a test on something disabled without a word (spec §4.3).
    let severity = site.missing_severity().filter(|_| !site.referrer.kind.is_test())?;
    let message = format!("{} is disabled: enable it, or refer to another model", site.shown());
    let place = target.and_then(|target| switch(site.cx, target));
    Some(Diagnostic::new(CODE, site.name_range, severity, message).related(place, "disabled here"))
}

/// Where a node is switched off.
pub(super) fn switch(cx: &FileCx<'_>, target: &Target) -> Option<Place> {
    let Target::Local(node) = target else { return cx.place(target) };
    let (file, range) = in_file(cx, node).or_else(|| in_yaml(cx, node)).or_else(|| in_project(cx, node))?;
    Some(Place::File { file, full: range, focus: range })
}

fn in_file(cx: &FileCx<'_>, node: &NodeRef) -> Option<(project::FileId, TextRange)> {
    let facts = cx.analysis.mesh.facts(node.file)?;
    let settings = match facts.defs.get(node.item as usize) {
        Some(def) => &def.settings,
        None if node.item == FILE => &facts.settings,
        None => return None,
    };
    let setting = settings.get("enabled")?;
    Some((node.file, setting.key_range.cover(setting.value_range)))
}

fn in_yaml(cx: &FileCx<'_>, node: &NodeRef) -> Option<(project::FileId, TextRange)> {
    let setting = cx.analysis.mesh.yaml_setting(node, "enabled")?;
    Some((node.entry?.file, setting.key_range.cover(setting.value_range)))
}

fn in_project(cx: &FileCx<'_>, node: &NodeRef) -> Option<(project::FileId, TextRange)> {
    let package = cx.analysis.mesh.package(node.package)?;
    Some((package.file("dbt_project.yml")?, TextRange::empty(0.into())))
}
