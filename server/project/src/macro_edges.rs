//! Edges that a node owes to the macros it calls: dbt runs them when it parses, and their refs count for the
//! caller (spec §4.4).
//!
//! Follows only what surely happens: calls without a condition, macros that can be told by name, refs whose
//! arguments are known, or are made of what the macro is called with. In doubt there is no edge.

use std::sync::Arc;

use rustc_hash::FxHashMap;
use smol_str::SmolStr;
use syntax::calls::{Call, Lit, Reach, Value};

use crate::facts::{By, Def, DefKind, FileFacts, Use};
use crate::graph;
use crate::layout::FileKind;
use crate::mesh::{FileId, Mesh, PackageId};
use crate::names::{FILE, Site, Space};
use crate::node::{NodeRef, Target};
use crate::refs::{Lookup, lookup};
use crate::resolve::Resolver;

/// How many macros may call each other in between.
const DEPTH: usize = 16;

type Targets = Arc<[Target]>;
/// The implementations of each dispatched macro of a project: `default__x`, `duckdb__x` under `x`.
type Dispatched = FxHashMap<SmolStr, Vec<(PackageId, Site)>>;

/// Finds edges through macros; keeps what each macro gives, so that many nodes are cheap.
#[derive(Debug)]
pub struct MacroEdges<'m> {
    mesh: &'m Mesh,
    /// By the package whose node runs the macro: names are looked up from there; and by what it is called with, where
    /// that matters.
    bodies: FxHashMap<(PackageId, Site, Given), Targets>,
    /// Whether what a macro is called with can matter.
    open: FxHashMap<Site, bool>,
    dispatched: FxHashMap<PackageId, Arc<Dispatched>>,
}

impl<'m> MacroEdges<'m> {
    /// Nothing is known yet.
    pub fn new(mesh: &'m Mesh) -> MacroEdges<'m> {
        MacroEdges {
            mesh,
            bodies: FxHashMap::default(),
            open: FxHashMap::default(),
            dispatched: FxHashMap::default(),
        }
    }

    /// What a node depends on, each once: [`graph::parents`], then what its macros add.
    pub fn parents(&mut self, node: &NodeRef) -> Vec<Target> {
        let mut out = graph::parents(self.mesh, node);
        let by = own(node);
        let (Some(resolver), Some(facts)) =
            (Resolver::new(self.mesh, node.package), self.mesh.facts(node.file))
        else {
            return out;
        };
        let at = At { resolver, package: node.package, depth: 0 };
        let uses = facts.uses.iter().filter(|used| used.by == by && used.call.reach == Reach::Always);
        for used in uses.filter(|used| lookup(&used.call.name) == Lookup::Macro) {
            let inline = || inline(self.mesh.file(node.file)?.kind, facts, &used.call.name);
            let found = match inline() {
                Some(item) => {
                    let site = Site { file: node.file, item };
                    let given = self.given(site, &used.call);
                    self.body(at, site, given)
                }
                None => self.through(at, &used.call),
            };
            for target in found.iter() {
                if !out.contains(target) {
                    out.push(target.clone());
                }
            }
        }
        out
    }

    /// What a macro adds that a file of the package calls.
    pub fn of_call(&mut self, package: PackageId, call: &Call) -> Arc<[Target]> {
        match Resolver::new(self.mesh, package) {
            Some(resolver) => self.through(At { resolver, package, depth: 0 }, call),
            None => Arc::from([]),
        }
    }

    /// What a macro that is called here adds.
    fn through(&mut self, at: At<'m>, call: &Call) -> Targets {
        let nothing = || Arc::from([]);
        if at.depth >= DEPTH {
            return nothing();
        }
        let name = &call.name;
        if name == "adapter.dispatch" {
            return self.any_implementation(at, call).unwrap_or_else(nothing);
        }
        site_of(self.mesh, &at, name).map_or_else(nothing, |site| {
            let given = self.given(site, call);
            self.body(at, site, given)
        })
    }

    /// What a call gives the parameters of a macro, as far as it is known and matters.
    fn given(&mut self, site: Site, call: &Call) -> Given {
        let Some(facts) = self.mesh.facts(site.file) else { return Given::default() };
        // Macros that call themselves with ever new texts.
        if self.bodies.len() > MAX_BODIES {
            return Given::default();
        }
        let is_open = || {
            let mut uses = facts.uses.iter().filter(|used| used.by == By::Def(site.item));
            uses.any(|used| used.call.args.iter().any(|arg| arg.value.has_param()))
        };
        if !*self.open.entry(site).or_insert_with(is_open) {
            return Given::default();
        }
        let Some(def) = facts.defs.get(site.item as usize) else { return Given::default() };
        let mut out: Vec<Option<SmolStr>> = vec![None; def.params.len()];
        let mut place = 0;
        for arg in &call.args {
            if arg.splat {
                break;
            }
            let slot = match &arg.keyword {
                Some((name, _)) => def.params.iter().position(|param| param.name == *name),
                None => {
                    place += 1;
                    Some(place - 1)
                }
            };
            // Only texts: of anything else it is not sure what it becomes.
            if let Some(slot) = slot.and_then(|slot| out.get_mut(slot)) {
                *slot = arg.value.as_str().filter(|text| text.len() <= MAX_GIVEN).map(SmolStr::new);
            }
        }
        if out.iter().all(Option::is_none) { Given::default() } else { Given(out.into()) }
    }

    /// What the body of a macro refers to whenever it runs, called with that.
    fn body(&mut self, at: At<'m>, site: Site, given: Given) -> Targets {
        let key = (at.package, site, given);
        if let Some(known) = self.bodies.get(&key) {
            return Arc::clone(known);
        }
        // Also the answer to a macro that calls itself.
        self.bodies.insert(key.clone(), Arc::from([]));
        let given = key.2.clone();
        let mut out: Vec<Target> = Vec::new();
        let facts = self.mesh.facts(site.file);
        let def = facts.and_then(|facts| facts.defs.get(site.item as usize));
        if let (Some(facts), Some(def)) = (facts, def.filter(|def| def.kind == DefKind::Macro)) {
            let uses = || facts.uses.iter().filter(|used| used.by == By::Def(site.item));
            // `return` and errors end a macro: what comes later is not sure.
            let ends = uses().filter(|used| {
                let name = &used.call.name;
                let ends = name == "return" || name.starts_with("exceptions.raise");
                ends && matches!(used.call.reach, Reach::Macro | Reach::Maybe)
            });
            let end = ends.map(|used| used.call.range.end()).min();
            let sure = uses().filter(|used| {
                used.call.reach == Reach::Macro && end.is_none_or(|end| used.call.range.start() < end)
            });
            for used in sure {
                let bound = given.bind(def, used);
                // Made of what the macro is called with, and still several: a condition on that may choose.
                if bound.iter().any(|used| used.call.args.iter().any(|arg| arg.value.possible().len() > 1)) {
                    continue;
                }
                let used = bound.as_ref().unwrap_or(used);
                let found = match lookup(&used.call.name) {
                    Lookup::Macro if def.params.iter().any(|param| param.name == used.call.name) => continue,
                    Lookup::Macro => self.through(At { depth: at.depth + 1, ..at }, &used.call),
                    _ => graph::targets(&at.resolver, used).into(),
                };
                for target in found.iter() {
                    if !out.contains(target) {
                        out.push(target.clone());
                    }
                }
            }
        }
        let out: Targets = out.into();
        self.bodies.insert(key, Arc::clone(&out));
        out
    }

    /// `adapter.dispatch('name', 'namespace')`: the adapter is not known here, so what every implementation
    /// refers to. `None` when one of dbt's own may be meant.
    fn any_implementation(&mut self, at: At<'m>, call: &Call) -> Option<Targets> {
        let mut args = call.args.iter();
        let name = args.next().filter(|arg| arg.keyword.is_none())?.value.as_str()?.to_owned();
        let namespace = match args.next() {
            None => None,
            Some(arg) if arg.keyword.as_ref().is_none_or(|(key, _)| key == "macro_namespace") => {
                Some(arg.value.as_str()?)
            }
            Some(_) => return None,
        };
        let home = match namespace {
            Some(wanted) => at.resolver.packages().find(|package| package.name() == wanted)?,
            None => self.mesh.package(at.package)?,
        };
        home.site(Space::Macro, &format!("default__{name}"))?;
        let candidates = self.dispatched(at).get(name.as_str())?.clone();
        let mut common: Option<Vec<Target>> = None;
        for (_, site) in candidates {
            let found = self.body(At { depth: at.depth + 1, ..at }, site, Given::default());
            common = Some(match common {
                None => found.to_vec(),
                Some(known) => known.into_iter().filter(|target| found.contains(target)).collect(),
            });
        }
        common.map(Arc::from)
    }

    fn dispatched(&mut self, at: At<'m>) -> Arc<Dispatched> {
        let project = at.resolver.project().id;
        let make = || {
            let mut out = Dispatched::default();
            for package in at.resolver.packages() {
                for (name, sites) in package.names(Space::Macro) {
                    if let Some((_, base)) = name.split_once("__").filter(|(prefix, _)| !prefix.is_empty()) {
                        let sites = sites.iter().map(|site| (package.id, *site));
                        out.entry(base.into()).or_default().extend(sites);
                    }
                }
            }
            Arc::new(out)
        };
        Arc::clone(self.dispatched.entry(project).or_insert_with(make))
    }
}

/// Whose calls are a node's own: its file's, or its block's.
fn own(node: &NodeRef) -> By {
    if node.item == FILE { By::File } else { By::Def(node.item) }
}

/// The macro that a call means, of those whose files are known.
fn site_of(mesh: &Mesh, at: &At<'_>, name: &str) -> Option<Site> {
    match name.rsplit_once('.') {
        Some((package, name)) => {
            let mut packages = at.resolver.packages();
            packages.find(|known| known.name() == package).and_then(|known| known.site(Space::Macro, name))
        }
        None => {
            let own = mesh.package(at.package);
            let packages = own.into_iter().chain([at.resolver.project()]);
            packages.filter_map(|package| package.site(Space::Macro, name)).next()
        }
    }
}

/// The macros that a node calls itself as dbt parses it (`depends_on.macros` of its manifest), each once. Those of dbt
/// and of adapters are left out, and what `adapter.dispatch` finds.
pub fn called_by_node(mesh: &Mesh, node: &NodeRef) -> Vec<Site> {
    let by = own(node);
    let parsed = |reach: Reach| matches!(reach, Reach::Always | Reach::Maybe);
    called(mesh, node.file, node.package, |used| used.by == by && parsed(used.call.reach))
}

/// The macros that a macro calls, whether it comes to that or not, as dbt looks for them.
pub fn called_by_macro(mesh: &Mesh, site: Site) -> Vec<Site> {
    let Some(package) = mesh.file(site.file).map(|entry| entry.package) else { return Vec::new() };
    called(mesh, site.file, package, |used| used.by == By::Def(site.item))
}

fn called(mesh: &Mesh, file: FileId, package: PackageId, wanted: impl Fn(&Use) -> bool) -> Vec<Site> {
    let mut out = Vec::new();
    let (Some(resolver), Some(entry)) = (Resolver::new(mesh, package), mesh.file(file)) else { return out };
    let Some(facts) = entry.facts.as_deref() else { return out };
    let at = At { resolver, package, depth: 0 };
    for used in facts.uses.iter().filter(|used| wanted(used)) {
        // Also `ref`, where a project has a macro of that name.
        let name = &used.call.name;
        if inline(entry.kind, facts, name).is_some() {
            continue;
        }
        out.extend(site_of(mesh, &at, name).filter(|site| !out.contains(site)));
    }
    out
}

/// How often macros are followed, each for what it is called with.
const MAX_BODIES: usize = 50_000;
/// The longest text that a macro is followed with, in bytes.
const MAX_GIVEN: usize = 128;

/// What a macro's parameters are, in their order; empty when nothing is known, or nothing matters.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Default)]
struct Given(Box<[Option<SmolStr>]>);

impl Given {
    /// The call with what is known of the parameters in its arguments; `None` when that changes nothing.
    fn bind(&self, def: &Def, used: &Use) -> Option<Use> {
        if self.0.is_empty() || !used.call.args.iter().any(|arg| arg.value.has_param()) {
            return None;
        }
        let given = |name: &str| {
            let at = def.params.iter().position(|param| param.name == name);
            let text = at.and_then(|at| self.0.get(at)?.clone());
            text.map_or(Value::Unknown, |text| Value::Folded(vec![Lit::Str(text)]))
        };
        let mut out = used.clone();
        out.call.args.iter_mut().for_each(|arg| arg.value = arg.value.bound(&given));
        Some(out)
    }
}

/// Where a macro runs.
#[derive(Clone, Copy)]
struct At<'m> {
    resolver: Resolver<'m>,
    /// The package of the node that runs it.
    package: PackageId,
    depth: usize,
}

/// A macro that a file other than a macro file defines for itself.
fn inline(kind: FileKind, facts: &FileFacts, name: &str) -> Option<u32> {
    if kind == FileKind::Macro {
        return None;
    }
    let at = facts.defs.iter().position(|def| def.kind == DefKind::Macro && def.name == name)?;
    Some(at as u32)
}
