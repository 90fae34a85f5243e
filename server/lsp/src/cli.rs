//! The command line, a file for each command.
//!
//! Exit codes: 0 nothing at error level, 1 errors, 2 could not run.

pub mod bar;
pub mod check;
mod completions;
pub mod explain;
pub mod fix;
pub mod graph;
mod impact;
mod lsp;
mod man;
mod mesh;
pub mod output;
mod publish;
pub mod report;
mod sync;
mod trust;

use crate::analysis::{self, Analysis, Loaded};
use crate::config::Config;
use crate::loading::LoadEvent;
use crate::queries;
use clap::{Parser, Subcommand, ValueEnum};
use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::ExitCode;
use tracing_subscriber::EnvFilter;

/// Language server and checker for a mesh of dbt projects.
#[derive(Debug, Parser)]
#[command(name = "dbt-mesh-ls", version, about, arg_required_else_help = true)]
struct Cli {
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// Run the language server over stdin and stdout.
    Lsp(lsp::Args),
    /// Report everything that is wrong in the projects below PATH.
    Check(check::Args),
    /// Print the nodes of all projects and upstreams, and what depends on what.
    Graph(graph::Args),
    /// Tell what a change breaks for other projects.
    Impact(impact::Args),
    /// List the upstreams: what supplies each, its state and age.
    Mesh(mesh::Args),
    /// Put a project's manifest where its consumers read it.
    Publish(publish::Args),
    /// Allow a folder's configuration to name hosts that manifests are fetched from.
    Trust(trust::Args),
    /// Explain a diagnostic.
    Explain(explain::Args),
    /// Print what a shell needs to complete this program's arguments.
    Completions(completions::Args),
    /// Print a manual page.
    Man(man::Args),
}

/// Which dbt's rules hold.
#[derive(Debug, Clone, Copy, Default, ValueEnum)]
enum Dbt {
    /// Found out per project.
    #[default]
    Auto,
    /// dbt Core 1.x.
    #[value(name = "1")]
    V1,
    /// dbt 2 (Fusion).
    #[value(name = "2")]
    V2,
}

impl From<Dbt> for crate::config::DbtVersion {
    fn from(dbt: Dbt) -> Self {
        match dbt {
            Dbt::Auto => Self::Auto,
            Dbt::V1 => Self::V1,
            Dbt::V2 => Self::V2,
        }
    }
}

/// Something at error level was found.
const FOUND: u8 = 1;
/// The command could not run.
const FAILED: u8 = 2;

/// Runs the command that the arguments name.
pub fn run() -> ExitCode {
    let cli = Cli::parse();
    start_log();
    let result = match cli.command {
        Command::Lsp(args) => return lsp::run(&args),
        Command::Check(args) => check::run(&args),
        Command::Graph(args) => graph::run(&args),
        Command::Impact(args) => impact::run(&args),
        Command::Mesh(args) => mesh::run(&args),
        Command::Publish(args) => publish::run(&args),
        Command::Trust(args) => trust::run(&args),
        Command::Explain(args) => explain::run(&args),
        Command::Completions(args) => completions::run(&args),
        Command::Man(args) => man::run(&args),
    };
    result.unwrap_or_else(|error| {
        // A reader that has seen enough (`| head`) is no failure.
        if error.chain().any(is_broken_pipe) {
            return ExitCode::SUCCESS;
        }
        // Fails only when nobody reads stderr.
        _ = writeln!(std::io::stderr(), "dbt-mesh-ls: {error:#}");
        ExitCode::from(FAILED)
    })
}

fn is_broken_pipe(error: &(dyn std::error::Error + 'static)) -> bool {
    error.downcast_ref::<std::io::Error>().is_some_and(|e| e.kind() == std::io::ErrorKind::BrokenPipe)
}

/// Logs to stderr: warnings, or what `DBT_MESH_LOG` says (as of `RUST_LOG`).
fn start_log() {
    let filter = EnvFilter::try_from_env("DBT_MESH_LOG").unwrap_or_else(|_| EnvFilter::new("warn"));
    tracing_subscriber::fmt().with_env_filter(filter).with_writer(std::io::stderr).with_ansi(false).init();
    std::panic::set_hook(Box::new(|panic| {
        let thread = std::thread::current();
        tracing::error!(thread = thread.name().unwrap_or("?"), "{panic}");
    }));
}

/// The paths to work on: those given, else the current directory. Fails for a path that does not exist.
fn existing(paths: &[PathBuf]) -> anyhow::Result<Vec<PathBuf>> {
    if paths.is_empty() {
        return Ok(vec![PathBuf::from(".")]);
    }
    for path in paths {
        anyhow::ensure!(path.exists(), "{}: no such file or directory", path.display());
    }
    Ok(paths.to_vec())
}

/// Loads everything below `paths`. Fails when there is no project: a check of nothing is no success.
fn load(
    paths: &[PathBuf],
    config: &Config,
    progress: impl Fn(LoadEvent) + Send + Sync + 'static,
) -> anyhow::Result<Analysis> {
    Ok(load_all(paths, config, progress)?.analysis())
}

/// The same, with texts that may be changed.
fn load_all(
    paths: &[PathBuf],
    config: &Config,
    progress: impl Fn(LoadEvent) + Send + Sync + 'static,
) -> anyhow::Result<Loaded> {
    let loaded = analysis::load(paths, config, progress);
    if queries::projects(&loaded.analysis(), "").is_empty() {
        let paths: Vec<_> = paths.iter().map(|path| path.display().to_string()).collect();
        anyhow::bail!("no dbt_project.yml in or above {}", paths.join(", "));
    }
    Ok(loaded)
}

/// What files are named relative to, with `/`: the one PATH, or the current directory when there are several.
fn base(paths: &[PathBuf]) -> String {
    let base = match paths {
        [one] if one.is_dir() => one.clone(),
        [one] => one.parent().map(Path::to_path_buf).unwrap_or_default(),
        _ => PathBuf::from("."),
    };
    let here = loader::here();
    loader::slashed(&loader::absolute(&here, &base))
}

/// The current directory: what GitHub's annotations are relative to.
fn here() -> String {
    loader::slashed(&loader::here())
}
