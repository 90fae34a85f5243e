//! The outline of SQL files, docs files and Python models.

use project::layout::FileKind;
use syntax::calls::Lit;
use syntax::jinja::lexemes::{LexemeKind, lexemes};
use syntax::jinja::{Block, BlockKind, Tag, TagKind, Template};
use text::TextRange;

use super::{Symbol, SymbolKind, nest};

pub(super) fn outline(kind: FileKind, text: &str) -> Vec<Symbol> {
    let template = match kind {
        FileKind::Docs => syntax::jinja::parse_docs(text),
        _ => syntax::jinja::parse(text),
    };
    let mut flat: Vec<Symbol> = template.blocks.iter().filter_map(|found| block(text, found)).collect();
    if kind != FileKind::Docs {
        flat.extend(variables(text, &template));
        let sql = syntax::sql::read(text, &template.tags);
        flat.extend(sql.ctes.into_iter().map(|cte| Symbol {
            name: text[cte.name].to_owned(),
            detail: None,
            kind: SymbolKind::Cte,
            range: cte.full,
            focus: cte.name,
            children: Vec::new(),
        }));
    }
    nest(flat)
}

fn block(text: &str, block: &Block) -> Option<Symbol> {
    let kind = match block.kind {
        BlockKind::Macro => SymbolKind::Macro,
        BlockKind::Test => SymbolKind::Test,
        BlockKind::Snapshot => SymbolKind::Snapshot,
        BlockKind::Materialization => SymbolKind::Materialization,
        BlockKind::Docs => SymbolKind::Docs,
        BlockKind::SetBlock => SymbolKind::Variable,
        BlockKind::Block => SymbolKind::Key,
        BlockKind::Call | BlockKind::Filter => {
            // The tag's own text tells what is called.
            let tag = Tag { kind: TagKind::Statement, range: block.open, keyword: None, closed: true };
            let called = lexemes(text, &tag);
            let of = |piece: &&syntax::jinja::lexemes::Lexeme| {
                matches!(piece.kind, LexemeKind::Call | LexemeKind::Name | LexemeKind::Filter)
            };
            let name = called.iter().skip(1).find(of)?.range;
            let last = called.iter().rfind(|piece| piece.kind == LexemeKind::Mark);
            let shown =
                last.map_or(name, |last| TextRange::new(name.start(), last.range.end().max(name.end())));
            return Some(Symbol {
                name: one_line(&text[shown]),
                detail: None,
                kind: SymbolKind::Call,
                range: block.full,
                focus: name,
                children: Vec::new(),
            });
        }
        _ => return None,
    };
    let (name, focus) = block.name.as_ref()?;
    let params: Vec<&str> = block.params.iter().map(|param| param.name.as_str()).collect();
    let detail = match kind {
        SymbolKind::Macro | SymbolKind::Test => Some(format!("({})", params.join(", "))),
        SymbolKind::Materialization => block.adapter.as_ref().map(|adapter| format!("adapter {adapter}")),
        _ => None,
    };
    Some(Symbol {
        name: name.to_string(),
        detail,
        kind,
        range: block.full.cover(*focus),
        focus: *focus,
        children: Vec::new(),
    })
}

/// `{% set x = 1 %}` outside of macros: inside, it is a detail of theirs.
fn variables(text: &str, template: &Template) -> Vec<Symbol> {
    let hidden: Vec<TextRange> = template
        .blocks
        .iter()
        .filter(|block| matches!(block.kind, BlockKind::Macro | BlockKind::Test | BlockKind::Materialization))
        .map(|block| block.full)
        .collect();
    let mut out: Vec<Symbol> = Vec::new();
    let mut from = 0;
    for tag in template.tags.iter().filter(|tag| tag.keyword.as_deref() == Some("set")) {
        while hidden.get(from).is_some_and(|range| range.end() <= tag.range.start()) {
            from += 1;
        }
        if hidden.get(from).is_some_and(|range| range.contains_range(tag.range)) {
            continue;
        }
        let pieces = lexemes(text, tag);
        let assigned = pieces.iter().position(|piece| &text[piece.range] == "=");
        let Some(assigned) = assigned else { continue };
        let names = || pieces[..assigned].iter().filter(|piece| piece.kind == LexemeKind::Name);
        let only = names().nth(1).is_none();
        for piece in names() {
            let name = &text[piece.range];
            // Set again, it is still the same variable.
            if out.iter().rev().take(64).all(|known| known.name != name) {
                out.push(Symbol {
                    name: name.to_owned(),
                    detail: None,
                    kind: SymbolKind::Variable,
                    // Several of one tag stand beside each other.
                    range: if only { tag.range } else { piece.range },
                    focus: piece.range,
                    children: Vec::new(),
                });
            }
        }
    }
    out
}

fn one_line(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

/// What a Python model reads.
pub(super) fn python(text: &str) -> Vec<Symbol> {
    let model = syntax::python::parse(text);
    let Some(focus) = model.model_fn else { return Vec::new() };
    let reads = model.calls.iter().filter(|call| matches!(call.name.as_str(), "ref" | "source"));
    let child = |call: &syntax::calls::Call| {
        let words: Vec<String> = call
            .args
            .iter()
            .filter_map(|arg| match arg.value.single()? {
                Lit::Str(word) => Some(word.to_string()),
                lit => lit.python_str().map(|text| format!("v{text}")),
            })
            .collect();
        (!words.is_empty()).then(|| Symbol {
            name: words.join("."),
            detail: Some(call.name.to_string()),
            kind: SymbolKind::Call,
            range: call.range,
            focus: call.name_range,
            children: Vec::new(),
        })
    };
    let whole = TextRange::new(focus.start(), text::size(text.trim_end().len()).max(focus.end()));
    vec![Symbol {
        name: text[focus].to_owned(),
        detail: None,
        kind: SymbolKind::Function,
        range: whole,
        focus,
        children: reads.filter(|call| whole.contains_range(call.range)).filter_map(child).collect(),
    }]
}
