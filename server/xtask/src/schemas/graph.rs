//! JSON schemas as a graph of shapes: references followed, alternatives joined, equal shapes made one.

use std::collections::BTreeMap;

use anyhow::{Context, Result, ensure};
use serde_json::{Map, Value};

pub const STR: u8 = 1;
pub const INT: u8 = 2;
pub const NUM: u8 = 4;
pub const BOOL: u8 = 8;
pub const MAP: u8 = 16;
pub const LIST: u8 = 32;
pub const ANY: u8 = 63;

pub const OPEN: u8 = 1;
pub const CONFIG: u8 = 2;
pub const TREE: u8 = 4;

pub const REQUIRED: u8 = 1;
pub const DEPRECATED: u8 = 2;
pub const QUIET: u8 = 4;

/// Names of dbt_project.yml's schema are kept apart by this.
pub const PROJECT: &str = "project.";

#[derive(Debug, Clone, Default, PartialEq, Eq, PartialOrd, Ord)]
pub struct Shape {
    pub types: u8,
    pub flags: u8,
    pub values: Vec<String>,
    pub item: Option<usize>,
    pub rest: Option<usize>,
    /// Sorted by name: shape and marks.
    pub keys: BTreeMap<String, (usize, u8)>,
}

/// Shape 0 is anything.
pub struct Graph {
    definitions: BTreeMap<String, Value>,
    named: BTreeMap<String, usize>,
    shapes: Vec<Shape>,
    /// Names that nothing defines.
    missing: Vec<String>,
}

impl Graph {
    pub fn new(resources: &Value, project: &Value) -> Result<Graph> {
        let mut definitions = BTreeMap::new();
        for (schema, prefix, root) in [(resources, "", "Properties"), (project, PROJECT, "Project")] {
            let all = schema.get("definitions").and_then(Value::as_object).context("definitions")?;
            for (name, definition) in all {
                definitions.insert(format!("{prefix}{name}"), absolute(definition, prefix));
            }
            let mut whole = absolute(schema, prefix);
            whole.as_object_mut().context("an object")?.remove("definitions");
            definitions.insert(root.to_owned(), whole);
        }
        let any = Shape { types: ANY, item: Some(0), rest: Some(0), ..Shape::default() };
        Ok(Graph { definitions, named: BTreeMap::new(), shapes: vec![any], missing: Vec::new() })
    }

    /// Puts a shape of our own in place of dbt's.
    pub fn replace(&mut self, name: &str, schema: Value) {
        self.definitions.insert(name.to_owned(), schema);
    }

    pub fn definition(&mut self, name: &str) -> Option<&mut Map<String, Value>> {
        self.definitions.get_mut(name)?.as_object_mut()
    }

    pub fn shape_of(&mut self, name: &str) -> usize {
        if let Some(&at) = self.named.get(name) {
            return at;
        }
        let at = self.shapes.len();
        self.shapes.push(self.shapes[0].clone());
        self.named.insert(name.to_owned(), at);
        let Some(definition) = self.definitions.get(name).cloned() else {
            self.missing.push(name.to_owned());
            return 0;
        };
        let mut shape = self.content(&definition);
        if shape.rest == Some(at) && name.starts_with(PROJECT) {
            shape.flags |= TREE;
            for (key, (_, marks)) in &mut shape.keys {
                // Folders and packages are named without `+`.
                if !key.starts_with('+') {
                    *marks |= QUIET;
                }
            }
        }
        self.shapes[at] = shape;
        at
    }

    fn shape(&mut self, schema: &Value) -> usize {
        if let Some(name) = reference(schema) {
            return self.shape_of(name);
        }
        // A value that may be left out is one alternative and nothing else.
        if let [one] = alternatives(schema).as_slice() {
            return self.shape(one);
        }
        let shape = self.content(schema);
        if let Some(at) = self.shapes.iter().position(|known| *known == shape) {
            return at;
        }
        self.shapes.push(shape);
        self.shapes.len() - 1
    }

    fn content(&mut self, schema: &Value) -> Shape {
        if let Some(name) = reference(schema) {
            let at = self.shape_of(name);
            return self.shapes[at].clone();
        }
        let alternatives = alternatives(schema);
        if !alternatives.is_empty() {
            let mut joined = Shape::default();
            for alternative in alternatives {
                let next = self.content(alternative);
                self.join(&mut joined, next);
            }
            return joined;
        }
        let Some(schema) = schema.as_object() else { return self.shapes[0].clone() };
        let mut shape = Shape::default();
        match schema.get("type") {
            Some(Value::String(one)) => shape.types = kind(one),
            Some(Value::Array(all)) => {
                shape.types = all.iter().filter_map(Value::as_str).fold(0, |types, one| types | kind(one));
            }
            _ => return self.shapes[0].clone(),
        }
        if let Some(words) = schema.get("enum").and_then(Value::as_array) {
            shape.values = words
                .iter()
                .map(|word| word.as_str().map_or_else(|| word.to_string(), str::to_owned))
                .collect();
        }
        if shape.types & LIST != 0 {
            shape.item = Some(schema.get("items").map_or(0, |items| self.shape(items)));
        }
        if shape.types & MAP != 0 {
            self.mapping(schema, &mut shape);
        }
        shape
    }

    fn mapping(&mut self, schema: &Map<String, Value>, shape: &mut Shape) {
        shape.rest = match schema.get("additionalProperties") {
            Some(Value::Bool(false)) => None,
            Some(rest @ Value::Object(_)) => Some(self.shape(rest)),
            _ => Some(0),
        };
        let required = |key: &str| {
            schema
                .get("required")
                .and_then(Value::as_array)
                .is_some_and(|all| all.iter().any(|one| one == key))
        };
        for (key, value) in schema.get("properties").and_then(Value::as_object).into_iter().flatten() {
            let mut marks = value.get("x-marks").and_then(Value::as_u64).unwrap_or(0) as u8;
            if required(key) {
                marks |= REQUIRED;
            }
            let at = self.shape(value);
            shape.keys.insert(key.clone(), (at, marks));
            // v1 writes hooks with a dash, v2 with an underscore; both take both.
            let other = match key.as_str() {
                "pre_hook" => "pre-hook",
                "post_hook" => "post-hook",
                "+pre-hook" => "+pre_hook",
                "+post-hook" => "+post_hook",
                _ => continue,
            };
            shape.keys.insert(other.to_owned(), (at, marks | QUIET));
        }
        // The name of before dbt 1.8, good for ever.
        if shape.keys.contains_key("data_tests") {
            shape.keys.entry("tests".to_owned()).and_modify(|(_, marks)| *marks |= QUIET);
        }
    }

    fn join(&mut self, to: &mut Shape, from: Shape) {
        let words = |shape: &Shape| shape.types & STR != 0 && !shape.values.is_empty();
        let text = |shape: &Shape| shape.types & STR != 0 && shape.values.is_empty();
        if from.flags & OPEN != 0 || (words(to) && text(&from)) || (text(to) && words(&from)) {
            to.flags |= OPEN;
        }
        to.types |= from.types;
        for word in from.values {
            if !to.values.contains(&word) {
                to.values.push(word);
            }
        }
        to.item = self.either(to.item, from.item);
        to.rest = self.either(to.rest, from.rest);
        for (key, (at, marks)) in from.keys {
            to.keys.entry(key).or_insert((at, marks & !REQUIRED));
        }
    }

    fn either(&mut self, a: Option<usize>, b: Option<usize>) -> Option<usize> {
        let (Some(a), Some(b)) = (a, b) else { return a.or(b) };
        if a == b || a == 0 || b == 0 {
            return Some(if a == b { a } else { 0 });
        }
        let mut joined = self.shapes[a].clone();
        self.join(&mut joined, self.shapes[b].clone());
        self.shapes.push(joined);
        Some(self.shapes.len() - 1)
    }

    /// All shapes; equal ones are still there several times.
    pub fn finish(mut self) -> Result<Vec<Shape>> {
        ensure!(self.missing.is_empty(), "nothing defines {}", self.missing.join(", "));
        let loom = self.named.get("LoomConfig");
        let configs: Vec<usize> = self
            .shapes
            .iter()
            .filter_map(|shape| shape.keys.get("config"))
            .map(|(at, _)| *at)
            .filter(|at| Some(at) != loom)
            .collect();
        for at in configs {
            if !self.shapes[at].keys.is_empty() {
                self.shapes[at].flags |= CONFIG;
            }
        }
        Ok(self.shapes)
    }
}

fn kind(name: &str) -> u8 {
    match name {
        "string" => STR,
        "integer" => INT,
        "number" => NUM | INT,
        "boolean" => BOOL,
        "object" => MAP,
        "array" => LIST,
        _ => 0,
    }
}

fn reference(schema: &Value) -> Option<&str> {
    schema.get("$ref").and_then(Value::as_str)
}

/// The branches that say something: neither null nor Jinja in place of a value, which fits anywhere.
fn alternatives(schema: &Value) -> Vec<&Value> {
    let all = ["anyOf", "oneOf", "allOf"].iter().find_map(|of| schema.get(of)).and_then(Value::as_array);
    let says =
        |one: &&Value| one.get("type").is_none_or(|kind| kind != "null") && one.get("pattern").is_none();
    all.into_iter().flatten().filter(says).collect()
}

/// The schema with its references as names of our own.
fn absolute(schema: &Value, prefix: &str) -> Value {
    match schema {
        Value::Object(map) => map
            .iter()
            .map(|(key, value)| {
                let value = match (key.as_str(), value) {
                    ("$ref", Value::String(to)) => {
                        let name = to.rsplit('/').next().unwrap_or_default();
                        Value::String(format!("{prefix}{name}"))
                    }
                    _ => absolute(value, prefix),
                };
                (key.clone(), value)
            })
            .collect::<Map<String, Value>>()
            .into(),
        Value::Array(all) => all.iter().map(|one| absolute(one, prefix)).collect::<Vec<_>>().into(),
        other => other.clone(),
    }
}
