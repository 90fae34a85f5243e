//! One JSON document: other tools rely on its form.

use crate::cli::fix::Fixed;
use crate::cli::report::{Finding, Project, Report, Stats, Upstream};
use serde::Serialize;
use std::io::{self, Write};

#[derive(Serialize)]
struct Document<'a> {
    projects: &'a [Project],
    upstreams: &'a [Upstream],
    diagnostics: &'a [Finding],
    stats: Stats,
    #[serde(skip_serializing_if = "Option::is_none")]
    fixed: Option<&'a [Fixed]>,
    #[serde(skip_serializing_if = "Option::is_none")]
    diff: Option<&'a str>,
}

/// Writes `report`, indented.
pub fn write(out: &mut impl Write, report: &Report) -> io::Result<()> {
    let document = Document {
        projects: &report.projects,
        upstreams: &report.upstreams,
        diagnostics: &report.findings,
        stats: report.stats,
        fixed: report.fixed.as_deref(),
        diff: report.diff.as_deref(),
    };
    serde_json::to_writer_pretty(&mut *out, &document)?;
    writeln!(out)
}
