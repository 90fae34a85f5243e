//! `dbt-mesh-ls mesh`

use super::report::Upstream;
use super::{base, existing, load};
use crate::config::Config;
use crate::queries;
use clap::ValueEnum;
use std::io::{self, Write};
use std::path::PathBuf;
use std::process::ExitCode;

/// Arguments of `mesh`.
#[derive(Debug, clap::Args)]
pub struct Args {
    /// A directory with dbt projects below it. Default: the current directory.
    #[arg(value_name = "PATH")]
    path: Option<PathBuf>,
    /// How the upstreams are printed.
    #[arg(long, value_enum, default_value_t = Format::Text)]
    format: Format,
}

#[derive(Debug, Clone, Copy, ValueEnum)]
enum Format {
    /// For people: a table.
    #[value(alias = "table")]
    Text,
    /// For programs: as in `check --format json`.
    Json,
}

/// Loads and prints.
pub fn run(args: &Args) -> anyhow::Result<ExitCode> {
    let paths = existing(args.path.as_slice())?;
    let analysis = load(&paths, &Config::default(), |_| {})?;
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

const HEADINGS: [&str; 6] = ["NAME", "SUPPLIED BY", "STATE", "GENERATED", "DBT", "PUBLIC MODELS"];

fn table(out: &mut impl Write, upstreams: &[Upstream]) -> io::Result<()> {
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
            public_models: 12,
        };
        let missing = Upstream {
            name: "hr".into(),
            source: None,
            kind: None,
            state: "missing".into(),
            dbt_version: None,
            generated_at: None,
            public_models: 0,
        };
        let mut out = Vec::new();
        table(&mut out, &[loaded, missing]).unwrap();
        expect![[r#"
            NAME      SUPPLIED BY           STATE    GENERATED  DBT     PUBLIC MODELS
            platform  checkout ../platform  loaded   -          1.10.2  12
            hr        -                     missing  -          -       0
        "#]]
        .assert_eq(&String::from_utf8(out).unwrap());
    }
}
