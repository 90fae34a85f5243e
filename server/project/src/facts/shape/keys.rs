//! Keys that dbt v2 does not know where they stand (spec §18): none of its schemas has them there. dbt v1 is
//! content with most, but not with a config in both of its places.

use syntax::yaml::{Dialect, Entry, Kind, Node};

use super::check::{Checker, unknown_key, wrong};
use super::forms::{EMPTY, Kinds, LIST, MAP, TEXT};
use super::{Section, ShapeOf, Verdict};
use crate::layout::FileKind;
use crate::schema::{self, Types};

/// How deep mappings are looked into.
const DEPTH: usize = 8;

/// Configs that dbt v1 moves under `config` itself, and refuses when they are there already.
const MOVED: [&str; 5] = ["meta", "docs", "group", "contract", "access"];

/// The keys of the whole file.
pub(super) fn file(cx: &mut Checker, root: Node<'_>) {
    let Some(shape) = schema::shape_of(FileKind::Properties) else { return };
    for entry in root.entries().filter(|entry| shape.key(&entry.key).is_none() && !entry.key.is_empty()) {
        let near = text::suggest(&entry.key, shape.keys().filter(|key| !key.quiet).map(|key| key.name));
        let message = unknown_key(&entry.key, "a properties file", near);
        cx.push(ShapeOf::Key, (Verdict::Fine, Verdict::Refused), entry.key_range, message);
        cx.instead(near);
    }
}

/// What dbt v2 says to unknown keys in an entry: nothing where it was not seen to look.
pub(super) fn unknown(section: Section, key: &str) -> Verdict {
    match section {
        Section::Models | Section::Seeds | Section::Snapshots | Section::Analyses => Verdict::RefusedIfUsed,
        Section::DataTests if key == "data_tests" => Verdict::RefusedIfUsed,
        Section::Sources | Section::Macros => Verdict::Refused,
        _ => Verdict::Fine,
    }
}

/// The keys of a generic test's `config`.
pub(super) fn of_test(cx: &mut Checker, config: Node<'_>) {
    use schema::Step::{Item, Key};
    let path = [Key("models"), Item, Key("data_tests"), Item, Key("not_null"), Key("config")];
    let root = schema::shape_of(FileKind::Properties);
    if let Some(shape) = root.and_then(|root| schema::walk(root, &path)) {
        let refused = cx.unknown;
        Walk { cx, refused, moves: false }.mapping(config, shape, "config", 1);
    }
}

/// The keys of one entry of a section.
pub(super) fn entry(cx: &mut Checker, section: Section, key: &str, node: Node<'_>) {
    let refused = unknown(section, key);
    if refused == Verdict::Fine {
        return;
    }
    let moves = matches!(section, Section::Models | Section::Seeds | Section::Snapshots | Section::Analyses);
    let root = schema::shape_of(FileKind::Properties);
    let path = [schema::Step::Key(key), schema::Step::Item];
    if let Some(shape) = root.and_then(|root| schema::walk(root, &path)) {
        Walk { cx, refused, moves }.mapping(node, shape, key, 0);
    }
}

struct Walk<'c> {
    cx: &'c mut Checker,
    refused: Verdict,
    moves: bool,
}

impl Walk<'_> {
    /// `of` is the key whose value, or element of whose list, the mapping is.
    fn mapping(&mut self, node: Node<'_>, shape: schema::Shape, of: &str, depth: usize) {
        if depth > DEPTH || shape.is_any() || shape.keys().len() == 0 {
            return;
        }
        for entry in node.entries() {
            if !self.cx.step() {
                return;
            }
            let key = &*entry.key;
            match shape.key(key) {
                Some(info) => self.known(&entry, info.shape, of, depth),
                None if shape.rest().is_some() || key.is_empty() || is_tolerated(of, key) => {}
                None => match shape.misplaced(key) {
                    Some(_) => self.misplaced(node, &entry, depth),
                    None => {
                        let near = shape.keys().filter(|key| !key.quiet).map(|key| key.name);
                        let near = match key.strip_prefix('+') {
                            Some(plain) => shape.key(plain).map(|key| key.name),
                            None => text::suggest(key, near),
                        };
                        let message = unknown_key(key, &what(of), near);
                        self.push(ShapeOf::Key, Verdict::Fine, &entry, message);
                        self.cx.instead(near);
                    }
                },
            }
        }
    }

    fn push(&mut self, of: ShapeOf, v1: Verdict, entry: &Entry<'_>, message: String) {
        self.cx.push(of, (v1, self.refused), entry.key_range, message);
    }

    fn known(&mut self, entry: &Entry<'_>, shape: schema::Shape, of: &str, depth: usize) {
        let key = &*entry.key;
        // dbt v2 takes any key in a version; generic tests have arguments of their own.
        if matches!(key, "versions" | "data_tests" | "tests" | "meta") {
            return;
        }
        if of == "config" {
            self.kind(entry, shape);
        }
        match entry.value.kind() {
            Kind::Mapping => self.mapping(entry.value, shape, key, depth + 1),
            Kind::Sequence => {
                let Some(item) = shape.item() else { return };
                for node in entry.value.items() {
                    if !self.cx.step() {
                        return;
                    }
                    self.mapping(node, item, key, depth + 1);
                }
            }
            _ => {}
        }
    }

    /// A config whose value is of no kind that dbt v2 takes. Truth values and numbers it reads as it can.
    fn kind(&mut self, entry: &Entry<'_>, shape: schema::Shape) {
        let types = shape.types();
        let lenient =
            [Types::BOOLEAN, Types::INTEGER, Types::NUMBER].iter().any(|kind| types.contains(*kind));
        if lenient || shape.is_any() || super::config::is_checked(&entry.key) {
            return;
        }
        let pairs = [(Types::STRING, TEXT), (Types::LIST, LIST), (Types::MAPPING, MAP)];
        let mut wanted = EMPTY;
        for (_, kind) in pairs.into_iter().filter(|(kind, _)| types.contains(*kind)) {
            wanted = wanted.or(kind);
        }
        let Some(found) = Kinds::of(entry.value, Dialect::V1_2) else { return };
        if wanted != EMPTY && !wanted.contains(found) {
            let message = wrong(&entry.key, wanted, found);
            let range = entry.value.range();
            self.cx.push(ShapeOf::Config, (Verdict::Fine, Verdict::Refused), range, message);
        }
    }

    fn misplaced(&mut self, parent: Node<'_>, entry: &Entry<'_>, depth: usize) {
        let key = &*entry.key;
        let twice = parent.get("config").is_some_and(|config| config.entry(key).is_some());
        let message = match twice {
            true => format!("'{key}' stands here and below 'config': keep that one"),
            false => format!("'{key}' is a config: put it below 'config:'"),
        };
        let refused = twice && self.moves && depth == 0 && MOVED.contains(&key);
        let v1 = if refused { Verdict::Refused } else { Verdict::Fine };
        self.push(ShapeOf::Place, v1, entry, message);
    }
}

/// Keys that dbt v2 takes though its schemas do not say so.
fn is_tolerated(of: &str, key: &str) -> bool {
    matches!((of, key), ("config", "policy_tags") | ("freshness", "loaded_at_field"))
}

/// What has the keys, for people.
fn what(of: &str) -> String {
    let known = match of {
        "models" => "a model",
        "seeds" => "a seed",
        "snapshots" => "a snapshot",
        "analyses" => "an analysis",
        "macros" => "a macro",
        "sources" => "a source",
        "data_tests" => "a test",
        "tables" => "a table",
        "columns" => "a column",
        "arguments" => "an argument",
        "constraints" => "a constraint",
        other => return format!("'{other}'"),
    };
    known.to_owned()
}
