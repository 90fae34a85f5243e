#![no_main]
//! Any text is a dbt-loom configuration or a dbt_mesh.yml: no panic, every problem is at a place of the text, and no
//! secret of the environment gets into what is shown.

use std::path::Path;

use libfuzzer_sys::fuzz_target;
use project::upstream::config::{self, Supply};
use project::upstream::loom::{self, LoomSource};
use project::upstream::{Location, Problem, Remote};

const SECRET: &str = "hunter2hunter2";

fn environment(name: &str) -> Option<String> {
    name.contains("TOKEN").then(|| SECRET.to_owned())
}

fn hold(text: &str, problems: &[Problem]) {
    for problem in problems {
        let range = std::ops::Range::<usize>::from(problem.range);
        assert!(text.get(range).is_some(), "{:?} is no piece of the text", problem.range);
    }
}

fn is_discreet(remote: &Remote) {
    assert!(!remote.shown().contains(SECRET), "a secret is shown");
    assert!(!format!("{remote:?} {:?}", remote.place).contains(SECRET), "a secret is printed");
    assert_eq!(remote.digest().len(), 32);
    if let Some(catalog) = remote.catalog() {
        assert!(!catalog.shown().contains(SECRET), "a secret is shown");
        assert_ne!(catalog.digest(), remote.digest());
    }
    let _ = (remote.service(), remote.pattern(), remote.object("a/b").shown().len());
}

fuzz_target!(|text: &str| {
    // What is written out in the file is no secret of the environment.
    if text.contains(SECRET) {
        return;
    }
    let base = Path::new("/w/shop");
    let read = loom::parse(text, base, &environment);
    // dbt-loom substitutes before it reads: its ranges are those of the text as written all the same.
    hold(text, &read.problems);
    for manifest in read.value.iter().flat_map(|config| &config.manifests) {
        match &manifest.source {
            LoomSource::Remote(remote) => is_discreet(remote),
            LoomSource::File(Location::Remote(remote)) => is_discreet(remote),
            _ => {}
        }
    }
    let read = config::parse(text, base, &environment, &[]);
    hold(text, &read.problems);
    for entry in read.value.iter().flat_map(|config| &config.upstreams) {
        if let Supply::Manifest(Location::Remote(remote)) = &entry.supply {
            is_discreet(remote);
        }
    }
});
