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

/// The newest ABI that Neovim 0.10 and Helix 25.01 read.
const ABI: usize = 14;

const GENERATED: [&str; 6] = [
    "grammar.json",
    "node-types.json",
    "parser.c",
    "tree_sitter/alloc.h",
    "tree_sitter/array.h",
    "tree_sitter/parser.h",
];

/// What Helix calls the captures that it names otherwise.
const HELIX_CAPTURES: [(&str, &str); 8] = [
    ("keyword.conditional", "keyword.control.conditional"),
    ("keyword.repeat", "keyword.control.repeat"),
    ("keyword.import", "keyword.control.import"),
    ("number", "constant.numeric"),
    ("boolean", "constant.builtin.boolean"),
    ("property", "variable.other.member"),
    ("function.call", "function"),
    ("function.method.call", "function.method"),
];

/// Writes the generated files and the editors' copies of the queries; with `check`, only says which of them
/// are not what they should be.
pub fn generate(check: bool) -> Result<()> {
    let repo = Path::new(env!("CARGO_MANIFEST_DIR")).join("../..");
    let grammar = repo.join("grammars/tree-sitter-dbt-jinja");
    queries(&repo, &grammar.join("queries"), check)?;
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

/// Neovim takes the queries as they are, Helix highlights under its own names.
fn queries(repo: &Path, from: &Path, check: bool) -> Result<()> {
    let mut copies = Vec::new();
    for name in ["folds", "highlights", "indents", "injections", "locals"] {
        let text = fs::read_to_string(from.join(format!("{name}.scm"))).with_context(|| name.to_owned())?;
        if name == "highlights" {
            copies.push((format!("editors/helix/queries/dbt-sql/{name}.scm"), for_helix(&text)));
        }
        copies.push((format!("editors/nvim/queries/dbt_jinja/{name}.scm"), text));
    }
    for (path, text) in copies {
        let file = repo.join(&path);
        if !check {
            fs::write(&file, text).with_context(|| path)?;
        } else if fs::read_to_string(&file).ok().as_ref() != Some(&text) {
            bail!("{path} is not what the grammar's queries give; run `cargo xtask grammar`");
        }
    }
    Ok(())
}

fn for_helix(query: &str) -> String {
    let mut pieces = query.split('@');
    let mut out = pieces.next().unwrap_or_default().to_owned();
    for piece in pieces {
        let end = piece.find(|c: char| !c.is_alphanumeric() && c != '.' && c != '_').unwrap_or(piece.len());
        let (name, rest) = piece.split_at(end);
        let name = HELIX_CAPTURES.iter().find(|(other, _)| *other == name).map_or(name, |(_, helix)| helix);
        out.extend(["@", name, rest]);
    }
    out
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
