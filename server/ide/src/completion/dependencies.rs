//! `dependencies.yml` and `packages.yml`: their keys, and the names of every known upstream.

use project::layout::FileKind;
use syntax::yaml::{Step, YamlPlace, YamlSite};
use text::TextRange;

use super::{Cx, keys, plain, ranked};
use crate::describe::upstream_line;
use crate::hover::public_models;
use crate::{Completion, CompletionKind, Completions};

pub(super) fn complete(cx: &Cx<'_>, site: &YamlSite<'_>) -> Completions {
    let in_item = site.path.iter().any(|step| matches!(step, Step::Index(..)));
    let here = TextRange::empty(cx.offset);
    match (&site.place, keys(site).as_slice()) {
        (YamlPlace::Key { range, prefix, .. }, []) => root_keys(cx, *range, prefix),
        (YamlPlace::Blank { indent: 0 }, []) => root_keys(cx, here, ""),
        (YamlPlace::Key { range, prefix, has_colon, .. }, ["projects"]) => {
            let key = if in_item { "name: " } else { "- name: " };
            element(cx, *range, prefix, if *has_colon { "" } else { key })
        }
        (YamlPlace::Blank { .. }, ["projects"]) => {
            element(cx, here, "", if in_item { "name: " } else { "- name: " })
        }
        (YamlPlace::Value { range, prefix, .. }, ["projects"]) if in_item => {
            element(cx, *range, prefix, "name: ")
        }
        (YamlPlace::Value { range, prefix, .. }, ["projects", "name"]) => {
            // Right behind the colon a blank is missing.
            let tight = cx.text[..range.start().into()].ends_with(':');
            let items = names(cx, *range, prefix, if tight { " " } else { "" }).collect();
            Completions { items, incomplete: false }
        }
        _ => Completions::default(),
    }
}

fn root_keys(cx: &Cx<'_>, range: TextRange, prefix: &str) -> Completions {
    let facts = cx.file.facts.dependencies.as_deref();
    let is_written = |key: &str| {
        let known =
            facts.and_then(|facts| if key == "projects" { facts.projects_key } else { facts.packages_key });
        known.is_some_and(|known| !known.contains_inclusive(cx.offset))
    };
    let mut keys = vec![("packages", "packages:\n  - ")];
    if cx.file.entry.kind == FileKind::Dependencies {
        keys.insert(0, ("projects", "projects:\n  - name: "));
    }
    let line_break = if cx.text.contains("\r\n") { "\r\n" } else { "\n" };
    let keys = keys.into_iter().filter(|(key, _)| !is_written(key)).zip(0..).collect();
    let items = ranked(prefix, keys, |((key, _), _)| key, |(_, tier)| *tier)
        .map(|((key, insert), _)| plain(key, CompletionKind::Key, range, insert.replace('\n', line_break)));
    Completions { items: items.collect(), incomplete: false }
}

/// An element of `projects`: the key alone, and the key with every name.
fn element(cx: &Cx<'_>, range: TextRange, prefix: &str, key: &str) -> Completions {
    let mut items = Vec::new();
    if "name".starts_with(prefix) && !key.is_empty() {
        items.push(plain("name", CompletionKind::Key, range, key.to_owned()));
    }
    items.extend(names(cx, range, prefix, key));
    Completions { items, incomplete: false }
}

/// Upstreams that are known and not listed yet, with what is known of them; `before` is inserted before each.
fn names<'a>(
    cx: &'a Cx<'_>,
    range: TextRange,
    prefix: &str,
    before: &'a str,
) -> impl Iterator<Item = Completion> + 'a {
    let facts = cx.file.facts.dependencies.as_deref();
    // The name under the cursor is the one being typed.
    let others = facts.into_iter().flat_map(|facts| facts.projects.iter());
    let listed: Vec<&str> = others
        .filter(|dep| !dep.name_range.contains_inclusive(cx.offset))
        .map(|dep| dep.name.as_str())
        .collect();
    let known = cx.file.resolver.upstreams().iter().filter(|up| up.supply.is_some());
    let known = known.filter(|up| !listed.contains(&up.name.as_str()));
    let ranked = ranked(prefix, known.collect::<Vec<_>>(), |up| up.name.as_str(), |_| 0);
    ranked.map(move |up| {
        let mut item = plain(&up.name, CompletionKind::Project, range, format!("{before}{}", up.name));
        item.label_description = Some("upstream project".into());
        let facts =
            public_models(&cx.file, up.supply.as_ref()).into_iter().chain(upstream_line(&cx.file, &up.name));
        item.detail = Some(facts.collect::<Vec<_>>().join(" · "));
        item.docs = cx.docs_key(&format!("project.{}", up.name));
        item
    })
}
