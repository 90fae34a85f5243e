//! What is wrong with a tag, in words: the first fault of each.

use text::{TextRange, TextSize};
use tree_sitter::Node;

use super::expr::Walker;

/// The first thing wrong with a tag.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Fault {
    pub range: TextRange,
    pub message: String,
    pub related: Option<(TextRange, String)>,
}

impl Walker<'_> {
    pub(crate) fn fault(&mut self, range: TextRange, message: String, related: Option<(TextRange, String)>) {
        if self.fault.as_ref().is_none_or(|fault| range.start() < fault.range.start()) {
            self.fault = Some(Fault { range, message, related });
        }
    }

    pub(crate) fn unexpected(&mut self, node: Node<'_>) {
        let range = self.range(node);
        if node.is_missing() {
            let at = self.point(range.start());
            return self.fault(at, format!("expected `{}`", node.kind()), None);
        }
        let stranger = stranger(self.slice(range)).map(|at| range.start() + text::size(at));
        self.unexpected_at(TextRange::new(stranger.unwrap_or(range.start()), range.end()));
    }

    /// What is at the start of `range` does not belong there.
    pub(crate) fn unexpected_at(&mut self, range: TextRange) {
        let text = self.slice(range);
        let start = text.len() - text.trim_start().len();
        let rest = &text[start..];
        let word =
            rest.chars().take_while(|c| c.is_alphanumeric() || *c == '_').map(char::len_utf8).sum::<usize>();
        let len = if word > 0 { word } else { rest.chars().next().map_or(0, char::len_utf8) };
        let from = range.start() + text::size(start);
        if len == 0 {
            return self.fault(self.point(range.start()), "something is missing here".into(), None);
        }
        let message = format!("unexpected `{}`", &rest[..len]);
        self.fault(TextRange::at(from, text::size(len)), message, None);
    }

    /// The character before `at`: something must follow it.
    pub(crate) fn point(&self, at: TextSize) -> TextRange {
        let end = usize::from(at).min(self.text.len());
        let before = self.text.get(..end).and_then(|text| text.chars().next_back()).map_or(0, char::len_utf8);
        text::range(end - before, end)
    }

    pub(crate) fn missing_value(&mut self, node: Node<'_>) {
        let at = self.point(self.range(node).start());
        self.fault(at, "expected a value".into(), None);
    }

    /// A fault if the cursor's node, the last child of a bracket, stands for the missing closing one.
    pub(crate) fn missing_close(&mut self, node: Node<'_>, open: TextSize, close: &str) {
        let at = self.point(self.range(node).start());
        let related = (TextRange::at(open, text::size(1)), "opened here".to_owned());
        self.fault(at, format!("expected `{close}`"), Some(related));
    }
}

/// Where a character is, outside of strings, that no expression has.
fn stranger(text: &str) -> Option<usize> {
    let mut quote = None;
    text.bytes().position(|byte| match (quote, byte) {
        (None, b'\'' | b'"') => {
            quote = Some(byte);
            false
        }
        (Some(open), _) => {
            quote = quote.filter(|_| byte != open);
            false
        }
        _ => b"@$?!;#\\`&^".contains(&byte),
    })
}
