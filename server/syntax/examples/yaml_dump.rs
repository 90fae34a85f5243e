//! Prints what the YAML reader makes of a text, as JSON, for comparing it with another reader.
//!
//! Standard input holds texts, each after a line with its length in bytes. Each gives one line:
//! `{"errors": [[start, end, message]], "documents": n, "data": …}` where a scalar is `[type, text]`, a mapping
//! `["map", [[key, value]]]` and a sequence `["seq", [value]]`.

use std::io::{BufRead, Read, Write};

use syntax::yaml::{Dialect, Kind, Node, Resolved, parse};

fn main() -> std::io::Result<()> {
    let mut input = std::io::stdin().lock();
    let mut output = std::io::BufWriter::new(std::io::stdout().lock());
    let mut header = String::new();
    while input.read_line(&mut header)? > 0 {
        let mut bytes = vec![0; header.trim().parse().unwrap_or(0)];
        input.read_exact(&mut bytes)?;
        header.clear();
        let text = String::from_utf8_lossy(&bytes);
        let tree = parse(&text);
        let errors: Vec<String> = tree
            .errors
            .iter()
            .map(|e| {
                let (start, end) = (u32::from(e.range.start()), u32::from(e.range.end()));
                format!("[{start},{end},{}]", quote(&e.message))
            })
            .collect();
        let mut data = String::new();
        match tree.root(&text) {
            Some(root) => dump(root, 0, &mut data),
            None => data.push_str("null"),
        }
        let (errors, documents) = (errors.join(","), tree.documents());
        writeln!(output, "{{\"errors\":[{errors}],\"documents\":{documents},\"data\":{data}}}")?;
        output.flush()?;
    }
    Ok(())
}

fn dump(node: Node<'_>, depth: usize, out: &mut String) {
    if depth > 300 {
        out.push_str("[\"deep\"]");
        return;
    }
    match node.kind() {
        Kind::Mapping => {
            out.push_str("[\"map\",[");
            for (i, entry) in node.entries().enumerate() {
                out.push_str(if i == 0 { "[" } else { ",[" });
                dump(entry.key_node, depth + 1, out);
                out.push(',');
                dump(entry.value, depth + 1, out);
                out.push(']');
            }
            out.push_str("]]");
        }
        Kind::Sequence => {
            out.push_str("[\"seq\",[");
            for (i, item) in node.items().enumerate() {
                if i > 0 {
                    out.push(',');
                }
                dump(item, depth + 1, out);
            }
            out.push_str("]]");
        }
        Kind::Scalar => {
            let text = node.text().unwrap_or_default();
            let kind = match node.scalar().map(|s| s.resolve(Dialect::V1_1)) {
                None | Some(Resolved::Str) => "str",
                Some(Resolved::Null) => "null",
                Some(Resolved::Bool(true)) => "true",
                Some(Resolved::Bool(false)) => "false",
                Some(Resolved::Int(value)) => {
                    out.push_str(&format!("[\"int\",\"{value}\"]"));
                    return;
                }
                Some(Resolved::Float(value)) => {
                    out.push_str(&format!("[\"float\",\"{value:?}\"]"));
                    return;
                }
                Some(Resolved::Date) => "date",
                Some(Resolved::Timestamp) => "timestamp",
            };
            out.push_str(&format!("[\"{kind}\",{}]", quote(&text)));
        }
        Kind::Null => out.push_str("[\"null\",\"\"]"),
        Kind::UnknownAlias => out.push_str("[\"unknown\"]"),
    }
}

fn quote(text: &str) -> String {
    let mut out = String::from("\"");
    for c in text.chars() {
        match c {
            '"' | '\\' => {
                out.push('\\');
                out.push(c);
            }
            c if (c as u32) < 0x20 || matches!(c, '\u{7f}'..='\u{9f}' | '\u{2028}' | '\u{2029}') => {
                out.push_str(&format!("\\u{:04x}", c as u32));
            }
            c => out.push(c),
        }
    }
    out.push('"');
    out
}
