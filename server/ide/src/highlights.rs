//! Document highlight: the other places of the name under the cursor, or the other tags of a block.

#[cfg(test)]
mod tests;

use syntax::jinja::{Block, BlockKind, Tag, TagKind, Template};
use text::{TextRange, TextSize};

use crate::occurrences::find;
use crate::{Analysis, Cancellable, FilePos};

/// One highlighted place.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Highlight {
    /// The place.
    pub range: TextRange,
    /// A name gets its value here (`true`) or is read (`false`); `None` for what is no name.
    pub write: Option<bool>,
}

/// What belongs to the place of the cursor in its file, in order; empty where nothing does.
pub fn highlights(analysis: &Analysis, pos: FilePos) -> Cancellable<Vec<Highlight>> {
    if let Some(named) = find(analysis, pos)? {
        // A file itself has no name in its text.
        let here = named
            .occurrences(Some(pos.file), &|file| analysis.text(file).cloned())?
            .into_iter()
            .filter(|place| !place.range.is_empty());
        return Ok(here.map(|place| Highlight { range: place.range, write: Some(place.write) }).collect());
    }
    Ok(tags_of_block(analysis, pos).unwrap_or_default())
}

/// The opening tag's keyword, those of its branches and the closing one, with the cursor on one of them.
fn tags_of_block(analysis: &Analysis, pos: FilePos) -> Option<Vec<Highlight>> {
    if !analysis.mesh.file(pos.file)?.kind.is_template() {
        return None;
    }
    let text = analysis.text(pos.file)?;
    let template = syntax::jinja::parse(text);
    let on =
        template.tags.iter().find(|tag| keyword(text, tag).is_some_and(|word| touches(word, pos.offset)))?;
    let block = block_of(&template, on)?;
    let tags = template.tags.iter().filter(|tag| {
        let belongs = block.full.contains_range(tag.range);
        belongs && block_of(&template, tag).is_some_and(|owner| owner.open == block.open)
    });
    let ranges = tags.filter_map(|tag| keyword(text, tag));
    Some(ranges.map(|range| Highlight { range, write: None }).collect())
}

fn touches(range: TextRange, offset: TextSize) -> bool {
    range.contains_inclusive(offset)
}

/// The keyword of a statement.
fn keyword(text: &str, tag: &Tag) -> Option<TextRange> {
    let word = tag.keyword.as_ref().filter(|_| tag.kind == TagKind::Statement)?;
    let start = usize::from(tag.range.start());
    let inside = text.get(start + 2..tag.range.end().into())?;
    let at = start + 2 + inside.find(word.as_str())?;
    Some(text::range(at, at + word.len()))
}

/// The block that a tag opens, closes or divides.
fn block_of<'t>(template: &'t Template, tag: &Tag) -> Option<&'t Block> {
    let divides = matches!(tag.keyword.as_deref(), Some("else" | "elif"));
    let closes = tag.keyword.as_deref().is_some_and(|word| word.starts_with("end"));
    let before = template.blocks.partition_point(|block| block.open.start() <= tag.range.start());
    // From the innermost that began before the tag outwards.
    let mut at = Some(before.checked_sub(1)?);
    while let Some(block) = at.and_then(|at| template.blocks.get(at)) {
        let mine = if divides {
            matches!(block.kind, BlockKind::If | BlockKind::For) && block.full.contains_range(tag.range)
        } else if closes {
            block.close == Some(tag.range)
        } else {
            block.open == tag.range
        };
        if mine {
            return Some(block);
        }
        at = block.parent;
    }
    None
}
