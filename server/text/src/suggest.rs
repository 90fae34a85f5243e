//! "Did you mean …?"

/// The candidate a person most likely meant by `typed`, if one is near enough.
///
/// Nearness is Damerau-Levenshtein over lower-cased names, at most a third of the typed length (at
/// least one edit); a name that contains the typed one, or is contained in it, also counts when nothing
/// nearer is found. Ties go to the alphabetically first, so the answer is stable.
pub fn suggest<'a>(typed: &str, candidates: impl IntoIterator<Item = &'a str>) -> Option<&'a str> {
    let wanted = typed.to_lowercase();
    let limit = (wanted.chars().count() / 3).max(1);
    let mut best: Option<(usize, &str)> = None;
    for candidate in candidates {
        if candidate == typed || candidate.is_empty() {
            continue;
        }
        let have = candidate.to_lowercase();
        let distance = if have.len().abs_diff(wanted.len()) <= limit * 4 {
            strsim::damerau_levenshtein(&wanted, &have)
        } else {
            usize::MAX
        };
        let part = wanted.len() >= 4 && have.len() >= 4 && (have.contains(&wanted) || wanted.contains(&have));
        let rank = match (distance <= limit, part) {
            (true, _) => distance,
            (false, true) => limit + 1,
            (false, false) => continue,
        };
        if best.is_none_or(|(r, name)| (rank, candidate) < (r, name)) {
            best = Some((rank, candidate));
        }
    }
    best.map(|(_, name)| name)
}

#[cfg(test)]
mod tests {
    use super::suggest;

    #[test]
    fn finds_the_near_name_and_nothing_far() {
        let names = ["orders", "customers", "stg_orders"];
        assert_eq!(suggest("ordrs", names), Some("orders"));
        assert_eq!(suggest("Customers", names), Some("customers"));
        assert_eq!(suggest("stg_order", names), Some("stg_orders"));
        assert_eq!(suggest("payments", names), None);
        assert_eq!(suggest("", names), None);
    }
}
