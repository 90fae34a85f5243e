//! A half-typed line costs itself and not its neighbours: of the `name:` values in a property file nearly
//! all are still found, whatever is being typed and wherever.

mod yaml_support;

use syntax::yaml::{Node, parse};
use yaml_support::{FILES, Random};

/// Places per file and kind.
const PLACES: usize = 25;

/// What is done to the line at `at`: the new lines, and whether that line itself is still there.
type Damage = fn(&str, &str) -> Vec<String>;

const KINDS: &[(&str, Damage)] = &[
    ("partial key", |indent, line| vec![format!("{indent}descr"), line.into()]),
    ("unclosed quote", |indent, line| vec![format!("{indent}description: \"some text"), line.into()]),
    ("unclosed single quote", |indent, line| vec![format!("{indent}description: 'it"), line.into()]),
    ("partial item", |indent, line| vec![format!("{indent}- na"), line.into()]),
    ("line cut in half", |_, line| {
        let mut half = line.len() / 2;
        while !line.is_char_boundary(half) {
            half -= 1;
        }
        vec![line[..half].into()]
    }),
    ("unclosed jinja", |indent, line| vec![format!("{indent}description: {{{{ doc('x'"), line.into()]),
    ("tab indent", |indent, line| vec![format!("{indent}\tname: foo"), line.into()]),
    ("bad dedent", |indent, line| vec![format!(" {indent}foo: bar"), line.into()]),
    ("unclosed list", |indent, line| vec![format!("{indent}tags: [one, two"), line.into()]),
    ("unclosed mapping", |indent, line| vec![format!("{indent}meta: {{a: b, "), line.into()]),
    ("lone quote", |indent, line| vec![format!("{indent}\""), line.into()]),
    ("empty item", |indent, line| vec![format!("{indent}- "), line.into()]),
    ("empty key", |indent, line| vec![format!("{indent}columns:"), line.into()]),
    ("colon in text", |indent, line| vec![format!("{indent}description: one: two"), line.into()]),
];

/// Every `name:` value that is a scalar, after the keys that lead to it, with the offset where it starts.
fn names(node: Node<'_>, path: &str, found: &mut Vec<(String, usize)>) {
    if node.is_alias() {
        return;
    }
    for entry in node.entries().filter(|e| !e.merged) {
        if entry.key == "name"
            && let Some(text) = entry.value.text()
        {
            found.push((format!("{path}: {text}"), entry.value.range().start().into()));
        }
        names(entry.value, &format!("{path}/{}", entry.key), found);
    }
    for item in node.items() {
        names(item, &format!("{path}/-"), found);
    }
}

fn names_of(text: &str) -> Vec<(String, usize)> {
    let tree = parse(text);
    let mut found = Vec::new();
    if let Some(root) = tree.root(text) {
        names(root, "", &mut found);
    }
    found
}

#[derive(Default)]
struct Survivors {
    /// Names outside the damaged line.
    expected: usize,
    /// Those still found.
    kept: usize,
    /// Those still found under the same keys.
    in_place: usize,
}

fn survivors(text: &str, at: usize, damage: Damage) -> Survivors {
    let lines: Vec<&str> = text.lines().collect();
    let line = lines[at];
    let indent = &line[..line.len() - line.trim_start_matches(' ').len()];
    let before: usize = lines[..at].iter().map(|l| l.len() + 1).sum();
    let unix = format!("{}\n", lines.join("\n"));
    let mut damaged: Vec<String> = lines[..at].iter().map(|&l| l.to_owned()).collect();
    damaged.extend(damage(indent, line));
    damaged.extend(lines[at + 1..].iter().map(|&l| l.to_owned()));
    let mut left = names_of(&(damaged.join("\n") + "\n"));
    let on_line = before..before + line.len() + 1;
    let expected: Vec<String> = names_of(&unix)
        .into_iter()
        .filter(|(_, start)| !on_line.contains(start))
        .map(|(name, _)| name)
        .collect();
    let mut in_place = 0;
    let mut lost = Vec::new();
    for name in &expected {
        match left.iter().position(|(other, _)| other == name) {
            Some(i) => {
                left.swap_remove(i);
                in_place += 1;
            }
            None => lost.push(name),
        }
    }
    // What is still there, but under other keys.
    let bare = |name: &str| name.rsplit_once(": ").map_or(String::new(), |(_, bare)| bare.to_owned());
    let mut moved = 0;
    for name in lost {
        if let Some(i) = left.iter().position(|(other, _)| bare(other) == bare(name)) {
            left.swap_remove(i);
            moved += 1;
        }
    }
    Survivors { expected: expected.len(), kept: in_place + moved, in_place }
}

#[test]
fn nearly_all_names_survive_typing() {
    // Not the file that is one JSON value, nor the one that must start with its byte order mark.
    let typed_by_hand = |name: &str| !matches!(name, "flow_style.yml" | "bom.yml");
    let files: Vec<_> =
        FILES.iter().filter(|(name, text)| typed_by_hand(name) && text.lines().count() >= 15).collect();
    assert!(files.len() >= 20);
    let mut random = Random(0x5EED_CAFE_F00D);
    let mut too_low = Vec::new();
    for (kind, damage) in KINDS {
        let mut sum = Survivors::default();
        let mut worst = (1.0, String::new());
        for (name, text) in &files {
            for _ in 0..PLACES {
                let at = random.below(text.lines().count());
                let one = survivors(text, at, *damage);
                let share = if one.expected == 0 { 1.0 } else { one.in_place as f64 / one.expected as f64 };
                if share < worst.0 {
                    worst = (share, format!("{name}:{}", at + 1));
                }
                sum.expected += one.expected;
                sum.kept += one.kept;
                sum.in_place += one.in_place;
            }
        }
        let percent = |count: usize| 100.0 * count as f64 / sum.expected as f64;
        let (kept, in_place) = (percent(sum.kept), percent(sum.in_place));
        println!(
            "{kind:22} {kept:6.2} % of {} names kept, {in_place:6.2} % in place; worst {:3.0} % at {}",
            sum.expected,
            100.0 * worst.0,
            worst.1,
        );
        if kept < 99.0 || in_place < 95.0 {
            too_low.push(*kind);
        }
    }
    assert!(too_low.is_empty(), "too few names kept: {too_low:?}");
}
