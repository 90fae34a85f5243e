//! The facts of an artifact as bytes, so that they need not be read from its JSON again.
//!
//! For this program's own cache: another build's bytes, another source's, and damaged ones count as none.

use std::io::{self, Seek, SeekFrom, Write};

use serde::{Deserialize, Serialize};

use super::Manifest;

/// What such bytes begin with.
const MAGIC: &[u8; 8] = b"dbtmesh\n";
/// To be raised when the meaning of the facts changes. A change of their layout is noticed by a test.
const FORMAT: u32 = 1;
/// Magic, format, checksum of what follows.
const HEAD: usize = 16;

#[derive(Serialize, Deserialize)]
struct Label<'a> {
    build: &'a str,
    source: &'a str,
}

/// Writes the facts as bytes, in small pieces: all of them at once would take as much memory as the facts themselves.
/// `source`: what tells the files that they were read from from any others. `out` stands at its start; what fails is
/// the writing.
pub fn pack(manifest: &Manifest, source: &str, out: impl Write + Seek) -> io::Result<()> {
    let label = Label { build: env!("CARGO_PKG_VERSION"), source };
    let mut out = Summed { out, sum: crc32fast::Hasher::new() };
    out.out.write_all(MAGIC)?;
    out.out.write_all(&FORMAT.to_le_bytes())?;
    out.out.write_all(&[0; 4])?;
    let mut out = postcard::to_io(&(label, manifest), out).map_err(io::Error::other)?;
    let sum = out.sum.finalize();
    out.out.seek(SeekFrom::Start(HEAD as u64 - 4))?;
    out.out.write_all(&sum.to_le_bytes())?;
    out.out.flush()
}

/// Passes bytes on and sums them up.
struct Summed<W> {
    out: W,
    sum: crc32fast::Hasher,
}

impl<W: Write> Write for Summed<W> {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        let written = self.out.write(bytes)?;
        self.sum.update(&bytes[..written]);
        Ok(written)
    }

    fn flush(&mut self) -> io::Result<()> {
        self.out.flush()
    }
}

/// The same in memory. Nothing fails there; if it did, the bytes would not be whole and be refused.
pub fn packed(manifest: &Manifest, source: &str) -> Vec<u8> {
    let mut out = io::Cursor::new(Vec::new());
    match pack(manifest, source, &mut out) {
        Ok(()) => out.into_inner(),
        Err(_) => Vec::new(),
    }
}

/// The facts that [`pack`] made these bytes of, if it was this version of it, `source` is the same, and no bit fell.
pub fn unpack(bytes: &[u8], source: &str) -> Option<Manifest> {
    let (head, body) = bytes.split_at_checked(HEAD)?;
    let number = |at: usize| Some(u32::from_le_bytes(head.get(at..at + 4)?.try_into().ok()?));
    if !head.starts_with(MAGIC) || number(8)? != FORMAT {
        return None;
    }
    // Before the checksum: most of what is refused is of another source.
    let (label, rest) = postcard::take_from_bytes::<Label<'_>>(body).ok()?;
    if label.build != env!("CARGO_PKG_VERSION") || label.source != source {
        return None;
    }
    if number(HEAD - 4)? != crc32fast::hash(body) {
        return None;
    }
    let (manifest, rest) = postcard::take_from_bytes(rest).ok()?;
    rest.is_empty().then_some(manifest)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::upstream::manifest::read_slice;

    fn sample() -> Manifest {
        let text = br#"{"metadata": {"project_name": "p", "dbt_version": "1.10.0"},
            "nodes": {"model.p.a": {"name": "a", "package_name": "p", "version": 2, "latest_version": 2,
                "config": {"access": "public", "tags": ["t"]}, "depends_on": {"nodes": ["model.p.b"]},
                "columns": {"id": {"name": "id", "data_type": "int"}}},
              "test.p.t": {"attached_node": "model.p.a", "column_name": "id", "test_metadata": {"name": "unique"}}},
            "disabled": {"model.p.off": [{"name": "off", "package_name": "p"}]},
            "groups": {"group.p.g": {"name": "g", "package_name": "p", "owner": {"name": "G"}}},
            "macros": {"macro.p.m": {"name": "m", "package_name": "p", "arguments": [{"name": "x"}]}},
            "exposures": {"exposure.p.e": {"name": "e", "package_name": "p"}}, "docs": {"doc.p.d": {"name": "d"}}}"#;
        read_slice(text).unwrap()
    }

    #[test]
    fn facts_survive() {
        let bytes = packed(&sample(), "one");
        let back = unpack(&bytes, "one").unwrap();
        assert_eq!(packed(&back, "one"), bytes);
        let node = back.node("model.p.a").unwrap();
        assert_eq!((node.version(), node.tests().count(), node.columns().len()), (Some("2"), 1, 1));
        assert_eq!(back.by_name("p", "a").len(), 1);
        assert_eq!((back.disabled().len(), back.groups().len(), back.resources().len()), (1, 1, 1));
    }

    #[test]
    fn what_is_not_whole_ours_or_of_this_source_counts_as_none() {
        let bytes = packed(&sample(), "one");
        assert!(unpack(&bytes, "two").is_none());
        for at in 0..bytes.len() {
            let mut bad = bytes.clone();
            bad[at] ^= 1;
            assert!(unpack(&bad, "one").is_none(), "a bit at {at} went unnoticed");
            assert!(unpack(&bytes[..at], "one").is_none());
        }
        assert!(unpack(&[bytes, vec![0]].concat(), "one").is_none());
    }

    /// Fails when the layout of the facts changes: then raise `FORMAT` and take over the new sum.
    #[test]
    fn another_layout_is_another_format() {
        let bytes = postcard::to_allocvec(&sample()).unwrap();
        expect_test::expect!["1 711f3a7f"].assert_eq(&format!("{FORMAT} {:08x}", crc32fast::hash(&bytes)));
    }
}
