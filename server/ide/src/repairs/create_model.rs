//! Creates the file of a model that is named and not there: by a `ref`, by its entry, by a version.

use project::facts::{Entry, Section};
use project::layout::{FileKind, relative_to};
use project::names::Space;
use project::refs::{Lookup, Part, RefArgs, lookup};
use smol_str::SmolStr;

use super::Cx;
use crate::diagnostics::{UNKNOWN_MODEL, UNMATCHED_ENTRY};
use crate::{Fix, SourceChange};

pub(super) fn repair(cx: &Cx<'_>) -> Option<Fix> {
    let (name, text) = match cx.found.code {
        UNKNOWN_MODEL => (referred(cx)?, "select 1 as id\n".to_owned()),
        UNMATCHED_ENTRY => described(cx)?,
        _ => return None,
    };
    let is_word = !name.is_empty() && name.chars().all(|c| c.is_alphanumeric() || c == '_');
    let package = cx.file.package;
    let mesh = &cx.file.analysis.mesh;
    let path = format!("{}/{}/{name}.sql", package.root, folder(cx)?);
    if !is_word || mesh.file_at(&path).is_some() {
        return None;
    }
    let change = SourceChange { create: vec![(path, text)], ..SourceChange::default() };
    Some(Fix { title: format!("Create {name}.sql"), preferred: false, change })
}

/// Beside the file at hand, where models may be, else where models are.
fn folder(cx: &Cx<'_>) -> Option<String> {
    let roots = &cx.file.package.config.paths.models;
    let here = cx.file.entry.path.rsplit_once('/').map_or("", |(folder, _)| folder);
    let inside = roots.iter().any(|root| here == root.as_str() || relative_to(here, root).is_some());
    if inside { Some(here.to_owned()) } else { roots.first().map(|root| root.to_string()) }
}

/// The name in a `ref` to a model of this project.
fn referred(cx: &Cx<'_>) -> Option<SmolStr> {
    let mut calls = cx.file.facts.uses.iter().map(|used| &used.call);
    let call = calls.find(|call| {
        call.complete && lookup(&call.name) == Lookup::Ref && call.range.contains_range(cx.found.range)
    })?;
    let args = RefArgs::read(call, cx.file.flavor());
    let own = match &args.package {
        None => true,
        Some(package) => Part::single(package) == Some(cx.file.package.name()),
    };
    // The name itself may be what is marked as wrong otherwise: an analysis, say.
    let name = args.name.as_ref().filter(|_| own && args.version.is_none())?;
    let is_taken = !cx.file.package.sites(Space::Analysis, name.single()?).is_empty();
    (!is_taken).then(|| name.single().map(SmolStr::new)).flatten()
}

/// The model, or the version of one, that an entry describes, and a query with its columns.
fn described(cx: &Cx<'_>) -> Option<(SmolStr, String)> {
    if cx.file.entry.kind != FileKind::Properties {
        return None;
    }
    let mut entries = cx.file.facts.entries.iter();
    let entry = entries
        .find(|entry| entry.section == Section::Models && entry.range.contains_range(cx.found.range))?;
    if entry.name_range == cx.found.range {
        return (!entry.is_versioned()).then(|| (entry.name.clone(), query(entry)));
    }
    let mut versions = entry.versions.iter().flatten();
    let version = versions.find(|version| version.range.contains_range(cx.found.range))?;
    // Like the one that unpinned refs mean.
    let mesh = &cx.file.analysis.mesh;
    let like = mesh.model(cx.file.package, &entry.name).and_then(|model| {
        mesh.path(model.file).filter(|path| path.ends_with(".sql"))?;
        cx.files.text(model.file)
    });
    Some((version.stem(&entry.name)?, like.map_or_else(|| query(entry), |text| text.to_string())))
}

fn query(entry: &Entry) -> String {
    let is_word = |name: &str| name.chars().all(|c| c.is_alphanumeric() || c == '_');
    if entry.columns.is_empty() || !entry.columns.iter().all(|column| is_word(&column.name)) {
        return "select 1 as id\n".to_owned();
    }
    let columns: Vec<String> = entry
        .columns
        .iter()
        .map(|column| match &column.data_type {
            Some(kind) => format!("    cast(null as {kind}) as {}", column.name),
            None => format!("    null as {}", column.name),
        })
        .collect();
    format!("select\n{}\n", columns.join(",\n"))
}
