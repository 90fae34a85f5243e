//! Repairs: changes that a finding offers beyond those that come with it, because they need texts of other files, or
//! are not worth working out on each keystroke. One file each.

mod create_group;
mod create_model;
mod create_source;
mod nest_arguments;
mod nest_config;
mod publish;
mod suppress;
#[cfg(test)]
mod tests;

use crate::diagnostics::FileCx;
use crate::{Diagnostic, Files, Fix};

pub(crate) use suppress::SUPPRESS;

/// What is asked for a repair.
struct Cx<'a> {
    file: &'a FileCx<'a>,
    found: &'a Diagnostic,
    files: &'a dyn Files,
}

type Repair = fn(&Cx<'_>) -> Option<Fix>;

const CERTAIN: &[Repair] = &[nest_config::repair, nest_arguments::repair];
const CHOICES: &[Repair] =
    &[create_model::repair, create_source::repair, create_group::repair, publish::repair, suppress::repair];

/// What is certainly meant.
pub(crate) fn certain(file: &FileCx<'_>, found: &Diagnostic, files: &dyn Files) -> Vec<Fix> {
    let cx = Cx { file, found, files };
    CERTAIN.iter().filter_map(|repair| repair(&cx)).collect()
}

/// What somebody may choose.
pub(crate) fn choices(file: &FileCx<'_>, found: &Diagnostic, files: &dyn Files) -> Vec<Fix> {
    let cx = Cx { file, found, files };
    CHOICES.iter().filter_map(|repair| repair(&cx)).collect()
}
