//! `require-dbt-version`: whether it can be read, and whether any dbt of an engine fits (spec §13).
//!
//! Which dbt runs is not known here, so a requirement is only refused when no dbt v1 at all meets it; dbt v2 does not
//! check it.

use std::cmp::Ordering;

use syntax::yaml::Node;
use text::TextRange;

use super::{BOTH, FlawOf, Flaws, Is, V1, place};

/// Major, minor, patch.
type Triple = [u64; 3];

/// `>=1.8.0`
struct Bound {
    operator: Operator,
    version: Triple,
    /// It has a pre-release: dbt's order of these is not modelled.
    prerelease: bool,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Operator {
    Exact,
    Above,
    AtLeast,
    Below,
    AtMost,
}

/// `checked`: `flags` do not switch the check off; what cannot be read is refused all the same.
pub(super) fn check(key_range: TextRange, value: Node<'_>, checked: bool, out: &mut Flaws) {
    let mut bounds = Vec::new();
    let mut whole = true;
    match out.value(value) {
        Some(Is::Text) => {
            let text = value.text().unwrap_or_default();
            let range = place(value, key_range);
            for part in text.split(',') {
                whole &= push(part, range, &mut bounds, out);
            }
        }
        Some(Is::List) => {
            for item in value.items() {
                let range = place(item, key_range);
                match out.value(item) {
                    Some(Is::Text) => {
                        whole &= push(&item.text().unwrap_or_default(), range, &mut bounds, out)
                    }
                    Some(_) => {
                        whole = false;
                        out.push(FlawOf::Version, BOTH, range, "a version must be a text: put it in quotes");
                    }
                    None => whole = false,
                }
            }
        }
        Some(Is::Null) | None => return,
        Some(_) => {
            let message = "'require-dbt-version' is a text or a list of texts such as '>=1.8.0'";
            return out.push(FlawOf::Version, BOTH, place(value, key_range), message);
        }
    }
    if !checked || !whole || bounds.is_empty() || bounds.iter().any(|bound| bound.prerelease) {
        return;
    }
    let one_line = out.value(value) == Some(Is::Text);
    let range = if one_line { place(value, key_range) } else { key_range };
    if !satisfiable(&bounds) {
        let message = "no dbt can meet all of these versions at once";
        return out.push(FlawOf::Version, V1, range, message);
    }
    bounds.push(Bound { operator: Operator::AtLeast, version: [1, 0, 0], prerelease: false });
    bounds.push(Bound { operator: Operator::Below, version: [2, 0, 0], prerelease: false });
    if !satisfiable(&bounds) {
        out.push(FlawOf::Version, V1, range, "no dbt 1.x meets this requirement");
    }
}

/// Adds a bound; tells whether it could be read.
fn push(text: &str, range: TextRange, bounds: &mut Vec<Bound>, out: &mut Flaws) -> bool {
    if text.contains("{{") {
        return false;
    }
    match bound(text) {
        Some(bound) => {
            bounds.push(bound);
            true
        }
        None => {
            let hint = match text.trim() {
                "" => "an empty text is no version".to_owned(),
                list if list.contains(',') => "in a list each version is an item of its own".to_owned(),
                trimmed => {
                    format!(
                        "'{trimmed}' is no version that dbt reads: write it as '>=1.8.0', with three numbers and no blanks"
                    )
                }
            };
            out.push(FlawOf::Version, V1, range, hint);
            false
        }
    }
}

/// Reads one version as dbt v1 does: no blanks, three numbers, `>=`, `>`, `<`, `<=` or `=` before them.
fn bound(text: &str) -> Option<Bound> {
    let operators = [
        (">=", Operator::AtLeast),
        ("<=", Operator::AtMost),
        (">", Operator::Above),
        ("<", Operator::Below),
        ("=", Operator::Exact),
    ];
    let found = operators.iter().find_map(|(sign, operator)| Some((text.strip_prefix(sign)?, *operator)));
    let (rest, operator) = found.unwrap_or((text, Operator::Exact));
    let digits = |text: &str| text.bytes().take_while(u8::is_ascii_digit).count();
    let mut rest = rest;
    let mut version = [0; 3];
    for (at, slot) in version.iter_mut().enumerate() {
        if at > 0 {
            rest = rest.strip_prefix('.')?;
        }
        let (number, after) = rest.split_at(digits(rest));
        if number.len() > 1 && number.starts_with('0') {
            return None;
        }
        *slot = number.parse().ok()?;
        rest = after;
    }
    let is_extra = |c: char| c.is_ascii_alphanumeric() || matches!(c, '-' | '.' | '+');
    rest.chars().all(is_extra).then_some(Bound { operator, version, prerelease: !rest.is_empty() })
}

/// Whether some version meets all bounds. Versions are dense enough: `>1.0.0,<1.0.1` counts as met.
fn satisfiable(bounds: &[Bound]) -> bool {
    let lower =
        |bound: &Bound| matches!(bound.operator, Operator::Exact | Operator::Above | Operator::AtLeast);
    let upper =
        |bound: &Bound| matches!(bound.operator, Operator::Exact | Operator::Below | Operator::AtMost);
    bounds.iter().filter(|bound| lower(bound)).all(|low| {
        bounds.iter().filter(|bound| upper(bound)).all(|high| match low.version.cmp(&high.version) {
            Ordering::Less => true,
            Ordering::Equal => low.operator != Operator::Above && high.operator != Operator::Below,
            Ordering::Greater => false,
        })
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reads_what_dbt_reads() {
        for text in [">=1.0.0", "1.0.0", "<2.0.0", "=1.9.0", ">=1.8.0-rc1", ">=1.8.0b1", "1.0.0+build"] {
            assert!(bound(text).is_some(), "{text}");
        }
        for text in ["", "abc", ">=1.0", ">= 1.0.0", " <2.0.0", "!=1.0.0", "~=1.0.0", ">=01.0.0", ">=1.0.0 "]
        {
            assert!(bound(text).is_none(), "{text}");
        }
    }

    #[test]
    fn some_version_must_fit_all() {
        let fits =
            |list: &[&str]| satisfiable(&list.iter().map(|text| bound(text).unwrap()).collect::<Vec<_>>());
        assert!(fits(&[">=1.0.0", "<2.0.0"]));
        assert!(fits(&["=1.9.0", ">=1.9.0"]));
        assert!(!fits(&[">=2.0.0", "<1.0.0"]));
        assert!(!fits(&[">1.9.0", "<=1.9.0"]));
        assert!(!fits(&["=1.9.0", "=1.8.0"]));
    }
}
