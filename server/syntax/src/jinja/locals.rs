//! The variables that a template makes itself, and every place where a name is read or written.
//!
//! Follows Jinja's scopes: `if` has none, every other body keeps to itself what is set inside. Names that nothing
//! in the template makes are kept as well: they are the context's, a macro's, or nobody's.

use std::ops::Range;

use rustc_hash::FxHashMap;
use smol_str::SmolStr;
use text::TextRange;

use super::BlockKind;
use crate::calls::Reach;

/// A variable of a template.
#[derive(Debug, Clone, PartialEq)]
pub struct Local {
    /// Its name; for an attribute of a namespace the attribute's.
    pub name: SmolStr,
    /// What makes it.
    pub kind: LocalKind,
    /// Where it is made first: its name, or the opening tag that makes it without naming it.
    pub made: TextRange,
    /// Index in [`Template::blocks`](super::Template::blocks) of the block that it ends with; `None` for the template.
    pub block: Option<usize>,
    /// The callee, when all it is ever set to is the result of calls of that name.
    pub call: Option<SmolStr>,
}

/// What makes a [`Local`].
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum LocalKind {
    /// `{% set x = … %}`
    Set,
    /// `{% set x %}…{% endset %}`
    SetBlock,
    /// `{% for x in … %}`
    For,
    /// `{% with x = … %}`
    With,
    /// A parameter of a macro, test or `{% call(x) … %}`.
    Param,
    /// An attribute of a `namespace(…)`, given by its local.
    Attribute(u32),
    /// `loop`, `caller`, `varargs`, `kwargs`: there without being written.
    Implicit,
}

/// One place where a name stands.
#[derive(Debug, Clone, PartialEq)]
pub struct Mention {
    /// The name: of a dotted one the first part, or an attribute of a namespace.
    pub name: SmolStr,
    /// Its bytes.
    pub range: TextRange,
    /// Index in [`Template::locals`](super::Template::locals); `None` when the template does not make it.
    pub local: Option<u32>,
    /// What is done with it.
    pub then: Then,
    /// Whether dbt comes past it when it parses.
    pub reach: Reach,
}

/// What is done with a name.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Then {
    /// It gets a value.
    Write,
    /// Its value is used as it is.
    Read,
    /// It is called.
    Call,
    /// Something behind its dot or in its brackets is used, or called.
    Inside,
    /// Asked whether it is there: `x is defined`, `x | default('y')`.
    Asked,
}

/// What is known while a template is read.
#[derive(Default)]
pub(crate) struct Locals {
    pub(crate) locals: Vec<Local>,
    pub(crate) mentions: Vec<Mention>,
    frames: Vec<Frame>,
    /// Frames opened beyond [`MAX_DEPTH`]: their names go to the innermost that there is.
    beyond: usize,
    attributes: FxHashMap<(u32, SmolStr), u32>,
}

/// Deeper than any template, so that a lookup costs little whatever the text.
const MAX_DEPTH: usize = 64;

#[derive(Default)]
struct Frame {
    names: FxHashMap<SmolStr, u32>,
    block: Option<usize>,
    opened: Option<(BlockKind, TextRange)>,
}

impl Locals {
    /// Opens the scope of a block.
    pub(crate) fn open(&mut self, block: usize, kind: BlockKind, tag: TextRange) {
        if self.frames.len() < MAX_DEPTH {
            let opened = Some((kind, tag));
            self.frames.push(Frame { names: FxHashMap::default(), block: Some(block), opened });
        } else {
            self.beyond += 1;
        }
    }

    /// Leaves the innermost scope.
    pub(crate) fn close(&mut self) {
        if self.beyond > 0 {
            self.beyond -= 1;
        } else {
            self.frames.pop();
        }
    }

    /// The body of a loop is over, its `else` begins.
    pub(crate) fn no_loop(&mut self) {
        if let Some(frame) = self.frames.last_mut().filter(|_| self.beyond == 0) {
            frame.names.clear();
            frame.opened = None;
        }
    }

    /// The number of mentions so far, for [`Locals::resolve_again`].
    pub(crate) fn mark(&self) -> usize {
        self.mentions.len()
    }

    /// A name that is read; gives the index of the mention.
    pub(crate) fn read(&mut self, name: &str, range: TextRange, then: Then, reach: Reach) -> usize {
        let local = self.find(name);
        self.mentions.push(Mention { name: name.into(), range, local, then, reach });
        self.mentions.len() - 1
    }

    /// A name that gets a value in the innermost scope.
    pub(crate) fn write(
        &mut self,
        name: &SmolStr,
        range: TextRange,
        kind: LocalKind,
        call: Option<SmolStr>,
    ) -> u32 {
        if self.frames.is_empty() {
            self.frames.push(Frame::default());
        }
        let next = self.locals.len() as u32;
        let frame = self.frames.last_mut().map(|frame| (frame.block, frame.names.entry(name.clone())));
        let local = match frame {
            Some((block, entry)) => {
                let local = *entry.or_insert(next);
                if local == next {
                    self.locals.push(Local { name: name.clone(), kind, made: range, block, call });
                } else if let Some(known) = self.locals.get_mut(local as usize)
                    && known.call != call
                {
                    known.call = None;
                }
                local
            }
            None => next,
        };
        self.push_write(name, range, local);
        local
    }

    fn push_write(&mut self, name: &SmolStr, range: TextRange, local: u32) {
        let (local, reach) = (Some(local), Reach::Always);
        self.mentions.push(Mention { name: name.clone(), range, local, then: Then::Write, reach });
    }

    /// What was read before a scope could be opened belongs into it: conditions of a loop, defaults of parameters.
    pub(crate) fn resolve_again(&mut self, mentions: Range<usize>) {
        for at in mentions {
            let Some(name) = self.mentions.get(at).map(|mention| mention.name.clone()) else { continue };
            let local = self.find(&name);
            if let Some(mention) = self.mentions.get_mut(at).filter(|mention| mention.then != Then::Write) {
                mention.local = local;
            }
        }
    }

    /// An attribute of a namespace, read or written. Nothing for other variables.
    pub(crate) fn attribute(&mut self, of: usize, name: &str, range: TextRange, then: Then) {
        let Some((Some(space), reach)) = self.mentions.get(of).map(|of| (of.local, of.reach)) else { return };
        if self.locals.get(space as usize).is_none_or(|local| local.call.as_deref() != Some("namespace")) {
            return;
        }
        let local = self.attribute_local(space, name, range);
        self.mentions.push(Mention { name: name.into(), range, local: Some(local), then, reach });
    }

    /// `namespace(x=1)` makes an attribute.
    pub(crate) fn make_attribute(&mut self, space: u32, name: &SmolStr, range: TextRange) {
        let local = self.attribute_local(space, name, range);
        self.push_write(name, range, local);
    }

    fn attribute_local(&mut self, space: u32, name: &str, range: TextRange) -> u32 {
        let next = self.locals.len() as u32;
        let local = *self.attributes.entry((space, name.into())).or_insert(next);
        if local == next {
            let block = self.locals.get(space as usize).and_then(|space| space.block);
            let kind = LocalKind::Attribute(space);
            self.locals.push(Local { name: name.into(), kind, made: range, block, call: None });
        }
        local
    }

    fn find(&mut self, name: &str) -> Option<u32> {
        let makes = |kind: BlockKind| match name {
            "loop" => kind == BlockKind::For,
            "caller" | "varargs" | "kwargs" => {
                matches!(
                    kind,
                    BlockKind::Macro | BlockKind::Test | BlockKind::Materialization | BlockKind::Call
                )
            }
            _ => false,
        };
        let maker = self.frames.iter().rposition(|frame| frame.opened.is_some_and(|(kind, _)| makes(kind)));
        let near = self.frames.get(maker.unwrap_or(0)..).unwrap_or_default();
        if let Some(known) = near.iter().rev().find_map(|frame| frame.names.get(name)) {
            return Some(*known);
        }
        let frame = self.frames.get_mut(maker?)?;
        let (_, made) = frame.opened?;
        let next = self.locals.len() as u32;
        frame.names.insert(name.into(), next);
        let kind = LocalKind::Implicit;
        self.locals.push(Local { name: name.into(), kind, made, block: frame.block, call: None });
        Some(next)
    }

    /// The variables, and the mentions in source order.
    pub(crate) fn finish(mut self) -> (Vec<Local>, Vec<Mention>) {
        self.mentions.sort_by_key(|mention| mention.range.start());
        (self.locals, self.mentions)
    }
}
