//! Embeds the pages of docs/diagnostics into the binary, for `explain` and for hovering editors.
//!
//! Writes `PAGES`, a table of (code, Markdown) sorted by code, from the files that are there.

#![allow(
    clippy::disallowed_methods,
    clippy::print_stdout,
    reason = "a build script reads files and talks to cargo"
)]

use std::fmt::Write as _;
use std::path::Path;
use std::{env, fs, io};

fn main() -> io::Result<()> {
    let manifest = env::var("CARGO_MANIFEST_DIR").map_err(io::Error::other)?;
    let out = env::var("OUT_DIR").map_err(io::Error::other)?;
    let docs = Path::new(&manifest).join("../../docs/diagnostics");
    println!("cargo::rerun-if-changed={}", docs.display());

    let mut pages = Vec::new();
    if docs.is_dir() {
        for entry in fs::read_dir(&docs)? {
            let path = entry?.path();
            let code = path.file_stem().and_then(|s| s.to_str()).unwrap_or_default().to_owned();
            if path.extension().is_some_and(|e| e == "md") && code != "README" {
                println!("cargo::rerun-if-changed={}", path.display());
                pages.push((code, path.canonicalize()?));
            }
        }
    }
    pages.sort();

    let mut table = String::from("pub const PAGES: &[(&str, &str)] = &[\n");
    for (code, path) in pages {
        writeln!(table, "    ({code:?}, include_str!({:?})),", path.display().to_string())
            .map_err(io::Error::other)?;
    }
    table.push_str("];\n");
    fs::write(Path::new(&out).join("pages.rs"), table)
}
