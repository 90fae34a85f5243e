//! `dependencies.yml`: its keys, and the names of every known upstream.

use project::layout::FileKind;
use syntax::yaml::{Step, YamlPlace, YamlSite};
use text::TextRange;

use super::{Cx, Slot, list, plain, rank};
use crate::describe::upstream_line;
use crate::hover::public_models;
use crate::{Completion, CompletionKind, Completions};

pub(super) fn complete(cx: &Cx<'_>, site: &YamlSite<'_>) -> Completions {
    let keys: Vec<&str> = site
        .path
        .iter()
        .filter_map(|step| match step {
            Step::Key(key, _) => Some(key.as_ref()),
            Step::Index(..) => None,
        })
        .collect();
    let in_item = site.path.iter().any(|step| matches!(step, Step::Index(..)));
    match (&site.place, keys.as_slice()) {
        (YamlPlace::Key { range, prefix, .. }, []) => root_keys(cx, *range, prefix),
        (YamlPlace::Blank { indent: 0 }, []) => root_keys(cx, TextRange::empty(cx.offset), ""),
        (YamlPlace::Key { range, prefix, .. }, ["projects"]) if in_item => {
            keyed(*range, prefix, "name: ", names(cx, *range, prefix, ""))
        }
        (YamlPlace::Key { range, prefix, .. }, ["projects"]) => {
            keyed(*range, prefix, "- name: ", Vec::new())
        }
        (YamlPlace::Blank { .. }, ["projects"]) => {
            let range = TextRange::empty(cx.offset);
            keyed(range, "", if in_item { "name: " } else { "- name: " }, Vec::new())
        }
        (YamlPlace::Value { range, prefix, .. }, ["projects"] | ["projects", "name"]) => {
            Completions { items: names(cx, *range, prefix, ""), incomplete: false }
        }
        (YamlPlace::Key { range, prefix, .. }, ["packages"]) => {
            let slot = key_slot(*range, prefix);
            let known = ["package", "git", "local", "tarball", "private", "version", "revision", "subdirectory"];
            list(&slot, CompletionKind::Key, known.iter().map(|key| format!("{key}: ")))
        }
        _ => Completions::default(),
    }
}

fn root_keys(cx: &Cx<'_>, range: TextRange, prefix: &str) -> Completions {
    let mut keys = vec!["packages:"];
    if cx.file.entry.kind == FileKind::Dependencies {
        keys.insert(0, "projects:");
    }
    let insert = |key: &str| match key {
        "projects:" => "projects:\n  - name: ".to_owned(),
        key => format!("{key}\n  - "),
    };
    let items = rank(prefix, keys.into_iter().map(|key| (0, key)), |key| key)
        .into_iter()
        .map(|key| plain(key.trim_end_matches(':'), CompletionKind::Key, range, insert(key)))
        .collect();
    Completions { items, incomplete: false }
}

fn key_slot(range: TextRange, prefix: &str) -> Slot {
    Slot { range, typed: prefix.to_owned(), before: "", after: "", quote: "" }
}

fn keyed(range: TextRange, prefix: &str, key: &str, more: Vec<Completion>) -> Completions {
    let mut items = Vec::new();
    if prefix.is_empty() || key.contains(prefix) {
        let label = key.trim_start_matches("- ").trim_end_matches(": ");
        items.push(plain(label, CompletionKind::Key, range, key.to_owned()));
    }
    items.extend(more.into_iter().map(|item| Completion { insert: format!("{key}{}", item.insert), ..item }));
    Completions { items, incomplete: false }
}

/// Upstreams that are known and not listed yet, with what is known of them.
fn names(cx: &Cx<'_>, range: TextRange, prefix: &str, before: &str) -> Vec<Completion> {
    let listed: Vec<&str> = cx
        .file
        .facts
        .dependencies
        .as_deref()
        .into_iter()
        .flat_map(|facts| facts.projects.iter())
        // The name under the cursor is the one being typed.
        .filter(|dep| !dep.name_range.contains_inclusive(cx.offset))
        .map(|dep| dep.name.as_str())
        .collect();
    let known = cx.file.resolver.upstreams().iter().filter(|up| up.supply.is_some());
    let known = known.filter(|up| !listed.contains(&up.name.as_str())).map(|up| (0, up));
    rank(prefix, known, |up| up.name.as_str())
        .into_iter()
        .map(|up| {
            let mut item = plain(&up.name, CompletionKind::Project, range, format!("{before}{}", up.name));
            item.label_description = Some("upstream project".into());
            let line = upstream_line(&cx.file, &up.name).unwrap_or_default();
            item.detail = Some(format!("{}{line}", public_models(&cx.file, up.supply.as_ref())));
            item
        })
        .collect()
}
