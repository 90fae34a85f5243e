//! Ways down the tree: to an offset, or to the collection that a column belongs to.

use super::super::tree::{FLOW, Link, NONE, Shape, Tree};

/// One step on the way down.
#[derive(Debug, Clone)]
pub(super) struct Hop {
    /// The collection it is taken in; [`NONE`] while there is none.
    pub container: u32,
    /// Where the entry or item starts.
    pub at: usize,
    /// Its position among its siblings.
    pub index: usize,
    /// In a sequence.
    pub item: bool,
    /// The key's node, or…
    pub key_node: u32,
    /// …its bytes, when the tree has no such key.
    pub key: Option<(usize, usize)>,
}

pub(super) struct Locator<'t> {
    pub tree: &'t Tree,
    pub text: &'t str,
}

impl<'t> Locator<'t> {
    pub(super) fn links(&self, container: u32) -> impl Iterator<Item = &'t Link> + use<'t> {
        let tree = self.tree;
        let first = tree
            .data(container)
            .filter(|d| matches!(d.shape, Shape::Mapping | Shape::Sequence))
            .map_or(NONE, |d| d.a);
        std::iter::successors(tree.links.get(first as usize), |link| tree.links.get(link.next as usize))
    }

    pub(super) fn hop(&self, container: u32, index: usize, link: &Link) -> Hop {
        let item = self.tree.data(container).is_some_and(|d| d.shape == Shape::Sequence);
        Hop { container, at: link.at as usize, index, item, key_node: link.key, key: None }
    }

    pub(super) fn items_before(&self, container: u32, offset: usize) -> usize {
        self.links(container).filter(|link| (link.at as usize) < offset).count()
    }

    fn is_block(&self, id: u32) -> bool {
        self.tree
            .data(id)
            .is_some_and(|d| matches!(d.shape, Shape::Mapping | Shape::Sequence) && d.flags & FLOW == 0)
    }

    /// The last entry that starts at or before `offset`, and so on into its value. Gives the way, and the leaf
    /// it ends at; no leaf when `offset` is in a key, before the value, or in no entry.
    pub(super) fn by_offset(&self, offset: usize) -> (Vec<Hop>, Option<u32>) {
        let mut hops = Vec::new();
        let Some(mut at) = self.tree.root else { return (hops, None) };
        while self.is_block(at) {
            let Some((index, link)) =
                self.links(at).enumerate().take_while(|(_, link)| link.at as usize <= offset).last()
            else {
                return (hops, None);
            };
            hops.push(self.hop(at, index, link));
            let in_key = self
                .tree
                .data(link.key)
                .is_some_and(|key| key.start >= link.at && offset <= key.end as usize);
            let Some(value) = self.tree.data(link.value).filter(|_| !in_key) else { return (hops, None) };
            if value.start as usize > offset {
                return (hops, None);
            }
            at = link.value;
        }
        (hops, Some(at))
    }

    /// The block collection that a line at `column` would join, reading only what starts before `line`; `None`
    /// when it would open one under the last step. `dash`: the line is a `- item`.
    pub(super) fn by_column(&self, column: usize, line: usize, dash: bool) -> (Vec<Hop>, Option<u32>) {
        let mut hops = Vec::new();
        let Some(mut at) = self.tree.root else { return (hops, None) };
        loop {
            if !self.is_block(at) {
                return (hops, None);
            }
            let Some(data) = self.tree.data(at) else { return (hops, None) };
            let indent = data.indent as usize;
            let last = self.links(at).enumerate().take_while(|(_, link)| (link.at as usize) < line).last();
            let Some((index, link)) = last else { return (hops, Some(at)) };
            let value = self.tree.data(link.value);
            let empty = value.is_none_or(|d| d.shape == Shape::Null);
            if column <= indent {
                if column == indent && dash && data.shape == Shape::Mapping {
                    let list = value
                        .is_some_and(|d| d.shape == Shape::Sequence && d.indent as usize == column)
                        && self.is_block(link.value);
                    if list || empty {
                        hops.push(self.hop(at, index, link));
                        return (hops, list.then_some(link.value));
                    }
                }
                return (hops, Some(at));
            }
            if self.is_block(link.value) {
                hops.push(self.hop(at, index, link));
                at = link.value;
                continue;
            }
            let own_line = value.is_some_and(|d| {
                matches!(d.shape, Shape::Scalar(_))
                    && self
                        .text
                        .get(link.at as usize..d.start as usize)
                        .is_some_and(|between| between.contains(['\n', '\r']))
            });
            if empty || own_line || data.shape == Shape::Sequence {
                hops.push(self.hop(at, index, link));
                return (hops, None);
            }
            return (hops, Some(at));
        }
    }
}
