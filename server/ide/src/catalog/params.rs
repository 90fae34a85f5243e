//! The parameters of a signature as it is written in the tables.

use std::ops::Range;

/// One parameter.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Param {
    /// Its name, without `*`.
    pub name: &'static str,
    /// What it is when it is left out.
    pub default: Option<&'static str>,
    /// Takes any number of arguments: `*args`.
    pub rest: bool,
    /// Takes any keyword: `**kwargs`.
    pub keywords: bool,
    /// Its bytes in the signature.
    pub range: Range<usize>,
}

/// The parameters between the parentheses of a signature, in order.
pub fn params(signature: &'static str) -> Vec<Param> {
    let mut out = Vec::new();
    let (mut start, mut depth, mut quote) = (0, 0usize, None);
    for (at, c) in signature.char_indices().chain([(signature.len(), ',')]) {
        match (quote, c) {
            (Some(open), _) if c == open => quote = None,
            (Some(_), _) => {}
            (None, '\'' | '"') => quote = Some(c),
            (None, '(' | '[' | '{') => depth += 1,
            (None, ')' | ']' | '}') => depth = depth.saturating_sub(1),
            (None, ',') if depth == 0 => {
                out.extend(param(signature, start..at));
                start = at + 1;
            }
            _ => {}
        }
    }
    out
}

fn param(signature: &'static str, range: Range<usize>) -> Option<Param> {
    let text = &signature[range.clone()];
    let start = range.start + (text.len() - text.trim_start().len());
    let text = text.trim();
    let bare = text.trim_start_matches('*');
    let (name, default) = match bare.split_once('=') {
        Some((name, default)) => (name.trim(), Some(default.trim())),
        None => (bare, None),
    };
    let stars = text.len() - bare.len();
    (!name.is_empty()).then(|| Param {
        name,
        default,
        rest: stars == 1,
        keywords: stars == 2,
        range: start..start + text.len(),
    })
}
