//! `dbt-mesh-ls explain`: the pages of docs/diagnostics, embedded by the build script.

use super::FAILED;
use crate::analysis;
use std::io::Write;
use std::process::ExitCode;

mod embedded {
    //! Generated: `PAGES`, (code, Markdown) sorted by code.
    include!(concat!(env!("OUT_DIR"), "/pages.rs"));
}

/// Arguments of `explain`.
#[derive(Debug, clap::Args)]
pub struct Args {
    /// The diagnostic's code, as in `error[unknown-model]`.
    #[arg(required_unless_present = "list")]
    code: Option<String>,
    /// List all codes.
    #[arg(long, conflicts_with = "code")]
    list: bool,
}

/// All pages, sorted by code.
#[cfg(test)]
pub fn pages() -> impl Iterator<Item = (&'static str, &'static str)> {
    embedded::PAGES.iter().copied()
}

/// The page of a code.
pub fn page(code: &str) -> Option<&'static str> {
    let at = embedded::PAGES.binary_search_by_key(&code, |(code, _)| *code).ok()?;
    Some(embedded::PAGES[at].1)
}

/// The first paragraph of a page: one sentence on what is wrong.
pub fn summary(code: &str) -> Option<&'static str> {
    page(code)?.split("\n\n").nth(1).map(str::trim).filter(|summary| !summary.is_empty())
}

/// Prints a page, or the list.
pub fn run(args: &Args) -> anyhow::Result<ExitCode> {
    let mut out = std::io::stdout().lock();
    let Some(code) = &args.code else {
        for code in analysis::codes() {
            writeln!(out, "{code}")?;
        }
        return Ok(ExitCode::SUCCESS);
    };
    let code = code.trim();
    if let Some(page) = page(code) {
        writeln!(out, "{}", page.trim_end())?;
        return Ok(ExitCode::SUCCESS);
    }
    let near = text::suggest(code, analysis::codes().iter().copied())
        .map_or_else(|| "`--list` shows all".to_owned(), |near| format!("did you mean `{near}`?"));
    writeln!(std::io::stderr(), "dbt-mesh-ls: no diagnostic is called `{code}`; {near}")?;
    Ok(ExitCode::from(FAILED))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_diagnostic_has_a_page_and_every_page_a_diagnostic() {
        let pages: Vec<_> = pages().map(|(code, _)| code).collect();
        assert_eq!(pages, analysis::codes());
        assert!(pages.is_sorted());
    }
}
