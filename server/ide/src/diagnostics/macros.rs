//! Which macros dbt surely runs when it parses a project, so that what they refer to must be there.
//!
//! Looks only at who mentions a macro, a few calls deep; in doubt the answer is no.

use project::access::ReferrerKind;
use project::facts::{By, DefKind, FileFacts, Use};
use project::flavor::Flavor;
use project::layout::FileKind;
use project::names::Space;
use project::node::{NodeKind, Tri};
use project::refs::{Lookup, lookup};
use project::{FileId, graph};
use rustc_hash::FxHashSet;
use smol_str::SmolStr;
use syntax::calls::Reach;

use super::FileCx;
use super::failure::may_have_ended;
use crate::Severity;

/// How many macros may call each other in between.
const DEPTH: usize = 4;
/// How many calling files are looked at.
const FILES: usize = 64;

/// Macros that dbt itself calls for each node while it parses, with how many arguments.
pub(super) const NAMING: [(&str, usize); 3] =
    [("generate_schema_name", 2), ("generate_alias_name", 2), ("generate_database_name", 2)];

/// How bad it is when block `def` of this file fails: as bad as for the node of the same package that runs it
/// without any condition (spec §4.4: refs of macros called at parse count for the caller). `None` when no
/// such node is found.
pub(super) fn surely_run(cx: &FileCx<'_>, def: u32) -> Option<Severity> {
    search(cx, def, |search, name, callers| {
        if search.is_naming(name) { Some(Severity::Error) } else { search.callers(name, callers) }
    })
}

/// Whether dbt runs block `def` of this file, without any condition, to name nodes. It does so outside of any
/// node: there are no refs, and every variable must be set.
pub(super) fn names_nodes(cx: &FileCx<'_>, def: u32) -> bool {
    let found = search(cx, def, |search, name, callers| {
        if search.is_naming(name) {
            return Some(Severity::Error);
        }
        search.callers(name, callers);
        None
    });
    found.is_some()
}

type Look<'a> = fn(&mut Search<'a>, &SmolStr, &mut Vec<SmolStr>) -> Option<Severity>;

/// Asks for a macro, then for those that call it.
fn search<'a>(cx: &'a FileCx<'a>, def: u32, look: Look<'a>) -> Option<Severity> {
    let def = cx.facts.defs.get(def as usize).filter(|def| def.kind == DefKind::Macro)?;
    let mut search = Search { cx, files: FILES, seen: FxHashSet::default() };
    let mut names = vec![def.name.clone()];
    let mut worst = None;
    for _ in 0..DEPTH {
        let mut callers = Vec::new();
        for name in names {
            worst = worst.max(look(&mut search, &name, &mut callers));
        }
        if worst == Some(Severity::Error) || callers.is_empty() {
            break;
        }
        names = callers;
    }
    worst
}

struct Search<'a> {
    cx: &'a FileCx<'a>,
    files: usize,
    seen: FxHashSet<SmolStr>,
}

impl Search<'_> {
    /// The worst severity among the nodes that call `name`; macros that call it go to `callers`.
    fn callers(&mut self, name: &SmolStr, callers: &mut Vec<SmolStr>) -> Option<Severity> {
        if !self.seen.insert(name.clone()) {
            return None;
        }
        let mut worst = None;
        for file in self.cx.package.mentions(Space::Macro, name) {
            let Some(left) = self.files.checked_sub(1) else { break };
            self.files = left;
            let mesh = &self.cx.analysis.mesh;
            let (Some(facts), Some(entry)) = (mesh.facts(*file), mesh.file(*file)) else { continue };
            let calls =
                |used: &&Use| self.calls(used, name) && !may_have_ended(facts, used.by, used.call.range);
            let found: Vec<&Use> = facts.uses.iter().filter(calls).collect();
            for used in found {
                match used.by {
                    By::File if used.call.reach == Reach::Always => {
                        worst = worst.max(self.node(*file, used.by))
                    }
                    By::Def(at) => match kind_of(facts, at) {
                        // Nobody finds a macro in a model's file.
                        Some((DefKind::Macro, name))
                            if used.call.reach == Reach::Macro && entry.kind == FileKind::Macro =>
                        {
                            callers.push(name.clone())
                        }
                        Some((DefKind::Snapshot, _)) if used.call.reach == Reach::Always => {
                            worst = worst.max(self.node(*file, used.by));
                        }
                        _ => {}
                    },
                    _ => {}
                }
            }
        }
        worst
    }

    /// Whether dbt calls the project's macro of this name to name its nodes, of which there are some.
    fn is_naming(&self, name: &str) -> bool {
        let cx = self.cx;
        let is_named = |file: FileId| {
            let kind = cx.analysis.mesh.file(file).map(|entry| entry.kind);
            kind.is_some_and(|kind| {
                matches!(
                    kind,
                    FileKind::Model | FileKind::PythonModel | FileKind::Seed | FileKind::SingularTest
                )
            })
        };
        NAMING.iter().any(|(naming, _)| *naming == name)
            // dbt v2 names nodes when it compiles them.
            && cx.flavor() == Flavor::V1
            && cx.package.id == cx.project.id
            && cx.package.sites(Space::Macro, name).len() == 1
            && cx.package.files().any(is_named)
    }

    /// Whether a call means the macro of this package: its bare name is searched here first (spec §10).
    fn calls(&self, used: &Use, name: &str) -> bool {
        lookup(&used.call.name) == Lookup::Macro
            && (used.call.name == name
                || used.call.name.strip_suffix(name).and_then(|rest| rest.strip_suffix('.'))
                    == Some(self.cx.package.name()))
    }

    fn node(&self, file: FileId, by: By) -> Option<Severity> {
        let mesh = &self.cx.analysis.mesh;
        let referrer = graph::referrer(mesh, file, by)?;
        if mesh.enabled(referrer.node.as_ref()?) != Tri::Yes {
            return None;
        }
        match referrer.kind {
            ReferrerKind::Node(NodeKind::Test) => Some(Severity::Warning),
            ReferrerKind::Node(_) => Some(Severity::Error),
            _ => None,
        }
    }
}

fn kind_of(facts: &FileFacts, def: u32) -> Option<(DefKind, &SmolStr)> {
    facts.defs.get(def as usize).map(|def| (def.kind, &def.name))
}
