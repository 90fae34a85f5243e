//! `dbt-mesh-ls impact`: what the working copy breaks for other projects, compared with a commit.

mod columns;
mod output;

use super::{FOUND, base, existing, here, load};
use crate::analysis::{self, Analysis};
use crate::config::Config;
use crate::queries::relative;
use anyhow::Context;
use clap::ValueEnum;
use ide::impact::Named;
use loader::Past;
use project::Package;
use project::surface::{Change, Surface, What, diff};
use rustc_hash::FxHashMap;
use serde::Serialize;
use std::collections::hash_map::Entry;
use std::io::{self, Write};
use std::path::{Path, PathBuf};
use std::process::ExitCode;
use text::LineIndex;

/// Arguments of `impact`.
#[derive(Debug, clap::Args)]
pub struct Args {
    /// Directories with dbt projects below them, producers and consumers. Default: the current directory.
    #[arg(value_name = "PATH")]
    paths: Vec<PathBuf>,
    /// The commit to compare with: a branch, a tag, anything that git understands.
    #[arg(long, value_name = "GIT_REF", default_value = "HEAD")]
    base: String,
    /// How it is printed.
    #[arg(long, value_enum, default_value_t = Format::Text)]
    format: Format,
}

#[derive(Debug, Clone, Copy, ValueEnum)]
enum Format {
    /// For people.
    Text,
    /// For programs.
    Json,
    /// For the description of a pull request.
    Markdown,
    /// Annotations for GitHub Actions.
    Github,
}

/// What `impact` found.
#[derive(Debug, Serialize)]
struct Impact {
    base: String,
    projects: Vec<Project>,
}

/// The changes of one project.
#[derive(Debug, Serialize)]
struct Project {
    name: String,
    changes: Vec<Told>,
}

/// One change, and whom it concerns.
#[derive(Debug, Serialize)]
struct Told {
    unique_id: String,
    model: String,
    change: String,
    breaking: bool,
    /// The model's file, or the project's.
    file: String,
    consumers: Vec<Reader>,
}

/// Someone in another project who refers to the model.
#[derive(Debug, Serialize)]
struct Reader {
    project: String,
    unique_id: Option<String>,
    file: Option<String>,
    line: Option<u32>,
    /// It names the very column that changed.
    names_column: bool,
}

impl Impact {
    fn is_breaking(&self) -> bool {
        self.projects.iter().flat_map(|project| &project.changes).any(|change| change.breaking)
    }
}

/// Compares and prints. Exit code 1 when something is breaking.
pub fn run(args: &Args) -> anyhow::Result<ExitCode> {
    let paths = existing(&args.paths)?;
    let now = load(&paths, &Config::default(), |_| {})?;
    // Annotations belong to the repository, whatever part of it is looked at.
    let relative_to = if matches!(args.format, Format::Github) { here() } else { base(&paths) };
    let impact = compare(&now, &paths, &args.base, &relative_to)?;
    let mut out = io::BufWriter::new(io::stdout().lock());
    match args.format {
        Format::Text => output::text(&mut out, &impact)?,
        Format::Json => {
            serde_json::to_writer_pretty(&mut out, &impact)?;
            writeln!(out)?;
        }
        Format::Markdown => output::markdown(&mut out, &impact)?,
        Format::Github => output::github(&mut out, &impact)?,
    }
    out.flush()?;
    Ok(ExitCode::from(if impact.is_breaking() { FOUND } else { 0 }))
}

fn compare(now: &Analysis, paths: &[PathBuf], rev: &str, base: &str) -> anyhow::Result<Impact> {
    let mesh = now.mesh();
    let is_ours = |project: &&Package| !mesh.registry.outside.contains(&project.id);
    let mut states: FxHashMap<PathBuf, Past> = FxHashMap::default();
    // Where projects are now, and where others may have been.
    let mut then: Vec<PathBuf> = Vec::new();
    let mut add = |repository: PathBuf, folder: &Path| -> anyhow::Result<()> {
        let past = match states.entry(repository) {
            Entry::Occupied(known) => known.into_mut(),
            Entry::Vacant(free) => {
                let past = Past::of(free.key(), rev).map_err(anyhow::Error::msg)?;
                free.insert(past)
            }
        };
        then.extend(past.path(folder).filter(|path| path.is_dir()));
        Ok(())
    };
    for project in mesh.projects().filter(is_ours) {
        let root = loader::canonical(Path::new(&*project.root));
        let repository = loader::repository(&root)
            .with_context(|| format!("{} is in no git repository (or git is missing)", project.root))?;
        add(repository, &root)?;
    }
    for path in paths.iter().map(|path| loader::canonical(path)) {
        if let Some(repository) = loader::repository(&path) {
            add(repository, &path)?;
        }
    }
    then.sort();
    then.dedup_by(|inner, outer| inner.starts_with(outer));
    let old = analysis::load(&then, &Config::default(), |_| {}).analysis();
    let was = |name: &str| old.mesh().projects().find(|project| project.name() == name);
    let mut projects = Vec::new();
    for project in mesh.projects().filter(is_ours) {
        let name = project.name();
        let before = was(name).map(|project| Surface::live(old.mesh(), project)).unwrap_or_default();
        let mut changes = diff(&before, &Surface::live(mesh, project), &now.ide.today().to_string());
        columns::weigh(now, &old, project, &before, &mut changes);
        projects.push(told_of(now, name, &project.root, &before, changes, base));
    }
    // Whose name nobody has any more: nothing of it can be read.
    for project in old.mesh().projects().filter(|project| !old.mesh().registry.outside.contains(&project.id))
    {
        if mesh.projects().any(|known| known.name() == project.name()) {
            continue;
        }
        let before = Surface::live(old.mesh(), project);
        let changes = diff(&before, &Surface::default(), &now.ide.today().to_string());
        let root = loader::canonical(Path::new(&*project.root));
        let root = states.values().find_map(|past| past.now(&root)).unwrap_or(root);
        let root = root.to_string_lossy();
        projects.push(told_of(now, project.name(), &root, &before, changes, base));
    }
    projects.retain(|project| !project.changes.is_empty());
    projects.sort_by(|a, b| a.name.cmp(&b.name));
    Ok(Impact { base: rev.to_owned(), projects })
}

/// The changes of a project, which lies or lay in the folder `root`.
fn told_of(
    now: &Analysis,
    name: &str,
    root: &str,
    before: &Surface,
    changes: Vec<Change>,
    base: &str,
) -> Project {
    let told = changes.into_iter().map(|change| told(now, name, root, before, change, base));
    Project { name: name.to_owned(), changes: told.collect() }
}

fn told(now: &Analysis, project: &str, root: &str, before: &Surface, change: Change, base: &str) -> Told {
    let old = before.models.get(&change.unique_id);
    let consumers = old.and_then(|old| {
        let of = Named {
            project,
            unique_id: &change.unique_id,
            name: &old.name,
            // Pinned references read what they read before.
            version: old.version.as_deref().filter(|_| !matches!(change.what, What::Latest { .. })),
            latest: old.latest,
        };
        // Nothing cancels the command line.
        let all = analysis::consumers(now, of).ok()?;
        let named = columns::changed(&change).map(|column| columns::readers(now, of, column));
        Some(columns::first(all, named.unwrap_or_default()))
    });
    let mut lines = FxHashMap::default();
    let consumers = consumers.unwrap_or_default().into_iter().map(|(consumer, names_column)| {
        let place = consumer.place.and_then(|(file, range)| {
            let path = now.path(file)?;
            let index: &LineIndex = match lines.get(&file) {
                Some(known) => known,
                None => lines.entry(file).or_insert(LineIndex::new(&now.text(file)?)),
            };
            Some((relative(&path, base).to_owned(), index.line(range.start()) + 1))
        });
        let (file, line) = place.unzip();
        Reader {
            project: consumer.project.to_string(),
            unique_id: consumer.unique_id.map(String::from),
            file,
            line,
            names_column,
        }
    });
    let node = ide::lineage::file_of(&now.ide, &change.unique_id);
    let fallback = format!("{}/dbt_project.yml", root.trim_end_matches('/'));
    let file = node.and_then(|file| now.path(file)).map_or(fallback, |path| path.to_string());
    Told {
        consumers: consumers.collect(),
        change: change.message(),
        unique_id: change.unique_id.into(),
        model: change.model,
        breaking: change.breaking,
        file: relative(&file, base).to_owned(),
    }
}
