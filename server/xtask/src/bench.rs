//! Measures the release server as an editor feels it, beside the floor: prints the tables of
//! `docs/performance.md`. Projects are made anew in a temporary directory.

mod client;
mod edits;
mod floor;
mod hub;
mod latency;
mod machine;
mod requests;

use crate::gen_project::{self, Spec, Upstream};
use crate::{COLUMNS, MODELS_PER_MB, gen_manifest};
use anyhow::{Context, Result};
use client::{Client, uri};
use latency::Spread;
use serde_json::{Value, json};
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::{Duration, Instant};

/// What to measure.
#[derive(clap::Args)]
pub struct Args {
    /// Sizes of the projects, in models.
    #[arg(long, value_delimiter = ',', default_value = "1000,10000,50000")]
    models: Vec<usize>,
    /// Size of the upstream manifest; 0 leaves that part out.
    #[arg(long, default_value_t = 200)]
    megabytes: usize,
    /// How many edits and completions each percentile is taken from.
    #[arg(long, default_value_t = 1000)]
    edits: usize,
    /// The server to measure; by default the release build of this checkout, built first.
    #[arg(long)]
    server: Option<PathBuf>,
    /// Cold starts per size, each beside floors of its own; the medians count.
    #[arg(long, default_value_t = 7)]
    starts: usize,
    /// Sizes of the projects on which each request and each kind of edit is timed; 0 for none.
    #[arg(long, value_delimiter = ',', default_value = "10000,50000")]
    requests: Vec<usize>,
}

/// What one project size gave.
struct Row {
    models: usize,
    alone: floor::Walked,
    together: floor::Walked,
    first_definition: Duration,
    diagnostics: Spread,
    completion: Spread,
    items: usize,
    peak_mib: f64,
    settled_mib: f64,
}

const SIZES: &str = "| models | files | MB | floor, one thread / all cores | start to first definition | × floors | edit to diagnostics p50 / p99 | completion p50 / p99 | items | memory peak / settled |
|---|---|---|---|---|---|---|---|---|---|";

/// How long the server is left alone before its settled memory is read.
const SETTLE: Duration = Duration::from_secs(3);

/// Runs everything and prints Markdown.
#[allow(clippy::print_stdout)]
pub fn run(args: &Args) -> Result<()> {
    let server = match &args.server {
        Some(path) => path.clone(),
        None => build_release()?,
    };
    let temp = tempfile::tempdir()?;
    println!("{}\n", machine::describe());
    if args.models.iter().any(|models| *models > 0) {
        println!("{SIZES}");
    }
    for &models in args.models.iter().filter(|models| **models > 0) {
        let root = temp.path().join(format!("bench_{models}"));
        let spec = Spec { name: "bench", models, upstream: None };
        gen_project::write(&root, &spec)?;
        let row = project(&server, &root, &spec, args)?;
        println!("{}", row.markdown());
        std::fs::remove_dir_all(&root)?;
    }
    for &models in args.requests.iter().filter(|models| **models > 0) {
        let root = temp.path().join(format!("requests_{models}"));
        let spec = Spec { name: "bench", models, upstream: None };
        gen_project::write(&root, &spec)?;
        let files = hub::add(&root, &spec)?;
        let (mut client, _) = cold_start(&server, &root, &spec)?;
        println!("\n{models} models, each request:\n\n{}", requests::table(&mut client, &root, &files)?);
        client.stop()?;
        let (mut client, _) = cold_start(&server, &root, &spec)?;
        println!("{models} models, each kind of edit:\n\n{}", edits::table(&mut client, &files)?);
        client.stop()?;
        std::fs::remove_dir_all(&root)?;
    }
    if args.megabytes > 0 {
        println!("\n{}", manifest(&server, temp.path(), args)?);
    }
    Ok(())
}

impl Row {
    fn markdown(&self) -> String {
        format!(
            "| {} | {} | {:.1} | {:.0} / {:.0} ms | {:.0} ms | {:.1} / {:.1} | {} | {} | {} | {:.0} / {:.0} MiB |",
            self.models,
            self.alone.files,
            self.alone.bytes as f64 / 1e6,
            self.alone.time.as_secs_f64() * 1e3,
            self.together.time.as_secs_f64() * 1e3,
            self.first_definition.as_secs_f64() * 1e3,
            self.first_definition.as_secs_f64() / self.alone.time.as_secs_f64(),
            self.first_definition.as_secs_f64() / self.together.time.as_secs_f64(),
            self.diagnostics,
            self.completion,
            self.items,
            self.peak_mib,
            self.settled_mib,
        )
    }
}

pub(crate) fn build_release() -> Result<PathBuf> {
    let status = Command::new(env!("CARGO"))
        .args(["build", "--release", "--locked", "--package", "dbt-mesh-ls"])
        .status()
        .context("starting cargo")?;
    anyhow::ensure!(status.success(), "the server does not build");
    // This program lies in the same target directory: <target>/<profile>/xtask.
    let this = std::env::current_exe()?;
    let target = this.ancestors().nth(2).context("<target>/<profile>/xtask")?;
    Ok(target.join("release/dbt-mesh-ls"))
}

fn project(server: &Path, root: &Path, spec: &Spec<'_>, args: &Args) -> Result<Row> {
    // A machine is faster in one minute than in the next: floors and starts take turns.
    let (mut alone, mut together, mut starts) = (Vec::new(), Vec::new(), Vec::new());
    let mut started: Option<Client> = None;
    for _ in 0..args.starts.max(1) {
        if let Some(before) = started.take() {
            before.stop()?;
        }
        alone.push(floor::alone(root)?);
        together.push(floor::together(root)?);
        let (client, time) = cold_start(server, root, spec)?;
        starts.push(time);
        started = Some(client);
    }
    let mut client = started.context("at least one start")?;
    starts.sort();
    let (alone, together) = (floor::median(alone), floor::median(together));
    anyhow::ensure!(alone.bytes == together.bytes, "both walks read the same");
    let document = Document::of(root, spec, spec.models - 1);
    let diagnostics = latency::diagnostics(&mut client, &document, args.edits)?;
    let (completion, items) = latency::completion(&mut client, &document, args.edits)?;
    std::thread::sleep(SETTLE);
    let (peak_mib, settled_mib) = machine::memory(client.pid())?;
    client.stop()?;
    Ok(Row {
        models: spec.models,
        alone,
        together,
        first_definition: starts[starts.len() / 2],
        diagnostics,
        completion,
        items,
        peak_mib,
        settled_mib,
    })
}

/// A model's file as the editor has it.
pub struct Document {
    uri: String,
    text: String,
    /// Where its first ref's name is: line and character of a letter in it, both from 0.
    first_ref: (usize, usize),
    /// The file its first ref leads to.
    target: String,
}

impl Document {
    fn of(root: &Path, spec: &Spec<'_>, number: usize) -> Document {
        let path = root.join(gen_project::model_path(spec, number));
        let parent = gen_project::parents(spec, number)[0];
        let text = std::fs::read_to_string(&path).expect("the project was just written");
        Document {
            uri: uri(&path),
            first_ref: place_of(&text, &format!("ref('{}')", gen_project::model_name(parent)), 6),
            target: gen_project::model_path(spec, parent),
            text,
        }
    }

    fn open(&self, client: &mut Client) -> Result<()> {
        let item = json!({"uri": self.uri, "languageId": "sql", "version": 1, "text": self.text});
        client.notify("textDocument/didOpen", &json!({"textDocument": item}))
    }
}

/// The place `skip` bytes into the first `needle`, say inside the quotes of `ref('…`: line and character from 0.
fn place_of(text: &str, needle: &str, skip: usize) -> (usize, usize) {
    let at = text.find(needle).expect("the generator wrote it") + skip;
    let line = text[..at].matches('\n').count();
    let column = at - text[..at].rfind('\n').map_or(0, |newline| newline + 1);
    (line, column)
}

/// Starts a server and asks for a definition until it is right.
fn cold_start(server: &Path, root: &Path, spec: &Spec<'_>) -> Result<(Client, Duration)> {
    let mut client = Client::start(server, root)?;
    let document = Document::of(root, spec, spec.models - 1);
    document.open(&mut client)?;
    let time =
        until_defined(&mut client, &document.uri, document.first_ref, |uri| uri.ends_with(&document.target))?;
    Ok((client, time))
}

/// The time from the process's start to the first right answer.
fn until_defined(
    client: &mut Client,
    uri: &str,
    (line, character): (usize, usize),
    right: impl Fn(&str) -> bool,
) -> Result<Duration> {
    let params = json!({"textDocument": {"uri": uri}, "position": {"line": line, "character": character}});
    let deadline = Instant::now() + Duration::from_secs(300);
    loop {
        let (answer, _) = client.request("textDocument/definition", &params)?;
        if target_uris(&answer).any(&right) {
            return Ok(client.started.elapsed());
        }
        anyhow::ensure!(Instant::now() < deadline, "no right definition; last answer: {answer}");
        std::thread::sleep(Duration::from_millis(1));
    }
}

/// The URIs of a definition's answer in any of its three forms.
fn target_uris(answer: &Value) -> impl Iterator<Item = &str> {
    let many = answer.as_array().map(Vec::as_slice).unwrap_or_else(|| std::slice::from_ref(answer));
    many.iter().filter_map(|one| one["uri"].as_str().or_else(|| one["targetUri"].as_str()))
}

/// A project of 1,000 models with a large upstream manifest, beside the same project without it.
fn manifest(server: &Path, temp: &Path, args: &Args) -> Result<String> {
    let file = temp.join("upstream/manifest.json");
    std::fs::create_dir_all(temp.join("upstream"))?;
    gen_manifest::write(&file, args.megabytes * MODELS_PER_MB, COLUMNS)?;
    let (project, model) = public_model(&file)?;
    let (streamed, whole) = floor::skip_json(&file)?;
    let mut settled = Vec::new();
    let mut loaded = Duration::ZERO;
    for with in [false, true] {
        let root = temp.join(format!("consumer_{with}"));
        let names = [model.clone()];
        let upstream = Some(Upstream { name: &project, models: &names });
        let spec = Spec { name: "consumer", models: 1000, upstream };
        gen_project::write(&root, &spec)?;
        if with {
            let config = format!("upstreams:\n  - manifest: {}\n", file.display());
            std::fs::write(root.join("dbt_mesh.yml"), config)?;
        }
        let (mut client, _) = cold_start(server, &root, &spec)?;
        if with {
            let reader = Document::of(&root, &spec, 999);
            let place = place_of(&reader.text, &format!("ref('{project}', '{model}')"), 6);
            let place = (place.0, place.1 + project.len() + 4);
            loaded = until_defined(&mut client, &reader.uri, place, |_| true)?;
        }
        std::thread::sleep(SETTLE);
        settled.push(machine::memory(client.pid())?);
        client.stop()?;
    }
    let [(peak_without, without), (peak_with, with)] = settled[..] else { anyhow::bail!("two runs") };
    let size = std::fs::metadata(&file)?.len() as f64 / 1e6;
    Ok(format!(
        "| upstream manifest | loaded after start | skip-everything pass, streamed / from memory | × streamed | memory added, peak / settled |\n\
         |---|---|---|---|---|\n\
         | {size:.0} MB | {} ms | {} / {} ms | {:.1} | {:.0} / {:.0} MiB |",
        loaded.as_millis(),
        streamed.as_millis(),
        whole.as_millis(),
        loaded.as_secs_f64() / streamed.as_secs_f64(),
        peak_with - peak_without,
        with - without,
    ))
}

/// The manifest's project and one public, unversioned model of it.
fn public_model(file: &Path) -> Result<(String, String)> {
    let manifest: Value = serde_json::from_reader(std::io::BufReader::new(std::fs::File::open(file)?))?;
    let project = manifest["metadata"]["project_name"].as_str().context("metadata.project_name")?;
    let nodes = manifest["nodes"].as_object().context("nodes")?;
    let is_public = |node: &&Value| {
        node["resource_type"] == "model"
            && node["package_name"] == project
            && node["version"].is_null()
            && (node["access"] == "public" || node["config"]["access"] == "public")
    };
    let model = nodes.values().find(is_public).context("a public model")?;
    Ok((project.to_owned(), model["name"].as_str().context("a name")?.to_owned()))
}
