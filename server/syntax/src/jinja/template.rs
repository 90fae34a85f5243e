//! One pass over a template's tags: trees, blocks, scopes and reach together.

use smol_str::SmolStr;
use text::TextRange;
use tree_sitter::Tree;

use super::blocks::{self, Open, Stack};
use super::expr::Walker;
use super::fault::Fault;
use super::kind::{self, Kind};
use super::locals::{LocalKind, Then};
use super::plain;
use super::reach::{Truth, strictest};
use super::segment::{Segment, segments};
use super::statement::Facts;
use super::{Block, BlockKind, Tag, TagKind, Template};
use crate::SyntaxError;
use crate::calls::{Late, Reach, Value};

/// How a template is read.
#[derive(Clone, Copy)]
pub(crate) struct Reading {
    /// Tags that need no tree are read without one.
    pub shortcuts: bool,
    /// Nothing of it is rendered: only tags and blocks must be whole.
    pub prose: bool,
}

/// Parses `text` as a whole template.
pub(crate) fn template(text: &str, reading: Reading) -> Template {
    if !text.contains('{') {
        return Template::default();
    }
    let trust = |range: std::ops::Range<usize>| {
        text.get(range).and_then(kind::tree).is_some_and(|tree| !tree.root_node().has_error())
    };
    let mut reader =
        Reader { walker: Walker::new(text), out: Template::default(), stack: Stack::default(), reading };
    for segment in segments(text, trust) {
        reader.segment(&segment);
    }
    reader.finish()
}

/// What is wrong with a tag as a whole.
#[derive(Clone, Copy)]
struct Tagged {
    /// Its closing delimiter is there.
    closed: bool,
    /// Something in it is reported.
    faulty: bool,
}

struct Reader<'t> {
    walker: Walker<'t>,
    /// Calls are the walker's until the end.
    out: Template,
    stack: Stack,
    reading: Reading,
}

impl<'t> Reader<'t> {
    fn segment(&mut self, segment: &Segment) {
        let text = self.walker.text;
        let range = text::range(segment.range.start, segment.range.end);
        let keyword = text.get(segment.keyword.clone()).unwrap_or_default();
        let statement = segment.kind == TagKind::Statement;
        self.out.tags.push(Tag {
            kind: segment.kind,
            range,
            keyword: statement.then(|| SmolStr::new(keyword)).filter(|word| !word.is_empty()),
            closed: segment.closed,
        });
        match segment.kind {
            TagKind::Output => self.output(segment, range),
            TagKind::Statement => self.statement(segment, range, keyword),
            TagKind::Raw => self.raw(segment, range),
            TagKind::Comment if !segment.closed => {
                self.error(range, "this comment is never closed: `#}` is missing".into(), None);
            }
            TagKind::Comment => {}
        }
    }

    fn error(&mut self, range: TextRange, message: String, related: Option<(TextRange, String)>) {
        self.out.errors.push(SyntaxError { range, message, related });
    }

    fn raw(&mut self, segment: &Segment, range: TextRange) {
        self.out.blocks.push(Block {
            kind: BlockKind::Raw,
            open: text::range(segment.range.start, segment.inner.start),
            close: Some(text::range(segment.inner.end, segment.range.end)),
            name: None,
            params: Vec::new(),
            parent: self.stack.last().map(|open| open.block),
            full: range,
            adapter: None,
        });
    }

    // ---- trees

    fn tree(&mut self, segment: &Segment) -> Option<Tree> {
        self.walker.base = segment.range.start;
        self.walker.fault = None;
        kind::tree(self.walker.text.get(segment.range.clone())?)
    }

    fn output(&mut self, segment: &Segment, range: TextRange) {
        let inner = self.walker.text.get(segment.inner.clone()).unwrap_or_default();
        if segment.closed && self.reading.shortcuts {
            if plain::is_name(inner) {
                let start = segment.inner.start + (inner.len() - inner.trim_start().len());
                return self.plain_name(inner.trim(), start, Then::Read);
            }
            if let Some(call) = plain::call(self.walker.text, segment.inner.clone(), self.walker.reach) {
                self.plain_name(&call.name, call.name_range.start().into(), Then::Call);
                return self.walker.calls.push(call);
            }
        }
        let Some(tree) = self.tree(segment) else { return };
        let mut cursor = tree.walk();
        self.walker.children(&mut cursor, |walker, cursor| match walker.kind(cursor) {
            Kind::Output => walker.children(cursor, |walker, cursor| match walker.kind(cursor) {
                Kind::Other | Kind::MissingClose => {}
                _ => drop(walker.expr(cursor)),
            }),
            Kind::Error => drop(walker.expr(cursor)),
            _ => {}
        });
        self.report(segment, range, &tree);
    }

    /// The mentions of `a.b` at a byte.
    fn plain_name(&mut self, name: &str, start: usize, last: Then) {
        let (first, rest) = name.split_once('.').map_or((name, None), |(first, rest)| (first, Some(rest)));
        if plain::is_constant(first) {
            return;
        }
        let then = if rest.is_some() { Then::Inside } else { last };
        let (locals, reach) = (&mut self.walker.locals, self.walker.reach);
        let read = locals.read(first, text::range(start, start + first.len()), then, reach);
        if let Some(rest) = rest {
            let (part, more) = rest.split_once('.').map_or((rest, false), |(part, _)| (part, true));
            let at = start + first.len() + 1;
            let then = if more && last == Then::Call { Then::Inside } else { last };
            locals.attribute(read, part, text::range(at, at + part.len()), then);
        }
    }

    /// Reports the tag's first fault.
    fn report(&mut self, segment: &Segment, range: TextRange, tree: &Tree) {
        let start = segment.range.start;
        if !segment.closed {
            let (open, close) = if segment.kind == TagKind::Output { ("{{", "}}") } else { ("{%", "%}") };
            let first = self.walker.slice(range).lines().next().unwrap_or_default();
            let shown = text::range(start, start + first.trim_end().len());
            return self.error(shown, format!("this `{open}` is never closed: `{close}` is missing"), None);
        }
        // Where the tree believes the tag ends, when that is before its end.
        let ended = tree.root_node().child(0).map_or(start, |node| start + node.end_byte());
        if ended < segment.range.end && !tree.root_node().child(0).is_some_and(|node| node.is_error()) {
            self.walker.unexpected_at(text::range(ended, segment.range.end));
        }
        if self.walker.fault.is_none() && tree.root_node().has_error() {
            self.fallback_fault(tree, range);
        }
        let in_docs = self.in_docs();
        if let Some(Fault { range, message, related }) = self.walker.fault.take().filter(|_| !in_docs) {
            self.error(range, message, related);
        }
    }

    /// A fault for an error that no reader of a node came across.
    fn fallback_fault(&mut self, tree: &Tree, range: TextRange) {
        let mut cursor = tree.walk();
        loop {
            let node = cursor.node();
            if node.is_error() || node.is_missing() {
                return self.walker.unexpected(node);
            }
            if node.has_error() && cursor.goto_first_child() {
                continue;
            }
            while !cursor.goto_next_sibling() {
                if !cursor.goto_parent() {
                    return self.walker.unexpected_at(range);
                }
            }
        }
    }

    // ---- statements

    fn statement(&mut self, segment: &Segment, range: TextRange, keyword: &'t str) {
        if let Some(opening) = blocks::closed_by(keyword) {
            self.extra_words(segment, range, keyword);
            return self.close(opening, keyword, range);
        }
        match keyword {
            "else" => {
                self.extra_words(segment, range, keyword);
                self.otherwise(range);
            }
            "elif" => self.elif(segment, range),
            _ => {
                let errors = self.out.errors.len();
                let facts = self.facts(segment, range);
                let faulty = self.out.errors.len() > errors;
                self.plain(keyword, range, facts, Tagged { closed: segment.closed, faulty });
            }
        }
    }

    fn facts(&mut self, segment: &Segment, range: TextRange) -> Facts {
        let tree = self.tree(segment);
        let facts = match &tree {
            Some(tree) => self.walker.statement(&mut tree.walk()),
            None => Facts::default(),
        };
        if let Some(tree) = &tree {
            self.report(segment, range, tree);
        }
        facts
    }

    /// Parses a closing tag only when there is more to it than its keyword.
    fn extra_words(&mut self, segment: &Segment, range: TextRange, keyword: &str) {
        let inner = self.walker.text.get(segment.inner.clone()).unwrap_or_default();
        if !segment.closed || inner.trim() != keyword {
            self.facts(segment, range);
        }
    }

    /// A statement that is neither a closing one nor a branch.
    fn plain(&mut self, keyword: &str, range: TextRange, facts: Facts, tag: Tagged) {
        // A half-typed `set` is no block yet.
        let opened = blocks::opened_by(keyword)
            .filter(|kind| *kind != BlockKind::SetBlock || !facts.inline && tag.closed);
        if let Some(kind) = opened {
            return self.open(kind, keyword, range, facts, tag);
        }
        let call = facts.call.and_then(|at| self.walker.calls.get(at)).cloned();
        for (name, range, value) in facts.bindings {
            let called = call.as_ref().map(|call| call.name.clone());
            let local = self.walker.locals.write(&name, range, LocalKind::Set, called);
            for arg in call.iter().filter(|call| call.name == "namespace").flat_map(|call| &call.args) {
                if let Some((name, range)) = &arg.keyword {
                    self.walker.locals.make_attribute(local, name, *range);
                }
            }
            self.walker.scopes.set(name, value);
        }
        if !blocks::stands_alone(keyword) && !tag.faulty && !self.in_docs() {
            self.error(range, format!("unknown tag `{keyword}`"), None);
        }
        if matches!(keyword, "break" | "continue") {
            // Some rounds do not come past this place.
            self.walker.reach = strictest(self.walker.reach, Reach::Maybe);
        }
    }

    /// Inside `{% docs %}` dbt renders nothing: only tags and blocks must be whole.
    fn in_docs(&self) -> bool {
        self.reading.prose || self.stack.last().is_some_and(|open| open.keyword == "docs")
    }

    fn open(&mut self, kind: BlockKind, keyword: &str, range: TextRange, facts: Facts, tag: Tagged) {
        let outer = self.walker.reach;
        let doubtful = !tag.closed;
        self.walker.reach = match kind {
            _ if doubtful => outer,
            BlockKind::If => facts.truth.within(outer),
            BlockKind::For => Truth::constant(facts.rounds).within(outer),
            BlockKind::Macro | BlockKind::Test | BlockKind::Materialization => strictest(outer, Reach::Macro),
            BlockKind::Call => strictest(outer, Reach::Maybe),
            _ => outer,
        };
        let scopes = &mut self.walker.scopes;
        match kind {
            BlockKind::If => scopes.open_if(),
            BlockKind::Macro | BlockKind::Test | BlockKind::Materialization => scopes.open_macro(),
            _ => scopes.open_body(),
        }
        let block = self.out.blocks.len();
        let locals = &mut self.walker.locals;
        if kind != BlockKind::If {
            locals.open(block, kind, range);
        }
        for param in &facts.params {
            locals.write(&param.name, param.range, LocalKind::Param, None);
            let given = match kind {
                BlockKind::Macro => Late::Param(param.name.clone()).value(),
                _ => Value::Unknown,
            };
            scopes.set(param.name.clone(), given);
        }
        if kind != BlockKind::SetBlock {
            let how = if kind == BlockKind::For { LocalKind::For } else { LocalKind::With };
            for (name, range, value) in facts.bindings {
                locals.write(&name, range, how, None);
                scopes.set(name, value);
            }
        }
        locals.resolve_again(facts.inner);
        self.out.blocks.push(Block {
            kind,
            open: range,
            close: None,
            name: facts.name,
            params: facts.params,
            parent: self.stack.last().map(|open| open.block),
            full: range,
            adapter: facts.adapter,
        });
        self.stack.push(Open {
            block,
            keyword: keyword.into(),
            doubtful,
            outer,
            before: facts.truth.not(),
            rounds: facts.rounds,
            else_seen: false,
        });
    }

    fn elif(&mut self, segment: &Segment, range: TextRange) {
        let branch = self.stack.branching().filter(|open| open.keyword == "if");
        let Some((before, outer, late)) = branch.map(|open| (open.before, open.outer, open.else_seen)) else {
            self.facts(segment, range);
            return self.error(range, "`elif` belongs to no open `if`".into(), None);
        };
        self.walker.scopes.next_branch();
        self.walker.reach = before.within(outer);
        let truth = self.facts(segment, range).truth;
        self.walker.reach = before.and(truth).within(outer);
        if let Some(open) = self.stack.branching() {
            open.before = before.and(truth.not());
        }
        if late {
            self.error(range, "`elif` after `else`".into(), None);
        }
    }

    fn otherwise(&mut self, range: TextRange) {
        let Some(open) = self.stack.branching() else {
            return self.error(range, "`else` belongs to no open `if` or `for`".into(), None);
        };
        let late = std::mem::replace(&mut open.else_seen, true);
        let is_loop = open.keyword == "for";
        let condition = if is_loop { Truth::constant(open.rounds).not() } else { open.before };
        self.walker.reach = condition.within(open.outer);
        if is_loop {
            self.walker.scopes.close(false);
            self.walker.scopes.open_body();
            self.walker.locals.no_loop();
        } else {
            self.walker.scopes.next_branch();
        }
        if late {
            self.error(range, "a second `else`".into(), None);
        }
    }

    fn close(&mut self, opening: &str, keyword: &str, range: TextRange) {
        let closed = self.stack.close(opening);
        if closed.is_empty() {
            if self.stack.excuses(opening) {
                return;
            }
            return self.error(range, format!("`{keyword}` closes nothing: no `{opening}` is open"), None);
        }
        for open in closed {
            self.leave(&open);
            let Some(block) = self.out.blocks.get_mut(open.block) else { continue };
            if open.keyword == opening {
                block.close = Some(range);
                block.full = block.open.cover(range);
            } else {
                let error = blocks::give_up(block, &open, range.start(), Some((range, keyword)));
                self.out.errors.extend(error);
            }
        }
    }

    fn leave(&mut self, open: &Open) {
        self.walker.scopes.close(open.else_seen);
        if open.keyword != "if" {
            self.walker.locals.close();
        }
        self.walker.reach = open.outer;
        if open.keyword == "set"
            && let Some((name, range)) = self.out.blocks.get(open.block).and_then(|block| block.name.clone())
        {
            self.walker.locals.write(&name, range, LocalKind::SetBlock, None);
            self.walker.scopes.set(name, Value::Unknown);
        }
    }

    fn finish(mut self) -> Template {
        let end = text::size(self.walker.text.len());
        for open in self.stack.finish() {
            if let Some(block) = self.out.blocks.get_mut(open.block) {
                self.out.errors.extend(blocks::give_up(block, &open, end, None));
            }
        }
        self.out.errors.sort_by_key(|error| (error.range.start(), error.range.end()));
        self.out.calls = self.walker.calls;
        (self.out.locals, self.out.mentions) = self.walker.locals.finish();
        self.out
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn shortcuts_read_what_the_tree_says() {
        for text in [
            "{{ ref('a') }}",
            "{{- ref ( \"p\" , 'm' , v = 2 , ) -}}",
            "{{ config(a='b', tags=['x', \"y\"], meta={'k': {'n': [1, true]}, 2: none}, on=False) }}",
            "{{ source('it\\'s', 't') }}{{ dbt_utils.star() }}{{ a.b('{{ x }}') }}",
            "{{ config(\r\n  sql='select\n1'\r\n) }}{{ this }}{{ a.b }}",
            "{{ ref('a' 'b') }}{{ ref('a', 1.5) }}{{ ref('a', -1) }}{{ ref(('a')) }}{{ ref(x) }}",
            "{{ ref(a=1, 'b') }}{{ ref('a',, 'b') }}{{ ref(,) }}{{ ref('a'] }}{{ ref('a' }}{{ ref('a }}",
            "{{ not('a') }}{{ a..b('c') }}{{ .a('c') }}{{ a.('c') }}{{ 1a('c') }}{{ f(1_0) }}{{ f({'a'}) }}",
            "{{ ref('a') }} {{ ref('b').c }} {{ ref('a')('b') }} {{ f([1 2]) }} {{ f({1: 2 3}) }} {{ a b('c') }}",
            "{{ größe('é') }}{{ f('🦀')}}{{not}}{{ f(true='x') }}{{ f(a==1) }}{{ f(a=) }}{{ f([,]) }}{{ f({'a':}) }}",
        ] {
            let read = |shortcuts| template(text, Reading { shortcuts, prose: false });
            assert_eq!(read(true), read(false), "{text}");
        }
    }
}
