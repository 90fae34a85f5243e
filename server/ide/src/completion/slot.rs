//! Where a name is being typed: what is replaced, what is matched, and how the name is written there.

use syntax::calls::Lit;
use syntax::cursor::{ArgSite, CallSite, StrSite};
use text::{TextRange, TextSize, size};

use super::Cx;
use crate::at::Host;

/// A place for a name.
#[derive(Debug, Clone)]
pub(crate) struct Slot {
    /// Replaced by the proposal: the whole argument without its quotes, whatever side of the cursor.
    pub range: TextRange,
    /// What is typed of the name, before the cursor.
    pub typed: String,
    /// A quote is written before the name.
    opens: bool,
    /// A quote is written behind it.
    closes: bool,
    quote: &'static str,
    host: Host,
}

impl Slot {
    /// The argument the cursor is in; `None` when it is no name (a variable, a number, an expression).
    pub(crate) fn of(cx: &Cx<'_>, call: &CallSite) -> Option<Slot> {
        let arg = call.args.get(call.active)?;
        match &arg.string {
            Some(string) => Slot::in_string(cx, string),
            None => Slot::bare(cx, call, arg),
        }
    }

    /// The value of `v=` in a call: a number, a string or nothing yet.
    pub(crate) fn of_version(cx: &Cx<'_>, call: &CallSite) -> Option<Slot> {
        let arg = call.args.get(call.active)?;
        match &arg.string {
            Some(string) => Slot::in_string(cx, string),
            None if !arg.range.contains_inclusive(cx.offset) => None,
            None => {
                let typed = cx.text.get(arg.range.start().into()..cx.offset.into()).unwrap_or_default();
                let end =
                    if call.close.is_some() { arg.range.end() } else { cx.offset.max(arg.range.start()) };
                let range = TextRange::new(arg.range.start(), end);
                Some(Slot {
                    range,
                    typed: typed.into(),
                    opens: true,
                    closes: true,
                    quote: quote(cx, call),
                    host: cx.host,
                })
            }
        }
    }

    /// Whether the cursor is between quotes.
    pub(crate) fn is_quoted(&self) -> bool {
        !self.opens
    }

    /// A value of YAML, or anything else that is written as it is.
    pub(crate) fn verbatim(range: TextRange, typed: &str) -> Slot {
        Slot { range, typed: typed.to_owned(), opens: false, closes: false, quote: "", host: Host::Plain }
    }

    /// The string the cursor is in.
    pub(crate) fn in_string(cx: &Cx<'_>, string: &StrSite) -> Option<Slot> {
        let (start, mut end) = (string.content.start(), string.content.end());
        if !string.content.contains_inclusive(cx.offset) {
            return None;
        }
        let typed = cx.text.get(start.into()..cx.offset.into()).unwrap_or_default();
        let rest = cx.text.get(cx.offset.into()..end.into()).unwrap_or_default();
        if typed.contains(['\n', '\r']) {
            return None;
        }
        // A quote on a later line is not the one that will close this name.
        let terminated = string.terminated && !rest.contains(['\n', '\r']);
        if !terminated {
            // What follows the cursor may be anything: only the name goes on.
            end = cx.offset + size(name_length(rest));
        }
        Some(Slot {
            range: TextRange::new(start, end),
            typed: typed.to_owned(),
            opens: false,
            closes: !terminated,
            quote: if string.quote == '"' { "\"" } else { "'" },
            host: cx.host,
        })
    }

    fn bare(cx: &Cx<'_>, call: &CallSite, arg: &ArgSite) -> Option<Slot> {
        if arg.value.single().is_some_and(|lit| !matches!(lit, Lit::Str(_))) {
            return None;
        }
        if !arg.range.contains_inclusive(cx.offset) {
            return None;
        }
        let (start, end): (usize, usize) = (arg.range.start().into(), arg.range.end().into());
        let offset = usize::from(cx.offset);
        let (typed, rest) = (cx.text.get(start..offset)?, cx.text.get(offset..end)?);
        let after = name_length(rest);
        // An expression is no name being typed; while the call is open what follows may belong elsewhere.
        let whole = after == rest.len() || call.close.is_none();
        if !whole || name_length(typed) != typed.len() {
            return None;
        }
        let quote = quote(cx, call);
        let range = TextRange::new(arg.range.start(), TextSize::new((offset + after) as u32));
        Some(Slot { range, typed: typed.to_owned(), opens: true, closes: true, quote, host: cx.host })
    }

    /// The text that writes a name here.
    pub(crate) fn write(&self, name: &str) -> String {
        self.write_all(&[name])
    }

    /// The text that writes one argument after the other here.
    pub(crate) fn write_all(&self, names: &[&str]) -> String {
        let quote = self.quote;
        let between = format!("{quote}, {quote}");
        let (open, close) = (if self.opens { quote } else { "" }, if self.closes { quote } else { "" });
        self.host.encode(format!("{open}{}{close}", names.join(&between)))
    }
}

/// The quote of the call's other strings, else the usual one.
fn quote(cx: &Cx<'_>, call: &CallSite) -> &'static str {
    match call.args.iter().find_map(|arg| arg.string.as_ref()) {
        Some(other) if other.quote == '"' => "\"",
        Some(_) => "'",
        None => cx.host.quote(),
    }
}

/// Bytes of the name at the start of `text`.
fn name_length(text: &str) -> usize {
    text.find(|c: char| !(c.is_alphanumeric() || matches!(c, '_' | '-' | '.'))).unwrap_or(text.len())
}
