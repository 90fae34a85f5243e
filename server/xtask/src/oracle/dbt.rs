//! Real dbt: installed from PyPI into a virtual environment, run with a throw-away profile.

use anyhow::{Context, Result, bail};
use serde::{Deserialize, Serialize};
use serde_json::Value;
use std::ffi::OsStr;
use std::fs::File;
use std::io::{BufReader, BufWriter};
use std::path::{Path, PathBuf};
use std::process::{Command, Output};
use std::time::Instant;

/// Which dbt, and what it is told.
#[derive(clap::Args)]
pub struct Options {
    /// Virtual environment of dbt; made if it is missing. Projects with a dbt-loom configuration use a second
    /// one beside it, with `-loom` at the end of its name.
    #[arg(long, default_value = "target/oracle-venv")]
    dbt_venv: PathBuf,
    /// What pip installs.
    #[arg(long, value_delimiter = ' ', default_value = "dbt-core<1.12 dbt-duckdb")]
    dbt_packages: Vec<String>,
    /// Leave the manifest in the project's own `target`, for the projects that read it.
    #[arg(long)]
    keep_target: bool,
    /// Keep dbt's answers in this directory, and take them from there the next time. They count for as long as
    /// nobody deletes them, whatever becomes of the project.
    #[arg(long)]
    answers: Option<PathBuf>,
    /// Arguments for `dbt parse`, such as `--vars={…}`.
    #[arg(long, allow_hyphen_values = true)]
    dbt_arg: Vec<String>,
}

/// The name of the throw-away profile; `--profile` puts it in the place of the project's own.
const PROFILE: &str = "oracle";
const LOOM_CONFIGS: [&str; 2] = ["dbt_loom.config.yml", "dbt_loom.config.yaml"];

/// An installed dbt.
pub struct Dbt {
    plain: PathBuf,
    loom: PathBuf,
    packages: Vec<String>,
    keep_target: bool,
    answers: Option<PathBuf>,
    extra: Vec<String>,
    temp: tempfile::TempDir,
}

/// How `dbt parse` ended.
#[derive(Serialize, Deserialize)]
pub struct Parse {
    /// The manifest, or what dbt said.
    pub outcome: Result<Value, String>,
    /// How long the last run took, seconds.
    pub seconds: f64,
    /// Environment variables that dbt asked for and got, with [`ENV_VALUE`].
    pub env: Vec<String>,
}

/// The value of environment variables that a project cannot be parsed without.
pub const ENV_VALUE: &str = "oracle";
const MOST_ENV: usize = 100;

impl Dbt {
    /// Makes the virtual environment unless it is there, and the profile.
    pub fn install(options: &Options) -> Result<Dbt> {
        let plain = std::path::absolute(&options.dbt_venv)?;
        let mut loom = plain.clone().into_os_string();
        loom.push("-loom");
        let temp = tempfile::tempdir()?;
        let profile = format!(
            "{PROFILE}:\n  target: dev\n  outputs:\n    dev:\n      type: duckdb\n      path: ':memory:'\n      schema: main\n      threads: 1\n"
        );
        std::fs::write(temp.path().join("profiles.yml"), profile)?;
        let dbt = Dbt {
            plain,
            loom: loom.into(),
            packages: options.dbt_packages.clone(),
            keep_target: options.keep_target,
            answers: options.answers.as_deref().map(std::path::absolute).transpose()?,
            extra: options.dbt_arg.clone(),
            temp,
        };
        venv(&dbt.plain, &dbt.packages)?;
        Ok(dbt)
    }

    /// dbt's own words about its version, on one line.
    pub fn version(&self) -> Result<String> {
        let code = "import importlib.metadata as m; print(*(f'{n} {m.version(n)}' for n in ('dbt-core', 'dbt-duckdb')), sep=', ')";
        let output = Command::new(self.plain.join("bin/python")).args(["-c", code]).output()?;
        Ok(String::from_utf8_lossy(&output.stdout).trim().to_owned())
    }

    /// What dbt says of a project, from [`Options::answers`] where it is there.
    pub fn ask(&self, root: &Path) -> Result<Parse> {
        let Some(dir) = &self.answers else { return self.parse(root, &[]) };
        std::fs::create_dir_all(dir)?;
        let name = root.display().to_string().replace(['/', '\\', ':'], "+");
        let file = dir.join(format!("{name}.json"));
        if file.is_file() {
            return Ok(serde_json::from_reader(BufReader::new(File::open(&file)?))?);
        }
        let parse = self.parse(root, &[])?;
        serde_json::to_writer(BufWriter::new(File::create(&file)?), &parse)?;
        Ok(parse)
    }

    /// Runs `dbt parse` without partial parsing; again, with one environment variable more, while dbt asks for
    /// one. `env` is set from the start.
    pub fn parse(&self, root: &Path, env: &[String]) -> Result<Parse> {
        let mut env = env.to_vec();
        loop {
            let begin = Instant::now();
            let outcome = self.parse_once(root, &env)?;
            let seconds = begin.elapsed().as_secs_f64();
            let wanted = outcome.as_ref().err().and_then(|said| wanted_env(said));
            match wanted.filter(|name| env.len() < MOST_ENV && !env.iter().any(|known| known == name)) {
                Some(name) => env.push(name.to_owned()),
                None => return Ok(Parse { outcome, seconds, env }),
            }
        }
    }

    fn parse_once(&self, root: &Path, env: &[String]) -> Result<Result<Value, String>> {
        let has_loom = LOOM_CONFIGS.iter().any(|name| root.join(name).is_file());
        let python = if has_loom {
            let packages: Vec<String> =
                self.packages.iter().cloned().chain(["dbt-loom".to_owned()]).collect();
            venv(&self.loom, &packages)?;
            &self.loom
        } else {
            &self.plain
        };
        let target = if self.keep_target { root.join("target") } else { self.temp.path().join("target") };
        let manifest = target.join("manifest.json");
        if manifest.exists() {
            std::fs::remove_file(&manifest)?;
        }
        let output = Command::new(python.join("bin/dbt"))
            .current_dir(root)
            .args(["--no-version-check", "--no-use-colors", "--no-partial-parse", "--quiet"])
            .args(["--log-level-file", "none"])
            .args(["parse", "--profile", PROFILE])
            .arg("--profiles-dir")
            .arg(self.temp.path())
            .arg("--target-path")
            .arg(&target)
            .arg("--log-path")
            .arg(self.temp.path().join("logs"))
            .args(&self.extra)
            .env("DBT_SEND_ANONYMOUS_USAGE_STATS", "false")
            .envs(env.iter().map(|name| (name, ENV_VALUE)))
            .output()
            .with_context(|| format!("starting dbt of {}", python.display()))?;
        if !output.status.success() {
            return Ok(Err(words(&output)));
        }
        let file = File::open(&manifest).context("dbt wrote no manifest.json")?;
        Ok(Ok(serde_json::from_reader(BufReader::new(file))?))
    }
}

/// The environment variable that dbt says it lacks.
fn wanted_env(said: &str) -> Option<&str> {
    let rest = &said[said.find("Env var required but not provided")?..];
    rest.split('\'').nth(1)
}

fn venv(dir: &Path, packages: &[String]) -> Result<()> {
    if dir.join("bin/dbt").is_file() {
        return Ok(());
    }
    succeed(Command::new("python3").args(["-m", "venv"]).arg(dir))?;
    succeed(
        Command::new(dir.join("bin/python"))
            .args(["-m", "pip", "install", "--quiet", "--disable-pip-version-check"])
            .args(packages.iter().map(OsStr::new)),
    )
}

fn succeed(command: &mut Command) -> Result<()> {
    let output = command.output().with_context(|| format!("{command:?}"))?;
    if !output.status.success() {
        bail!("{command:?}: {}", words(&output));
    }
    Ok(())
}

/// What a program said, on one line, without the time before each line.
fn words(output: &Output) -> String {
    let text = [&output.stdout[..], &output.stderr[..]].concat();
    let text = String::from_utf8_lossy(&text).into_owned();
    let lines = text.lines().map(|line| {
        let rest = line.split_once("  ").filter(|(time, _)| time.len() == 8 && time.contains(':'));
        rest.map_or(line, |(_, rest)| rest).trim()
    });
    let lines: Vec<&str> = lines.filter(|line| !line.is_empty()).collect();
    let joined = lines.join(" ");
    joined.chars().take(600).collect()
}
