//! `dbt-mesh-ls completions`: what a shell completes after `dbt-mesh-ls`, from the command line's own definition.

use super::Cli;
use clap::CommandFactory;
use clap_complete::Shell;
use std::io::Write;
use std::process::ExitCode;

/// Arguments of `completions`.
#[derive(Debug, clap::Args)]
pub struct Args {
    /// The shell to write for.
    shell: Shell,
}

/// Prints the script for a shell.
pub fn run(args: &Args) -> anyhow::Result<ExitCode> {
    // The generator panics when its writer fails, as standard output does behind `| head`.
    let mut script = Vec::new();
    clap_complete::generate(args.shell, &mut Cli::command(), "dbt-mesh-ls", &mut script);
    std::io::stdout().lock().write_all(&script)?;
    Ok(ExitCode::SUCCESS)
}

#[cfg(test)]
mod tests {
    use super::*;
    use clap::ValueEnum;

    #[test]
    fn every_shell_gets_every_command() {
        for shell in Shell::value_variants() {
            let mut script = Vec::new();
            clap_complete::generate(*shell, &mut Cli::command(), "dbt-mesh-ls", &mut script);
            let script = String::from_utf8(script).unwrap();
            for command in Cli::command().get_subcommands() {
                assert!(script.contains(command.get_name()), "{shell}: {}", command.get_name());
            }
        }
    }
}
