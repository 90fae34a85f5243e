//! A manifest made smaller: the public models of its project with columns and descriptions, without SQL.
//!
//! Stream in, stream out. What comes out is a manifest of the same schema version, which dbt-loom and our own reader take.
//! Keys are let through by name: what this file does not know stays with the producer.

mod shape;

use std::io::{Read, Write};

use rustc_hash::FxHashSet;
use serde::de::DeserializeSeed;

use self::shape::{Copier, MANIFEST, Shape};
use super::json::Fault;
use super::manifest::{Access, Manifest, ManifestError, open};

/// What a reduced manifest keeps.
#[derive(Debug, Default)]
pub struct Kept {
    /// Unique ids of models and groups.
    ids: FxHashSet<String>,
}

impl Kept {
    /// The public models of `package` itself, and their groups.
    pub fn public(manifest: &Manifest, package: &str) -> Kept {
        let mut ids = FxHashSet::default();
        let own = manifest.models().filter(|node| node.package() == package && !node.external());
        for node in own.filter(|node| node.access() == Access::Public && node.enabled()) {
            ids.insert(node.unique_id().to_owned());
            ids.extend(node.group().map(|group| format!("group.{package}.{group}")));
        }
        Kept { ids }
    }

    /// Whether this unique id is kept.
    pub fn has(&self, id: &str) -> bool {
        self.ids.contains(id)
    }
}

/// Writes what is `kept` of a manifest. An error of the writer is [`ManifestError::Io`].
pub fn reduce(reader: impl Read, writer: &mut impl Write, kept: &Kept) -> Result<(), ManifestError> {
    let mut json = open(reader)?;
    let mut failure = None;
    let copier = Copier {
        out: writer,
        kept: &kept.ids,
        shape: Shape::Fields(MANIFEST),
        depth: 0,
        failure: &mut failure,
    };
    let result = copier.deserialize(&mut json).and_then(|()| match json.has_more()? {
        true => Err(Fault::Syntax("more text after the end of the document")),
        false => Ok(()),
    });
    match (result, failure) {
        (_, Some(error)) => Err(ManifestError::Io(error.to_string())),
        (result, None) => result.map_err(|fault| ManifestError::at(fault, &json)),
    }
}

#[cfg(test)]
mod tests;
