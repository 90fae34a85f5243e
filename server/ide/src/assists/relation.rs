//! Replaces a relation that is written out by the `ref` or `source` that it is: here, or everywhere in the file.
//!
//! Only where exactly one node is known to be that relation: from what properties say, or from the manifest in the
//! target folder.

use project::access::violation;
use project::facts::By;
use project::layout::FileKind;
use project::names::Space;
use project::resolve::{Resolution, Via};
use project::upstream::{Manifest, ResourceType};
use project::{NodeKind, Target, graph};
use smol_str::SmolStr;
use syntax::select::{self, Relation};
use text::{TextEdit, TextRange};

use super::Cx;
use crate::diagnostics::FileCx;
use crate::{Cancellable, SourceChange, usages};

pub(super) fn assist(cx: &mut Cx<'_>) -> Cancellable<()> {
    let at = cx.range.start();
    let here = |range: TextRange| range.contains_inclusive(at);
    for (relation, call) in found(cx, &here)? {
        let edit = TextEdit::replace(relation.range, format!("{{{{ {call} }}}}"));
        let change = SourceChange { edits: vec![(cx.file.file, vec![edit])], ..SourceChange::default() };
        cx.add(format!("Replace by {call}"), Some(change));
    }
    Ok(())
}

/// Every relation of the file.
pub(super) fn all(cx: &mut Cx<'_>) -> Cancellable<()> {
    let edits: Vec<TextEdit> = found(cx, &|_| true)?
        .into_iter()
        .map(|(relation, call)| TextEdit::replace(relation.range, format!("{{{{ {call} }}}}")))
        .collect();
    let change = SourceChange { edits: vec![(cx.file.file, edits)], ..SourceChange::default() };
    let change = (!change.edits[0].1.is_empty()).then_some(change);
    cx.add("Replace all written-out relations by ref and source".to_owned(), change);
    Ok(())
}

/// Relations with the calls that mean them.
fn found(cx: &Cx<'_>, is_wanted: &dyn Fn(TextRange) -> bool) -> Cancellable<Vec<(Relation, String)>> {
    let kind = cx.file.entry.kind;
    if !matches!(kind, FileKind::Model | FileKind::Snapshot | FileKind::Analysis | FileKind::SingularTest)
        || !cx.file.facts.errors.is_empty()
    {
        return Ok(Vec::new());
    }
    let Some(text) = cx.files.text(cx.file.file) else { return Ok(Vec::new()) };
    let template = syntax::jinja::parse(&text);
    let mut relations = select::relations(&text, &template.tags);
    let in_block = |range: TextRange| {
        let raw = |block: &syntax::jinja::Block| block.kind == syntax::jinja::BlockKind::Raw;
        template.blocks.iter().any(|block| raw(block) && block.full.contains_range(range))
    };
    relations.retain(|relation| is_wanted(relation.range) && !in_block(relation.range));
    if relations.is_empty() {
        return Ok(Vec::new());
    }
    let known = known(cx)?;
    let is = |node: &Known, relation: &Relation| {
        let parts = [node.database.as_ref(), Some(&node.schema), Some(&node.identifier)];
        let mut written = relation.parts.iter().rev();
        parts.into_iter().rev().zip(std::iter::from_fn(|| Some(written.next()))).all(|(known, written)| {
            match (known, written) {
                // Whether the database is the default one is not known of one that is written out.
                (_, None) => !node.elsewhere,
                (None, Some(_)) => false,
                (Some(known), Some((written, true))) => known == written,
                (Some(known), Some((written, false))) => known.eq_ignore_ascii_case(written),
            }
        })
    };
    let mut out = Vec::new();
    for relation in relations {
        let mut nodes: Vec<&Known> = known.iter().filter(|known| is(known, &relation)).collect();
        nodes.dedup_by(|a, b| a.id == b.id);
        if let [node] = nodes.as_slice()
            && let Some(call) = &node.call
        {
            out.push((relation, call.clone()));
        }
    }
    Ok(out)
}

/// A node whose relation is known.
struct Known {
    id: SmolStr,
    database: Option<SmolStr>,
    schema: SmolStr,
    identifier: SmolStr,
    /// It may be in another database than the target's.
    elsewhere: bool,
    /// How this file may name it; `None` when it must not.
    call: Option<String>,
}

fn known(cx: &Cx<'_>) -> Cancellable<Vec<Known>> {
    let file = &cx.file;
    let mesh = &file.analysis.mesh;
    let mut out: Vec<Known> = Vec::new();
    // What properties say of sources.
    for package in file.resolver.packages() {
        file.analysis.check()?;
        for (name, sites) in package.names(Space::Table) {
            let [_] = sites.as_slice() else { continue };
            let Some(node) = mesh.table(package, name) else { continue };
            let Some((facts, table)) = node.entry.and_then(|site| mesh.entry(site)) else { continue };
            let Some(source) = table.parent.and_then(|parent| facts.entries.get(parent as usize)) else {
                continue;
            };
            // A text, nothing, or something dynamic.
            let word = |settings: &project::facts::Settings, key: &str| match settings.get(key) {
                None => Ok(None),
                Some(setting) => setting.value.as_str().map(|word| Some(SmolStr::new(word))).ok_or(()),
            };
            let (Ok(database), Ok(catalog), Ok(schema), Ok(identifier)) = (
                word(&source.settings, "database"),
                word(&source.settings, "catalog"),
                word(&source.settings, "schema"),
                word(&table.settings, "identifier"),
            ) else {
                continue;
            };
            out.push(Known {
                id: mesh.unique_id(&node),
                elsewhere: database.is_some() || catalog.is_some(),
                database: database.or(catalog),
                schema: schema.unwrap_or_else(|| source.name.clone()),
                identifier: identifier.unwrap_or_else(|| table.name.clone()),
                call: source_call(file, &source.name, &table.name),
            });
        }
    }
    // What the last run built, and what upstreams say.
    if let Some(manifest) = cx.files.built(file.project.id).manifest {
        add(file, &manifest, &mut out);
    }
    for upstream in file.resolver.upstreams() {
        if let Some(project::registry::Supply::Manifest { manifest, .. }) = &upstream.supply {
            add(file, manifest, &mut out);
        }
    }
    Ok(out)
}

fn add(file: &FileCx<'_>, manifest: &Manifest, out: &mut Vec<Known>) {
    // The target's database is where most models are: where they all are, that is certain.
    let own = || manifest.models().filter(|node| node.package() == file.project.name());
    let first = own().next().and_then(|node| node.database());
    let usual = first.filter(|first| own().all(|node| node.database() == Some(*first))).map(str::to_owned);
    for node in manifest.nodes() {
        // Models are built into the target's database, unless they say otherwise.
        let is_own =
            usual.is_some() && node.package() == file.project.name() && node.database() == usual.as_deref();
        let kind = node.resource_type();
        if !kind.is_referable() && kind != ResourceType::Source {
            continue;
        }
        let Some(parts) = node.relation_name().map(parts) else { continue };
        let [before @ .., schema, identifier] = parts.as_slice() else { continue };
        let id = SmolStr::new(node.unique_id());
        let database = before.last().cloned();
        if let Some(known) = out.iter_mut().find(|known| known.id == id) {
            // The manifest may be older than the properties: both must say the same to be certain.
            let same = known.schema == *schema && known.identifier == *identifier;
            if same && known.database.is_none() {
                known.database = database;
            }
            continue;
        }
        let call = match kind {
            ResourceType::Source => {
                node.source_name().and_then(|source| source_call(file, source, node.name()))
            }
            _ => ref_call(file, node.package(), node.name(), node.version(), node.latest_version()),
        };
        let (schema, identifier) = (schema.clone(), identifier.clone());
        out.push(Known {
            id,
            elsewhere: kind == ResourceType::Source || !is_own,
            database,
            schema,
            identifier,
            call,
        });
    }
}

/// `"a"."b"."c"` or `` `a`.`b`.`c` `` in parts.
fn parts(relation: &str) -> Vec<SmolStr> {
    let mut out = vec![String::new()];
    let mut quote = None;
    for c in relation.chars() {
        match (quote, c) {
            (Some(open), c) if c == open => quote = None,
            (None, '"' | '`') => quote = Some(c),
            (None, '.') => out.push(String::new()),
            (_, c) => {
                if let Some(last) = out.last_mut() {
                    last.push(c);
                }
            }
        }
    }
    out.into_iter().map(SmolStr::from).collect()
}

fn is_word(name: &str) -> bool {
    !name.is_empty() && !name.contains(['\'', '"', '\\', '\n', '{', '}'])
}

fn source_call(file: &FileCx<'_>, source: &str, table: &str) -> Option<String> {
    let found = file.resolver.table(source, table);
    let is_there = matches!(found, Resolution::Found { .. });
    (is_there && is_word(source) && is_word(table)).then(|| format!("source('{source}', '{table}')"))
}

fn ref_call(
    file: &FileCx<'_>,
    package: &str,
    name: &str,
    version: Option<&str>,
    latest: Option<&str>,
) -> Option<String> {
    let own = file.package.name() == package;
    let given = (!own).then_some(package);
    let Resolution::Found { target, via, dotted: false } = file.resolver.reference(given, name, version)
    else {
        return None;
    };
    // The manifest may be of another time: the node must be there as it was.
    let same = match &target {
        Target::Local(node) => {
            let is_itself = node.file == file.file;
            let found = usages::version(&target) == version;
            let refers = matches!(node.kind, NodeKind::Model | NodeKind::Seed | NodeKind::Snapshot);
            !is_itself && found && refers
        }
        Target::Upstream { .. } => usages::version(&target) == version,
    };
    let declared = !matches!(via, Via::Upstream { declared: false, .. });
    let refused = graph::referrer(&file.analysis.mesh, file.file, By::File)
        .and_then(|from| violation(&file.analysis.mesh, &from, &target, &via));
    let open = declared && refused.is_none();
    if !same || !open || !is_word(name) || !is_word(package) {
        return None;
    }
    let project = given.map(|package| format!("'{package}', ")).unwrap_or_default();
    let pin = match version {
        Some(version) if latest != Some(version) || !own => {
            let number = version.parse::<u32>().is_ok_and(|number| number.to_string() == version);
            if number { format!(", v={version}") } else { format!(", v='{version}'") }
        }
        _ => String::new(),
    };
    Some(format!("ref({project}'{name}'{pin})"))
}
