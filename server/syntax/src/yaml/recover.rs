//! A place for a key or an item whose column fits nowhere. The error is said once; what was meant is taken
//! from the nearest collection of the right kind, so that the lines around it stay where they were.

use super::block::{FrameKind, Own, Parser, Slot, Want};
use super::chars::{line_end, trim_end};
use super::tree::{Link, NONE, Role, Shape};

/// How many frames right of the line are looked at.
const REACH: usize = 16;

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
        self.error(start, end, message);
        let kind = want.kind();

        let right = (at + 1..self.frames.len()).take(REACH).find(|&i| self.frames[i].kind == kind);
        if let Some(found) = right.or((frame.kind == kind).then_some(at)) {
            self.close_above(found);
            self.frames[found].alt = Some(column as i32);
            return Some(found);
        }
        self.close_above(at);
        match frame.kind {
            FrameKind::Mapping => {
                let last = self.last_link(at)?;
                let empty = self.tree.data(last.value).is_none_or(|d| d.shape == Shape::Null);
                if !(empty && column as i32 > frame.indent) {
                    let link = Link { key: last.key, value: NONE, next: NONE, role: Role::Stray };
                    self.append(frame.node, link);
                }
                self.frames[at].slot = Slot::Value;
                self.push(at, kind, column, start)
            }
            FrameKind::Sequence => {
                let pos = std::mem::replace(&mut self.pos, start);
                self.begin_link(at, NONE, Slot::Value);
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
            self.begin_link(at, own.node, Slot::Value);
            self.pos = pos;
        }
        self.push(at, want.kind(), column, start)
    }
}
