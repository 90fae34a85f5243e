//! When an answer is no longer wanted.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};

/// Counts edits of open documents. Shared between the main loop, its only writer, and tokens.
#[derive(Debug, Clone, Default)]
pub struct Edits(Arc<AtomicU64>);

impl Edits {
    /// Notes one more edit.
    pub fn advance(&self) {
        self.0.fetch_add(1, Ordering::Release);
    }

    fn now(&self) -> u64 {
        self.0.load(Ordering::Acquire)
    }
}

/// Asked at the heads of loops in the analysis: may this work stop?
#[derive(Debug, Clone, Default)]
pub struct Token {
    cancelled: Arc<AtomicBool>,
    superseded_after: Option<(Edits, u64)>,
}

impl Token {
    /// A token that only [`Token::cancel`] trips.
    pub fn new() -> Token {
        Token::default()
    }

    /// This token, tripped by any later edit as well: for requests that the client repeats by itself.
    pub fn until_edited(mut self, edits: &Edits) -> Token {
        self.superseded_after = Some((edits.clone(), edits.now()));
        self
    }

    /// Nobody waits for the answer any more.
    pub fn cancel(&self) {
        self.cancelled.store(true, Ordering::Release);
    }

    /// Whether nobody waits any more, as opposed to the question being out of date.
    pub fn is_cancelled(&self) -> bool {
        self.cancelled.load(Ordering::Acquire)
    }

    /// Whether work may stop.
    pub fn is_tripped(&self) -> bool {
        self.is_cancelled()
            || self.superseded_after.as_ref().is_some_and(|(edits, then)| edits.now() != *then)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_edit_trips_only_the_tokens_that_asked_for_it() {
        let edits = Edits::default();
        let (steady, retriable) = (Token::new(), Token::new().until_edited(&edits));
        assert!(!retriable.is_tripped());
        edits.advance();
        assert!(retriable.is_tripped() && !retriable.is_cancelled());
        assert!(!steady.is_tripped());
        steady.clone().cancel();
        assert!(steady.is_tripped() && steady.is_cancelled());
    }
}
