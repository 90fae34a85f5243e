//! Generates the parser of grammars/tree-sitter-dbt-jinja from its grammar.js, without Node.

#![allow(
    clippy::disallowed_methods,
    clippy::print_stderr,
    reason = "a developer's tool writes files and talks"
)]

use std::fs;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result, bail};
use tree_sitter_generate::{OptLevel, generate_parser_in_directory};

/// The ABI that every editor of the last two years reads.
const ABI: usize = 15;

const GENERATED: [&str; 6] = [
    "grammar.json",
    "node-types.json",
    "parser.c",
    "tree_sitter/alloc.h",
    "tree_sitter/array.h",
    "tree_sitter/parser.h",
];

/// Writes the generated files; with `check`, only says which of them are not what grammar.js gives.
pub fn generate(check: bool) -> Result<()> {
    let grammar = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../grammars/tree-sitter-dbt-jinja");
    let committed = grammar.join("src");
    if !check {
        return run(&grammar, &committed);
    }
    let fresh = tempfile::tempdir().context("a place for the generated files")?;
    run(&grammar, fresh.path())?;
    let stale: Vec<&str> = GENERATED
        .into_iter()
        .filter(|name| differs(&fresh.path().join(name), &committed.join(name)))
        .collect();
    if !stale.is_empty() {
        bail!("not what grammar.js gives: {}; run `cargo xtask grammar`", stale.join(", "));
    }
    Ok(())
}

fn run(grammar: &Path, out: &Path) -> Result<()> {
    let mut warnings = Vec::new();
    generate_parser_in_directory(
        grammar,
        Some(out),
        None::<PathBuf>,
        ABI,
        None,
        // QuickJS, built in.
        Some("native"),
        true,
        OptLevel::default(),
        &mut warnings,
    )
    .context("grammar.js")?;
    for warning in warnings {
        eprintln!("{warning}");
    }
    Ok(())
}

fn differs(fresh: &Path, committed: &Path) -> bool {
    match (fs::read(fresh), fs::read(committed)) {
        (Ok(fresh), Ok(committed)) => fresh != committed,
        _ => true,
    }
}
