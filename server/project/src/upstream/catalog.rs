//! The facts of one `catalog.json`: the columns that the warehouse has, with their types (dbt 1.12, `dbt docs generate`).
//!
//! Knows the artifact and nothing else. What it adds to a manifest is [`Manifest::with_catalog`]'s business.
//!
//! [`Manifest::with_catalog`]: super::Manifest::with_catalog

use std::fmt;
use std::io::Read;

use serde::de::{DeserializeSeed, Deserializer, IgnoredAny, MapAccess, Visitor};
use smol_str::SmolStr;

use super::manifest::lenient::{KeyOf, Object, into_object, keys, text, tolerate};
use super::manifest::{ManifestError, Range, fill};
use super::strings::{Interner, Str, Strings};

/// The facts of one catalog.
#[derive(Default)]
pub struct Catalog {
    /// When it was written, as written (ISO 8601 in UTC).
    pub generated_at: Option<SmolStr>,
    strings: Strings,
    /// Ordered by unique id.
    nodes: Box<[Table]>,
    columns: Box<[ColumnData]>,
}

/// A column of the warehouse.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Column<'a> {
    /// In the warehouse's spelling.
    pub name: &'a str,
    /// Its type, as the warehouse calls it.
    pub data_type: Option<&'a str>,
    /// Its comment.
    pub comment: Option<&'a str>,
}

#[derive(Clone, Copy)]
struct Table {
    unique_id: Str,
    columns: Range,
}

#[derive(Clone, Copy, Default)]
struct ColumnData {
    name: Str,
    data_type: Str,
    comment: Str,
    /// Its place in the table, from 1.
    index: u32,
}

impl Catalog {
    /// The columns of a node or source in the warehouse's order; `None` when the catalog does not have it.
    pub fn columns<'c>(
        &'c self,
        unique_id: &str,
    ) -> Option<impl ExactSizeIterator<Item = Column<'c>> + use<'c>> {
        let at = |table: &Table| self.strings.get(table.unique_id);
        let found = self.nodes.binary_search_by(|table| at(table).cmp(unique_id)).ok()?;
        let optional = |text: Str| (!text.is_empty()).then(|| self.strings.get(text));
        let columns = self.nodes.get(found)?.columns.of(&self.columns);
        Some(columns.iter().map(move |column| Column {
            name: self.strings.get(column.name),
            data_type: optional(column.data_type),
            comment: optional(column.comment),
        }))
    }

    /// How many nodes and sources it has.
    pub fn len(&self) -> usize {
        self.nodes.len()
    }

    /// Whether it has none.
    pub fn is_empty(&self) -> bool {
        self.nodes.is_empty()
    }
}

impl fmt::Debug for Catalog {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Catalog")
            .field("generated_at", &self.generated_at)
            .field("nodes", &self.nodes.len())
            .field("columns", &self.columns.len())
            .finish_non_exhaustive()
    }
}

/// The name of the catalog that lies beside a manifest of this name: `manifest` in it becomes `catalog`. `None` for a
/// name that does not say `manifest`.
pub fn name_beside(manifest: &str) -> Option<String> {
    let at = manifest.rfind("manifest")?;
    Some(format!("{}catalog{}", &manifest[..at], &manifest[at + "manifest".len()..]))
}

/// Reads a catalog.json that is in memory, unpacked.
pub fn read_slice(bytes: &[u8]) -> Result<Catalog, ManifestError> {
    read_from(bytes)
}

/// [`read_slice`] from a stream.
pub fn read_from(reader: impl Read) -> Result<Catalog, ManifestError> {
    let mut draft = Draft::default();
    fill(&mut draft, reader)?;
    let Draft { strings, mut nodes, columns, schema, generated_at, saw_nodes } = draft;
    let says = strings.get(schema);
    if !says.is_empty() && !says.contains("/dbt/catalog/") {
        return Err(ManifestError::NotAnArtifact(format!("not a dbt catalog: it says `{says}`")));
    }
    if !saw_nodes {
        return Err(ManifestError::NotAnArtifact("not a dbt catalog: it has no `nodes`".to_owned()));
    }
    // Of entries with the same id the last counts, as in any JSON reader of Python's.
    nodes.reverse();
    nodes.sort_by(|a, b| strings.get(a.unique_id).cmp(strings.get(b.unique_id)));
    nodes.dedup_by_key(|table| table.unique_id);
    Ok(Catalog {
        generated_at: (!generated_at.is_empty()).then(|| SmolStr::new(strings.get(generated_at))),
        nodes: nodes.into(),
        columns: columns.into(),
        strings: strings.finish(),
    })
}

#[derive(Default)]
struct Draft {
    strings: Interner,
    nodes: Vec<Table>,
    columns: Vec<ColumnData>,
    schema: Str,
    generated_at: Str,
    saw_nodes: bool,
}

keys!(Key { Metadata = "metadata", Nodes = "nodes", Sources = "sources" });

impl Object for Draft {
    type Key = Key;

    fn key(text: &str) -> Option<Key> {
        Key::of(text)
    }

    fn value<'de, A: MapAccess<'de>>(&mut self, key: Key, map: &mut A) -> Result<(), A::Error> {
        match key {
            Key::Metadata => into_object(&mut Metadata(self), map),
            Key::Nodes | Key::Sources => {
                self.saw_nodes |= matches!(key, Key::Nodes);
                map.next_value_seed(Tables(self))
            }
        }
    }
}

struct Metadata<'d>(&'d mut Draft);

keys!(MetadataKey { Schema = "dbt_schema_version", Generated = "generated_at" });

impl Object for Metadata<'_> {
    type Key = MetadataKey;

    fn key(text: &str) -> Option<MetadataKey> {
        MetadataKey::of(text)
    }

    fn value<'de, A: MapAccess<'de>>(&mut self, key: MetadataKey, map: &mut A) -> Result<(), A::Error> {
        let value = text(&mut self.0.strings, map)?;
        match key {
            MetadataKey::Schema => self.0.schema = value,
            MetadataKey::Generated => self.0.generated_at = value,
        }
        Ok(())
    }
}

/// An object whose entries are read one by one.
macro_rules! entries {
    ($name:ident, $expecting:literal, |$draft:ident, $key:ident, $map:ident| $body:block) => {
        struct $name<'d>(&'d mut Draft);

        impl<'de> DeserializeSeed<'de> for $name<'_> {
            type Value = ();
            fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<(), D::Error> {
                deserializer.deserialize_any(self)
            }
        }

        impl<'de> Visitor<'de> for $name<'_> {
            type Value = ();
            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str($expecting)
            }
            fn visit_map<A: MapAccess<'de>>(self, mut $map: A) -> Result<(), A::Error> {
                let $name($draft) = self;
                while let Some($key) = $map.next_key_seed(KeyOf(|key: &str| $draft.strings.intern(key)))? {
                    $body
                }
                Ok(())
            }
            tolerate!(scalars());
            tolerate!(seq());
        }
    };
}

entries!(Tables, "tables by unique id", |draft, unique_id, map| {
    let start = draft.columns.len();
    into_object(&mut TableDraft(draft), &mut map)?;
    draft.columns[start..].sort_by_key(|column| column.index);
    draft.nodes.push(Table { unique_id, columns: Range::between(start, draft.columns.len()) });
});

struct TableDraft<'d>(&'d mut Draft);

keys!(TableKey { Columns = "columns" });

impl Object for TableDraft<'_> {
    type Key = TableKey;

    fn key(text: &str) -> Option<TableKey> {
        TableKey::of(text)
    }

    fn value<'de, A: MapAccess<'de>>(
        &mut self,
        TableKey::Columns: TableKey,
        map: &mut A,
    ) -> Result<(), A::Error> {
        map.next_value_seed(Columns(self.0))
    }
}

entries!(Columns, "columns by name", |draft, name, map| {
    let mut column =
        ColumnDraft { strings: &mut draft.strings, data: ColumnData { name, ..ColumnData::default() } };
    into_object(&mut column, &mut map)?;
    let data = column.data;
    if !data.name.is_empty() {
        draft.columns.push(data);
    }
});

struct ColumnDraft<'d> {
    strings: &'d mut Interner,
    data: ColumnData,
}

keys!(ColumnKey { Type = "type", Index = "index", Comment = "comment" });

impl Object for ColumnDraft<'_> {
    type Key = ColumnKey;

    fn key(text: &str) -> Option<ColumnKey> {
        ColumnKey::of(text)
    }

    fn value<'de, A: MapAccess<'de>>(&mut self, key: ColumnKey, map: &mut A) -> Result<(), A::Error> {
        match key {
            ColumnKey::Type => self.data.data_type = text(self.strings, map)?,
            ColumnKey::Comment => self.data.comment = text(self.strings, map)?,
            ColumnKey::Index => self.data.index = map.next_value_seed(Index)?,
        }
        Ok(())
    }
}

/// A number from 0; anything else is 0.
struct Index;

impl<'de> DeserializeSeed<'de> for Index {
    type Value = u32;
    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<u32, D::Error> {
        deserializer.deserialize_any(self)
    }
}

impl<'de> Visitor<'de> for Index {
    type Value = u32;
    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a number")
    }
    fn visit_u64<E>(self, value: u64) -> Result<u32, E> {
        Ok(u32::try_from(value).unwrap_or(u32::MAX))
    }
    fn visit_i64<E>(self, value: i64) -> Result<u32, E> {
        Ok(u32::try_from(value).unwrap_or(0))
    }
    fn visit_f64<E>(self, value: f64) -> Result<u32, E> {
        // Casts of floats saturate.
        Ok(value as u32)
    }
    fn visit_bool<E>(self, _: bool) -> Result<u32, E> {
        Ok(0)
    }
    fn visit_str<E>(self, _: &str) -> Result<u32, E> {
        Ok(0)
    }
    fn visit_unit<E>(self) -> Result<u32, E> {
        Ok(0)
    }
    fn visit_seq<A: serde::de::SeqAccess<'de>>(self, seq: A) -> Result<u32, A::Error> {
        IgnoredAny.visit_seq(seq).map(|_| 0)
    }
    fn visit_map<A: MapAccess<'de>>(self, map: A) -> Result<u32, A::Error> {
        IgnoredAny.visit_map(map).map(|_| 0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use expect_test::{Expect, expect};

    fn check(text: &str, expected: Expect) {
        let shown = match read_slice(text.as_bytes()) {
            Ok(catalog) => {
                let columns = |id: &str| -> Vec<String> {
                    let one = |c: Column<'_>| {
                        format!("{} {} {}", c.name, c.data_type.unwrap_or("-"), c.comment.unwrap_or("-"))
                    };
                    catalog.columns(id).map(|columns| columns.map(one).collect()).unwrap_or_default()
                };
                format!("{:?} {:?} {:?}", catalog, columns("model.p.a"), columns("source.p.s.t"))
            }
            Err(error) => error.to_string(),
        };
        expected.assert_eq(&shown);
    }

    #[test]
    fn columns_come_in_the_order_of_the_warehouse() {
        check(
            r#"{"metadata": {"dbt_schema_version": "https://schemas.getdbt.com/dbt/catalog/v1.json",
                  "generated_at": "2026-11-20T10:00:00Z"},
                "nodes": {"model.p.b": {"columns": {}}, "model.p.a": {"metadata": {"type": "VIEW"}, "columns": {
                  "TOTAL": {"type": "NUMBER(38,2)", "index": 2, "name": "TOTAL", "comment": null},
                  "ID": {"type": "TEXT", "index": 1, "name": "ID", "comment": "The key."}}, "stats": {}}},
                "sources": {"source.p.s.t": {"columns": {"x": {"type": "INT", "index": "?"}}}}, "errors": null}"#,
            expect![[
                r#"Catalog { generated_at: Some("2026-11-20T10:00:00Z"), nodes: 3, columns: 3, .. } ["ID TEXT The key.", "TOTAL NUMBER(38,2) -"] ["x INT -"]"#
            ]],
        );
    }

    #[test]
    fn odd_shapes_are_absent_and_other_files_are_refused() {
        check(
            r#"{"nodes": {"model.p.a": {"columns": ["id"]}, "model.p.a": {"columns": {"id": 3, "": {}}}}, "sources": 7}"#,
            expect![[r#"Catalog { generated_at: None, nodes: 1, columns: 1, .. } ["id - -"] []"#]],
        );
        check("[]", expect!["not a dbt catalog: it has no `nodes`"]);
        check("{\"sources\": {}}", expect!["not a dbt catalog: it has no `nodes`"]);
        check(
            r#"{"metadata": {"dbt_schema_version": "https://schemas.getdbt.com/dbt/manifest/v12.json"}, "nodes": {}}"#,
            expect!["not a dbt catalog: it says `https://schemas.getdbt.com/dbt/manifest/v12.json`"],
        );
        check(
            "{\"nodes\": {",
            expect!["the file is incomplete: it ends in the middle of the JSON, after 11 bytes"],
        );
    }

    #[test]
    fn its_name_follows_from_the_manifests() {
        let all = ["manifest.json", "hr-manifest.json.gz", "manifest-manifest", "hr.json"].map(name_beside);
        let all: Vec<&str> = all.iter().map(|name| name.as_deref().unwrap_or("-")).collect();
        assert_eq!(all, ["catalog.json", "hr-catalog.json.gz", "manifest-catalog", "-"]);
    }
}
