//! The core's plain data into the protocol's types, as far as the client understands them.

pub mod completion;
pub mod diagnostic;
pub mod edit;
pub mod location;
pub mod markup;
pub mod symbol;
pub mod tokens;

use crate::documents::Text;
use crate::lsp;
use text::{Encoding, TextRange, TextSize};

/// The position of a byte offset.
pub fn position(text: &Text, offset: TextSize, encoding: Encoding) -> lsp::Position {
    let at = text.lines.line_col(&text.text, offset, encoding);
    lsp::Position { line: at.line, character: at.col }
}

/// The range of a byte range.
pub fn range(text: &Text, range: TextRange, encoding: Encoding) -> lsp::Range {
    lsp::Range { start: position(text, range.start(), encoding), end: position(text, range.end(), encoding) }
}
