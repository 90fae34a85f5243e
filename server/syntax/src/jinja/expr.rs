//! Walks the tree of one tag: collects calls, computes what is constant, finds the first fault.
//!
//! One cursor, no allocation per node. Must not know blocks: the reach of the place is given.

use smol_str::SmolStr;
use text::{TextRange, TextSize};
use tree_sitter::{Node, TreeCursor};

use super::fault::Fault;
use super::fold;
use super::kind::{Field, Kind, Names};
use super::locals::{Locals, Then};
use super::reach::{Truth, strictest};
use super::scope::Scopes;
use crate::calls::{Call, Late, Lit, Reach, Value};

/// Deepest nesting that is followed; what lies deeper is unknown and its calls are not found.
pub(super) const MAX_DEPTH: usize = 200;

/// An expression's value, and its truth where it is used as a condition.
pub(crate) struct Outcome {
    pub value: Value,
    pub truth: Truth,
}

impl Outcome {
    pub(super) const UNKNOWN: Outcome = Outcome { value: Value::Unknown, truth: Truth::UNKNOWN };

    fn of(value: Value) -> Outcome {
        let truth = Truth::constant(fold::truthy(&value));
        Outcome { value, truth }
    }
}

/// What reads the trees of one template, one after the other.
pub(crate) struct Walker<'t> {
    pub text: &'t str,
    pub names: Names,
    /// Added to the offsets of the tree being read.
    pub base: usize,
    pub calls: Vec<Call>,
    pub scopes: Scopes,
    pub locals: Locals,
    /// Of the place being read.
    pub reach: Reach,
    /// The first fault of the tree being read.
    pub fault: Option<Fault>,
    pub depth: usize,
}

impl<'t> Walker<'t> {
    pub(crate) fn new(text: &'t str) -> Walker<'t> {
        Walker {
            text,
            names: Names::new(),
            base: 0,
            calls: Vec::new(),
            scopes: Scopes::new(),
            locals: Locals::default(),
            reach: Reach::Always,
            fault: None,
            depth: 0,
        }
    }

    // ---- nodes

    pub(crate) fn kind(&self, cursor: &TreeCursor<'_>) -> Kind {
        self.names.kind(cursor.node())
    }

    pub(crate) fn field(&self, cursor: &TreeCursor<'_>) -> Field {
        self.names.field(cursor.field_id().map(|id| id.get()))
    }

    pub(crate) fn range(&self, node: Node<'_>) -> TextRange {
        text::range(self.base + node.start_byte(), self.base + node.end_byte())
    }

    pub(crate) fn slice(&self, range: TextRange) -> &'t str {
        self.text.get(usize::from(range.start())..usize::from(range.end())).unwrap_or_default()
    }

    pub(crate) fn node_text(&self, node: Node<'_>) -> &'t str {
        self.slice(self.range(node))
    }

    /// Runs `each` on every child of the cursor's node.
    pub(crate) fn children(
        &mut self,
        cursor: &mut TreeCursor<'_>,
        mut each: impl FnMut(&mut Self, &mut TreeCursor<'_>),
    ) {
        if cursor.goto_first_child() {
            loop {
                each(self, cursor);
                if !cursor.goto_next_sibling() {
                    break;
                }
            }
            cursor.goto_parent();
        }
    }

    // ---- expressions

    /// Reads the expression at the cursor.
    pub(crate) fn expr(&mut self, cursor: &mut TreeCursor<'_>) -> Outcome {
        if self.depth >= MAX_DEPTH {
            return Outcome::UNKNOWN;
        }
        self.depth += 1;
        let outcome = self.expr_of(cursor);
        self.depth -= 1;
        outcome
    }

    fn expr_of(&mut self, cursor: &mut TreeCursor<'_>) -> Outcome {
        let node = cursor.node();
        match self.names.kind(node) {
            Kind::Identifier => self.variable(node),
            Kind::Str => Outcome::of(Value::Literal(Lit::Str(self.string(node)))),
            Kind::Number => Outcome::of(fold::number(self.node_text(node))),
            Kind::Boolean => {
                let truth = matches!(self.node_text(node), "true" | "True");
                Outcome::of(Value::Literal(Lit::Bool(truth)))
            }
            Kind::None => Outcome::of(Value::Literal(Lit::None)),
            Kind::UnterminatedStr => {
                self.fault(self.range(node), "this string is never closed".into(), None);
                Outcome::UNKNOWN
            }
            Kind::MissingValue => {
                self.missing_value(node);
                Outcome::UNKNOWN
            }
            Kind::MissingClose => {
                let at = self.point(self.range(node).start());
                self.fault(at, "expected a closing bracket".into(), None);
                Outcome::UNKNOWN
            }
            Kind::ConcatenatedString => self.concatenated(cursor),
            Kind::List | Kind::Tuple | Kind::ExpressionList => self.list(cursor),
            Kind::Dict => self.dict(cursor),
            Kind::Parenthesized => {
                let inner = self.only_child(cursor);
                Outcome { value: fold::elsewhere(inner.value), truth: inner.truth }
            }
            Kind::Unary => self.unary(cursor),
            Kind::Binary => self.binary(cursor),
            Kind::Ternary => self.ternary(cursor),
            Kind::Filter => self.filter(cursor),
            Kind::Test => self.test(cursor),
            // The name of a filter or test is no variable.
            Kind::DottedName => Outcome::UNKNOWN,
            Kind::Call => self.call(cursor),
            Kind::Attribute => self.attribute(cursor),
            Kind::Subscript => self.subscript(cursor),
            Kind::Error => {
                self.unexpected(node);
                self.all(cursor);
                Outcome::UNKNOWN
            }
            _ => {
                self.all(cursor);
                Outcome::UNKNOWN
            }
        }
    }

    /// Reads every child for its calls and faults.
    pub(crate) fn all(&mut self, cursor: &mut TreeCursor<'_>) {
        self.children(cursor, |walker, cursor| {
            walker.expr(cursor);
        });
    }

    fn only_child(&mut self, cursor: &mut TreeCursor<'_>) -> Outcome {
        let open = self.range(cursor.node()).start();
        let mut outcome = Outcome::UNKNOWN;
        self.children(cursor, |walker, cursor| match walker.kind(cursor) {
            Kind::Other => {}
            Kind::MissingClose => walker.missing_close(cursor.node(), open, ")"),
            _ => outcome = walker.expr(cursor),
        });
        outcome
    }

    fn variable(&mut self, node: Node<'_>) -> Outcome {
        let name = self.node_text(node);
        self.locals.read(name, self.range(node), Then::Read, self.reach);
        let value = self.scopes.get(name);
        if value == Value::Unknown && name == "execute" {
            return Outcome { value, truth: Truth::EXECUTE };
        }
        Outcome::of(value)
    }

    fn string(&self, node: Node<'_>) -> SmolStr {
        let text = self.node_text(node);
        fold::unescape(text.get(1..text.len().max(2) - 1).unwrap_or_default())
    }

    fn concatenated(&mut self, cursor: &mut TreeCursor<'_>) -> Outcome {
        let mut value = Value::Literal(Lit::Str(SmolStr::default()));
        self.children(cursor, |walker, cursor| {
            let part = walker.expr(cursor).value;
            value = fold::binary("~", &value, &part);
        });
        Outcome::of(value)
    }

    fn list(&mut self, cursor: &mut TreeCursor<'_>) -> Outcome {
        let node = cursor.node();
        let (open, kind) = (self.range(node).start(), self.names.kind(node));
        let mut items = Vec::new();
        self.children(cursor, |walker, cursor| match walker.kind(cursor) {
            Kind::Other => {}
            Kind::MissingClose => {
                walker.missing_close(cursor.node(), open, if kind == Kind::List { "]" } else { ")" })
            }
            _ => items.push(walker.expr(cursor).value),
        });
        Outcome::of(Value::Literal(Lit::List(items)))
    }

    fn dict(&mut self, cursor: &mut TreeCursor<'_>) -> Outcome {
        let open = self.range(cursor.node()).start();
        let (mut entries, mut complete) = (Vec::new(), true);
        self.children(cursor, |walker, cursor| match walker.kind(cursor) {
            Kind::Other => {}
            Kind::MissingClose => walker.missing_close(cursor.node(), open, "}"),
            Kind::Pair => {
                let (mut key, mut value) = (Value::Unknown, Value::Unknown);
                walker.children(cursor, |walker, cursor| match walker.field(cursor) {
                    Field::Key => key = walker.expr(cursor).value,
                    Field::Value => value = walker.expr(cursor).value,
                    _ => drop(walker.expr(cursor)),
                });
                match key.as_str() {
                    Some(key) => entries.push((SmolStr::new(key), value)),
                    None => complete = false,
                }
            }
            _ => {
                complete = false;
                walker.expr(cursor);
            }
        });
        Outcome::of(Value::Literal(Lit::Dict { entries, complete }))
    }

    fn unary(&mut self, cursor: &mut TreeCursor<'_>) -> Outcome {
        let (mut operator, mut operand) = ("", Outcome::UNKNOWN);
        self.children(cursor, |walker, cursor| match walker.field(cursor) {
            Field::Operator => operator = walker.node_text(cursor.node()),
            _ => operand = walker.expr(cursor),
        });
        if operator != "not" {
            return Outcome::of(fold::sign(operator == "-", operand.value));
        }
        let truth = operand.truth.not();
        let value = match (truth.settled(), operand.value) {
            (Some(truth), _) => Value::Folded(vec![Lit::Bool(truth)]),
            (None, late @ Value::Late(_)) => Late::Not(late).value(),
            (None, _) => Value::Unknown,
        };
        Outcome { value, truth }
    }

    /// Goes down the left side first, so that a long chain of operators costs no stack.
    fn binary(&mut self, cursor: &mut TreeCursor<'_>) -> Outcome {
        let mut levels = 0;
        while self.kind(cursor) == Kind::Binary && cursor.goto_first_child() {
            levels += 1;
        }
        let mut left = self.expr(cursor);
        for _ in 0..levels {
            let mut operator = "";
            while cursor.goto_next_sibling() {
                match self.field(cursor) {
                    Field::Operator => operator = self.node_text(cursor.node()),
                    Field::Right => left = self.operation(left, operator, cursor),
                    _ => drop(self.expr(cursor)),
                }
            }
            cursor.goto_parent();
        }
        left
    }

    fn operation(&mut self, left: Outcome, operator: &str, cursor: &mut TreeCursor<'_>) -> Outcome {
        let condition = match operator {
            "and" => left.truth,
            "or" => left.truth.not(),
            _ => {
                let right = self.expr(cursor).value;
                return Outcome::of(fold::binary(operator, &left.value, &right));
            }
        };
        let right = self.under(condition, cursor);
        let truth = if operator == "and" { left.truth.and(right.truth) } else { left.truth.or(right.truth) };
        let value = match condition.settled() {
            Some(true) => fold::elsewhere(right.value),
            Some(false) => fold::elsewhere(left.value),
            None if !matches!(left.value, Value::Late(_)) => fold::either(left.value, right.value),
            None if operator == "and" => Late::And(left.value, right.value).value(),
            None => Late::Or(left.value, right.value).value(),
        };
        Outcome { value, truth }
    }

    /// Reads the expression at the cursor, which is only evaluated when `condition` holds.
    fn under(&mut self, condition: Truth, cursor: &mut TreeCursor<'_>) -> Outcome {
        let outer = self.reach;
        self.reach = condition.within(outer);
        let outcome = self.expr(cursor);
        self.reach = outer;
        outcome
    }

    fn ternary(&mut self, cursor: &mut TreeCursor<'_>) -> Outcome {
        let (from, names) = (self.calls.len(), self.locals.mark());
        let (mut then, mut truth) = (Outcome::UNKNOWN, Truth::UNKNOWN);
        let mut otherwise = None;
        self.children(cursor, |walker, cursor| match walker.field(cursor) {
            Field::Then => then = walker.expr(cursor),
            Field::Condition => {
                let (to, read) = (walker.calls.len(), walker.locals.mark());
                truth = walker.expr(cursor).truth;
                // Written before its condition, evaluated after it.
                for call in &mut walker.calls[from..to] {
                    call.reach = strictest(call.reach, truth.within(Reach::Always));
                }
                for mention in &mut walker.locals.mentions[names..read] {
                    mention.reach = strictest(mention.reach, truth.within(Reach::Always));
                }
            }
            Field::Else => otherwise = Some(walker.under(truth.not(), cursor)),
            _ => drop(walker.expr(cursor)),
        });
        let otherwise = otherwise.unwrap_or(Outcome::UNKNOWN);
        let value = match truth.settled() {
            Some(true) => fold::elsewhere(then.value),
            Some(false) => fold::elsewhere(otherwise.value),
            None => fold::either(then.value, otherwise.value),
        };
        Outcome { truth: truth.and(then.truth).or(truth.not().and(otherwise.truth)), value }
    }

    fn filter(&mut self, cursor: &mut TreeCursor<'_>) -> Outcome {
        let (mut value, mut name, mut plain) = (Value::Unknown, "", true);
        let mut read = None;
        self.children(cursor, |walker, cursor| match walker.field(cursor) {
            Field::Value => {
                let outcome;
                (outcome, read) = walker.named(cursor);
                value = outcome.value;
            }
            Field::Name if walker.kind(cursor) == Kind::DottedName => name = walker.node_text(cursor.node()),
            Field::Arguments => {
                plain = false;
                walker.arguments(cursor);
            }
            _ => drop(walker.expr(cursor)),
        });
        if matches!(name, "default" | "d") {
            self.used(read, Then::Asked);
        }
        Outcome::of(if plain { fold::filter(name, &value) } else { Value::Unknown })
    }

    /// `x is defined` asks; every other test takes what there is.
    fn test(&mut self, cursor: &mut TreeCursor<'_>) -> Outcome {
        self.children(cursor, |walker, cursor| match walker.field(cursor) {
            Field::Value => {
                let (_, read) = walker.named(cursor);
                walker.used(read, Then::Asked);
            }
            _ => drop(walker.expr(cursor)),
        });
        Outcome::UNKNOWN
    }

    /// Reads the expression at the cursor; when it is a name alone, with its mention.
    pub(crate) fn named(&mut self, cursor: &mut TreeCursor<'_>) -> (Outcome, Option<usize>) {
        let mention = (self.kind(cursor) == Kind::Identifier).then(|| self.locals.mark());
        let outcome = self.expr(cursor);
        (outcome, mention.filter(|at| *at < self.locals.mark()))
    }

    /// Says what is done with a mention.
    pub(crate) fn used(&mut self, mention: Option<usize>, then: Then) {
        if let Some(mention) = mention.and_then(|at| self.locals.mentions.get_mut(at)) {
            mention.then = then;
        }
    }

    fn attribute(&mut self, cursor: &mut TreeCursor<'_>) -> Outcome {
        let (mut object, mut name, mut read) = (Value::Unknown, None, None);
        self.children(cursor, |walker, cursor| match walker.field(cursor) {
            Field::Object => {
                let outcome;
                (outcome, read) = walker.named(cursor);
                object = outcome.value;
                walker.used(read, Then::Inside);
            }
            Field::Name if walker.kind(cursor) == Kind::Identifier => {
                let range = walker.range(cursor.node());
                name = Some(walker.slice(range));
                if let Some(read) = read {
                    walker.locals.attribute(read, walker.slice(range), range, Then::Read);
                }
            }
            Field::Name if walker.kind(cursor) == Kind::Number => {}
            _ => drop(walker.expr(cursor)),
        });
        Outcome::of(name.map_or(Value::Unknown, |name| fold::item(&object, &Lit::Str(name.into()))))
    }

    fn subscript(&mut self, cursor: &mut TreeCursor<'_>) -> Outcome {
        let (mut object, mut keys, mut open) = (Value::Unknown, Vec::new(), TextSize::new(0));
        self.children(cursor, |walker, cursor| match (walker.field(cursor), walker.kind(cursor)) {
            (Field::Object, _) => {
                let (outcome, read) = walker.named(cursor);
                object = outcome.value;
                walker.used(read, Then::Inside);
                open = walker.range(cursor.node()).end();
            }
            (_, Kind::Other) => {}
            (_, Kind::MissingClose) => walker.missing_close(cursor.node(), open, "]"),
            _ => keys.push(walker.expr(cursor).value),
        });
        let key = if let [key] = keys.as_slice() { key.single() } else { None };
        Outcome::of(key.map_or(Value::Unknown, |key| fold::item(&object, key)))
    }
}
