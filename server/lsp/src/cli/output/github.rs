//! Workflow commands of GitHub Actions: each finding becomes an annotation.

use crate::cli::report::{Finding, Report};
use ide::Severity;
use std::fmt::Write as _;
use std::io::{self, Write};

/// Writes one command per finding.
pub fn write(out: &mut impl Write, report: &Report) -> io::Result<()> {
    for finding in &report.findings {
        writeln!(out, "{}", command(finding))?;
    }
    Ok(())
}

fn command(finding: &Finding) -> String {
    let kind = match finding.severity {
        Severity::Error => "error",
        Severity::Warning => "warning",
        Severity::Info | Severity::Hint => "notice",
    };
    let mut command = format!("::{kind} file={},line={}", property(&finding.file), finding.line);
    // Writing to a string cannot fail.
    _ = write!(command, ",endLine={}", finding.end_line);
    // Columns are refused when the annotation spans lines.
    if finding.line == finding.end_line {
        _ = write!(command, ",col={},endColumn={}", finding.column, finding.end_column);
    }
    let mut message = finding.message.clone();
    for related in &finding.related {
        _ = write!(message, "\n{}:{}: {}", related.file, related.line, related.message);
    }
    _ = write!(command, ",title={}::{}", property(finding.code), data(&message));
    command
}

/// Escapes what would end a message.
fn data(text: &str) -> String {
    text.replace('%', "%25").replace('\r', "%0D").replace('\n', "%0A")
}

/// Escapes what would end a property.
fn property(text: &str) -> String {
    data(text).replace(':', "%3A").replace(',', "%2C")
}
