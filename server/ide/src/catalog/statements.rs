//! Which blocks are open at a place, and which variables its statements have made.
//!
//! A quick look at the tags before the place, whatever state they are in: good enough for proposals.

/// Deeper than any template; what is deeper still is not followed.
const MAX_DEPTH: usize = 64;

/// What the statements before a place say.
#[derive(Default)]
pub(super) struct Before<'t> {
    /// The keywords of the open blocks, outermost first.
    pub open: Vec<&'t str>,
    /// The names that `set` and the open loops have made, with what made them, latest last.
    pub names: Vec<(&'t str, &'static str)>,
}

/// Reads the statements of `text`.
pub(super) fn before(text: &str) -> Before<'_> {
    let mut out = Before::default();
    // How many names there were when each open block began.
    let mut marks: Vec<usize> = Vec::new();
    let mut rest = text;
    while let Some(at) = rest.find("{%") {
        let tag = rest[at + 2..].trim_start_matches(['-', '+']).trim_start();
        let end = tag.find("%}").unwrap_or(tag.len());
        let (inside, closed) = (&tag[..end], end < tag.len());
        rest = &tag[end..];
        let word = inside.split(|c: char| !(c.is_alphanumeric() || c == '_')).next().unwrap_or_default();
        if let Some(block) = word.strip_prefix("end") {
            if let Some(from) = out.open.iter().rposition(|one| *one == block) {
                out.open.truncate(from);
                // Loops and macros keep their names to themselves; `if` does not.
                if matches!(block, "for" | "macro" | "call" | "test") {
                    out.names.truncate(marks[from]);
                }
                marks.truncate(from);
            }
            continue;
        }
        let from = out.names.len();
        let list = inside[word.len()..].trim_start();
        match word {
            "set" if closed => {
                let targets = list.split('=').next().unwrap_or_default();
                out.names.extend(names(targets).map(|name| (name, "set in this file")));
            }
            "for" if closed => {
                let targets = list.split(" in ").next().unwrap_or_default();
                out.names.extend(names(targets).map(|name| (name, "loop variable")));
            }
            _ => {}
        }
        if opens(word, inside) && out.open.len() < MAX_DEPTH {
            out.open.push(word);
            marks.push(from);
        }
    }
    out
}

fn names(targets: &str) -> impl Iterator<Item = &str> {
    let is_name = |name: &&str| !name.is_empty() && name.chars().all(|c| c.is_alphanumeric() || c == '_');
    targets
        .split(',')
        .map(|name| name.trim_matches(|c: char| c.is_whitespace() || matches!(c, '(' | ')' | '-')))
        .filter(is_name)
}

fn opens(word: &str, inside: &str) -> bool {
    match word {
        "set" => !inside.contains('='),
        "if" | "for" | "macro" | "call" | "raw" | "filter" | "with" | "test" | "data_test" | "snapshot"
        | "materialization" | "docs" | "block" => true,
        _ => false,
    }
}
