//! Asks real dbt about a project and compares what `dbt-mesh-ls` says: nodes and edges of the graph, and
//! findings at error level. Prints a row of `docs/conformance.md` for each project.

mod compare;
pub(crate) mod dbt;
pub(crate) mod ours;

use anyhow::{Context, Result};
use compare::{Comparison, Difference, Kinds};
use std::path::{Path, PathBuf};

/// What to compare.
#[derive(clap::Args)]
pub struct Args {
    /// Projects, their packages installed. dbt runs in each as it would for its owner.
    #[arg(required = true)]
    projects: Vec<PathBuf>,
    #[command(flatten)]
    dbt: dbt::Options,
    /// The binary to judge; by default the release build of this checkout, built first.
    #[arg(long)]
    server: Option<PathBuf>,
    /// How many differences of each kind are listed.
    #[arg(long, default_value_t = 10)]
    list: usize,
    /// Path that project names in the table are relative to.
    #[arg(long)]
    base: Option<PathBuf>,
}

/// Compares and prints Markdown: the table, then the differences of each project.
#[allow(clippy::print_stdout)]
pub fn run(args: &Args) -> Result<()> {
    let server = match &args.server {
        Some(path) => path.canonicalize().with_context(|| path.display().to_string())?,
        None => crate::bench::build_release()?,
    };
    let dbt = dbt::Dbt::install(&args.dbt)?;
    println!("{}; {}\n", ours::version(&server)?, dbt.version()?);
    println!(
        "| project | `dbt parse` | nodes | missing / extra / open | edges | missing / extra / open | % found of all / of those not made by macros | macros, missing / extra | calls of macros, missing / extra | % found | metrics and the like: edges, missing / extra / open | our errors | dbt s / ours s |"
    );
    println!("|---|---|---|---|---|---|---|---|---|---|---|---|---|");
    let mut notes = Vec::new();
    for project in &args.projects {
        let (row, note) = one(&dbt, &server, project, args)?;
        println!("{row}");
        notes.push(note);
    }
    notes.iter().filter(|note| !note.is_empty()).for_each(|note| println!("\n{note}"));
    Ok(())
}

/// A project's row and the text about its differences.
fn one(dbt: &dbt::Dbt, server: &Path, project: &Path, args: &Args) -> Result<(String, String)> {
    let root = project.canonicalize().with_context(|| project.display().to_string())?;
    let base = args.base.as_deref().and_then(|base| base.canonicalize().ok());
    let name = base.and_then(|base| root.strip_prefix(base).ok()).unwrap_or(project).display().to_string();
    let parse = dbt.ask(&root)?;
    let check = ours::check(server, &root, &parse.env)?;
    let mut note = String::new();
    if !parse.env.is_empty() {
        let names: Vec<&str> = parse.env.iter().map(String::as_str).collect();
        note.push_str(&format!("- set to `{}`: {}\n", dbt::ENV_VALUE, names.join(", ")));
    }
    // Another project in a folder below was not parsed.
    let judged =
        parse.outcome.as_ref().ok().and_then(|manifest| manifest["metadata"]["project_name"].as_str());
    let errors = check.errors.iter().filter(|error| judged.is_none_or(|name| error.project == name));
    let errors: Vec<String> = errors.map(ToString::to_string).collect();
    list(&mut note, "our errors", &errors, args.list);
    let row = match &parse.outcome {
        Err(message) => {
            note.push_str(&format!("- dbt says: {message}\n"));
            format!(
                "| {name} | fails | | | | | | | | | | {} | {:.1} / {:.2} |",
                errors.len(),
                parse.seconds,
                check.seconds
            )
        }
        Ok(manifest) => {
            let graph = ours::graph(server, &root, &parse.env)?;
            let main = compare::compare(manifest, &graph, Kinds::Main)?;
            let semantic = compare::compare(manifest, &graph, Kinds::Semantic)?;
            let macros = compare::compare(manifest, &graph, Kinds::Macros)?;
            for (label, both) in [("", &main), ("semantic ", &semantic), ("macro ", &macros)] {
                list(&mut note, &format!("missing {label}nodes"), &both.nodes.missing, args.list);
                list(&mut note, &format!("extra {label}nodes"), &both.nodes.extra, args.list);
                list(
                    &mut note,
                    &format!("{label}nodes that the graph leaves open"),
                    &both.nodes.open,
                    args.list,
                );
                list(&mut note, &format!("missing {label}edges"), &both.edges.missing, args.list);
                list(&mut note, &format!("extra {label}edges"), &both.edges.extra, args.list);
            }
            row(&name, [&main, &macros, &semantic], errors.len(), parse.seconds, check.seconds)
        }
    };
    if !note.is_empty() {
        note.insert_str(0, &format!("**{name}**\n\n"));
    }
    Ok((row, note))
}

fn row(name: &str, all: [&Comparison; 3], errors: usize, dbt: f64, ours: f64) -> String {
    let [main, macros, semantic] = all;
    let two = |of: &Difference| format!("{}, {} / {}", of.total, of.missing.len(), of.extra.len());
    let counts =
        |both: &Difference| format!("{} / {} / {}", both.missing.len(), both.extra.len(), both.open.len());
    format!(
        "| {name} | passes | {} | {} | {} | {} | {} | {} | {} | {} | {}, {} | {errors} | {dbt:.1} / {ours:.2} |",
        main.nodes.total,
        counts(&main.nodes),
        main.edges.total,
        counts(&main.edges),
        main.edges.shares(),
        two(&macros.nodes),
        two(&macros.edges),
        macros.edges.share(),
        semantic.edges.total,
        counts(&semantic.edges),
    )
}

fn list(note: &mut String, what: &str, items: &[String], most: usize) {
    if items.is_empty() {
        return;
    }
    note.push_str(&format!("- {what}: {}\n", items.len()));
    for item in items.iter().take(most) {
        note.push_str(&format!("  - {item}\n"));
    }
}
