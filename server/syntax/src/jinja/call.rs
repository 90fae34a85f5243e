//! Calls: the name of what is called, and its arguments.

use smol_str::SmolStr;
use text::TextRange;
use tree_sitter::TreeCursor;

use super::expr::{MAX_DEPTH, Outcome, Walker};
use super::fold;
use super::kind::{Field, Kind};
use super::locals::Then;
use super::reach::Truth;
use crate::calls::{Arg, Call, Value};

impl Walker<'_> {
    pub(crate) fn call(&mut self, cursor: &mut TreeCursor<'_>) -> Outcome {
        let node = self.range(cursor.node());
        let mut at = None;
        let mut truth = Truth::UNKNOWN;
        self.children(cursor, |walker, cursor| match walker.field(cursor) {
            Field::Function => {
                let callee = walker.callee(cursor, Then::Call);
                let (name, name_range) = walker.callee_name(callee);
                if matches!(name.as_str(), "is_incremental" | "dbt.is_incremental") {
                    truth = Truth::INCREMENTAL;
                }
                at = Some(walker.calls.len());
                walker.calls.push(Call {
                    name,
                    name_range,
                    range: TextRange::new(name_range.start().min(node.end()), node.end()),
                    args: Vec::new(),
                    reach: walker.reach,
                    complete: true,
                });
            }
            Field::Arguments => {
                let (args, complete) = walker.arguments(cursor);
                if let Some(call) = at.and_then(|at| walker.calls.get_mut(at)) {
                    call.args = args;
                    call.complete = complete;
                }
            }
            _ => drop(walker.expr(cursor)),
        });
        let call = at.and_then(|at| self.calls.get(at)).filter(|call| call.name == "var" && call.complete);
        let value = call.map_or(Value::Unknown, |call| fold::variable(&call.args));
        Outcome { value, truth }
    }

    /// The callee at the cursor; the calls inside it are read.
    fn callee(&mut self, cursor: &mut TreeCursor<'_>, then: Then) -> Callee {
        let node = self.range(cursor.node());
        match self.kind(cursor) {
            Kind::Identifier => {
                self.locals.read(self.slice(node), node, then, self.reach);
                Callee::Dotted(node)
            }
            Kind::Attribute if self.depth < MAX_DEPTH => {
                self.depth += 1;
                let mut callee = Callee::Result(node);
                let mut read = None;
                self.children(cursor, |walker, cursor| {
                    let range = walker.range(cursor.node());
                    match walker.field(cursor) {
                        Field::Object => {
                            let named = walker.kind(cursor) == Kind::Identifier;
                            read = named.then(|| walker.locals.mark());
                            callee = walker.callee(cursor, Then::Inside);
                        }
                        Field::Name => {
                            if let Some(read) = read {
                                walker.locals.attribute(read, walker.slice(range), range, then);
                            }
                            callee = match callee {
                                Callee::Dotted(object) => Callee::Dotted(object.cover(range)),
                                Callee::After(chain) => Callee::After(chain.cover(range)),
                                _ => Callee::After(range),
                            };
                            if walker.kind(cursor) == Kind::MissingValue {
                                walker.missing_value(cursor.node());
                            }
                        }
                        _ if walker.kind(cursor) == Kind::Other => {}
                        _ => drop(walker.expr(cursor)),
                    }
                });
                self.depth -= 1;
                callee
            }
            kind => {
                self.expr(cursor);
                if kind == Kind::Subscript { Callee::Item(node) } else { Callee::Result(node) }
            }
        }
    }

    fn callee_name(&self, callee: Callee) -> (SmolStr, TextRange) {
        let squeezed = |range: TextRange, dot: &str| {
            let text = self.slice(range);
            if dot.is_empty() && !text.contains(char::is_whitespace) {
                return SmolStr::new(text);
            }
            SmolStr::from_iter(dot.chars().chain(text.chars().filter(|c| !c.is_whitespace())))
        };
        match callee {
            Callee::Dotted(range) => (squeezed(range, ""), range),
            Callee::After(range) => (squeezed(range, "."), range),
            Callee::Item(range) => ("[]".into(), range),
            Callee::Result(range) => ("()".into(), range),
        }
    }

    /// The arguments at the cursor, and whether all of them and the closing parenthesis are there.
    pub(crate) fn arguments(&mut self, cursor: &mut TreeCursor<'_>) -> (Vec<Arg>, bool) {
        let open = self.range(cursor.node()).start();
        let (mut args, mut complete) = (Vec::<Arg>::new(), true);
        self.children(cursor, |walker, cursor| {
            let node = cursor.node();
            match walker.kind(cursor) {
                Kind::Other => complete &= !node.is_missing(),
                Kind::MissingClose => {
                    complete = false;
                    walker.missing_close(node, open, ")");
                }
                Kind::Error => {
                    complete = false;
                    walker.expr(cursor);
                }
                kind => {
                    let arg = match kind {
                        Kind::KeywordArgument | Kind::Splat => walker.special_argument(kind, cursor),
                        _ => {
                            if args.last().is_some_and(|arg| arg.splat || arg.keyword.is_some()) {
                                let message = "a positional argument after a keyword argument".to_owned();
                                walker.fault(walker.range(node), message, None);
                            }
                            let value = walker.expr(cursor).value;
                            Arg { keyword: None, range: walker.range(node), value, splat: false }
                        }
                    };
                    complete &=
                        !matches!(kind, Kind::UnterminatedStr) && !arg.range.is_empty() && !node.has_error();
                    args.push(arg);
                }
            }
        });
        (args, complete)
    }

    /// `name=value`, `*value`, `**value`.
    fn special_argument(&mut self, kind: Kind, cursor: &mut TreeCursor<'_>) -> Arg {
        let end = self.range(cursor.node()).end();
        let mut arg = Arg {
            keyword: None,
            range: TextRange::empty(end),
            value: Value::Unknown,
            splat: kind == Kind::Splat,
        };
        self.children(cursor, |walker, cursor| {
            let range = walker.range(cursor.node());
            match (walker.field(cursor), walker.kind(cursor)) {
                (Field::Name, _) => arg.keyword = Some((walker.slice(range).into(), range)),
                (_, Kind::Other) => {}
                _ => {
                    arg.value = walker.expr(cursor).value;
                    arg.range = range;
                }
            }
        });
        arg
    }
}

/// What is called.
enum Callee {
    /// `a.b`
    Dotted(TextRange),
    /// `.b` of `a().b`
    After(TextRange),
    /// `a['b']`
    Item(TextRange),
    /// `a()`, `(a)`
    Result(TextRange),
}
