//! How a YAML file is indented, and how a value is written so that YAML reads it back.

use syntax::yaml::{Kind, Node};

/// How many nodes are looked at to find out.
const LOOKED_AT: usize = 400;

/// How far a file indents.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Style {
    /// A mapping below its key.
    pub step: usize,
    /// The dashes of a list below its key.
    pub dash: usize,
}

impl Default for Style {
    fn default() -> Style {
        Style { step: 2, dash: 2 }
    }
}

impl Style {
    /// As the first mapping and the first list in it are written.
    pub fn of(root: Node<'_>) -> Style {
        let (mut step, mut dash) = (None, None);
        let mut todo = vec![root];
        let mut left = LOOKED_AT;
        while let Some(node) = todo.pop() {
            if left == 0 || step.is_some() && dash.is_some() {
                break;
            }
            left -= 1;
            if node.is_alias() {
                continue;
            }
            let indent = node.indent().filter(|_| node.kind() == Kind::Mapping);
            for entry in node.entries().filter(|entry| !entry.merged && !entry.value.is_alias()) {
                let below =
                    entry.value.indent().zip(indent).map(|(below, own)| below.saturating_sub(own) as usize);
                match entry.value.kind() {
                    Kind::Mapping if step.is_none() => step = below.filter(|below| *below > 0),
                    Kind::Sequence if dash.is_none() => dash = below,
                    _ => {}
                }
            }
            let below: Vec<_> = node.entries().map(|entry| entry.value).chain(node.items()).collect();
            todo.extend(below.into_iter().rev());
        }
        let dash = dash.unwrap_or(2);
        Style { step: step.unwrap_or(if dash > 2 { dash } else { 2 }), dash }
    }

    /// Lines that are indented by twos (also the dashes of lists) as this file indents them, from `margin` on.
    pub fn lines(self, canonical: &str, margin: usize) -> Vec<String> {
        // Levels that are open: as given, as written, whether it is an item.
        let mut open: Vec<(usize, usize, bool)> = Vec::new();
        let mut out = Vec::new();
        for line in canonical.lines() {
            let body = line.trim_start_matches(' ');
            let given = line.len() - body.len();
            let is_item = body.starts_with("- ");
            while open.last().is_some_and(|(level, ..)| *level > given) {
                open.pop();
            }
            let written = match open.last() {
                Some((level, written, _)) if *level == given => *written,
                Some((_, written, true)) => written + 2,
                Some((_, written, false)) if is_item => written + self.dash,
                Some((_, written, false)) => written + self.step,
                None => margin + given,
            };
            if let Some(last) = open.last_mut().filter(|(level, ..)| *level == given) {
                last.2 = is_item;
            } else {
                open.push((given, written, is_item));
            }
            if is_item {
                // The keys of the item.
                open.push((given + 2, written + 2, false));
            }
            out.push(if body.is_empty() { String::new() } else { format!("{}{body}", " ".repeat(written)) });
        }
        out
    }
}

/// Words that YAML 1.1 takes for something else than text.
const WORDS: [&str; 12] = ["true", "false", "yes", "no", "on", "off", "y", "n", "null", "~", "nan", "inf"];

/// A text as a scalar of block style: quoted only where YAML would read something else.
pub(crate) fn scalar(text: &str) -> String {
    let starts_well = text.starts_with(|c: char| c.is_alphabetic() || c == '_');
    let is_plain = text
        .chars()
        .all(|c| c.is_alphanumeric() || matches!(c, '_' | '-' | '.' | ' ' | '(' | ')' | ',' | '<' | '>'))
        && !text.ends_with(' ')
        && !text.contains(" -")
        && !WORDS.iter().any(|word| text.eq_ignore_ascii_case(word));
    if starts_well && is_plain {
        return text.to_owned();
    }
    if text.chars().any(char::is_control) {
        let escaped = text.chars().map(|c| match c {
            '"' | '\\' => format!("\\{c}"),
            c if c.is_control() => format!("\\u{:04x}", u32::from(c)),
            c => c.to_string(),
        });
        return format!("\"{}\"", escaped.collect::<String>());
    }
    format!("'{}'", text.replace('\'', "''"))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn written(like: &str, canonical: &str) -> String {
        let tree = syntax::yaml::parse(like);
        Style::of(tree.root(like).unwrap()).lines(canonical, 0).join("\n")
    }

    #[test]
    fn as_the_rest_of_the_file() {
        let new = "columns:\n  - name: id\n    config:\n      tags: x\n  - name: b";
        assert_eq!(written("models:\n  - name: a\n    config:\n      x: y\n", new), new);
        assert_eq!(
            written("models:\n- name: a\n  config:\n    x: y\n", new),
            "columns:\n- name: id\n  config:\n    tags: x\n- name: b"
        );
        assert_eq!(
            written("models:\n    - name: a\n      config:\n          x: y\n", new),
            "columns:\n    - name: id\n      config:\n          tags: x\n    - name: b"
        );
    }

    #[test]
    fn quoted_where_it_must_be() {
        for (text, wanted) in [
            ("id", "id"),
            ("numeric(38, 0)", "numeric(38, 0)"),
            ("array<struct<a int>>", "array<struct<a int>>"),
            ("no", "'no'"),
            ("1st", "'1st'"),
            ("it's: x", "'it''s: x'"),
            ("#x", "'#x'"),
            ("", "''"),
        ] {
            assert_eq!(scalar(text), wanted);
        }
    }
}
