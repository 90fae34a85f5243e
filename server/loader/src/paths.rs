//! Paths: absolute and canonical forms, `/`-separated relative forms, and containment.
//!
//! Nothing here needs a path to exist, and `~` is never expanded: it is a legal file name, and dbt does not
//! expand it either. Must not know dbt.

use std::ffi::OsStr;
use std::path::{Component, Path, PathBuf};

/// `path` made absolute against `base` and freed of `.` and `..` by their spelling alone: the disk is not asked,
/// so `link/..` is the folder of the link, as editors have it.
pub fn absolute(base: &Path, path: &Path) -> PathBuf {
    lexical(&base.join(path))
}

/// `path` without `.` and, as far as its spelling allows, without `..`. A relative path may keep leading `..`.
pub fn lexical(path: &Path) -> PathBuf {
    let mut out = PathBuf::with_capacity(path.as_os_str().len());
    for component in path.components() {
        match component {
            Component::CurDir => {}
            Component::ParentDir => match out.components().next_back() {
                Some(Component::Normal(_)) => {
                    out.pop();
                }
                Some(Component::RootDir | Component::Prefix(_)) => {}
                _ => out.push(".."),
            },
            other => out.push(other),
        }
    }
    out
}

/// The real path behind `path`: links resolved as far as the path exists, the rest appended as it is spelled.
/// A missing file, a link that loops or an unreadable folder still give an answer. On Windows without `\\?\`.
pub fn canonical(path: &Path) -> PathBuf {
    if let Ok(real) = path.canonicalize() {
        return plain(real);
    }
    let path = lexical(path);
    let mut missing: Vec<&OsStr> = Vec::new();
    let mut at = path.as_path();
    while let (Some(parent), Some(name)) = (at.parent(), at.file_name()) {
        missing.push(name);
        at = parent;
        if let Ok(real) = at.canonicalize() {
            return missing.iter().rev().fold(plain(real), |path, name| path.join(name));
        }
    }
    path
}

/// The path as people and dbt write it: components joined by `/` on every platform.
pub fn slashed(path: &Path) -> String {
    let mut out = String::with_capacity(path.as_os_str().len());
    for component in path.components() {
        match component {
            Component::RootDir => out.push('/'),
            Component::Prefix(prefix) => out.push_str(&prefix.as_os_str().to_string_lossy()),
            other => {
                if !out.is_empty() && !out.ends_with('/') {
                    out.push('/');
                }
                out.push_str(&other.as_os_str().to_string_lossy());
            }
        }
    }
    out
}

/// `path` relative to `root` with `/`, or `None` when it does not lie under it. Compares spellings only.
pub fn relative(root: &Path, path: &Path) -> Option<String> {
    path.strip_prefix(root).ok().map(slashed)
}

/// The file that `rel` names under `root`, if it truly lies there. For paths found inside a manifest, which are
/// data: absolute paths, drives, `..`, NUL, and links that lead out of `root` (or nowhere) are refused.
/// `\` separates too, since dbt on Windows writes it. The file need not exist.
pub fn inside(root: &Path, rel: &str) -> Option<PathBuf> {
    if rel.starts_with(['/', '\\']) || rel.contains('\0') {
        return None;
    }
    let mut path = root.to_path_buf();
    let mut named = false;
    for part in rel.split(['/', '\\']) {
        match part {
            "" | "." => continue,
            ".." => return None,
            drive if drive.as_bytes().get(1) == Some(&b':') => return None,
            part if cfg!(windows) && is_windows_special(part) => return None,
            part => path.push(part),
        }
        named = true;
    }
    if !named {
        return None;
    }
    let real_root = root.canonicalize().ok()?;
    let mut at = path.as_path();
    while at != root {
        match at.canonicalize() {
            Ok(real) => return real.starts_with(&real_root).then(|| path.clone()),
            // It is there but cannot be followed: a dangling or looping link, or no permission.
            Err(_) if at.symlink_metadata().is_ok() => return None,
            Err(_) => at = at.parent()?,
        }
    }
    Some(path)
}

/// Names that Windows gives to devices or streams instead of files.
fn is_windows_special(name: &str) -> bool {
    let stem = name.split('.').next().unwrap_or(name).trim_end().to_ascii_uppercase();
    let numbered =
        |kind: &str| stem.len() == 4 && stem.starts_with(kind) && stem.as_bytes()[3].is_ascii_digit();
    name.contains(':')
        || matches!(stem.as_str(), "CON" | "PRN" | "AUX" | "NUL" | "CONIN$" | "CONOUT$")
        || numbered("COM")
        || numbered("LPT")
}

/// Windows' canonical paths without their `\\?\` where the plain spelling means the same.
fn plain(path: PathBuf) -> PathBuf {
    if !cfg!(windows) {
        return path;
    }
    let Some(rest) = path.to_str().and_then(|text| text.strip_prefix(r"\\?\")) else { return path };
    match rest.strip_prefix(r"UNC\") {
        Some(share) => PathBuf::from(format!(r"\\{share}")),
        None if rest.len() < 260 && rest.as_bytes().get(1) == Some(&b':') => PathBuf::from(rest),
        None => path,
    }
}

#[cfg(test)]
mod tests {
    use std::fs;

    use super::*;

    #[test]
    fn spelling_is_normalised_without_the_disk() {
        let base = Path::new("/srv/shop");
        let cases = [
            ("models/a.sql", "/srv/shop/models/a.sql"),
            ("./models/../seeds/./x.csv", "/srv/shop/seeds/x.csv"),
            ("../finance", "/srv/finance"),
            ("../../../../x", "/x"),
            ("/abs/./y", "/abs/y"),
            ("~/z", "/srv/shop/~/z"),
            ("", "/srv/shop"),
        ];
        for (path, expected) in cases {
            assert_eq!(slashed(&absolute(base, Path::new(path))), expected, "{path}");
        }
        assert_eq!(slashed(&lexical(Path::new("../a/../../b"))), "../../b");
    }

    #[test]
    fn relative_paths_have_slashes() {
        assert_eq!(
            relative(Path::new("/w/p"), Path::new("/w/p/models/a.sql")).as_deref(),
            Some("models/a.sql")
        );
        assert_eq!(relative(Path::new("/w/p"), Path::new("/w/p2/a.sql")), None);
    }

    #[test]
    #[cfg(unix)]
    fn canonical_survives_loops_and_missing_files() {
        let dir = tempfile::tempdir().unwrap();
        let root = dir.path().canonicalize().unwrap();
        fs::create_dir(root.join("real")).unwrap();
        std::os::unix::fs::symlink("loop", root.join("loop")).unwrap();
        std::os::unix::fs::symlink("real", root.join("link")).unwrap();
        assert_eq!(canonical(&root.join("link/new/file.sql")), root.join("real/new/file.sql"));
        assert_eq!(canonical(&root.join("loop/x")), root.join("loop/x"));
        assert_eq!(canonical(Path::new("")), Path::new(""));
    }

    #[test]
    #[cfg(unix)]
    fn a_path_from_a_manifest_stays_inside() {
        let dir = tempfile::tempdir().unwrap();
        let root = dir.path().join("platform");
        fs::create_dir_all(root.join("models")).unwrap();
        fs::write(root.join("models/orders.sql"), "select 1").unwrap();
        fs::write(dir.path().join("secret"), "").unwrap();
        std::os::unix::fs::symlink("../../secret", root.join("models/out.sql")).unwrap();
        std::os::unix::fs::symlink("../..", root.join("models/up")).unwrap();
        std::os::unix::fs::symlink("nowhere", root.join("models/dangling.sql")).unwrap();
        std::os::unix::fs::symlink("orders.sql", root.join("models/alias.sql")).unwrap();

        let orders = Some(root.join("models/orders.sql"));
        assert_eq!(inside(&root, "models/orders.sql"), orders);
        assert_eq!(inside(&root, r"models\orders.sql"), orders);
        assert_eq!(inside(&root, "./models//orders.sql"), orders);
        assert_eq!(inside(&root, "models/alias.sql"), Some(root.join("models/alias.sql")));
        assert_eq!(inside(&root, "models/not/yet.sql"), Some(root.join("models/not/yet.sql")));
        for refused in [
            "",
            ".",
            "/etc/passwd",
            r"\\server\share",
            r"C:\x",
            "c:x",
            "../secret",
            r"models\..\..\secret",
            "models/out.sql",
            "models/up/secret",
            "models/up/new.sql",
            "models/dangling.sql",
            "models/a\0b",
        ] {
            assert_eq!(inside(&root, refused), None, "{refused}");
        }
    }

    #[test]
    fn device_names_are_not_files_on_windows() {
        for special in ["NUL", "con.sql", "com1", "a:b", "Aux .x"] {
            assert!(is_windows_special(special), "{special}");
        }
        assert!(!is_windows_special("console.sql") && !is_windows_special("common"));
    }
}
