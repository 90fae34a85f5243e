//! Which keys of a manifest are let through, and the copying of them.

use std::fmt;
use std::io::{self, Write};

use rustc_hash::FxHashSet;
use serde::de::{DeserializeSeed, Deserializer, Error, IgnoredAny, MapAccess, SeqAccess, Visitor};

use super::super::manifest::lenient::{KeyOf, tolerate};

/// What is kept of a value.
#[derive(Clone, Copy)]
pub(super) enum Shape {
    /// All of it.
    All,
    /// An object with nothing in it: the schema wants the key.
    Empty,
    /// These keys of an object.
    Fields(&'static [(&'static str, Shape)]),
    /// Each value of an object or list.
    Each(&'static Shape),
    /// Of an object by unique id: the values of kept ones.
    Kept(&'static Shape),
    /// Of a list of unique ids: the kept ones.
    Ids,
}

use Shape::{All, Each, Empty, Fields, Ids, Kept};

/// `user_id`, `invocation_id` and `env` are nobody's business.
const METADATA: &[(&str, Shape)] = &[
    ("dbt_schema_version", All),
    ("dbt_version", All),
    ("generated_at", All),
    ("project_name", All),
    ("project_id", All),
    ("adapter_type", All),
    ("quoting", All),
];

pub(super) const MANIFEST: &[(&str, Shape)] = &[
    ("metadata", Fields(METADATA)),
    ("nodes", Kept(&Fields(MODEL))),
    ("groups", Kept(&Fields(GROUP))),
    ("sources", Empty),
    ("macros", Empty),
    ("docs", Empty),
    ("exposures", Empty),
    ("metrics", Empty),
    ("selectors", Empty),
    ("disabled", Empty),
    ("parent_map", Empty),
    ("child_map", Empty),
    ("group_map", Empty),
    ("saved_queries", Empty),
    ("semantic_models", Empty),
    ("unit_tests", Empty),
    ("functions", Empty),
];

/// Without `raw_code`, `compiled_code`, `extra_ctes` and the like. The required keys of the schema are among them.
const MODEL: &[(&str, Shape)] = &[
    ("unique_id", All),
    ("name", All),
    ("resource_type", All),
    ("package_name", All),
    ("path", All),
    ("original_file_path", All),
    ("patch_path", All),
    ("fqn", All),
    ("alias", All),
    ("checksum", All),
    ("database", All),
    ("schema", All),
    ("relation_name", All),
    ("language", All),
    ("description", All),
    ("columns", Each(&Fields(COLUMN))),
    ("tags", All),
    ("meta", All),
    ("docs", All),
    ("group", All),
    ("access", All),
    ("contract", All),
    ("constraints", Each(&Fields(CONSTRAINT))),
    ("version", All),
    ("latest_version", All),
    ("deprecation_date", All),
    ("primary_key", All),
    ("created_at", All),
    ("config", Fields(CONFIG)),
    ("depends_on", Fields(&[("nodes", Ids)])),
];

/// Without hooks, headers and settings of the warehouse.
const CONFIG: &[(&str, Shape)] = &[
    ("enabled", All),
    ("materialized", All),
    ("access", All),
    ("group", All),
    ("contract", All),
    ("tags", All),
    ("meta", All),
    ("docs", All),
    ("event_time", All),
    ("deprecation_date", All),
];

const COLUMN: &[(&str, Shape)] = &[
    ("name", All),
    ("description", All),
    ("data_type", All),
    ("tags", All),
    ("meta", All),
    ("quote", All),
    ("granularity", All),
    ("config", All),
    ("constraints", Each(&Fields(CONSTRAINT))),
];

/// Without `expression`, which is SQL.
const CONSTRAINT: &[(&str, Shape)] = &[
    ("type", All),
    ("name", All),
    ("columns", All),
    ("to", All),
    ("to_columns", All),
    ("warn_unenforced", All),
    ("warn_unsupported", All),
];

const GROUP: &[(&str, Shape)] = &[
    ("name", All),
    ("unique_id", All),
    ("resource_type", All),
    ("package_name", All),
    ("path", All),
    ("original_file_path", All),
    ("owner", All),
    ("description", All),
    ("config", All),
];

/// Deeper nesting, which no manifest has, becomes `null`: copying follows it by recursion.
const DEEPEST: u32 = 100;

/// Copies one value as far as its shape lets it through.
pub(super) struct Copier<'c, W> {
    pub(super) out: &'c mut W,
    pub(super) kept: &'c FxHashSet<String>,
    pub(super) shape: Shape,
    pub(super) depth: u32,
    /// What the writer failed with.
    pub(super) failure: &'c mut Option<io::Error>,
}

impl<W: Write> Copier<'_, W> {
    /// The same for a value inside.
    fn inner(&mut self, shape: Shape) -> Copier<'_, W> {
        Copier { out: self.out, kept: self.kept, shape, depth: self.depth + 1, failure: self.failure }
    }

    fn raw<E: Error>(&mut self, bytes: &[u8]) -> Result<(), E> {
        let written = self.out.write_all(bytes);
        written.map_err(|error| self.failed(error))
    }

    fn value<E: Error>(&mut self, value: &(impl serde::Serialize + ?Sized)) -> Result<(), E> {
        let written = serde_json::to_writer(&mut *self.out, value);
        written.map_err(|error| self.failed(error.into()))
    }

    fn failed<E: Error>(&mut self, error: io::Error) -> E {
        *self.failure = Some(error);
        E::custom("cannot be written")
    }

    /// A value that is no object and no list.
    fn scalar<E: Error>(mut self, value: &(impl serde::Serialize + ?Sized)) -> Result<(), E> {
        match self.shape {
            Empty => self.raw(b"{}"),
            _ => self.value(value),
        }
    }

    /// The shape of the value under a key; `None` when it is not let through.
    fn under(&self, key: &str) -> Option<Shape> {
        match self.shape {
            All => Some(All),
            Fields(fields) => fields.iter().find(|(name, _)| *name == key).map(|(_, shape)| *shape),
            Each(shape) => Some(*shape),
            Kept(shape) => self.kept.contains(key).then_some(*shape),
            Empty | Ids => None,
        }
    }
}

impl<'de, W: Write> DeserializeSeed<'de> for Copier<'_, W> {
    type Value = ();
    fn deserialize<D: Deserializer<'de>>(mut self, deserializer: D) -> Result<(), D::Error> {
        if self.depth > DEEPEST {
            deserializer.deserialize_ignored_any(IgnoredAny)?;
            return self.raw(b"null");
        }
        deserializer.deserialize_any(self)
    }
}

impl<'de, W: Write> Visitor<'de> for Copier<'_, W> {
    type Value = ();

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a value")
    }

    fn visit_map<A: MapAccess<'de>>(mut self, mut map: A) -> Result<(), A::Error> {
        self.raw(b"{")?;
        let mut first = true;
        loop {
            let key =
                map.next_key_seed(KeyOf(|key: &str| self.under(key).map(|shape| (key.to_owned(), shape))))?;
            match key {
                None => return self.raw(b"}"),
                Some(None) => {
                    map.next_value::<IgnoredAny>()?;
                }
                Some(Some((key, shape))) => {
                    if !std::mem::take(&mut first) {
                        self.raw(b", ")?;
                    }
                    self.value(&key)?;
                    self.raw(b": ")?;
                    map.next_value_seed(self.inner(shape))?;
                }
            }
        }
    }

    fn visit_seq<A: SeqAccess<'de>>(mut self, mut seq: A) -> Result<(), A::Error> {
        let shape = match self.shape {
            Empty => {
                IgnoredAny.visit_seq(seq)?;
                return self.raw(b"{}");
            }
            Each(shape) => *shape,
            Ids => return self.ids(seq),
            // A list where an object is expected: nothing in it has a name to be let through by.
            Fields(_) | Kept(_) => {
                IgnoredAny.visit_seq(seq)?;
                return self.raw(b"[]");
            }
            All => All,
        };
        self.raw(b"[")?;
        let mut first = true;
        // The separator belongs before a value, which is only known to be there once it is read.
        while seq.next_element_seed(Element { copier: self.inner(shape), first })?.is_some() {
            first = false;
        }
        self.raw(b"]")
    }

    fn visit_str<E: Error>(self, text: &str) -> Result<(), E> {
        self.scalar(text)
    }
    fn visit_bool<E: Error>(self, value: bool) -> Result<(), E> {
        self.scalar(&value)
    }
    fn visit_i64<E: Error>(self, value: i64) -> Result<(), E> {
        self.scalar(&value)
    }
    fn visit_u64<E: Error>(self, value: u64) -> Result<(), E> {
        self.scalar(&value)
    }
    fn visit_f64<E: Error>(self, value: f64) -> Result<(), E> {
        self.scalar(&value)
    }
    fn visit_unit<E: Error>(self) -> Result<(), E> {
        self.scalar(&())
    }
}

impl<W: Write> Copier<'_, W> {
    fn ids<'de, A: SeqAccess<'de>>(mut self, mut seq: A) -> Result<(), A::Error> {
        self.raw(b"[")?;
        let mut first = true;
        while let Some(id) = seq.next_element_seed(Id)? {
            if self.kept.contains(&id) {
                if !std::mem::take(&mut first) {
                    self.raw(b", ")?;
                }
                self.value(&id)?;
            }
        }
        self.raw(b"]")
    }
}

/// One value of a list, with the separator before it.
struct Element<'c, W> {
    copier: Copier<'c, W>,
    first: bool,
}

impl<'de, W: Write> DeserializeSeed<'de> for Element<'_, W> {
    type Value = ();
    fn deserialize<D: Deserializer<'de>>(mut self, deserializer: D) -> Result<(), D::Error> {
        if !self.first {
            self.copier.raw(b", ")?;
        }
        self.copier.deserialize(deserializer)
    }
}

/// A text; anything else is an empty one.
struct Id;

impl<'de> DeserializeSeed<'de> for Id {
    type Value = String;
    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<String, D::Error> {
        deserializer.deserialize_any(self)
    }
}

impl<'de> Visitor<'de> for Id {
    type Value = String;
    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a unique id")
    }
    fn visit_str<E>(self, text: &str) -> Result<String, E> {
        Ok(text.to_owned())
    }
    tolerate!(numbers String::new());
    tolerate!(seq String::new());
    tolerate!(map String::new());
}
