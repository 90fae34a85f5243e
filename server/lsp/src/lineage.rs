//! A part of the graph: what lies around one node, so many steps up and down.
//!
//! Knows the graph as plain data; must not know the protocol.

use crate::cli::graph::Graph;
use rustc_hash::FxHashMap;
use std::collections::VecDeque;

/// The whole graph with its edges by node: worked out once for each state of the mesh.
#[derive(Debug, Default)]
pub struct Lineage {
    /// Nodes by unique id, sorted; edges.
    pub graph: Graph,
    by_id: FxHashMap<String, u32>,
    parents: Vec<Vec<u32>>,
    children: Vec<Vec<u32>>,
}

/// Some nodes of the graph, and the edges between them.
#[derive(Debug, PartialEq, Eq)]
pub struct Part {
    /// Indexes into the graph's nodes, nearest to the focus first.
    pub nodes: Vec<u32>,
    /// From the node that is used to the one that uses it; both are in `nodes`.
    pub edges: Vec<(u32, u32)>,
    /// There would have been more nodes than were asked for.
    pub truncated: bool,
}

impl Lineage {
    /// Sorts the edges of a graph by node.
    pub fn new(graph: Graph) -> Lineage {
        let by_id: FxHashMap<String, u32> =
            graph.nodes.iter().zip(0..).map(|(node, at)| (node.unique_id.clone(), at)).collect();
        let mut parents = vec![Vec::new(); graph.nodes.len()];
        let mut children = vec![Vec::new(); graph.nodes.len()];
        for (from, to) in &graph.edges {
            if let (Some(from), Some(to)) = (by_id.get(from), by_id.get(to)) {
                parents[*to as usize].push(*from);
                children[*from as usize].push(*to);
            }
        }
        Lineage { graph, by_id, parents, children }
    }

    /// The index of a node.
    pub fn find(&self, unique_id: &str) -> Option<u32> {
        self.by_id.get(unique_id).copied()
    }

    /// What a node uses.
    pub fn parents(&self, node: u32) -> &[u32] {
        self.parents.get(node as usize).map_or(&[], Vec::as_slice)
    }

    /// What uses a node.
    pub fn children(&self, node: u32) -> &[u32] {
        self.children.get(node as usize).map_or(&[], Vec::as_slice)
    }

    /// What lies at most `up` steps above and `down` steps below a node; at most `max` nodes, nearest first.
    pub fn around(&self, focus: u32, up: u32, down: u32, max: usize) -> Part {
        let mut part = Part { nodes: vec![focus], edges: Vec::new(), truncated: false };
        let mut seen = vec![false; self.graph.nodes.len()];
        if let Some(focus) = seen.get_mut(focus as usize) {
            *focus = true;
        }
        // Two searches at once, so that a long one does not leave the other without room.
        let mut queue = VecDeque::from([(focus, up, true), (focus, down, false)]);
        while let Some((node, steps, upwards)) = queue.pop_front() {
            if steps == 0 {
                continue;
            }
            for next in if upwards { self.parents(node) } else { self.children(node) } {
                if std::mem::replace(&mut seen[*next as usize], true) {
                    continue;
                }
                if part.nodes.len() >= max {
                    part.truncated = true;
                    continue;
                }
                part.nodes.push(*next);
                queue.push_back((*next, steps - 1, upwards));
            }
        }
        let mut inside = vec![false; self.graph.nodes.len()];
        part.nodes.iter().for_each(|node| inside[*node as usize] = true);
        for node in &part.nodes {
            let parents = self.parents(*node).iter().filter(|parent| inside[**parent as usize]);
            part.edges.extend(parents.map(|parent| (*parent, *node)));
        }
        part.edges.sort_unstable();
        part
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::cli::graph::Node;
    use expect_test::{Expect, expect};

    /// A graph of one-letter nodes; `a>b` is an edge.
    fn lineage(edges: &str) -> Lineage {
        let edges: Vec<(String, String)> =
            edges.split(' ').filter_map(|e| e.split_once('>')).map(|(a, b)| (a.into(), b.into())).collect();
        let mut ids: Vec<&String> = edges.iter().flat_map(|(a, b)| [a, b]).collect();
        ids.sort();
        ids.dedup();
        let nodes = ids.into_iter().map(|id| Node { unique_id: id.clone(), ..Node::default() }).collect();
        Lineage::new(Graph { nodes, edges })
    }

    fn check(focus: &str, up: u32, down: u32, max: usize, expected: Expect) {
        let of = lineage("a>b b>c c>d d>e b>x x>d y>d d>a");
        let part = of.around(of.find(focus).unwrap(), up, down, max);
        let id = |at: &u32| of.graph.nodes[*at as usize].unique_id.as_str();
        let nodes: Vec<&str> = part.nodes.iter().map(id).collect();
        let edges: Vec<String> = part.edges.iter().map(|(a, b)| format!("{}>{}", id(a), id(b))).collect();
        let more = if part.truncated { " …" } else { "" };
        expected.assert_eq(&format!("{}{more} | {}", nodes.join(" "), edges.join(" ")));
    }

    #[test]
    fn a_part_is_what_lies_so_many_steps_around_even_in_a_circle() {
        check("c", 1, 1, 99, expect!["c b d | b>c c>d"]);
        check("c", 0, 2, 99, expect!["c d e a | c>d d>a d>e"]);
        check("c", 9, 9, 99, expect!["c b d a e | a>b b>c c>d d>a d>e"]);
        check("c", 9, 9, 3, expect!["c b d … | b>c c>d"]);
        check("y", 5, 0, 99, expect!["y | "]);
    }
}
