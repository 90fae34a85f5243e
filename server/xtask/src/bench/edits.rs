//! What one letter costs, by where it is typed: the time to the diagnostics of that version, the processor time
//! until then, and what follows once typing rests. None of it may grow with the project.

use super::client::{Client, uri};
use super::hub::{File, Files};
use super::latency::{Spread, change};
use super::machine;
use anyhow::Result;
use std::time::{Duration, Instant};

/// Letters typed and taken back for each line of the table.
const EDITS: usize = 100;
/// Longer than the server waits before it looks at other documents, and than that takes.
const REST: Duration = Duration::from_millis(700);

/// Where a letter is typed.
struct Place<'a> {
    name: &'static str,
    file: &'a File,
    at: (usize, usize),
    letter: &'static str,
}

/// Types and takes back one letter at each place; gives the table in Markdown.
pub fn table(client: &mut Client, files: &Files) -> Result<String> {
    let Files { model, properties, hub, shared, project, .. } = files;
    let place = |name, file, at, letter| Place { name, file, at, letter };
    let places = [
        place("text of a model", model, model.at("joined as", 2), "x"),
        place("the name in a ref", model, model.at("ref('", 8), "x"),
        place("a description, of 20 models", properties, properties.at("One row", 3), "x"),
        place("a model's name, of 20", properties, properties.at("name: model", 8), "x"),
        place("a model that 500 refer to", hub, hub.at("select", 2), "x"),
        place("body of a macro that 500 call", shared, shared.at("trim", 2), "x"),
        place("name of that macro", shared, shared.at("shared", 3), "x"),
        place("a value of dbt_project.yml", project, project.at("view", 2), "x"),
    ];
    // The model is open since the start.
    for file in [properties, hub, shared, project] {
        client.open(&file.path, &file.text)?;
    }
    std::thread::sleep(REST);
    let mut out = String::from(
        "| a letter in | edit to diagnostics p50 / p99 | processor time each | once typing rests |\n|---|---|---|---|\n",
    );
    for place in &places {
        out.push_str(&typed(client, place)?);
    }
    Ok(out)
}

fn typed(client: &mut Client, place: &Place<'_>) -> Result<String> {
    let uri = uri(&place.file.path);
    let mut samples = Vec::with_capacity(EDITS);
    let before = machine::processor_time(client.pid())?;
    for edit in 0..EDITS {
        let version = client.next_version();
        let (end, text) = match edit % 2 {
            0 => (place.at, place.letter),
            _ => ((place.at.0, place.at.1 + place.letter.len()), ""),
        };
        let sent = Instant::now();
        change(client, &uri, version, place.at, end, text)?;
        let (heard, _) = client.diagnostics(&uri, version)?;
        samples.push(heard - sent);
    }
    let typing = machine::processor_time(client.pid())? - before;
    std::thread::sleep(REST);
    let resting = machine::processor_time(client.pid())? - before - typing;
    let ms = |time: Duration| time.as_secs_f64() * 1e3;
    Ok(format!(
        "| {} | {} | {:.2} ms | {:.1} ms |\n",
        place.name,
        Spread::of(samples),
        ms(typing) / EDITS as f64,
        ms(resting),
    ))
}
