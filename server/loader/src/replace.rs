//! Changing people's files: whole or not at all, and never one that changed since it was read.
//!
//! Must not know why a file changes.

use std::fs;
use std::io::{self, Write};
use std::path::{Path, PathBuf};

use crate::read::read_text;

/// A file that is to hold another text.
#[derive(Debug, Clone)]
pub struct Replacement {
    /// The file, absolute.
    pub path: PathBuf,
    /// What it held when it was read, without a byte order mark; `None` for a file that is to be made.
    pub old: Option<String>,
    /// What it is to hold.
    pub new: String,
}

impl Replacement {
    /// Whether it may be made now. The error is for people and names the file.
    pub fn check(&self) -> Result<(), String> {
        let shown = self.path.display();
        match (&self.old, read_text(&self.path)) {
            // A link that leads nowhere is there too.
            (None, Err(_)) if self.path.symlink_metadata().is_err() => Ok(()),
            (None, _) => Err(format!("{shown}: it is there already")),
            (Some(_), Err(error)) => Err(error.to_string()),
            (Some(_), Ok(now)) if now.lossy => Err(format!("{shown}: it is not UTF-8")),
            (Some(old), Ok(now)) if now.text != *old => Err(format!("{shown}: it was changed meanwhile")),
            (Some(_), Ok(_)) => Ok(()),
        }
    }

    /// Makes it: readers see the old text or the new one, never half of one. A byte order mark and the permissions
    /// stay; a link keeps leading where it leads. The error is for people and names the file.
    pub fn make(&self) -> Result<(), String> {
        self.check()?;
        self.write().map_err(|error| format!("{}: {error}", self.path.display()))
    }

    fn write(&self) -> io::Result<()> {
        let Some(_) = self.old else {
            let folder = self.path.parent().unwrap_or(Path::new("."));
            fs::create_dir_all(folder)?;
            let draft = draft(folder, self.new.as_bytes(), "", None)?;
            return draft.persist_noclobber(&self.path).map(drop).map_err(|error| error.error);
        };
        let real = self.path.canonicalize()?;
        let bom = if read_text(&real).is_ok_and(|text| text.bom) { "\u{feff}" } else { "" };
        let folder = real.parent().unwrap_or(Path::new("."));
        let permissions = fs::metadata(&real)?.permissions();
        let draft = draft(folder, self.new.as_bytes(), bom, Some(permissions))?;
        draft.persist(&real).map(drop).map_err(|error| error.error)
    }
}

/// The bytes in a file of their own beside the one that they are for.
fn draft(
    folder: &Path,
    bytes: &[u8],
    before: &str,
    permissions: Option<fs::Permissions>,
) -> io::Result<tempfile::NamedTempFile> {
    let mut builder = tempfile::Builder::new();
    // A new file is for others too, unlike a temporary one: the process's mask decides.
    #[cfg(unix)]
    builder.permissions(std::os::unix::fs::PermissionsExt::from_mode(0o666));
    let mut draft = builder.prefix(".dbt-mesh-").tempfile_in(folder)?;
    if let Some(permissions) = permissions {
        draft.as_file().set_permissions(permissions)?;
    }
    draft.write_all(before.as_bytes())?;
    draft.write_all(bytes)?;
    draft.as_file().sync_data()?;
    Ok(draft)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn replacement(path: &Path, old: Option<&str>, new: &str) -> Replacement {
        Replacement { path: path.to_owned(), old: old.map(str::to_owned), new: new.to_owned() }
    }

    #[test]
    fn a_file_is_replaced_whole_with_its_mark_and_its_permissions() {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("a.yml");
        fs::write(&path, "\u{feff}one\r\n").unwrap();
        #[cfg(unix)]
        fs::set_permissions(&path, std::os::unix::fs::PermissionsExt::from_mode(0o640)).unwrap();
        replacement(&path, Some("one\r\n"), "two\r\n").make().unwrap();
        assert_eq!(fs::read_to_string(&path).unwrap(), "\u{feff}two\r\n");
        #[cfg(unix)]
        assert_eq!(
            std::os::unix::fs::PermissionsExt::mode(&fs::metadata(&path).unwrap().permissions()) & 0o777,
            0o640
        );
        let error = replacement(&path, Some("one\r\n"), "three").make().unwrap_err();
        assert!(error.ends_with("it was changed meanwhile"), "{error}");
        assert_eq!(fs::read_dir(dir.path()).unwrap().count(), 1, "nothing is left over");
    }

    #[test]
    fn a_new_file_never_takes_the_place_of_another() {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("deep/new.yml");
        replacement(&path, None, "a").make().unwrap();
        assert!(replacement(&path, None, "b").make().is_err());
        assert_eq!(fs::read_to_string(&path).unwrap(), "a");
    }

    #[cfg(unix)]
    #[test]
    fn a_link_stays_one() {
        let dir = tempfile::tempdir().unwrap();
        fs::write(dir.path().join("real.sql"), "a").unwrap();
        let link = dir.path().join("link.sql");
        std::os::unix::fs::symlink("real.sql", &link).unwrap();
        replacement(&link, Some("a"), "b").make().unwrap();
        assert!(fs::symlink_metadata(&link).unwrap().is_symlink());
        assert_eq!(fs::read_to_string(dir.path().join("real.sql")).unwrap(), "b");
    }
}
