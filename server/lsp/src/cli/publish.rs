//! `dbt-mesh-ls publish`: puts a project's manifest where its consumers read it, after looking at what that changes.

mod catalog;
mod output;
mod target;

use super::{FOUND, existing};
use crate::analysis;
use crate::loading;
use anyhow::Context;
use clap::ValueEnum;
use loader::manifest_bytes;
use project::config::ProjectConfig;
use project::surface::{Change, Need, Surface, diff, needs};
use project::upstream::Manifest;
use project::upstream::manifest::ManifestKind;
use project::upstream::reduce::{Kept, reduce};
use serde::Serialize;
use std::io::{self, Write};
use std::path::{Path, PathBuf};
use std::process::ExitCode;

/// Arguments of `publish`.
#[derive(Debug, clap::Args)]
pub struct Args {
    /// The project's folder. Default: the current directory.
    #[arg(value_name = "PATH")]
    path: Option<PathBuf>,
    /// A folder, s3://bucket/prefix, gs://bucket/prefix, az://container/prefix or abfss://…; below it the manifest becomes
    /// <project>/manifest.json. What ends in .json is taken as it is.
    #[arg(long, value_name = "PLACE")]
    to: String,
    /// The manifest to publish. Default: manifest.json in the project's target folder.
    #[arg(long, value_name = "FILE")]
    manifest: Option<PathBuf>,
    /// Publish the manifest as it is: the default.
    #[arg(long, conflicts_with = "public")]
    full: bool,
    /// Publish only the public models, with columns and descriptions and without SQL.
    #[arg(long)]
    public: bool,
    /// Publish even what breaks consumers.
    #[arg(long)]
    allow_breaking: bool,
    /// Only tell what would be published.
    #[arg(long)]
    dry_run: bool,
    /// How it is printed.
    #[arg(long, value_enum, default_value_t = Format::Text)]
    format: Format,
    #[command(flatten)]
    store: target::Store,
}

#[derive(Debug, Clone, Copy, ValueEnum)]
enum Format {
    /// For people.
    Text,
    /// For programs.
    Json,
    /// For the description of a pull request.
    Markdown,
}

/// What `publish` found and did.
#[derive(Debug, Serialize)]
struct Report {
    project: String,
    /// The address, as it was given.
    to: String,
    state: State,
    /// Size of what is or would be published.
    bytes: usize,
    /// Size of the catalog that goes along; none where there is none beside the manifest.
    catalog_bytes: Option<usize>,
    public_models: usize,
    /// Nothing was published there before.
    first: bool,
    changes: Vec<Told>,
    warnings: Vec<Warning>,
}

/// What became of it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
enum State {
    /// It is there now.
    Published,
    /// It was there already, byte by byte.
    Unchanged,
    /// It would be there, but for `--dry-run`.
    DryRun,
    /// It breaks consumers.
    Refused,
}

/// One change of what others read.
#[derive(Debug, Serialize)]
struct Told {
    unique_id: String,
    model: String,
    change: String,
    breaking: bool,
}

/// Something that consumers miss; no model where it is about the whole.
#[derive(Debug, Serialize)]
struct Warning {
    unique_id: Option<String>,
    model: Option<String>,
    message: String,
}

impl From<Change> for Told {
    fn from(change: Change) -> Told {
        let message = change.message();
        let Change { unique_id, model, breaking, .. } = change;
        Told { unique_id: unique_id.into(), model, change: message, breaking }
    }
}

impl From<Need> for Warning {
    fn from(need: Need) -> Warning {
        Warning { unique_id: Some(need.unique_id.into()), model: Some(need.model), message: need.message }
    }
}

impl Warning {
    fn of_all(message: String) -> Warning {
        Warning { unique_id: None, model: None, message }
    }
}

/// Checks, publishes and prints. Exit code 1 when it is refused.
pub fn run(args: &Args) -> anyhow::Result<ExitCode> {
    let report = publish(args)?;
    let mut out = io::BufWriter::new(io::stdout().lock());
    match args.format {
        Format::Text => output::text(&mut out, &report)?,
        Format::Json => {
            serde_json::to_writer_pretty(&mut out, &report)?;
            writeln!(out)?;
        }
        Format::Markdown => output::markdown(&mut out, &report)?,
    }
    out.flush()?;
    Ok(ExitCode::from(if report.state == State::Refused { FOUND } else { 0 }))
}

fn publish(args: &Args) -> anyhow::Result<Report> {
    let paths = existing(args.path.as_slice())?;
    let root = paths.first().context("a path is given or assumed")?;
    let path = manifest_path(args, root)?;
    let bytes = manifest_bytes(&path).map_err(anyhow::Error::msg)?;
    let manifest = parse(&bytes).with_context(|| path.display().to_string())?;
    let project = manifest.project_name.clone().context("the manifest does not say whose it is")?;
    if let Some((name, _)) = config(root).and_then(|config| config.name) {
        anyhow::ensure!(name == project, "{} is of project {project}, not of {name}", path.display());
    }
    let (target, shown) = target::of(&args.to, &args.store, &project)?;

    let after = Surface::of_manifest(&manifest, &project);
    let before = target.read().map_err(anyhow::Error::msg)?;
    let mut warnings = Vec::new();
    let mut changes = Vec::new();
    // It may have been put there gzipped.
    let read = |bytes: &[u8]| parse(&loader::unpacked(bytes).map_err(anyhow::Error::msg)?);
    match before.as_deref().map(read) {
        Some(Ok(old)) => {
            if let Some(other) = old.project_name.as_deref().filter(|other| *other != project) {
                anyhow::bail!("{shown} holds the manifest of another project, {other}");
            }
            let before = Surface::of_manifest(&old, &project);
            let today = analysis::today().to_string();
            changes = diff(&before.public(&after), &after.public(&before), &today);
        }
        Some(Err(why)) if args.allow_breaking => {
            warnings.push(Warning::of_all(format!("what was there before is no manifest: {why}")));
        }
        Some(Err(why)) => anyhow::bail!(
            "{shown}: what is there cannot be compared with: {why}; --allow-breaking replaces it all the same"
        ),
        None => {}
    }
    let public_models = manifest.public_count(&project);
    if public_models == 0 {
        warnings.push(Warning::of_all("the project has no public model: nobody can use it".to_owned()));
    }
    warnings.extend(needs(&manifest, &project).into_iter().map(Warning::from));

    let kept = args.public.then(|| Kept::public(&manifest, &project));
    let body = match &kept {
        Some(kept) => reduced(&bytes, &manifest, &project, kept)?,
        None => bytes,
    };
    let catalog = catalog::along(&path, &target, kept.as_ref())?;
    let known_catalog = match &catalog {
        Some(along) => along.target.read().map_err(anyhow::Error::msg)?.as_ref() == Some(&along.body),
        None => true,
    };
    // One that came with an earlier manifest may tell of what is not public any more. Where it cannot be read nothing
    // is known to be there: a store may say so of what is missing.
    let left = catalog.is_none().then(|| catalog::place(&target)).flatten();
    let left = left.filter(|left| matches!(left.read(), Ok(Some(_))));
    let is_breaking = changes.iter().any(|change| change.breaking);
    let state = if is_breaking && !args.allow_breaking {
        State::Refused
    } else if args.dry_run {
        State::DryRun
    } else if before.as_ref() == Some(&body) && known_catalog && left.is_none() {
        State::Unchanged
    } else {
        State::Published
    };
    let mut report = Report {
        project: project.into(),
        to: shown,
        state,
        bytes: body.len(),
        catalog_bytes: catalog.as_ref().map(|along| along.body.len()),
        public_models,
        first: before.is_none(),
        changes: changes.into_iter().map(Told::from).collect(),
        warnings,
    };
    if state == State::Published {
        // Whoever sees the new manifest finds what belongs to it.
        if let Some(along) = catalog {
            along.target.write(along.body).map_err(anyhow::Error::msg)?;
        }
        target.write(body).map_err(anyhow::Error::msg)?;
        if let Some(left) = left {
            let message = match left.remove() {
                Ok(()) => {
                    "the catalog published before was removed: there is none beside the manifest".to_owned()
                }
                Err(why) => format!("a catalog published before is still there, remove it: {why}"),
            };
            report.warnings.push(Warning::of_all(message));
        }
    }
    Ok(report)
}

fn config(root: &Path) -> Option<ProjectConfig> {
    let read = loader::read_text(&root.join("dbt_project.yml")).ok()?;
    Some(ProjectConfig::parse(&read.text))
}

fn manifest_path(args: &Args, root: &Path) -> anyhow::Result<PathBuf> {
    if let Some(path) = &args.manifest {
        return Ok(path.clone());
    }
    let config = config(root).with_context(|| {
        format!("no dbt_project.yml in {}: name a manifest with --manifest", root.display())
    })?;
    let path = root.join(&*config.target_path).join("manifest.json");
    anyhow::ensure!(path.is_file(), "{}: there is no manifest yet: `dbt parse` makes one", path.display());
    Ok(path)
}

/// A manifest that can be published: a publication cannot.
fn parse(bytes: &[u8]) -> anyhow::Result<Manifest> {
    let manifest = loading::parse_manifest(bytes).map_err(anyhow::Error::msg)?;
    anyhow::ensure!(manifest.kind == ManifestKind::Manifest, "a publication, not a manifest");
    Ok(manifest)
}

fn reduced(bytes: &[u8], manifest: &Manifest, project: &str, kept: &Kept) -> anyhow::Result<Vec<u8>> {
    let mut out = Vec::new();
    reduce(bytes, &mut out, kept)?;
    out.push(b'\n');
    // What consumers cannot read is worse than nothing.
    let check = parse(&out).context("the reduced manifest cannot be read")?;
    anyhow::ensure!(
        check.public_count(project) == manifest.public_count(project),
        "the reduced manifest lacks public models"
    );
    Ok(out)
}
