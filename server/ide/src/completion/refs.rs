//! `ref(`: projects, packages and the models this file may reference.

use std::sync::Arc;

use project::access::{Violation, violation};
use project::names::Space;
use project::node::Tri;
use project::registry::{Supply, Upstream};
use project::resolve::Via;
use project::upstream::Manifest;
use project::{Package, Target, graph};
use smol_str::SmolStr;
use syntax::cursor::{CallSite, TagSite};

use super::{Cx, Slot, plain, rank, versions};
use crate::describe::describe;
use crate::{Cancellable, Completion, CompletionKind, Completions, DocsKey, MAX_COMPLETIONS};

/// Something that may be written as a name.
enum Candidate<'a> {
    Project { name: SmolStr, declared: bool, detail: String },
    Package { package: &'a Package },
    Local { package: &'a Package, name: &'a SmolStr, via: Via },
    Manifest { manifest: &'a Arc<Manifest>, project: &'a SmolStr, index: u32, name: &'a str, declared: bool },
}

impl Candidate<'_> {
    fn name(&self) -> &str {
        match self {
            Candidate::Project { name, .. } => name,
            Candidate::Package { package } => package.name(),
            Candidate::Local { name, .. } => name,
            Candidate::Manifest { name, .. } => name,
        }
    }
}

pub(super) fn complete(cx: &Cx<'_>, site: &TagSite, call: &CallSite) -> Cancellable<Completions> {
    if let Some(keyword) = &site.keyword_arg {
        return Ok(match keyword.as_str() {
            "v" | "version" => versions::complete(cx, call),
            _ => Completions::default(),
        });
    }
    let positional = call.args.iter().take(call.active).filter(|arg| arg.keyword.is_none()).count();
    let Some(slot) = Slot::of(cx, call) else { return Ok(Completions::default()) };
    let has_second = call
        .args
        .iter()
        .skip(call.active + 1)
        .any(|arg| arg.keyword.is_none() && !arg.range.is_empty());
    let candidates = match positional {
        0 if has_second => projects(cx),
        0 => anywhere(cx),
        1 => {
            let first = call.args.iter().find(|arg| arg.keyword.is_none());
            let mut named = match first.and_then(|arg| arg.value.as_str()) {
                Some(project) => of_project(cx, project),
                None => Vec::new(),
            };
            if named.is_empty() && call.args[call.active].string.is_none() {
                // `ref('m', ` of the own project: only a version can follow.
                return Ok(versions::keyword(cx, call, &slot));
            }
            named.sort_by_key(|(tier, _)| *tier);
            let mut out = build(cx, &slot, named, true)?;
            if call.args[call.active].string.is_none() {
                out.items.extend(versions::keyword(cx, call, &slot).items);
            }
            return Ok(out);
        }
        _ => return Ok(versions::keyword(cx, call, &slot)),
    };
    build(cx, &slot, candidates, false)
}

/// Packages and upstreams by name.
fn projects<'a>(cx: &Cx<'a>) -> Vec<(u8, Candidate<'a>)> {
    let resolver = cx.file.resolver;
    let mut out: Vec<(u8, Candidate<'a>)> = Vec::new();
    for upstream in resolver.upstreams() {
        let declared = upstream.is_declared();
        let detail = upstream.kind.map_or("not loaded", crate::describe::supplied).to_owned();
        let tier = if declared { 0 } else { 4 };
        out.push((tier, Candidate::Project { name: upstream.name.clone(), declared, detail }));
    }
    for package in resolver.packages().filter(|package| !package.name().is_empty()) {
        out.push((if package.id == cx.file.project.id { 3 } else { 2 }, Candidate::Package { package }));
    }
    out
}

/// One argument: own models first (those of the same folder before others), then models of declared
/// upstreams, packages, known upstreams, and the names of projects.
fn anywhere<'a>(cx: &Cx<'a>) -> Vec<(u8, Candidate<'a>)> {
    let mut out = Vec::new();
    let folder = cx.file.entry.path.rsplit_once('/').map_or("", |(folder, _)| folder);
    for package in cx.file.resolver.packages() {
        let own = package.id == cx.file.package.id || package.id == cx.file.project.id;
        let via = if own { Via::Own } else { Via::Package };
        locals(cx, package, via, folder, if own { 1 } else { 4 }, &mut out);
    }
    for upstream in cx.file.resolver.upstreams() {
        of_upstream(cx, upstream, if upstream.is_declared() { 3 } else { 5 }, &mut out);
    }
    out.extend(projects(cx).into_iter().map(|(tier, candidate)| (tier + 2, candidate)));
    out
}

/// Two arguments: models of the named project.
fn of_project<'a>(cx: &Cx<'a>, project: &str) -> Vec<(u8, Candidate<'a>)> {
    let mut out = Vec::new();
    if let Some(package) = cx.file.resolver.packages().find(|package| package.name() == project) {
        let own = package.id == cx.file.package.id || package.id == cx.file.project.id;
        locals(cx, package, if own { Via::Own } else { Via::Package }, "", 1, &mut out);
    } else if let Some(upstream) = cx.file.resolver.upstreams().iter().find(|up| up.name == project) {
        of_upstream(cx, upstream, 1, &mut out);
    }
    out
}

fn locals<'a>(
    cx: &Cx<'a>,
    package: &'a Package,
    via: Via,
    folder: &str,
    tier: u8,
    out: &mut Vec<(u8, Candidate<'a>)>,
) {
    let mesh = &cx.file.analysis.mesh;
    for space in [Space::Model, Space::Seed, Space::Snapshot] {
        for (name, sites) in package.names(space) {
            // The file of a version goes by its model's name.
            if space == Space::Model && package.site(Space::VersionFile, name).is_some() {
                continue;
            }
            let file = sites[0].file;
            if file == cx.file.file {
                continue;
            }
            let near = !folder.is_empty()
                && mesh.file(file).is_some_and(|entry| {
                    entry.path.strip_prefix(folder).is_some_and(|rest| rest.starts_with('/'))
                });
            let tier = if near { tier - 1 } else { tier };
            out.push((tier, Candidate::Local { package, name, via: via.clone() }));
        }
    }
    for (name, sites) in package.names(Space::ModelPatch) {
        let versioned = mesh.entry(sites[0]).is_some_and(|(_, entry)| entry.is_versioned());
        if versioned && package.site(Space::Model, name).is_none() {
            out.push((tier, Candidate::Local { package, name, via: via.clone() }));
        }
    }
}

fn of_upstream<'a>(cx: &Cx<'a>, upstream: &'a Upstream, tier: u8, out: &mut Vec<(u8, Candidate<'a>)>) {
    let declared = upstream.is_declared();
    match &upstream.supply {
        Some(Supply::Live(id)) => {
            let Some(package) = cx.file.analysis.mesh.package(*id) else { return };
            let via = Via::Upstream { name: upstream.name.clone(), declared };
            locals(cx, package, via, "", tier, out);
        }
        Some(Supply::Manifest { manifest, package, .. }) => {
            let mut last = "";
            for node in manifest.referable(package) {
                // Versions follow each other: one proposal for all of them.
                if node.name() == last {
                    continue;
                }
                last = node.name();
                if let Some(index) = manifest.index_of(node.unique_id()) {
                    let project = &upstream.name;
                    out.push((tier, Candidate::Manifest { manifest, project, index, name: last, declared }));
                }
            }
        }
        None => {}
    }
}

/// Turns the best candidates into proposals. With `refused`, what may not be referenced comes last with the
/// reason; else it is left out.
fn build(
    cx: &Cx<'_>,
    slot: &Slot,
    candidates: Vec<(u8, Candidate<'_>)>,
    second: bool,
) -> Cancellable<Completions> {
    let ranked = rank(&slot.typed, candidates, Candidate::name);
    let referrer = graph::referrer(&cx.file.analysis.mesh, cx.file.file, by(cx));
    let mut items = Vec::new();
    let mut last = Vec::new();
    let mut incomplete = false;
    for candidate in ranked {
        if items.len() >= MAX_COMPLETIONS {
            incomplete = true;
            break;
        }
        cx.file.analysis.check()?;
        match &candidate {
            Candidate::Project { name, declared, detail } => {
                let mut item = plain(name, CompletionKind::Project, slot.range, slot.write(name));
                item.label_description = Some("upstream project".into());
                item.detail = Some(detail.clone());
                item.docs = docs_key(cx, &format!("project.{name}"));
                declare(cx, name, *declared, &mut item);
                items.push(item);
            }
            Candidate::Package { package } => {
                let name = package.name();
                let mut item = plain(name, CompletionKind::Package, slot.range, slot.write(name));
                let own = package.id == cx.file.project.id;
                item.label_description = Some(if own { "this project" } else { "package" }.into());
                items.push(item);
            }
            Candidate::Local { .. } | Candidate::Manifest { .. } => {
                let Some((target, via)) = target(cx, &candidate) else { continue };
                let refused = referrer
                    .as_ref()
                    .and_then(|referrer| violation(&cx.file.analysis.mesh, referrer, &target, &via));
                match refused {
                    None => items.push(node(cx, slot, &target, &via, second)),
                    Some(why) if second => {
                        let mut item = node(cx, slot, &target, &via, second);
                        item.detail = Some(match why {
                            Violation::Private { group } => format!("not allowed: private to group '{group}'"),
                            Violation::Protected { package } => {
                                format!("not allowed: protected in '{package}'")
                            }
                        });
                        last.push(item);
                    }
                    Some(_) => {}
                }
            }
        }
    }
    last.truncate(MAX_COMPLETIONS.saturating_sub(items.len()));
    items.extend(last);
    let mut seen: rustc_hash::FxHashSet<(String, String)> = rustc_hash::FxHashSet::default();
    items.retain(|item| seen.insert((item.label.clone(), item.insert.clone())));
    Ok(Completions { items, incomplete })
}

/// On whose behalf the call at the cursor is made.
fn by(cx: &Cx<'_>) -> project::facts::By {
    use project::facts::By;
    let around = |range: text::TextRange| range.contains_inclusive(cx.offset);
    if cx.file.entry.kind.is_yaml() {
        let at = cx.file.facts.entries.iter().rposition(|entry| around(entry.range));
        return at.map_or(By::Setting, |at| By::Entry(at as u32));
    }
    let at = cx.file.facts.defs.iter().rposition(|def| around(def.full));
    at.map_or(By::File, |at| By::Def(at as u32))
}

fn target(cx: &Cx<'_>, candidate: &Candidate<'_>) -> Option<(Target, Via)> {
    let mesh = &cx.file.analysis.mesh;
    match candidate {
        Candidate::Local { package, name, via } => {
            let node = match mesh.family(package, name) {
                Some(family) => {
                    let member = family.latest.as_deref().and_then(|latest| family.member(latest));
                    let member = member.or_else(|| family.versions.last()).cloned();
                    mesh.member_node(package, &family, member.as_ref())?
                }
                None => mesh.seed(package, name).or_else(|| mesh.snapshot(package, name))?,
            };
            (mesh.enabled(&node) != Tri::No).then(|| (Target::Local(node), via.clone()))
        }
        Candidate::Manifest { manifest, project, index, declared, .. } => {
            let target =
                Target::Upstream { manifest: (*manifest).clone(), project: (*project).clone(), node: *index };
            Some((target, Via::Upstream { name: (*project).clone(), declared: *declared }))
        }
        _ => None,
    }
}

fn node(cx: &Cx<'_>, slot: &Slot, target: &Target, via: &Via, second: bool) -> Completion {
    let of = describe(&cx.file, target);
    let kind = match of.kind {
        "seed" => CompletionKind::Seed,
        "snapshot" => CompletionKind::Snapshot,
        _ => CompletionKind::Model,
    };
    let two_arguments = !second && !matches!(via, Via::Own | Via::Package);
    let insert = if two_arguments {
        let quote = slot.quote;
        slot.write(&format!("{}{quote}, {quote}{}", of.project, of.name))
    } else {
        slot.write(&of.name)
    };
    let mut item = plain(&of.name, kind, slot.range, insert);
    let mut facts: Vec<String> = Vec::new();
    facts.extend(of.access.filter(|_| !matches!(via, Via::Own)).map(|access| access.as_str().to_owned()));
    facts.extend(of.group.as_ref().map(|group| format!("group {group}")));
    facts.extend(of.materialized.as_ref().map(|word| word.to_string()));
    if let Some(line) = of.versions.iter().find(|line| line.latest) {
        item.label_detail = Some(format!(" v{}", line.version));
    }
    item.label_description = Some(format!("{} · {}", of.kind, of.project));
    let text = of.text.as_deref().and_then(|text| text.lines().next()).unwrap_or_default();
    item.detail = Some(if text.is_empty() { facts.join(" · ") } else { format!("{} — {text}", facts.join(" · ")) });
    // Between two quotes the client matches what is typed of the model's name.
    item.filter = Some(of.name.to_string());
    item.deprecated = of.deprecation.as_deref().is_some_and(|date| *date <= *cx.file.analysis.today().to_string());
    item.docs = docs_key(cx, &of.unique_id);
    if let Via::Upstream { name, declared } = via {
        declare(cx, name, *declared, &mut item);
    }
    item
}

fn docs_key(cx: &Cx<'_>, unique_id: &str) -> Option<DocsKey> {
    Some(DocsKey { from: cx.file.package.root.to_string(), unique_id: unique_id.into() })
}

/// Adds the project to dependencies.yml when its model is chosen.
fn declare(cx: &Cx<'_>, name: &str, declared: bool, item: &mut Completion) {
    if declared || !cx.options.edits_elsewhere {
        return;
    }
    let file = cx.file.project.file("dependencies.yml");
    let facts = file.and_then(|file| cx.file.analysis.mesh.facts(file)?.dependencies.as_deref());
    if let (Some(file), Some(facts)) = (file, facts) {
        item.additional.push((file, facts.declare(name)));
    }
}
