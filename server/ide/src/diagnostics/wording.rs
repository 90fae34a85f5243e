//! Small pieces of messages.

/// `a, b and c`; after `most` items `a, b and 7 more`.
pub(super) fn list(items: impl ExactSizeIterator<Item = String>, most: usize) -> String {
    let count = items.len();
    let mut parts: Vec<String> = items.take(most).collect();
    if count > most {
        parts.push(format!("{} more", count - most));
    }
    match parts.pop() {
        Some(last) if !parts.is_empty() => format!("{} and {last}", parts.join(", ")),
        Some(only) => only,
        None => String::new(),
    }
}

/// `; did you mean 'x'?`, or nothing.
pub(super) fn did_you_mean(near: Option<&str>) -> String {
    near.map(|near| format!("; did you mean '{near}'?")).unwrap_or_default()
}

/// A version as it is written behind `v=`.
pub(super) fn version(text: &str) -> String {
    if text.parse::<f64>().is_ok() { text.to_owned() } else { format!("'{text}'") }
}

/// `a model`, `an exposure`
pub(super) fn a(kind: project::NodeKind) -> String {
    let word = kind.as_str().replace('_', " ");
    let article = if word.starts_with(['a', 'e', 'i', 'o', 'u']) { "an" } else { "a" };
    format!("{article} {word}")
}

#[cfg(test)]
mod tests {
    use super::list;

    #[test]
    fn lists_read_like_sentences() {
        let of = |items: &[&str], most| list(items.iter().map(|item| item.to_string()), most);
        assert_eq!(of(&[], 3), "");
        assert_eq!(of(&["a"], 3), "a");
        assert_eq!(of(&["a", "b", "c"], 3), "a, b and c");
        assert_eq!(of(&["a", "b", "c", "d"], 2), "a, b and 2 more");
    }
}
