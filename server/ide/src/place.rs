//! Where a new entry of a properties file goes: into the one file of the folder that lists its kind, else into a
//! file of its own.

use project::Package;
use project::facts::Section;
use project::layout::FileKind;

use crate::yaml_edit::Doc;
use crate::{Analysis, Files, SourceChange};

/// A new entry.
pub(crate) struct Entry<'a> {
    /// The folder that it belongs in, relative to the package.
    pub folder: &'a str,
    /// `models`, `sources`, …
    pub list: &'a str,
    /// The item, from its dash on, indented by twos.
    pub item: &'a str,
    /// What a file of its own is called, without extension.
    pub stem: &'a str,
}

/// Adds it; `None` when it has no certain place.
pub(crate) fn add(
    analysis: &Analysis,
    files: &dyn Files,
    package: &Package,
    entry: &Entry<'_>,
) -> Option<SourceChange> {
    let mesh = &analysis.mesh;
    let section = Section::of_key(entry.list)?;
    let in_folder = |path: &str| path.rsplit_once('/').map_or("", |(folder, _)| folder) == entry.folder;
    let lists = |file: &project::FileId| {
        let of_kind = |known: &project::facts::Entry| known.section == section;
        mesh.file(*file).is_some_and(|known| known.kind == FileKind::Properties && in_folder(&known.path))
            && mesh.facts(*file).is_some_and(|facts| facts.entries.iter().any(of_kind))
    };
    let mut found = package.files().filter(lists);
    if let (Some(file), None) = (found.next(), found.next()) {
        let doc = Doc::new(file, files.text(file)?)?;
        let edits = doc.checked(vec![doc.add_to_list(entry.list, entry.item)?])?;
        return Some(SourceChange { edits: vec![(file, edits)], ..SourceChange::default() });
    }
    let path = format!("{}/{}/{}.yml", package.root, entry.folder, entry.stem).replace("//", "/");
    if mesh.file_at(&path).is_some() || entry.folder.is_empty() {
        return None;
    }
    let item: String = entry.item.lines().map(|line| format!("  {line}\n")).collect();
    let text = format!("{}:\n{item}", entry.list);
    Some(SourceChange { create: vec![(path, text)], ..SourceChange::default() })
}
