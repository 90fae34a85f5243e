//! Half-typed text at random places of real-looking files: what else the file says must survive.
//!
//! The kinds of damage are what an editor sends between two keystrokes. Each is inserted on a line of its own
//! and in the middle of lines, also inside strings and tags (where it breaks that one tag, as it must).

mod jinja_data;

use std::collections::BTreeMap;
use std::fmt::Write;

use jinja_data::{FILES, Random};
use syntax::calls::Value;
use syntax::jinja::{BlockKind, parse};

/// Insertions of each kind into each file.
const ROUNDS: usize = 40;
/// Of a hundred names that many must survive.
const LEAST: f64 = 97.0;

const KINDS: [&str; 10] = [
    "{{ ref('",
    "{{ ref(",
    "{{ ",
    "{% if ",
    "{{ ref('a') }",
    "{% if x %}",
    "{% endif %}",
    "{{ config(a=",
    "'",
    "{#",
];

/// What a project is built from: targets of refs and sources, names of called macros, definitions.
fn names(text: &str) -> BTreeMap<String, usize> {
    let template = parse(text);
    let mut names = BTreeMap::new();
    for call in &template.calls {
        let mut name = call.name.to_string();
        let is_edge = matches!(call.name.as_str(), "ref" | "source");
        for arg in call.args.iter().filter(|_| is_edge) {
            let lits = arg.value.possible();
            let _ = match &arg.value {
                Value::Unknown => write!(name, " ?"),
                _ => write!(name, " {lits:?}"),
            };
        }
        *names.entry(name).or_default() += 1;
    }
    for block in &template.blocks {
        let defines = matches!(
            block.kind,
            BlockKind::Macro
                | BlockKind::Test
                | BlockKind::Snapshot
                | BlockKind::Materialization
                | BlockKind::Docs
        );
        if let (true, Some((name, _))) = (defines, &block.name) {
            *names.entry(format!("{:?} {name} {}", block.kind, block.params.len())).or_default() += 1;
        }
    }
    names
}

#[derive(Default)]
struct Score {
    kept: usize,
    all: usize,
}

impl Score {
    fn add(&mut self, before: &BTreeMap<String, usize>, damaged: &str) {
        let after = names(damaged);
        for (name, count) in before {
            self.all += count;
            self.kept += after.get(name).copied().unwrap_or(0).min(*count);
        }
    }

    fn percent(&self) -> f64 {
        100.0 * self.kept as f64 / self.all as f64
    }
}

/// The start of a line, or a place inside one, at a character's start.
fn place(random: &mut Random, text: &str, own_line: bool) -> usize {
    let starts: Vec<usize> =
        std::iter::once(0).chain(text.match_indices('\n').map(|(at, _)| at + 1)).collect();
    if own_line {
        return starts[random.below(starts.len())];
    }
    let mut at = random.below(text.len() + 1);
    while !text.is_char_boundary(at) {
        at -= 1;
    }
    at
}

#[test]
fn the_files_are_whole() {
    assert!(FILES.len() >= 25);
    for (name, text) in FILES {
        assert_eq!(parse(text).errors, [], "{name}");
        assert!((8..=130).contains(&text.lines().count()), "{name}");
    }
    let total: usize = FILES.iter().map(|(_, text)| names(text).values().sum::<usize>()).sum();
    assert!(total >= 140, "only {total} names in all files");
}

#[test]
fn names_survive_half_typed_text() {
    let mut random = Random::new(20_261_123);
    let mut failed = Vec::new();
    for kind in KINDS {
        let (mut own, mut middle) = (Score::default(), Score::default());
        for (_, text) in FILES {
            let crlf = text.replace('\n', "\r\n");
            let before = names(text);
            for round in 0..ROUNDS {
                let text = if round % 8 == 7 { crlf.as_str() } else { text };
                let at = place(&mut random, text, true);
                own.add(&before, &format!("{}    {kind}\n{}", &text[..at], &text[at..]));
                let at = place(&mut random, text, false);
                middle.add(&before, &format!("{}{kind}{}", &text[..at], &text[at..]));
            }
        }
        let whole = Score { kept: own.kept + middle.kept, all: own.all + middle.all };
        println!(
            "{kind:14} kept {:6.2} % of {} names ({:6.2} % on a line of its own, {:6.2} % inside lines)",
            whole.percent(),
            whole.all,
            own.percent(),
            middle.percent()
        );
        if whole.percent() < LEAST {
            failed.push(format!("{kind}: {:.2} %", whole.percent()));
        }
    }
    assert!(failed.is_empty(), "fewer than {LEAST} % of the names survived: {failed:?}");
}
