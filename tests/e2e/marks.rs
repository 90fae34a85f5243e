//! Comments `expect: <code>` in the broken sample: each stands on the line above a mistake.

use crate::sample::Sample;
use std::collections::BTreeMap;

/// What must be found in each file of the sample that has or may have findings: line (from 1) and code.
pub fn marks(sample: &Sample) -> BTreeMap<String, Vec<(u64, String)>> {
    let mut found = BTreeMap::new();
    for path in sample.files("") {
        let installed = path.contains("/dbt_packages/");
        if installed || ![".sql", ".py", ".yml"].iter().any(|extension| path.ends_with(extension)) {
            continue;
        }
        found.insert(path.clone(), marks_in(&sample.read(&path)));
    }
    assert!(found.values().map(Vec::len).sum::<usize>() > 50, "the sample is there");
    found
}

fn marks_in(text: &str) -> Vec<(u64, String)> {
    let mark = |line: &str| line.split_once("expect: ").map(|(_, code)| code.trim().to_owned());
    text.lines().zip(1..).filter_map(|(line, number)| Some((number + 1, mark(line)?))).collect()
}
