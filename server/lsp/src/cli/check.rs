//! `dbt-mesh-ls check`

use super::bar::Bar;
use super::output;
use super::report::{Finding, Place, Related, Report, Stats};
use super::{Dbt, FOUND, base, existing, fix, here, load_all};
use crate::analysis::{self, Analysis};
use crate::config::{Config, Fetch};
use crate::queries::{self, relative};
use anyhow::Context;
use clap::ValueEnum;
use ide::{Confidence, Depth, Severity};
use project::FileId;
use project::variables::{Values, supplied};
use rustc_hash::FxHashMap;
use std::collections::hash_map::Entry;
use std::io::{IsTerminal, Write};
use std::path::PathBuf;
use std::process::ExitCode;
use std::sync::Arc;
use std::time::Instant;
use syntax::yaml::Dialect;
use text::LineIndex;

/// Arguments of `check`.
#[derive(Debug, clap::Args)]
pub struct Args {
    /// Directories with dbt projects below them, or files of a project. Default: the current directory.
    #[arg(value_name = "PATH")]
    paths: Vec<PathBuf>,
    /// How findings are printed.
    #[arg(long, value_enum, default_value_t = Format::Text)]
    format: Format,
    /// Which dbt's rules hold.
    #[arg(long, value_enum, default_value_t = Dbt::Auto)]
    dbt: Dbt,
    /// Report what is missing before others can build on the projects: the rules of mesh readiness.
    #[arg(long)]
    readiness: bool,
    /// Do not ask for remote manifests: what was fetched before must do.
    #[arg(long)]
    offline: bool,
    /// Variables that dbt would get on its command line: a YAML mapping, as dbt takes it.
    #[arg(long, value_name = "YAML")]
    vars: Option<String>,
    /// Make the fixes that are certain, in the files below PATH.
    #[arg(long)]
    fix: bool,
    /// With --fix: make those too that are only likely.
    #[arg(long = "unsafe", requires = "fix")]
    likely: bool,
    /// With --fix: print what would change as a unified diff, and change nothing.
    #[arg(long, requires = "fix")]
    diff: bool,
    /// Leave out what is less severe.
    #[arg(long, value_enum, default_value_t = MinSeverity::Hint)]
    min_severity: MinSeverity,
}

/// How findings are printed.
#[derive(Debug, Clone, Copy, ValueEnum)]
enum Format {
    /// For people: the source with the finding marked.
    Text,
    /// One document with projects, upstreams, diagnostics and statistics.
    Json,
    /// SARIF 2.1.0, for code scanning.
    Sarif,
    /// Annotations for GitHub Actions.
    Github,
}

#[derive(Debug, Clone, Copy, ValueEnum)]
enum MinSeverity {
    Hint,
    Info,
    Warning,
    Error,
}

impl From<MinSeverity> for Severity {
    fn from(min: MinSeverity) -> Severity {
        match min {
            MinSeverity::Hint => Severity::Hint,
            MinSeverity::Info => Severity::Info,
            MinSeverity::Warning => Severity::Warning,
            MinSeverity::Error => Severity::Error,
        }
    }
}

/// Loads, checks and prints.
pub fn run(args: &Args) -> anyhow::Result<ExitCode> {
    let began = Instant::now();
    let paths = existing(&args.paths)?;
    let readiness = args.readiness.then_some(true);
    let config = Config { dbt_version: args.dbt.into(), readiness, ..Config::default() };
    let config = Config { fetch: if args.offline { Fetch::Never } else { Fetch::WhenDue }, ..config };
    let config = Config { vars: variables(args)?, ..config };
    let bar = Arc::new(Bar::new(began));
    let shown = Arc::clone(&bar);
    let mut loaded = load_all(&paths, &config, move |event| shown.show(event))?;
    bar.clear();
    // Annotations belong to the repository, whatever part of it is checked.
    let base = if matches!(args.format, Format::Github) { here() } else { base(&paths) };
    let outcome = args.fix.then(|| {
        let confidence = if args.likely { Confidence::Likely } else { Confidence::Certain };
        fix::fix(&mut loaded, &paths, confidence, &base)
    });
    let mut report = report(&loaded.analysis(), args.min_severity.into(), &base, began);
    let changes = outcome.as_ref().is_some_and(|outcome| !outcome.files.is_empty());
    if let Some(outcome) = outcome {
        match args.diff {
            true => report.diff = Some(fix::unified(&outcome, &base)),
            false => outcome.write()?,
        }
        report.fixed = Some(outcome.fixed);
    }

    let mut out = std::io::BufWriter::new(std::io::stdout().lock());
    match args.format {
        Format::Text if args.diff => write!(out, "{}", report.diff.as_deref().unwrap_or_default())?,
        Format::Text => output::text::write(&mut out, &report, style())?,
        Format::Json => output::json::write(&mut out, &report)?,
        Format::Sarif => output::sarif::write(&mut out, &report)?,
        Format::Github => output::github::write(&mut out, &report)?,
    }
    out.flush()?;
    let is_bad = report.count(Severity::Error) > 0 || args.diff && changes;
    Ok(ExitCode::from(if is_bad { FOUND } else { 0 }))
}

/// What `--vars` gives.
fn variables(args: &Args) -> anyhow::Result<Values> {
    let Some(text) = args.vars.as_deref() else { return Ok(Values::default()) };
    let dialect = match args.dbt {
        Dbt::V2 => Dialect::V1_2,
        Dbt::Auto | Dbt::V1 => Dialect::V1_1,
    };
    let vars = supplied(text, dialect);
    vars.with_context(|| {
        format!("--vars is a YAML mapping such as '{{start_date: 2020-01-01}}', not '{text}'")
    })
}

fn style() -> output::text::Style {
    let wanted = std::io::stdout().is_terminal() && std::env::var_os("NO_COLOR").is_none_or(|v| v.is_empty());
    if wanted { output::text::Style::Coloured } else { output::text::Style::Plain }
}

/// Everything that is to be said, sorted.
fn report(analysis: &Analysis, min: Severity, base: &str, began: Instant) -> Report {
    let mut findings = Vec::new();
    let (files, bytes) = analysis.read;
    let mut stats = Stats { files, bytes, elapsed_ms: 0 };
    let mut lines = Lines { analysis, cached: FxHashMap::default() };
    for (file, project) in queries::files(analysis) {
        // Nothing cancels the command line.
        let Ok(mut found) = analysis::diagnostics(analysis, file, Depth::Full) else { continue };
        found.retain(|finding| finding.severity >= min);
        if found.is_empty() {
            continue;
        }
        let (Some(path), Some(text)) = (analysis.path(file), analysis.text(file)) else { continue };
        let index = LineIndex::new(&text);
        let place = Place { file: relative(&path, base), project: &project, text: &text, lines: &index };
        for finding in found {
            let related = finding.related.iter().filter_map(|(to, note)| lines.related(to, note, base));
            let related = related.collect();
            findings.push(Finding::new(finding, &place, related));
        }
    }
    findings.sort_by(|a, b| (&a.file, a.line, a.column, a.code).cmp(&(&b.file, b.line, b.column, b.code)));
    stats.elapsed_ms = began.elapsed().as_millis() as u64;
    Report {
        projects: queries::projects(analysis, base),
        upstreams: queries::upstreams(analysis, base),
        findings,
        stats,
        ..Report::default()
    }
}

/// Lines of files that findings refer to, indexed once.
struct Lines<'a> {
    analysis: &'a Analysis,
    cached: FxHashMap<FileId, LineIndex>,
}

impl Lines<'_> {
    fn related(&mut self, to: &ide::Place, note: &str, base: &str) -> Option<Related> {
        let (file, line) = match to {
            ide::Place::File { file, focus, .. } => {
                let path = self.analysis.path(*file)?;
                let index = match self.cached.entry(*file) {
                    Entry::Occupied(known) => known.into_mut(),
                    Entry::Vacant(new) => new.insert(LineIndex::new(&self.analysis.text(*file)?)),
                };
                (relative(&path, base).to_owned(), index.line(focus.start()) + 1)
            }
            ide::Place::Path(path) => {
                let path = path.to_string_lossy().replace('\\', "/");
                (relative(&path, base).to_owned(), 1)
            }
            ide::Place::Upstream { project, unique_id } => (format!("{project}: {unique_id}"), 1),
        };
        Some(Related { file, line, message: note.to_owned() })
    }
}
