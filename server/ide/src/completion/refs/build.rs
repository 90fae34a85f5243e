//! From the best candidates to proposals: only here is a node looked at closely.

use project::access::{Referrer, Violation, violation};
use project::facts::By;
use project::node::Tri;
use project::resolve::{Resolution, Via};
use project::{Package, Target, graph};

use super::candidates::{self, Candidate, FIRST, Look, Owner};
use crate::completion::{Cx, Slot, plain, ranked};
use crate::describe::{Summary, summarize, supplied};
use crate::{Cancellable, Completion, CompletionKind, Completions, MAX_COMPLETIONS, SourceChange};

/// Which argument is written.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Position {
    /// The first of two.
    Project,
    /// The only one so far.
    Only,
    /// The second of two.
    Second,
}

/// The proposals of `candidates`: mostly those of a first look are enough, and no name but those is looked at.
pub(super) fn build<'a>(
    cx: &Cx<'a>,
    slot: &Slot,
    position: Position,
    candidates: impl Fn(Look<'_>) -> Vec<Candidate<'a>>,
) -> Cancellable<Completions> {
    let first = proposals(cx, slot, position, candidates(Look::First(&slot.typed)))?;
    if first.given.items.len() >= MAX_COMPLETIONS && first.are_best {
        return Ok(first.given);
    }
    Ok(proposals(cx, slot, position, candidates(Look::All(&slot.typed)))?.given)
}

struct Proposals {
    given: Completions,
    /// Whether nothing that a first look leaves out comes before one of them.
    are_best: bool,
}

/// Ranks candidates and turns the best into proposals. What may not be referenced is left out, but for the
/// second argument comes last with the reason.
fn proposals<'a>(
    cx: &Cx<'a>,
    slot: &Slot,
    position: Position,
    candidates: Vec<Candidate<'a>>,
) -> Cancellable<Proposals> {
    let mesh = &cx.file.analysis.mesh;
    let referrer = graph::referrer(mesh, cx.file.file, by(cx));
    let today = cx.today();
    let mut items: Vec<Completion> = Vec::new();
    let mut refused: Vec<Completion> = Vec::new();
    let (mut more, mut passed_over, mut are_best) = (false, 0, true);
    let folder = candidates::folder(cx);
    let ranked = ranked(&slot.typed, candidates, Candidate::name, |candidate| candidate.tier(cx, folder));
    for candidate in ranked {
        cx.file.analysis.check()?;
        let full = items.len() + refused.len() >= MAX_COMPLETIONS;
        // What is surely refused comes after all else: nothing better follows.
        if items.len() >= MAX_COMPLETIONS || full && candidate.is_closed() {
            more = true;
            break;
        }
        are_best &= candidate.is_best(&slot.typed, candidate.tier(cx, folder));
        let (target, via) = match &candidate {
            Candidate::Project(upstream) => {
                items.push(project(cx, slot, upstream));
                continue;
            }
            Candidate::Package(package) => {
                items.push(self::package(cx, slot, package));
                continue;
            }
            _ => match target(cx, &candidate) {
                Some(found) if !is_self(referrer.as_ref(), &found.0) => found,
                _ => {
                    passed_over += 1;
                    continue;
                }
            },
        };
        match referrer.as_ref().and_then(|referrer| violation(mesh, referrer, &target, &via)) {
            None => items.push(node(cx, slot, &target, &via, position, &today)),
            Some(_) if position != Position::Second => passed_over += 1,
            Some(_) if refused.len() >= MAX_COMPLETIONS => more = true,
            Some(why) => {
                passed_over += 1;
                let item = node(cx, slot, &target, &via, position, &today);
                refused.push(Completion {
                    detail: Some(reason(&why)),
                    additional: SourceChange::default(),
                    ..item
                });
            }
        }
    }
    let incomplete = more || items.len() + refused.len() > MAX_COMPLETIONS;
    refused.truncate(MAX_COMPLETIONS.saturating_sub(items.len()));
    items.extend(refused);
    are_best &= passed_over <= FIRST - MAX_COMPLETIONS;
    Ok(Proposals { given: Completions { items, incomplete }, are_best })
}

/// On whose behalf the call at the cursor is made.
fn by(cx: &Cx<'_>) -> By {
    let around = |range: text::TextRange| range.contains_inclusive(cx.offset);
    if let Some(used) = cx.file.facts.uses.iter().rfind(|used| around(used.call.range)) {
        return used.by;
    }
    // Not yet a call to the parser.
    if cx.file.entry.kind.is_yaml() {
        let at = cx.file.facts.entries.iter().rposition(|entry| around(entry.range));
        return at.map_or(By::Setting, |at| By::Entry(at as u32));
    }
    let at = cx.file.facts.defs.iter().rposition(|def| around(def.full));
    at.map_or(By::File, |at| By::Def(at as u32))
}

fn is_self(referrer: Option<&Referrer>, target: &Target) -> bool {
    let (Some(Referrer { node: Some(own), .. }), Target::Local(node)) = (referrer, target) else {
        return false;
    };
    own.file == node.file && own.item == node.item
}

fn target(cx: &Cx<'_>, candidate: &Candidate<'_>) -> Option<(Target, Via)> {
    let mesh = &cx.file.analysis.mesh;
    match candidate {
        Candidate::Local { package, of, owner } => {
            let node = mesh.referable_node(package, of)?;
            (mesh.enabled(&node) != Tri::No).then(|| (Target::Local(node), owner.via()))
        }
        Candidate::Manifest { manifest, index, owner, .. } => {
            let project = match owner {
                Owner::Upstream(upstream) | Owner::Closed(upstream) => upstream.name.clone(),
                Owner::HandedOn(package) => (*package).into(),
                Owner::Own | Owner::Package => return None,
            };
            let target = Target::Upstream { manifest: (*manifest).clone(), project, node: *index };
            Some((target, owner.via()))
        }
        Candidate::Project(_) | Candidate::Package(_) => None,
    }
}

fn reason(why: &Violation) -> String {
    match why {
        Violation::Private { group } if group.is_empty() => {
            "not allowed: private, without a group".to_owned()
        }
        Violation::Private { group } => format!("not allowed: private to group {group}"),
        Violation::Protected { package } => format!("not allowed: protected in {package}"),
    }
}

fn project(cx: &Cx<'_>, slot: &Slot, upstream: &project::registry::Upstream) -> Completion {
    let name = upstream.name.as_str();
    let mut item = plain(name, CompletionKind::Project, slot.range, slot.write(name));
    item.label_description = Some("upstream project".into());
    item.detail =
        Some(upstream.kind.map_or("not loaded".to_owned(), |kind| format!("from {}", supplied(kind))));
    item.docs = cx.docs_key(&format!("project.{name}"));
    declare(cx, name, upstream.is_declared(), &mut item);
    item
}

fn package(cx: &Cx<'_>, slot: &Slot, package: &Package) -> Completion {
    let name = package.name();
    let mut item = plain(name, CompletionKind::Package, slot.range, slot.write(name));
    let own = package.id == cx.file.project.id;
    item.label_description = Some(if own { "this project" } else { "package" }.into());
    item.docs = cx.docs_key(&format!("project.{name}"));
    item
}

fn node(cx: &Cx<'_>, slot: &Slot, target: &Target, via: &Via, position: Position, today: &str) -> Completion {
    let of = summarize(&cx.file, target);
    let kind = match of.kind {
        "seed" => CompletionKind::Seed,
        "snapshot" => CompletionKind::Snapshot,
        _ => CompletionKind::Model,
    };
    let insert = if position == Position::Only && needs_project(cx, &of, target, via) {
        slot.write_all(&[&of.project, &of.name])
    } else {
        slot.write(&of.name)
    };
    let mut item = plain(&of.name, kind, slot.range, insert);
    item.label_detail = of.version.as_ref().map(|version| format!(" v{version}"));
    item.label_description = Some(format!("{} · {}", of.kind, of.project));
    item.detail = detail(&of);
    // Where two arguments are inserted the client still matches the model's name.
    item.filter = Some(of.name.to_string());
    item.deprecated = of.is_deprecated(today);
    item.docs = cx.docs_key(&of.unique_id);
    if let Via::Upstream { name, declared } = via {
        declare(cx, name, *declared, &mut item);
    }
    item
}

/// Whether the name alone would mean nothing, or something else. Upstream models are always written with
/// their project, as the platform asks.
fn needs_project(cx: &Cx<'_>, of: &Summary, target: &Target, via: &Via) -> bool {
    match via {
        Via::Upstream { .. } | Via::Transitive => true,
        Via::Own | Via::Package => match cx.file.resolver.reference(None, &of.name, None) {
            Resolution::Found { target: found, .. } => found != *target,
            Resolution::Unknown => false,
            _ => true,
        },
    }
}

/// `public · group sales · table — One row per order.`
fn detail(of: &Summary) -> Option<String> {
    let mut facts: Vec<String> = Vec::new();
    facts.extend(of.access.map(|access| access.as_str().to_owned()));
    facts.extend(of.group.as_ref().map(|group| format!("group {group}")));
    facts.extend(of.materialized.as_ref().filter(|word| *word != of.kind).map(ToString::to_string));
    let facts = facts.join(" · ");
    let text = of.text.as_deref().and_then(|text| text.lines().next()).map(str::trim).unwrap_or_default();
    match (facts.is_empty(), text.is_empty()) {
        (true, true) => None,
        (true, false) => Some(text.to_owned()),
        (false, true) => Some(facts),
        (false, false) => Some(format!("{facts} — {text}")),
    }
}

/// Adds the project to dependencies.yml when its model is chosen.
fn declare(cx: &Cx<'_>, name: &str, declared: bool, item: &mut Completion) {
    if declared || !cx.options.edits_elsewhere {
        return;
    }
    let project = cx.file.project;
    let file = project.file("dependencies.yml");
    let facts = file.and_then(|file| cx.file.analysis.mesh.facts(file)?.dependencies.as_deref());
    match file.zip(facts) {
        Some((file, facts)) => item.additional.edits.push((file, vec![facts.declare(name)])),
        None => {
            let path = format!("{}/dependencies.yml", project.root);
            item.additional.create.push((path, project::deps::DependencyFacts::new_file(name)));
        }
    }
}
