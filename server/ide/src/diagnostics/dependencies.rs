//! Findings of `dependencies.yml` and `packages.yml`.

use super::{Depth, FileCx};
use crate::Diagnostic;

pub(super) fn check(_cx: &FileCx<'_>, _depth: Depth, _out: &mut Vec<Diagnostic>) {}
