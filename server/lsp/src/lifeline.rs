//! Ends the server when its client is gone without a word.
//!
//! The end of stdin tells most deaths; a client that was killed while another process still holds the pipe
//! is found by its process id.

use std::time::Duration;
use std::{process, thread};

const INTERVAL: Duration = Duration::from_secs(2);

/// Watches the process `client` from a thread of its own and ends this one with code 1 once it has ended.
///
/// Where the platform offers no way to ask (Windows, or a process that is not our parent on macOS) nothing is
/// watched: stdin must do.
pub fn watch(client: u32) {
    let Some(alive) = probe(client) else { return };
    let started = thread::Builder::new().name("lifeline".into()).spawn(move || {
        while alive() {
            thread::sleep(INTERVAL);
        }
        tracing::warn!(client, "the client's process has ended");
        process::exit(1);
    });
    if let Err(error) = started {
        tracing::error!(%error, "cannot watch the client's process");
    }
}

type Probe = Box<dyn Fn() -> bool + Send>;

#[cfg(unix)]
fn probe(client: u32) -> Option<Probe> {
    use std::os::unix::process::parent_id;
    if client == parent_id() {
        return Some(Box::new(move || parent_id() == client));
    }
    let stat = format!("/proc/{client}/stat");
    std::path::Path::new("/proc/self/stat").exists().then(|| Box::new(move || runs(&stat)) as Probe)
}

#[cfg(not(unix))]
fn probe(_client: u32) -> Option<Probe> {
    None
}

/// Whether `/proc/<pid>/stat` tells of a process that is neither gone nor a zombie.
#[cfg(unix)]
#[expect(clippy::disallowed_methods, reason = "the process table is no file of the workspace")]
fn runs(stat: &str) -> bool {
    std::fs::read_to_string(stat)
        .is_ok_and(|line| !line.rsplit(") ").next().is_some_and(|rest| rest.starts_with('Z')))
}
