//! The command line on a real terminal, where it draws in colour.
#![cfg(target_os = "linux")]

use crate::binary;
use crate::remote::web::Web;
use crate::sample::Sample;
use std::process::Command;

/// What a command prints on a terminal of its own, which `script` gives it.
fn on_a_terminal(command: &str) -> String {
    let output = Command::new("script")
        .args(["--quiet", "--return", "--command", command, "/dev/null"])
        .env("TERM", "xterm-256color")
        .output()
        .expect("script, of bsdutils");
    String::from_utf8_lossy(&output.stdout).into_owned()
}

#[test]
fn findings_are_drawn_in_colour() {
    let sample = Sample::broken();
    let shown = on_a_terminal(&format!("{} check {}", binary::server().display(), sample.root().display()));
    assert!(shown.contains("unknown-model") && shown.contains("\u{1b}["), "{shown}");
    assert!(!shown.contains("panicked"), "{shown}");
}

#[test]
fn colours_can_be_declined() {
    let sample = Sample::broken();
    let command = format!("NO_COLOR=1 {} check {}", binary::server().display(), sample.root().display());
    let shown = on_a_terminal(&command);
    let bare = shown.replace("\u{1b}[2K", "");
    assert!(bare.contains("unknown-model") && !bare.contains("\u{1b}["), "{shown}");
}

/// A server that says how much it has and then nothing: how far it came is drawn, and the line goes when it ends.
#[test]
fn long_fetching_is_drawn_as_a_bar() {
    let web = Web::start(Vec::new());
    web.stall(true);
    let sample = Sample::hybrid();
    let config = format!("upstreams:\n  - manifest: {}/platform/manifest.json\n", web.address);
    std::fs::write(sample.root().join("finance/dbt_mesh.yml"), config).unwrap();
    let home = tempfile::tempdir().unwrap();
    let shown = on_a_terminal(&format!(
        "HOME={0} XDG_CACHE_HOME={0} DBT_MESH_TRUST=1 DBT_MESH_TIMEOUT=1 NO_PROXY=127.0.0.1 {1} mesh sync --path {2}",
        home.path().display(),
        binary::server().display(),
        sample.root().join("finance").display()
    ));
    assert!(shown.contains("Fetching upstream manifests [") && shown.contains("0/1"), "{shown:?}");
    assert!(shown.contains(" MB from "), "{shown:?}");
    assert!(shown.contains("\u{1b}[2K"), "the line is taken away: {shown:?}");
}
