//! Literate cases: every `tests/cases/*.md` is a suite, and its text says what the server says.
//!
//! A `##` heading begins a test; what stands before the first is shared by all. A fenced block whose info string
//! has a path (```` ```sql models/a.sql ````) is a file. The first folder is a project of its own unless it is
//! one that dbt knows; `dbt_project.yml` is made where none is given, also for installed packages. A block
//! ```` ```manifest platform finance ```` describes `platform/target/manifest.json`, one node a line, and names it
//! in the `dbt_mesh.yml` of `finance`, if given.
//!
//! A comment `error: [code] "part of the message"` (or `warning`, `info`, `hint`) wants that finding on its line,
//! or on the next when it stands alone; `ok` wants none there. `error(v2): …` and `ok(v1)` hold for one engine.
//! Errors, warnings and infos that no comment wants are failures. Every test runs under both engines, one with
//! dbt-loom's configuration only under v1.

mod manifest;
mod markdown;

use crate::binary;
use markdown::{Block, Suite, Test};
use serde_json::Value;
use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;
use std::process::Command;
use std::sync::Mutex;
use std::sync::atomic::{AtomicUsize, Ordering};

#[test]
fn what_the_cases_say_is_so() {
    let mut paths: Vec<_> = std::fs::read_dir(binary::repo().join("tests/cases"))
        .expect("tests/cases is there")
        .map(|entry| entry.unwrap().path())
        .filter(|path| path.extension().is_some_and(|ext| ext == "md"))
        .filter(|path| path.file_name().is_none_or(|name| name != "README.md"))
        .collect();
    paths.sort();
    let suites: Vec<Suite> = paths
        .iter()
        .map(|path| {
            let name = path.file_name().unwrap().to_string_lossy().into_owned();
            markdown::suite(name, &std::fs::read_to_string(path).unwrap())
        })
        .collect();
    // `DBT_MESH_CASE=groups.md` or a part of a heading runs only that.
    let only = std::env::var("DBT_MESH_CASE").unwrap_or_default();
    let mut runs: Vec<(&Suite, &Test, &str)> = Vec::new();
    for suite in &suites {
        for test in &suite.tests {
            if suite.name.contains(&only) || test.title.contains(&only) {
                let engines = test.engines(&suite.shared);
                runs.extend(engines.iter().map(|engine| (suite, test, *engine)));
            }
        }
    }
    let server = binary::server();
    let next = AtomicUsize::new(0);
    let failures: Mutex<BTreeMap<usize, String>> = Mutex::default();
    let workers = std::thread::available_parallelism().map_or(2, usize::from);
    std::thread::scope(|scope| {
        for _ in 0..workers {
            scope.spawn(|| {
                loop {
                    let at = next.fetch_add(1, Ordering::Relaxed);
                    let Some((suite, test, engine)) = runs.get(at) else { break };
                    if let Some(failure) = run(server, suite, test, engine) {
                        failures.lock().expect("a worker that panics ends the test").insert(at, failure);
                    }
                }
            });
        }
    });
    for suite in &suites {
        let shared: usize = suite.shared.iter().map(|block| block.expected.len()).sum();
        let own = suite.tests.iter().flat_map(|test| &test.blocks).map(|block| block.expected.len());
        println!(
            "{:<32} {:>3} tests {:>4} assertions",
            suite.name,
            suite.tests.len(),
            shared + own.sum::<usize>()
        );
    }
    let failures = failures.into_inner().unwrap();
    let all: Vec<String> = failures.into_values().collect();
    assert!(all.is_empty(), "\n{}", all.join("\n"));
}

/// Runs one test under one engine; what is wrong, if anything is.
fn run(server: &Path, suite: &Suite, test: &Test, engine: &str) -> Option<String> {
    let folder = tempfile::tempdir().expect("a folder can be made");
    let blocks: Vec<&Block> = test.blocks_with(&suite.shared).collect();
    write(folder.path(), &blocks);
    let mut command = Command::new(server);
    command.args(["check", ".", "--format", "json", "--dbt", &engine[1..]]).current_dir(folder.path());
    for (name, _) in std::env::vars().filter(|(name, _)| name.starts_with("DBT_")) {
        command.env_remove(name);
    }
    let output = command.output().expect("the server starts");
    let Ok(report) = serde_json::from_slice::<Value>(&output.stdout) else {
        return Some(format!("{}: {}", test.title, String::from_utf8_lossy(&output.stderr)));
    };
    let mut found: Vec<&Value> =
        report["diagnostics"].as_array().expect("a list of diagnostics").iter().collect();
    let mut wrong = Vec::new();
    for block in &blocks {
        let Some(path) = &block.path else { continue };
        for wanted in block.expected.iter().filter(|wanted| wanted.engine.is_none_or(|only| only == engine)) {
            let here = |value: &Value| value["file"] == **path && value["line"] == wanted.line as u64;
            let there: Vec<String> =
                found.iter().filter(|value| here(value)).map(|value| shown(value)).collect();
            let said = match &wanted.what {
                None if there.iter().all(|said| said.contains("[other-engine]")) => continue,
                None => "wanted nothing".to_owned(),
                Some(what) => match found.iter().position(|value| here(value) && what.is(value)) {
                    Some(at) => {
                        found.remove(at);
                        continue;
                    }
                    None => format!("wanted {what}"),
                },
            };
            let there = if there.is_empty() { "nothing".into() } else { there.join("; ") };
            let line = block.line + wanted.line;
            wrong.push(format!("  tests/cases/{}:{line} ({path}): {said}, there is {there}", suite.name));
        }
    }
    for value in found.iter().filter(|value| value["severity"] != "hint") {
        let file = value["file"].as_str().unwrap_or_default();
        let line = value["line"].as_u64().unwrap_or_default() as usize;
        let block = blocks.iter().find(|block| block.path.as_deref() == Some(file));
        let place = block
            .map_or(file.to_owned(), |block| format!("tests/cases/{}:{}", suite.name, block.line + line));
        wrong.push(format!("  {place} ({file}:{line}): unwanted {}", shown(value)));
    }
    (!wrong.is_empty()).then(|| format!("{} / {} / {engine}\n{}\n", suite.name, test.title, wrong.join("\n")))
}

fn shown(value: &Value) -> String {
    let text = |key: &str| value[key].as_str().unwrap_or_default().to_owned();
    format!("{}: [{}] \"{}\"", text("severity"), text("code"), text("message"))
}

impl markdown::What {
    fn is(&self, value: &Value) -> bool {
        value["severity"] == self.severity
            && value["code"] == *self.code
            && value["message"].as_str().is_some_and(|message| message.contains(&self.text))
    }
}

/// Folders that are a project's own, not projects.
const RESOURCES: [&str; 9] =
    ["models", "seeds", "snapshots", "analyses", "macros", "tests", "functions", "dbt_packages", "target"];

/// Writes the files of the blocks, and every `dbt_project.yml` that is missing.
fn write(root: &Path, blocks: &[&Block]) {
    let mut files: BTreeMap<String, String> = BTreeMap::new();
    let mut projects: BTreeSet<String> = BTreeSet::new();
    for block in blocks {
        if let Some((producer, consumer)) = &block.manifest {
            let path = format!("{producer}/target/manifest.json");
            files.insert(path, manifest::json(producer, &block.text));
            if let Some(consumer) = consumer {
                let entry = format!("  - manifest: ../{producer}/target/manifest.json\n");
                let file = files.entry(format!("{consumer}/dbt_mesh.yml")).or_insert("upstreams:\n".into());
                file.push_str(&entry);
            }
        }
        let Some(path) = &block.path else { continue };
        let first = path.split_once('/').map_or("", |(first, _)| first);
        let project = if first.is_empty() || RESOURCES.contains(&first) { "" } else { first };
        projects.insert(project.to_owned());
        if let Some((before, rest)) = path.split_once("dbt_packages/") {
            let name = rest.split('/').next().unwrap_or_default();
            projects.insert(format!("{before}dbt_packages/{name}"));
        }
        files.insert(path.clone(), block.text.clone());
    }
    for project in projects {
        let name = project.rsplit('/').next().filter(|name| !name.is_empty()).unwrap_or("shop");
        let path =
            if project.is_empty() { "dbt_project.yml".into() } else { format!("{project}/dbt_project.yml") };
        files.entry(path).or_insert_with(|| format!("name: {name}\nversion: '1.0'\nprofile: shop\n"));
    }
    for (path, text) in files {
        let path = root.join(path);
        std::fs::create_dir_all(path.parent().expect("below the folder")).expect("folders can be made");
        std::fs::write(path, text).expect("files can be written");
    }
}
