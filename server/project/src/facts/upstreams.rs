//! Facts of `dbt_loom.config.yml` and `dbt_mesh.yml`: what they name and what is wrong with them.
//!
//! Environment variables are not known here, so nothing is said about what depends on one.

use std::path::Path;

use smol_str::SmolStr;
use syntax::yaml::Node;
use text::TextRange;

use super::FileFacts;
use crate::layout::FileKind;
use crate::upstream::{Location, Problem, config, loom};

/// What a file says about upstreams.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct UpstreamFacts {
    /// The entries that can be used and that have a name, in order.
    pub entries: Box<[UpstreamEntry]>,
    /// The bytes of every path or address that can be used.
    pub sources: Box<[TextRange]>,
    /// The addresses of `dbt_mesh.yml` without a name beside them, as they are shown, with their bytes.
    pub unnamed: Box<[(Box<str>, TextRange)]>,
    /// The codes under `rules`, which may be unknown.
    pub rules: Box<[(SmolStr, TextRange)]>,
    /// What is wrong with the file.
    pub problems: Box<[Problem]>,
    /// The names of upstreams as they are written, with their bytes.
    pub names: Box<[(SmolStr, TextRange)]>,
}

/// One upstream of such a file.
#[derive(Debug, Clone, PartialEq)]
pub struct UpstreamEntry {
    /// Its name; of dbt-loom only a label.
    pub name: SmolStr,
    /// The bytes of the path, address or `config`.
    pub range: TextRange,
    /// dbt-loom: the file may be missing.
    pub optional: bool,
}

pub(super) fn facts(kind: FileKind, text: &str) -> FileFacts {
    // A number is a text too: it fits wherever a variable may stand.
    let any = |_: &str| Some("1".to_owned());
    let base = Path::new("/");
    let mut out = UpstreamFacts::default();
    let mut problems = match kind {
        FileKind::Loom => {
            let parsed = loom::parse(text, base, &any);
            let manifests = parsed.value.map(|config| config.manifests).unwrap_or_default();
            out.sources = manifests.iter().map(|manifest| manifest.source_range).collect();
            out.entries = manifests
                .into_iter()
                .map(|manifest| UpstreamEntry {
                    name: manifest.name.into(),
                    range: manifest.source_range,
                    optional: manifest.optional,
                })
                .collect();
            parsed.problems
        }
        _ => {
            let parsed = config::parse(text, base, &any, &[]);
            let config = parsed.value.unwrap_or_default();
            out.sources = config.upstreams.iter().map(|entry| entry.range).collect();
            let unnamed = config.upstreams.iter().filter(|entry| entry.name.is_none());
            out.unnamed = unnamed
                .filter_map(|entry| match &entry.supply {
                    config::Supply::Manifest(Location::Remote(remote)) => {
                        Some((remote.shown().into(), entry.range))
                    }
                    _ => None,
                })
                .collect();
            out.entries = config
                .upstreams
                .into_iter()
                .filter_map(|entry| {
                    Some(UpstreamEntry { name: entry.name?.into(), range: entry.range, optional: false })
                })
                .collect();
            out.rules = config.rules.into_iter().map(|rule| (rule.code.into(), rule.range)).collect();
            parsed.problems
        }
    };
    let dynamic = |problem: &Problem| {
        let range = usize::from(problem.range.start())..usize::from(problem.range.end());
        // A syntax error may come from what a variable holds.
        text.get(range).is_none_or(|part| part.contains('$'))
    };
    problems.retain(|problem| !dynamic(problem));
    out.problems = problems.into();
    out.names = names(kind, text).into();
    FileFacts { upstreams: Some(Box::new(out)), ..FileFacts::default() }
}

fn names(kind: FileKind, text: &str) -> Vec<(SmolStr, TextRange)> {
    let tree = syntax::yaml::parse(text);
    let list = if kind == FileKind::Loom { "manifests" } else { "upstreams" };
    let items = tree.root(text).and_then(|root| root.get(list)).into_iter().flat_map(Node::items);
    let name = |item: Node<'_>| {
        let name = item.get("name")?;
        Some((SmolStr::new(name.text()?), name.scalar()?.content))
    };
    items.filter_map(name).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(kind: FileKind, text: &str) -> UpstreamFacts {
        *facts(kind, text).upstreams.unwrap()
    }

    #[test]
    fn entries_and_mistakes_of_a_loom_configuration() {
        let text = "manifests:\n  - {name: a, type: file, config: {path: ../a.json}}\n  - {name: b, type: ftp, config: {}}\n";
        let found = read(FileKind::Loom, text);
        assert_eq!(found.entries.len(), 1);
        assert_eq!(&text[found.entries[0].range], "../a.json");
        assert_eq!(found.problems.len(), 1);
        assert_eq!(&text[found.problems[0].range], "ftp");
    }

    #[test]
    fn what_a_variable_may_say_is_no_mistake() {
        let text = "manifests: [{name: a, type: file, config: {path: $DIR/m.json}, optional: $MAYBE}]\n";
        assert_eq!(read(FileKind::Loom, text).problems, [].into());
    }

    #[test]
    fn rules_of_our_own_configuration() {
        let text = "rules: {unknown-modell: off}\nupstreams: [{name: a}]\n";
        let found = read(FileKind::MeshConfig, text);
        assert_eq!(found.rules[0].0, "unknown-modell");
        assert_eq!(found.problems.len(), 1);
    }
}
