//! Reads the tables: one item a line, headers in brackets. Lines that do not fit are left out; a test sees to
//! it that there are none.

use super::{Item, Kind, Places};

/// The items of one table, added to `out`.
pub(super) fn items(text: &'static str, out: &mut Vec<Item>) {
    let mut header = (Kind::Function, Places::CODE);
    for line in lines(text) {
        if let Some(inside) = line.strip_prefix('[').and_then(|line| line.strip_suffix(']')) {
            header = read_header(inside);
        } else if let Some(item) = item(line, header) {
            out.push(item);
        }
    }
}

/// The lines that say something.
pub(super) fn lines(text: &'static str) -> impl Iterator<Item = &'static str> {
    text.lines().map(str::trim).filter(|line| !line.is_empty() && !line.starts_with('#'))
}

fn read_header(inside: &'static str) -> (Kind, Places) {
    let (word, rest) = inside.split_once(' ').unwrap_or((inside, ""));
    let kind = match word {
        "object" => Kind::Object,
        "members" => return (Kind::Member(rest), Places::EVERYWHERE),
        "filter" => Kind::Filter,
        "test" => Kind::Test,
        "statement" => Kind::Statement,
        "macro" => Kind::Macro,
        "generic_test" => Kind::GenericTest,
        _ => Kind::Function,
    };
    (kind, if rest.is_empty() { Places::EVERYWHERE } else { places(rest) })
}

fn places(names: &str) -> Places {
    names.split(',').fold(Places::default(), |set, name| {
        set | match name {
            "everywhere" => Places::EVERYWHERE,
            "target" => Places::TARGET,
            "yaml" => Places::YAML,
            "description" => Places::DESCRIPTION,
            "expression" => Places::CODE | Places::EXPRESSION,
            "macro" => Places::MACRO,
            "run" => Places::RUN,
            _ => Places::CODE,
        }
    })
}

fn item(line: &'static str, (kind, place): (Kind, Places)) -> Option<Item> {
    let (mut head, about) = line.split_once(" -- ")?;
    let end = head.find(['(', ' ']).unwrap_or(head.len());
    let name = &head[..end];
    let mut signatures = Vec::new();
    head = &head[end..];
    while let Some(inside) = head.strip_prefix('(') {
        let close = close(inside)?;
        signatures.push(&inside[..close]);
        head = &inside[close + 1..];
        match head.strip_prefix(" | ").and_then(|more| more.strip_prefix(name)) {
            Some(more) => head = more,
            None => break,
        }
    }
    let mut item = Item {
        name,
        kind,
        signatures: signatures.into(),
        gives: None,
        places: place,
        since: None,
        adapters: None,
        common: false,
        deprecated: false,
        about,
    };
    let mut words = head.split_whitespace();
    while let Some(word) = words.next() {
        match word {
            "->" => item.gives = words.next(),
            "*" => item.common = true,
            "!" => item.deprecated = true,
            _ => match (word.strip_prefix('@'), word.strip_prefix('+'), word.strip_prefix("for:")) {
                (Some(names), ..) => item.places = places(names),
                (_, Some(since), _) => item.since = Some(since),
                (.., Some(adapters)) => item.adapters = Some(adapters),
                _ => return None,
            },
        }
    }
    Some(item)
}

/// The parenthesis that closes what `inside` starts in.
fn close(inside: &str) -> Option<usize> {
    let mut depth = 0usize;
    for (at, c) in inside.char_indices() {
        match c {
            '(' => depth += 1,
            ')' if depth == 0 => return Some(at),
            ')' => depth -= 1,
            _ => {}
        }
    }
    None
}
