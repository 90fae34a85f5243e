//! The order of proposals: what matches best first, sorted only as far as anybody asks.

use std::cmp::{Ordering, Reverse};

use text::Fuzzy;

/// Tiers from here on come after all others however well they match.
pub(crate) const LAST_TIER: u8 = 8;

/// How many of the best are sorted first; then twice as many.
const FIRST: usize = 256;

/// So many bytes of a name decide most comparisons without a look at the name.
const PREFIX: usize = 16;

/// What is compared before the name itself.
type Key = (bool, Match, u8, Reverse<u32>, u128);

/// How the typed text matches a name.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Match {
    Whole,
    Start,
    Letters,
}

/// Names that match what is typed, best first: by kind of match, then tier (lowest first), then score, then
/// name; equals in the order they were given.
pub(crate) struct Ranked<T, N, R> {
    typed: String,
    /// All candidates, in the order they were given.
    items: Vec<T>,
    /// Keys and places of those looked at so far. Unsorted, except that the last `ready` are the best of all, the
    /// very best at the end.
    order: Vec<(Key, u32)>,
    /// Those that do not start with what is typed. Matching letters is what costs most, and mostly nobody
    /// reads so far.
    later: Vec<u32>,
    /// Those that start with it and are of the last tiers: they follow `later`.
    last: Vec<(Key, u32)>,
    ready: usize,
    next: usize,
    name: N,
    tier: R,
}

/// Ranks candidates. Only of those that match the tier is asked.
pub(crate) fn ranked<T: Clone, N: Fn(&T) -> &str, R: Fn(&T) -> u8>(
    typed: &str,
    items: Vec<T>,
    name: N,
    tier: R,
) -> Ranked<T, N, R> {
    let (mut order, mut later, mut last) = (Vec::new(), Vec::new(), Vec::new());
    for (item, at) in items.iter().zip(0..) {
        let of = name(item);
        let Some(kind) = starts(typed, of) else {
            later.push(at);
            continue;
        };
        let tier = tier(item);
        let is_last = tier >= LAST_TIER;
        let known = ((is_last, kind, tier, Reverse(0), start(of)), at);
        if is_last { last.push(known) } else { order.push(known) }
    }
    Ranked { typed: typed.to_owned(), items, order, later, last, ready: 0, next: FIRST, name, tier }
}

/// How a name starts with what is typed. All that do are equally good.
pub(crate) fn starts(typed: &str, name: &str) -> Option<Match> {
    let start = name.get(..typed.len())?;
    let is_whole = name.len() == typed.len() && !typed.is_empty();
    start.eq_ignore_ascii_case(typed).then_some(if is_whole { Match::Whole } else { Match::Start })
}

/// The first bytes of a name, without case, as one number of the same order.
fn start(name: &str) -> u128 {
    let mut out = [0; PREFIX];
    let len = name.len().min(PREFIX);
    out[..len].copy_from_slice(&name.as_bytes()[..len]);
    out.make_ascii_lowercase();
    u128::from_be_bytes(out)
}

/// Without case, then by case.
fn by_name(a: &str, b: &str) -> Ordering {
    let lower = |byte: u8| byte.to_ascii_lowercase();
    a.bytes().map(lower).cmp(b.bytes().map(lower)).then_with(|| a.cmp(b))
}

impl<T, N: Fn(&T) -> &str, R: Fn(&T) -> u8> Ranked<T, N, R> {
    /// Looks at those that were put off: all better ones are given.
    fn match_letters(&mut self) {
        let mut fuzzy = Fuzzy::new(&self.typed);
        for at in std::mem::take(&mut self.later) {
            let Some(item) = self.items.get(at as usize) else { continue };
            let of = (self.name)(item);
            let Some(score) = fuzzy.score(of) else { continue };
            let tier = (self.tier)(item);
            let key = (tier >= LAST_TIER, Match::Letters, tier, Reverse(score), start(of));
            self.order.push((key, at));
        }
        self.order.append(&mut self.last);
    }

    /// Sorts the next best.
    fn sort_more(&mut self) {
        let (items, name) = (&self.items, &self.name);
        let name = |at: u32| items.get(at as usize).map_or("", name);
        let worst_first = |(a, x): &(Key, u32), (b, y): &(Key, u32)| -> Ordering {
            b.cmp(a).then_with(|| by_name(name(*y), name(*x))).then(y.cmp(x))
        };
        let from = self.order.len().saturating_sub(self.next);
        if from > 0 {
            self.order.select_nth_unstable_by(from, worst_first);
        }
        self.order[from..].sort_unstable_by(worst_first);
        self.ready = self.order.len() - from;
        self.next *= 2;
    }
}

impl<T: Clone, N: Fn(&T) -> &str, R: Fn(&T) -> u8> Iterator for Ranked<T, N, R> {
    type Item = T;

    fn next(&mut self) -> Option<T> {
        if self.ready == 0 {
            if self.order.is_empty() {
                self.match_letters();
            }
            self.sort_more();
        }
        self.ready = self.ready.checked_sub(1)?;
        let (_, at) = self.order.pop()?;
        self.items.get(at as usize).cloned()
    }
}

#[cfg(test)]
mod tests {
    use super::{FIRST, LAST_TIER, ranked};

    fn order<'a>(typed: &str, names: &[(u8, &'a str)]) -> Vec<&'a str> {
        ranked(typed, names.to_vec(), |(_, name)| name, |(tier, _)| *tier).map(|(_, name)| name).collect()
    }

    #[test]
    fn the_match_counts_before_the_tier_and_the_last_tier_before_the_match() {
        let names =
            [(0, "stg_orders"), (1, "orders_daily"), (3, "orders"), (LAST_TIER, "orders"), (0, "customers")];
        assert_eq!(order("orders", &names), ["orders", "orders_daily", "stg_orders", "orders"]);
        assert_eq!(order("", &names), ["customers", "stg_orders", "orders_daily", "orders", "orders"]);
    }

    #[test]
    fn names_follow_each_other_whatever_their_case() {
        let long = "a_name_of_more_than_sixteen_letters";
        let upper = long.to_uppercase() + "_1";
        let names =
            [(0, "beta"), (0, "Alpha"), (0, "alpha"), (0, long), (0, &upper), (0, "Zeta"), (0, "_base")];
        assert_eq!(order("", &names), ["_base", long, &upper, "Alpha", "alpha", "beta", "Zeta"]);
    }

    #[test]
    fn is_sorted_to_the_end() {
        let names: Vec<String> =
            (0..FIRST * 5).map(|at| format!("model_{:05}", at * 7919 % (FIRST * 5))).collect();
        let mut sorted = names.clone();
        sorted.sort();
        let ranked: Vec<String> = ranked("mod", names, |name| name, |_| 0).collect();
        assert_eq!(ranked, sorted);
    }
}
