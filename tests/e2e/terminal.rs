//! The command line on a real terminal, where it draws in colour.
#![cfg(target_os = "linux")]

use crate::binary;
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
