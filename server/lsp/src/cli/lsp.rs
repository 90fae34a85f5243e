//! `dbt-mesh-ls lsp`

use crate::backend;
use std::process::ExitCode;

/// Arguments of `lsp`.
#[derive(Debug, clap::Args)]
pub struct Args {
    /// Talk over stdin and stdout. Always so: the flag is for clients that insist on it.
    #[arg(long)]
    stdio: bool,
}

/// Serves until the client leaves.
pub fn run(args: &Args) -> ExitCode {
    tracing::debug!(stdio = args.stdio, version = env!("CARGO_PKG_VERSION"), "serving");
    backend::serve()
}
