//! Hover on a key: its type, its values, what it means, since when, and where dbt documents it.

use project::layout::FileKind;
use project::schema::{self, KeyInfo, Shape, Step};
use syntax::yaml::{YamlPlace, cursor};

use super::{Meaning, meaning, path, types};
use crate::{Analysis, FilePos, Hover, generic_tests};

/// More values than these are not listed.
const MAX_VALUES: usize = 24;

/// Explains the key at `pos`; `None` where there is none that dbt knows.
pub(crate) fn hover(analysis: &Analysis, pos: FilePos) -> Option<Hover> {
    let kind = analysis.mesh.file(pos.file)?.kind;
    let root = schema::shape_of(kind)?;
    let text = analysis.text(pos.file)?;
    let tree = syntax::yaml::parse(text);
    let site = cursor(&tree, text, pos.offset);
    if let Some((range, markdown)) =
        generic_tests::hover(text, &site).filter(|_| kind == FileKind::Properties)
    {
        return Some(Hover { range, markdown });
    }
    let path = path(&site);
    if let YamlPlace::Value { range, .. } = site.place {
        return word(kind, root, &path, text, range);
    }
    let YamlPlace::Key { range, has_colon: true, .. } = site.place else { return None };
    let key = text.get(usize::from(range.start())..usize::from(range.end()))?;
    let shape = schema::walk(root, &path)?;
    let markdown = markdown(kind, shape, &path, key)?;
    Some(Hover { range, markdown })
}

/// On one of the words that a key takes: the key, for the word has no more to say.
fn word(kind: FileKind, root: Shape, path: &[Step<'_>], text: &str, range: text::TextRange) -> Option<Hover> {
    let word = text.get(usize::from(range.start())..usize::from(range.end()))?;
    if !schema::walk(root, path)?.allowed().contains(&word) {
        return None;
    }
    let at = path.iter().rposition(|step| matches!(step, Step::Key(_)))?;
    let Step::Key(key) = path[at] else { return None };
    let markdown = markdown(kind, schema::walk(root, &path[..at])?, &path[..at], key)?;
    Some(Hover { range, markdown })
}

fn markdown(kind: FileKind, shape: Shape, path: &[Step<'_>], key: &str) -> Option<String> {
    let right = shape.key(key);
    let misplaced = if right.is_none() { shape.misplaced(key) } else { None };
    let info = right.or(misplaced)?;
    let known = meaning(kind, path, &info);
    let mut parts = vec![title(key, &info)];
    parts.extend(known.as_ref().map(|known| known.text.to_owned()));
    parts.extend(values(&info));
    if misplaced.is_some() {
        parts.push(if shape.is_tree() {
            format!("Write it as `+{key}`: without the `+` it is deprecated, and dbt 2 refuses it.")
        } else {
            "Belongs under `config`: at top level it is deprecated, and dbt 2 refuses it.".to_owned()
        });
    }
    let notes: Vec<String> = known.iter().flat_map(notes).collect();
    if !notes.is_empty() {
        parts.push(notes.join(" · "));
    }
    Some(parts.join("\n\n"))
}

fn title(key: &str, info: &KeyInfo) -> String {
    let marks = [
        Some(types(info.shape)),
        info.in_config.then(|| "config".to_owned()),
        info.required.then(|| "required".to_owned()),
        info.deprecated.then(|| "deprecated".to_owned()),
    ];
    let marks: Vec<String> = marks.into_iter().flatten().collect();
    format!("**{key}** · {}", marks.join(" · "))
}

fn values(info: &KeyInfo) -> Option<String> {
    // Of a list what its items may be.
    let own = info.allowed();
    let (all, open) = match info.shape.item() {
        Some(item) if own.is_empty() => (item.allowed(), item.is_open()),
        _ => (own, info.shape.is_open()),
    };
    if all.is_empty() {
        return None;
    }
    let words: Vec<String> = all.iter().take(MAX_VALUES).map(|word| format!("`{word}`")).collect();
    let others = if open { ", or others" } else { "" };
    Some(format!("Values: {}{others}.", words.join(", ")))
}

fn notes(known: &Meaning) -> impl Iterator<Item = String> {
    let since = known.since.map(|version| format!("Since dbt {version}"));
    let adapters = known.adapters.map(|adapters| format!("Only for {}", adapters.replace(',', ", ")));
    let docs = known.url.as_ref().map(|url| format!("[Documentation]({url})"));
    since.into_iter().chain(adapters).chain(docs)
}
