//! Facts of a properties file: its entries, and the Jinja inside its strings.

use smol_str::SmolStr;
use syntax::calls::{Call, Lit, Reach, Value};
use syntax::yaml::{Dialect, Kind, Node, Scalar, Tree};
use text::{TextRange, TextSize};

use super::entry::{Constraint, DataTest, VersionColumns};
use super::settings::KEPT;
use super::{
    By, Column, Entry, FileFacts, Section, Setting, Settings, Use, VersionEntry, columns, resources, shape,
    template, yaml_value,
};
use crate::layout::FileKind;
use crate::version::Version;

/// How deep a value is searched for Jinja.
const DEPTH: usize = 32;

/// Facts of a properties file.
pub fn properties(text: &str, dialect: Dialect) -> FileFacts {
    let tree: Tree = syntax::yaml::parse(text);
    let mut reader = Reader {
        text,
        dialect,
        aliased: tree.aliases().next().is_some(),
        entries: Vec::new(),
        uses: Vec::new(),
        shapes: shape::Checker::new(),
        found: Default::default(),
        columns: Vec::new(),
    };
    if let Some(root) = tree.root(text) {
        shape::file(&mut reader.shapes, root);
        for top in root.entries() {
            let Some(section) = Section::of_key(&top.key) else { continue };
            shape::section(&mut reader.shapes, section, &top);
            for item in top.value.items() {
                let at = reader.entries.len() as u32;
                shape::entry(&mut reader.shapes, (section, &top.key), item, dialect, at);
                let at = reader.entry(section, item, None);
                reader.resource(section, item, at);
            }
        }
    }
    reader.uses.sort_by_key(|used| used.call.range.start());
    FileFacts {
        columns: columns::linked(reader.columns, &reader.uses),
        entries: reader.entries.into(),
        uses: reader.uses.into(),
        shapes: reader.shapes.out.into(),
        flaws: crate::checks::duplicates(FileKind::Properties, tree.duplicate_keys(), text).into(),
        resources: reader.found.boxed(),
        errors: tree.errors.into(),
        ..FileFacts::default()
    }
}

struct Reader<'t> {
    text: &'t str,
    dialect: Dialect,
    /// Values may be written elsewhere than where they stand.
    aliased: bool,
    entries: Vec<Entry>,
    uses: Vec<Use>,
    shapes: shape::Checker,
    found: resources::Resources,
    columns: Vec<columns::Named>,
}

impl Reader<'_> {
    /// Keeps an entry; its index.
    fn entry(&mut self, section: Section, node: Node<'_>, parent: Option<u32>) -> Option<u32> {
        let name = node.get("name")?;
        let (scalar, name) = (name.scalar()?, name.text()?);
        let at = self.entries.len() as u32;
        let mut tests = Vec::new();
        let list = node.get("data_tests").or_else(|| node.get("tests"));
        list.into_iter().for_each(|list| data_tests(self.text, list, None, &mut tests));
        list.into_iter().for_each(|list| self.columns_of_tests(list));
        let columns = match section {
            Section::Macros | Section::Functions => arguments(node.get("arguments")),
            _ => own_columns(self.text, node.get("columns"), &mut tests),
        };
        columns::of_entry(section, node, &mut self.columns);
        self.entries.push(Entry {
            section,
            name: SmolStr::new(name),
            name_range: scalar.content,
            range: node.range(),
            description: description(node),
            settings: settings(node, self.dialect),
            columns,
            versions: versions(node, self.dialect),
            constraints: node.get("constraints").map(constraints).unwrap_or_default(),
            parent,
            tests: tests.into(),
        });
        self.calls_of(section, node, at, false);
        if section == Section::Sources {
            for table in node.get("tables").into_iter().flat_map(Node::items) {
                self.entry(Section::Tables, table, Some(at));
            }
        }
        Some(at)
    }

    /// The parts of a resource that have names of their own, and what is wrong with its form.
    fn resource(&mut self, section: Section, node: Node<'_>, at: Option<u32>) {
        resources::element(section, node, at, &mut self.found);
        let parts: &[(&str, Section)] = match section {
            Section::SemanticModels => &[
                ("measures", Section::Measures),
                ("dimensions", Section::Dimensions),
                ("entities", Section::Entities),
            ],
            Section::Models => &[("metrics", Section::Metrics)],
            _ => return,
        };
        for (key, part) in parts {
            for item in node.get(key).into_iter().flat_map(Node::items) {
                let at = at.and_then(|parent| self.entry(*part, item, Some(parent)));
                match part {
                    Section::Measures => resources::measure(item, at, &mut self.found),
                    Section::Metrics => resources::metric_of_model(item, at, &mut self.found),
                    _ => {}
                }
            }
        }
    }

    /// Whether a string in it may hold a call: no call is written without a brace, a parenthesis, or an escape
    /// that stands for one. Most of a project's YAML has none.
    fn may_call(&self, node: Node<'_>) -> bool {
        let written = self.text.as_bytes().get(std::ops::Range::<usize>::from(node.range()));
        self.aliased || written.is_none_or(|bytes| memchr::memchr3(b'{', b'(', b'\\', bytes).is_some())
    }

    /// Walks an entry for Jinja, deciding by the key who the referrer is.
    fn calls_of(&mut self, section: Section, node: Node<'_>, at: u32, version: bool) {
        if !self.may_call(node) {
            return;
        }
        for entry in node.entries() {
            let (by, bare) = match (&*entry.key, section) {
                ("name" | "tables", _) => continue,
                ("description", _) if !version => (By::Text(at), false),
                ("description" | "meta" | "docs", _) => (By::Early(at), false),
                ("tests" | "data_tests", _) => {
                    self.tests(entry.value, at);
                    continue;
                }
                ("columns", _) => {
                    entry.value.items().for_each(|column| self.column(column, at));
                    continue;
                }
                ("versions", Section::Models) => {
                    let all = entry.value.items();
                    all.for_each(|version| self.calls_of(Section::Models, version, at, true));
                    continue;
                }
                ("given", Section::UnitTests) => (By::Given(at), true),
                ("depends_on", Section::Exposures)
                | ("model", Section::SemanticModels)
                | ("relation", Section::Snapshots)
                | ("constraints", _) => (By::Entry(at), true),
                _ => (By::Entry(at), false),
            };
            self.walk(entry.value, by, bare, 0);
        }
    }

    /// What the tests of a list name of other nodes.
    fn columns_of_tests(&mut self, list: Node<'_>) {
        for test in list.items() {
            columns::of_test(test, &mut self.columns);
            test.entries().for_each(|entry| columns::of_test(entry.value, &mut self.columns));
        }
    }

    fn column(&mut self, column: Node<'_>, at: u32) {
        if !self.may_call(column) {
            return;
        }
        for entry in column.entries() {
            if matches!(&*entry.key, "tests" | "data_tests") {
                self.columns_of_tests(entry.value);
            }
            let (by, bare) = match &*entry.key {
                "name" => continue,
                "tests" | "data_tests" => {
                    self.tests(entry.value, at);
                    continue;
                }
                "constraints" => (By::Entry(at), true),
                "description" => (By::Text(at), false),
                _ => (By::Early(at), false),
            };
            self.walk(entry.value, by, bare, 0);
        }
    }

    /// A list of generic tests. What a test is given is rendered when dbt compiles it, the texts of its configs while
    /// dbt reads the file.
    fn tests(&mut self, list: Node<'_>, at: u32) {
        if list.kind() != Kind::Sequence {
            return self.walk(list, By::Test(at), true, 0);
        }
        for item in list.items() {
            let by_name = item.entries().next().filter(|_| item.entry("test_name").is_none());
            let test = by_name.map_or(item, |entry| entry.value);
            if test.kind() != Kind::Mapping {
                self.walk(item, By::Test(at), true, 1);
                continue;
            }
            for entry in test.entries() {
                match &*entry.key {
                    "description" => self.walk(entry.value, By::Text(at), true, 2),
                    "config" if entry.value.kind() == Kind::Mapping => {
                        for inner in entry.value.entries() {
                            match inner.value.kind() {
                                Kind::Scalar => self.walk(inner.value, By::Early(at), false, 3),
                                _ => self.walk(inner.value, By::Test(at), true, 3),
                            }
                        }
                    }
                    key if shape::data_tests::CONFIGS.contains(&key)
                        && entry.value.kind() == Kind::Scalar =>
                    {
                        self.walk(entry.value, By::Early(at), false, 2);
                    }
                    _ => self.walk(entry.value, By::Test(at), true, 2),
                }
            }
        }
    }

    fn walk(&mut self, node: Node<'_>, by: By, bare: bool, depth: usize) {
        if depth > DEPTH {
            return;
        }
        match node.kind() {
            Kind::Scalar => {
                if let Some(scalar) = node.scalar() {
                    self.scalar(&scalar, by, bare);
                }
            }
            Kind::Sequence => node.items().for_each(|item| self.walk(item, by, bare, depth + 1)),
            Kind::Mapping => node.entries().for_each(|entry| {
                let by = if entry.key == "description" { text_of(by) } else { by };
                self.walk(entry.value, by, bare, depth + 1);
            }),
            _ => {}
        }
    }

    fn scalar(&mut self, scalar: &Scalar<'_>, by: By, bare: bool) {
        // What is called may be a variable that the text itself sets.
        let sets = matches!(by, By::Early(_)) && scalar.decoded().text.contains("{%");
        for mut call in calls_in(scalar, bare) {
            if sets && crate::refs::lookup(&call.name) == crate::refs::Lookup::Macro {
                call.reach = Reach::Maybe;
            }
            if template::is_kept(&call) {
                self.uses.push(Use { call: template::compact(call), by });
            }
        }
    }
}

/// The calls in one YAML string, with ranges in the file. `bare` strings that are one call of `ref`,
/// `source`, `var`, `env_var`, `doc` or `metric` are expressions even without braces, as dbt reads
/// exposures, test arguments, foreign keys and snapshot relations (spec §10).
pub fn calls_in(scalar: &Scalar<'_>, bare: bool) -> Vec<Call> {
    let decoded = scalar.decoded();
    let text: &str = &decoded.text;
    let mut template = if text.contains("{{") || text.contains("{%") {
        syntax::jinja::parse(text)
    } else if bare && is_bare_call(text) {
        syntax::jinja::parse_expression(text)
    } else {
        return Vec::new();
    };
    let strings = |call: &Call| -> Vec<Option<TextRange>> {
        let is_string = |value: &Value| matches!(value, Value::Literal(Lit::Str(_)));
        call.args.iter().map(|arg| is_string(&arg.value).then(|| arg.inner_range())).collect()
    };
    let inside: Vec<Option<TextRange>> = template.calls.iter().flat_map(strings).collect();
    template.map_offsets(|offset: TextSize| decoded.source(offset));
    // A quote may be written as `''` or `\"` here: what `Arg::inner_range` gives must be inside all the same.
    for (arg, inside) in template.calls.iter_mut().flat_map(|call| &mut call.args).zip(inside) {
        if let Some(inside) = inside {
            let (start, end) = (decoded.source(inside.start()), decoded.source(inside.end()));
            let one = text::size(1);
            arg.range = TextRange::new(start.checked_sub(one).unwrap_or_default(), end.max(start) + one);
        }
    }
    template.calls
}

/// Whether a string without braces is an expression to dbt: one call of a function that it knows.
pub fn is_bare_call(text: &str) -> bool {
    let text = text.trim();
    let Some((name, rest)) = text.split_once('(') else { return false };
    matches!(name.trim_end(), "ref" | "source" | "var" | "env_var" | "doc" | "metric" | "function")
        && !rest.contains('\n')
}

fn text_of(by: By) -> By {
    match by {
        By::Entry(at) | By::Test(at) | By::Given(at) => By::Text(at),
        other => other,
    }
}

fn description(node: Node<'_>) -> Option<Box<str>> {
    kept_text(&node.get("description")?.text()?)
}

fn kept_text(text: &str) -> Option<Box<str>> {
    let text = text.trim_end();
    (!text.is_empty()).then(|| text.into())
}

/// The kept keys of an entry, top-level and under `config`.
pub(crate) fn settings(node: Node<'_>, dialect: Dialect) -> Settings {
    let mut out = Vec::new();
    let mut push = |key: &str, in_config: bool, key_range: TextRange, value: Node<'_>| {
        if KEPT.contains(&key) {
            let mut read = yaml_value(value, dialect);
            if matches!(key, "meta" | "tags" | "overrides") {
                read = only_owner(read);
            }
            out.push(Setting {
                key: SmolStr::new(key),
                in_config,
                value: read,
                key_range,
                value_range: value.scalar().map_or(value.range(), |scalar| scalar.content),
            });
        }
    };
    for entry in node.entries() {
        push(&entry.key, false, entry.key_range, entry.value);
        if entry.key == "config" {
            for inner in entry.value.entries() {
                push(inner.key.trim_start_matches('+'), true, inner.key_range, inner.value);
            }
        }
    }
    Settings(out.into())
}

/// Of `meta` only the owner is a fact: the rest can be long and means nothing to resolution.
fn only_owner(value: Value) -> Value {
    match value {
        Value::Literal(Lit::Dict { entries, complete }) => {
            let entries = entries.into_iter().filter(|(key, _)| key == "owner").collect();
            Value::Literal(Lit::Dict { entries, complete })
        }
        other => other,
    }
}

/// Columns, and the names of their tests as `not_null(id)`. A file can list thousands: each is read in one pass.
fn own_columns(text: &str, node: Option<Node<'_>>, tests: &mut Vec<DataTest>) -> Box<[Column]> {
    let Some(list) = node else { return Box::default() };
    let mut columns = Vec::with_capacity(list.items().count());
    columns.extend(list.items().filter_map(|item| column(text, item, tests)));
    columns.into()
}

/// The documented arguments of a macro or function.
fn arguments(node: Option<Node<'_>>) -> Box<[Column]> {
    let items = node.into_iter().flat_map(Node::items);
    let argument = |item: Node<'_>| {
        let name = item.get("name")?;
        let of = item.get("type").or_else(|| item.get("data_type")).and_then(Node::text);
        Some(Column {
            name: SmolStr::new(name.text()?),
            name_range: name.scalar()?.content,
            data_type: of.map(SmolStr::new),
            description: description(item),
            constraints: Box::default(),
        })
    };
    items.filter_map(argument).collect()
}

fn column(source: &str, node: Node<'_>, tests: &mut Vec<DataTest>) -> Option<Column> {
    let (mut name, mut data_type, mut text, mut list) = (None, None, None, None);
    let mut constrained = Box::default();
    for entry in node.entries() {
        match &*entry.key {
            "name" => name = Some(entry.value),
            "data_type" => data_type = entry.value.text(),
            "description" => text = entry.value.text(),
            "data_tests" => list = Some(entry.value),
            "tests" => list = list.or(Some(entry.value)),
            "constraints" => constrained = constraints(entry.value),
            _ => {}
        }
    }
    let written = name?.text()?;
    list.into_iter().for_each(|list| data_tests(source, list, Some(&written), tests));
    Some(Column {
        name: SmolStr::new(written),
        name_range: name?.scalar()?.content,
        data_type: data_type.map(SmolStr::new),
        description: text.and_then(|text| kept_text(&text)),
        constraints: constrained,
    })
}

fn versions(node: Node<'_>, dialect: Dialect) -> Option<Box<[VersionEntry]>> {
    let list = node.get("versions")?;
    Some(list.items().map(|item| version(item, dialect)).collect())
}

fn version(node: Node<'_>, dialect: Dialect) -> VersionEntry {
    let v = node.get("v");
    let value = v.map(|v| yaml_value(v, dialect));
    VersionEntry {
        version: value.as_ref().and_then(|value| Version::from_lit(value.single()?)),
        v_range: v.map_or(node.range(), |v| v.scalar().map_or(v.range(), |scalar| scalar.content)),
        range: node.range(),
        defined_in: node
            .get("defined_in")
            .and_then(|at| Some((SmolStr::new(at.text()?), at.scalar()?.content))),
        description: description(node),
        settings: settings(node, dialect),
        columns: node.get("columns").map(version_columns),
        constraints: node.get("constraints").map(constraints),
    }
}

/// `columns: [{include: all, exclude: [c]}, {name: …}]` (spec §5).
fn version_columns(node: Node<'_>) -> VersionColumns {
    let mut out = VersionColumns {
        include_all: true,
        include: Box::default(),
        exclude: Box::default(),
        own: Box::default(),
    };
    let names = |node: Node<'_>| -> Box<[SmolStr]> {
        node.items().filter_map(Node::text).map(SmolStr::new).collect()
    };
    let mut own = Vec::new();
    for item in node.items() {
        if let Some(include) = item.get("include") {
            out.include_all = include.text().is_some_and(|text| text == "all" || text == "*");
            out.include = names(include);
            out.exclude = item.get("exclude").map(names).unwrap_or_default();
        } else {
            own.extend(column("", item, &mut Vec::new()));
        }
    }
    out.own = own.into();
    out
}

/// The generic tests of one list. `source` is the file's text.
fn data_tests(source: &str, list: Node<'_>, column: Option<&str>, out: &mut Vec<DataTest>) {
    for test in list.items() {
        let named = match test.kind() {
            Kind::Scalar => test.text().map(|name| (name, test, None)),
            Kind::Mapping => match test.entry("test_name") {
                Some(name) => name.value.text().map(|text| (text, name.value, Some(test))),
                None => test.entries().next().map(|entry| (entry.key, entry.key_node, Some(entry.value))),
            },
            _ => None,
        };
        let Some((name, place, arguments)) = named else { continue };
        out.push(DataTest {
            name: SmolStr::new(name),
            range: place.scalar().map_or(place.range(), |scalar| scalar.content),
            column: column.map(SmolStr::new),
            apart: apart(source, column, arguments),
            given: given(arguments),
            switched: arguments.is_some_and(|test| {
                test.entry("enabled").is_some()
                    || test.get("config").is_some_and(|config| config.entry("enabled").is_some())
            }),
        });
    }
}

/// The names of a test's arguments: below `arguments`, and beside it.
fn given(test: Option<Node<'_>>) -> Option<Box<[(SmolStr, TextRange)]>> {
    let Some(test) = test else { return Some(Box::default()) };
    if !matches!(test.kind(), Kind::Mapping | Kind::Null) {
        return None;
    }
    let nested = test.get("arguments");
    if nested.is_some_and(|nested| !matches!(nested.kind(), Kind::Mapping | Kind::Null)) {
        return None;
    }
    // dbt takes its own keys out of both.
    let own = test.entries().chain(nested.into_iter().flat_map(Node::entries));
    let given = own.filter(|entry| shape::data_tests::is_argument(&entry.key) && !entry.key.is_empty());
    Some(given.map(|entry| (SmolStr::new(&entry.key), key_of(&entry))).collect())
}

/// The bytes of a key without its quotes.
fn key_of(entry: &syntax::yaml::Entry<'_>) -> TextRange {
    entry.key_node.scalar().map_or(entry.key_range, |scalar| scalar.content)
}

/// What a test is told apart by from others of its name: its own `name`, and what it is given, in order of keys.
fn apart(source: &str, column: Option<&str>, test: Option<Node<'_>>) -> Box<str> {
    let mut given: Vec<(SmolStr, &str)> = Vec::new();
    given.extend(column.map(|column| (SmolStr::new_static("column_name"), column)));
    let arguments = test.and_then(|test| test.get("arguments"));
    let own = test
        .into_iter()
        .flat_map(Node::entries)
        .filter(|entry| entry.key == "name" || shape::data_tests::is_argument(&entry.key));
    for entry in own.chain(arguments.into_iter().flat_map(Node::entries)) {
        let range = entry.value.range();
        let written = source.get(range.start().into()..range.end().into()).unwrap_or_default();
        given.push((SmolStr::new(&entry.key), written));
    }
    given.sort();
    let mut out = String::new();
    for (key, value) in given {
        out.push_str(&key);
        out.push('=');
        out.push_str(value);
        out.push('\n');
    }
    out.into()
}

/// `constraints`, in order.
fn constraints(list: Node<'_>) -> Box<[Constraint]> {
    let one = |item: Node<'_>| {
        let text = |key: &str| {
            let value = item.get(key)?;
            let scalar = value.scalar()?;
            Some((SmolStr::new(value.text()?), scalar.content))
        };
        let silent = item.get("warn_unsupported").and_then(Node::text);
        Constraint {
            kind: text("type"),
            range: item.range(),
            to: text("to"),
            warns: silent.is_none_or(|text| !text.eq_ignore_ascii_case("false")),
        }
    };
    list.items().filter(|item| item.kind() == Kind::Mapping).map(one).collect()
}
