//! The words of Jinja, in templates and in the strings of YAML files.

use project::layout::FileKind;
use rustc_hash::FxHashMap;
use syntax::jinja::lexemes::{Lexeme, LexemeKind, expression, lexemes};
use syntax::jinja::{LocalKind, Mention, TagKind, Template};
use syntax::yaml::{Kind, Node};
use text::TextRange;

use super::{Token, TokenKind, TokenMarks};
use crate::catalog;
use crate::diagnostics::FileCx;

pub(super) fn words(cx: &FileCx<'_>, text: &str) -> Vec<Token> {
    let mut out = Vec::new();
    match cx.entry.kind {
        FileKind::PythonModel => {}
        FileKind::Docs => {
            let template = syntax::jinja::parse_docs(text);
            let is_docs = |keyword: &str| matches!(keyword, "docs" | "enddocs");
            let docs = template.tags.iter().filter(|tag| tag.keyword.as_deref().is_some_and(is_docs));
            for tag in docs {
                let keyword = lexemes(text, tag).into_iter().find(|piece| piece.kind == LexemeKind::Keyword);
                out.extend(keyword.map(|piece| token(piece.range, TokenKind::Keyword)));
            }
        }
        kind if kind.is_yaml() => {
            let tree = syntax::yaml::parse(text);
            if let Some(root) = tree.root(text) {
                yaml(root, 0, &mut out);
            }
        }
        kind if kind.is_template() => template(text, &syntax::jinja::parse(text), &mut out),
        _ => {}
    }
    out
}

fn token(range: TextRange, kind: TokenKind) -> Token {
    Token { range, kind, marks: TokenMarks::default() }
}

fn template(text: &str, template: &Template, out: &mut Vec<Token>) {
    let mentions: FxHashMap<TextRange, &Mention> =
        template.mentions.iter().map(|mention| (mention.range, mention)).collect();
    // A variable by what makes it; `None` for a name that the template does not make.
    let of = |range: TextRange| {
        let local = mentions.get(&range)?.local?;
        let is_param = template.locals.get(local as usize)?.kind == LocalKind::Param;
        Some(if is_param { TokenKind::Parameter } else { TokenKind::Variable })
    };
    for tag in &template.tags {
        if tag.kind == TagKind::Comment {
            out.push(token(tag.range, TokenKind::Comment));
        } else {
            out.extend(lexemes(text, tag).into_iter().filter_map(|piece| word(text, piece, &of)));
        }
    }
}

fn word(text: &str, piece: Lexeme, local: &dyn Fn(TextRange) -> Option<TokenKind>) -> Option<Token> {
    let name = &text[piece.range];
    let built_in = |kind| Token { range: piece.range, kind, marks: TokenMarks::BUILT_IN };
    Some(match piece.kind {
        LexemeKind::Keyword | LexemeKind::Constant => token(piece.range, TokenKind::Keyword),
        LexemeKind::Name | LexemeKind::Call | LexemeKind::Member => match (local(piece.range), piece.kind) {
            (Some(kind), _) => token(piece.range, kind),
            (None, LexemeKind::Call) => token(piece.range, TokenKind::Function),
            (None, LexemeKind::Member) => token(piece.range, TokenKind::Property),
            (None, _) if catalog::lookup(name).is_some() => built_in(TokenKind::Variable),
            (None, _) => token(piece.range, TokenKind::Variable),
        },
        LexemeKind::Filter | LexemeKind::Test => built_in(TokenKind::Function),
        LexemeKind::Argument => token(piece.range, TokenKind::Parameter),
        LexemeKind::Str => token(piece.range, TokenKind::Str),
        LexemeKind::Number => token(piece.range, TokenKind::Number),
        LexemeKind::Delimiter => token(piece.range, TokenKind::Operator),
        LexemeKind::Mark => return None,
    })
}

/// How deep YAML is read.
const DEPTH: usize = 32;

fn yaml(node: Node<'_>, depth: usize, out: &mut Vec<Token>) {
    if depth > DEPTH || node.is_alias() {
        return;
    }
    match node.kind() {
        Kind::Mapping => {
            node.entries().filter(|entry| !entry.merged).for_each(|entry| yaml(entry.value, depth + 1, out));
        }
        Kind::Sequence => node.items().for_each(|item| yaml(item, depth + 1, out)),
        Kind::Scalar => {
            let Some(scalar) = node.scalar() else { return };
            let decoded = scalar.decoded();
            let inside: &str = &decoded.text;
            let mut found = Vec::new();
            if inside.contains("{{") || inside.contains("{%") || inside.contains("{#") {
                template(inside, &syntax::jinja::parse(inside), &mut found);
            } else if project::facts::is_bare_call(inside) {
                let pieces = expression(inside, 0..inside.len(), false);
                found.extend(pieces.into_iter().filter_map(|piece| word(inside, piece, &|_| None)));
            }
            out.extend(found.into_iter().map(|token| {
                let start = decoded.source(token.range.start());
                let end = decoded.source(token.range.end()).max(start);
                Token { range: TextRange::new(start, end), ..token }
            }));
        }
        _ => {}
    }
}
