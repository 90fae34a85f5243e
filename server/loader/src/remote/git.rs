//! A file at a reference of a git repository, through the user's own git with its own credentials.
//!
//! A local clone is only read. Of another repository one commit is fetched, and of that the one file where the server
//! knows how. No hook runs, nothing is asked, no password is given as an argument or kept.

use std::path::Path;
use std::process::{Command, Stdio};
use std::time::Duration;

use base64::Engine;
use base64::engine::general_purpose::STANDARD as BASE64;
use project::upstream::percent_decode;
use url::Url;

use super::client::silence;
use super::draft::{Draft, Watch};
use super::error::FetchError;
use super::{Answer, Validators, http, tool};

/// A large repository over a slow line.
const LONG: Duration = Duration::from_secs(5 * 60);

/// Fetches it into `draft` unless the reference is still at the known commit.
pub(super) fn fetch(
    repository: &str,
    reference: &str,
    path: &str,
    known: &Validators,
    draft: &mut Draft,
) -> Result<Answer, FetchError> {
    let is_local = Path::new(repository).is_absolute();
    let git = Git::new(repository, &draft.watch)?;
    let named = if reference.is_empty() { "HEAD" } else { reference };
    let (folder, commit) = if is_local {
        let folder = Path::new(repository).to_path_buf();
        if !folder.is_dir() {
            return Err(FetchError::lasting("there is no such folder: clone the repository there"));
        }
        let wanted = format!("{named}^{{commit}}");
        let commit = git
            .run(Some(&folder), &["rev-parse", "--verify", "--end-of-options", &wanted])
            .map_err(|why| {
                FetchError::lasting(format!(
                    "git does not find '{named}' ({why}): fetch it into the clone, or correct `ref=`"
                ))
            })?;
        (folder, commit)
    } else {
        let (commit, named) = git.remote_commit(named)?;
        if known.version.as_ref() == Some(&commit) {
            return Ok(Answer::Unchanged);
        }
        let folder = draft.path().with_file_name("repository");
        git.take(&folder, &commit, &named)?;
        (folder, commit)
    };
    if known.version.as_ref() == Some(&commit) {
        return Ok(Answer::Unchanged);
    }
    git.file(&folder, &format!("{commit}:{path}"), draft)?;
    Ok(Answer::Body(Validators { version: Some(commit), ..Validators::default() }))
}

struct Git {
    /// The address without user and password.
    url: String,
    /// Settings that are secret: through the environment.
    header: Option<(String, String)>,
    local: bool,
    watch: Watch,
}

impl Git {
    fn new(repository: &str, watch: &Watch) -> Result<Git, FetchError> {
        if !tool::exists("git") {
            return Err(FetchError::lasting("there is no `git` on the path: install it"));
        }
        let (url, header) = without_user(repository);
        if header.is_some() {
            let address = Url::parse(&url).map_err(|_| FetchError::lasting("the address is no valid one"))?;
            http::may_carry_secrets(&address)?;
        }
        Ok(Git { url, header, local: Path::new(repository).is_absolute(), watch: watch.clone() })
    }

    fn command(&self, folder: Option<&Path>) -> Command {
        let mut command = Command::new(tool::find("git").unwrap_or_else(|| "git".into()));
        if let Some(folder) = folder {
            command.arg("-C").arg(folder);
        }
        // A repository's own settings may name programs.
        for setting in [
            "core.fsmonitor=false",
            "core.hooksPath=/dev/null",
            "protocol.ext.allow=never",
            "credential.interactive=false",
            // git would follow one to any address, also to this machine or its network, with what it knows of that.
            "http.followRedirects=false",
        ] {
            command.args(["-c", setting]);
        }
        command.envs([
            ("GIT_TERMINAL_PROMPT", "0"),
            ("GIT_OPTIONAL_LOCKS", "0"),
            ("LC_ALL", "C"),
            ("GIT_ASKPASS", ""),
            ("SSH_ASKPASS", ""),
        ]);
        if crate::env::process_env("GIT_SSH_COMMAND").is_none() {
            let alive = "-o ConnectTimeout=10 -o ServerAliveInterval=10 -o ServerAliveCountMax=3";
            command.env("GIT_SSH_COMMAND", format!("ssh -o BatchMode=yes {alive}"));
        }
        // git by itself waits for a silent server for ever.
        if crate::env::process_env("GIT_HTTP_LOW_SPEED_TIME").is_none() {
            command.env("GIT_HTTP_LOW_SPEED_LIMIT", "1");
            command.env("GIT_HTTP_LOW_SPEED_TIME", silence().as_secs().to_string());
        }
        if self.local {
            command.env("GIT_NO_LAZY_FETCH", "1");
        }
        if let Some((key, value)) = &self.header {
            command.envs([
                ("GIT_CONFIG_COUNT", "1"),
                ("GIT_CONFIG_KEY_0", key),
                ("GIT_CONFIG_VALUE_0", value),
            ]);
        }
        command
    }

    fn run(&self, folder: Option<&Path>, arguments: &[&str]) -> Result<String, String> {
        let mut command = self.command(folder);
        command.args(arguments);
        let output = tool::finish(command, LONG, &|| self.watch.check().is_err())?;
        Ok(String::from_utf8_lossy(&output).trim().to_owned())
    }

    /// The commit that a reference of the repository elsewhere is at, and the reference's whole name.
    fn remote_commit(&self, named: &str) -> Result<(String, String), FetchError> {
        let is_commit = named.len() == 40 && named.bytes().all(|b| b.is_ascii_hexdigit());
        if is_commit {
            return Ok((named.to_owned(), named.to_owned()));
        }
        let names = full_names(named);
        let peeled: Vec<String> = names.iter().map(|name| format!("{name}^{{}}")).collect();
        let asked = names.iter().chain(&peeled).map(String::as_str);
        let arguments: Vec<&str> = ["ls-remote", "--", &self.url].into_iter().chain(asked).collect();
        let found = self.run(None, &arguments);
        let found =
            found.map_err(|why| FetchError::passing(format!("git cannot reach the repository: {why}")))?;
        commit_of(&found, &names).ok_or_else(|| {
            FetchError::lasting(format!("the repository has no branch or tag '{named}': correct `ref=`"))
        })
    }

    /// Fetches a commit into a repository of ours.
    fn take(&self, folder: &Path, commit: &str, named: &str) -> Result<(), FetchError> {
        let failed =
            |why: String| FetchError::passing(format!("git cannot fetch from the repository: {why}"));
        if !folder.join("HEAD").is_file() {
            let text = folder.to_string_lossy();
            self.run(None, &["init", "--quiet", "--bare", "--", &text]).map_err(failed)?;
            self.run(Some(folder), &["remote", "add", "origin", &self.url]).map_err(failed)?;
        }
        let options = ["fetch", "--quiet", "--depth=1", "--no-tags", "--filter=blob:none", "origin"];
        let fetch = |what: &str| self.run(Some(folder), &[&options[..], &[what]].concat());
        // Some servers give only what has a name.
        fetch(commit).or_else(|_| fetch(named)).map(drop).map_err(failed)
    }

    /// Copies a file of a commit. It may have to be fetched for that.
    fn file(&self, folder: &Path, object: &str, draft: &mut Draft) -> Result<(), FetchError> {
        let mut command = self.command(Some(folder));
        command.args(["cat-file", "blob", object]);
        command.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::null());
        let failed =
            |error: std::io::Error| FetchError::passing(format!("git cannot be started: {}", error.kind()));
        let mut child = command.spawn().map_err(failed)?;
        let filled = match child.stdout.take() {
            Some(output) => draft.fill(output, None),
            None => Ok(0),
        };
        if filled.is_err() {
            // It may have ended by itself.
            let _ = child.kill();
        }
        let status = child.wait().map_err(failed)?;
        filled?;
        if status.success() {
            return Ok(());
        }
        Err(FetchError::lasting(
            "the commit has no such file: check the path behind `//`, and whether it is committed",
        ))
    }
}

/// What a reference may be called in full, the first that exists being meant: of a branch and a tag of one name the
/// branch.
fn full_names(named: &str) -> Vec<String> {
    if named == "HEAD" || named.starts_with("refs/") {
        return vec![named.to_owned()];
    }
    vec![format!("refs/heads/{named}"), format!("refs/tags/{named}")]
}

/// The commit of the first of `names` that `git ls-remote` lists, and that name. git itself matches the ends of names:
/// `main` would be `feature/main` as well.
fn commit_of(listed: &str, names: &[String]) -> Option<(String, String)> {
    let at = |wanted: &str| {
        let mut lines = listed.lines().filter_map(|line| line.split_once('\t'));
        lines.find(|(_, name)| *name == wanted).map(|(commit, _)| commit.to_owned())
    };
    // Of an annotated tag the commit stands at the peeled name.
    names.iter().find_map(|name| Some((at(&format!("{name}^{{}}")).or_else(|| at(name))?, name.clone())))
}

/// An address without user and password, and those as a setting of git's.
fn without_user(repository: &str) -> (String, Option<(String, String)>) {
    let Some((scheme @ ("http" | "https"), rest)) = repository.split_once("://") else {
        return (repository.to_owned(), None);
    };
    let host_len = rest.find('/').unwrap_or(rest.len());
    let Some((user, host)) = rest[..host_len].rsplit_once('@') else { return (repository.to_owned(), None) };
    let user = if user.contains(':') { user.to_owned() } else { format!("{user}:") };
    let header = format!("Authorization: Basic {}", BASE64.encode(percent_decode(&user)));
    let path = &rest[host_len..];
    (format!("{scheme}://{host}{path}"), Some((format!("http.{scheme}://{host}/.extraHeader"), header)))
}

#[cfg(test)]
mod tests {
    use std::fs;

    use super::super::draft::Watch;
    use super::*;

    /// A repository with two versions of one file, on a branch and under a tag.
    fn repository(folder: &Path) {
        let git = |arguments: &[&str]| {
            let mut command = Command::new("git");
            command.arg("-C").arg(folder).args(["-c", "user.name=t", "-c", "user.email=t@example.com"]);
            assert!(
                command.args(arguments).stdout(Stdio::null()).status().unwrap().success(),
                "{arguments:?}"
            );
        };
        git(&["init", "--quiet", "--initial-branch=main"]);
        fs::create_dir(folder.join("target")).unwrap();
        for version in ["one", "two"] {
            fs::write(folder.join("target/manifest.json"), version).unwrap();
            git(&["add", "--all"]);
            git(&["commit", "--quiet", "-m", version]);
            if version == "one" {
                git(&["tag", "-a", "v1", "-m", "first"]);
            }
        }
    }

    #[test]
    fn a_file_at_a_reference_of_a_clone_and_of_a_server() {
        let dir = tempfile::tempdir().unwrap();
        let repo = dir.path().join("repo");
        fs::create_dir(&repo).unwrap();
        repository(&repo);
        let get = |repository: &str, reference: &str, path: &str, known: &Validators| {
            let mut draft = Draft::create(&dir.path().join("cache"), &Watch::default()).unwrap();
            let answer =
                fetch(repository, reference, path, known, &mut draft).map_err(|error| error.message)?;
            let text = fs::read_to_string(draft.path()).unwrap();
            Ok::<_, String>(match answer {
                Answer::Unchanged => (text, known.clone()),
                Answer::Body(validators) => (text, validators),
            })
        };
        let nothing = Validators::default();
        // Of an address only a commit is fetched; the transport is the same for all of them.
        for place in [repo.display().to_string(), format!("file://{}", repo.display())] {
            let path = "target/manifest.json";
            let (text, now) = get(&place, "main", path, &nothing).unwrap();
            assert_eq!(text, "two", "{place}");
            assert_eq!(get(&place, "", path, &nothing).unwrap().0, "two");
            assert_eq!(get(&place, "v1", path, &nothing).unwrap().0, "one");
            assert_eq!(get(&place, "main", path, &now).unwrap().0, "", "it is the known one");
            assert!(get(&place, "nowhere", path, &nothing).unwrap_err().contains("correct `ref=`"));
            assert!(get(&place, "main", "target/other.json", &nothing).unwrap_err().contains("no such file"));
        }
    }

    #[test]
    fn a_reference_is_no_end_of_another_ones_name() {
        let listed = "1\trefs/heads/feature/main\n2\trefs/heads/main\n3\trefs/tags/2019/v1\n4\trefs/tags/v1\n5\trefs/tags/v1^{}\n6\tHEAD\n7\trefs/remotes/origin/HEAD";
        let commit = |named: &str| commit_of(listed, &full_names(named)).map(|(commit, _)| commit);
        let all = ["main", "feature/main", "v1", "2019/v1", "refs/tags/v1", "HEAD", "1", "refs/heads/v1"];
        let all = all.map(|named| commit(named).unwrap_or_default());
        assert_eq!(all, ["2", "1", "5", "3", "5", "6", "", ""]);
    }

    #[test]
    fn a_password_is_not_sent_in_the_clear() {
        let refused = |repository: &str| Git::new(repository, &Watch::default()).is_err();
        assert!(refused("http://me:pw@192.0.2.1/r.git"));
        assert!(!refused("https://me:pw@192.0.2.1/r.git"));
        assert!(!refused("http://192.0.2.1/r.git"));
        assert!(!refused("http://me:pw@127.0.0.1/r.git"));
    }

    #[test]
    fn passwords_go_through_the_environment() {
        let (url, setting) = without_user("https://me:%70w@host:8443/o/r.git");
        assert_eq!(url, "https://host:8443/o/r.git");
        let (key, value) = setting.unwrap();
        assert_eq!(key, "http.https://host:8443/.extraHeader");
        assert_eq!(value, "Authorization: Basic bWU6cHc=");
        assert_eq!(without_user("git@host:o/r.git"), ("git@host:o/r.git".to_owned(), None));
        assert_eq!(without_user("https://host/a@b").1, None);
    }
}
