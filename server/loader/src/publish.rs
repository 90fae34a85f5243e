//! Where a producer's manifest goes: a file, or an object of a store. Reading what is there, replacing it in one step.
//!
//! Must not know what a manifest says.

use std::fs;
use std::io::{self, Read, Write};
use std::path::{Path, PathBuf};

use project::upstream::Remote;

use crate::manifest::{ManifestBody, open_manifest};
use crate::remote;

/// A place that can be written to.
#[derive(Debug)]
pub enum Target {
    /// A file; its folder is made.
    File(PathBuf),
    /// An object of S3, Google Cloud Storage or Azure.
    Object(Box<Remote>),
}

impl Target {
    /// What is there now; `None` when there is nothing. The error is for people.
    pub fn read(&self) -> Result<Option<Vec<u8>>, String> {
        match self {
            Target::File(path) => match fs::read(path) {
                Ok(bytes) => Ok(Some(bytes)),
                Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(None),
                Err(error) => Err(format!("{}: {error}", path.display())),
            },
            Target::Object(remote) => {
                remote::read(remote).map_err(|error| format!("{}: {error}", remote.shown()))
            }
        }
    }

    /// Replaces what is there. Readers see the old bytes or the new ones, never half of them. The error is for people.
    pub fn write(&self, bytes: Vec<u8>) -> Result<(), String> {
        match self {
            Target::File(path) => {
                write_file(path, &bytes).map_err(|error| format!("{}: {error}", path.display()))
            }
            Target::Object(remote) => {
                remote::put(remote, bytes).map_err(|error| format!("{}: {error}", remote.shown()))
            }
        }
    }

    /// Takes away what is there. The error is for people.
    pub fn remove(&self) -> Result<(), String> {
        match self {
            Target::File(path) => {
                fs::remove_file(path).map_err(|error| format!("{}: {error}", path.display()))
            }
            Target::Object(remote) => {
                remote::remove(remote).map_err(|error| format!("{}: {error}", remote.shown()))
            }
        }
    }
}

fn write_file(path: &Path, bytes: &[u8]) -> io::Result<()> {
    let folder = path.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."));
    fs::create_dir_all(folder)?;
    let mut builder = tempfile::Builder::new();
    // Others are to read it, unlike a temporary file: the process's mask decides.
    #[cfg(unix)]
    builder.permissions(std::os::unix::fs::PermissionsExt::from_mode(0o666));
    let mut draft = builder.prefix(".manifest-").tempfile_in(folder)?;
    draft.write_all(bytes)?;
    draft.as_file().sync_data()?;
    draft.persist(path).map(drop).map_err(|error| error.error)
}

/// The whole of a manifest, unpacked if it is gzipped. The error is for people and names the file.
pub fn manifest_bytes(path: &Path) -> Result<Vec<u8>, String> {
    let file = open_manifest(path).map_err(|error| error.to_string())?;
    match file.body {
        ManifestBody::Whole(bytes) => Ok(bytes),
        ManifestBody::Stream(mut stream) => {
            let mut bytes = Vec::new();
            let read = stream.read_to_end(&mut bytes);
            read.map_err(|error| format!("{}: {error}", path.display()))?;
            Ok(bytes)
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_file_is_replaced_whole_and_its_folder_made() {
        let dir = tempfile::tempdir().unwrap();
        let target = Target::File(dir.path().join("a/b/manifest.json"));
        assert_eq!(target.read(), Ok(None));
        for text in ["one", "two"] {
            target.write(text.into()).unwrap();
            assert_eq!(target.read(), Ok(Some(text.into())));
        }
        assert_eq!(fs::read_dir(dir.path().join("a/b")).unwrap().count(), 1, "nothing is left over");
        target.remove().unwrap();
        assert_eq!(target.read(), Ok(None));
        fs::write(dir.path().join("file"), "").unwrap();
        let error = Target::File(dir.path().join("file/manifest.json")).write(Vec::new()).unwrap_err();
        assert!(error.contains("manifest.json: "), "{error}");
    }
}
