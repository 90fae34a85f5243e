//! Flow collections, `[a, b]` and `{a: b}`, over as many lines as they take.
//!
//! Read twice at most: first strictly by libyaml's rules, which let them run over any line; if that fails,
//! tolerantly, up to the first line that must belong to the block outside.

use super::block::{MAX_KEY, Parser, Props, reserved};
use super::chars::{
    self, at_line_end, blank_or_end, break_len, dash, document_marker, is_blank, looks_structured,
    skip_blanks,
};
use super::scalar::Style;
use super::tree::{Data, FLOW, Link, MERGES, NONE, Role, SIMPLE, Shape, Tag, UNCLOSED};

/// Collections inside each other at most.
const MAX_DEPTH: usize = 128;

/// The strict reading has failed.
struct Failed;

/// What an open collection waits for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum At {
    /// An item or key, or the end.
    Start,
    /// The key of `? `.
    Key,
    /// A colon or comma after a key; `implicit` keys must be short and on the colon's line.
    AfterKey { implicit: bool },
    /// A value after a colon.
    Value,
    /// A comma.
    After,
}

#[derive(Debug, Clone, Copy)]
struct Open {
    node: u32,
    map: bool,
    at: At,
    /// In a sequence: the mapping of the single pair `a: b` being read.
    pair: u32,
    /// Where the last key or item began, and its line.
    from: usize,
    line: usize,
}

struct Mark {
    pos: usize,
    line: usize,
    last_end: usize,
    nodes: usize,
    links: usize,
    comments: usize,
    aliases: usize,
    errors: usize,
    error_line: Option<usize>,
    anchors: usize,
}

struct Flow {
    stack: Vec<Open>,
    /// Column of the block around it.
    indent: i32,
    strict: bool,
    /// An error was reported already.
    told: bool,
    start: usize,
    props: Props,
    /// Where the node being read began, properties included, and its line.
    from: usize,
    line: usize,
}

impl Parser<'_> {
    /// The flow collection at `pos`, in a block at column `indent`. Its properties come first: an alias inside may
    /// name it.
    pub(super) fn flow(&mut self, indent: i32, props: Props) -> u32 {
        let mark = self.mark();
        let start = self.pos;
        if self.budget > 0 {
            if let Ok(node) = self.flow_pass(indent, props, true) {
                return node;
            }
            self.budget = self.budget.saturating_sub(self.pos - start);
            self.reset(&mark);
        }
        match self.flow_pass(indent, props, false) {
            Ok(node) => node,
            Err(Failed) => self.null(start),
        }
    }

    fn mark(&self) -> Mark {
        Mark {
            pos: self.pos,
            line: self.line,
            last_end: self.last_end,
            nodes: self.tree.nodes.len(),
            links: self.tree.links.len(),
            comments: self.tree.comments.len(),
            aliases: self.tree.aliases.len(),
            errors: self.tree.errors.len(),
            error_line: self.error_line,
            anchors: self.anchor_log.len(),
        }
    }

    fn reset(&mut self, mark: &Mark) {
        (self.pos, self.line, self.last_end) = (mark.pos, mark.line, mark.last_end);
        self.tree.nodes.truncate(mark.nodes);
        self.tree.links.truncate(mark.links);
        self.tree.comments.truncate(mark.comments);
        self.tree.aliases.truncate(mark.aliases);
        self.tree.errors.truncate(mark.errors);
        self.error_line = mark.error_line;
        for (name, before) in self.anchor_log.drain(mark.anchors..).rev() {
            match before {
                Some(id) => self.anchors.insert(name, id),
                None => self.anchors.remove(name),
            };
        }
    }

    fn flow_pass(&mut self, indent: i32, props: Props, strict: bool) -> Result<u32, Failed> {
        let mut flow = Flow {
            stack: Vec::new(),
            indent,
            strict,
            told: false,
            start: self.pos,
            props,
            from: self.pos,
            line: self.line,
        };
        let root = self.flow_open(&mut flow)?;
        while !flow.stack.is_empty() {
            if self.flow_blanks(&flow) {
                self.flow_token(&mut flow)?;
            } else {
                self.flow_unclosed(&mut flow)?;
            }
        }
        Ok(root)
    }

    /// An error of structure: the end of the strict reading, one message in the tolerant one.
    fn flow_error(&mut self, flow: &mut Flow, start: usize, end: usize, message: &str) -> Result<(), Failed> {
        if flow.strict {
            return Err(Failed);
        }
        if !flow.told {
            flow.told = true;
            self.error(start, end, message);
        }
        Ok(())
    }

    /// Blanks, comments and line ends. False when the text or, at the end of this line, the
    /// collection must end.
    fn flow_blanks(&mut self, flow: &Flow) -> bool {
        loop {
            self.pos = skip_blanks(self.b, self.pos);
            let Some(&byte) = self.b.get(self.pos) else { return false };
            if byte == b'#' {
                self.comment();
                continue;
            }
            match break_len(self.b, self.pos) {
                0 => return true,
                n => {
                    let next = self.pos + n;
                    if self.flow_ends_before(flow, next) {
                        return false;
                    }
                    self.pos = next;
                    self.line = next;
                }
            }
        }
    }

    /// Whether the line at `line` cannot be inside: for libyaml only a document marker or a directive; after
    /// an error also a line that belongs to the block around.
    fn flow_ends_before(&self, flow: &Flow, line: usize) -> bool {
        let b = self.b;
        if document_marker(b, line) || b.get(line) == Some(&b'%') {
            return true;
        }
        if flow.strict {
            return false;
        }
        let at = skip_blanks(b, line);
        let Some(&byte) = b.get(at) else { return false };
        if at_line_end(b, at) || byte == b'#' || matches!(byte, b']' | b'}' | b',') {
            return false;
        }
        let column = (at - line) as i32;
        let quoted = matches!(byte, b'"' | b'\'');
        dash(b, at)
            || column <= flow.indent
            || (flow.indent < 0 && column == 0 && !quoted && looks_structured(b, at))
    }

    /// Opens the collection at `pos`.
    fn flow_open(&mut self, flow: &mut Flow) -> Result<u32, Failed> {
        let start = self.pos;
        let map = self.b[start] == b'{';
        let node = self.node(Data {
            shape: if map { Shape::Mapping } else { Shape::Sequence },
            flags: FLOW,
            tag: Tag::None,
            start: start as u32,
            end: NONE,
            a: NONE,
            b: NONE,
            indent: 0,
        });
        self.flow_node(flow, node)?;
        flow.stack.push(Open { node, map, at: At::Start, pair: NONE, from: start, line: self.line });
        self.pos += 1;
        self.last_end = self.pos;
        Ok(node)
    }

    fn flow_token(&mut self, flow: &mut Flow) -> Result<(), Failed> {
        let at = self.pos;
        let Some(open) = flow.stack.last().copied() else { return Ok(()) };
        let byte = self.b[at];
        let next_blank = blank_or_end(self.b, at + 1);
        if !flow.props.any() {
            (flow.from, flow.line) = (at, self.line);
        }
        if flow.props.any() && matches!(byte, b',' | b']' | b'}' | b':') {
            let null = self.null(self.last_end);
            return self.flow_node(flow, null);
        }
        if open.at == At::Key && open.pair != NONE && matches!(byte, b',' | b']' | b':') {
            // libyaml loses its place here.
            self.flow_error(flow, at, at + 1, "no key after this list's `?`")?;
        }
        match byte {
            b']' | b'}' => {
                if (byte == b'}') != open.map {
                    let message = if open.map {
                        "a `}` is missing before this `]`"
                    } else {
                        "a `]` is missing before this `}`"
                    };
                    self.flow_error(flow, at, at + 1, message)?;
                    let known = flow.stack.iter().any(|o| o.map == (byte == b'}'));
                    if !known {
                        self.pos += 1;
                        return Ok(());
                    }
                    while flow.stack.last().is_some_and(|o| o.map != (byte == b'}')) {
                        self.flow_close(flow, UNCLOSED);
                    }
                }
                self.flow_close(flow, 0);
                Ok(())
            }
            b',' => {
                self.pos += 1;
                if open.at == At::Start {
                    return self.flow_error(flow, at, at + 1, "nothing before this `,`");
                }
                self.flow_end_entry(flow);
                self.last_end = self.pos;
                Ok(())
            }
            b':' => self.flow_colon(flow, open),
            b'?' => {
                self.pos += 1;
                if open.at != At::Start {
                    return self.flow_error(flow, at, at + 1, "a `,` is missing before this");
                }
                if open.map {
                    self.append(
                        open.node,
                        Link { at: at as u32, key: NONE, value: NONE, next: NONE, role: Role::Plain },
                    );
                } else {
                    self.flow_pair(flow, NONE, at);
                }
                self.last_end = self.pos;
                if let Some(open) = flow.stack.last_mut() {
                    open.at = At::Key;
                }
                Ok(())
            }
            b'&' | b'!' => {
                let props = self.props(true);
                let waiting = std::mem::take(&mut flow.props);
                flow.props = Props {
                    anchor: props.anchor.or(waiting.anchor),
                    tag: if props.tagged { props.tag } else { waiting.tag },
                    tagged: props.tagged || waiting.tagged,
                };
                if (waiting.tagged && props.tagged) || (waiting.anchor.is_some() && props.anchor.is_some()) {
                    return self.flow_error(flow, at, self.pos, "a value can have one anchor and one tag");
                }
                Ok(())
            }
            b'*' => {
                if flow.props.any() {
                    self.flow_error(flow, at, at + 1, "an alias cannot have an anchor or a tag")?;
                }
                let node = self.alias();
                self.flow_node(flow, node)
            }
            b'"' | b'\'' => {
                let node = self.quoted(flow.indent, true);
                let open = self.tree.data(node).is_some_and(|d| d.flags & UNCLOSED != 0);
                if open && flow.strict {
                    return Err(Failed);
                }
                flow.told |= open;
                self.flow_node(flow, node)
            }
            b'{' if matches!(self.b.get(at + 1), Some(b'{' | b'%')) => {
                let node = self.jinja(flow.indent, true);
                self.flow_node(flow, node)
            }
            b'[' | b'{' => {
                if flow.stack.len() >= MAX_DEPTH {
                    self.pos += 1;
                    return self.flow_error(flow, at, at + 1, "nested too deeply");
                }
                self.flow_open(flow).map(|_| ())
            }
            b'-' if next_blank => {
                self.pos += 1;
                self.flow_error(flow, at, at + 1, "no `- ` items inside brackets: separate with `,`")
            }
            _ => {
                if let Some(message) = reserved(byte).or((byte == b'|' || byte == b'>')
                    .then_some("no block text inside brackets: put it in quotes"))
                {
                    self.flow_error(flow, at, at + 1, message)?;
                }
                let node = self.flow_plain(flow)?;
                self.flow_node(flow, node)
            }
        }
    }

    fn flow_colon(&mut self, flow: &mut Flow, open: Open) -> Result<(), Failed> {
        let at = self.pos;
        self.pos += 1;
        let short = open.line == self.line
            && (at - open.from <= MAX_KEY
                || self.text.get(open.from..at).is_some_and(|key| key.chars().count() <= MAX_KEY));
        let next = match open.at {
            At::AfterKey { implicit } => {
                if implicit && !short {
                    self.flow_error(flow, at, at + 1, "a key and its `:` must be on one line")?;
                }
                Some(())
            }
            At::Key => {
                let null = self.null(at);
                self.flow_set(open, |link| link.key = null);
                Some(())
            }
            At::After if !open.map && open.pair == NONE => {
                let last = self.last_of(open.node).map_or(NONE, |link| link.value);
                if !short {
                    self.flow_error(flow, at, at + 1, "a key and its `:` must be on one line")?;
                }
                self.flow_pair(flow, last, open.from);
                Some(())
            }
            _ => {
                let message = if open.at == At::Start {
                    "no key before this `:`"
                } else {
                    "a `,` is missing before this"
                };
                self.flow_error(flow, at, at + 1, message)?;
                None
            }
        };
        self.last_end = self.pos;
        if let (Some(()), Some(open)) = (next, flow.stack.last_mut()) {
            open.at = At::Value;
        }
        Ok(())
    }

    /// Makes the single-pair mapping of a sequence item; `key` was the item so far, or is still to come.
    fn flow_pair(&mut self, flow: &mut Flow, key: u32, from: usize) {
        let Some(open) = flow.stack.last_mut() else { return };
        let pair = self.node(Data {
            shape: Shape::Mapping,
            flags: FLOW,
            tag: Tag::None,
            start: from as u32,
            end: NONE,
            a: NONE,
            b: NONE,
            indent: 0,
        });
        open.pair = pair;
        let owner = open.node;
        let role = if self.is_merge_key(key) { Role::Merge } else { Role::Plain };
        self.append(pair, Link { at: from as u32, key, value: NONE, next: NONE, role });
        if key == NONE {
            self.append(
                owner,
                Link { at: from as u32, key: NONE, value: pair, next: NONE, role: Role::Plain },
            );
        } else {
            self.change_last(owner, |link| link.value = pair);
        }
    }

    fn last_of(&self, node: u32) -> Option<Link> {
        self.tree.links.get(self.tree.data(node)?.b as usize).copied()
    }

    fn change_last(&mut self, node: u32, change: impl FnOnce(&mut Link)) {
        let Some(last) = self.tree.data(node).map(|d| d.b) else { return };
        if let Some(link) = self.tree.links.get_mut(last as usize) {
            change(link);
        }
    }

    fn flow_set(&mut self, open: Open, change: impl FnOnce(&mut Link)) {
        self.change_last(if open.pair == NONE { open.node } else { open.pair }, change);
    }

    /// A whole node has been read, or a collection begins: puts it where the open collection waits.
    fn flow_node(&mut self, flow: &mut Flow, node: u32) -> Result<(), Failed> {
        let props = std::mem::take(&mut flow.props);
        let (start, closed_end) = self.tree.data(node).map_or((0, NONE), |d| (d.start as usize, d.end));
        if closed_end != NONE {
            self.last_end = closed_end as usize;
        }
        self.apply(node, props);
        let Some(open) = flow.stack.last().copied() else { return Ok(()) };
        if matches!(open.at, At::After | At::AfterKey { .. }) {
            self.flow_error(flow, start, self.pos.max(start + 1), "a `,` is missing before this")?;
            self.flow_end_entry(flow);
        }
        let Some(open) = flow.stack.last().copied() else { return Ok(()) };
        let at = match open.at {
            At::Value => {
                self.flow_set(open, |link| link.value = node);
                At::After
            }
            At::Key => {
                let merge = self.is_merge_key(node);
                self.flow_set(open, |link| link.key = node);
                if merge {
                    self.flow_mark_merge(open);
                }
                At::AfterKey { implicit: false }
            }
            _ => {
                let (key, value) = if open.map { (node, NONE) } else { (NONE, node) };
                let role = if self.is_merge_key(key) { Role::Merge } else { Role::Plain };
                self.append(open.node, Link { at: flow.from as u32, key, value, next: NONE, role });
                if open.map { At::AfterKey { implicit: true } } else { At::After }
            }
        };
        if let Some(open) = flow.stack.last_mut() {
            (open.at, open.from, open.line) = (at, flow.from, flow.line);
        }
        Ok(())
    }

    fn flow_mark_merge(&mut self, open: Open) {
        self.flow_set(open, |link| link.role = Role::Merge);
        let owner = if open.pair == NONE { open.node } else { open.pair };
        if let Some(data) = self.tree.nodes.get_mut(owner as usize) {
            data.flags |= MERGES;
        }
    }

    /// Completes the entry or item before a comma or the end.
    fn flow_end_entry(&mut self, flow: &mut Flow) {
        let end = self.last_end;
        let Some(open) = flow.stack.last().copied() else { return };
        if open.map || open.pair != NONE {
            let last = self.last_of(if open.pair == NONE { open.node } else { open.pair });
            if last.is_some_and(|link| link.key == NONE) {
                let null = self.null(end);
                self.flow_set(open, |link| link.key = null);
            }
            if last.is_some_and(|link| link.value == NONE) {
                let null = self.null(end);
                self.flow_set(open, |link| link.value = null);
            }
        }
        if let Some(data) = self.tree.nodes.get_mut(open.pair as usize) {
            data.end = end as u32;
        }
        if let Some(open) = flow.stack.last_mut() {
            open.pair = NONE;
            open.at = At::Start;
        }
    }

    /// Ends the innermost collection; its closing bracket, if it has one, is at `pos`.
    fn flow_close(&mut self, flow: &mut Flow, flags: u8) {
        if flow.stack.last().is_some_and(|open| open.at != At::Start) {
            self.flow_end_entry(flow);
        }
        if flags & UNCLOSED == 0 {
            self.pos += 1;
            self.last_end = self.pos;
        }
        let end = self.last_end as u32;
        let Some(closed) = flow.stack.pop() else { return };
        if let Some(data) = self.tree.nodes.get_mut(closed.node as usize) {
            data.end = end;
            data.flags |= flags;
        }
    }

    fn flow_unclosed(&mut self, flow: &mut Flow) -> Result<(), Failed> {
        let (start, bracket) = (flow.start, self.b[flow.start] as char);
        self.flow_error(flow, start, start + 1, &format!("this `{bracket}` is never closed"))?;
        if flow.props.any() {
            let null = self.null(self.last_end);
            self.flow_node(flow, null)?;
        }
        while !flow.stack.is_empty() {
            self.flow_close(flow, UNCLOSED);
        }
        Ok(())
    }

    /// Plain text at `pos`, over lines.
    fn flow_plain(&mut self, flow: &mut Flow) -> Result<u32, Failed> {
        let b = self.b;
        let start = self.pos;
        let mut i = start;
        let mut end;
        let mut flags = SIMPLE;
        // A reserved character is taken as text after its error.
        if reserved(b[i]).is_some() || b[i] == b'|' || b[i] == b'>' {
            i += 1;
        }
        'text: loop {
            loop {
                i = chars::plain_stop_flow(b, i);
                match b.get(i) {
                    None => break,
                    Some(b':') => {
                        if matches!(b.get(i + 1), Some(b',' | b'?' | b'[' | b']' | b'{' | b'}')) {
                            self.flow_error(
                                flow,
                                i,
                                i + 1,
                                "write a blank after this `:`, or quotes around the text",
                            )?;
                            break;
                        }
                        if blank_or_end(b, i + 1) {
                            break;
                        }
                        i += 1;
                    }
                    Some(b'#') if !(i > start && is_blank(b.get(i - 1))) => i += 1,
                    Some(0xC2 | 0xE2) if break_len(b, i) == 0 => i += 1,
                    Some(_) => break,
                }
            }
            end = chars::trim_end(b, start, i);
            // Where the text ends unless the next line goes on with it.
            self.pos = i;
            if break_len(b, i) == 0 {
                break;
            }
            let mut line = self.line;
            loop {
                match break_len(b, i) {
                    0 => break,
                    n => i += n,
                }
                if self.flow_ends_before(flow, i) {
                    break 'text;
                }
                line = i;
                while is_blank(b.get(i)) {
                    if b[i] == b'\t' && ((i - line) as i32) <= flow.indent {
                        let tabs = skip_blanks(b, i);
                        self.line = line;
                        self.error(i, tabs, "indent with spaces: YAML refuses tabs here");
                        i = tabs;
                        break;
                    }
                    i += 1;
                }
            }
            let ends = match b.get(i) {
                None | Some(b'#' | b',' | b'[' | b']' | b'{' | b'}') => true,
                Some(b':') => blank_or_end(b, i + 1),
                Some(_) => false,
            };
            if ends {
                break;
            }
            self.line = line;
            flags = 0;
        }
        Ok(self.scalar_node(Style::Plain, (start, end.max(start)), (start, end.max(start)), flags))
    }
}
