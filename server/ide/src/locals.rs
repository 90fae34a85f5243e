//! Variables of a template: `set`, `for`, parameters, attributes of namespaces. They live in one file.
//!
//! Reads the open document as it is typed; knows nothing of models or projects.

#[cfg(test)]
mod tests;

use project::facts::{Def, DefKind};
use syntax::jinja::{Local, LocalKind, Mention, Template, Then};
use text::TextRange;

use crate::describe::argument_docs;
use crate::diagnostics::FileCx;
use crate::thing::Thing;
use crate::{Analysis, FilePos, Hover, NavTarget, Place};

/// A variable under the cursor, with the whole template.
pub(crate) struct LocalName<'a> {
    pub cx: FileCx<'a>,
    pub text: &'a str,
    pub template: Template,
    /// Index of the mention that the cursor is on.
    mention: usize,
    /// Index of the variable.
    local: u32,
}

/// The variable at a place of an open template.
pub(crate) fn find(analysis: &Analysis, pos: FilePos) -> Option<LocalName<'_>> {
    let cx = FileCx::new(analysis, pos.file)?;
    if !cx.entry.kind.is_template() {
        return None;
    }
    let text = analysis.text(pos.file)?;
    let template = syntax::jinja::parse(text);
    let touches = |mention: &Mention| mention.range.contains_inclusive(pos.offset);
    // Of two names that the cursor is between, `a.b`, the one that begins here.
    let mention = template.mentions.iter().rposition(touches)?;
    let local = template.mentions[mention].local?;
    Some(LocalName { cx, text, template, mention, local })
}

/// Whether what the mesh knows at the cursor is hidden by a variable of that name. The node that a variable's value
/// names in `ref(x)` is not.
pub(crate) fn hides(thing: &Thing) -> bool {
    matches!(thing, Thing::Def(_))
}

impl LocalName<'_> {
    /// What makes it, and its name.
    pub(crate) fn local(&self) -> &Local {
        &self.template.locals[self.local as usize]
    }

    /// The name under the cursor.
    pub(crate) fn origin(&self) -> TextRange {
        self.template.mentions[self.mention].range
    }

    /// Every place where it stands, in source order.
    pub(crate) fn mentions(&self) -> impl Iterator<Item = &Mention> {
        self.template.mentions.iter().filter(|mention| mention.local == Some(self.local))
    }

    /// Where it has its value from: the last place before the cursor that sets it, else the first of all.
    pub(crate) fn made(&self) -> TextRange {
        let here = self.origin();
        let before = self
            .mentions()
            .filter(|mention| mention.then == Then::Write && mention.range.end() <= here.start());
        let on_write = self.template.mentions[self.mention].then == Then::Write;
        before.last().filter(|_| !on_write).map_or(self.local().made, |mention| mention.range)
    }

    /// The macro or test whose parameter it is.
    pub(crate) fn parameter_of(&self) -> Option<&Def> {
        if self.local().kind != LocalKind::Param {
            return None;
        }
        let made = self.local().made;
        let of = |def: &&Def| def.params.iter().any(|param| param.range == made);
        self.cx.facts.defs.iter().find(of)
    }

    /// For going there.
    pub(crate) fn target(&self) -> NavTarget {
        let (file, focus) = (self.cx.file, self.made());
        let full = self.tag(focus).unwrap_or(focus);
        let name = &self.local().name;
        NavTarget { label: format!("{} {name}", self.what()), place: Place::File { file, full, focus } }
    }

    fn what(&self) -> &'static str {
        match self.local().kind {
            LocalKind::Set | LocalKind::SetBlock | LocalKind::With => "variable",
            LocalKind::For => "loop variable",
            LocalKind::Param => "parameter",
            LocalKind::Attribute(_) => "attribute",
            LocalKind::Implicit => "variable of Jinja",
        }
    }

    /// The tag around a place.
    fn tag(&self, place: TextRange) -> Option<TextRange> {
        let tags = &self.template.tags;
        let after = tags.partition_point(|tag| tag.range.start() <= place.start());
        tags.get(after.checked_sub(1)?).map(|tag| tag.range).filter(|range| range.contains_range(place))
    }

    /// What it is, with the tag that gives it its value. `None` for what Jinja brings itself.
    pub(crate) fn hover(&self) -> Option<Hover> {
        let local = self.local();
        if local.kind == LocalKind::Implicit {
            return None;
        }
        let tag = self.tag(self.made()).map_or("", |range| &self.text[range]);
        let mut what = self.what().to_owned();
        let mut docs = None;
        if let Some(def) = self.parameter_of() {
            let kind = if def.kind == DefKind::Test { "generic test" } else { "macro" };
            what = format!("{what} of {kind} {}", def.name);
            docs = argument_docs(&self.cx, self.cx.package, def, &local.name);
        }
        if let LocalKind::Attribute(of) = local.kind
            && let Some(of) = self.template.locals.get(of as usize)
        {
            what = format!("{what} of namespace {}", of.name);
        }
        let mut parts = vec![format!("```jinja\n{}\n```\n{what} `{}`", shortened(tag), local.name)];
        parts.extend(docs);
        Some(Hover { range: self.origin(), markdown: parts.join("\n\n") })
    }

    /// The bytes in which a mention of the same name would mean this variable.
    pub(crate) fn scope(&self) -> TextRange {
        let whole = TextRange::new(0.into(), text::size(self.text.len()));
        let block = self.local().block.and_then(|block| self.template.blocks.get(block));
        block.map_or(whole, |block| block.full)
    }
}

/// How much of a tag is shown.
const SHOWN: usize = 400;

/// A tag as it is, or its beginning.
fn shortened(tag: &str) -> String {
    match tag.char_indices().nth(SHOWN) {
        Some((end, _)) => format!("{}…", &tag[..end]),
        None => tag.to_owned(),
    }
}
