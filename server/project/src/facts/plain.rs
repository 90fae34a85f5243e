//! Facts of the small YAML files at a project's root: selectors.yml, catalogs.yml, vars.yml, package-lock.yml, profiles.yml.
//!
//! Of profiles.yml nothing but the form is kept: it holds secrets.

use syntax::calls::Call;
use syntax::yaml::{Dialect, Kind, Node};

use super::{By, FileFacts, Use, calls_in};
use crate::checks;
use crate::layout::FileKind;

/// How deep a value is searched for Jinja.
const DEPTH: usize = 32;

pub(super) fn facts(kind: FileKind, text: &str, dialect: Dialect) -> FileFacts {
    let tree = syntax::yaml::parse(text);
    let root = tree.root(text);
    let mut out = FileFacts::default();
    let mut flaws = match kind {
        FileKind::Selectors => {
            let (flaws, selectors) = checks::selectors(root, dialect);
            out.selectors = Some(Box::new(selectors));
            out.uses = setting_calls(root).map(|call| Use { call, by: By::Setting }).collect();
            flaws
        }
        FileKind::Catalogs => checks::catalogs(root, dialect),
        FileKind::Vars => {
            let vars = root.and_then(|root| root.get("vars"));
            out.vars = vars.map(|vars| checks::vars_of(vars, text, dialect)).unwrap_or_default().into();
            checks::vars(root, dialect)
        }
        _ => Vec::new(),
    };
    flaws.extend(checks::duplicates(kind, tree.duplicate_keys(), text));
    out.flaws = flaws.into();
    out.errors = tree.errors.into();
    out
}

fn setting_calls(root: Option<Node<'_>>) -> impl Iterator<Item = Call> {
    let mut out = Vec::new();
    if let Some(root) = root {
        calls(root, 0, &mut out);
    }
    out.into_iter()
}

fn calls(node: Node<'_>, depth: usize, out: &mut Vec<Call>) {
    match node.kind() {
        Kind::Scalar => out.extend(node.scalar().iter().flat_map(|scalar| calls_in(scalar, false))),
        Kind::Sequence if depth < DEPTH => node.items().for_each(|item| calls(item, depth + 1, out)),
        Kind::Mapping if depth < DEPTH => node.entries().for_each(|entry| calls(entry.value, depth + 1, out)),
        _ => {}
    }
}
