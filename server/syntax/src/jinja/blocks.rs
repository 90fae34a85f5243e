//! Matches opening and closing tags, so that an unclosed block is reported where it opens.

use smol_str::SmolStr;
use text::{TextRange, TextSize};

use super::reach::{Tri, Truth};
use super::{Block, BlockKind};
use crate::SyntaxError;
use crate::calls::Reach;

/// A block that is being read.
pub(crate) struct Open {
    /// Index in the template's blocks.
    pub block: usize,
    pub keyword: SmolStr,
    /// Its tag has no end itself, so it is reported already and may be half-typed: whether there is a block
    /// at all is not known.
    pub doubtful: bool,
    /// The reach around it.
    pub outer: Reach,
    /// `if`: none of the conditions before the branch being read held.
    pub before: Truth,
    /// `for`: whether there are any rounds.
    pub rounds: Tri,
    pub else_seen: bool,
}

/// The block a keyword opens. `set` only does without `=`.
pub(crate) fn opened_by(keyword: &str) -> Option<BlockKind> {
    Some(match keyword {
        "if" => BlockKind::If,
        "for" => BlockKind::For,
        "macro" => BlockKind::Macro,
        "test" | "data_test" => BlockKind::Test,
        "snapshot" => BlockKind::Snapshot,
        "materialization" => BlockKind::Materialization,
        "docs" => BlockKind::Docs,
        "call" => BlockKind::Call,
        "set" => BlockKind::SetBlock,
        "filter" => BlockKind::Filter,
        "raw" => BlockKind::Raw,
        "block" => BlockKind::Block,
        "with" | "autoescape" => BlockKind::Other,
        _ => return None,
    })
}

/// `if` for `endif`, when there is such a statement.
pub(crate) fn closed_by(keyword: &str) -> Option<&str> {
    keyword.strip_prefix("end").filter(|opening| opened_by(opening).is_some())
}

/// Statements without a body.
pub(crate) fn stands_alone(keyword: &str) -> bool {
    matches!(
        keyword,
        "do" | "print" | "import" | "from" | "include" | "extends" | "break" | "continue" | "set" | ""
    )
}

/// The blocks around the place being read.
#[derive(Default)]
pub(crate) struct Stack {
    open: Vec<Open>,
    /// Openings of doubtful blocks that were passed over: a closing tag of theirs may still come.
    passed: Vec<SmolStr>,
}

/// How many open blocks a closing tag is compared with: bounded for texts made of nothing else.
const SEARCHED: usize = 256;

impl Stack {
    pub(crate) fn push(&mut self, open: Open) {
        self.open.push(open);
    }

    pub(crate) fn last(&self) -> Option<&Open> {
        self.open.last()
    }

    /// The innermost block, if `else` may belong to it, past doubtful ones.
    pub(crate) fn branching(&mut self) -> Option<&mut Open> {
        let open = self
            .open
            .iter_mut()
            .rev()
            .take(SEARCHED)
            .find(|open| !open.doubtful || matches!(open.keyword.as_str(), "if" | "for"));
        open.filter(|open| matches!(open.keyword.as_str(), "if" | "for"))
    }

    /// Removes the innermost block that `opening` opened and the unclosed ones inside it, innermost first;
    /// nothing when there is none.
    pub(crate) fn close(&mut self, opening: &str) -> Vec<Open> {
        let from = self.open.len() - self.open.len().min(SEARCHED);
        let matching = |sure: bool| {
            self.open[from..].iter().rposition(|open| open.keyword == opening && !(sure && open.doubtful))
        };
        let Some(at) = matching(true).or_else(|| matching(false)) else { return Vec::new() };
        let closed: Vec<Open> = self.open.drain(from + at..).rev().collect();
        let passed = closed.iter().take(closed.len() - 1).filter(|open| open.doubtful);
        self.passed.extend(passed.map(|open| open.keyword.clone()));
        self.passed.truncate(SEARCHED);
        closed
    }

    /// Whether a closing tag without a block belongs to a doubtful one that was passed over.
    pub(crate) fn excuses(&mut self, opening: &str) -> bool {
        let at = self.passed.iter().position(|passed| passed == opening);
        at.map(|at| self.passed.swap_remove(at)).is_some()
    }

    /// Every block still open, innermost first.
    pub(crate) fn finish(&mut self) -> Vec<Open> {
        self.open.drain(..).rev().collect()
    }
}

/// Gives up an unclosed block at `end`; `closer` is the tag that closes a block around it.
pub(crate) fn give_up(
    block: &mut Block,
    open: &Open,
    end: TextSize,
    closer: Option<(TextRange, &str)>,
) -> Option<SyntaxError> {
    block.full = TextRange::new(block.open.start(), end.max(block.open.end()));
    if open.doubtful {
        return None;
    }
    let related =
        closer.map(|(range, keyword)| (range, format!("this `{keyword}` closes a block around it")));
    Some(SyntaxError {
        range: block.open,
        message: format!("`{}` is never closed: `end{}` is missing", open.keyword, open.keyword),
        related,
    })
}
