//! Comments that switch findings off in place: `dbt-mesh: ignore[unknown-model]`.
//!
//! The comment's own marks (`--`, `{# #}`, `#`) do not matter: the phrase is looked for in the text. It
//! covers its line and the next one; without brackets it covers every code.

use smol_str::SmolStr;
use text::TextRange;

const PHRASE: &str = "dbt-mesh: ignore";

/// One such comment.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Suppression {
    /// The lines it covers, in bytes.
    pub range: TextRange,
    /// The codes it names; empty for all.
    pub codes: Box<[SmolStr]>,
}

impl Suppression {
    /// Whether a finding of `code` that starts at `range` is switched off.
    pub fn covers(&self, code: &str, range: TextRange) -> bool {
        self.range.contains_inclusive(range.start())
            && (self.codes.is_empty() || self.codes.iter().any(|known| known == code))
    }
}

/// Every suppression in a text, in order.
pub fn find(text: &str) -> Box<[Suppression]> {
    // Asked of every file that is read: a search made for bytes finds nothing fastest.
    let Some(first) = memchr::memmem::find(text.as_bytes(), PHRASE.as_bytes()) else {
        return Box::default();
    };
    text[first..]
        .match_indices(PHRASE)
        .map(|(at, phrase)| (first + at, phrase))
        .map(|(at, _)| {
            let start = text[..at].rfind('\n').map_or(0, |at| at + 1);
            let rest = &text[at + PHRASE.len()..];
            let first = rest.find('\n').map_or(rest.len(), |at| at + 1);
            let second = rest[first..].find('\n').unwrap_or(rest.len() - first);
            let line = &rest[..first];
            let codes = line.strip_prefix('[').and_then(|list| list.split_once(']')).map(|(list, _)| list);
            Suppression {
                range: text::range(start, at + PHRASE.len() + first + second),
                codes: codes
                    .into_iter()
                    .flat_map(|list| list.split(','))
                    .map(|code| SmolStr::new(code.trim()))
                    .filter(|code| !code.is_empty())
                    .collect(),
            }
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn covers_its_line_and_the_next() {
        let text = "a\n-- dbt-mesh: ignore[unknown-model, x]\nref\nlast\n";
        let found = find(text);
        let at = |needle: &str| TextRange::empty(text::size(text.find(needle).unwrap()));
        assert_eq!(found.len(), 1);
        assert!(found[0].covers("unknown-model", at("ref")));
        assert!(found[0].covers("x", at("--")));
        assert!(!found[0].covers("private-model", at("ref")));
        assert!(!found[0].covers("x", at("last")));
        assert!(find("{# dbt-mesh: ignore #}")[0].covers("anything", TextRange::empty(0.into())));
    }
}
