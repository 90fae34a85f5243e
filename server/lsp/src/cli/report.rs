//! What `check` and `mesh` report, as plain data for every output format.

use super::fix::Fixed;
use ide::Severity;
use serde::{Serialize, Serializer};
use std::sync::Arc;
use text::{Encoding, LineCol, LineIndex, TextRange};

/// Everything `check` has to say.
#[derive(Debug, Default)]
pub struct Report {
    /// The projects that were checked, by name.
    pub projects: Vec<Project>,
    /// Their upstreams, by name.
    pub upstreams: Vec<Upstream>,
    /// The findings, by file and position.
    pub findings: Vec<Finding>,
    /// Counts.
    pub stats: Stats,
    /// What `--fix` has done, or would do with `--diff`; `None` without it.
    pub fixed: Option<Vec<Fixed>>,
    /// What `--fix --diff` would change.
    pub diff: Option<String>,
}

/// A project that was checked.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Project {
    /// As dbt_project.yml says.
    pub name: String,
    /// Its directory, relative to PATH, with `/`; `.` for PATH itself.
    pub root: String,
    /// Number of enabled models.
    pub models: usize,
}

/// An upstream that a project declares or that something supplies.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Upstream {
    /// The project's name.
    pub name: String,
    /// What supplies it: a path or URL; `None` when nothing does.
    pub source: Option<String>,
    /// The kind of that: `checkout`, `manifest`, `publication`, …
    pub kind: Option<String>,
    /// `loaded`, `missing`, `broken` …
    pub state: String,
    /// The dbt that wrote the manifest.
    pub dbt_version: Option<String>,
    /// When it was written, as the manifest says.
    pub generated_at: Option<String>,
    /// When the server that it is fetched from last said that it is the newest, in UTC.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub checked_at: Option<String>,
    /// Why it is not the newest, or not there.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub failure: Option<String>,
    /// Number of models that other projects may reference.
    pub public_models: usize,
}

/// Counts for the curious.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize)]
pub struct Stats {
    /// Files that were read.
    pub files: usize,
    /// Their bytes.
    pub bytes: u64,
    /// From the start of the command to the last finding.
    pub elapsed_ms: u64,
}

/// One finding with its place.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Finding {
    /// The diagnostic's code.
    pub code: &'static str,
    /// How bad it is.
    #[serde(serialize_with = "severity")]
    pub severity: Severity,
    /// What is wrong and the way out.
    pub message: String,
    /// Relative to PATH, with `/`.
    pub file: String,
    /// 1-based.
    pub line: u32,
    /// 1-based, in characters.
    pub column: u32,
    /// 1-based.
    pub end_line: u32,
    /// 1-based, in characters, behind the last one.
    pub end_column: u32,
    /// The project that the file belongs to.
    pub project: String,
    /// Other places that explain it.
    #[serde(skip)]
    pub related: Vec<Related>,
    /// The file's text, and where in it the finding is, in bytes.
    #[serde(skip)]
    pub source: Source,
}

/// Another place that explains a finding.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Related {
    /// Relative to PATH, with `/`.
    pub file: String,
    /// 1-based.
    pub line: u32,
    /// What it has to do with the finding.
    pub message: String,
}

/// A part of a text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Source {
    /// The whole text.
    pub text: Arc<str>,
    /// In bytes.
    pub range: TextRange,
}

/// Where a finding is: one per file.
#[derive(Debug)]
pub struct Place<'a> {
    /// Relative to PATH, with `/`.
    pub file: &'a str,
    /// The project that it belongs to.
    pub project: &'a str,
    /// Its text.
    pub text: &'a Arc<str>,
    /// The lines of that text.
    pub lines: &'a LineIndex,
}

impl Finding {
    /// A finding of the core at `place`.
    pub fn new(found: ide::Diagnostic, place: &Place<'_>, related: Vec<Related>) -> Finding {
        let at = |offset| place.lines.line_col(place.text, offset, Encoding::Utf32);
        let (start, end): (LineCol, LineCol) = (at(found.range.start()), at(found.range.end()));
        Finding {
            code: found.code,
            severity: found.severity,
            message: found.message,
            file: place.file.to_owned(),
            line: start.line + 1,
            column: start.col + 1,
            end_line: end.line + 1,
            end_column: end.col + 1,
            project: place.project.to_owned(),
            related,
            source: Source { text: Arc::clone(place.text), range: found.range },
        }
    }
}

impl Report {
    /// How many findings are exactly that bad.
    pub fn count(&self, severity: Severity) -> usize {
        self.findings.iter().filter(|finding| finding.severity == severity).count()
    }
}

/// The name of a severity in settings and output.
pub fn severity_name(severity: Severity) -> &'static str {
    match severity {
        Severity::Hint => "hint",
        Severity::Info => "info",
        Severity::Warning => "warning",
        Severity::Error => "error",
    }
}

fn severity<S: Serializer>(severity: &Severity, serializer: S) -> Result<S::Ok, S::Error> {
    serializer.serialize_str(severity_name(*severity))
}
