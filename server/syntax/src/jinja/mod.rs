//! Jinja as dbt writes it: tags, blocks, calls and what they are known to say.
//!
//! Knows the template language (spec §4.4, §15); must not know files, projects or what a `ref` resolves to.

mod blocks;
mod call;
mod expr;
mod fault;
pub(crate) mod fold;
mod kind;
pub mod lexemes;
mod locals;
mod plain;
pub(crate) mod quote;
mod reach;
mod scope;
pub(crate) mod segment;
mod statement;
mod template;

use smol_str::SmolStr;
use text::{TextRange, TextSize};

use crate::SyntaxError;
use crate::calls::Call;
pub use locals::{Local, LocalKind, Mention, Then};
use template::Reading;

/// What one template says. All ranges are bytes of the parsed text.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Template {
    /// Every call in source order, those inside arguments of others included.
    pub calls: Vec<Call>,
    /// Matched block statements, in source order of their opening tags.
    pub blocks: Vec<Block>,
    /// Every tag in source order, flat.
    pub tags: Vec<Tag>,
    /// The variables that the template makes.
    pub locals: Vec<Local>,
    /// Every place where a name is read or written, in source order.
    pub mentions: Vec<Mention>,
    /// What Jinja or the matching of blocks finds wrong, in source order.
    pub errors: Vec<SyntaxError>,
}

/// The four kinds of `{…}` a template has.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum TagKind {
    /// `{{ … }}`
    Output,
    /// `{% … %}`
    Statement,
    /// `{# … #}`
    Comment,
    /// `{% raw %} … {% endraw %}`, the body included.
    Raw,
}

/// One `{{ … }}`, `{% … %}`, `{# … #}` or raw block.
#[derive(Debug, Clone, PartialEq)]
pub struct Tag {
    /// Which of the four.
    pub kind: TagKind,
    /// From the opening brace to the last byte of the closing one; to where the damage ends when unclosed.
    pub range: TextRange,
    /// The first word of a statement: `if`, `endif`, `set`, …
    pub keyword: Option<SmolStr>,
    /// False when the closing delimiter is missing.
    pub closed: bool,
}

/// A statement with a body.
#[derive(Debug, Clone, PartialEq)]
pub struct Block {
    /// Which statement.
    pub kind: BlockKind,
    /// The opening tag.
    pub open: TextRange,
    /// The closing tag; `None` when it is missing.
    pub close: Option<TextRange>,
    /// The name of a macro, test, snapshot, materialization, docs block or `{% block %}`; the variable of a
    /// `{% set x %}…{% endset %}`.
    pub name: Option<(SmolStr, TextRange)>,
    /// Parameters of a macro, test or `{% call(…) %}`.
    pub params: Vec<Param>,
    /// Index in [`Template::blocks`] of the enclosing block.
    pub parent: Option<usize>,
    /// From the opening tag to the end of the closing one (or to where an unclosed block is given up).
    pub full: TextRange,
    /// The `adapter=` of a materialization; `default` for the default one.
    pub adapter: Option<SmolStr>,
}

/// Statements with a body.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum BlockKind {
    /// `{% if %}`, its `elif` and `else` branches included.
    If,
    /// `{% for %}`
    For,
    /// `{% macro %}`
    Macro,
    /// `{% test %}` and `{% data_test %}`
    Test,
    /// `{% snapshot %}`
    Snapshot,
    /// `{% materialization %}`
    Materialization,
    /// `{% docs %}`
    Docs,
    /// `{% call %}`
    Call,
    /// `{% set x %}…{% endset %}`
    SetBlock,
    /// `{% filter %}`
    Filter,
    /// `{% raw %}`
    Raw,
    /// `{% block %}`
    Block,
    /// `{% with %}`, `{% autoescape %}`
    Other,
}

/// A parameter of a macro.
#[derive(Debug, Clone, PartialEq)]
pub struct Param {
    /// Its name.
    pub name: SmolStr,
    /// The name's bytes.
    pub range: TextRange,
    /// `x=1`
    pub has_default: bool,
}

/// Parses a whole template: a SQL file, a docs `.md`, or the text of one YAML string.
pub fn parse(text: &str) -> Template {
    template::template(text, Reading { shortcuts: true, prose: false })
}

/// Parses a `.md` file. dbt takes its `{% docs %}` blocks and renders nothing: what stands between tags and
/// inside of them may be anything, but tags and blocks must be whole.
pub fn parse_docs(text: &str) -> Template {
    template::template(text, Reading { shortcuts: true, prose: true })
}

/// Parses a bare expression without tags, as in an exposure's `depends_on: - ref('m')`, a snapshot's
/// `relation:`, a foreign key's `to:`.
pub fn parse_expression(text: &str) -> Template {
    const OPEN: &str = "{{ ";
    let mut template = parse(&format!("{OPEN}{text} }}}}"));
    let (open, len) = (text::size(OPEN.len()), text::size(text.len()));
    template.tags.clear();
    template.map_offsets(|at| at.checked_sub(open).unwrap_or_default().min(len));
    template
}

impl Template {
    /// Re-bases every range, e.g. from the decoded text of a YAML string to the bytes of its file. `f` must
    /// not be decreasing.
    pub fn map_offsets(&mut self, f: impl Fn(TextSize) -> TextSize) {
        let map = |range: &mut TextRange| {
            let start = f(range.start());
            *range = TextRange::new(start, f(range.end()).max(start));
        };
        for call in &mut self.calls {
            map(&mut call.name_range);
            map(&mut call.range);
            for arg in &mut call.args {
                map(&mut arg.range);
                if let Some((_, range)) = &mut arg.keyword {
                    map(range);
                }
            }
        }
        for block in &mut self.blocks {
            map(&mut block.open);
            map(&mut block.full);
            block.close.iter_mut().for_each(map);
            block.name.iter_mut().for_each(|(_, range)| map(range));
            block.params.iter_mut().for_each(|param| map(&mut param.range));
        }
        self.tags.iter_mut().for_each(|tag| map(&mut tag.range));
        self.locals.iter_mut().for_each(|local| map(&mut local.made));
        self.mentions.iter_mut().for_each(|mention| map(&mut mention.range));
        for error in &mut self.errors {
            map(&mut error.range);
            error.related.iter_mut().for_each(|(range, _)| map(range));
        }
    }
}
