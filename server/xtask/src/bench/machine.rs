//! What the numbers were measured on: machine, commit, day; and how much memory a process holds.

use anyhow::{Context, Result};
use std::process::Command;
use std::time::Duration;

/// One line: cores, processor, memory, commit, date.
pub fn describe() -> String {
    let cores = std::thread::available_parallelism().map_or(0, usize::from);
    let cpu = field("/proc/cpuinfo", "model name").unwrap_or_else(|| "unknown processor".into());
    let memory = kib("/proc/meminfo", "MemTotal").map_or(0, |kib| kib / (1 << 20));
    let commit = output("git", &["rev-parse", "--short=12", "HEAD"]);
    let changed = if output("git", &["status", "--porcelain", "--untracked-files=no"]).is_empty() {
        ""
    } else {
        ", changed"
    };
    format!(
        "{cores} cores, {cpu}, {memory} GiB; commit {commit}{changed}; {}",
        output("date", &["-u", "+%Y-%m-%d"])
    )
}

/// Memory of a process in MiB: at most so far (`VmHWM`), now (`VmRSS`).
pub fn memory(pid: u32) -> Result<(f64, f64)> {
    let status = format!("/proc/{pid}/status");
    let mib = |name| {
        kib(&status, name).map(|kib| kib as f64 / 1024.0).with_context(|| format!("{name} in {status}"))
    };
    Ok((mib("VmHWM")?, mib("VmRSS")?))
}

/// Processor time that all threads of a process took so far.
pub fn processor_time(pid: u32) -> Result<Duration> {
    let mut nanoseconds = 0u64;
    for thread in std::fs::read_dir(format!("/proc/{pid}/task"))? {
        // Of a thread that ends meanwhile nothing is left to read.
        let text = std::fs::read_to_string(thread?.path().join("schedstat")).unwrap_or_default();
        nanoseconds += text.split_whitespace().next().and_then(|ran| ran.parse::<u64>().ok()).unwrap_or(0);
    }
    Ok(Duration::from_nanos(nanoseconds))
}

fn field(file: &str, name: &str) -> Option<String> {
    let text = std::fs::read_to_string(file).ok()?;
    let line = text.lines().find(|l| l.starts_with(name))?;
    Some(line.split_once(':')?.1.trim().to_owned())
}

fn kib(file: &str, name: &str) -> Option<u64> {
    field(file, name)?.strip_suffix("kB")?.trim().parse().ok()
}

fn output(program: &str, args: &[&str]) -> String {
    let output = Command::new(program).args(args).output();
    output.map(|o| String::from_utf8_lossy(&o.stdout).trim().to_owned()).unwrap_or_default()
}
