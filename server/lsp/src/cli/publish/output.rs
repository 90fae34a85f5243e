//! What `publish` prints for people and for pull requests.

use super::{Report, State, Warning};
use std::io::{self, Write};

/// For people.
pub fn text(out: &mut impl Write, report: &Report) -> io::Result<()> {
    for change in &report.changes {
        let mark = if change.breaking { "breaking" } else { "safe    " };
        writeln!(out, "  {mark}  {}: {}", change.model, change.change)?;
    }
    for warning in &report.warnings {
        writeln!(out, "  warning   {}", told(warning))?;
    }
    if !report.changes.is_empty() || !report.warnings.is_empty() {
        writeln!(out)?;
    }
    writeln!(out, "{}", summary(report, &report.to))
}

/// For the description of a pull request.
pub fn markdown(out: &mut impl Write, report: &Report) -> io::Result<()> {
    writeln!(out, "### {}: {}\n", report.project, summary(report, &format!("`{}`", report.to)))?;
    if !report.changes.is_empty() {
        writeln!(out, "| | model | change |\n|---|---|---|")?;
        for change in &report.changes {
            let mark = if change.breaking { "**breaking**" } else { "safe" };
            writeln!(out, "| {mark} | `{}` | {} |", change.model, change.change.replace('|', "\\|"))?;
        }
        writeln!(out)?;
    }
    for warning in &report.warnings {
        writeln!(out, "- {}", told(warning))?;
    }
    Ok(())
}

fn told(warning: &Warning) -> String {
    match &warning.model {
        Some(model) => format!("{model}: {}", warning.message),
        None => warning.message.clone(),
    }
}

fn summary(report: &Report, to: &str) -> String {
    let breaking = report.changes.iter().filter(|change| change.breaking).count();
    let s = |n: usize| if n == 1 { "" } else { "s" };
    let kilobytes = |bytes: usize| format!("{:.1} kB", bytes as f64 / 1e3);
    let catalog = report.catalog_bytes.map(|bytes| format!(" and {} of catalog", kilobytes(bytes)));
    let what = format!(
        "{} public model{}, {}{}",
        report.public_models,
        s(report.public_models),
        kilobytes(report.bytes),
        catalog.unwrap_or_default()
    );
    let first = if report.first { ", for the first time" } else { "" };
    match report.state {
        State::Published => format!("Published {what} to {to}{first}."),
        State::Unchanged => format!("{to} is up to date: {what}."),
        State::DryRun => format!("Would publish {what} to {to}{first}."),
        State::Refused => format!(
            "Not published to {to}: {breaking} breaking change{}. Keep what consumers use, add a new version of the \
             model, or publish with --allow-breaking.",
            s(breaking)
        ),
    }
}
