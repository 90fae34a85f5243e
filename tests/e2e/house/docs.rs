//! Documentation that must agree with the product.

use super::{assert_none, read, sources};
use crate::binary::{repo, server};
use std::collections::BTreeSet;
use std::process::Command;

/// The codes that the rules give, from their source.
fn codes_of_rules() -> BTreeSet<String> {
    sources()
        .iter()
        .filter(|f| f.path.starts_with("server/ide/src/diagnostics/"))
        .flat_map(|f| {
            f.without_tests().split("const CODE: &str = \"").skip(1).map(str::to_owned).collect::<Vec<_>>()
        })
        .filter_map(|rest| rest.split_once('"').map(|(code, _)| code.to_owned()))
        .collect()
}

/// The codes that the binary knows.
fn known_codes() -> BTreeSet<String> {
    let listed =
        Command::new(server()).args(["explain", "--list"]).output().expect("the server can be started");
    assert!(listed.status.success(), "`explain --list` ended with {}", listed.status);
    String::from_utf8(listed.stdout).expect("codes are UTF-8").lines().map(|l| l.trim().to_owned()).collect()
}

/// The codes that have a page.
fn documented_codes() -> BTreeSet<String> {
    std::fs::read_dir(repo().join("docs/diagnostics"))
        .expect("docs/diagnostics is there")
        .filter_map(|entry| entry.expect("readable").file_name().into_string().ok())
        .filter_map(|name| name.strip_suffix(".md").map(str::to_owned))
        .filter(|name| name != "README")
        .collect()
}

#[test]
fn every_diagnostic_has_a_page_and_every_page_a_diagnostic() {
    let (rules, known, documented) = (codes_of_rules(), known_codes(), documented_codes());
    let mut wrong: Vec<String> =
        rules.difference(&documented).map(|c| format!("{c}: no docs/diagnostics/{c}.md")).collect();
    wrong.extend(documented.difference(&rules).map(|c| format!("{c}: documented, but no such rule")));
    wrong.extend(
        rules.symmetric_difference(&known).map(|c| format!("{c}: `explain --list` and rules differ")),
    );
    assert_none("diagnostics and docs/diagnostics agree", wrong);
}

#[test]
fn diagnostic_pages_have_one_form() {
    let index = read("docs/diagnostics/README.md");
    let mut wrong = Vec::new();
    for code in documented_codes() {
        let page = read(&format!("docs/diagnostics/{code}.md"));
        let mut paragraphs = page.split("\n\n");
        if paragraphs.next().map(str::trim) != Some(&format!("# {code}")) {
            wrong.push(format!("{code}: the first line is `# {code}`"));
        }
        let summary = paragraphs.next().unwrap_or_default().trim();
        if summary.is_empty() || summary.starts_with('#') || !summary.ends_with('.') {
            wrong.push(format!("{code}: the second paragraph is the summary, one sentence"));
        }
        for section in ["## Example", "## Why", "## Fix", "## Severity"] {
            if !page.contains(&format!("\n{section}\n")) {
                wrong.push(format!("{code}: no section `{section}`"));
            }
        }
        if !index.contains(&format!("]({code}.md)")) {
            wrong.push(format!("{code}: not in docs/diagnostics/README.md"));
        }
    }
    assert_none("docs/diagnostics", wrong);
}

/// The lines of the first fenced block after a heading.
fn block_after<'a>(text: &'a str, heading: &str) -> Vec<&'a str> {
    text.lines()
        .skip_while(|l| *l != heading)
        .skip_while(|l| !l.starts_with("```"))
        .skip(1)
        .take_while(|l| !l.starts_with("```"))
        .collect()
}

#[test]
fn ci_runs_the_commands_of_the_readme() {
    let (readme, ci) = (read("README.md"), read(".ci/run"));
    for heading in ["## Try it", "## Test it"] {
        let commands = block_after(&readme, heading);
        assert!(!commands.is_empty(), "README.md has a command under `{heading}`");
        for command in commands {
            assert!(ci.contains(command), ".ci/run does not run `{command}` of README.md");
        }
    }
}

#[test]
fn the_changelog_knows_this_version() {
    let heading = format!("\n## {}", env!("CARGO_PKG_VERSION"));
    assert!(read("CHANGELOG.md").contains(&heading), "CHANGELOG.md has no `{}`", heading.trim());
}

#[test]
fn the_glossary_defines_the_words_of_the_trade() {
    let glossary = read("docs/glossary.md");
    let missing = [
        "access",
        "artifact",
        "checkout",
        "consumer",
        "contract",
        "exposure",
        "finding",
        "group",
        "index",
        "macro",
        "manifest",
        "mesh",
        "model",
        "node",
        "package",
        "prerelease",
        "producer",
        "project",
        "publication",
        "root project",
        "snapshot",
        "source",
        "unique_id",
        "upstream",
        "version",
        "workspace",
    ]
    .into_iter()
    .filter(|term| glossary.matches(&format!("\n| **{term}** |")).count() != 1)
    .map(str::to_owned)
    .collect();
    assert_none("docs/glossary.md defines each term once", missing);
}

#[test]
fn links_between_documents_lead_somewhere() {
    let mut dead = Vec::new();
    for file in sources().iter().filter(|f| f.path.ends_with(".md") && !f.path.starts_with("tests/")) {
        let folder = repo().join(&file.path);
        let folder = folder.parent().expect("a file has a folder");
        for (at, _) in file.text.match_indices("](") {
            let rest = &file.text[at + 2..];
            let Some(end) = rest.find([')', '\n', ' ']) else { continue };
            let target = rest[..end].split('#').next().unwrap_or_default();
            let relative = !target.is_empty() && !target.contains(':') && !target.contains('{');
            if relative && rest[end..].starts_with(')') && !folder.join(target).exists() {
                dead.push(format!("{}: {target}", file.path));
            }
        }
    }
    assert_none("dead links", dead);
}

#[test]
fn the_command_line_is_documented() {
    let docs = read("docs/cli.md");
    let help = Command::new(server()).arg("--help").output().expect("the server can be started");
    let help = String::from_utf8(help.stdout).expect("help is UTF-8");
    let commands: Vec<&str> = help
        .lines()
        .skip_while(|l| !l.starts_with("Commands:"))
        .skip(1)
        .take_while(|l| l.starts_with("  "))
        .filter_map(|l| l.split_whitespace().next())
        .filter(|c| *c != "help")
        .collect();
    assert!(commands.len() >= 5, "`--help` lists the commands: {help}");
    let missing = commands
        .into_iter()
        .filter(|c| !docs.contains(&format!("\n## `dbt-mesh-ls {c}")))
        .map(str::to_owned)
        .collect();
    assert_none("docs/cli.md has a section for each command", missing);
}
