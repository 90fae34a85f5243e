//! `malformed-dependencies`: the file is no YAML, or not of the shape that dbt reads (spec §12).

use project::deps::{DepProblem, DependencyFacts};
use project::flavor::Flavor;

use super::dependencies::{instead, shape_severity};
use super::{FileCx, syntax_error};
use crate::{Diagnostic, Severity};

pub(super) const CODE: &str = "malformed-dependencies";

/// What stops every engine: the YAML itself.
pub(super) fn syntax(cx: &FileCx<'_>, out: &mut Vec<Diagnostic>) {
    out.extend(cx.facts.errors.iter().map(|error| syntax_error::of(cx, CODE, error)));
}

pub(super) fn found(
    cx: &FileCx<'_>,
    facts: &DependencyFacts,
    problem: &DepProblem,
    fatal: bool,
) -> Diagnostic {
    // The quotes of a string belong to what is replaced.
    let entry = facts.projects.iter().find(|project| project.name_range == problem.range);
    let range = entry.map_or(problem.range, |project| project.range);
    Diagnostic::new(CODE, range, shape_severity(cx, fatal), problem.message.clone())
        .fix(instead(cx, problem, range))
}

/// dbt v1 refuses `projects` in packages.yml; v2 reads it there.
pub(super) fn projects_in_packages(cx: &FileCx<'_>, facts: &DependencyFacts, out: &mut Vec<Diagnostic>) {
    let Some(key) = facts.projects_key.filter(|_| cx.flavor() == Flavor::V1) else { return };
    let message = "dbt refuses 'projects' in packages.yml: move it to dependencies.yml";
    out.push(Diagnostic::new(CODE, key, Severity::Error, message));
}
