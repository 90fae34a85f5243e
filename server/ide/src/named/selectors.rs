//! What the methods of selectors.yml select: `method` with `value`, `tag: nightly`, and `tag:nightly` as on dbt's command
//! line (spec: selector methods of dbt 1.12).

use std::collections::BTreeSet;

use project::checks::{METHODS, without_operators};
use project::facts::{FileFacts, Setting};
use project::layout::{FileKind, relative_to};
use project::names::Space;
use project::{NodeKind, Target};
use smol_str::SmolStr;
use syntax::calls::{Lit, Value};
use text::TextRange;

use super::{Here, Named, Spot, part};
use crate::CompletionKind;
use crate::diagnostics::FileCx;
use crate::generic_tests;
use crate::thing::{Thing, group_named, project_named, referenced, resource};

/// The value of a method.
pub(super) fn value(spot: &Spot<'_, '_, '_>) -> Option<Named> {
    match spot.keys.as_slice() {
        ["selectors", .., "value"] => {
            let method = spot.mapping_of("value")?.get("method")?.text()?;
            Some(Named::Selected(SmolStr::new(method)))
        }
        ["selectors", .., key] => {
            let method = key.split('.').next().unwrap_or_default();
            METHODS.contains(&method).then(|| Named::Selected((*key).into()))
        }
        _ => None,
    }
}

/// `+tag:nightly`: the name behind the colon, or the method before it; `+orders`.
pub(super) fn short<'s>(spot: &Spot<'_, '_, '_>, range: TextRange, typed: &'s str) -> Option<Here<'s>> {
    let is_text = matches!(
        spot.keys.as_slice(),
        ["selectors", "definition"] | ["selectors", .., "union" | "intersection" | "exclude"]
    );
    if !is_text {
        return None;
    }
    let operators = typed.len() - without_operators(typed).len();
    match typed.find(':') {
        Some(colon) if typed.get(operators..colon).is_some_and(is_method) => {
            let method = SmolStr::new(&typed[operators..colon]);
            let named = Named::Selected(method);
            let range = part(range, colon + 1, range.len().into());
            Some(Here { named, range, typed: &typed[colon + 1..], colon: false })
        }
        Some(_) => None,
        None => {
            let rest =
                spot.cx.analysis.text(spot.cx.file)?.get(usize::from(spot.offset)..range.end().into())?;
            let end = rest.find([':', '+', ' ']).unwrap_or(rest.len());
            let colon = !rest[end..].starts_with(':');
            let range = part(range, operators, typed.len() + end);
            Some(Here { named: Named::Method, range, typed: &typed[operators..], colon })
        }
    }
}

fn is_method(word: &str) -> bool {
    METHODS.contains(&word.split('.').next().unwrap_or_default())
}

/// The words that a method takes whatever the project has.
fn words(method: &str) -> &'static [&'static str] {
    match method {
        "access" | "config.access" => &["private", "protected", "public"],
        "resource_type" => &[
            "model",
            "seed",
            "snapshot",
            "source",
            "test",
            "unit_test",
            "analysis",
            "exposure",
            "metric",
            "semantic_model",
            "saved_query",
            "function",
        ],
        "test_type" => &["generic", "singular", "data", "unit"],
        "result" => &["success", "error", "fail", "warn", "skipped", "pass"],
        "source_status" => &["fresher"],
        "state" => &[
            "new",
            "old",
            "modified",
            "unmodified",
            "modified.body",
            "modified.configs",
            "modified.relation",
            "modified.persisted_descriptions",
            "modified.macros",
            "modified.contract",
        ],
        "version" => &["latest", "prerelease", "old", "none"],
        "config.materialized" => {
            &["view", "table", "incremental", "ephemeral", "materialized_view", "snapshot", "seed"]
        }
        "package" => &["this"],
        _ => &[],
    }
}

/// What a method can select.
pub(crate) fn values(cx: &FileCx<'_>, method: &str) -> Vec<(SmolStr, CompletionKind)> {
    let mut out: Vec<(SmolStr, CompletionKind)> =
        words(method).iter().map(|word| (SmolStr::new_static(word), CompletionKind::Value)).collect();
    let names = |space: Space| cx.resolver.packages().flat_map(move |package| package.names(space));
    let mut add = |space: Space, kind: CompletionKind| {
        out.extend(names(space).map(|(name, _)| (name.clone(), kind)));
    };
    match method {
        "fqn" => {
            for package in cx.resolver.packages() {
                let all = cx.analysis.mesh.referable(package);
                out.extend(all.iter().map(|of| (of.name.clone(), CompletionKind::Model)));
            }
        }
        "source" => {
            add(Space::Source, CompletionKind::Source);
            add(Space::Table, CompletionKind::Table);
        }
        "exposure" => add(Space::Exposure, CompletionKind::Value),
        "metric" => add(Space::Metric, CompletionKind::Metric),
        "semantic_model" => add(Space::SemanticModel, CompletionKind::Value),
        "saved_query" => add(Space::SavedQuery, CompletionKind::Value),
        "group" | "config.group" => add(Space::Group, CompletionKind::Group),
        "selector" => add(Space::Selector, CompletionKind::Value),
        "unit_test" => {
            let tests = names(Space::UnitTest).filter_map(|(name, _)| name.rsplit_once('.'));
            out.extend(tests.map(|(_, name)| (name.into(), CompletionKind::Test)));
        }
        "test_name" => {
            let own = generic_tests::all(cx).into_iter().map(|(name, ..)| SmolStr::from(name));
            let all = own.chain(["unique", "not_null", "accepted_values", "relationships"].map(Into::into));
            out.extend(all.map(|name| (name, CompletionKind::Test)));
        }
        "package" | "config.package" => {
            let names =
                cx.resolver.packages().map(|package| (package.name().into(), CompletionKind::Package));
            out.extend(names);
        }
        "path" | "file" => out.extend(paths(cx, method == "path")),
        "tag" | "config.tags" => out.extend(tags(cx).into_iter().map(|tag| (tag, CompletionKind::Value))),
        _ => {}
    }
    out
}

/// Every folder and file that holds nodes; for `file:` the files' names.
fn paths(cx: &FileCx<'_>, whole: bool) -> Vec<(SmolStr, CompletionKind)> {
    let mut folders: BTreeSet<&str> = BTreeSet::new();
    let mut out = Vec::new();
    for file in cx.project.files() {
        let Some(entry) = cx.analysis.mesh.file(file) else { continue };
        let is_node =
            entry.kind.is_template() && entry.kind != FileKind::Docs && entry.kind != FileKind::Macro;
        if !is_node && !matches!(entry.kind, FileKind::PythonModel | FileKind::Seed) {
            continue;
        }
        let (folder, name) = entry.path.rsplit_once('/').unwrap_or(("", &entry.path));
        if whole {
            let mut above = folder;
            while !above.is_empty() && folders.insert(above) {
                above = above.rsplit_once('/').map_or("", |(above, _)| above);
            }
            out.push((SmolStr::new(&entry.path), CompletionKind::Value));
        } else {
            out.push((name.into(), CompletionKind::Value));
        }
    }
    out.extend(folders.into_iter().map(|folder| (folder.into(), CompletionKind::Value)));
    out
}

/// Every tag that is written out somewhere.
fn tags(cx: &FileCx<'_>) -> BTreeSet<SmolStr> {
    let mut out = BTreeSet::new();
    for package in cx.resolver.packages() {
        let facts = package.files().filter_map(|file| cx.analysis.mesh.facts(file));
        facts.for_each(|facts| of_file(facts, &mut out));
    }
    out
}

fn of_file(facts: &FileFacts, out: &mut BTreeSet<SmolStr>) {
    let entries = facts.entries.iter().flat_map(|entry| entry.settings.0.iter());
    let blocks = facts.defs.iter().flat_map(|def| def.settings.0.iter());
    let is_tags = |setting: &&Setting| setting.key == "tags";
    for setting in facts.settings.0.iter().chain(entries).chain(blocks).filter(is_tags) {
        match setting.value.single() {
            Some(Lit::Str(tag)) => {
                out.insert(tag.clone());
            }
            Some(Lit::List(all)) => out.extend(all.iter().filter_map(Value::as_str).map(SmolStr::new)),
            _ => {}
        }
    }
}

/// What a selected name means.
pub(crate) fn thing(cx: &FileCx<'_>, method: &str, value: &str) -> Option<Thing> {
    let value = value.trim_end_matches('+');
    // A package may stand before a name.
    let bare = last_word(value);
    let entry = |space: Space, name: &str| {
        cx.resolver.packages().find_map(|package| package.site(space, name)).map(Thing::Entry)
    };
    let node = |target: Option<Target>| target.map(|target| Thing::Nodes(vec![target]));
    let mesh = &cx.analysis.mesh;
    match method {
        "fqn" => {
            let versioned = || {
                let (name, version) = value.rsplit_once(".v")?;
                referenced(cx, None, last_word(name), Some(version)).into_iter().next()
            };
            let found = referenced(cx, None, bare, None).into_iter().next();
            node(found.or_else(versioned)).or_else(|| project_named(cx, value))
        }
        "source" => match value.split('.').collect::<Vec<_>>().as_slice() {
            [source] | [_, source, "*"] => entry(Space::Source, source),
            [source, table] => table_named(cx, source, table).or_else(|| entry(Space::Source, table)),
            [_, source, table] => table_named(cx, source, table),
            _ => None,
        },
        "exposure" => cx.resolver.packages().find_map(|package| {
            let node = mesh.yaml_node(package, NodeKind::Exposure, Space::Exposure, bare)?;
            Some(Thing::Nodes(vec![Target::Local(node)]))
        }),
        "metric" => resource(cx.resolver.metric(None, bare)),
        "semantic_model" => entry(Space::SemanticModel, bare),
        "saved_query" => entry(Space::SavedQuery, bare),
        "group" | "config.group" => group_named(cx, value),
        "unit_test" => {
            let tests = cx.resolver.packages().flat_map(|package| package.names(Space::UnitTest));
            let named =
                |(name, _): &(&SmolStr, _)| name.rsplit_once('.').is_some_and(|(_, name)| name == bare);
            tests.into_iter().find(named).and_then(|(_, sites)| sites.first().copied()).map(Thing::Entry)
        }
        "test_name" => generic_tests::named(cx, value),
        "package" => {
            let name = if value == "this" { cx.project.name() } else { value };
            project_named(cx, name)
        }
        "path" => {
            let file = cx.project.file(value);
            file.and_then(|file| mesh.node_of_file(file))
                .map(|node| Thing::Nodes(vec![Target::Local(node)]))
                .or_else(|| {
                    let files = cx.project.files().filter_map(|file| mesh.file(file));
                    let nodes = files
                        .filter(|entry| {
                            relative_to(&entry.path, value).is_some()
                                && !entry.kind.is_yaml()
                                && entry.kind != FileKind::Docs
                        })
                        .count();
                    (nodes > 0).then(|| Thing::Folder { name: value.into(), nodes })
                })
        }
        "file" => {
            let is_it =
                |path: &str| path.rsplit('/').next() == Some(value) || project::layout::stem(path) == value;
            let file =
                cx.project.files().find(|file| mesh.file(*file).is_some_and(|entry| is_it(&entry.path)))?;
            node(mesh.node_of_file(file).map(Target::Local))
        }
        _ => None,
    }
}

fn last_word(dotted: &str) -> &str {
    dotted.rsplit('.').next().unwrap_or(dotted)
}

fn table_named(cx: &FileCx<'_>, source: &str, table: &str) -> Option<Thing> {
    use project::resolve::Resolution;
    match cx.resolver.table(source, table) {
        Resolution::Found { target, .. } | Resolution::Disabled(target) => Some(Thing::Nodes(vec![target])),
        _ => None,
    }
}
