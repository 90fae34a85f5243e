//! catalogs.yml (dbt 1.10 and later): the catalogs of an open table format that models may be written to. Each rule
//! was asked of dbt-core 1.12.6 and 2.0.0-alpha.4.
//!
//! Which catalogs an adapter knows is not judged, nor are files of the newer form with `type` and `table_format`.

use std::borrow::Cow;

use syntax::yaml::{Entry, Kind, Node};
use text::TextRange;

use super::{BOTH, FlawOf, Flaws, Is, V1, V2, place};

/// Keys of a catalog.
const CATALOG: &[&str] = &["name", "active_write_integration", "write_integrations"];
/// Keys of a place to write to.
const INTEGRATION: &[&str] = &[
    "name",
    "catalog_type",
    "external_volume",
    "table_format",
    "file_format",
    "catalog_database",
    "adapter_properties",
];
/// Keys by which a catalog of the newer form is told.
const NEWER: [&str; 3] = ["type", "table_format", "config"];

pub(super) fn check(root: Option<Node<'_>>, out: &mut Flaws) {
    let empty = TextRange::empty(0.into());
    let Some(root) = root.filter(|root| root.kind() != Kind::Null) else {
        let message = "catalogs.yml is empty: write 'catalogs: []', or take the file away";
        return out.push(FlawOf::Catalog, BOTH, empty, message);
    };
    if root.kind() != Kind::Mapping || root.entries().next().is_none() {
        let message = "catalogs.yml is a mapping: write 'catalogs:' first";
        return out.push(FlawOf::Catalog, BOTH, root.range(), message);
    }
    for entry in root.entries().filter(|entry| entry.key != "catalogs") {
        unknown(&entry, "catalogs.yml", &["catalogs"], V2, out);
    }
    let Some(list) = root.entry("catalogs") else { return };
    match out.value(list.value) {
        Some(Is::List) => {}
        // A key without a value may be half typed, but dbt does not take it.
        Some(Is::Null) => {
            let message = "'catalogs' has no value: write [] or list the catalogs";
            return out.push(FlawOf::Catalog, BOTH, list.key_range, message);
        }
        Some(_) => {
            return out.push(FlawOf::Catalog, BOTH, list.key_range, "'catalogs' is a list of catalogs");
        }
        None => return,
    }
    list.value.items().for_each(|catalog| self::catalog(catalog, out));
}

fn catalog(node: Node<'_>, out: &mut Flaws) {
    match node.kind() {
        Kind::Mapping => {}
        Kind::UnknownAlias => return,
        _ => {
            return out.push(
                FlawOf::Catalog,
                BOTH,
                node.range(),
                "a catalog is a mapping: write '- name: …'",
            );
        }
    }
    if NEWER.iter().any(|key| node.entry(key).is_some()) {
        return;
    }
    let first = node.entries().next().map_or(node.range(), |entry| entry.key_range);
    for entry in node.entries().filter(|entry| !CATALOG.contains(&&*entry.key)) {
        unknown(&entry, "a catalog", CATALOG, BOTH, out);
    }
    let name = required_text(node, "name", "a catalog", first, out);
    let (mut names, mut certain) = (Vec::new(), true);
    let integrations = node.entry("write_integrations");
    match integrations.as_ref().map(|entry| (entry, out.value(entry.value))) {
        None => {}
        Some((entry, Some(Is::List))) => {
            for item in entry.value.items() {
                match integration(item, out) {
                    Some(name) if names.contains(&name) => {
                        let message = format!("there are two 'write_integrations' named '{name}'");
                        let at = item.entries().next().map_or(first, |entry| entry.key_range);
                        out.push(FlawOf::Catalog, V1, at, message);
                    }
                    Some(name) => names.push(name),
                    None => certain = false,
                }
            }
        }
        Some((entry, Some(_))) => {
            let message = "'write_integrations' is a list of mappings";
            return out.push(FlawOf::Catalog, BOTH, entry.key_range, message);
        }
        Some((_, None)) => return,
    }
    let active = node.entry("active_write_integration");
    let wanted = active.as_ref().map(|entry| (entry, out.value(entry.value)));
    match wanted {
        Some((_, None)) => {}
        Some((entry, Some(Is::Text))) if !entry.value.text().is_some_and(|text| text.is_empty()) => {
            let text = entry.value.text().unwrap_or_default();
            if certain && !names.contains(&text) {
                let near = text::suggest(&text, names.iter().map(|name| &**name)).map(str::to_owned);
                let hint = near.as_ref().map_or(String::new(), |near| format!("; did you mean '{near}'?"));
                let message = format!("no write integration is named '{text}'{hint}");
                out.push(FlawOf::Catalog, BOTH, place(entry.value, entry.key_range), message);
                if let Some(near) = near {
                    out.instead(near);
                }
            }
        }
        Some((entry, Some(is))) if !matches!(is, Is::Null | Is::Text) => {
            let message = "'active_write_integration' is the name of a write integration";
            out.push(FlawOf::Catalog, BOTH, place(entry.value, entry.key_range), message);
        }
        // Nothing, or an empty text: then dbt takes the only one there is.
        _ => {
            if certain && names.len() != 1 {
                let at = name.unwrap_or(first);
                let message = match names.len() {
                    0 => "the catalog needs a write integration: list one below 'write_integrations'",
                    _ => "name one of the write integrations as 'active_write_integration'",
                };
                out.push(FlawOf::Catalog, V1, at, message);
            }
        }
    }
}

/// Its name; `None` where it is not known or there is none.
fn integration<'a>(node: Node<'a>, out: &mut Flaws) -> Option<Cow<'a, str>> {
    match node.kind() {
        Kind::Mapping => {}
        Kind::UnknownAlias => return None,
        _ => {
            let message = "a write integration is a mapping: write '- name: …'";
            out.push(FlawOf::Catalog, BOTH, node.range(), message);
            return None;
        }
    }
    let first = node.entries().next().map_or(node.range(), |entry| entry.key_range);
    for entry in node.entries() {
        match &*entry.key {
            "name" | "catalog_type" => {}
            "adapter_properties" => {
                if matches!(out.value(entry.value), Some(is) if is != Is::Mapping) {
                    let message = "'adapter_properties' is a mapping: names and values";
                    out.push(FlawOf::Catalog, V1, entry.key_range, message);
                }
            }
            "catalog_name" => {
                let message = "'catalog_name' is the catalog's own name: take it away";
                out.push(FlawOf::Catalog, V1, entry.key_range, message);
            }
            key if INTEGRATION.contains(&key) => {
                if matches!(out.value(entry.value), Some(is) if !matches!(is, Is::Text | Is::Null)) {
                    let message = format!("'{key}' is a text: quote it");
                    out.push(FlawOf::Catalog, V1, place(entry.value, entry.key_range), message);
                }
            }
            _ => unknown(&entry, "a write integration", INTEGRATION, V1, out),
        }
    }
    required_text(node, "catalog_type", "a write integration", first, out);
    required_text(node, "name", "a write integration", first, out)?;
    node.get("name")?.text().filter(|text| !text.contains("{{"))
}

/// Where the value of a key stands that must be there and be a text.
fn required_text(
    node: Node<'_>,
    key: &str,
    what: &str,
    first: TextRange,
    out: &mut Flaws,
) -> Option<TextRange> {
    let Some(entry) = node.entry(key) else {
        out.push(FlawOf::Catalog, BOTH, first, format!("{what} needs a '{key}'"));
        return None;
    };
    let range = place(entry.value, entry.key_range);
    if matches!(out.value(entry.value), Some(is) if is != Is::Text) {
        out.push(FlawOf::Catalog, BOTH, range, format!("'{key}' is a text"));
        return None;
    }
    Some(range)
}

fn unknown(entry: &Entry<'_>, owner: &str, known: &[&str], both: super::Both, out: &mut Flaws) {
    if entry.key.is_empty() {
        return;
    }
    let near = text::suggest(&entry.key, known.iter().copied());
    let hint = near.map_or(String::new(), |near| format!("; did you mean '{near}'?"));
    out.push(FlawOf::Key, both, entry.key_range, format!("'{}' is no key of {owner}{hint}", entry.key));
    if let Some(near) = near {
        out.instead(near);
    }
}
