//! Opening a manifest: a file of any size, gzipped or not, that another program may be rewriting.
//!
//! Small ones come whole, since skipping through a slice is fastest; large and gzipped ones as a stream, so that
//! memory stays flat. Never mapped: a file that shrinks under a map kills the process. Must not know JSON.

use std::borrow::Cow;
use std::fs::File;
use std::io::{self, BufRead, BufReader, Read};
use std::path::{Path, PathBuf};

use flate2::bufread::MultiGzDecoder;

use crate::read::{Fault, ReadError, Stamp, stamp};

/// The largest manifest that is read whole, in bytes.
pub const WHOLE_LIMIT: u64 = 64 << 20;

/// The most bytes a gzipped manifest may unpack to: far above any real one, far below a hostile one.
const UNPACKED_LIMIT: u64 = 4 << 30;
/// The same for a small one: real ones shrink to a tenth or twentieth.
const SMALL_UNPACKED_LIMIT: u64 = 64 << 20;
const RATIO_LIMIT: u64 = 300;
const CHUNK: usize = 1 << 20;

/// An opened manifest.
#[derive(Debug)]
pub struct ManifestFile {
    /// The file.
    pub path: PathBuf,
    /// Its stamp when it was opened.
    pub stamp: Stamp,
    /// Its content is gzipped, whatever its name says.
    pub gzip: bool,
    /// Its content: unpacked, without a byte order mark, not checked to be UTF-8.
    pub body: ManifestBody,
}

/// The content of a manifest.
pub enum ManifestBody {
    /// All of it.
    Whole(Vec<u8>),
    /// To be read once, already buffered.
    Stream(Box<dyn Read + Send>),
}

impl std::fmt::Debug for ManifestBody {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            ManifestBody::Whole(bytes) => write!(f, "Whole({} bytes)", bytes.len()),
            ManifestBody::Stream(_) => write!(f, "Stream"),
        }
    }
}

impl ManifestFile {
    /// Whether the file is still the one that was opened. To ask after a stream was read: if not, what was read
    /// may be half of the old and half of the new.
    pub fn unchanged(&self) -> bool {
        stamp(&self.path) == Some(self.stamp)
    }
}

/// Opens a manifest for reading. A whole one that was written to meanwhile is an error ([`Fault::Changed`]).
pub fn open_manifest(path: &Path) -> Result<ManifestFile, ReadError> {
    let failed = |error| ReadError::io(path, error);
    // Opening a pipe would wait for its writer, so the kind of file is asked first.
    if !path.metadata().map_err(failed)?.is_file() {
        return Err(ReadError::new(path, Fault::NotAFile));
    }
    let file = File::open(path).map_err(failed)?;
    let stamp = Stamp::of(&file.metadata().map_err(failed)?);
    let capacity = (stamp.len as usize).clamp(64, CHUNK);
    let mut reader = BufReader::with_capacity(capacity, file);
    let gzip = reader.fill_buf().map_err(failed)?.starts_with(b"\x1F\x8B");
    let body = if gzip {
        let limit = stamp.len.saturating_mul(RATIO_LIMIT).clamp(SMALL_UNPACKED_LIMIT, UNPACKED_LIMIT);
        let unpacked = Capped { inner: MultiGzDecoder::new(reader), limit, left: limit };
        let mut unpacked = BufReader::with_capacity(CHUNK, unpacked);
        skip_bom(&mut unpacked).map_err(failed)?;
        ManifestBody::Stream(Box::new(unpacked))
    } else {
        skip_bom(&mut reader).map_err(failed)?;
        if stamp.len <= WHOLE_LIMIT {
            ManifestBody::Whole(whole(path, reader, stamp)?)
        } else {
            ManifestBody::Stream(Box::new(reader))
        }
    };
    Ok(ManifestFile { path: path.to_path_buf(), stamp, gzip, body })
}

/// A manifest's bytes, unpacked if they are gzipped. The error is for people.
pub fn unpacked(bytes: &[u8]) -> Result<Cow<'_, [u8]>, String> {
    if !bytes.starts_with(b"\x1F\x8B") {
        return Ok(bytes.into());
    }
    let limit = (bytes.len() as u64).saturating_mul(RATIO_LIMIT).clamp(SMALL_UNPACKED_LIMIT, UNPACKED_LIMIT);
    let mut out = Vec::new();
    let mut capped = Capped { inner: MultiGzDecoder::new(bytes), limit, left: limit };
    capped.read_to_end(&mut out).map_err(|error| error.to_string())?;
    Ok(out.into())
}

fn whole(path: &Path, mut reader: BufReader<File>, before: Stamp) -> Result<Vec<u8>, ReadError> {
    let failed = |error| ReadError::io(path, error);
    let mut bytes = Vec::with_capacity(before.len as usize + 1);
    reader.by_ref().take(before.len + 1).read_to_end(&mut bytes).map_err(failed)?;
    let after = Stamp::of(&reader.get_ref().metadata().map_err(failed)?);
    if after != before {
        return Err(ReadError::new(path, Fault::Changed));
    }
    Ok(bytes)
}

fn skip_bom(reader: &mut impl BufRead) -> io::Result<()> {
    if reader.fill_buf()?.starts_with(b"\xEF\xBB\xBF") {
        reader.consume(3);
    }
    Ok(())
}

/// A reader that fails, rather than ends, past its limit.
struct Capped<R> {
    inner: R,
    limit: u64,
    left: u64,
}

impl<R: Read> Read for Capped<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let count = self.inner.read(buffer)?;
        self.left = self.left.checked_sub(count as u64).ok_or_else(|| {
            let why = format!("it unpacks to more than {} MiB, which no manifest does", self.limit >> 20);
            io::Error::new(io::ErrorKind::InvalidData, why)
        })?;
        Ok(count)
    }
}

#[cfg(test)]
mod tests {
    use std::fs;
    use std::io::Write;

    use flate2::Compression;
    use flate2::write::GzEncoder;

    use super::*;

    fn content(path: &Path) -> io::Result<(bool, bool, String)> {
        let manifest = open_manifest(path).map_err(io::Error::other)?;
        let mut text = String::new();
        let whole = match manifest.body {
            ManifestBody::Whole(bytes) => {
                text = String::from_utf8(bytes).unwrap();
                true
            }
            ManifestBody::Stream(mut stream) => {
                stream.read_to_string(&mut text)?;
                false
            }
        };
        Ok((manifest.gzip, whole, text))
    }

    fn gz(text: &[u8]) -> Vec<u8> {
        let mut encoder = GzEncoder::new(Vec::new(), Compression::default());
        encoder.write_all(text).unwrap();
        encoder.finish().unwrap()
    }

    #[test]
    fn content_not_name_says_what_is_gzipped() {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("manifest.json");
        fs::write(&path, "{}").unwrap();
        assert_eq!(content(&path).unwrap(), (false, true, "{}".to_owned()));
        fs::write(&path, b"\xEF\xBB\xBF{}").unwrap();
        assert_eq!(content(&path).unwrap(), (false, true, "{}".to_owned()));
        fs::write(&path, gz(b"\xEF\xBB\xBF{\"nodes\": {}}")).unwrap();
        assert_eq!(content(&path).unwrap(), (true, false, "{\"nodes\": {}}".to_owned()));
        fs::write(&path, [gz(b"{"), gz(b"}")].concat()).unwrap();
        assert_eq!(content(&path).unwrap().2, "{}");
        fs::write(&path, "").unwrap();
        assert_eq!(content(&path).unwrap(), (false, true, String::new()));
        let named = dir.path().join("manifest.json.gz");
        fs::write(&named, "{}").unwrap();
        assert_eq!(content(&named).unwrap().2, "{}");
    }

    #[test]
    fn a_truncated_gzip_is_an_error_not_an_end() {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("manifest.json");
        let packed = gz("{\"nodes\": {}}".repeat(100).as_bytes());
        fs::write(&path, &packed[..packed.len() - 5]).unwrap();
        assert!(content(&path).is_err());
        fs::write(&path, b"\x1F\x8B").unwrap();
        assert!(content(&path).is_err());
    }

    #[test]
    fn a_large_manifest_is_streamed_and_a_rewrite_noticed() {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("manifest.json");
        // A hole in the file: long, but nothing on the disk.
        File::create(&path).unwrap().set_len(WHOLE_LIMIT + 1).unwrap();
        let manifest = open_manifest(&path).unwrap();
        assert!(matches!(manifest.body, ManifestBody::Stream(_)));
        assert!(manifest.unchanged());
        fs::write(&path, "{}").unwrap();
        assert!(!manifest.unchanged());
        assert!(matches!(open_manifest(&dir.path().join("none")).unwrap_err().fault, Fault::NotFound));
        assert!(matches!(open_manifest(dir.path()).unwrap_err().fault, Fault::NotAFile));
    }

    #[test]
    fn a_bomb_fails() {
        let mut capped = Capped { inner: io::repeat(b' '), limit: 10, left: 10 };
        assert!(capped.read_to_end(&mut Vec::new()).is_err());
    }
}
