//! selectors.yml: its selectors, and what dbt refuses of them (each rule was asked of dbt-core 1.11 and 2.0.0-alpha.4).

use smol_str::SmolStr;
use syntax::yaml::{Entry, Kind, Node};
use text::TextRange;

use super::{BOTH, FlawOf, Flaws, Gravity, Is, V1, V2, place};

/// What selectors.yml says.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct SelectorFacts {
    /// Its selectors, in order.
    pub defs: Box<[SelectorDef]>,
    /// Where a selector is named: in `method: selector`.
    pub uses: Box<[(SmolStr, TextRange)]>,
    /// What is selected by other methods.
    pub chosen: Box<[Chosen]>,
}

/// What a method selects: `method: tag` with `value: nightly`, `tag: nightly`, or `tag:nightly`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Chosen {
    /// The method; dbt's choice for the value where none is written.
    pub method: SmolStr,
    /// What it selects, as written: without the operators for parents and children.
    pub value: SmolStr,
    /// The value's bytes: as many as the value has.
    pub range: TextRange,
}

/// One selector.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SelectorDef {
    /// Its name.
    pub name: SmolStr,
    /// The name's bytes.
    pub name_range: TextRange,
    /// The whole entry.
    pub range: TextRange,
    /// What it says of itself.
    pub description: Option<Box<str>>,
    /// Its definition as it is written.
    pub written: Box<str>,
}

/// How dbt can select.
pub const METHODS: &[&str] = &[
    "access",
    "config",
    "exposure",
    "file",
    "fqn",
    "group",
    "metric",
    "package",
    "path",
    "resource_type",
    "result",
    "saved_query",
    "semantic_model",
    "source",
    "source_status",
    "state",
    "tag",
    "test_name",
    "test_type",
    "unit_test",
    "version",
];

/// What is selected, without `@`, `+` or `2+` before it, which add what it is made from.
pub fn without_operators(text: &str) -> &str {
    let text = text.trim_start_matches('@');
    text.trim_start_matches(|c: char| c.is_ascii_digit()).strip_prefix('+').unwrap_or(text)
}

/// The method of a value without one (dbt-core 1.12, `graph/selector_spec.py`, `default_method`).
fn default_method(value: &str) -> &'static str {
    let lower = value.to_ascii_lowercase();
    if value.contains('/') {
        "path"
    } else if [".sql", ".py", ".csv"].iter().any(|end| lower.ends_with(end)) {
        "file"
    } else {
        "fqn"
    }
}

/// Keys beside `method` and `value`.
const OPTIONS: &[&str] = &[
    "method",
    "value",
    "exclude",
    "children",
    "parents",
    "children_depth",
    "parents_depth",
    "childrens_parents",
    "indirect_selection",
];

/// No definition nests deeper.
const DEPTH: usize = 32;

struct Reader<'o> {
    out: &'o mut Flaws,
    /// Every selector of the file: its name, and its place in the list.
    known: Vec<SmolStr>,
    /// The selector that is being read.
    at: usize,
    uses: Vec<(SmolStr, TextRange)>,
    chosen: Vec<Chosen>,
}

pub(super) fn read(root: Option<Node<'_>>, out: &mut Flaws) -> SelectorFacts {
    let Some(root) = root.filter(|root| root.kind() != Kind::Null) else {
        let both = (Gravity::Fine, Gravity::Error);
        out.push(
            FlawOf::Selector,
            both,
            TextRange::empty(0.into()),
            "selectors.yml is empty: write 'selectors: []'",
        );
        return SelectorFacts::default();
    };
    if root.kind() != Kind::Mapping {
        out.push(
            FlawOf::Selector,
            BOTH,
            root.range(),
            "selectors.yml is a mapping: write 'selectors:' first",
        );
        return SelectorFacts::default();
    }
    for entry in root.entries() {
        match &*entry.key {
            "selectors" => {}
            "version" => {
                if matches!(out.value(entry.value), Some(Is::Text)) {
                    let range = place(entry.value, entry.key_range);
                    out.push(FlawOf::Selector, V1, range, "'version' is a number, without quotes");
                }
            }
            key => unknown(key, entry.key_range, "selectors.yml", &["selectors", "version"], BOTH, out),
        }
    }
    let Some(list) = root.entry("selectors") else {
        let first = root.entries().next().map_or(root.range(), |entry| entry.key_range);
        out.push(FlawOf::Selector, BOTH, first, "selectors.yml has no key 'selectors'");
        return SelectorFacts::default();
    };
    match out.value(list.value) {
        Some(Is::List) => {}
        Some(Is::Null) => {
            out.push(FlawOf::Selector, V1, list.key_range, "'selectors' has no value: write []")
        }
        Some(_) => out.push(
            FlawOf::Selector,
            BOTH,
            list.key_range,
            "'selectors' is a list: begin each with '- name:'",
        ),
        None => {}
    }
    let names = list.value.items().map(|item| item.get("name").and_then(Node::text));
    let known = names.map(|name| name.map(SmolStr::new).unwrap_or_default()).collect();
    let mut reader = Reader { out, known, at: 0, uses: Vec::new(), chosen: Vec::new() };
    let mut defs = Vec::new();
    let mut default: Option<SmolStr> = None;
    for (at, item) in list.value.items().enumerate() {
        reader.at = at;
        defs.extend(reader.selector(item, &mut default));
    }
    SelectorFacts { defs: defs.into(), uses: reader.uses.into(), chosen: reader.chosen.into() }
}

fn unknown(
    key: &str,
    range: TextRange,
    owner: &str,
    known: &[&str],
    both: (Gravity, Gravity),
    out: &mut Flaws,
) {
    let near = text::suggest(key, known.iter().copied());
    let hint = near.map_or(String::new(), |near| format!("; did you mean '{near}'?"));
    out.push(FlawOf::Key, both, range, format!("'{key}' is no key of {owner}{hint}"));
    if let Some(near) = near {
        out.instead(near);
    }
}

impl Reader<'_> {
    fn flaw(&mut self, both: (Gravity, Gravity), range: TextRange, message: impl Into<Box<str>>) {
        self.out.push(FlawOf::Selector, both, range, message);
    }

    fn unless(&mut self, fits: bool, range: TextRange, message: impl Into<Box<str>>) {
        if !fits {
            self.flaw(BOTH, range, message);
        }
    }

    fn selector(&mut self, item: Node<'_>, default: &mut Option<SmolStr>) -> Option<SelectorDef> {
        match self.out.value(item)? {
            Is::Mapping => {}
            Is::Null => return None,
            _ => {
                self.flaw(BOTH, item.range(), "a selector is a mapping with 'name' and 'definition'");
                return None;
            }
        }
        let first = item.entries().next().map_or(item.range(), |entry| entry.key_range);
        for entry in item.entries() {
            let is = self.out.value(entry.value);
            let range = place(entry.value, entry.key_range);
            match (&*entry.key, is) {
                ("name" | "description", Some(is)) if is != Is::Text && is != Is::Null => {
                    self.flaw(BOTH, range, format!("'{}' is a text: put it in quotes", entry.key));
                }
                ("default", Some(Is::Text)) => {
                    self.flaw(V1, range, "'default' is true or false, without quotes")
                }
                ("name" | "description" | "default", _) => {}
                ("definition", _) => self.root_definition(&entry, is),
                (key, _) => {
                    let known = ["name", "definition", "description", "default"];
                    unknown(key, entry.key_range, "a selector", &known, BOTH, self.out);
                }
            }
        }
        if item.get("definition").is_none() {
            self.flaw(BOTH, first, "a selector needs a 'definition'");
        }
        let Some(name) = item.entry("name").filter(|name| name.value.kind() != Kind::Null) else {
            self.flaw(BOTH, first, "a selector needs a 'name'");
            return None;
        };
        let (text, scalar) = (SmolStr::new(name.value.text()?), name.value.scalar()?);
        let is_default =
            item.get("default").and_then(Node::text).is_some_and(|text| text.eq_ignore_ascii_case("true"));
        if is_default {
            match default {
                Some(other) => {
                    let message = format!("there is a default already: '{other}'");
                    let range = item.entry("default").map_or(first, |entry| entry.key_range);
                    self.flaw(BOTH, range, message);
                }
                None => *default = Some(text.clone()),
            }
        }
        let definition = item.entry("definition").map(|entry| entry.value);
        Some(SelectorDef {
            name: text,
            name_range: scalar.content,
            range: item.range(),
            description: item.get("description").and_then(Node::text).map(|text| text.into()),
            written: definition.and_then(Node::text).map(|text| text.into()).unwrap_or_default(),
        })
    }

    fn root_definition(&mut self, entry: &Entry<'_>, is: Option<Is>) {
        let range = place(entry.value, entry.key_range);
        match is {
            Some(Is::Text) => self.short(entry.value, range),
            Some(Is::Mapping) => self.mapping(entry.value, entry.key_range, true, 0),
            Some(Is::List) => {
                let message = "a definition is no list: write it below 'union' or 'intersection'";
                self.flaw(V1, entry.key_range, message);
            }
            Some(_) => self.flaw(BOTH, range, "a definition is a text such as 'tag:nightly', or a mapping"),
            None => {}
        }
    }

    /// `+tag:nightly`: as on the command line.
    fn short(&mut self, node: Node<'_>, range: TextRange) {
        let text = node.text().unwrap_or_default();
        let rest = without_operators(&text);
        let Some((method, value)) = rest.split_once(':') else {
            return self.choose(default_method(rest), rest, &text, range);
        };
        let is_word = |c: char| c.is_alphanumeric() || matches!(c, '_' | '.');
        if !method.is_empty() && method.chars().all(is_word) {
            self.method(method, range, BOTH);
            self.choose(method, value, &text, range);
        }
    }

    /// Notes what is selected by the end of a text.
    fn choose(&mut self, method: &str, value: &str, text: &str, range: TextRange) {
        // An escape or a fold would move the letters.
        if usize::from(range.len()) != text.len() || text.contains("{{") {
            return;
        }
        // `+2`: so many generations of children.
        let name = value.trim_end_matches(|c: char| c.is_ascii_digit()).strip_suffix('+').unwrap_or(value);
        let start = range.start() + text::size(text.len() - value.len());
        let range = TextRange::at(start, text::size(name.len()));
        self.chosen.push(Chosen { method: method.into(), value: name.into(), range });
    }

    fn choose_value(&mut self, method: &str, value: &Entry<'_>) {
        if let Some(text) = value.value.text() {
            self.choose(method, &text, &text, place(value.value, value.key_range));
        }
    }

    fn method(&mut self, method: &str, range: TextRange, both: (Gravity, Gravity)) {
        let name = method.split('.').next().unwrap_or_default();
        if METHODS.contains(&name) || method.contains("{{") {
            return;
        }
        if name == "selector" {
            let message = "'selector' stands in its long form only: {method: selector, value: <name>}";
            return self.flaw(both, range, message);
        }
        let near = text::suggest(name, METHODS.iter().copied());
        let hint = near.map_or(String::new(), |near| format!("; did you mean '{near}'?"));
        self.flaw(both, range, format!("there is no method '{name}'{hint}"));
    }

    fn mapping(&mut self, node: Node<'_>, key_range: TextRange, root: bool, depth: usize) {
        if depth > DEPTH {
            return;
        }
        let count = node.entries().count();
        let first = node.entries().next().map_or(key_range, |entry| entry.key_range);
        let set = ["union", "intersection"].into_iter().find_map(|key| node.entry(key));
        if let Some(set) = set {
            if root && count > 1 {
                let two = node.get("union").is_some() && node.get("intersection").is_some();
                let message = format!("'{}' stands alone: nest anything else below it", set.key);
                self.flaw(if two { BOTH } else { V1 }, set.key_range, message);
            }
            return self.set(&set, depth);
        }
        let method = node.entry("method");
        let value = node.entry("value");
        match (&method, &value) {
            (Some(method), _) if method.value.text().as_deref() == Some("selector") => {
                self.reference(value.as_ref(), first);
            }
            (None, _) if count == 1 => self.single(node, depth),
            (Some(method), Some(value)) => {
                if let Some(text) = method.value.text() {
                    self.method(&text, place(method.value, method.key_range), V1);
                    self.choose_value(&text, value);
                }
            }
            (Some(method), None) => {
                let both = if count == 1 { V1 } else { BOTH };
                self.flaw(both, method.key_range, "a 'method' needs a 'value'");
            }
            (None, _) if count == 0 => self.flaw(BOTH, key_range, "a definition needs 'method' and 'value'"),
            (None, _) => self.flaw(BOTH, first, "a definition with several keys needs 'method' and 'value'"),
        }
        if method.is_some() {
            self.options(node, depth);
        }
    }

    /// `tag: nightly`
    fn single(&mut self, node: Node<'_>, depth: usize) {
        let Some(entry) = node.entries().next() else { return };
        match &*entry.key {
            "exclude" if depth == 0 => {
                self.flaw(
                    BOTH,
                    entry.key_range,
                    "'exclude' needs something to take from: put both below 'union'",
                );
            }
            "exclude" => self.excluded(&entry, depth),
            "selector" => {
                // dbt v2 reads it, if there is such a selector.
                let name = entry.value.text().map(SmolStr::new).unwrap_or_default();
                let both = if self.known.contains(&name) { V1 } else { BOTH };
                let range = place(entry.value, entry.key_range);
                self.uses.push((name, range));
                self.method("selector", range, both);
            }
            key => {
                self.method(key, entry.key_range, V1);
                self.choose_value(key, &entry);
            }
        }
    }

    fn options(&mut self, node: Node<'_>, depth: usize) {
        for entry in node.entries() {
            let range = place(entry.value, entry.key_range);
            let text = entry.value.text().filter(|text| !text.contains("{{"));
            match &*entry.key {
                "exclude" => self.excluded(&entry, depth),
                "indirect_selection" => {
                    let words = ["eager", "cautious", "buildable", "empty"];
                    let fits = text.is_none_or(|text| words.contains(&&*text));
                    let message = "'indirect_selection' is eager, cautious, buildable or empty";
                    self.unless(fits, range, message);
                }
                "children_depth" | "parents_depth" => {
                    let fits = text.is_none_or(|text| text.trim().parse::<i64>().is_ok());
                    self.unless(fits, range, format!("'{}' is a whole number", entry.key));
                }
                key if !OPTIONS.contains(&key) => {
                    unknown(key, entry.key_range, "a selector's definition", OPTIONS, V2, self.out);
                }
                _ => {}
            }
        }
    }

    fn set(&mut self, set: &Entry<'_>, depth: usize) {
        match self.out.value(set.value) {
            Some(Is::List) => {}
            Some(_) => return self.flaw(V1, set.key_range, format!("'{}' is a list", set.key)),
            None => return,
        }
        let mut excluded = false;
        for item in set.value.items() {
            let range = place(item, set.key_range);
            match self.out.value(item) {
                Some(Is::Text) => self.short(item, range),
                Some(Is::Mapping) => match item.entry("exclude") {
                    Some(exclude) => {
                        if std::mem::replace(&mut excluded, true) {
                            self.flaw(V1, exclude.key_range, "one 'exclude' is enough: join their lists");
                        }
                        self.excluded(&exclude, depth);
                    }
                    None => self.mapping(item, set.key_range, false, depth + 1),
                },
                Some(Is::Null) | None => {}
                Some(_) => {
                    self.flaw(BOTH, range, "an item here is a text such as 'tag:nightly', or a mapping")
                }
            }
        }
    }

    fn excluded(&mut self, entry: &Entry<'_>, depth: usize) {
        match self.out.value(entry.value) {
            Some(Is::List) => {}
            Some(_) => return self.flaw(BOTH, entry.key_range, "'exclude' is a list"),
            None => return,
        }
        for item in entry.value.items() {
            match self.out.value(item) {
                Some(Is::Text) => self.short(item, place(item, entry.key_range)),
                Some(Is::Mapping) => self.mapping(item, entry.key_range, false, depth + 1),
                _ => {}
            }
        }
    }

    /// `{method: selector, value: nightly}`: dbt v1 knows the selectors above only.
    fn reference(&mut self, value: Option<&Entry<'_>>, first: TextRange) {
        let Some(value) = value else {
            return self.flaw(BOTH, first, "'method: selector' needs a 'value': the selector's name");
        };
        let Some(name) = value.value.text().filter(|name| !name.contains("{{")) else { return };
        let range = place(value.value, value.key_range);
        self.uses.push((SmolStr::new(&name), range));
        match self.known.iter().position(|known| *known == *name) {
            Some(at) if at < self.at => {}
            Some(_) => {
                let message = format!("'{name}' is defined below: dbt v1 reads selectors from the top");
                self.flaw(V1, range, message);
            }
            None => {
                let near = text::suggest(&name, self.known.iter().map(SmolStr::as_str)).map(SmolStr::new);
                let hint = near.as_ref().map_or(String::new(), |near| format!("; did you mean '{near}'?"));
                self.flaw(BOTH, range, format!("there is no selector '{name}'{hint}"));
                if let Some(near) = near {
                    self.out.instead(near);
                }
            }
        }
    }
}
