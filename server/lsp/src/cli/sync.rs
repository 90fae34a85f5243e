//! `dbt-mesh-ls mesh sync` and `mesh clean`

use super::bar::Bar;
use super::{FOUND, base, existing, load, mesh};
use crate::config::{Config, Fetch};
use crate::queries;
use loader::remote::Cache;
use std::io::{self, Write};
use std::path::PathBuf;
use std::process::ExitCode;
use std::sync::Arc;
use std::time::Instant;

/// Arguments of `mesh sync`.
#[derive(Debug, clap::Args)]
pub struct Args {
    /// The upstreams to fetch. Default: all.
    #[arg(value_name = "NAME")]
    names: Vec<String>,
    /// A directory with dbt projects below it.
    #[arg(long, value_name = "PATH", default_value = ".")]
    path: PathBuf,
}

/// Fetches, and prints what is there afterwards. Exit code 1 when something could not be fetched.
pub fn run(args: &Args) -> anyhow::Result<ExitCode> {
    let paths = existing(std::slice::from_ref(&args.path))?;
    let config = Config { fetch: Fetch::Now(args.names.clone()), ..Config::default() };
    let bar = Arc::new(Bar::new(Instant::now()));
    let shown = Arc::clone(&bar);
    let analysis = load(&paths, &config, move |event| shown.show(event))?;
    bar.clear();
    let mut upstreams = queries::upstreams(&analysis, &base(&paths));
    if !args.names.is_empty() {
        // What did not come may be what is asked for.
        let known = |name: &String| upstreams.iter().any(|upstream| upstream.name == *name);
        let all_known = args.names.iter().all(known);
        let is_meant = |name: &String| args.names.contains(name) || !all_known && name == queries::UNKNOWN;
        upstreams.retain(|upstream| is_meant(&upstream.name));
        for name in &args.names {
            let known = upstreams.iter().any(|one| one.name == *name || one.name == queries::UNKNOWN);
            anyhow::ensure!(known, "no project here has an upstream '{name}'");
        }
    }
    let mut out = io::BufWriter::new(io::stdout().lock());
    mesh::table(&mut out, &upstreams)?;
    out.flush()?;
    let failed = upstreams.iter().any(|upstream| upstream.failure.is_some() || upstream.state == "failed");
    Ok(ExitCode::from(if failed { FOUND } else { 0 }))
}

/// Removes everything that was fetched.
pub fn clean() -> anyhow::Result<ExitCode> {
    let Some(dir) = loader::cache_dir(&loader::process_env) else {
        anyhow::bail!("no home folder is known: set HOME");
    };
    let cache = Cache::below(&dir);
    let size = cache.clear().map_err(|error| anyhow::anyhow!("{}: {error}", cache.folder().display()))?;
    let mut out = io::stdout().lock();
    writeln!(out, "Removed {} fetched files, {:.1} MB.", size.entries, size.bytes as f64 / 1e6)?;
    Ok(ExitCode::SUCCESS)
}
