//! Tools for the developers of dbt-mesh-ls: code generation, sample data, benches.
//!
//! Nothing here is shipped, so it may read and write files and start programs.

#![allow(clippy::disallowed_methods)]

mod bench;
mod gen_manifest;
mod gen_project;
mod grammar;
mod mutate;
mod oracle;
mod schemas;

use anyhow::Result;
use clap::{Parser, Subcommand};
use std::path::PathBuf;

/// How wide the models of a synthetic manifest are, and how many of them make a megabyte.
const COLUMNS: usize = 18;
const MODELS_PER_MB: usize = 41;

#[derive(Parser)]
#[command(name = "xtask", about = "Tools for the developers of dbt-mesh-ls")]
struct Cli {
    #[command(subcommand)]
    task: Task,
}

#[derive(Subcommand)]
enum Task {
    /// Write a synthetic dbt project.
    GenProject {
        /// Where to; made if it is missing.
        dir: PathBuf,
        /// How many models.
        #[arg(long, default_value_t = 1000)]
        models: usize,
        /// Take every tenth model's second ref from a project of this name (models `model_000000` to `model_000099`).
        #[arg(long)]
        upstream: Option<String>,
    },
    /// Write a synthetic manifest.json, schema v12.
    GenManifest {
        /// The file to write.
        file: PathBuf,
        /// Its size, roughly.
        #[arg(long, default_value_t = 200)]
        megabytes: usize,
    },
    /// Generate the parser of the template grammar.
    Grammar {
        /// Write nothing: fail when the committed parser is not what grammar.js gives.
        #[arg(long)]
        check: bool,
    },
    /// Write the table of the keys and values of dbt's YAML files.
    Schemas(schemas::Args),
    /// Measure the server; prints the tables of docs/performance.md.
    Bench(bench::Args),
    /// Compare the graph and the findings with real dbt's on projects; prints the table of docs/conformance.md.
    Oracle(oracle::Args),
    /// Break one thing at random in a project, ask real dbt and dbt-mesh-ls; prints precision and recall.
    Mutate(mutate::MutateArgs),
}

fn main() -> Result<()> {
    match Cli::parse().task {
        Task::GenProject { dir, models, upstream } => {
            let names: Vec<String> = (0..100).map(gen_project::model_name).collect();
            let upstream = upstream.as_deref().map(|name| gen_project::Upstream { name, models: &names });
            gen_project::write(&dir, &gen_project::Spec { name: "bench", models, upstream })
        }
        Task::GenManifest { file, megabytes } => {
            gen_manifest::write(&file, megabytes * MODELS_PER_MB, COLUMNS)
        }
        Task::Grammar { check } => grammar::generate(check),
        Task::Schemas(args) => schemas::run(&args),
        Task::Bench(args) => bench::run(&args),
        Task::Oracle(args) => oracle::run(&args),
        Task::Mutate(args) => mutate::run(&args),
    }
}
