//! Growing the arena: opening and closing block collections, and putting nodes where they are awaited.
//! Decides nothing about where a line belongs.

use text::TextRange;

use super::block::{Frame, FrameKind, Parser, Props, Slot};
use super::chars::line_end;
use super::tree::{Data, Link, MERGES, NONE, Role, SIMPLE, Shape, Tag, span};

/// Open block collections at most; deeper lines are read as text.
const MAX_DEPTH: usize = 256;

impl Parser<'_> {
    /// Opens a collection as the awaited value of `parent`.
    pub(super) fn push(
        &mut self,
        parent: usize,
        kind: FrameKind,
        column: usize,
        start: usize,
    ) -> Option<usize> {
        self.close_above(parent);
        if self.frames.len() >= MAX_DEPTH {
            self.error(start, line_end(self.b, start), "nested too deeply");
            return None;
        }
        let shape = if kind == FrameKind::Mapping { Shape::Mapping } else { Shape::Sequence };
        // `end` stays open until the frame closes: see `alias`.
        let node = self.node(Data {
            shape,
            flags: 0,
            tag: Tag::None,
            start: start as u32,
            end: NONE,
            a: NONE,
            b: NONE,
            indent: column as u32,
        });
        self.fill(parent, node);
        self.frames.push(Frame::new(kind, node, column as i32));
        Some(self.frames.len() - 1)
    }

    pub(super) fn close_above(&mut self, keep: usize) {
        while self.frames.len() > keep + 1 {
            let top = self.frames.len() - 1;
            self.close_slot(top);
            let end = self.last_end as u32;
            if let Some(data) = self.tree.nodes.get_mut(self.frames[top].node as usize) {
                data.end = end.max(data.start);
            }
            self.frames.pop();
        }
    }

    /// Gives a frame's last entry the empty value it has when nothing more comes.
    pub(super) fn close_slot(&mut self, at: usize) {
        let frame = self.frames[at];
        match frame.slot {
            Slot::Value if frame.kind == FrameKind::Root => {
                if frame.props.any() {
                    let null = self.null(self.last_end);
                    self.fill(at, null);
                }
            }
            Slot::Value => {
                self.frames[at].last_empty = self.tree.data(frame.node).map_or(NONE, |d| d.b);
                let null = self.null(self.last_end.max(frame.slot_at));
                self.fill(at, null);
            }
            Slot::Key | Slot::Filled => {
                if frame.slot == Slot::Key {
                    let key = self.null(frame.slot_at);
                    self.fill(at, key);
                }
                if self.last_link(at).is_some_and(|link| link.value == NONE) {
                    let null = self.null(self.last_end);
                    self.set_last(at, |link| link.value = null);
                }
            }
        }
    }

    pub(super) fn node(&mut self, data: Data) -> u32 {
        self.tree.nodes.push(data);
        self.tree.nodes.len() as u32 - 1
    }

    pub(super) fn null(&mut self, at: usize) -> u32 {
        let at = at as u32;
        self.node(Data {
            shape: Shape::Null,
            flags: 0,
            tag: Tag::None,
            start: at,
            end: at,
            a: at,
            b: at,
            indent: 0,
        })
    }

    /// Starts an entry (`key` may come later, for `? `) or an item (`key` is [`NONE`]).
    pub(super) fn begin_link(&mut self, at: usize, start: usize, key: u32, slot: Slot) {
        self.close_slot(at);
        let role = if self.is_merge_key(key) { Role::Merge } else { Role::Plain };
        let link = Link { at: start as u32, key, value: NONE, next: NONE, role };
        self.append(self.frames[at].node, link);
        let frame = &mut self.frames[at];
        frame.slot = slot;
        frame.slot_at = self.pos;
        frame.props = Props::default();
        self.last_end = self.pos;
    }

    pub(super) fn append(&mut self, owner: u32, link: Link) {
        let id = self.tree.links.len() as u32;
        let role = link.role;
        self.tree.links.push(link);
        let Some(data) = self.tree.nodes.get_mut(owner as usize) else { return };
        if role == Role::Merge {
            data.flags |= MERGES;
        }
        let last = std::mem::replace(&mut data.b, id);
        if last == NONE {
            data.a = id;
        } else if let Some(last) = self.tree.links.get_mut(last as usize) {
            last.next = id;
        }
    }

    pub(super) fn is_merge_key(&self, key: u32) -> bool {
        self.tree.data(key).is_some_and(|d| {
            d.shape == Shape::Scalar(super::Style::Plain)
                && d.tag == Tag::None
                && self.b.get(d.a as usize..d.b as usize) == Some(b"<<")
        })
    }

    pub(super) fn last_link(&self, at: usize) -> Option<Link> {
        let data = self.tree.data(self.frames[at].node)?;
        self.tree.links.get(data.b as usize).copied()
    }

    pub(super) fn set_last(&mut self, at: usize, change: impl FnOnce(&mut Link)) {
        let Some(data) = self.tree.data(self.frames[at].node) else { return };
        let last = data.b as usize;
        if let Some(link) = self.tree.links.get_mut(last) {
            change(link);
        }
    }

    /// Puts `node` where frame `at` waits, with the properties that wait there.
    pub(super) fn fill(&mut self, at: usize, node: u32) {
        let frame = self.frames[at];
        self.frames[at].slot = Slot::Filled;
        self.frames[at].props = Props::default();
        self.apply(node, frame.props);
        match (frame.kind, frame.slot) {
            (FrameKind::Root, _) => self.frames[0].node = node,
            (_, Slot::Key) => {
                let merge = self.is_merge_key(node);
                self.set_last(at, |link| {
                    link.key = node;
                    if merge {
                        link.role = Role::Merge;
                    }
                });
                if merge && let Some(data) = self.tree.nodes.get_mut(frame.node as usize) {
                    data.flags |= MERGES;
                }
            }
            _ => self.set_last(at, |link| link.value = node),
        }
    }

    pub(super) fn apply(&mut self, node: u32, props: Props) {
        if props.tagged
            && let Some(data) = self.tree.nodes.get_mut(node as usize)
        {
            data.tag = if props.tag == Tag::Bare { Tag::None } else { props.tag };
            if data.shape == Shape::Null && matches!(props.tag, Tag::Str | Tag::Bare) {
                // A tag makes nothing into an empty string.
                data.shape = Shape::Scalar(super::Style::Plain);
                data.tag = Tag::Str;
                data.flags = SIMPLE;
            }
        }
        let Some((from, to)) = props.anchor else { return };
        let name = self.text.get(from as usize..to as usize).unwrap_or_default();
        let before = self.anchors.insert(name, node);
        self.anchor_log.push((name, before));
        if let Some(first) = before.and_then(|id| self.tree.data(id)) {
            let range = span(first.start, first.start.max(first.end.min(self.b.len() as u32)));
            let related: (TextRange, String) = (range, "the first is here".to_owned());
            self.error_with(
                from as usize - 1,
                to as usize,
                &format!("a second anchor `&{name}`"),
                Some(related),
            );
        }
    }

    /// Adds properties to those that wait for the value of frame `at`.
    pub(super) fn await_with(&mut self, at: usize, props: Props) {
        let waiting = self.frames[at].props;
        if (waiting.tagged && props.tagged) || (waiting.anchor.is_some() && props.anchor.is_some()) {
            self.error(
                self.last_end.saturating_sub(1),
                self.last_end,
                "a value can have one anchor and one tag",
            );
        }
        let tagged = waiting.tagged || props.tagged;
        let tag = if props.tagged { props.tag } else { waiting.tag };
        self.frames[at].props = Props { anchor: props.anchor.or(waiting.anchor), tag, tagged };
    }

    pub(super) fn fill_to(&mut self, at: usize, node: u32) {
        if let Some(data) = self.tree.data(node) {
            self.last_end = data.end as usize;
        }
        self.fill(at, node);
    }
}
