//! Environment values in the text of a configuration file, and the way back from the new text to the old one.
//!
//! Must not read the environment: values come from a lookup function.

use text::TextRange;

/// A text with values put in.
pub(super) struct Expanded {
    /// The new text.
    pub text: String,
    /// Names that had no value, with their place in the original text.
    pub unset: Vec<(String, TextRange)>,
    /// The replaced parts: where they are in the new text, where in the original. Ascending.
    parts: Vec<(TextRange, TextRange)>,
}

impl Expanded {
    /// A text left as it is.
    pub(super) fn plain(text: &str) -> Expanded {
        Expanded { text: text.to_owned(), unset: Vec::new(), parts: Vec::new() }
    }

    /// The part of the original text that a range of the new one came from. A range that touches a replaced part
    /// covers all of it.
    pub(super) fn original(&self, range: TextRange) -> TextRange {
        let start = self.offset(usize::from(range.start()), false);
        let end = self.offset(usize::from(range.end()), true);
        text::range(start.min(end), end)
    }

    fn offset(&self, offset: usize, is_end: bool) -> usize {
        let before =
            self.parts.partition_point(|(new, _)| usize::from(new.start()) < offset + usize::from(!is_end));
        let Some((new, old)) = before.checked_sub(1).and_then(|index| self.parts.get(index)) else {
            return offset;
        };
        match offset.checked_sub(usize::from(new.end())) {
            // At the very start of a value that is the start of the variable, anywhere else in it the end.
            None if !is_end => old.start().into(),
            Some(0) if !is_end && new.is_empty() => old.start().into(),
            None => old.end().into(),
            Some(past) => usize::from(old.end()) + past,
        }
    }
}

/// Which `$` forms are variables.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Forms {
    /// dbt-loom's: `$NAME` and `${anything}`, also in comments; there is no escape and no default.
    Loom,
    /// Only `${NAME}`.
    Braces,
}

/// Puts values in; a name without a value becomes empty.
pub(super) fn expand(original: &str, forms: Forms, lookup: &dyn Fn(&str) -> Option<String>) -> Expanded {
    let mut out = Expanded::plain("");
    let mut copied = 0;
    let mut from = 0;
    while let Some(dollar) = original.get(from..).and_then(|rest| rest.find('$')).map(|index| from + index) {
        let rest = original.get(dollar + 1..).unwrap_or_default();
        let Some((name, len)) = variable(rest, forms) else {
            from = dollar + 1;
            continue;
        };
        out.text.push_str(original.get(copied..dollar).unwrap_or_default());
        let place = text::range(dollar, dollar + 1 + len);
        let start = out.text.len();
        match lookup(name) {
            Some(value) => out.text.push_str(&value),
            None => out.unset.push((name.to_owned(), place)),
        }
        out.parts.push((text::range(start, out.text.len()), place));
        from = dollar + 1 + len;
        copied = from;
    }
    out.text.push_str(original.get(copied..).unwrap_or_default());
    out
}

/// The name after a `$`, and how many bytes the form takes.
fn variable(rest: &str, forms: Forms) -> Option<(&str, usize)> {
    if forms == Forms::Loom {
        // Python's `\w`: letters and digits of any script, and the underscore.
        let len = rest.find(|c: char| !(c.is_alphanumeric() || c == '_')).unwrap_or(rest.len());
        if len > 0 {
            return Some((rest.get(..len)?, len));
        }
    }
    let inner = rest.strip_prefix('{')?;
    let len = inner.find('}').filter(|len| *len > 0)?;
    let name = inner.get(..len)?;
    let is_name = || name.chars().all(|c| c.is_ascii_alphanumeric() || c == '_');
    (forms == Forms::Loom || is_name()).then_some((name, len + 2))
}

#[cfg(test)]
mod tests {
    use super::{Forms, expand};

    fn lookup(name: &str) -> Option<String> {
        match name {
            "DIR" => Some("/srv/mesh".to_owned()),
            "E" => Some(String::new()),
            "a b" => Some("odd".to_owned()),
            _ => None,
        }
    }

    #[test]
    fn loom_takes_both_forms_everywhere() {
        let all =
            ["$DIR/x", "${DIR}/x", "$DIRS/x", "# costs $5", "${a b}", "$", "${}", "${open", "$$DIR", "é$DIR"]
                .map(|text| {
                    let out = expand(text, Forms::Loom, &lookup);
                    format!("{text} -> {} {:?}", out.text, out.unset)
                })
                .join("\n");
        expect_test::expect![[r#"
            $DIR/x -> /srv/mesh/x []
            ${DIR}/x -> /srv/mesh/x []
            $DIRS/x -> /x [("DIRS", 0..5)]
            # costs $5 -> # costs  [("5", 8..10)]
            ${a b} -> odd []
            $ -> $ []
            ${} -> ${} []
            ${open -> ${open []
            $$DIR -> $/srv/mesh []
            é$DIR -> é/srv/mesh []"#]]
        .assert_eq(&all);
    }

    #[test]
    fn ours_takes_braces_only() {
        assert_eq!(expand("$DIR ${DIR} ${a b}", Forms::Braces, &lookup).text, "$DIR /srv/mesh ${a b}");
    }

    #[test]
    fn ranges_lead_back_to_what_was_written() {
        let original = "a: $DIR/x\nb: $E!\nc: last";
        let out = expand(original, Forms::Loom, &lookup);
        let back = |part: &str| {
            let at = out.text.find(part).unwrap();
            let range = out.original(text::range(at, at + part.len()));
            &original[usize::from(range.start())..usize::from(range.end())]
        };
        assert_eq!(back("a"), "a");
        assert_eq!(back("/srv/mesh/x"), "$DIR/x");
        assert_eq!(back("mesh/x"), "$DIR/x");
        assert_eq!(back("/x"), "/x");
        assert_eq!(back("!"), "$E!");
        assert_eq!(back("last"), "last");
    }
}
