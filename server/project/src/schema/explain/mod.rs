//! What keys mean, in one sentence each, since which dbt they are known, and where dbt documents them.
//!
//! Written by hand; which keys there are is generated and says nothing of this.

mod config;
mod files;
mod project;
mod properties;
mod semantic;

use super::Step;
use crate::layout::FileKind;

/// What a key means.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Explanation {
    /// The keys that lead to it, joined by `/`, as far as they matter; `/` for the top of the file.
    owner: &'static str,
    key: &'static str,
    /// One sentence (Markdown).
    pub text: &'static str,
    /// The first dbt that knows it; `None` when it is older than 1.0 or not known.
    pub since: Option<&'static str>,
    /// Path of its page below `https://docs.getdbt.com/`.
    pub docs: Option<&'static str>,
}

impl Explanation {
    /// Address of its page.
    pub fn url(&self) -> Option<String> {
        self.docs.map(|path| format!("https://docs.getdbt.com/{path}"))
    }

    const fn since(mut self, version: &'static str) -> Explanation {
        self.since = Some(version);
        self
    }

    const fn docs(mut self, path: &'static str) -> Explanation {
        self.docs = Some(path);
        self
    }

    /// How many of the last keys it names, if those are they.
    fn fits(&self, path: &[Step<'_>], in_config: bool) -> Option<usize> {
        match self.owner {
            "" => return Some(0),
            "/" => return path.is_empty().then_some(1),
            "config" if in_config => return Some(1),
            _ => {}
        }
        let mut keys = path.iter().rev().filter_map(|step| match step {
            Step::Key(key) => Some(key.strip_prefix('+').unwrap_or(key)),
            Step::Item => None,
        });
        let mut count = 0;
        for owner in self.owner.rsplit('/') {
            if keys.next() != Some(owner) {
                return None;
            }
            count += 1;
        }
        Some(count)
    }
}

const fn e(owner: &'static str, key: &'static str, text: &'static str) -> Explanation {
    Explanation { owner, key, text, since: None, docs: None }
}

/// What `key` means in the mapping that `path` leads to, in a file of `kind`.
pub fn explain(kind: FileKind, path: &[Step<'_>], key: &str) -> Option<&'static Explanation> {
    let lists: &[&'static [Explanation]] = match kind {
        FileKind::Properties => &[properties::PROPERTIES, semantic::SEMANTIC, config::CONFIG],
        FileKind::ProjectFile => &[project::PROJECT, config::CONFIG],
        FileKind::Packages | FileKind::Dependencies => &[files::PACKAGES],
        FileKind::Selectors => &[files::SELECTORS],
        FileKind::Vars => &[files::VARS],
        FileKind::Profiles => &[files::PROFILES],
        FileKind::MeshConfig => &[files::MESH],
        FileKind::Loom => &[files::LOOM],
        _ => return None,
    };
    let tree = kind == FileKind::ProjectFile && path.first().is_some_and(is_tree);
    let name = key.strip_prefix('+').unwrap_or(key);
    // Hooks are spelled both ways.
    let name = match name {
        "pre-hook" => "pre_hook",
        "post-hook" => "post_hook",
        other => other,
    };
    let known = lists.iter().flat_map(|list| list.iter()).filter(|known| known.key == name);
    let in_config = tree && !inside_a_config(path);
    let best = known
        .clone()
        .filter_map(|known| Some((known.fits(path, in_config)?, known)))
        .max_by_key(|(count, _)| *count)
        .map(|(_, known)| known);
    // A config at top level means the same as under `config`.
    let misplaced = || {
        let resource = kind == FileKind::Properties && path.len() >= 2 && path.last() == Some(&Step::Item);
        known.clone().find(|known| resource && known.owner == "config")
    };
    best.or_else(misplaced)
}

fn is_tree(first: &Step<'_>) -> bool {
    let trees = [
        "models",
        "seeds",
        "snapshots",
        "sources",
        "tests",
        "data_tests",
        "unit_tests",
        "analyses",
        "exposures",
        "metrics",
        "semantic-models",
        "saved-queries",
        "functions",
    ];
    matches!(first, Step::Key(key) if trees.contains(key))
}

fn inside_a_config(path: &[Step<'_>]) -> bool {
    path.iter().any(|step| matches!(step, Step::Key(key) if key.starts_with('+')))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn text(kind: FileKind, path: &str, key: &str) -> &'static str {
        let steps: Vec<Step<'_>> = path
            .split('/')
            .filter(|step| !step.is_empty())
            .map(|step| if step == "-" { Step::Item } else { Step::Key(step) })
            .collect();
        explain(kind, &steps, key).map_or("", |known| known.text)
    }

    #[test]
    fn the_place_decides() {
        let of = |path, key| text(FileKind::Properties, path, key);
        assert_ne!(of("models/-", "name"), of("sources/-/tables/-", "name"));
        assert_ne!(of("models/-", "versions"), of("unit_tests/-", "versions"));
        assert_eq!(of("models/-", "access"), of("models/-/config", "access"));
        assert!(!of("models/-/config", "access").is_empty());
        assert_eq!(of("models/-", "nonsense"), "");
    }

    #[test]
    fn trees_have_configs() {
        let of = |path, key| text(FileKind::ProjectFile, path, key);
        let materialized = text(FileKind::Properties, "models/-/config", "materialized");
        assert_eq!(of("models/p/marts", "+materialized"), materialized);
        assert_eq!(of("models", "materialized"), materialized);
        assert_eq!(of("", "materialized"), "");
        assert_ne!(of("", "name"), "");
        assert_eq!(
            of("models/p/+contract", "enforced"),
            text(FileKind::Properties, "models/-/config/contract", "enforced")
        );
    }

    #[test]
    fn each_is_one_sentence_about_a_place_of_its_own() {
        let lists: [&[Explanation]; 10] = [
            properties::PROPERTIES,
            semantic::SEMANTIC,
            config::CONFIG,
            project::PROJECT,
            files::PACKAGES,
            files::SELECTORS,
            files::VARS,
            files::MESH,
            files::LOOM,
            files::PROFILES,
        ];
        let mut total = 0;
        for list in lists {
            for (at, known) in list.iter().enumerate() {
                assert!(known.text.ends_with('.') && known.text.len() < 200, "{known:?}");
                let twice =
                    list[..at].iter().any(|other| (other.owner, other.key) == (known.owner, known.key));
                assert!(!twice, "{known:?}");
            }
            total += list.len();
        }
        assert!(total > 300, "{total}");
    }
}
