//! One manifest with the catalog beside it, from the faster form of both where the cache has one.
//!
//! Knows the files and when a faster form is worth its place; when to read is for others to say.

use loader::{ManifestBody, ParsedFile};
use project::upstream::manifest::{self, packed};
use project::upstream::{Catalog, Manifest, catalog, publication};
use std::io::{Cursor, Read};
use std::path::{Path, PathBuf};

/// A smaller manifest is read as fast as its faster form.
const WORTH_KEEPING: u64 = 1 << 20;

/// A manifest and what belongs to it.
pub(super) struct Files {
    manifest: PathBuf,
    catalog: Option<PathBuf>,
    parsed: Option<ParsedFile>,
}

/// A manifest with what its catalog adds; and what is wrong with that, if something is.
pub(super) type Whole = (Manifest, Option<String>);

impl Files {
    /// Of a manifest that somebody writes to.
    pub(super) fn local(path: &Path) -> Files {
        let parsed = loader::cache_dir(&loader::process_env).map(|dir| ParsedFile::of_local(&dir, path));
        Files { manifest: path.to_path_buf(), catalog: catalog_beside(path), parsed }
    }

    /// Of a manifest that was fetched, and of its catalog if that was.
    pub(super) fn fetched(body: &loader::remote::Cached, catalog: Option<&loader::remote::Cached>) -> Files {
        Files {
            manifest: body.path.clone(),
            catalog: catalog.map(|catalog| catalog.path.clone()),
            parsed: Some(body.parsed()),
        }
    }

    /// How much is to be read, in bytes: as if the faster form were good.
    pub(super) fn cost(&self) -> u64 {
        let len = |path: &Path| loader::stamp(path).map_or(0, |stamp| stamp.len);
        match self.parsed.as_ref().map_or(0, ParsedFile::len) {
            0 => len(&self.manifest) + self.catalog.as_deref().map_or(0, len),
            // Most of it is checked and copied, not parsed.
            bytes => bytes / 4,
        }
    }

    /// The faster form, if there is one of just these files.
    pub(super) fn parsed(&self) -> Option<Manifest> {
        let bytes = self.parsed.as_ref()?.read()?;
        packed::unpack(&bytes, &self.source()?)
    }

    /// Adds the catalog to what was read of the manifest, and keeps the faster form of both for the next start.
    pub(super) fn complete(&self, manifest: Manifest) -> Whole {
        let source = self.source();
        let (manifest, problem) = match self.catalog.as_deref().map(read_catalog) {
            Some(Ok(Some(catalog))) => (manifest.with_catalog(&catalog), None),
            Some(Err(why)) => (manifest, Some(why)),
            Some(Ok(None)) | None => (manifest, None),
        };
        let large = loader::stamp(&self.manifest).is_some_and(|stamp| stamp.len >= WORTH_KEEPING);
        if let (Some(parsed), Some(source), true, true) = (&self.parsed, source, large, problem.is_none()) {
            let written = parsed.write(|out| {
                packed::pack(&manifest, &source, out)?;
                // What was read may have been replaced since.
                match self.source() {
                    Some(now) if now == source => Ok(()),
                    _ => Err(std::io::Error::other("the manifest was replaced meanwhile")),
                }
            });
            // Without it the next start reads the JSON.
            if let Err(error) = written {
                tracing::debug!(%error, "the faster form of a manifest cannot be kept");
            }
        }
        (manifest, problem)
    }

    fn source(&self) -> Option<String> {
        loader::identity(&self.manifest, self.catalog.as_deref().as_slice())
    }
}

/// Where the catalog of a local manifest would be.
pub(super) fn catalog_beside(manifest: &Path) -> Option<PathBuf> {
    let name = catalog::name_beside(manifest.file_name()?.to_str()?)?;
    Some(manifest.with_file_name(name))
}

/// Reads a catalog; `None` when there is none.
pub fn read_catalog(path: &Path) -> Result<Option<Catalog>, String> {
    let file = match loader::open_manifest(path) {
        Ok(file) => file,
        Err(error) if matches!(error.fault, loader::Fault::NotFound) => return Ok(None),
        Err(error) => return Err(error.to_string()),
    };
    let read = match file.body {
        ManifestBody::Whole(bytes) => catalog::read_slice(&bytes),
        ManifestBody::Stream(reader) => catalog::read_from(reader),
    };
    read.map(Some).map_err(|error| error.to_string())
}

/// Reads a file that nobody writes to: one that was fetched.
pub(super) fn parse_fetched(path: &Path) -> Result<Manifest, String> {
    // Its path says nothing to people.
    let file = loader::open_manifest(path).map_err(|error| match error.fault {
        loader::Fault::NotFound => "it is gone".to_owned(),
        loader::Fault::Io(error) => format!("cannot be read: {error}"),
        _ => "cannot be read".to_owned(),
    })?;
    parse_body(file.body)
}

/// Reads a manifest or publication that is in memory.
pub fn parse_manifest(bytes: &[u8]) -> Result<Manifest, String> {
    let read =
        if is_publication(bytes) { publication::read_slice(bytes) } else { manifest::read_slice(bytes) };
    read.map_err(|error| error.to_string())
}

/// A manifest, or a publication file, which has another shape and the same meaning.
pub(super) fn parse_body(body: ManifestBody) -> Result<Manifest, String> {
    let manifest = match body {
        ManifestBody::Whole(bytes) => return parse_manifest(&bytes),
        ManifestBody::Stream(mut reader) => {
            let mut head = Vec::new();
            let read = reader.by_ref().take(HEAD as u64).read_to_end(&mut head);
            read.map_err(|error| format!("cannot be read: {error}"))?;
            let is_publication = is_publication(&head);
            let whole = Cursor::new(head).chain(reader);
            if is_publication { publication::read_from(whole) } else { manifest::read_from(whole) }
        }
    };
    manifest.map_err(|error| error.to_string())
}

/// Both say what they are near their start.
const HEAD: usize = 64 << 10;

fn is_publication(bytes: &[u8]) -> bool {
    let head = String::from_utf8_lossy(&bytes[..bytes.len().min(HEAD)]);
    head.contains("/publication/") || head.contains("\"public_models\"") && !head.contains("\"nodes\"")
}
