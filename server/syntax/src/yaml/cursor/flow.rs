//! The cursor inside `[…]` and `{…}`.

use super::super::tree::{FLOW, Link, NONE, Shape, UNCLOSED};
use super::locate::Hop;
use super::{Context, YamlSite};

impl<'t> Context<'t> {
    /// The cursor is inside the flow collection `at`, which the last of `hops` leads to.
    pub(super) fn in_flow(&self, mut hops: Vec<Hop>, mut at: u32) -> YamlSite<'t> {
        loop {
            let Some(data) = self.data(at) else { return self.empty_value(&hops, None) };
            let map = data.shape == Shape::Mapping;
            let last = self
                .locator
                .links(at)
                .enumerate()
                .take_while(|(_, link)| (link.at as usize) <= self.offset)
                .last();
            let Some((index, link)) = last else { return self.flow_gap(hops, at, 0, map) };
            let hop = self.locator.hop(at, index, link);
            let touches = |id: u32| {
                self.data(id).is_some_and(|d| {
                    d.shape != Shape::Null
                        && d.start as usize <= self.offset
                        && (self.offset <= d.end as usize || d.flags & UNCLOSED != 0)
                })
            };
            if map && touches(link.key) {
                let has_colon = self.colon_after(link);
                return self.key(&hops, at, link.key, has_colon, false);
            }
            if !touches(link.value) {
                return self.flow_after(hops, hop, at, link, map);
            }
            hops.push(hop);
            let value = link.value;
            let Some(data) = self.data(value) else { return self.empty_value(&hops, None) };
            let collection = matches!(data.shape, Shape::Mapping | Shape::Sequence) && data.flags & FLOW != 0;
            // The mapping of a single pair in a list has no brackets to be inside of.
            let bracket = matches!(self.b.get(data.start as usize), Some(b'{' | b'['));
            let inside = !bracket
                || (self.offset > data.start as usize
                    && (self.offset < data.end as usize || data.flags & UNCLOSED != 0));
            if collection && inside {
                at = value;
                continue;
            }
            return self.value(hops, value);
        }
    }

    fn colon_after(&self, link: &Link) -> bool {
        let end = self.data(link.key).map_or(0, |d| d.end as usize);
        let next = self.b[end..].iter().position(|c| !c.is_ascii_whitespace());
        next.is_some_and(|i| self.b[end + i] == b':')
    }

    /// Behind the entry `link`: in its missing value, or at the next entry.
    fn flow_after(&self, mut hops: Vec<Hop>, hop: Hop, at: u32, link: &Link, map: bool) -> YamlSite<'t> {
        let end = |id: u32| self.data(id).map_or(0, |d| if d.end == NONE { 0 } else { d.end as usize });
        let value = self.data(link.value).filter(|d| d.shape != Shape::Null);
        let from = end(link.key).max(value.map_or(0, |d| d.end as usize)).max(link.at as usize);
        let between = self.slice(from, self.offset);
        if between.contains(',') {
            return self.flow_gap(hops, at, hop.index + 1, map);
        }
        if map && value.is_none() && between.contains(':') {
            hops.push(hop);
            return self.empty_value(&hops, Some(at));
        }
        if map && value.is_none() {
            return self.key(&hops, at, link.key, false, false);
        }
        hops.push(hop);
        self.value(hops, link.value)
    }

    /// Where a new entry or item would start.
    fn flow_gap(&self, mut hops: Vec<Hop>, at: u32, index: usize, map: bool) -> YamlSite<'t> {
        if map {
            return self.empty_key(&hops, Some(at), false);
        }
        hops.push(Hop { container: at, at: self.offset, index, item: true, key_node: NONE, key: None });
        self.empty_value(&hops, Some(at))
    }
}
