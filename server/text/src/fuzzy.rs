//! Fuzzy matching of typed text against names.

use nucleo_matcher::pattern::{AtomKind, CaseMatching, Normalization, Pattern};
use nucleo_matcher::{Config, Matcher, Utf32Str};

/// Scores names against one typed text; keep it for the length of a request.
pub struct Fuzzy {
    matcher: Matcher,
    pattern: Option<Pattern>,
    buffer: Vec<char>,
}

impl Fuzzy {
    /// A matcher for `typed`. An empty text matches everything with score 0.
    pub fn new(typed: &str) -> Fuzzy {
        let pattern = (!typed.is_empty())
            .then(|| Pattern::new(typed, CaseMatching::Ignore, Normalization::Smart, AtomKind::Fuzzy));
        Fuzzy { matcher: Matcher::new(Config::DEFAULT), pattern, buffer: Vec::new() }
    }

    /// How well `name` matches: higher is better, `None` when the typed letters do not occur in order.
    pub fn score(&mut self, name: &str) -> Option<u32> {
        let Some(pattern) = &self.pattern else { return Some(0) };
        pattern.score(Utf32Str::new(name, &mut self.buffer), &mut self.matcher)
    }
}

#[cfg(test)]
mod tests {
    use super::Fuzzy;

    #[test]
    fn letters_in_order_match_and_prefixes_win() {
        let mut fuzzy = Fuzzy::new("ord");
        let prefix = fuzzy.score("orders").unwrap();
        let inner = fuzzy.score("stg_or_id").unwrap();
        assert!(prefix > inner);
        assert_eq!(fuzzy.score("customers"), None);
        assert_eq!(Fuzzy::new("").score("x"), Some(0));
    }
}
