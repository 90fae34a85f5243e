//! Executed cases: what we say about a project against what two real dbt said (tests/data/README.md).
//!
//! dbt refuses a project exactly when we report an error in it, and where it only warns we warn too, for every
//! topic that is ours to judge; where dbt is silent we may still warn. For all other cases we must at least not
//! report an error where dbt has none. `tests/data/differences.md` names the cases where we knowingly differ, and
//! must name no other. `DBT_MESH_ALL=1` also prints how far we agree on the topics that are not ours yet.

use crate::binary;
use serde_json::Value;
use std::collections::BTreeMap;
use std::path::Path;
use std::process::Command;
use std::sync::Mutex;
use std::sync::atomic::{AtomicUsize, Ordering};

/// Why a lock is never poisoned.
const NO_PANIC: &str = "a worker that panics ends the test";

/// Topics that are ours to judge beside those that the cases mark.
const OURS: &[&str] = &[
    "config",
    "contract",
    "doc",
    "duplicate",
    "exposure",
    "function",
    "jinja",
    "project",
    "semantic",
    "snapshot",
    "unit_test",
    "yaml",
];
/// Single cases of other topics.
const OUR_CASES: &[&str] = &["loom/metric_cross"];

/// One case judged by one engine.
struct Run<'a> {
    case: &'a Value,
    engine: &'static str,
    dbt: Verdict,
}

/// What comes of a project.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Verdict {
    Ok,
    Warning,
    Error,
}

impl Verdict {
    fn of(word: &str) -> Option<Verdict> {
        match word {
            "ok" => Some(Verdict::Ok),
            "warning" => Some(Verdict::Warning),
            "error" => Some(Verdict::Error),
            _ => None,
        }
    }

    /// Whether `ours` is what this, dbt's, asks for: we may warn of what dbt accepts silently.
    fn agrees(self, ours: Verdict) -> bool {
        self == ours || (self == Verdict::Ok && ours == Verdict::Warning)
    }
}

impl Run<'_> {
    fn id(&self) -> &str {
        text(self.case, "id")
    }

    fn topic(&self) -> &str {
        text(self.case, "topic")
    }

    /// Whether the verdict must match, not only be free of false alarms.
    fn is_ours(&self) -> bool {
        self.case["issue2"] == true || OURS.contains(&self.topic()) || OUR_CASES.contains(&self.id())
    }
}

fn text<'a>(value: &'a Value, key: &str) -> &'a str {
    value[key].as_str().unwrap_or_default()
}

fn data(name: &str) -> String {
    let path = binary::repo().join("tests/data").join(name);
    std::fs::read_to_string(&path).unwrap_or_else(|error| panic!("{}: {error}", path.display()))
}

#[test]
fn our_verdicts_are_dbts() {
    let cases: Vec<Value> =
        data("dbt-outcomes.jsonl").lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    let mut runs = Vec::new();
    for case in &cases {
        for engine in ["v1", "v2"] {
            let verdict = Verdict::of(text(case, engine));
            if let Some(dbt) = verdict.filter(|_| case[format!("not_{engine}")].is_null()) {
                runs.push(Run { case, engine, dbt });
            }
        }
    }
    let found = check_all(&runs);

    let mut known = differences();
    let mut rows: BTreeMap<(bool, &str, &str), (usize, usize)> = BTreeMap::new();
    let mut wrong: Vec<String> = Vec::new();
    for (run, (ours, findings)) in runs.iter().zip(&found) {
        let agrees = run.dbt.agrees(*ours);
        let row = rows.entry((!run.is_ours(), run.engine, run.topic())).or_default();
        row.0 += 1;
        row.1 += usize::from(agrees);
        let listed = known.remove(&(run.id().to_owned(), run.engine.to_owned()));
        let ours = match ours {
            Verdict::Error => "error",
            Verdict::Warning => "warning",
            Verdict::Ok => "nothing",
        };
        let name = format!("{} {}", run.id(), run.engine);
        wrong.extend(match listed {
            Some(_) if agrees => Some(format!("{name}: listed in differences.md, and agrees")),
            Some(said) if said != ours => {
                Some(format!("{name}: differences.md says '{said}', it is '{ours}'"))
            }
            None if !agrees && (run.is_ours() || ours == "error") => {
                let dbt = text(run.case, &format!("{}_message", run.engine));
                let said = if ours == "error" { findings.join("; ") } else { dbt.to_owned() };
                Some(format!("{name} [{}]: {ours}, and dbt {:?}: {said}", run.topic(), run.dbt))
            }
            _ => None,
        });
    }
    wrong.extend(
        known.keys().map(|(id, engine)| format!("{id} {engine}: listed in differences.md, and no such case")),
    );
    let all = std::env::var_os("DBT_MESH_ALL").is_some();
    println!("{}", table(&rows, all));
    assert!(wrong.is_empty(), "{}\n{}", table(&rows, all), wrong.join("\n"));
}

/// The cases that knowingly differ, and what we say about them.
fn differences() -> BTreeMap<(String, String), String> {
    let mut out = BTreeMap::new();
    for line in data("differences.md").lines().filter(|line| line.starts_with("| `")) {
        let cells: Vec<&str> = line.trim_matches('|').split('|').map(str::trim).collect();
        let [id, engine, ours, reason] = cells.as_slice() else { panic!("four cells wanted: {line}") };
        assert!(!reason.is_empty(), "a reason is wanted: {line}");
        let key = (id.trim_matches('`').to_owned(), (*engine).to_owned());
        assert!(out.insert(key, (*ours).to_owned()).is_none(), "listed twice: {line}");
    }
    out
}

fn table(rows: &BTreeMap<(bool, &str, &str), (usize, usize)>, all: bool) -> String {
    let mut out = String::from("engine  topic         cases  agree\n");
    for ((outside, engine, topic), (cases, agree)) in rows {
        if *outside && !all {
            continue;
        }
        let note = if *outside { "  (not ours yet)" } else { "" };
        out.push_str(&format!("{engine:<6}  {topic:<12}  {cases:>5}  {agree:>5}{note}\n"));
    }
    for engine in ["v1", "v2"] {
        let of = rows.iter().filter(|((outside, known, _), _)| !outside && *known == engine);
        let (cases, agree) = of.fold((0, 0), |sum, (_, row)| (sum.0 + row.0, sum.1 + row.1));
        out.push_str(&format!("{engine:<6}  {:<12}  {cases:>5}  {agree:>5}\n", "all"));
    }
    out
}

/// What the binary says of each run, with the findings that make the verdict.
fn check_all(runs: &[Run<'_>]) -> Vec<(Verdict, Vec<String>)> {
    let server = binary::server();
    let manifest = data("loom-platform-manifest.json");
    let next = AtomicUsize::new(0);
    let found = Mutex::new(vec![(Verdict::Ok, Vec::new()); runs.len()]);
    let workers = std::thread::available_parallelism().map_or(2, usize::from);
    std::thread::scope(|scope| {
        for _ in 0..workers {
            scope.spawn(|| {
                while let Some((at, run)) = {
                    let at = next.fetch_add(1, Ordering::Relaxed);
                    runs.get(at).map(|run| (at, run))
                } {
                    let verdict = check(server, run, &manifest);
                    found.lock().expect(NO_PANIC)[at] = verdict;
                }
            });
        }
    });
    found.into_inner().expect(NO_PANIC)
}

fn check(server: &Path, run: &Run<'_>, loom_manifest: &str) -> (Verdict, Vec<String>) {
    let folder = tempfile::tempdir().expect("a folder can be made");
    let write = |path: &str, text: &str| {
        let path = folder.path().join(path);
        std::fs::create_dir_all(path.parent().expect("below the folder")).expect("folders can be made");
        std::fs::write(path, text).expect("files can be written");
    };
    let files = run.case["files"].as_object().expect("`files` is a mapping");
    for (path, text) in files {
        write(path, text.as_str().expect("a file is text"));
    }
    if run.id().starts_with("loom/") {
        write("upstream/platform/manifest.json", loom_manifest);
    }
    let mut command = Command::new(server);
    command.args(["check", ".", "--format", "json", "--dbt", &run.engine[1..]]).current_dir(folder.path());
    for (name, _) in std::env::vars().filter(|(name, _)| name.starts_with("DBT_")) {
        command.env_remove(name);
    }
    for (name, value) in run.case["env"].as_object().into_iter().flatten() {
        command.env(name, value.as_str().expect("a variable is text"));
    }
    let output = command.output().expect("the server starts");
    let report: Value = serde_json::from_slice(&output.stdout).unwrap_or_else(|_| {
        panic!("{} {}: {}", run.id(), run.engine, String::from_utf8_lossy(&output.stderr))
    });
    let project = files.get("dbt_project.yml").and_then(Value::as_str).and_then(project_name);
    let found = report["diagnostics"].as_array().expect("a list of diagnostics");
    let any_error = found.iter().any(|found| found["severity"] == "error");
    assert_eq!(output.status.code(), Some(i32::from(any_error)), "{} {}", run.id(), run.engine);
    // A package in a folder of its own is a project to us; dbt looked only at the root.
    let counts = |found: &&Value| project.is_none_or(|name| text(found, "project") == name);
    let shown = |found: &Value| {
        format!(
            "{}:{} {}: {}",
            text(found, "file"),
            found["line"],
            text(found, "code"),
            text(found, "message")
        )
    };
    let of = |severity: &str| -> Vec<String> {
        let found = found.iter().filter(|found| found["severity"] == severity);
        found.filter(counts).map(shown).collect()
    };
    let (errors, warnings) = (of("error"), of("warning"));
    match (errors.is_empty(), warnings.is_empty()) {
        (false, _) => (Verdict::Error, errors),
        (true, false) => (Verdict::Warning, warnings),
        (true, true) => (Verdict::Ok, Vec::new()),
    }
}

/// The name in a dbt_project.yml, where it is written plainly.
fn project_name(text: &str) -> Option<&str> {
    let name = text.lines().find_map(|line| line.strip_prefix("name:"))?.trim().trim_matches(['\'', '"']);
    name.chars().all(|c| c.is_alphanumeric() || c == '_').then_some(name)
}
