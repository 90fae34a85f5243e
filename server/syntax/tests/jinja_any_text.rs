//! Whatever the text: nothing panics, every range lies in it at character boundaries, tags do not overlap.

mod jinja_data;

use jinja_data::{FILES, Random};
use syntax::calls::Call;
use syntax::cursor::{self, Site};
use syntax::{SyntaxError, jinja, python};
use text::TextRange;

const PIECES: [&str; 44] = [
    "{{",
    "}}",
    "{%",
    "%}",
    "{#",
    "#}",
    "{",
    "}",
    "(",
    ")",
    "[",
    "]",
    "'",
    "\"",
    "\\",
    "\n",
    "\r\n",
    "\n\n",
    "\t",
    " ",
    ",",
    "=",
    ":",
    ".",
    "|",
    "~",
    "-",
    "#",
    "é",
    "🦀",
    "\u{a0}",
    "\0",
    "ref(",
    "{% raw %}",
    "{% endraw %}",
    "{% set x %}",
    "{% endif %}",
    "{% for",
    "if ",
    " else ",
    "{% macro",
    "\"\"\"",
    "dbt.ref(",
    "1e9999999999999999999",
];

fn mutated(random: &mut Random, text: &str) -> String {
    let mut text = text.to_owned();
    for _ in 0..1 + random.below(6) {
        let place = |random: &mut Random, text: &str| {
            let mut at = random.below(text.len() + 1);
            while !text.is_char_boundary(at) {
                at -= 1;
            }
            at
        };
        let (a, b) = (place(random, &text), place(random, &text));
        let (from, to) = (a.min(b), a.max(b).min(a.min(b) + 40));
        let to = (from..=to).rev().find(|at| text.is_char_boundary(*at)).unwrap_or(from);
        match random.below(4) {
            0 => text.insert_str(a, PIECES[random.below(PIECES.len())]),
            1 => text.replace_range(from..to, ""),
            2 => text.replace_range(from..to, PIECES[random.below(PIECES.len())]),
            _ => {
                let copy = text[from..to].to_owned();
                text.insert_str(b.min(text.len()), &copy);
            }
        }
        if text.len() > 20_000 {
            break;
        }
    }
    text
}

fn check_range(text: &str, range: TextRange, what: &str) {
    let (start, end) = (usize::from(range.start()), usize::from(range.end()));
    assert!(
        end <= text.len() && text.is_char_boundary(start) && text.is_char_boundary(end),
        "{what} at {range:?} in {text:?}"
    );
}

fn check_calls(text: &str, calls: &[Call], errors: &[SyntaxError]) {
    for call in calls {
        check_range(text, call.range, "call");
        check_range(text, call.name_range, "name");
        for arg in &call.args {
            check_range(text, arg.range, "argument");
            check_range(text, arg.inner_range(), "inside of an argument");
            if let Some((_, range)) = arg.keyword {
                check_range(text, range, "keyword");
            }
        }
    }
    for error in errors {
        check_range(text, error.range, "error");
        if let Some((range, _)) = &error.related {
            check_range(text, *range, "related place");
        }
    }
}

fn check_template(text: &str, template: &jinja::Template) {
    check_calls(text, &template.calls, &template.errors);
    for pair in template.tags.windows(2) {
        assert!(pair[0].range.end() <= pair[1].range.start(), "{pair:?} overlap in {text:?}");
    }
    for tag in &template.tags {
        check_range(text, tag.range, "tag");
        assert!(tag.range.len() >= text::size(2), "{tag:?} in {text:?}");
    }
    for block in &template.blocks {
        check_range(text, block.open, "opening tag");
        check_range(text, block.full, "block");
        let named = block.name.iter().map(|(_, range)| *range);
        let params = block.params.iter().map(|param| param.range);
        named.chain(params).chain(block.close).for_each(|range| check_range(text, range, "part of a block"));
        assert!(block.full.contains_range(block.open), "{block:?} in {text:?}");
    }
}

fn check_site(text: &str, site: &Site) {
    let Site::Tag(site) = site else { return };
    check_range(text, site.tag_range, "tag of a site");
    check_range(text, site.word, "word");
    if let Some(string) = &site.string {
        check_range(text, string.content, "string");
    }
    for call in &site.calls {
        check_range(text, call.name_range, "callee");
        assert!(call.active < call.args.len(), "{call:?} in {text:?}");
        for arg in &call.args {
            check_range(text, arg.range, "argument of a site");
            if let Some(string) = &arg.string {
                check_range(text, string.content, "string of an argument");
            }
        }
    }
}

fn check_all(random: &mut Random, text: &str) {
    check_template(text, &jinja::parse(text));
    let model = python::parse(text);
    check_calls(text, &model.calls, &model.errors);
    for _ in 0..4 {
        let offset = text::size(random.below(text.len() + 3));
        check_site(text, &cursor::jinja(text, offset));
        check_site(text, &cursor::expression(text, offset));
        check_site(text, &cursor::python(text, offset));
    }
    let line = text.lines().nth(random.below(text.lines().count())).unwrap_or_default();
    check_template(line, &jinja::parse_expression(line));
}

#[test]
fn random_changes_never_break_the_readers() {
    let mut random = Random::new(7);
    for round in 0..40 {
        for (_, text) in FILES {
            let mut text = mutated(&mut random, text);
            if round % 3 == 0 {
                text = mutated(&mut random, &text);
            }
            check_all(&mut random, &text);
        }
    }
}

#[test]
fn random_pieces_never_break_the_readers() {
    let mut random = Random::new(11);
    for _ in 0..1500 {
        let text: String = (0..random.below(30)).map(|_| PIECES[random.below(PIECES.len())]).collect();
        check_all(&mut random, &text);
    }
}

#[test]
fn every_prefix_of_a_file_can_be_read() {
    let mut random = Random::new(13);
    for (_, text) in FILES.iter().take(6) {
        for (end, _) in text.char_indices() {
            let prefix = &text[..end];
            check_template(prefix, &jinja::parse(prefix));
            check_site(prefix, &cursor::jinja(prefix, text::size(end.saturating_sub(random.below(3)))));
        }
    }
}

#[test]
fn deep_and_long_texts_are_survived() {
    for unit in
        ["(", "[", "{", "{{ (", "{{ a ~ ", "{% if x %}", "{{ not ", "{{ f(", "{{ a.", "{# ", "{{ '", "a if "]
    {
        let text = unit.repeat(3000);
        check_template(&text, &jinja::parse(&text));
        let text = format!("{{{{ {text}");
        check_template(&text, &jinja::parse(&text));
        check_template(&text, &jinja::parse_expression(&text));
        check_site(&text, &cursor::jinja(&text, text::size(text.len() - 1)));
        check_site(&text, &cursor::python(&text, text::size(text.len() - 1)));
    }
}
