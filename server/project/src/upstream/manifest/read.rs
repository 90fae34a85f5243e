//! The ways in: bytes at hand, or a stream.

use std::io::Read;

use serde::de::DeserializeSeed;

use super::super::json::{Fault, Json};
use super::Manifest;
use super::build::Builder;
use super::error::ManifestError;
use super::lenient::{Into, Object};

/// Reads a manifest.json (schema v7 to v12, dbt v2's) that is in memory, unpacked.
pub fn read_slice(bytes: &[u8]) -> Result<Manifest, ManifestError> {
    read_from(bytes)
}

/// Reads a manifest.json from a stream (a file, unpacked gzip, the network), holding only its facts and a small
/// window. Needs no buffering around it.
pub fn read_from(reader: impl Read) -> Result<Manifest, ManifestError> {
    let mut builder = Builder::default();
    fill(&mut builder, reader)?;
    builder.into_manifest()
}

/// Fills `target` from a whole JSON document.
pub(in super::super) fn fill<T: Object>(target: &mut T, reader: impl Read) -> Result<(), ManifestError> {
    let mut json = open(reader)?;
    let result = Into(target).deserialize(&mut json).and_then(|_| match json.has_more()? {
        true => Err(Fault::Syntax("more text after the end of the document")),
        false => Ok(()),
    });
    result.map_err(|fault| ManifestError::at(fault, &json))
}

/// Starts a document: skips a UTF-8 mark, refuses compressed, UTF-16 and empty ones.
pub(in super::super) fn open<R: Read>(reader: R) -> Result<Json<R>, ManifestError> {
    let mut json = Json::new(reader);
    let skip = match json.start(3) {
        Ok([0x1f, 0x8b, ..]) => return Err(ManifestError::Gzip),
        Ok([0xff, 0xfe, ..] | [0xfe, 0xff, ..]) => return Err(ManifestError::NotUtf8 { at: None }),
        Ok([0xef, 0xbb, 0xbf]) => 3,
        Ok(_) => 0,
        Err(fault) => return Err(ManifestError::at(fault, &json)),
    };
    json.skip_start(skip);
    match json.has_more() {
        Ok(true) => Ok(json),
        Ok(false) => Err(ManifestError::Empty),
        Err(fault) => Err(ManifestError::at(fault, &json)),
    }
}
