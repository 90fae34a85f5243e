//! The order of proposals: what matches best first, sorted only as far as anybody asks.

use std::cmp::{Ordering, Reverse};

use text::Fuzzy;

/// Tiers from here on come after all others however well they match.
pub(crate) const LAST_TIER: u8 = 8;

/// How many of the best are sorted first; then twice as many.
const FIRST: usize = 256;

/// What is compared before the name itself.
type Key = (bool, Match, u8, Reverse<u32>, [u8; 8]);

/// A candidate with its key and its place among the given ones, which decides between equals.
struct Scored<T> {
    key: Key,
    at: u32,
    item: T,
}

/// How the typed text matches a name.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Match {
    Whole,
    Start,
    Letters,
}

/// Names that match what is typed, best first: by kind of match, then tier (lowest first), then score, then
/// name.
pub(crate) struct Ranked<T, N> {
    /// Unsorted, except that its tail `ready` items are the best of all, the very best at the end.
    items: Vec<Scored<T>>,
    ready: usize,
    next: usize,
    name: N,
}

/// Ranks candidates given with their tiers.
pub(crate) fn ranked<T, N: Fn(&T) -> &str>(
    typed: &str,
    candidates: impl IntoIterator<Item = (u8, T)>,
    name: N,
) -> Ranked<T, N> {
    let mut fuzzy = Fuzzy::new(typed);
    let items = candidates
        .into_iter()
        .zip(0..)
        .filter_map(|((tier, item), at)| {
            let of = name(&item);
            let score = fuzzy.score(of)?;
            let key = (tier >= LAST_TIER, kind(typed, of), tier, Reverse(score), start(of));
            Some(Scored { key, at, item })
        })
        .collect();
    Ranked { items, ready: 0, next: FIRST, name }
}

fn kind(typed: &str, name: &str) -> Match {
    match name.get(..typed.len()) {
        Some(start) if start.eq_ignore_ascii_case(typed) => {
            if name.len() == typed.len() && !typed.is_empty() { Match::Whole } else { Match::Start }
        }
        _ => Match::Letters,
    }
}

/// The first bytes of a name, which decide most comparisons without a look at the name.
fn start(name: &str) -> [u8; 8] {
    let mut out = [0; 8];
    let len = name.len().min(8);
    out[..len].copy_from_slice(&name.as_bytes()[..len]);
    out
}

impl<T, N: Fn(&T) -> &str> Iterator for Ranked<T, N> {
    type Item = T;

    fn next(&mut self) -> Option<T> {
        if self.ready == 0 {
            let name = &self.name;
            let worst_first = |a: &Scored<T>, b: &Scored<T>| -> Ordering {
                b.key.cmp(&a.key).then_with(|| name(&b.item).cmp(name(&a.item))).then(b.at.cmp(&a.at))
            };
            let from = self.items.len().saturating_sub(self.next);
            if from > 0 {
                self.items.select_nth_unstable_by(from, worst_first);
            }
            self.items[from..].sort_unstable_by(worst_first);
            self.ready = self.items.len() - from;
            self.next *= 2;
        }
        self.ready = self.ready.checked_sub(1)?;
        self.items.pop().map(|scored| scored.item)
    }
}

#[cfg(test)]
mod tests {
    use super::{FIRST, LAST_TIER, ranked};

    fn order<'a>(typed: &str, names: &[(u8, &'a str)]) -> Vec<&'a str> {
        ranked(typed, names.iter().copied(), |name| name).collect()
    }

    #[test]
    fn the_match_counts_before_the_tier_and_the_last_tier_before_the_match() {
        let names =
            [(0, "stg_orders"), (1, "orders_daily"), (3, "orders"), (LAST_TIER, "orders"), (0, "customers")];
        assert_eq!(order("orders", &names), ["orders", "orders_daily", "stg_orders", "orders"]);
        assert_eq!(order("", &names), ["customers", "stg_orders", "orders_daily", "orders", "orders"]);
    }

    #[test]
    fn is_sorted_to_the_end() {
        let names: Vec<String> =
            (0..FIRST * 5).map(|at| format!("model_{:05}", at * 7919 % (FIRST * 5))).collect();
        let mut sorted = names.clone();
        sorted.sort();
        let ranked: Vec<String> =
            ranked("mod", names.into_iter().map(|name| (0, name)), |name| name).collect();
        assert_eq!(ranked, sorted);
    }
}
