//! Which nodes of the mesh are made of each other: one walk over the references, kept while no edge changes.
//!
//! Each rule would otherwise walk all ancestors of its own file, which adds up to the square of a project. The walk
//! goes only as far as somebody asks: the ancestors of one file for an editor, the whole mesh for a check of it.

use std::collections::VecDeque;
use std::sync::{Arc, Mutex};

use project::Mesh;
use project::graph::{Key, parents_of};
use project::node::Target;
use project::upstream::Manifest;
use rustc_hash::{FxHashMap, FxHashSet};
use smol_str::SmolStr;

use crate::{Analysis, Cancellable};

/// The circles of one state of all edges, as far as they were asked for. A clone starts anew, since what is cloned
/// may be changed.
#[derive(Debug, Default)]
pub struct Cycles(Arc<Mutex<Walk>>);

impl Clone for Cycles {
    fn clone(&self) -> Cycles {
        Cycles::default()
    }
}

/// The circle that each node in one belongs to. Two nodes of one circle are built from each other; a node that only
/// refers to itself is in none.
pub(super) type Circles = FxHashMap<Key, u32>;

impl Cycles {
    /// The same circles, for another view of the same edges.
    pub fn shared(&self) -> Cycles {
        Cycles(Arc::clone(&self.0))
    }

    /// All circles that `nodes` are in, and maybe more; `None` when they are in none.
    pub(super) fn around(analysis: &Analysis, nodes: &[Target]) -> Cancellable<Option<Circles>> {
        let mut walk = analysis.cycles.0.lock().unwrap_or_else(|poisoned| {
            // A panic left it halfway.
            let mut walk = poisoned.into_inner();
            *walk = Walk::default();
            walk
        });
        for node in nodes {
            if walk.ids.contains_key(&node.key()) {
                continue;
            }
            if let Err(cancelled) = walk.from(analysis, node) {
                // What was walked halfway is not closed.
                *walk = Walk::default();
                return Err(cancelled);
            }
        }
        let is_in = nodes.iter().any(|node| walk.circles.contains_key(&node.key()));
        Ok(is_in.then(|| walk.circles.clone()))
    }
}

/// Tarjan's strongly connected components, without recursion. Between two starts nothing is open.
#[derive(Debug, Default)]
struct Walk {
    ids: FxHashMap<Key, u32>,
    /// By id: the lowest number reachable.
    low: Vec<u32>,
    /// By id: still on `stack`.
    open: Vec<bool>,
    stack: Vec<Key>,
    circles: Circles,
    next_circle: u32,
    /// Manifests by address: whether their nodes can lead back to a live project.
    leads_back: FxHashMap<usize, bool>,
}

struct Frame {
    id: u32,
    parents: std::vec::IntoIter<Target>,
}

impl Walk {
    fn from(&mut self, analysis: &Analysis, start: &Target) -> Cancellable<()> {
        let mesh = &analysis.mesh;
        let mut frames = vec![self.enter(mesh, start)];
        let mut steps = 0u32;
        while let Some(frame) = frames.last_mut() {
            steps += 1;
            if steps.is_multiple_of(64) {
                analysis.check()?;
            }
            let id = frame.id;
            let Some(parent) = frame.parents.next() else {
                frames.pop();
                self.leave(id);
                if let Some(below) = frames.last() {
                    let below = below.id as usize;
                    self.low[below] = self.low[below].min(self.low[id as usize]);
                }
                continue;
            };
            match self.ids.get(&parent.key()).copied() {
                Some(seen) if self.open[seen as usize] => {
                    self.low[id as usize] = self.low[id as usize].min(seen);
                }
                Some(_) => {}
                None => {
                    let next = self.enter(mesh, &parent);
                    frames.push(next);
                }
            }
        }
        Ok(())
    }

    fn enter(&mut self, mesh: &Mesh, target: &Target) -> Frame {
        let id = self.low.len() as u32;
        let key = target.key();
        self.ids.insert(key.clone(), id);
        self.low.push(id);
        self.open.push(true);
        self.stack.push(key);
        let parents = if self.is_followed(mesh, target) { parents_of(mesh, target) } else { Vec::new() };
        Frame { id, parents: parents.into_iter() }
    }

    /// Closes a node; when it is the lowest of its component, that component is complete.
    fn leave(&mut self, id: u32) {
        if self.low[id as usize] != id {
            return;
        }
        let mut members = Vec::new();
        while let Some(key) = self.stack.pop() {
            let member = self.ids.get(&key).copied().unwrap_or(id);
            self.open[member as usize] = false;
            members.push(key);
            if member == id {
                break;
            }
        }
        if members.len() > 1 {
            let circle = self.next_circle;
            self.next_circle += 1;
            self.circles.extend(members.into_iter().map(|key| (key, circle)));
        }
    }

    /// The nodes of a manifest matter only if they can lead back to a live project.
    fn is_followed(&mut self, mesh: &Mesh, target: &Target) -> bool {
        let Target::Upstream { manifest, .. } = target else { return true };
        let address = Arc::as_ptr(manifest).addr();
        *self.leads_back.entry(address).or_insert_with(|| names_live_project(mesh, manifest))
    }
}

fn names_live_project(mesh: &Mesh, manifest: &Manifest) -> bool {
    let live: FxHashSet<&str> = mesh.projects().map(|project| project.name()).collect();
    // A publication lists no nodes of others, and may still name them.
    manifest.dependencies.iter().any(|name| live.contains(name.as_str()))
        || manifest.packages().any(|name| live.contains(name))
        || manifest.nodes().any(|node| node.depends_on().any(|id| live.contains(package_of(id))))
}

fn package_of(unique_id: &str) -> &str {
    unique_id.split('.').nth(1).unwrap_or_default()
}

/// The shortest way from `start` to `goal` through nodes of one circle, both ends included.
pub(super) fn path(mesh: &Mesh, circles: &Circles, start: &Target, goal: &Target) -> Vec<Target> {
    let circle = circles.get(&goal.key());
    let mut came_from: FxHashMap<Key, Option<Target>> = FxHashMap::default();
    came_from.insert(start.key(), None);
    let mut open = VecDeque::from([start.clone()]);
    while let Some(target) = open.pop_front() {
        if target == *goal {
            let mut way = vec![target];
            while let Some(Some(before)) = way.last().and_then(|last| came_from.get(&last.key())) {
                way.push(before.clone());
            }
            way.reverse();
            return way;
        }
        for parent in parents_of(mesh, &target) {
            let key = parent.key();
            if circles.get(&key) == circle && !came_from.contains_key(&key) {
                came_from.insert(key, Some(target.clone()));
                open.push_back(parent);
            }
        }
    }
    Vec::new()
}

/// `platform.orders` or `platform.orders.v2`.
pub(super) fn shown(mesh: &Mesh, target: &Target) -> SmolStr {
    let unique_id: SmolStr = match target {
        Target::Local(node) => mesh.unique_id(node),
        Target::Upstream { manifest, node, .. } => {
            manifest.node_at(*node).map(|node| node.unique_id().into()).unwrap_or_default()
        }
    };
    unique_id.split_once('.').map_or(unique_id.clone(), |(_, rest)| rest.into())
}
