//! Compares the values of a properties file with what the engines want of them.
//!
//! Follows aliases, so a budget bounds the walk.

use smol_str::SmolStr;
use syntax::yaml::{Dialect, Entry, Kind, Node};
use text::TextRange;

use super::forms::{self, ANY, DATE, EMPTY, Field, Form, Inside, Kinds, LIST, MAP, TEXT};
use super::{Shape, ShapeOf, Verdict, config, constraints, data_tests};
use crate::date::Date;

/// How many values are looked at in one file: far more than real ones have.
const BUDGET: u32 = 2_000_000;

/// Keys by which an adapter of dbt v1 may know `database` and `schema`.
const ALIASES: [&str; 9] =
    ["project", "dataset", "catalog", "dbname", "keyspace", "data_space", "datalake", "root_path", "host"];

pub(in crate::facts) struct Checker {
    /// What was found.
    pub out: Vec<Shape>,
    /// Index of the entry that is looked at, if it has a name.
    pub(super) entry: u32,
    /// The entry is one of `models`.
    pub(super) in_models: bool,
    /// What is looked at is below `config`.
    pub(super) in_config: bool,
    /// What dbt v2 says to keys that it does not know.
    pub(super) unknown: Verdict,
    budget: u32,
}

impl Checker {
    pub(in crate::facts) fn new() -> Checker {
        Checker {
            out: Vec::new(),
            entry: u32::MAX,
            in_models: false,
            in_config: false,
            unknown: Verdict::Fine,
            budget: BUDGET,
        }
    }

    pub(super) fn push(
        &mut self,
        of: ShapeOf,
        (v1, v2): (Verdict, Verdict),
        range: TextRange,
        message: impl Into<Box<str>>,
    ) {
        self.out.push(Shape { of, v1, v2, entry: self.entry, range, message: message.into(), instead: None });
    }

    /// What would be right in place of what was said last.
    pub(super) fn instead(&mut self, text: Option<&str>) {
        if let Some(last) = self.out.last_mut() {
            last.instead = text.map(SmolStr::new);
        }
    }

    /// Whether there is more to look at.
    pub(super) fn step(&mut self) -> bool {
        self.budget = self.budget.saturating_sub(1);
        self.budget > 0
    }

    /// A mapping of a form.
    pub(super) fn form(&mut self, form: &'static Form, node: Node<'_>) {
        let mut named = false;
        let mut tests = [None, None];
        for entry in node.entries() {
            if !self.step() {
                return;
            }
            named |= entry.key == "name";
            match &*entry.key {
                "tests" => tests[0] = Some(entry.key_range),
                "data_tests" => tests[1] = Some(entry.key_range),
                _ => {}
            }
            match form.field(&entry.key) {
                Some(field) => self.field(field, node, &entry),
                None if form.closed => self.unknown(form, &entry),
                None => {}
            }
        }
        if form.named && !named && node.kind() == Kind::Mapping {
            let first = node.entries().next().map_or(node.range(), |entry| entry.key_range);
            let v1 = if std::ptr::eq(form, &forms::SINGULAR_TEST) { Verdict::Fine } else { Verdict::Refused };
            let message = format!("{} needs a 'name'", form.what);
            self.push(ShapeOf::Properties, (v1, Verdict::Refused), first, message);
        }
        if let [Some(old), Some(new)] = tests
            && form.field("tests").is_some()
        {
            let filled =
                |key: &str| node.get(key).is_some_and(|list| Kinds::of(list, Dialect::V1_2) != Some(EMPTY));
            if filled("tests") && filled("data_tests") {
                let message = "'tests' and 'data_tests' are the same: bring them together under 'data_tests'";
                self.push(
                    ShapeOf::Properties,
                    (Verdict::Refused, Verdict::Refused),
                    old.max_by_start(new),
                    message,
                );
            }
        }
    }

    fn unknown(&mut self, form: &Form, entry: &Entry<'_>) {
        if !ALIASES.contains(&&*entry.key) {
            self.refuse(entry, form.what, form.keys());
        }
    }

    /// A key that dbt v1 refuses: `what` has others.
    pub(super) fn refuse(
        &mut self,
        entry: &Entry<'_>,
        what: &str,
        known: impl Iterator<Item = &'static str>,
    ) {
        if entry.key.is_empty() {
            return;
        }
        let near = text::suggest(&entry.key, known);
        let message = unknown_key(&entry.key, what, near);
        self.push(ShapeOf::Key, (Verdict::Refused, Verdict::Fine), entry.key_range, message);
        self.instead(near);
    }

    fn field(&mut self, field: &'static Field, parent: Node<'_>, entry: &Entry<'_>) {
        let value = entry.value;
        let found = if (field.v1, field.v2) == (ANY, ANY) { None } else { Kinds::of_both(value) };
        let fine = found.map_or((true, true), |[v1, v2]| (field.v1.contains(v1), field.v2.contains(v2)));
        if fine != (true, true) {
            // Of a key written twice only the last one counts.
            if parent.entry(&entry.key).is_some_and(|last| last.range == entry.range) {
                self.wrong_kind(field, entry, fine);
            }
            return;
        }
        if entry.key == "deprecation_date" {
            self.date(entry);
        }
        if entry.key == "loaded_at_field" && value.text().is_some_and(|text| text.is_empty()) {
            let message = "'loaded_at_field' must not be empty: name a column, or remove the key";
            self.push(ShapeOf::Properties, (Verdict::Refused, Verdict::Fine), entry.key_range, message);
        }
        if entry.key == "period"
            && let Some(text) = value.text()
            && !text.contains("{{")
            && !matches!(&*text, "minute" | "hour" | "day")
            && value.kind() == Kind::Scalar
        {
            let message = format!("'{text}' is no period: write minute, hour or day");
            let v2 = if self.in_config { Verdict::Refused } else { Verdict::Fine };
            self.push(ShapeOf::Properties, (Verdict::Refused, v2), entry.value.range(), message);
        }
        match field.inside {
            Inside::Any => {}
            Inside::Mapping(form) => self.form(form, value),
            Inside::Items(form) => self.items(form, value),
            Inside::Texts => self.texts(&entry.key, value),
            Inside::Tests => data_tests::list(self, value),
            Inside::Constraints(level) => constraints::list(self, level, value),
            Inside::Config => config::check(self, value),
        }
    }

    fn wrong_kind(&mut self, field: &Field, entry: &Entry<'_>, (v1, v2): (bool, bool)) {
        let (wanted, dialect) = if v1 { (field.v2, Dialect::V1_2) } else { (field.v1, Dialect::V1_1) };
        let Some(found) = Kinds::of(entry.value, dialect) else { return };
        let verdict = |fine| if fine { Verdict::Fine } else { Verdict::Refused };
        let message = wrong(&entry.key, wanted, found);
        let range = if found == EMPTY { entry.key_range } else { entry.value.range() };
        self.push(ShapeOf::Properties, (verdict(v1), verdict(v2)), range, message);
    }

    fn date(&mut self, entry: &Entry<'_>) {
        if Kinds::of(entry.value, Dialect::V1_1) != Some(TEXT) {
            return;
        }
        let Some(text) = entry.value.text() else { return };
        if Date::parse(text.trim()).is_none() && !text.trim_start().starts_with(|c: char| c.is_ascii_digit())
        {
            let message = format!("'{text}' is no date: write it as 2026-12-31");
            self.push(ShapeOf::Properties, (Verdict::Refused, Verdict::Fine), entry.value.range(), message);
        }
    }

    fn items(&mut self, form: &'static Form, list: Node<'_>) {
        for item in list.items() {
            if !self.step() {
                return;
            }
            self.item(form, item);
        }
    }

    /// One element of a list: must be a mapping.
    pub(super) fn item(&mut self, form: &'static Form, item: Node<'_>) {
        match item.kind() {
            Kind::Mapping => self.form(form, item),
            // An element is being typed.
            Kind::UnknownAlias | Kind::Null => {}
            _ => {
                let message = format!("{0} is a mapping: write '- name: <{1}>'", form.what, form.noun());
                self.push(ShapeOf::Properties, (Verdict::Refused, Verdict::Refused), item.range(), message);
            }
        }
    }

    fn texts(&mut self, key: &str, list: Node<'_>) {
        for item in list.items() {
            let kind = Kinds::of(item, Dialect::V1_1).filter(|_| self.step());
            if kind.is_some_and(|kind| kind != TEXT) {
                let message = format!("each of '{key}' must be a text: quote it");
                self.push(ShapeOf::Properties, (Verdict::Refused, Verdict::Fine), item.range(), message);
            }
        }
    }
}

/// The later of two ranges.
trait Later {
    fn max_by_start(self, other: Self) -> Self;
}

impl Later for TextRange {
    fn max_by_start(self, other: TextRange) -> TextRange {
        if other.start() > self.start() { other } else { self }
    }
}

impl Form {
    /// What it is, without its article.
    fn noun(&self) -> &'static str {
        self.what.split_once(' ').map_or(self.what, |(_, noun)| noun)
    }
}

pub(super) fn unknown_key(key: &str, what: &str, near: Option<&str>) -> String {
    match near {
        Some(near) => format!("'{key}' is no key of {what}; did you mean '{near}'?"),
        None => format!("'{key}' is no key of {what}"),
    }
}

/// Says what a value must be instead, and the way there.
pub(super) fn wrong(key: &str, wanted: Kinds, found: Kinds) -> String {
    let what = wanted.wanted();
    let way = match found {
        EMPTY => ": remove the key, or give it a value",
        LIST | MAP => "",
        DATE if wanted.contains(DATE) => "",
        _ if wanted.contains(TEXT) => ": quote it",
        _ if wanted.contains(LIST) => ": begin each element with '- '",
        _ if wanted.contains(MAP) => ": write 'key: value' lines below it",
        _ => "",
    };
    format!("'{key}' must be {what}, not {}{way}", found.name())
}
