//! What is made of a node. Whoever mentions its name, itself or through a macro, is asked for its parents.

use project::facts::{By, DefKind, Use};
use project::macro_edges::MacroEdges;
use project::names::Space;
use project::{FileId, NodeKind, NodeRef, Target, graph};
use rustc_hash::FxHashSet;
use smol_str::SmolStr;
use syntax::calls::Reach;

use super::{LineageNode, item, listed_test, test_leaf};
use crate::usages::{NodeSubject, Role, Subject, find, unique_id};
use crate::{Analysis, Cancellable};

/// How many macros may stand between a name and the node that runs them.
const DEPTH: usize = 8;

pub(super) fn of(analysis: &Analysis, target: &Target) -> Cancellable<Vec<LineageNode>> {
    let wanted = unique_id(analysis, target);
    // An unpinned ref means one version only: the whole name is looked for, the parents decide.
    let mut search = Search { analysis, wanted: &wanted, out: Vec::new(), candidates: Vec::new() };
    if let Subject::Node(mut subject) = Subject::node(analysis, target) {
        subject.version = None;
        search.callers(&subject)?;
    }
    if let Target::Local(node) = target {
        search.unit_tests(node);
    }
    search.verify()?;
    if let Target::Local(node) = target {
        search.tests(node);
    }
    search.known_by_manifests();
    Ok(search.out)
}

struct Search<'a> {
    analysis: &'a Analysis,
    wanted: &'a SmolStr,
    out: Vec<LineageNode>,
    candidates: Vec<NodeRef>,
}

impl Search<'_> {
    fn callers(&mut self, subject: &NodeSubject) -> Cancellable<()> {
        let mut macros: Vec<SmolStr> = Vec::new();
        for usage in find(self.analysis, &Subject::Node(subject.clone()), None)? {
            let (Role::Call(at) | Role::Implied(at)) = usage.role else { continue };
            let facts = self.analysis.mesh.facts(usage.file);
            let Some(used) = facts.and_then(|facts| facts.uses.get(at as usize)) else { continue };
            self.caller(usage.file, used, &mut macros);
        }
        self.through(macros)
    }

    fn caller(&mut self, file: FileId, used: &Use, macros: &mut Vec<SmolStr>) {
        let mesh = &self.analysis.mesh;
        match used.by {
            By::Test(entry) => self.out.extend(test_leaf(self.analysis, file, entry, used.call.range)),
            // A unit test depends on its model alone, whatever it gives rows for.
            By::Given(_) => {}
            By::Def(at) => {
                let def = mesh.facts(file).and_then(|facts| facts.defs.get(at as usize));
                match def {
                    Some(def) if def.kind == DefKind::Macro => macros.push(def.name.clone()),
                    _ => self.candidate(file, used.by),
                }
            }
            _ if used.call.reach != Reach::Never => self.candidate(file, used.by),
            _ => {}
        }
    }

    fn candidate(&mut self, file: FileId, by: By) {
        let node = graph::referrer(&self.analysis.mesh, file, by).and_then(|referrer| referrer.node);
        self.candidates.extend(node);
    }

    /// Whoever runs the macros, and the macros that call them.
    fn through(&mut self, mut macros: Vec<SmolStr>) -> Cancellable<()> {
        let mesh = &self.analysis.mesh;
        let mut seen: FxHashSet<SmolStr> = FxHashSet::default();
        for _ in 0..DEPTH {
            let mut next = Vec::new();
            // `default__x` runs where `x` is dispatched.
            let names = macros.iter().flat_map(|name| {
                let dispatched = name.split_once("__").map(|(_, base)| SmolStr::new(base));
                dispatched.into_iter().chain([name.clone()])
            });
            let names: Vec<SmolStr> = names.filter(|name| seen.insert(name.clone())).collect();
            for name in names {
                for package in mesh.packages() {
                    for file in package.mentions(Space::Macro, &name) {
                        self.analysis.check()?;
                        let uses = mesh.facts(*file).into_iter().flat_map(|facts| facts.uses.iter());
                        for used in uses.filter(|used| used.call.name.rsplit('.').next() == Some(&name)) {
                            self.caller(*file, used, &mut next);
                        }
                    }
                }
            }
            if next.is_empty() {
                break;
            }
            macros = next;
        }
        Ok(())
    }

    /// Keeps those candidates that depend on the node.
    fn verify(&mut self) -> Cancellable<()> {
        let mut edges = MacroEdges::new(&self.analysis.mesh);
        let mut seen: FxHashSet<SmolStr> = FxHashSet::default();
        for node in std::mem::take(&mut self.candidates) {
            self.analysis.check()?;
            if !seen.insert(self.analysis.mesh.unique_id(&node)) {
                continue;
            }
            let parents = edges.parents(&node);
            if parents.iter().any(|parent| unique_id(self.analysis, parent) == *self.wanted) {
                self.out.extend(item(self.analysis, &Target::Local(node)));
            }
        }
        Ok(())
    }

    /// The unit tests that are about the model.
    fn unit_tests(&mut self, node: &NodeRef) {
        let mesh = &self.analysis.mesh;
        let Some(package) = mesh.package(node.package).filter(|_| node.kind == NodeKind::Model) else {
            return;
        };
        for site in package.names(Space::UnitTest).flat_map(|(_, sites)| sites.to_vec()) {
            let model = mesh.entry(site).and_then(|(_, entry)| entry.settings.get("model"));
            if model.is_some_and(|model| model.value.as_str() == Some(&node.name)) {
                self.candidates.extend(mesh.unit_tests(package, site));
            }
        }
    }

    /// The generic tests that its YAML entry lists.
    fn tests(&mut self, node: &NodeRef) {
        let mesh = &self.analysis.mesh;
        let Some((site, (_, entry))) = node.entry.and_then(|site| Some((site, mesh.entry(site)?))) else {
            return;
        };
        for (test, at) in entry.tests.iter().zip(0..) {
            self.out.extend(listed_test(self.analysis, site, &test.shown(), at));
        }
    }

    /// Consumers that only a manifest knows.
    fn known_by_manifests(&mut self) {
        let mesh = &self.analysis.mesh;
        for manifest in mesh.registry.manifests.values().filter_map(|slot| slot.manifest.as_ref()) {
            for node in manifest.nodes() {
                if !node.depends_on().any(|parent| parent == self.wanted) {
                    continue;
                }
                let is_live = mesh.projects().any(|project| project.name() == node.package());
                let Some(index) = manifest.index_of(node.unique_id()).filter(|_| !is_live) else { continue };
                let (manifest, project) = (manifest.clone(), node.package().into());
                self.out.extend(item(self.analysis, &Target::Upstream { manifest, project, node: index }));
            }
        }
    }
}
