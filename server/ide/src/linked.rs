//! Names that change together while one of them is typed: the words of an opening tag and of its end.

use syntax::jinja::lexemes::{LexemeKind, lexemes};
use syntax::jinja::{Block, BlockKind, Tag, TagKind};
use text::{TextRange, TextSize};

use crate::{Analysis, Cancellable, FilePos};

/// The two ranges, with the same text, of the pair that the cursor is on: `if` and the end of `endif`, or the two
/// names of `{% block x %}…{% endblock x %}`.
pub fn linked_ranges(analysis: &Analysis, pos: FilePos) -> Cancellable<Option<[TextRange; 2]>> {
    analysis.check()?;
    let (Some(entry), Some(text)) = (analysis.mesh.file(pos.file), analysis.text(pos.file)) else {
        return Ok(None);
    };
    if !entry.kind.is_template() {
        return Ok(None);
    }
    let template = match entry.kind {
        project::layout::FileKind::Docs => syntax::jinja::parse_docs(text),
        _ => syntax::jinja::parse(text),
    };
    let touches = |range: TextRange| range.contains_inclusive(pos.offset);
    let mut blocks = template.blocks.iter();
    let found = blocks.find(|block| touches(block.open) || block.close.is_some_and(touches));
    Ok(found.and_then(|block| pair(text, block, pos.offset)))
}

fn pair(text: &str, block: &Block, offset: TextSize) -> Option<[TextRange; 2]> {
    // What stands in a raw block is text, and so would be its tags with another word in them.
    if block.kind == BlockKind::Raw {
        return None;
    }
    let words = |range| {
        let tag = Tag { kind: TagKind::Statement, range, keyword: None, closed: true };
        let pieces = lexemes(text, &tag);
        let word = |kind: &LexemeKind| {
            matches!(kind, LexemeKind::Keyword | LexemeKind::Name | LexemeKind::Call | LexemeKind::Constant)
        };
        pieces.into_iter().filter(move |piece| word(&piece.kind)).map(|piece| piece.range)
    };
    let mut open = words(block.open);
    let mut close = words(block.close?);
    let (keyword, end) = (open.next()?, close.next()?);
    let end = TextRange::new(end.start() + text::size("end".len()).min(end.len()), end.end());
    let mut names = || Some([open.next()?, close.next()?]);
    let of_keyword = [keyword, end];
    let candidates = std::iter::once(of_keyword).chain(names());
    let same = |pair: &[TextRange; 2]| !pair[0].is_empty() && text[pair[0]] == text[pair[1]];
    candidates.filter(same).find(|pair| pair.iter().any(|range| range.contains_inclusive(offset)))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::fixture::fixture;

    #[test]
    fn the_words_of_a_block_change_together() {
        for (text, wanted) in [
            ("{% ma$0cro a() %}1{%- endmacro -%}", Some("macro macro")),
            ("{% if a %}{% for x in y %}1{% endfor$0 %}{% endif %}", Some("for for")),
            ("{% block on$0e %}1{% endblock one %}", Some("one one")),
            ("{% block one %}1{% endblock o$0ne %}", Some("one one")),
            ("{% block one %}1{% endblock t$0wo %}", None),
            ("{% set$0 x %}1{% endset %}", Some("set set")),
            ("{% macro a$0() %}1{% endmacro %}", None),
            ("{% ra$0w %}1{% endraw %}", None),
            ("{% if$0 a %}half", None),
            ("sel$0ect 1", None),
        ] {
            let fixture = fixture(&format!("//- s/dbt_project.yml\nname: s\n//- s/macros/a.sql\n{text}"));
            let pos = fixture.cursor.unwrap();
            let text = &fixture.texts[&pos.file];
            let found = linked_ranges(&fixture.analysis, pos).unwrap();
            let found = found.map(|[a, b]| format!("{} {}", &text[a], &text[b]));
            assert_eq!(found.as_deref(), wanted, "{text}");
        }
    }
}
