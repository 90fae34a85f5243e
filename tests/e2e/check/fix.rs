//! `check --fix`: what it changes on disk, what it says, and what it leaves alone.

use super::{json, keys, output, run};
use crate::sample::Sample;
use serde_json::Value;
use std::collections::BTreeMap;
use std::process::{Command, Stdio};

fn mesh() -> Sample {
    Sample::of(&[
        ("platform/dbt_project.yml", "name: platform\n"),
        ("platform/models/orders_v1.sql", "select 1 as id\n"),
        ("platform/models/orders_v2.sql", "select 1 as id\n"),
        ("platform/models/totals.sql", "select 1 as id\n"),
        (
            "platform/models/_models.yml",
            "models:\n  - name: orders\n    config: {access: public}\n    versions: [{v: 1}, {v: 2}]\n  \
             - name: totals\n    config: {access: public}\n",
        ),
        ("finance/dbt_project.yml", "name: finance\n"),
        (
            "finance/models/a.sql",
            "\u{feff}-- 🪴\r\nselect * from {{ ref('platform', 'orders', v=2) }}\r\njoin {{ ref('platform', 'totals', v=1) }}\r\n",
        ),
        ("finance/models/b.sql", "select * from {{ ref('platform', 'totls') }}"),
    ])
}

fn files(sample: &Sample) -> BTreeMap<String, String> {
    sample.files(".").into_iter().map(|path| (path.clone(), sample.read(&path))).collect()
}

fn codes(report: &Value) -> Vec<&str> {
    report["diagnostics"].as_array().unwrap().iter().map(|found| found["code"].as_str().unwrap()).collect()
}

#[test]
fn certain_fixes_are_made_until_nothing_changes() {
    let sample = mesh();
    let before = json(sample.root(), &["check", "--format", "json"], 1);
    let after = json(sample.root(), &["check", "--fix", "--format", "json"], 1);
    assert_eq!(
        sample.read("finance/models/a.sql"),
        "\u{feff}-- 🪴\r\nselect * from {{ ref('platform', 'orders', v=2) }}\r\njoin {{ ref('platform', 'totals') }}\r\n"
    );
    assert_eq!(sample.read("finance/dependencies.yml"), "projects:\n  - name: platform\n");
    assert!(codes(&after).len() < codes(&before).len());
    assert_eq!(codes(&after), ["unknown-model"], "a guess is not certain");
    let fixed = after["fixed"].as_array().unwrap();
    assert_eq!(keys(&fixed[0]), ["code", "column", "file", "line", "severity", "title"]);
    let titles: Vec<&str> = fixed.iter().map(|fixed| fixed["title"].as_str().unwrap()).collect();
    assert!(titles.contains(&"Remove the version"), "{titles:?}");
    // Once more there is nothing to do.
    let now = files(&sample);
    let again = json(sample.root(), &["check", "--fix", "--format", "json"], 1);
    assert_eq!(again["fixed"], serde_json::json!([]));
    assert_eq!(files(&sample), now);
    // What is likely is done when it is asked for.
    let all = json(sample.root(), &["check", "--fix", "--unsafe", "--format", "json"], 0);
    assert_eq!(codes(&all), Vec::<&str>::new());
    assert!(sample.read("finance/models/b.sql").contains("'totals'"));
}

#[test]
fn text_says_what_was_done() {
    let sample = mesh();
    let text = output(sample.root(), &["check", "--fix"], 1);
    assert!(text.contains("fixed[version-on-unversioned]: Remove the version\n --> "), "{text}");
    assert!(text.lines().last().unwrap().contains(" fixed. 1 error"), "{text}");
    let text = output(sample.root(), &["check", "--fix", "platform"], 0);
    assert!(text.lines().last().unwrap().starts_with("Nothing fixed. "), "{text}");
}

#[test]
fn a_diff_changes_nothing_and_can_be_applied() {
    let sample = mesh();
    let before = files(&sample);
    let diff = output(sample.root(), &["check", "--fix", "--unsafe", "--diff"], 1);
    assert_eq!(files(&sample), before);
    assert!(diff.contains("--- a/finance/models/b.sql\n+++ b/finance/models/b.sql\n@@ -1"), "{diff}");
    assert!(diff.contains("\\ No newline at end of file"), "{diff}");
    assert!(diff.contains("--- /dev/null\n+++ b/finance/dependencies.yml"), "{diff}");
    let mut git = Command::new("git");
    let git = git.args(["-c", "core.autocrlf=false", "apply", "-"]).current_dir(sample.root());
    let mut child = git.stdin(Stdio::piped()).stderr(Stdio::piped()).spawn().expect("git can be started");
    std::io::Write::write_all(&mut child.stdin.take().unwrap(), diff.as_bytes()).unwrap();
    let applied = child.wait_with_output().unwrap();
    assert!(applied.status.success(), "{}\n{diff}", String::from_utf8_lossy(&applied.stderr));
    let applied = files(&sample);
    let fixed = mesh();
    output(fixed.root(), &["check", "--fix", "--unsafe"], 0);
    assert_eq!(applied, files(&fixed), "the same as --fix would do");
    // Nothing to change is no difference.
    assert_eq!(output(sample.root(), &["check", "--fix", "--unsafe", "--diff"], 0), "");
    let report = json(sample.root(), &["check", "--fix", "--diff", "--format", "json"], 0);
    assert_eq!((&report["diff"], &report["fixed"]), (&Value::from(""), &serde_json::json!([])));
}

#[test]
fn only_files_below_the_given_paths_are_written() {
    let sample = mesh();
    let before = files(&sample);
    output(sample.root(), &["check", "--fix", "platform"], 0);
    assert_eq!(files(&sample), before);
    // Of one file only that file.
    sample.write("finance/dependencies.yml", "projects: [{name: platform}]\n");
    sample.write("finance/models/c.sql", "select * from {{ ref('platform', 'totals', v=1) }}");
    output(sample.root(), &["check", "--fix", "finance/models/a.sql"], 1);
    assert!(sample.read("finance/models/a.sql").contains("ref('platform', 'totals')"));
    assert!(sample.read("finance/models/c.sql").contains("v=1"));
}

#[cfg(unix)]
#[test]
fn links_that_lead_elsewhere_are_left_alone() {
    let (sample, other) =
        (mesh(), Sample::of(&[("a.sql", "select * from {{ ref('platform', 'totals', v=1) }}")]));
    sample.remove("finance/models/a.sql");
    std::os::unix::fs::symlink(other.path("a.sql"), sample.path("finance/models/a.sql")).unwrap();
    output(sample.root(), &["check", "--fix"], 1);
    assert!(other.read("a.sql").contains("v=1"));
}

#[cfg(unix)]
#[test]
fn nothing_is_written_when_a_file_cannot_be() {
    let sample = mesh();
    let before = files(&sample);
    // Something is in the way of the file that is to be made.
    std::os::unix::fs::symlink("nowhere", sample.path("finance/dependencies.yml")).unwrap();
    let answer = run(sample.root(), &["check", "--fix"]);
    assert_eq!(answer.status.code(), Some(2));
    let error = String::from_utf8_lossy(&answer.stderr).into_owned();
    assert!(error.contains("nothing was fixed: ") && error.contains("it is there already"), "{error}");
    sample.remove("finance/dependencies.yml");
    assert_eq!(files(&sample), before);
}

#[test]
fn options_of_fix_need_it() {
    let sample = mesh();
    for args in [&["check", "--diff"][..], &["check", "--unsafe"]] {
        assert_eq!(run(sample.root(), args).status.code(), Some(2), "{args:?} without --fix");
    }
}

#[test]
fn the_broken_mesh_only_gets_better() {
    for likely in [false, true] {
        let sample = Sample::broken();
        let count = |report: &Value| {
            let of = |severity: &str| {
                let all = report["diagnostics"].as_array().unwrap().iter();
                all.filter(|found| found["severity"] == severity).count()
            };
            (of("error"), report["diagnostics"].as_array().unwrap().len())
        };
        let before = count(&json(sample.root(), &["check", "--format", "json"], 1));
        let mut args = vec!["check", "--fix", "--format", "json"];
        args.extend(likely.then_some("--unsafe"));
        let fixed = json(sample.root(), &args, 1);
        let after = count(&json(sample.root(), &["check", "--format", "json"], 1));
        assert_eq!(after, count(&fixed), "what is said is what is there");
        assert!(after.0 < before.0 && after.1 < before.1, "{before:?} {after:?}");
        assert_eq!(json(sample.root(), &args, 1)["fixed"], serde_json::json!([]), "all at once");
    }
}
