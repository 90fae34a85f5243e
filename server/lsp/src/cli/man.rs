//! `dbt-mesh-ls man`: manual pages, from the command line's own definition.

use super::Cli;
use clap::{Command, CommandFactory};
use clap_mangen::Man;
use std::io::{self, Write};
use std::process::ExitCode;

/// Arguments of `man`.
#[derive(Debug, clap::Args)]
pub struct Args {
    /// The command whose page is wanted, such as `check`. Default: the program's own page.
    command: Option<String>,
}

/// Prints a manual page, as roff.
pub fn run(args: &Args) -> anyhow::Result<ExitCode> {
    let mut program = Cli::command();
    // Fills in names like `dbt-mesh-ls check`.
    program.build();
    let page = match &args.command {
        None => page(program)?,
        Some(name) => {
            let command = program.find_subcommand(name);
            let command = command.ok_or_else(|| anyhow::anyhow!("no command is called `{name}`"))?;
            // Pages of commands are called as git's are, `dbt-mesh-ls-check(1)`.
            page(command.clone().display_name(format!("dbt-mesh-ls-{name}")))?
        }
    };
    io::stdout().lock().write_all(&page)?;
    Ok(ExitCode::SUCCESS)
}

fn page(command: Command) -> io::Result<Vec<u8>> {
    let mut page = Vec::new();
    Man::new(command).render(&mut page)?;
    Ok(page)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_page_tells_of_every_command() {
        let mut program = Cli::command();
        program.build();
        let page = String::from_utf8(page(program.clone()).unwrap()).unwrap();
        assert!(page.contains(".SH SUBCOMMANDS"), "{page}");
        for command in program.get_subcommands() {
            let name = command.get_name();
            assert!(page.contains(&format!("dbt\\-mesh\\-ls\\-{name}(1)")), "{name}: {page}");
        }
    }
}
