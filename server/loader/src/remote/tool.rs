//! Running the user's own command-line tools: git, aws, databricks. Without a terminal and without a prompt, for a
//! limited time; what they print to the user's eyes is not repeated, since it may hold secrets.

use std::io::Read;
use std::path::PathBuf;
use std::process::{Command, Stdio};
use std::thread;
use std::time::{Duration, Instant};

use crate::env::process_env;

/// A tool that only looks things up takes no longer.
const SHORT: Duration = Duration::from_secs(30);

/// Runs a tool for some seconds; gives what it printed. The error is a few words.
pub(super) fn run(name: &str, arguments: &[&str]) -> Result<Vec<u8>, String> {
    let mut command = Command::new(find(name).ok_or_else(|| format!("there is no `{name}`"))?);
    command.args(arguments);
    finish(command, SHORT, &|| false)
}

/// Whether there is such a tool on the path.
pub(super) fn exists(name: &str) -> bool {
    find(name).is_some()
}

/// A tool on the path, by absolute folders only: what lies in the current one may come from a repository.
pub(super) fn find(name: &str) -> Option<PathBuf> {
    let path = process_env("PATH")?;
    let folders = std::env::split_paths(&path).filter(|folder| folder.is_absolute());
    let names: &[String] = &if cfg!(windows) {
        vec![format!("{name}.exe"), format!("{name}.cmd")]
    } else {
        vec![name.to_owned()]
    };
    folders.flat_map(|folder| names.iter().map(move |name| folder.join(name))).find(|file| file.is_file())
}

/// Runs a command to its end, or until it takes too long or is stopped.
pub(super) fn finish(
    mut command: Command,
    limit: Duration,
    stopped: &dyn Fn() -> bool,
) -> Result<Vec<u8>, String> {
    command.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::piped());
    let mut child = command.spawn().map_err(|error| format!("it cannot be started: {}", error.kind()))?;
    let drain = |pipe: Option<Box<dyn Read + Send>>| {
        thread::spawn(move || {
            let mut bytes = Vec::new();
            // What is cut off is not needed.
            let _ = pipe.map(|mut pipe| pipe.by_ref().take(4 << 20).read_to_end(&mut bytes));
            bytes
        })
    };
    let output = drain(child.stdout.take().map(|pipe| Box::new(pipe) as _));
    let errors = drain(child.stderr.take().map(|pipe| Box::new(pipe) as _));
    let began = Instant::now();
    let status = loop {
        match child.try_wait() {
            Ok(Some(status)) => break status,
            Ok(None) if began.elapsed() < limit && !stopped() => thread::sleep(Duration::from_millis(20)),
            _ => {
                // It may have ended just now.
                let _ = child.kill();
                let _ = child.wait();
                return Err("it takes too long".to_owned());
            }
        }
    };
    let (output, errors) = (output.join().unwrap_or_default(), errors.join().unwrap_or_default());
    if status.success() {
        return Ok(output);
    }
    Err(words(&String::from_utf8_lossy(&errors)))
}

/// A server that is given no credentials, or wrong ones, asks for others.
const ASKED: &str =
    "access is denied, and nobody can be asked: set up a credential helper or ssh, or check the token";

/// What went wrong, without quoting: tools repeat addresses with passwords in them.
fn words(errors: &str) -> String {
    let known = [
        ("could not read Username", ASKED),
        ("unable to get password", ASKED),
        (
            "certificate",
            "its certificate is not trusted: name the authority's in GIT_SSL_CAINFO or http.sslCAInfo",
        ),
        ("too slow", "the server went silent"),
        ("timed out", "the server did not answer in time"),
        ("returned error: 429", "the server asks for fewer requests (429)"),
        ("returned error: 5", "the server failed"),
        ("returned error: 403", "access is denied (403): check your git credentials"),
        ("returned error: 30", "the server redirects, which is refused: configure the final address"),
        ("Authentication failed", "access is denied: check your git credentials"),
        ("Permission denied", "access is denied: check your key"),
        ("Could not resolve proxy", "the proxy that HTTPS_PROXY names is not known: check its name"),
        ("CONNECT", "the proxy that HTTPS_PROXY names refuses: check its name and password, and NO_PROXY"),
        ("Could not resolve host", "the host is not known: check its name and the network"),
        ("Repository not found", "there is no such repository, or no access to it"),
        ("not found", "it was not found"),
        ("does not exist", "it does not exist"),
        ("unknown revision", "it does not exist"),
        ("Remote branch", "there is no such branch or tag"),
        ("couldn't find remote ref", "there is no such branch or tag"),
        ("expired", "the sign-in has expired"),
        ("Connection refused", "the connection was refused"),
        ("Failed to connect", "no connection: check the network, and the proxy if HTTPS_PROXY names one"),
        ("dubious ownership", "the repository belongs to another user"),
    ];
    let found = known.iter().find(|(text, _)| errors.contains(text));
    found.map_or("it failed", |(_, words)| words).to_owned()
}
