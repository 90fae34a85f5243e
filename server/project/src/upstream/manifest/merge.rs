//! What a catalog adds to a manifest: types that the properties leave out, and columns that they do not list.

use rustc_hash::FxHashMap;

use super::Manifest;
use super::node::{ColumnData, Range, Told};
use crate::upstream::catalog::Catalog;

impl Manifest {
    /// The same facts with what only the catalog says about columns. What the manifest says stays as it is: names are
    /// matched without regard to case (warehouses fold them), and columns that it does not list follow those it does.
    #[must_use]
    pub fn with_catalog(mut self, catalog: &Catalog) -> Manifest {
        let mut strings = std::mem::take(&mut self.strings).reopen();
        let mut columns = Vec::with_capacity(self.columns.len());
        for node in &mut self.nodes {
            let declared = node.columns.of(&self.columns);
            let start = columns.len();
            columns.extend_from_slice(declared);
            if let Some(known) = catalog.columns(strings.get(node.unique_id)) {
                let mut places: FxHashMap<String, usize> = FxHashMap::default();
                for (at, column) in declared.iter().enumerate() {
                    let name = strings.get(column.name);
                    places.insert(name.to_owned(), start + at);
                    places.entry(name.to_lowercase()).or_insert(start + at);
                }
                for column in known {
                    let place = places.get(column.name).or_else(|| places.get(&column.name.to_lowercase()));
                    let data_type = strings.intern(column.data_type.unwrap_or_default());
                    let comment = strings.intern(column.comment.unwrap_or_default());
                    match place.and_then(|place| columns.get_mut(*place)) {
                        Some(known) => fill(known, data_type, comment),
                        None => columns.push(ColumnData {
                            name: strings.intern(column.name),
                            data_type,
                            description: comment,
                            told: Told::Whole,
                        }),
                    }
                }
            }
            node.columns = Range::between(start, columns.len());
        }
        self.columns = columns.into();
        self.strings = strings.finish();
        self.catalog = Some(catalog.generated_at.clone().unwrap_or_default());
        self
    }
}

fn fill(known: &mut ColumnData, data_type: super::Str, comment: super::Str) {
    if known.data_type.is_empty() && !data_type.is_empty() {
        known.data_type = data_type;
        known.told = Told::Type;
    }
    if known.description.is_empty() {
        known.description = comment;
    }
}

#[cfg(test)]
mod tests {
    use crate::upstream::{catalog, manifest};

    #[test]
    fn the_catalog_fills_what_the_manifest_leaves_open() {
        let manifest = manifest::read_slice(
            br#"{"metadata": {"project_name": "p"}, "nodes": {
                "model.p.a": {"name": "a", "package_name": "p", "columns": {
                    "id": {"name": "id", "data_type": "integer", "description": "The key."},
                    "total": {"name": "total"}}},
                "model.p.b": {"name": "b", "package_name": "p", "columns": {"x": {"name": "x"}}},
                "model.p.c": {"name": "c", "package_name": "p", "columns": {}}}}"#,
        );
        let catalog = catalog::read_slice(
            br#"{"nodes": {"model.p.a": {"columns": {
                    "ID": {"type": "NUMBER", "index": 1, "comment": "in the warehouse"},
                    "TOTAL": {"type": "FLOAT", "index": 2, "comment": "All of it."},
                    "_LOADED": {"type": "TIMESTAMP", "index": 3}}},
                "model.p.c": {"columns": {"y": {"type": "TEXT", "index": 1}}}, "model.p.gone": {"columns": {"z": {}}}}}"#,
        );
        let merged = manifest.unwrap().with_catalog(&catalog.unwrap());
        let all: Vec<String> = merged
            .nodes()
            .flat_map(|node| {
                let name = node.name();
                let declared: Vec<_> = node.declared_columns().map(|c| (c.name, c.data_type)).collect();
                node.columns()
                    .map(move |c| {
                        format!(
                            "{name}.{} {} | {}{}",
                            c.name,
                            c.data_type.unwrap_or("-"),
                            c.description.unwrap_or("-"),
                            if declared.contains(&(c.name, c.data_type)) { "" } else { " (catalog)" }
                        )
                    })
                    .collect::<Vec<_>>()
            })
            .collect();
        expect_test::expect![[r#"
            a.id integer | The key.
            a.total FLOAT | All of it. (catalog)
            a._LOADED TIMESTAMP | - (catalog)
            b.x - | -
            c.y TEXT | - (catalog)"#]]
        .assert_eq(&all.join("\n"));
    }
}
