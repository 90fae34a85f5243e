//! What a statement tag says besides its calls: names, parameters, conditions, assignments.

use std::ops::Range;

use smol_str::SmolStr;
use text::TextRange;
use tree_sitter::TreeCursor;

use super::Param;
use super::expr::Walker;
use super::fold;
use super::kind::{Field, Kind};
use super::locals::Then;
use super::reach::{Tri, Truth, strictest};
use crate::calls::{Reach, Value};

/// The parts of a statement that blocks and scopes are made of.
#[derive(Default)]
pub(crate) struct Facts {
    /// `if`, `elif`
    pub truth: Truth,
    /// The name of a macro, snapshot, …
    pub name: Option<(SmolStr, TextRange)>,
    pub params: Vec<Param>,
    /// `adapter=` or `default` of a materialization.
    pub adapter: Option<SmolStr>,
    /// `set` with `=`: no body follows.
    pub inline: bool,
    /// Variables of `set`, `for`, `with`, with their values.
    pub bindings: Vec<(SmolStr, TextRange, Value)>,
    /// Whether a `for` has any rounds.
    pub rounds: Tri,
    /// Index in the calls of the only value of a `set`, when that is a call.
    pub call: Option<usize>,
    /// Mentions that belong into the scope that the statement opens.
    pub inner: Range<usize>,
}

impl Walker<'_> {
    /// Reads the statement in a tag's tree: the cursor is at the tree's root.
    pub(crate) fn statement(&mut self, cursor: &mut TreeCursor<'_>) -> Facts {
        let mut facts = Facts::default();
        self.parts(cursor, &mut facts);
        facts
    }

    /// Goes down to the tag itself, through whatever the parser's recovery put around it.
    fn parts(&mut self, cursor: &mut TreeCursor<'_>, facts: &mut Facts) {
        self.children(cursor, |walker, cursor| match walker.kind(cursor) {
            Kind::Statement => walker.parts(cursor, facts),
            Kind::Error => {
                walker.unexpected(cursor.node());
                walker.parts(cursor, facts);
            }
            Kind::If | Kind::Elif => walker.condition(cursor, facts),
            Kind::For => walker.for_tag(cursor, facts),
            Kind::Set => walker.set_tag(cursor, facts),
            Kind::With => walker.with_tag(cursor, facts),
            Kind::Macro
            | Kind::TestTag
            | Kind::Snapshot
            | Kind::Docs
            | Kind::Block
            | Kind::Materialization => {
                walker.definition(cursor, facts);
            }
            Kind::CallTag => walker.call_tag(cursor, facts),
            Kind::End => walker.end_tag(cursor),
            // A closing delimiter that comes too early is seen in `super::template`, an unclosed raw block
            // where blocks are matched.
            Kind::MissingClose | Kind::Other | Kind::RawBlock => {}
            Kind::Unknown => walker.unknown_tag(cursor),
            _ => drop(walker.expr(cursor)),
        });
    }

    fn condition(&mut self, cursor: &mut TreeCursor<'_>, facts: &mut Facts) {
        self.children(cursor, |walker, cursor| {
            let outcome = walker.expr(cursor);
            if walker.field(cursor) == Field::Condition {
                facts.truth = outcome.truth;
            }
        });
    }

    fn for_tag(&mut self, cursor: &mut TreeCursor<'_>, facts: &mut Facts) {
        let outer = self.reach;
        self.children(cursor, |walker, cursor| match walker.field(cursor) {
            Field::Target => walker.target(cursor, facts),
            Field::Iterable => {
                let iterable = walker.expr(cursor).value;
                let (each, rounds) = fold::elements(&iterable);
                facts.rounds = rounds;
                walker.assign(each, facts);
                walker.reach = Truth::constant(rounds).within(outer);
            }
            Field::Condition => {
                let from = walker.locals.mark();
                walker.expr(cursor);
                facts.inner = from..walker.locals.mark();
                // Of the rounds that there are, some may be left out.
                facts.rounds = facts.rounds.filter(|some| !some);
            }
            _ => drop(walker.expr(cursor)),
        });
        self.reach = outer;
    }

    fn set_tag(&mut self, cursor: &mut TreeCursor<'_>, facts: &mut Facts) {
        self.children(cursor, |walker, cursor| match walker.field(cursor) {
            Field::Target => walker.target(cursor, facts),
            Field::Value => {
                let called = (walker.kind(cursor) == Kind::Call).then_some(walker.calls.len());
                let value = walker.expr(cursor).value;
                facts.call = called.filter(|at| *at < walker.calls.len() && facts.bindings.len() == 1);
                walker.assign(value, facts);
            }
            _ => {
                facts.inline |= walker.node_text(cursor.node()) == "=";
                walker.expr(cursor);
            }
        });
        if !facts.inline {
            facts.name = facts.bindings.first().map(|(name, range, _)| (name.clone(), *range));
        }
    }

    fn with_tag(&mut self, cursor: &mut TreeCursor<'_>, facts: &mut Facts) {
        self.children(cursor, |walker, cursor| {
            if walker.kind(cursor) != Kind::Assignment {
                return drop(walker.expr(cursor));
            }
            let before = facts.bindings.len();
            walker.children(cursor, |walker, cursor| match walker.field(cursor) {
                Field::Target => walker.target(cursor, facts),
                _ => {
                    let value = walker.expr(cursor).value;
                    if let [(_, _, slot)] = &mut facts.bindings[before..] {
                        *slot = value;
                    }
                }
            });
        });
    }

    /// A variable, `ns.attribute`, or several in parentheses.
    fn target(&mut self, cursor: &mut TreeCursor<'_>, facts: &mut Facts) {
        let node = cursor.node();
        match self.names.kind(node) {
            Kind::Identifier => {
                facts.bindings.push((self.node_text(node).into(), self.range(node), Value::Unknown));
            }
            Kind::TargetTuple => self.children(cursor, |walker, cursor| walker.target(cursor, facts)),
            Kind::NamespaceAttribute => self.namespace_attribute(cursor),
            Kind::Other => {}
            _ => drop(self.expr(cursor)),
        }
    }

    /// `{% set ns.x = … %}`
    fn namespace_attribute(&mut self, cursor: &mut TreeCursor<'_>) {
        let mut space = None;
        self.children(cursor, |walker, cursor| {
            let range = walker.range(cursor.node());
            match (walker.kind(cursor), space) {
                (Kind::Identifier, None) => {
                    let (name, reach) = (walker.slice(range), walker.reach);
                    space = Some(walker.locals.read(name, range, Then::Inside, reach));
                }
                (Kind::Identifier, Some(space)) => {
                    walker.locals.attribute(space, walker.slice(range), range, Then::Write);
                }
                (Kind::Other, _) => {}
                _ => drop(walker.expr(cursor)),
            }
        });
    }

    /// Gives `value` to the only variable, or its elements to several.
    fn assign(&mut self, value: Value, facts: &mut Facts) {
        match facts.bindings.as_mut_slice() {
            [(_, _, slot)] => *slot = value,
            several => {
                for (index, (_, _, slot)) in several.iter_mut().enumerate() {
                    *slot = fold::position(&value, index);
                }
            }
        }
    }

    fn definition(&mut self, cursor: &mut TreeCursor<'_>, facts: &mut Facts) {
        self.children(cursor, |walker, cursor| match (walker.field(cursor), walker.kind(cursor)) {
            (Field::Name, Kind::Identifier) => {
                let range = walker.range(cursor.node());
                facts.name = Some((walker.slice(range).into(), range));
            }
            (Field::Name | Field::Parameters, Kind::MissingValue) => {
                let at = walker.point(walker.range(cursor.node()).start());
                let what = if walker.field(cursor) == Field::Name { "a name" } else { "`(` and parameters" };
                walker.fault(at, format!("expected {what}"), None);
            }
            (_, Kind::Parameters) => walker.parameters(cursor, facts),
            (_, Kind::MaterializationOption) => walker.materialization_option(cursor, facts),
            _ => drop(walker.expr(cursor)),
        });
    }

    fn parameters(&mut self, cursor: &mut TreeCursor<'_>, facts: &mut Facts) {
        let open = self.range(cursor.node()).start();
        let (outer, from) = (self.reach, self.locals.mark());
        self.reach = strictest(outer, Reach::Macro);
        self.children(cursor, |walker, cursor| {
            if walker.kind(cursor) == Kind::MissingClose {
                return walker.missing_close(cursor.node(), open, ")");
            }
            if walker.kind(cursor) != Kind::Parameter {
                return drop(walker.expr(cursor));
            }
            let node = walker.range(cursor.node());
            let mut param = None;
            walker.children(cursor, |walker, cursor| {
                let range = walker.range(cursor.node());
                match walker.field(cursor) {
                    Field::Name => {
                        param = Some(Param { name: walker.slice(range).into(), range, has_default: false });
                    }
                    Field::Default => {
                        param.iter_mut().for_each(|param| param.has_default = true);
                        walker.expr(cursor);
                    }
                    _ => {
                        // The names in a type are no variables.
                        let mentions = walker.locals.mark();
                        walker.expr(cursor);
                        walker.locals.mentions.truncate(mentions);
                    }
                }
            });
            let Some(param) = param else { return };
            if !param.has_default && facts.params.last().is_some_and(|before| before.has_default) {
                walker.fault(node, "a parameter without a default after one with a default".into(), None);
            }
            facts.params.push(param);
        });
        self.reach = outer;
        facts.inner = from..self.locals.mark();
    }

    fn materialization_option(&mut self, cursor: &mut TreeCursor<'_>, facts: &mut Facts) {
        let mut name = "";
        self.children(cursor, |walker, cursor| match walker.field(cursor) {
            Field::Name => {
                name = walker.node_text(cursor.node());
                if name == "default" {
                    facts.adapter = Some("default".into());
                }
            }
            Field::Value => {
                let value = walker.expr(cursor).value;
                if name == "adapter" {
                    facts.adapter = value.as_str().map(SmolStr::new);
                }
            }
            _ => drop(walker.expr(cursor)),
        });
    }

    fn call_tag(&mut self, cursor: &mut TreeCursor<'_>, facts: &mut Facts) {
        self.children(cursor, |walker, cursor| match walker.field(cursor) {
            Field::Parameters => walker.parameters(cursor, facts),
            Field::Call => {
                if !matches!(walker.kind(cursor), Kind::Call | Kind::MissingValue) {
                    let range = walker.range(cursor.node());
                    walker.fault(range, "`{% call %}` needs a call: `name(…)`".into(), None);
                }
                walker.expr(cursor);
            }
            _ => drop(walker.expr(cursor)),
        });
    }

    /// Only `endblock` may repeat the name.
    fn end_tag(&mut self, cursor: &mut TreeCursor<'_>) {
        let mut keyword = "";
        self.children(cursor, |walker, cursor| match walker.field(cursor) {
            Field::Name if keyword != "endblock" => walker.unexpected_at(walker.range(cursor.node())),
            Field::Name => {}
            _ => keyword = walker.node_text(cursor.node()),
        });
    }

    /// The tag as a whole is reported by the matching of blocks: its words are not.
    fn unknown_tag(&mut self, cursor: &mut TreeCursor<'_>) {
        let fault = self.fault.take();
        self.all(cursor);
        self.fault = fault;
    }
}
