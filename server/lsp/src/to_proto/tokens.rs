//! Semantic tokens in the protocol's form: a legend the client understands, places relative to each other, and what
//! changed since the last answer.

use crate::documents::DocKey;
use crate::lsp::{self, SemanticToken};
use ide::{Token, TokenKind, TokenMarks};
use rustc_hash::FxHashMap;
use std::sync::{Arc, Mutex, PoisonError};
use text::Encoding;

/// Every kind with our own name for it and the standard type that stands in for it where the client does not list
/// ours. The standard ones are chosen to differ in common themes, not for what they mean elsewhere.
const TYPES: [(TokenKind, &str, &str); 24] = [
    (TokenKind::Project, "dbtProject", "namespace"),
    (TokenKind::Model, "dbtModel", "class"),
    (TokenKind::UpstreamModel, "dbtUpstreamModel", "property"),
    (TokenKind::Seed, "dbtSeed", "struct"),
    (TokenKind::Snapshot, "dbtSnapshot", "struct"),
    (TokenKind::Source, "dbtSource", "enum"),
    (TokenKind::Table, "dbtTable", "enumMember"),
    (TokenKind::Version, "dbtVersion", "number"),
    (TokenKind::Column, "dbtColumn", "property"),
    (TokenKind::Exposure, "dbtExposure", "interface"),
    (TokenKind::Metric, "dbtMetric", "event"),
    (TokenKind::Group, "dbtGroup", "typeParameter"),
    (TokenKind::Docs, "dbtDocs", "regexp"),
    (TokenKind::Test, "dbtTest", "decorator"),
    (TokenKind::Macro, "dbtMacro", "macro"),
    (TokenKind::Function, "function", "function"),
    (TokenKind::Parameter, "parameter", "parameter"),
    (TokenKind::Variable, "variable", "variable"),
    (TokenKind::Property, "property", "property"),
    (TokenKind::Keyword, "keyword", "keyword"),
    (TokenKind::Str, "string", "string"),
    (TokenKind::Number, "number", "number"),
    (TokenKind::Comment, "comment", "comment"),
    (TokenKind::Operator, "operator", "operator"),
];

/// In the order of their bits.
const MODIFIERS: [(TokenMarks, &str); 4] = [
    (TokenMarks::DECLARATION, "declaration"),
    (TokenMarks::DEPRECATED, "deprecated"),
    (TokenMarks::BUILT_IN, "defaultLibrary"),
    (TokenMarks::UPSTREAM, "upstream"),
];

/// The names of types and modifiers for one client.
#[derive(Debug)]
pub struct Legend {
    names: Vec<&'static str>,
    of_kind: FxHashMap<TokenKind, u32>,
}

impl Legend {
    /// For a client that lists these types.
    pub fn new(known: &[String]) -> Legend {
        let mut legend = Legend { names: Vec::new(), of_kind: FxHashMap::default() };
        for (kind, own, standard) in TYPES {
            let name = if known.iter().any(|known| known == own) { own } else { standard };
            let at = legend.names.iter().position(|known| *known == name).unwrap_or_else(|| {
                legend.names.push(name);
                legend.names.len() - 1
            });
            legend.of_kind.insert(kind, at as u32);
        }
        legend
    }

    /// As the answer to `initialize` has it.
    pub fn to_proto(&self) -> lsp::SemanticTokensLegend {
        lsp::SemanticTokensLegend {
            token_types: self.names.iter().map(|name| (*name).to_owned()).collect(),
            token_modifiers: MODIFIERS.iter().map(|(_, name)| (*name).to_owned()).collect(),
        }
    }

    /// Tokens of `text`, in order, one for each line that they touch: few clients draw one over several lines.
    pub fn encode(&self, text: &str, encoding: Encoding, tokens: &[Token]) -> Vec<SemanticToken> {
        let mut out = Vec::with_capacity(tokens.len());
        let mut walk = Walk { text, encoding, at: 0, line: 0, col: 0 };
        let (mut last_line, mut last_col) = (0, 0);
        for token in tokens {
            let marks = MODIFIERS.iter().enumerate().filter(|(_, (mark, _))| token.marks.has(*mark));
            let bits = marks.map(|(bit, _)| 1 << bit).sum();
            let mut start = usize::from(token.range.start());
            let end = usize::from(token.range.end()).min(text.len());
            while start < end {
                let piece = text[start..end].split(['\r', '\n']).next().unwrap_or_default();
                walk.to(start);
                let (line, col) = (walk.line, walk.col);
                walk.to(start + piece.len());
                if !piece.is_empty() {
                    out.push(SemanticToken {
                        delta_line: line - last_line,
                        delta_start: if line == last_line { col - last_col } else { col },
                        length: walk.col - col,
                        token_type: self.of_kind.get(&token.kind).copied().unwrap_or_default(),
                        token_modifiers_bitset: bits,
                    });
                    (last_line, last_col) = (line, col);
                }
                start += piece.len() + 1;
            }
        }
        out
    }
}

/// Counts lines and columns once through a text, however long its lines are.
struct Walk<'t> {
    text: &'t str,
    encoding: Encoding,
    at: usize,
    line: u32,
    col: u32,
}

impl Walk<'_> {
    fn to(&mut self, offset: usize) {
        let bytes = self.text.as_bytes();
        for (at, c) in self.text[self.at..offset].char_indices() {
            let lone = c == '\r' && bytes.get(self.at + at + 1) != Some(&b'\n');
            if c == '\n' || lone {
                self.line += 1;
                self.col = 0;
            } else {
                self.col += match self.encoding {
                    Encoding::Utf8 => c.len_utf8() as u32,
                    Encoding::Utf16 => c.len_utf16() as u32,
                    Encoding::Utf32 => 1,
                };
            }
        }
        self.at = offset;
    }
}

/// What each open document was last told, for telling only what changed. Shared by all snapshots.
#[derive(Debug, Clone, Default)]
pub struct Told(Arc<Mutex<FxHashMap<DocKey, Answered>>>);

/// An answer's number, and what it said.
type Answered = (u64, Vec<SemanticToken>);

impl Told {
    /// Remembers an answer; its id, and what was told before under `previous`, if that is still known.
    pub fn replace(
        &self,
        key: &DocKey,
        tokens: &[SemanticToken],
        previous: Option<&str>,
    ) -> (String, Option<Vec<SemanticToken>>) {
        let mut told = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let before = told.remove(key);
        let id = before.as_ref().map_or(1, |(id, _)| id + 1);
        told.insert(Arc::clone(key), (id, tokens.to_vec()));
        let known = before.filter(|(id, _)| previous == Some(id.to_string().as_str()));
        (id.to_string(), known.map(|(_, tokens)| tokens))
    }

    /// Forgets a closed document.
    pub fn forget(&self, key: &DocKey) {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).remove(key);
    }
}

/// The edit that makes `new` of `old`, if they differ: everything between what both begin and end with.
pub fn delta(old: &[SemanticToken], new: &[SemanticToken]) -> Vec<lsp::SemanticTokensEdit> {
    let head = old.iter().zip(new).take_while(|(a, b)| a == b).count();
    let tail = old[head..].iter().rev().zip(new[head..].iter().rev()).take_while(|(a, b)| a == b).count();
    let (gone, come) = (&old[head..old.len() - tail], &new[head..new.len() - tail]);
    if gone.is_empty() && come.is_empty() {
        return Vec::new();
    }
    let numbers = come.iter().flat_map(|token| {
        [token.delta_line, token.delta_start, token.length, token.token_type, token.token_modifiers_bitset]
    });
    vec![lsp::SemanticTokensEdit {
        start: head as u32 * 5,
        delete_count: gone.len() as u32 * 5,
        data: Some(numbers.collect()),
    }]
}

#[cfg(test)]
mod tests {
    use super::*;

    fn token(start: usize, end: usize, kind: TokenKind) -> Token {
        Token { range: text::range(start, end), kind, marks: TokenMarks::UPSTREAM }
    }

    #[test]
    fn own_types_are_used_where_the_client_lists_them() {
        let names = |known: &[&str]| {
            let known: Vec<String> = known.iter().map(|name| (*name).to_owned()).collect();
            Legend::new(&known).to_proto().token_types
        };
        let standard = names(&["class"]);
        assert!(
            standard.contains(&"class".to_owned()) && !standard.iter().any(|name| name.starts_with("dbt"))
        );
        let own = names(&["dbtModel"]);
        assert!(own.contains(&"dbtModel".to_owned()) && !own.contains(&"class".to_owned()));
    }

    #[test]
    fn places_are_relative_and_split_at_line_ends() {
        let text = "🪴a\r\n{# é\r\nb #}c";
        let at = |needle: &str| text.find(needle).unwrap();
        let tokens = [
            token(at("a"), at("a") + 1, TokenKind::Model),
            token(at("{#"), at("c"), TokenKind::Comment),
            token(at("c"), at("c") + 1, TokenKind::Table),
        ];
        let places = |encoding| {
            let found = Legend::new(&[]).encode(text, encoding, &tokens);
            assert!(found.iter().all(|token| token.token_modifiers_bitset == 8));
            found.iter().map(|t| (t.delta_line, t.delta_start, t.length)).collect::<Vec<_>>()
        };
        assert_eq!(places(Encoding::Utf16), [(0, 2, 1), (1, 0, 4), (1, 0, 4), (0, 4, 1)]);
        assert_eq!(places(Encoding::Utf8), [(0, 4, 1), (1, 0, 5), (1, 0, 4), (0, 4, 1)]);
    }

    #[test]
    fn a_delta_makes_the_new_of_the_old() {
        let of = |lengths: &[u32]| -> Vec<SemanticToken> {
            let one = |length: &u32| SemanticToken {
                delta_line: 0,
                delta_start: 1,
                length: *length,
                token_type: 0,
                token_modifiers_bitset: 0,
            };
            lengths.iter().map(one).collect()
        };
        for (old, new) in [
            (&[1, 2, 3][..], &[1, 9, 3][..]),
            (&[1, 1], &[1, 1, 1]),
            (&[1, 1, 1], &[1]),
            (&[], &[4]),
            (&[4], &[]),
            (&[5, 6], &[5, 6]),
        ] {
            let mut applied: Vec<u32> = old.to_vec();
            for edit in delta(&of(old), &of(new)) {
                let (start, gone) = (edit.start as usize / 5, edit.delete_count as usize / 5);
                let come: Vec<u32> = edit.data.unwrap().chunks(5).map(|token| token[2]).collect();
                applied.splice(start..start + gone, come);
            }
            assert_eq!(applied, new);
        }
    }
}
