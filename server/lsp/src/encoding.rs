//! Which of the three ways to count columns this session uses.

use crate::lsp;
use text::Encoding;

/// The client's first preference that we know; UTF-16 when it states none (LSP 3.17).
pub fn negotiate(offered: Option<&[lsp::PositionEncodingKind]>) -> Encoding {
    offered.into_iter().flatten().find_map(known).unwrap_or(Encoding::Utf16)
}

fn known(kind: &lsp::PositionEncodingKind) -> Option<Encoding> {
    match kind {
        lsp::PositionEncodingKind::UTF8 => Some(Encoding::Utf8),
        lsp::PositionEncodingKind::UTF16 => Some(Encoding::Utf16),
        lsp::PositionEncodingKind::UTF32 => Some(Encoding::Utf32),
        lsp::PositionEncodingKind::Custom(_) => None,
    }
}

/// The protocol's name of an encoding.
pub fn to_proto(encoding: Encoding) -> lsp::PositionEncodingKind {
    match encoding {
        Encoding::Utf8 => lsp::PositionEncodingKind::UTF8,
        Encoding::Utf16 => lsp::PositionEncodingKind::UTF16,
        Encoding::Utf32 => lsp::PositionEncodingKind::UTF32,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use lsp::PositionEncodingKind as Kind;

    #[test]
    fn the_first_known_preference_wins_and_utf_16_is_the_default() {
        assert_eq!(negotiate(None), Encoding::Utf16);
        assert_eq!(negotiate(Some(&[])), Encoding::Utf16);
        assert_eq!(
            negotiate(Some(&[Kind::Custom("utf-7".into()), Kind::UTF32, Kind::UTF8])),
            Encoding::Utf32
        );
        assert_eq!(negotiate(Some(&[Kind::UTF8, Kind::UTF16])), Encoding::Utf8);
    }
}
