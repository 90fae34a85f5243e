//! Which blocks are open at a place.

/// The keywords of the open blocks before `offset`, outermost first. A quick look at tags only: good enough
/// to put the right `end…` first.
pub(super) fn open_blocks(text: &str, offset: usize) -> Vec<&str> {
    let mut open: Vec<&str> = Vec::new();
    let before = text.get(..offset).unwrap_or_default();
    let mut rest = before;
    while let Some(at) = rest.find("{%") {
        let tag = rest[at + 2..].trim_start_matches(['-', '+']).trim_start();
        let end = tag.find("%}").unwrap_or(tag.len());
        let inside = &tag[..end];
        let word = inside.split(|c: char| !(c.is_alphanumeric() || c == '_')).next().unwrap_or_default();
        if let Some(block) = word.strip_prefix("end") {
            if let Some(from) = open.iter().rposition(|one| *one == block) {
                open.truncate(from);
            }
        } else if opens(word, inside) {
            open.push(word);
        }
        rest = &tag[end..];
    }
    open
}

fn opens(word: &str, inside: &str) -> bool {
    match word {
        "set" => !inside.contains('='),
        "if" | "for" | "macro" | "call" | "raw" | "filter" | "with" | "test" | "data_test" | "snapshot"
        | "materialization" | "docs" | "block" => true,
        _ => false,
    }
}
