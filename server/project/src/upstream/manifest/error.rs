//! Why an artifact could not be read.

use std::fmt;
use std::io::Read;

use super::super::json::{Fault, Json};

/// Why an artifact could not be read. The caller keeps the last good one and names the file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ManifestError {
    /// No bytes, or only white space.
    Empty,
    /// The JSON stops early: usually dbt is still writing it.
    Truncated {
        /// How many bytes there were.
        at: u64,
    },
    /// Not JSON.
    NotJson {
        /// 1-based.
        line: usize,
        /// In bytes, 1-based.
        column: usize,
        /// What the parser met or missed.
        reason: String,
    },
    /// Text in another encoding.
    NotUtf8 {
        /// Where the first offending text that was looked at ends: line and byte column, 1-based. `None` when
        /// the file starts with another encoding's mark.
        at: Option<(usize, usize)>,
    },
    /// Gzip bytes: the caller should have unpacked them.
    Gzip,
    /// JSON, but another document; says which, or what is missing.
    NotAnArtifact(String),
    /// The reader failed.
    Io(String),
}

impl fmt::Display for ManifestError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            ManifestError::Empty => f.write_str("the file is empty"),
            ManifestError::Truncated { at } => {
                write!(f, "the file is incomplete: it ends in the middle of the JSON, after {at} bytes")
            }
            ManifestError::NotJson { line, column, reason } => {
                write!(f, "not valid JSON at line {line}, column {column}: {reason}")
            }
            ManifestError::NotUtf8 { at: Some((line, column)) } => {
                write!(f, "not UTF-8 text at line {line}, before column {column}")
            }
            ManifestError::NotUtf8 { at: None } => f.write_str("not UTF-8 text: the file is UTF-16"),
            ManifestError::Gzip => f.write_str("the file is compressed with gzip"),
            ManifestError::NotAnArtifact(what) => f.write_str(what),
            ManifestError::Io(reason) => write!(f, "cannot be read: {reason}"),
        }
    }
}

impl std::error::Error for ManifestError {}

impl ManifestError {
    /// Puts a fault in words for people, with the place where `json` stopped.
    pub(in super::super) fn at<R: Read>(fault: Fault, json: &Json<R>) -> ManifestError {
        let (read, line, column) = json.position();
        match fault {
            Fault::End => ManifestError::Truncated { at: read },
            Fault::Utf8 => ManifestError::NotUtf8 { at: Some((line, column)) },
            Fault::Io(reason) => ManifestError::Io(reason),
            Fault::Syntax(what) => ManifestError::NotJson { line, column, reason: what.to_owned() },
            Fault::Visitor(reason) => ManifestError::NotJson { line, column, reason },
        }
    }
}
