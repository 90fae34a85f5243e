//! Findings about exposures, metrics and other resources that are declared in properties files: asks each rule,
//! and gathers what they share.

use project::facts::resources::{FaultOf, NameUse, RefusedBy, Wanted, When};
use project::facts::{Entry, Section};
use project::flavor::Flavor;
use project::names::Site;
use project::node::{NodeKind, Tri};
use project::{NodeRef, Target};

use super::definitions::v1_error;
use super::{
    FileCx, duplicate_resource, invalid_exposure, invalid_function, invalid_metric, invalid_saved_query,
    invalid_semantic_model, invalid_time_spine, invalid_unit_test, missing_time_spine, unknown_dimension,
    unknown_fixture, unknown_measure, unknown_metric, unknown_unit_test_model,
};
use crate::{Diagnostic, Fix, Severity, SourceChange};

/// What the file alone and the names in it tell.
pub(super) fn check(cx: &FileCx<'_>, out: &mut Vec<Diagnostic>) {
    faults(cx, out);
    for used in &cx.facts.resources().names {
        let Some(entry) = cx.facts.entries.get(used.entry as usize).filter(|_| used.counts) else { continue };
        let site = NameSite { cx, used, entry };
        match used.wanted {
            _ if !site.is_enabled() => {}
            Wanted::Metric => out.extend(unknown_metric::named(&site)),
            Wanted::Measure => out.extend(unknown_measure::check(&site)),
            Wanted::Fixture => out.extend(unknown_fixture::check(&site)),
            Wanted::SeedRows => out.extend(invalid_unit_test::seed(&site)),
            Wanted::TestedModel => out.extend(unknown_unit_test_model::check(&site)),
            Wanted::TestedVersion
            | Wanted::TimeDimension
            | Wanted::OverriddenMacro
            | Wanted::OverriddenVar => {}
        }
    }
    unknown_unit_test_model::versions(cx, out);
    invalid_unit_test::incremental(cx, out);
    missing_time_spine::check(cx, out);
    invalid_semantic_model::older_form(cx, out);
    duplicate_resource::entries(cx, out);
    duplicate_resource::measures(cx, out);
}

fn faults(cx: &FileCx<'_>, out: &mut Vec<Diagnostic>) {
    let is_checked = std::cell::OnceCell::new();
    for fault in &cx.facts.resources().faults {
        let code = match fault.of {
            FaultOf::Dimension => unknown_dimension::CODE,
            FaultOf::Exposure => invalid_exposure::CODE,
            FaultOf::Function => invalid_function::CODE,
            FaultOf::Metric => invalid_metric::CODE,
            FaultOf::SavedQuery => invalid_saved_query::CODE,
            FaultOf::SemanticModel => invalid_semantic_model::CODE,
            FaultOf::TimeSpine => invalid_time_spine::CODE,
            FaultOf::UnitTest => invalid_unit_test::CODE,
        };
        // What only the other engine refuses, other-engine tells.
        if matches!((fault.by, cx.flavor()), (RefusedBy::V1, Flavor::V2) | (RefusedBy::V2, Flavor::V1)) {
            continue;
        }
        let at = fault.entry.and_then(|at| Some((at, cx.facts.entries.get(at as usize)?)));
        let site = at.map(|(at, entry)| EntrySite { cx, at, entry });
        let enabled = || site.as_ref().is_none_or(EntrySite::is_enabled);
        let layer = || enabled() && *is_checked.get_or_init(|| cx.resolver.checks_semantic_layer());
        let is_seen = match fault.when {
            When::Always => true,
            When::Enabled => enabled(),
            When::Layer => layer(),
            When::Nested => layer() && !cx.project.config.flat_cumulative,
        };
        if !is_seen {
            continue;
        }
        let fix = fault.instead.as_ref().map(|word| Fix {
            title: format!("Change to '{word}'"),
            preferred: false,
            change: SourceChange::edit(cx.file, fault.range, word.to_string()),
        });
        out.push(Diagnostic::new(code, fault.range, Severity::Error, &*fault.message).fix(fix));
    }
}

/// An entry that is a resource, or a part of one.
pub(super) struct EntrySite<'a> {
    pub cx: &'a FileCx<'a>,
    /// Its index in the file's entries.
    pub at: u32,
    pub entry: &'a Entry,
}

impl EntrySite<'_> {
    /// The node that it is; of a measure or the like the semantic model.
    pub fn node(&self) -> Option<NodeRef> {
        let (mesh, package) = (&self.cx.analysis.mesh, self.cx.package);
        let kind = match self.entry.section {
            Section::Exposures => NodeKind::Exposure,
            Section::Metrics => NodeKind::Metric,
            Section::SavedQueries => NodeKind::SavedQuery,
            Section::UnitTests => NodeKind::UnitTest,
            Section::SemanticModels => NodeKind::SemanticModel,
            Section::Measures | Section::Dimensions | Section::Entities => {
                return mesh.semantic_model_of(package, self.site());
            }
            _ => return None,
        };
        let name = self.entry.index_name(self.cx.facts);
        Some(mesh.resource(package, kind, &name, self.site()))
    }

    pub fn site(&self) -> Site {
        Site { file: self.cx.file, item: self.at }
    }

    /// Whether dbt surely takes it up.
    pub fn is_enabled(&self) -> bool {
        let mesh = &self.cx.analysis.mesh;
        self.node().is_none_or(|node| mesh.enabled(&node) == Tri::Yes)
    }
}

/// A name in YAML and who uses it.
pub(super) struct NameSite<'a> {
    pub cx: &'a FileCx<'a>,
    pub used: &'a NameUse,
    pub entry: &'a Entry,
}

impl NameSite<'_> {
    fn is_enabled(&self) -> bool {
        EntrySite { cx: self.cx, at: self.used.entry, entry: self.entry }.is_enabled()
    }

    /// A finding at the name, with the change to a name that is near. dbt v2 looks up none of these.
    pub fn finding(&self, code: &'static str, message: String, near: Option<&str>) -> Diagnostic {
        let fix = near.map(|near| Fix {
            title: format!("Change to '{near}'"),
            preferred: false,
            change: SourceChange::edit(self.cx.file, self.used.range, near),
        });
        Diagnostic::new(code, self.used.range, v1_error(self.cx), message).fix(fix)
    }
}

/// A target's own node.
pub(super) fn local(target: &Target) -> Option<&NodeRef> {
    match target {
        Target::Local(node) => Some(node),
        Target::Upstream { .. } => None,
    }
}
