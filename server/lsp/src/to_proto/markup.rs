//! Markdown, or plain text for clients that do not render it.

use crate::lsp;

/// `markdown` as the client wants it.
pub fn content(markdown: String, rendered: bool) -> lsp::MarkupContent {
    if rendered {
        lsp::MarkupContent { kind: lsp::MarkupKind::Markdown, value: markdown }
    } else {
        lsp::MarkupContent { kind: lsp::MarkupKind::PlainText, value: plain(&markdown) }
    }
}

/// Markdown without its marks: headings, emphasis, code marks and links lose their syntax, tables keep their
/// cells, fenced code stays as it is.
pub fn plain(markdown: &str) -> String {
    let mut out = String::with_capacity(markdown.len());
    let mut fenced = false;
    for line in markdown.lines() {
        let trimmed = line.trim_start();
        if trimmed.starts_with("```") {
            fenced = !fenced;
            continue;
        }
        if fenced {
            out.push_str(line);
        } else if is_table_rule(trimmed) {
            continue;
        } else if let Some(row) = trimmed.strip_prefix('|') {
            let row = row.trim_end().trim_end_matches('|');
            let cells: Vec<_> = row.split('|').map(|cell| inline(cell.trim())).collect();
            out.push_str(cells.join("  ").trim_end());
        } else {
            out.push_str(&inline(trimmed.trim_start_matches('#').trim_start_matches("> ")));
        }
        out.push('\n');
    }
    out.trim().to_owned()
}

fn is_table_rule(line: &str) -> bool {
    (line.starts_with('|') && line.contains('-') && line.chars().all(|c| "|-: ".contains(c)))
        || (line.len() >= 3 && line.chars().all(|c| c == '-'))
}

fn inline(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut rest = text.trim_start();
    while let Some(first) = rest.chars().next() {
        let after = &rest[first.len_utf8()..];
        rest = match first {
            '\\' if after.starts_with(|c: char| c.is_ascii_punctuation()) => {
                out.push_str(&after[..1]);
                &after[1..]
            }
            '`' => after,
            '*' if after.starts_with('*') => &after[1..],
            '[' => match link(after) {
                Some((label, tail)) => {
                    out.push_str(&inline(label));
                    tail
                }
                None => {
                    out.push('[');
                    after
                }
            },
            other => {
                out.push(other);
                after
            }
        };
    }
    out
}

/// The label of `label](target)` and what follows it. Labels do not nest.
fn link(text: &str) -> Option<(&str, &str)> {
    let (label, tail) = text.split_once("](")?;
    if label.contains('[') {
        return None;
    }
    let (_, tail) = tail.split_once(')')?;
    Some((label, tail))
}

#[cfg(test)]
mod tests {
    use super::plain;
    use expect_test::expect;

    #[test]
    fn marks_go_and_words_stay() {
        let markdown = "## model `orders`\n\n**protected**, group [finance](file:///x)\n\n| column | type |\n|---|:--|\n| `id` | int |\n\n---\n```sql\nselect `a` * 2\n```\nid \\| x [1]\n";
        expect![[r#"
            model orders

            protected, group finance

            column  type
            id  int

            select `a` * 2
            id | x [1]"#]]
        .assert_eq(&plain(markdown));
    }
}
