//! The environment and the cache folder.
//!
//! Variables are looked up through a closure, so that whoever needs one can be tested and a client can supply
//! its own. Must not know what a variable means.

use std::fs;
use std::io::{self, Write};
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicU32, Ordering};

/// Makes this thread one that gives way to others where they want the same processor. Does nothing where the system
/// cannot do that for one thread.
pub fn give_way() {
    #[cfg(target_os = "linux")]
    {
        // On Linux a thread is nice by itself; a sandbox that forbids it costs nothing but speed.
        _ = rustix::process::setpriority_process(Some(rustix::thread::gettid()), 10);
    }
}

/// The directory the process was started in; empty when it is gone.
pub fn here() -> PathBuf {
    std::env::current_dir().unwrap_or_default()
}

/// A variable of this process; bytes that are not UTF-8 become U+FFFD.
pub fn process_env(name: &str) -> Option<String> {
    // The system panics on names it cannot hold.
    if name.is_empty() || name.contains(['=', '\0']) {
        return None;
    }
    Some(std::env::var_os(name)?.to_string_lossy().into_owned())
}

/// The memory of this process in bytes: now, and at most so far. `None` where the system does not tell it in
/// `/proc`.
pub fn memory() -> Option<(u64, u64)> {
    let status = fs::read_to_string("/proc/self/status").ok()?;
    let of = |key: &str| -> Option<u64> {
        let line = status.lines().find_map(|line| line.strip_prefix(key))?;
        Some(line.trim().strip_suffix("kB")?.trim().parse::<u64>().ok()? * 1024)
    };
    Some((of("VmRSS:")?, of("VmHWM:")?))
}

/// The names of the variables of this process, those that are UTF-8.
pub fn env_names() -> impl Iterator<Item = String> {
    std::env::vars_os().filter_map(|(name, _)| name.into_string().ok())
}

/// The folder for our files that may be deleted at any time, by the platform's rules; not created.
/// `None` where the environment names no home.
pub fn cache_dir(env: &dyn Fn(&str) -> Option<String>) -> Option<PathBuf> {
    let absolute = |name: &str| env(name).map(PathBuf::from).filter(|path| path.is_absolute());
    let base = if cfg!(windows) {
        absolute("LOCALAPPDATA")?
    } else if cfg!(target_os = "macos") {
        absolute("HOME")?.join("Library/Caches")
    } else {
        // The XDG rules: a relative value counts as unset.
        absolute("XDG_CACHE_HOME").or_else(|| Some(absolute("HOME")?.join(".cache")))?
    };
    Some(base.join("dbt-mesh-ls"))
}

/// The folder for what the user decided, by the platform's rules; not created. `None` where the environment names
/// no home.
pub fn config_dir(env: &dyn Fn(&str) -> Option<String>) -> Option<PathBuf> {
    let absolute = |name: &str| env(name).map(PathBuf::from).filter(|path| path.is_absolute());
    let base = if cfg!(windows) {
        absolute("APPDATA")?
    } else if cfg!(target_os = "macos") {
        absolute("HOME")?.join("Library/Application Support")
    } else {
        absolute("XDG_CONFIG_HOME").or_else(|| Some(absolute("HOME")?.join(".config")))?
    };
    Some(base.join("dbt-mesh-ls"))
}

/// Writes `text` to the file `name` under `dir` and gives its path. `name` may have `/`; characters that are not
/// portable become `_`. The file is read-only, appears at once and whole, and is left alone when it already
/// says `text`. On Unix new folders are readable by their owner only.
pub fn cache_file(dir: &Path, name: &str, text: &str) -> io::Result<PathBuf> {
    let mut path = dir.to_path_buf();
    for part in name.split('/').filter(|part| !part.is_empty()) {
        path.push(portable(part));
    }
    let (Some(folder), true) = (path.parent(), path != dir) else {
        return Err(io::Error::new(io::ErrorKind::InvalidInput, "a cache file needs a name"));
    };
    if fs::read(&path).is_ok_and(|old| old == text.as_bytes()) {
        return Ok(path);
    }
    private_folder(folder)?;

    static COUNT: AtomicU32 = AtomicU32::new(0);
    let unique = format!(".{}-{}.tmp", std::process::id(), COUNT.fetch_add(1, Ordering::Relaxed));
    let draft = folder.join(unique);
    let written = write_read_only(&draft, text).and_then(|()| {
        // Windows does not replace a read-only file.
        #[cfg(windows)]
        if let Ok(metadata) = fs::metadata(&path) {
            let mut permissions = metadata.permissions();
            permissions.set_readonly(false);
            let _ = fs::set_permissions(&path, permissions);
        }
        fs::rename(&draft, &path)
    });
    match written {
        Ok(()) => Ok(path),
        Err(error) => {
            let _ = fs::remove_file(&draft);
            Err(error)
        }
    }
}

/// Makes a folder and those above it; on Unix new ones are readable by their owner only.
pub(crate) fn private_folder(folder: &Path) -> io::Result<()> {
    let mut builder = fs::DirBuilder::new();
    builder.recursive(true);
    #[cfg(unix)]
    std::os::unix::fs::DirBuilderExt::mode(&mut builder, 0o700);
    builder.create(folder)
}

fn write_read_only(path: &Path, text: &str) -> io::Result<()> {
    let mut file = fs::OpenOptions::new().write(true).create_new(true).open(path)?;
    file.write_all(text.as_bytes())?;
    let mut permissions = file.metadata()?.permissions();
    permissions.set_readonly(true);
    file.set_permissions(permissions)
}

/// `part` as a file name every platform takes: no separators, drives, devices or hidden names.
fn portable(part: &str) -> String {
    let safe = |c: char| c.is_alphanumeric() || matches!(c, '.' | '_' | '-');
    let mut out: String = part.chars().take(120).map(|c| if safe(c) { c } else { '_' }).collect();
    if out.starts_with('.') {
        out.replace_range(..1, "_");
    }
    let trimmed = out.trim_end_matches('.').len();
    out.truncate(trimmed);
    let stem = out.split('.').next().unwrap_or_default().to_ascii_lowercase();
    let is_device = matches!(&*stem, "con" | "prn" | "aux" | "nul")
        || (stem.len() == 4 && (stem.starts_with("com") || stem.starts_with("lpt")));
    if is_device {
        out.insert(0, '_');
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    #[cfg(target_os = "linux")]
    fn a_thread_gives_way_alone() {
        let own = || rustix::process::getpriority_process(Some(rustix::thread::gettid())).unwrap();
        let before = own();
        let nice = std::thread::spawn(move || {
            give_way();
            own()
        });
        assert_eq!((nice.join().unwrap(), own()), (before.max(10), before));
    }

    #[test]
    #[cfg(all(unix, not(target_os = "macos")))]
    fn the_cache_follows_xdg() {
        let with = |pairs: &'static [(&str, &str)]| {
            let env = move |name: &str| {
                pairs.iter().find(|(key, _)| *key == name).map(|(_, value)| (*value).to_owned())
            };
            cache_dir(&env)
        };
        assert_eq!(with(&[("HOME", "/h")]), Some(PathBuf::from("/h/.cache/dbt-mesh-ls")));
        assert_eq!(with(&[("HOME", "/h"), ("XDG_CACHE_HOME", "/c")]), Some(PathBuf::from("/c/dbt-mesh-ls")));
        assert_eq!(
            with(&[("HOME", "/h"), ("XDG_CACHE_HOME", "c")]),
            Some(PathBuf::from("/h/.cache/dbt-mesh-ls"))
        );
        assert_eq!(with(&[]), None);
    }

    #[test]
    fn odd_variable_names_are_unset() {
        assert_eq!(process_env("A=B"), None);
        assert_eq!(process_env(""), None);
        assert_eq!(process_env("a\0b"), None);
        assert!(process_env("PATH").is_some());
    }

    #[test]
    fn a_cache_file_is_whole_read_only_and_replaceable() {
        let dir = tempfile::tempdir().unwrap();
        let cache = dir.path().join("cache");
        let path = cache_file(&cache, "platform/orders v2.md", "one").unwrap();
        assert_eq!(path, cache.join("platform/orders_v2.md"));
        let before = crate::read::stamp(&path);
        assert_eq!(cache_file(&cache, "platform/orders v2.md", "one").unwrap(), path);
        assert_eq!(crate::read::stamp(&path), before);
        cache_file(&cache, "platform/orders v2.md", "two").unwrap();
        assert_eq!(fs::read_to_string(&path).unwrap(), "two");
        assert!(fs::metadata(&path).unwrap().permissions().readonly());
        let names: Vec<_> =
            fs::read_dir(cache.join("platform")).unwrap().map(|e| e.unwrap().file_name()).collect();
        assert_eq!(names, ["orders_v2.md"]);
    }

    #[test]
    fn a_cache_file_stays_in_the_cache() {
        let dir = tempfile::tempdir().unwrap();
        let path = cache_file(dir.path(), "../../C:\\x/..", "").unwrap();
        assert!(path.starts_with(dir.path()) && !path.to_string_lossy().contains(".."), "{path:?}");
        assert!(cache_file(dir.path(), "/", "").is_err());
        assert_eq!(portable("NUL.sql"), "_NUL.sql");
        assert_eq!(portable("été.md"), "été.md");
    }
}
