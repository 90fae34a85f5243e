//! `catalog.json`, which `dbt docs generate` writes: the columns of a project's relations, as the warehouse has them.
//!
//! Knows the artifact and nothing else. Its statistics and owners are skipped.

use std::fmt;
use std::io::Read;

use rustc_hash::FxHashMap;
use serde::Deserialize;
use serde::de::{Deserializer, MapAccess, Visitor};
use smol_str::SmolStr;

/// The columns of relations, by unique id.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Catalog(FxHashMap<SmolStr, Box<[CatalogColumn]>>);

/// A column of a relation.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CatalogColumn {
    /// As the warehouse spells it.
    pub name: SmolStr,
    /// Its type, as the warehouse names it.
    pub data_type: SmolStr,
}

impl Catalog {
    /// The columns of a node or source in their order; `None` when it was not there when the catalog was made.
    pub fn columns(&self, unique_id: &str) -> Option<&[CatalogColumn]> {
        self.0.get(unique_id).map(|columns| &**columns).filter(|columns| !columns.is_empty())
    }

    /// Reads a catalog. The error is for people.
    pub fn read(reader: impl Read) -> Result<Catalog, String> {
        let file: File =
            serde_json::from_reader(std::io::BufReader::new(reader)).map_err(|error| error.to_string())?;
        let mut out = FxHashMap::default();
        for (id, table) in file.nodes.0.into_iter().chain(file.sources.0) {
            let mut columns: Vec<Column> = table.columns.0.into_iter().map(|(_, column)| column).collect();
            columns.sort_by_key(|column| column.index);
            let column =
                |column: Column| CatalogColumn { name: column.name.into(), data_type: column.kind.into() };
            out.insert(id.into(), columns.into_iter().map(column).collect());
        }
        Ok(Catalog(out))
    }
}

#[derive(Deserialize)]
struct File {
    #[serde(default)]
    nodes: Entries<Table>,
    #[serde(default)]
    sources: Entries<Table>,
}

#[derive(Deserialize)]
struct Table {
    #[serde(default)]
    columns: Entries<Column>,
}

#[derive(Deserialize)]
struct Column {
    name: String,
    #[serde(default, rename = "type")]
    kind: String,
    #[serde(default)]
    index: u32,
}

/// The entries of an object in their order.
struct Entries<T>(Vec<(String, T)>);

impl<T> Default for Entries<T> {
    fn default() -> Entries<T> {
        Entries(Vec::new())
    }
}

impl<'de, T: Deserialize<'de>> Deserialize<'de> for Entries<T> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Entries<T>, D::Error> {
        struct Each<T>(std::marker::PhantomData<T>);
        impl<'de, T: Deserialize<'de>> Visitor<'de> for Each<T> {
            type Value = Entries<T>;
            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("an object")
            }
            fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Entries<T>, A::Error> {
                let mut out = Vec::new();
                while let Some(entry) = map.next_entry()? {
                    out.push(entry);
                }
                Ok(Entries(out))
            }
        }
        deserializer.deserialize_map(Each(std::marker::PhantomData))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn columns_come_in_the_order_of_the_relation() {
        let json = r#"{"metadata": {}, "errors": null, "nodes": {"model.shop.a": {"metadata": {"type": "VIEW", "owner": null},
            "columns": {"B": {"type": "TEXT", "index": 2, "name": "B", "comment": null}, "ID": {"type": "INTEGER", "index": 1,
            "name": "ID"}}, "stats": {"has_stats": {"value": false}}}}, "sources": {}}"#;
        let catalog = Catalog::read(json.as_bytes()).unwrap();
        let names: Vec<&str> =
            catalog.columns("model.shop.a").unwrap().iter().map(|column| &*column.name).collect();
        assert_eq!(names, ["ID", "B"]);
        assert_eq!(catalog.columns("model.shop.b"), None);
        assert!(Catalog::read(&b"{"[..]).is_err());
    }
}
