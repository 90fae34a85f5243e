//! What the binary under judgement says.

use anyhow::{Context, Result, bail};
use serde::Deserialize;
use serde_json::Value;
use std::fmt;
use std::path::Path;
use std::process::Command;
use std::time::Instant;

/// What `check` reports.
pub struct Check {
    /// Findings at error level.
    pub errors: Vec<Finding>,
    /// How long it took, seconds.
    pub seconds: f64,
}

/// One finding.
#[derive(Debug, Deserialize)]
pub struct Finding {
    code: String,
    /// The project it is about.
    pub project: String,
    severity: String,
    message: String,
    file: String,
    line: u64,
}

impl fmt::Display for Finding {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} {}:{}: {}", self.code, self.file, self.line, self.message)
    }
}

/// Name and version of the binary.
pub fn version(server: &Path) -> Result<String> {
    Ok(String::from_utf8_lossy(&Command::new(server).arg("--version").output()?.stdout).trim().to_owned())
}

/// Runs `check`, with these environment variables set as for dbt.
pub fn check(server: &Path, root: &Path, env: &[String]) -> Result<Check> {
    #[derive(Deserialize)]
    struct Report {
        diagnostics: Vec<Finding>,
    }
    let begin = Instant::now();
    let out = json(server, &["check"], root, env)?;
    let seconds = begin.elapsed().as_secs_f64();
    let report: Report = serde_json::from_slice(&out)?;
    let errors = report.diagnostics.into_iter().filter(|finding| finding.severity == "error").collect();
    Ok(Check { errors, seconds })
}

/// Runs `graph`, with macros.
pub fn graph(server: &Path, root: &Path, env: &[String]) -> Result<Value> {
    Ok(serde_json::from_slice(&json(server, &["graph", "--macros"], root, env)?)?)
}

fn json(server: &Path, command: &[&str], root: &Path, env: &[String]) -> Result<Vec<u8>> {
    let output = Command::new(server)
        .current_dir(root)
        .args(command)
        .args(["--format", "json", "."])
        .envs(env.iter().map(|name| (name, super::dbt::ENV_VALUE)))
        .output()
        .with_context(|| server.display().to_string())?;
    // 1 is `check` with findings.
    if output.status.code().is_none_or(|code| code > 1) {
        bail!("{}: {}", command.join(" "), String::from_utf8_lossy(&output.stderr));
    }
    Ok(output.stdout)
}
