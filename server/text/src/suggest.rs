//! "Did you mean …?"

/// The candidate a person most likely meant by `typed`, if one is near enough.
///
/// Nearness is Damerau-Levenshtein over lower-cased names, at most a third of the typed length (at
/// least one edit); a name that contains the typed one, or is contained in it, also counts when nothing
/// nearer is found. Ties go to the alphabetically first, so the answer is stable.
///
/// Cheap enough for ten thousand names on a keystroke: most are refused by their length or their letters.
pub fn suggest<'a>(typed: &str, candidates: impl IntoIterator<Item = &'a str>) -> Option<&'a str> {
    let wanted = Word::new(typed);
    let limit = (wanted.chars / 3).max(1);
    let part = limit + 1;
    let mut best: Option<(usize, &str)> = None;
    let mut lower = String::new();
    for candidate in candidates {
        if candidate == typed || candidate.is_empty() {
            continue;
        }
        let known = best.map_or(part, |(rank, _)| rank);
        let letters = wanted.letters_apart(candidate);
        let near = match letters.distance() <= known.min(limit) {
            true => wanted.distance(candidate, known.min(limit), &mut lower),
            false => None,
        };
        let rank = match near {
            Some(distance) => distance,
            None if known == part && letters.is_part() && wanted.is_part(candidate, &mut lower) => part,
            None => continue,
        };
        if best.is_none_or(|(r, name)| (rank, candidate) < (r, name)) {
            best = Some((rank, candidate));
        }
    }
    best.map(|(_, name)| name)
}

/// What was typed, lower-cased, with its letters counted.
struct Word {
    lower: String,
    chars: usize,
    is_ascii: bool,
    /// How often each byte occurs; meaningful for ASCII only.
    letters: [u8; 128],
}

impl Word {
    fn new(typed: &str) -> Word {
        let lower = typed.to_lowercase();
        let mut letters = [0u8; 128];
        for byte in lower.bytes().filter(u8::is_ascii) {
            let count = &mut letters[usize::from(byte)];
            *count = count.saturating_add(1);
        }
        Word { chars: lower.chars().count(), is_ascii: lower.is_ascii(), lower, letters }
    }

    /// The edits between the two, `None` when more than `limit`. `buffer` is scratch space.
    fn distance(&self, candidate: &str, limit: usize, buffer: &mut String) -> Option<usize> {
        lower_into(candidate, buffer);
        let (a, b) = differing(&self.lower, buffer);
        if a.is_empty() || b.is_empty() {
            let distance = a.chars().count() + b.chars().count();
            return (distance <= limit).then_some(distance);
        }
        if a.chars().count().abs_diff(b.chars().count()) > limit {
            return None;
        }
        if limit <= 1 {
            // What is left after one edit is one letter of each, or two that changed places.
            let (mut one, mut other) = (a.chars(), b.chars());
            let first = (one.next(), other.next());
            let second = (one.next(), other.next());
            let swapped = second.0.is_some() && (first.0, second.0) == (second.1, first.1);
            let one_edit = second == (None, None) || swapped && one.next().or(other.next()).is_none();
            return (one_edit && limit == 1).then_some(1);
        }
        let distance = strsim::damerau_levenshtein(a, b);
        (distance <= limit).then_some(distance)
    }

    /// How the letters differ. Of other alphabets nothing is said.
    fn letters_apart(&self, candidate: &str) -> Apart {
        let mut left = self.letters;
        let mut extra = 0;
        for byte in candidate.bytes() {
            if !byte.is_ascii() {
                return Apart { extra: 0, missing: 0 };
            }
            match &mut left[usize::from(byte.to_ascii_lowercase())] {
                0 => extra += 1,
                count => *count -= 1,
            }
        }
        if !self.is_ascii {
            return Apart { extra: 0, missing: 0 };
        }
        Apart { extra, missing: (self.lower.len() + extra).saturating_sub(candidate.len()) }
    }

    /// Whether one is inside the other; names of three letters and less are inside everything.
    fn is_part(&self, candidate: &str, buffer: &mut String) -> bool {
        if self.lower.len() < 4 || candidate.len() < 4 {
            return false;
        }
        if candidate.is_ascii() && self.lower.is_ascii() {
            let (wanted, have) = (self.lower.as_bytes(), candidate.as_bytes());
            return inside(wanted, have) || inside(have, wanted);
        }
        lower_into(candidate, buffer);
        buffer.contains(&self.lower) || self.lower.contains(buffer.as_str())
    }
}

/// What is left of two texts without what both start with and both end with: that is no edit.
fn differing<'t>(a: &'t str, b: &'t str) -> (&'t str, &'t str) {
    let start =
        a.chars().zip(b.chars()).take_while(|(a, b)| a == b).map(|(a, _)| a.len_utf8()).sum::<usize>();
    let (a, b) = (&a[start..], &b[start..]);
    let ends = a.chars().rev().zip(b.chars().rev());
    let end = ends.take_while(|(a, b)| a == b).map(|(a, _)| a.len_utf8()).sum::<usize>();
    (&a[..a.len() - end], &b[..b.len() - end])
}

/// Letters that only one of two names has, wherever they stand.
struct Apart {
    extra: usize,
    missing: usize,
}

impl Apart {
    /// Never more than the edits between the names: a transposition changes neither number.
    fn distance(&self) -> usize {
        self.extra.max(self.missing)
    }

    /// Whether one name may be inside the other.
    fn is_part(&self) -> bool {
        self.extra == 0 || self.missing == 0
    }
}

/// Whether `short` occurs in `long`, whatever the case of ASCII letters.
fn inside(short: &[u8], long: &[u8]) -> bool {
    short.len() <= long.len() && long.windows(short.len()).any(|window| window.eq_ignore_ascii_case(short))
}

fn lower_into(text: &str, buffer: &mut String) {
    buffer.clear();
    if text.is_ascii() {
        buffer.push_str(text);
        buffer.make_ascii_lowercase();
    } else {
        buffer.push_str(&text.to_lowercase());
    }
}

#[cfg(test)]
mod tests {
    use super::{Word, suggest};

    #[test]
    fn what_names_share_changes_no_distance() {
        // Every word of up to five letters out of two, against some others.
        let words = |len: u32| {
            (0..2u32.pow(len)).map(move |bits| -> String {
                (0..len).map(|at| if bits >> at & 1 == 0 { 'a' } else { 'b' }).collect()
            })
        };
        let all: Vec<String> =
            (0..6).flat_map(words).chain(["aéb".into(), "éba".into(), "cab".into()]).collect();
        let mut buffer = String::new();
        for a in &all {
            let word = Word::new(a);
            for b in &all {
                let plain = strsim::damerau_levenshtein(a, b);
                for limit in 0..4 {
                    let wanted = (plain <= limit).then_some(plain);
                    assert_eq!(word.distance(b, limit, &mut buffer), wanted, "{a} {b} within {limit}");
                }
            }
        }
    }

    #[test]
    fn finds_the_near_name_and_nothing_far() {
        let names = ["orders", "customers", "stg_orders"];
        assert_eq!(suggest("ordrs", names), Some("orders"));
        assert_eq!(suggest("Customers", names), Some("customers"));
        assert_eq!(suggest("stg_order", names), Some("stg_orders"));
        assert_eq!(suggest("payments", names), None);
        assert_eq!(suggest("", names), None);
    }

    #[test]
    fn transposed_letters_case_and_other_alphabets_count_as_near() {
        assert_eq!(suggest("ordres", ["orders"]), Some("orders"));
        assert_eq!(suggest("ORDRES", ["xorders", "Orders"]), Some("Orders"));
        assert_eq!(suggest("größen", ["Grössen", "GRÖßE"]), Some("GRÖßE"));
        assert_eq!(suggest("заказ", ["заказы", "клиенты"]), Some("заказы"));
    }

    #[test]
    fn a_near_name_beats_a_contained_one_and_ties_go_by_alphabet() {
        assert_eq!(suggest("order", ["all_the_order_lines", "orders"]), Some("orders"));
        assert_eq!(suggest("order", ["zz_order_zz", "aa_order_aa"]), Some("aa_order_aa"));
        assert_eq!(suggest("ordes", ["ordez", "orders", "ordea"]), Some("ordea"));
        assert_eq!(suggest("abc", ["xxabcxx"]), None);
    }

    #[test]
    fn quick_refusals_never_change_the_answer() {
        let names =
            ["a", "ab", "ba", "orders", "order", "odrers", "sredro", "stg_orders", "dim_customers_v2"];
        for typed in ["a", "ab", "ordesr", "orders", "oders", "stg_ordre", "dim_customers_v3", "sredr"] {
            let limit = (typed.len() / 3).max(1);
            let exact = names
                .into_iter()
                .filter(|name| *name != typed)
                .map(|name| (strsim::damerau_levenshtein(typed, name), name))
                .filter(|(distance, _)| *distance <= limit)
                .min();
            if let Some((_, exact)) = exact {
                assert_eq!(suggest(typed, names), Some(exact), "{typed}");
            }
        }
    }
}
