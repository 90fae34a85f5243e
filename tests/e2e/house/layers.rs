//! The layers: text ← syntax ← project ← ide ← lsp, loader beside; only lsp knows the protocol.

use super::{assert_none, read, sources};

/// Each crate of `server/` with the crates of ours it may use.
const LAYERS: &[(&str, &[&str])] = &[
    ("text", &[]),
    ("syntax", &["text", "tree-sitter-dbt-jinja"]),
    ("project", &["text", "syntax"]),
    ("ide", &["text", "syntax", "project"]),
    ("loader", &["text", "syntax", "project"]),
    ("lsp", &["text", "syntax", "project", "ide", "loader"]),
];

/// What belongs to the protocol shell alone.
const SHELL_ONLY: &[&str] = &["tower-lsp", "ropey"];

/// What touches the world: only in loader (and the shell, which reads its own command line).
const WORLD_ONLY: &[&str] =
    &["ignore", "notify", "notify-debouncer-full", "flate2", "rayon", "tokio", "ureq", "object_store"];

/// The names under `[dependencies]`, target-specific tables included; not dev-dependencies.
fn dependencies(manifest: &str) -> Vec<String> {
    let mut names = Vec::new();
    let mut inside = false;
    for line in manifest.lines().map(str::trim) {
        if line.starts_with('[') {
            inside = line == "[dependencies]" || line.ends_with(".dependencies]");
        } else if inside && !line.starts_with('#') {
            let end = line.find(['.', '=', ' ']).unwrap_or(0);
            if end > 0 {
                names.push(line[..end].to_owned());
            }
        }
    }
    names
}

#[test]
fn crates_use_only_lower_layers() {
    let ours: Vec<&str> =
        LAYERS.iter().map(|(name, _)| *name).chain(["tree-sitter-dbt-jinja", "dbt-mesh-ls"]).collect();
    let mut wrong = Vec::new();
    for (name, allowed) in LAYERS {
        for dependency in dependencies(&read(&format!("server/{name}/Cargo.toml"))) {
            let dependency = dependency.as_str();
            if ours.contains(&dependency) && !allowed.contains(&dependency) {
                wrong.push(format!("{name} → {dependency}"));
            }
            if *name != "lsp" && SHELL_ONLY.contains(&dependency) {
                wrong.push(format!("{name} → {dependency}: only the shell, server/lsp"));
            }
            if !["lsp", "loader"].contains(name) && WORLD_ONLY.contains(&dependency) {
                wrong.push(format!("{name} → {dependency}: only server/loader touches the world"));
            }
        }
    }
    assert_none("the layers are text ← syntax ← project ← ide ← lsp, loader beside", wrong);
}

#[test]
fn the_protocol_is_known_to_the_shell_alone() {
    let types = ["tower_lsp", "lsp_types", "ls_types", "gen_lsp_types", "lsp_server"];
    let leaks = sources()
        .iter()
        .filter(|f| f.is_rust() && f.path.starts_with("server/") && !f.path.starts_with("server/lsp/"))
        .filter(|f| types.iter().any(|t| has_word(&f.text, t)))
        .map(|f| f.path.clone())
        .collect();
    assert_none("protocol types outside server/lsp", leaks);
}

#[test]
fn analysis_never_touches_the_world() {
    let world =
        ["std::fs", "std::env", "std::net", "std::process", "std::io::stdin", "std::time::SystemTime"];
    let pure = ["server/text/src/", "server/syntax/src/", "server/project/src/", "server/ide/src/"];
    let mut found = Vec::new();
    for file in sources() {
        if !file.is_rust() || file.is_test_only() || !pure.iter().any(|p| file.path.starts_with(p)) {
            continue;
        }
        for (number, line) in file.without_tests().lines().enumerate() {
            if !line.trim_start().starts_with("//") && world.iter().any(|w| has_word(line, w)) {
                found.push(format!("{}:{}: {}", file.path, number + 1, line.trim()));
            }
        }
    }
    assert_none("text, syntax, project and ide are pure: no files, environment, network, clock", found);
}

/// Whether `word` occurs in `text` with no identifier character directly around it.
fn has_word(text: &str, word: &str) -> bool {
    text.match_indices(word).any(|(at, _)| {
        let ident = |c: char| c.is_alphanumeric() || c == '_';
        !text[..at].chars().next_back().is_some_and(ident)
            && !text[at + word.len()..].chars().next().is_some_and(ident)
    })
}
