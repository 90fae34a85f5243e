//! A place for a key or an item whose column fits nowhere. The error is said once; what was meant is taken
//! from the nearest collection of the right kind, so that the lines around it stay where they were.

use super::block::{Frame, FrameKind, Own, Parser, Slot, Want};
use super::chars::{break_len, dash, line_end, looks_structured, skip_blanks, trim_end};
use super::tree::{Link, NONE, Role, Shape};

/// How many frames right of the line are looked at.
const REACH: usize = 16;
/// How many lines below are looked at.
const LOOKAHEAD: usize = 200;

impl Parser<'_> {
    /// The frame for a line at `column` that no frame expects. `None` when nesting is too deep.
    pub(super) fn recover(&mut self, column: usize, want: Want, start: usize) -> Option<usize> {
        if let Some(own) = self.own.take().filter(|own| own.frame + 1 == self.frames.len())
            && column as i32 > self.frames[own.frame].indent
        {
            return self.after_own(own, column, want, start);
        }
        let at = self.frame_for(column);
        let frame = self.frames[at];
        let end = trim_end(self.b, start, line_end(self.b, start));
        let message = match (want, frame.kind) {
            (Want::Item, FrameKind::Mapping) if frame.indent == column as i32 => {
                "a list item among the keys of a mapping"
            }
            (Want::Entry, FrameKind::Sequence) if frame.indent == column as i32 => {
                "a key among the items of a list: start it with `- ` or indent it"
            }
            (_, FrameKind::Root) if frame.slot == Slot::Filled && self.frames.len() == 1 => {
                "the document has ended before this"
            }
            _ => "the indentation fits no line above",
        };
        // Damage at the top of the file has been reported; what follows is the content.
        let told = frame.kind == FrameKind::Root && !self.tree.errors.is_empty();
        if !told {
            self.error(start, end, message);
        }
        let kind = want.kind();
        if frame.indent == column as i32
            && let Some(found) = self.recover_beside(at, column, want, start)
        {
            return Some(found);
        }

        let right = (at + 1..self.frames.len()).take(REACH).find(|&i| self.frames[i].kind == kind);
        if let Some(found) = right.or((frame.kind == kind).then_some(at)) {
            self.close_above(found);
            self.frames[found].alt = Some(column as i32);
            return Some(found);
        }
        self.close_above(at);
        match frame.kind {
            FrameKind::Mapping => {
                let value = self.last_link(at)?.value;
                let empty = self.tree.data(value).is_some_and(|d| d.shape == Shape::Null);
                if !(empty && column as i32 > frame.indent) {
                    self.close_slot(at);
                    let key = self.last_link(at)?.key;
                    let link = Link { at: start as u32, key, value: NONE, next: NONE, role: Role::Stray };
                    self.append(frame.node, link);
                }
                self.frames[at].slot = Slot::Value;
                let pushed = self.push(at, kind, column, start)?;
                self.frames[pushed].indentless = column as i32 == frame.indent;
                Some(pushed)
            }
            FrameKind::Sequence => {
                let pos = std::mem::replace(&mut self.pos, start);
                self.begin_link(at, start, NONE, Slot::Value);
                self.pos = pos;
                // Right of the dashes, or the next dash at this column would miss its list.
                let indent = column.max(frame.indent as usize + 1);
                let pushed = self.push(at, kind, indent, start)?;
                self.frames[pushed].alt = Some(column as i32);
                Some(pushed)
            }
            FrameKind::Root => {
                self.frames[at].slot = Slot::Value;
                self.push(at, kind, column, start)
            }
        }
    }

    /// An item at the very column of a mapping, or a key at that of a list: the one stray line may be this one or
    /// those before it. What comes next at this column tells.
    fn recover_beside(&mut self, at: usize, column: usize, want: Want, start: usize) -> Option<usize> {
        let frame = self.frames[at];
        if want == Want::Item && frame.last_list != NONE {
            return self.reopen(at, frame.last_list);
        }
        if want == Want::Item
            && let Some(empty) = self.tree.links.get(frame.last_empty as usize)
            && self.tree.data(frame.node).is_some_and(|d| d.b == empty.next)
        {
            // The list of the key before last, which the last key came between.
            return self.fill_earlier(at, frame.last_empty, column, start);
        }
        let holder = at.checked_sub(1)?;
        let next = self.next_is_item(column);
        let structured = want == Want::Entry || looks_structured(self.b, skip_blanks(self.b, self.pos + 1));
        let goes_on = next.map_or(structured, |item| item == (want == Want::Item));
        if !goes_on {
            return None;
        }
        match self.frames[holder].kind {
            FrameKind::Mapping => {
                // Written under one key, the later value wins.
                let Link { key, value, .. } = self.last_link(holder)?;
                if value != frame.node {
                    return None;
                }
                self.close_above(holder);
                let link = Link { at: start as u32, key, value: NONE, next: NONE, role: Role::Again };
                self.append(self.frames[holder].node, link);
            }
            FrameKind::Root => {
                let only_text = self.links_of(frame.node).all(|link| {
                    self.tree
                        .data(link.value)
                        .is_none_or(|d| matches!(d.shape, Shape::Null | Shape::Scalar(_)))
                });
                if !only_text || frame.kind != FrameKind::Sequence {
                    return None;
                }
                self.close_above(holder);
            }
            FrameKind::Sequence => return None,
        }
        self.frames[holder].slot = Slot::Value;
        self.push(holder, want.kind(), column, start)
    }

    fn fill_earlier(&mut self, at: usize, link: u32, column: usize, start: usize) -> Option<usize> {
        self.close_above(at);
        // Filled nowhere by `push`: the entry is not the last one.
        let last = self.last_link(at)?.value;
        let pushed = self.push(at, FrameKind::Sequence, column, start)?;
        let list = self.frames[pushed].node;
        self.set_last(at, |link| link.value = last);
        self.tree.links.get_mut(link as usize)?.value = list;
        self.frames[at].last_list = list;
        self.frames[pushed].indentless = true;
        Some(pushed)
    }

    fn links_of(&self, node: u32) -> impl Iterator<Item = &Link> {
        let first = self.tree.data(node).map_or(NONE, |d| d.a);
        let links = &self.tree.links;
        std::iter::successors(links.get(first as usize), |link| links.get(link.next as usize))
    }

    /// Goes on with the list at the keys' own column that a stray key has interrupted.
    fn reopen(&mut self, at: usize, list: u32) -> Option<usize> {
        self.close_above(at);
        let indent = self.frames[at].indent;
        self.tree.nodes.get_mut(list as usize)?.end = NONE;
        let mut frame = Frame::new(FrameKind::Sequence, list, indent);
        frame.indentless = true;
        self.frames.push(frame);
        Some(self.frames.len() - 1)
    }

    /// Whether the next line at `column` is an item; `None` if the block ends before one.
    fn next_is_item(&mut self, column: usize) -> Option<bool> {
        let mut line = line_end(self.b, self.pos);
        for _ in 0..LOOKAHEAD {
            line += break_len(self.b, line);
            let token = skip_blanks(self.b, line);
            let end = line_end(self.b, token);
            let used = end - line + 1;
            if token >= self.b.len() || self.budget < used {
                return None;
            }
            self.budget -= used;
            let blank = token == end || self.b[token] == b'#';
            if !blank && token - line <= column {
                return (token - line == column).then(|| dash(self.b, token));
            }
            line = end;
        }
        None
    }

    /// The line before was a bare word where a key or item could have stood, and this one goes with it.
    fn after_own(&mut self, own: Own, column: usize, want: Want, start: usize) -> Option<usize> {
        if let Some(word) = self.tree.data(own.node).copied() {
            let end = line_end(self.b, word.start as usize).min(word.end as usize);
            // Told about the word, once, on the word's own line.
            let line = std::mem::replace(&mut self.line, word.start as usize);
            self.error(
                word.start as usize,
                end,
                "this is no `key:` and no `- item`, though the next line needs one",
            );
            self.line = line;
            self.error_line = Some(line);
        }
        let parent = self.frames[own.frame];
        if want == Want::Item && parent.kind == FrameKind::Sequence {
            self.frames[own.frame].alt = Some(column as i32);
            return Some(own.frame);
        }
        self.frames[own.frame].slot = Slot::Value;
        let mut at = own.frame;
        if column > own.column {
            // The word was a key and this is its value.
            let word = self.tree.data(own.node).map_or((0, 0), |d| (d.start as usize, d.end as usize));
            at = self.push(at, FrameKind::Mapping, own.column, word.0)?;
            let pos = std::mem::replace(&mut self.pos, word.1);
            self.begin_link(at, word.0, own.node, Slot::Value);
            self.pos = pos;
        }
        self.push(at, want.kind(), column, start)
    }
}
