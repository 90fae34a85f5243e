//! Writes server/project/src/schema/table.rs: the names, types and words of the JSON schemas that the dbt-core
//! wheel carries, together with our own shapes for the files it has no schema for (schemas/own.txt).
//!
//! No sentence of the schemas is taken.

#![allow(clippy::disallowed_methods, reason = "a developer's tool runs programs")]

mod emit;
mod graph;
mod own;

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context, Result, bail, ensure};
use serde_json::Value;

use self::graph::Graph;

/// The schemas are taken from this dbt unless another is asked for.
const DBT_VERSION: &str = "1.12.6";

/// The files with a root shape of their own: the constant's name and the shape's.
const ROOTS: [(&str, &str); 10] = [
    ("PROPERTIES", "Properties"),
    ("PROJECT", "Project"),
    ("PACKAGES", "Packages"),
    ("DEPENDENCIES", "Dependencies"),
    ("SELECTORS", "Selectors"),
    ("VARS", "Vars"),
    ("MESH", "Mesh"),
    ("LOOM", "Loom"),
    ("PROFILES", "Profiles"),
    ("MODEL_CONFIG", "ModelConfig"),
];

/// Which wheel to read.
#[derive(clap::Args)]
pub struct Args {
    /// A dbt-core wheel; downloaded with pip when not given.
    #[arg(long)]
    wheel: Option<PathBuf>,
    /// The dbt-core to download.
    #[arg(long, default_value = DBT_VERSION, conflicts_with = "wheel")]
    dbt_version: String,
    /// Write nothing: fail when the committed table is not what the wheel gives.
    #[arg(long)]
    check: bool,
}

/// Writes the table, or checks it.
pub fn run(args: &Args) -> Result<()> {
    let work = tempfile::tempdir().context("a place for the wheel")?;
    let wheel = match &args.wheel {
        Some(wheel) => wheel.clone(),
        None => download(&args.dbt_version, work.path())?,
    };
    let name = wheel.file_name().and_then(|name| name.to_str()).context("the wheel's name")?;
    let version = name.split('-').nth(1).context("a wheel is named dbt_core-<version>-…")?;
    let unpacked = work.path().join("wheel");
    python(&["-m", "zipfile", "-e", path(&wheel)?, path(&unpacked)?])?;
    let read = |name: &str| -> Result<Value> {
        let file = unpacked.join("dbt/jsonschemas").join(name).join("latest.json");
        let text = fs::read_to_string(&file).with_context(|| format!("the wheel's {}", file.display()))?;
        Ok(serde_json::from_str(&text)?)
    };
    let mut graph = Graph::new(&read("resources")?, &read("project")?)?;
    own::apply(include_str!("schemas/own.txt"), &mut graph)?;
    let roots = ROOTS.map(|(constant, name)| (constant, graph.shape_of(name)));
    let shapes = graph.finish()?;
    let table = emit::table(shapes, &roots, version)?;

    let committed = Path::new(env!("CARGO_MANIFEST_DIR")).join("../project/src/schema/table.rs");
    if !args.check {
        return fs::write(&committed, table).context("the table");
    }
    let now = fs::read_to_string(&committed).unwrap_or_default();
    ensure!(now == table, "server/project/src/schema/table.rs is stale; run `cargo xtask schemas`");
    Ok(())
}

fn download(version: &str, into: &Path) -> Result<PathBuf> {
    let package = format!("dbt-core=={version}");
    python(&["-m", "pip", "download", "--quiet", "--no-deps", "--dest", path(into)?, &package])?;
    let mut wheels = fs::read_dir(into)?.filter_map(|entry| Some(entry.ok()?.path()));
    wheels.find(|file| file.extension().is_some_and(|ext| ext == "whl")).context("pip gave no wheel")
}

fn python(args: &[&str]) -> Result<()> {
    let status = Command::new("python3").args(args).status().context("python3")?;
    if !status.success() {
        bail!("python3 {} failed", args.join(" "));
    }
    Ok(())
}

fn path(path: &Path) -> Result<&str> {
    path.to_str().context("a path that is text")
}
