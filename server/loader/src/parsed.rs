//! The faster form of files that were read once: where it lies in the cache, and which files it was made of.
//!
//! Must not know what is in it: whoever wrote it checks that.

use std::fs::{self, File};
use std::io::{self, BufWriter, Write};
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicU32, Ordering};
use std::time::UNIX_EPOCH;

use project::upstream::md5_hex;

use crate::read::stamp;

/// Nothing larger is read: the facts of the largest manifest are a fraction of this.
const LIMIT: u64 = 1 << 30;

/// So many bytes are written at a time.
const PIECE: usize = 256 << 10;

/// The file for the faster form of another one.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ParsedFile {
    path: PathBuf,
}

impl ParsedFile {
    /// Of a local file, in the folder that [`crate::cache_dir`] gives.
    pub fn of_local(cache_dir: &Path, path: &Path) -> ParsedFile {
        let name = md5_hex(&crate::paths::slashed(path));
        ParsedFile { path: cache_dir.join("upstreams").join(format!("local-{name}")).join("parsed") }
    }

    /// Of a body in the cache, which is at `body`.
    pub fn beside(body: &Path) -> ParsedFile {
        ParsedFile { path: body.with_file_name("parsed") }
    }

    /// How many bytes there are; 0 when there is none.
    pub fn len(&self) -> u64 {
        stamp(&self.path).map_or(0, |stamp| stamp.len)
    }

    /// Whether there is none.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// What was written last; `None` when there is none or it cannot be read.
    pub fn read(&self) -> Option<Vec<u8>> {
        (1..=LIMIT).contains(&self.len()).then(|| fs::read(&self.path).ok()).flatten()
    }

    /// Replaces it in one step by what `fill` writes; readers see the old bytes or the new ones.
    pub fn write(&self, fill: impl FnOnce(&mut BufWriter<File>) -> io::Result<()>) -> io::Result<()> {
        static COUNT: AtomicU32 = AtomicU32::new(0);
        let folder = self.path.parent().unwrap_or(Path::new("."));
        crate::env::private_folder(folder)?;
        let name = format!(".parsed-{}-{}.tmp", std::process::id(), COUNT.fetch_add(1, Ordering::Relaxed));
        let draft = folder.join(name);
        let written = File::create(&draft).and_then(|file| {
            let mut file = BufWriter::with_capacity(PIECE, file);
            fill(&mut file)?;
            file.flush()?;
            // A checksum notices what a crash leaves half-written; nobody waits for the disk here.
            fs::rename(&draft, &self.path)
        });
        written.inspect_err(|_| {
            let _ = fs::remove_file(&draft);
        })
    }
}

/// What tells these files from all others and from other versions of themselves, without reading them. The first must
/// be there; of the others it counts whether they are. `None` when it is not, or the file system keeps no times.
pub fn identity(first: &Path, others: &[&Path]) -> Option<String> {
    let of = |path: &Path| {
        let stamp = stamp(path)?;
        let written = stamp.modified?.duration_since(UNIX_EPOCH).ok()?.as_nanos();
        Some(format!("{} {written} {}", stamp.len, stamp.number))
    };
    let mut out = of(first)?;
    for other in others {
        out.push_str("; ");
        out.push_str(&of(other).unwrap_or_else(|| "none".to_owned()));
    }
    Some(out)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn it_is_replaced_whole_and_belongs_to_one_version_of_its_files() {
        let dir = tempfile::tempdir().unwrap();
        let (body, other) = (dir.path().join("body"), dir.path().join("catalog"));
        assert_eq!(identity(&body, &[&other]), None);
        fs::write(&body, "{}").unwrap();
        let alone = identity(&body, &[&other]).unwrap();
        fs::write(&other, "{}").unwrap();
        let both = identity(&body, &[&other]).unwrap();
        fs::write(&other, "{ }").unwrap();
        let changed = identity(&body, &[&other]).unwrap();
        assert!(alone.ends_with("; none") && alone != both && both != changed);

        let parsed = ParsedFile::of_local(dir.path(), &body);
        assert_eq!((parsed.read(), parsed.is_empty()), (None, true));
        for text in ["one", "two"] {
            parsed.write(|out| out.write_all(text.as_bytes())).unwrap();
            assert_eq!(parsed.read().as_deref(), Some(text.as_bytes()));
        }
        assert_eq!(fs::read_dir(parsed.path.parent().unwrap()).unwrap().count(), 1, "nothing is left over");
        assert!(ParsedFile::beside(&body.join("x")).write(|_| Ok(())).is_err());
    }
}
