//! `dbt-mesh-ls mesh`, also `mesh status`; `mesh sync` and `mesh clean` are in `sync`.

use super::report::Upstream;
use super::{base, existing, load, sync};
use crate::config::{Config, Fetch};
use crate::queries;
use clap::ValueEnum;
use std::io::{self, Write};
use std::path::PathBuf;
use std::process::ExitCode;

/// Arguments of `mesh`.
#[derive(Debug, clap::Args)]
#[command(args_conflicts_with_subcommands = true)]
pub struct Args {
    #[command(subcommand)]
    command: Option<Command>,
    #[command(flatten)]
    status: Status,
}

#[derive(Debug, clap::Subcommand)]
enum Command {
    /// List the upstreams, the same as `mesh` alone.
    Status(Status),
    /// Fetch remote manifests again, whatever their age.
    Sync(sync::Args),
    /// Remove everything that was fetched, for all projects of this user.
    Clean,
}

/// Arguments of `mesh` and `mesh status`.
#[derive(Debug, clap::Args)]
struct Status {
    /// A directory with dbt projects below it. Default: the current directory.
    #[arg(value_name = "PATH")]
    path: Option<PathBuf>,
    /// How the upstreams are printed.
    #[arg(long, value_enum, default_value_t = Format::Text)]
    format: Format,
    /// Do not ask for remote manifests: what was fetched before must do.
    #[arg(long)]
    offline: bool,
}

#[derive(Debug, Clone, Copy, ValueEnum)]
enum Format {
    /// For people: a table.
    #[value(alias = "table")]
    Text,
    /// For programs: as in `check --format json`.
    Json,
}

/// Runs the subcommand.
pub fn run(args: &Args) -> anyhow::Result<ExitCode> {
    match &args.command {
        None => status(&args.status),
        Some(Command::Status(args)) => status(args),
        Some(Command::Sync(args)) => sync::run(args),
        Some(Command::Clean) => sync::clean(),
    }
}

/// Loads and prints.
fn status(args: &Status) -> anyhow::Result<ExitCode> {
    let paths = existing(args.path.as_slice())?;
    let fetch = if args.offline { Fetch::Never } else { Fetch::WhenDue };
    let analysis = load(&paths, &Config { fetch, ..Config::default() }, |_| {})?;
    let upstreams = queries::upstreams(&analysis, &base(&paths));
    let mut out = io::BufWriter::new(io::stdout().lock());
    match args.format {
        Format::Text => table(&mut out, &upstreams)?,
        Format::Json => {
            serde_json::to_writer_pretty(&mut out, &upstreams)?;
            writeln!(out)?;
        }
    }
    out.flush()?;
    Ok(ExitCode::SUCCESS)
}

const HEADINGS: [&str; 7] = ["NAME", "SUPPLIED BY", "STATE", "GENERATED", "CHECKED", "DBT", "PUBLIC MODELS"];

/// Prints the upstreams for people.
pub fn table(out: &mut impl Write, upstreams: &[Upstream]) -> io::Result<()> {
    if upstreams.is_empty() {
        return writeln!(out, "No upstreams.");
    }
    let dash = || "-".to_owned();
    let mut rows = vec![HEADINGS.map(str::to_owned)];
    rows.extend(upstreams.iter().map(|upstream| {
        let supply = match (&upstream.kind, &upstream.source) {
            (Some(kind), Some(source)) => format!("{kind} {source}"),
            (kind, source) => source.clone().or_else(|| kind.clone()).unwrap_or_else(dash),
        };
        [
            upstream.name.clone(),
            supply,
            upstream.state.clone(),
            upstream.generated_at.clone().unwrap_or_else(dash),
            upstream.checked_at.clone().unwrap_or_else(dash),
            upstream.dbt_version.clone().unwrap_or_else(dash),
            upstream.public_models.to_string(),
        ]
    }));
    let width = |column: usize| rows.iter().map(|row| row[column].chars().count()).max().unwrap_or(0);
    let widths: Vec<usize> = (0..HEADINGS.len()).map(width).collect();
    for row in &rows {
        let cells: Vec<String> =
            row.iter().zip(&widths).map(|(cell, width)| format!("{cell:<width$}", width = *width)).collect();
        writeln!(out, "{}", cells.join("  ").trim_end())?;
    }
    for upstream in upstreams {
        if let Some(failure) = &upstream.failure {
            writeln!(out, "\n{}: {failure}", upstream.name)?;
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use expect_test::expect;

    #[test]
    fn columns_are_as_wide_as_their_cells() {
        let loaded = Upstream {
            name: "platform".into(),
            source: Some("../platform".into()),
            kind: Some("checkout".into()),
            state: "loaded".into(),
            dbt_version: Some("1.10.2".into()),
            generated_at: None,
            checked_at: None,
            failure: None,
            public_models: 12,
        };
        let missing = Upstream {
            name: "hr".into(),
            source: None,
            kind: None,
            state: "missing".into(),
            dbt_version: None,
            generated_at: None,
            checked_at: None,
            failure: None,
            public_models: 0,
        };
        let mut out = Vec::new();
        table(&mut out, &[loaded, missing]).unwrap();
        expect![[r#"
            NAME      SUPPLIED BY           STATE    GENERATED  CHECKED  DBT     PUBLIC MODELS
            platform  checkout ../platform  loaded   -          -        1.10.2  12
            hr        -                     missing  -          -        -       0
        "#]]
        .assert_eq(&String::from_utf8(out).unwrap());
    }
}
