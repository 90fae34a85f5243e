//! Reading text files, one or many.
//!
//! Text comes out as valid UTF-8 without its byte order mark, whatever the file holds; what had to be done for
//! that is said beside it. Must not know what the text means.

use std::borrow::Cow;
use std::fmt;
use std::fs::{File, Metadata};
use std::io::{self, Read};
use std::path::{Path, PathBuf};
use std::time::SystemTime;

use rayon::prelude::*;

/// The largest text file that is read, in bytes.
pub const TEXT_LIMIT: u64 = 8 << 20;

/// The marks by which a changed file is told from an unchanged one without reading it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Stamp {
    /// Length in bytes.
    pub len: u64,
    /// When it was last written, where the file system knows.
    pub modified: Option<SystemTime>,
    /// The file's number on Unix (a file that replaces another has its own), else 0.
    pub number: u64,
}

impl Stamp {
    pub(crate) fn of(metadata: &Metadata) -> Stamp {
        #[cfg(unix)]
        let number = std::os::unix::fs::MetadataExt::ino(metadata);
        #[cfg(not(unix))]
        let number = 0;
        Stamp { len: metadata.len(), modified: metadata.modified().ok(), number }
    }
}

/// The stamp of a file, links followed; `None` if there is no such file.
pub fn stamp(path: &Path) -> Option<Stamp> {
    let metadata = path.metadata().ok()?;
    metadata.is_file().then(|| Stamp::of(&metadata))
}

/// The text of a file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Text<'a> {
    /// The text without a byte order mark.
    pub text: Cow<'a, str>,
    /// It began with a UTF-8 byte order mark: byte offsets in the file are 3 more than in `text`.
    pub bom: bool,
    /// It was not valid UTF-8: the bad bytes became U+FFFD. dbt refuses such a file.
    pub lossy: bool,
    /// The file's stamp when it was read.
    pub stamp: Stamp,
}

/// Why a file was not read.
#[derive(Debug)]
pub struct ReadError {
    /// The file.
    pub path: PathBuf,
    /// What is wrong with it.
    pub fault: Fault,
}

/// What is wrong with a file.
#[derive(Debug)]
pub enum Fault {
    /// It is not there (any more).
    NotFound,
    /// It is a folder, a pipe or a device.
    NotAFile,
    /// It has more bytes than are read.
    TooLarge {
        /// Its length in bytes.
        len: u64,
    },
    /// It holds NUL bytes: binary data or UTF-16.
    Binary,
    /// It was written to while being read; another event will follow.
    Changed,
    /// The system's reason.
    Io(io::Error),
}

impl ReadError {
    pub(crate) fn new(path: &Path, fault: Fault) -> ReadError {
        ReadError { path: path.to_path_buf(), fault }
    }

    pub(crate) fn io(path: &Path, error: io::Error) -> ReadError {
        let fault = match error.kind() {
            io::ErrorKind::NotFound | io::ErrorKind::NotADirectory => Fault::NotFound,
            io::ErrorKind::IsADirectory => Fault::NotAFile,
            _ => Fault::Io(error),
        };
        ReadError::new(path, fault)
    }
}

impl fmt::Display for ReadError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: ", self.path.display())?;
        match &self.fault {
            Fault::NotFound => write!(f, "no such file"),
            Fault::NotAFile => write!(f, "not a regular file"),
            Fault::TooLarge { len } => {
                write!(
                    f,
                    "not read: {} MiB is more than the {} MiB limit",
                    len.div_ceil(1 << 20),
                    TEXT_LIMIT >> 20
                )
            }
            Fault::Binary => write!(f, "not read: it is binary or UTF-16; save it as UTF-8"),
            Fault::Changed => write!(f, "it changed while it was read"),
            Fault::Io(error) => write!(f, "cannot be read: {error}"),
        }
    }
}

impl std::error::Error for ReadError {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        match &self.fault {
            Fault::Io(error) => Some(error),
            _ => None,
        }
    }
}

/// Reads one text file.
pub fn read_text(path: &Path) -> Result<Text<'static>, ReadError> {
    // Opening a pipe would wait for its writer, so the kind of file is asked first.
    let metadata = path.metadata().map_err(|error| ReadError::io(path, error))?;
    if !metadata.is_file() {
        return Err(ReadError::new(path, Fault::NotAFile));
    }
    let mut buffer = Vec::new();
    let Text { text, bom, lossy, stamp } = read_into(path, &mut buffer)?;
    Ok(Text { text: Cow::Owned(text.into_owned()), bom, lossy, stamp })
}

/// Reads many text files (regular ones, as a listing gives) on all cores. `each` is called on the reading thread
/// with the index of the path, so that the text can be used and dropped there; the order is not defined.
pub fn read_many<P: AsRef<Path> + Sync>(
    paths: &[P],
    each: impl Fn(usize, &Path, Result<Text<'_>, ReadError>) + Sync,
) {
    paths.par_iter().enumerate().with_min_len(16).for_each_init(Vec::new, |buffer, (index, path)| {
        let path = path.as_ref();
        each(index, path, read_into(path, buffer));
    });
}

/// Reads a file into `buffer`, which only ever grows, and checks that it held still.
fn read_into<'a>(path: &Path, buffer: &'a mut Vec<u8>) -> Result<Text<'a>, ReadError> {
    let mut file = File::open(path).map_err(|error| ReadError::io(path, error))?;
    let metadata = file.metadata().map_err(|error| ReadError::io(path, error))?;
    if !metadata.is_file() {
        return Err(ReadError::new(path, Fault::NotAFile));
    }
    let stamp = Stamp::of(&metadata);
    if stamp.len > TEXT_LIMIT {
        return Err(ReadError::new(path, Fault::TooLarge { len: stamp.len }));
    }
    let len = stamp.len as usize;
    // One byte more than expected, so that a file that grew is noticed.
    if buffer.len() <= len {
        buffer.resize((len + 1).next_multiple_of(16 << 10), 0);
    }
    let mut read = 0;
    while read <= len {
        match file.read(&mut buffer[read..=len]) {
            Ok(0) => break,
            Ok(count) => read += count,
            Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
            Err(error) => return Err(ReadError::io(path, error)),
        }
        if read == len {
            break;
        }
    }
    if read != len {
        return Err(ReadError::new(path, Fault::Changed));
    }
    decode(&buffer[..len], stamp).ok_or_else(|| ReadError::new(path, Fault::Binary))
}

/// Bytes as text; `None` for binary data.
fn decode(bytes: &[u8], stamp: Stamp) -> Option<Text<'_>> {
    let (bytes, bom) = match bytes.strip_prefix(b"\xEF\xBB\xBF") {
        Some(rest) => (rest, true),
        None => (bytes, false),
    };
    if bytes.contains(&0) {
        return None;
    }
    // Nearly every file is valid: the strict reader is several times as fast as the lossy one.
    Some(match std::str::from_utf8(bytes) {
        Ok(text) => Text { text: Cow::Borrowed(text), bom, lossy: false, stamp },
        Err(_) => Text { text: String::from_utf8_lossy(bytes), bom, lossy: true, stamp },
    })
}

/// The first `limit` bytes of a file as text, whatever cannot be read left out; `None` when it is not there.
pub fn read_head(path: &Path, limit: u64) -> Option<String> {
    if !path.metadata().ok()?.is_file() {
        return None;
    }
    let mut head = Vec::new();
    File::open(path).ok()?.take(limit).read_to_end(&mut head).ok()?;
    Some(String::from_utf8_lossy(&head).into_owned())
}

/// The files with an extension directly in a folder, sorted; empty when there is no such folder.
pub fn files_in(folder: &Path, extension: &str) -> Vec<PathBuf> {
    let entries = std::fs::read_dir(folder).into_iter().flatten().flatten();
    let mut files: Vec<PathBuf> = entries
        .map(|entry| entry.path())
        .filter(|path| path.extension().is_some_and(|e| e == extension))
        .collect();
    files.sort();
    files
}

/// The files that a path with `*` in some of its parts matches, sorted; a `*` stays within its part and does not
/// find hidden files. At most some thousands.
pub fn matching_files(pattern: &Path) -> Vec<PathBuf> {
    const MANY: usize = 5000;
    let mut found = vec![PathBuf::new()];
    for part in crate::paths::lexical(pattern).components() {
        let Some(name) = part.as_os_str().to_str().filter(|name| name.contains('*')) else {
            found.iter_mut().for_each(|path| path.push(part));
            continue;
        };
        let entries = found.iter().filter_map(|folder| std::fs::read_dir(folder).ok()).flatten().flatten();
        let matching = entries.filter(|entry| {
            let own = entry.file_name();
            own.to_str().is_some_and(|own| {
                (!own.starts_with('.') || name.starts_with('.'))
                    && project::upstream::remote::matches(name, own)
            })
        });
        found = matching.map(|entry| entry.path()).take(MANY).collect();
    }
    found.retain(|path| path.is_file());
    found.sort();
    found
}

#[cfg(test)]
mod tests {
    use std::fs;
    use std::sync::Mutex;

    use super::*;

    #[test]
    fn text_is_decoded_and_its_oddities_told() {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("m.sql");
        let read = |bytes: &[u8]| {
            fs::write(&path, bytes).unwrap();
            read_text(&path)
                .map(|text| (text.text.into_owned(), text.bom, text.lossy))
                .map_err(|e| e.to_string())
        };
        assert_eq!(read(b"select 1"), Ok(("select 1".to_owned(), false, false)));
        assert_eq!(read(b""), Ok((String::new(), false, false)));
        assert_eq!(read(b"\xEF\xBB\xBFselect \xC3\xA9"), Ok(("select é".to_owned(), true, false)));
        assert_eq!(read(b"caf\xE9 x"), Ok(("caf\u{fffd} x".to_owned(), false, true)));
        assert!(
            read(b"PK\0\0")
                .unwrap_err()
                .ends_with("m.sql: not read: it is binary or UTF-16; save it as UTF-8")
        );
        let large = vec![b'x'; TEXT_LIMIT as usize + 1];
        assert!(read(&large).unwrap_err().ends_with("not read: 9 MiB is more than the 8 MiB limit"));
        assert!(read(&large[1..]).is_ok());
        let fault = |path: &Path| read_text(path).unwrap_err().fault;
        assert!(matches!(fault(&dir.path().join("none")), Fault::NotFound));
        assert!(matches!(fault(&path.join("below_a_file")), Fault::NotFound));
        assert!(matches!(fault(dir.path()), Fault::NotAFile));
    }

    #[test]
    fn many_files_of_all_sizes_keep_their_own_text() {
        let dir = tempfile::tempdir().unwrap();
        let paths: Vec<PathBuf> = (0..500).map(|n| dir.path().join(format!("{n}.sql"))).collect();
        for (n, path) in paths.iter().enumerate().filter(|(n, _)| n % 50 != 7) {
            fs::write(path, format!("{n} ").repeat(n * n % 9000)).unwrap();
        }
        let seen = Mutex::new(vec![false; paths.len()]);
        read_many(&paths, |n, path, result| {
            match result {
                Ok(text) => {
                    assert_eq!(text.text, format!("{n} ").repeat(n * n % 9000));
                    assert_eq!(Some(text.stamp), stamp(path));
                }
                Err(error) => assert!(n % 50 == 7 && matches!(error.fault, Fault::NotFound), "{error}"),
            }
            seen.lock().unwrap()[n] = true;
        });
        assert!(seen.into_inner().unwrap().into_iter().all(|seen| seen));
    }

    #[test]
    fn a_stamp_tells_a_replaced_file() {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("manifest.json");
        assert_eq!(stamp(&path), None);
        assert_eq!(stamp(dir.path()), None);
        fs::write(&path, "a").unwrap();
        let before = stamp(&path).unwrap();
        assert_eq!(stamp(&path), Some(before));
        fs::write(&path, "ab").unwrap();
        assert_ne!(stamp(&path), Some(before));
    }
}
