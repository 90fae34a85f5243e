//! Breaks one thing at random in a project that parses, asks real dbt and `dbt-mesh-ls check` whether they mind,
//! and prints how often they agree.

mod breakage;

use crate::oracle::{dbt, ours};
use anyhow::{Context, Result, ensure};
use breakage::{Breakage, Kind};
use std::path::{Path, PathBuf};

/// What to break, and how often.
#[derive(clap::Args)]
pub struct MutateArgs {
    /// A project that dbt parses, its packages installed. It is copied and not changed.
    project: PathBuf,
    /// How many mutations.
    #[arg(long, default_value_t = 50)]
    count: usize,
    /// Where the random choices start: the same seed makes the same mutations.
    #[arg(long, default_value_t = 1)]
    seed: u64,
    #[command(flatten)]
    dbt: dbt::Options,
    /// The binary to judge; by default the release build of this checkout, built first.
    #[arg(long)]
    server: Option<PathBuf>,
}

/// Who minded a mutation.
#[derive(Default, Clone, Copy)]
struct Counts {
    both: usize,
    only_dbt: usize,
    only_ours: usize,
    nobody: usize,
}

impl Counts {
    fn add(&mut self, dbt: bool, ours: bool) {
        *match (dbt, ours) {
            (true, true) => &mut self.both,
            (true, false) => &mut self.only_dbt,
            (false, true) => &mut self.only_ours,
            (false, false) => &mut self.nobody,
        } += 1;
    }
}

/// Mutates, asks both, and prints Markdown: counts for each kind, then every disagreement.
#[allow(clippy::print_stdout)]
pub fn run(args: &MutateArgs) -> Result<()> {
    let server = match &args.server {
        Some(path) => path.canonicalize().with_context(|| path.display().to_string())?,
        None => crate::bench::build_release()?,
    };
    let dbt = dbt::Dbt::install(&args.dbt)?;
    let temp = tempfile::tempdir()?;
    let root = temp.path().join("project");
    copy(&args.project.canonicalize()?, &root, &mut Vec::new())?;
    let before = dbt.parse(&root, &[])?;
    if let Err(said) = &before.outcome {
        anyhow::bail!("dbt does not parse the project as it is: {said}");
    }
    ensure!(
        ours::check(&server, &root, &before.env)?.errors.is_empty(),
        "errors are reported in the project as it is"
    );
    println!("{}; {}; seed {}\n", ours::version(&server)?, dbt.version()?, args.seed);
    let mut random = Random(args.seed.max(1));
    let mut counts = [Counts::default(); Kind::ALL.len()];
    let mut notes = Vec::new();
    let mut tried = 0;
    let mut done = 0;
    while done < args.count && tried < args.count * 20 {
        tried += 1;
        let which = random.below(Kind::ALL.len());
        let Some(breakage) = Breakage::make(Kind::ALL[which], &root, &mut random)? else { continue };
        done += 1;
        breakage.apply(&root)?;
        let theirs = dbt.parse(&root, &before.env)?;
        let mine = ours::check(&server, &root, &before.env)?;
        breakage.undo(&root)?;
        let (minds, mind) = (theirs.outcome.is_err(), !mine.errors.is_empty());
        counts[which].add(minds, mind);
        if minds != mind {
            let said = match theirs.outcome {
                Err(said) => format!("only dbt: {said}"),
                Ok(_) => {
                    format!(
                        "only dbt-mesh-ls: {}",
                        mine.errors.first().map(ToString::to_string).unwrap_or_default()
                    )
                }
            };
            notes.push(format!("- {breakage}\n  - {said}"));
        }
    }
    println!("| mutation | both mind | only dbt | only dbt-mesh-ls | nobody |\n|---|---|---|---|---|");
    let mut all = Counts::default();
    for (kind, of) in Kind::ALL.iter().zip(counts) {
        println!("| {} | {} | {} | {} | {} |", kind.words(), of.both, of.only_dbt, of.only_ours, of.nobody);
        all.both += of.both;
        all.only_dbt += of.only_dbt;
        all.only_ours += of.only_ours;
        all.nobody += of.nobody;
    }
    println!("| **all {done}** | {} | {} | {} | {} |", all.both, all.only_dbt, all.only_ours, all.nobody);
    let percent = |other: usize| 100.0 * all.both as f64 / (all.both + other).max(1) as f64;
    println!("\nprecision {:.1} %, recall {:.1} %\n", percent(all.only_ours), percent(all.only_dbt));
    notes.iter().for_each(|note| println!("{note}"));
    Ok(())
}

/// Numbers that look random and are the same for the same seed (xorshift).
pub struct Random(u64);

impl Random {
    /// A number below `limit`; 0 when that is 0.
    pub fn below(&mut self, limit: usize) -> usize {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        (self.0 % limit.max(1) as u64) as usize
    }
}

/// Copies a project; what links point to becomes files of the copy. `above` are the folders being copied: a
/// linked package may contain the project that links it.
fn copy(from: &Path, to: &Path, above: &mut Vec<PathBuf>) -> Result<()> {
    let real = from.canonicalize()?;
    if above.contains(&real) {
        return Ok(());
    }
    above.push(real);
    std::fs::create_dir_all(to)?;
    for entry in std::fs::read_dir(from)? {
        let (path, name) = entry.map(|entry| (entry.path(), entry.file_name()))?;
        if matches!(name.to_str(), Some("target" | "logs" | ".git")) || !path.exists() {
            continue;
        }
        if path.is_dir() {
            copy(&path, &to.join(name), above)?;
        } else {
            std::fs::copy(&path, to.join(name))?;
        }
    }
    above.pop();
    Ok(())
}
