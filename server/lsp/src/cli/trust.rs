//! `dbt-mesh-ls trust`

use loader::remote::trust::{self, Trust};
use std::io::{self, Write};
use std::path::PathBuf;
use std::process::ExitCode;

/// Arguments of `trust`.
#[derive(Debug, clap::Args)]
pub struct Args {
    /// The folder: everything below it is trusted. Default: the current directory.
    #[arg(value_name = "PATH")]
    path: Option<PathBuf>,
    /// Trust it no longer.
    #[arg(long, conflicts_with = "list")]
    revoke: bool,
    /// Print the folders that are trusted.
    #[arg(long)]
    list: bool,
}

/// Changes or prints the user's list.
pub fn run(args: &Args) -> anyhow::Result<ExitCode> {
    let mut out = io::stdout().lock();
    if args.list {
        for folder in Trust::load().folders() {
            writeln!(out, "{}", folder.display())?;
        }
        return Ok(ExitCode::SUCCESS);
    }
    let path = args.path.clone().unwrap_or_else(|| PathBuf::from("."));
    let path = loader::canonical(&loader::absolute(&loader::here(), &path));
    anyhow::ensure!(args.revoke || path.is_dir(), "{}: no such directory", path.display());
    let shown = path.display();
    let said = match (args.revoke, if args.revoke { trust::remove(&path)? } else { trust::add(&path)? }) {
        (false, true) => format!("Trusted: manifests that configuration in {shown} names are fetched."),
        (false, false) => format!("{shown} was trusted already."),
        (true, true) => format!("{shown} is trusted no longer."),
        (true, false) => format!("{shown} was not trusted by itself; see --list."),
    };
    writeln!(out, "{said}")?;
    Ok(ExitCode::SUCCESS)
}
