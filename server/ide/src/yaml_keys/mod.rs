//! The keys and values of dbt's YAML files: what can be written, and what it means.
//!
//! Structure and meaning come from [`project::schema`]; names of a project's own things are proposed elsewhere.

mod complete;
#[cfg(test)]
mod damage;
mod hover;
mod insert;
#[cfg(test)]
mod tests;

use project::layout::FileKind;
use project::schema::{self, KeyInfo};
use syntax::yaml::{Step, YamlSite};

use crate::catalog;

pub(crate) use complete::completed;
pub(crate) use hover::hover;

/// The way to a site as the schema knows it.
fn path<'s>(site: &'s YamlSite<'_>) -> Vec<schema::Step<'s>> {
    let step = |step: &'s Step<'_>| match step {
        Step::Key(key, _) => schema::Step::Key(key),
        Step::Index(..) => schema::Step::Item,
    };
    site.path.iter().map(step).collect()
}

/// What a key means.
#[derive(Debug, Clone)]
struct Meaning {
    /// A sentence.
    text: &'static str,
    /// The first dbt that has it.
    since: Option<&'static str>,
    /// Where dbt documents it.
    url: Option<String>,
    /// The adapters that know it, if not all do.
    adapters: Option<&'static str>,
}

/// What a key of the mapping at `path` means; a config that has no explanation here has one as a keyword of `config()`.
fn meaning(kind: FileKind, path: &[schema::Step<'_>], key: &KeyInfo) -> Option<Meaning> {
    let known = schema::explain(kind, path, key.name);
    let name = key.name.strip_prefix('+').unwrap_or(key.name).replace('-', "_");
    let config = key.in_config.then(|| catalog::config_key(&name, None)).flatten();
    let adapters = config.and_then(|config| config.adapters);
    match (known, config) {
        (Some(known), _) => {
            Some(Meaning { text: known.text, since: known.since, url: known.url(), adapters })
        }
        (None, Some(config)) => {
            Some(Meaning { text: config.about, since: config.since, url: None, adapters })
        }
        (None, None) => None,
    }
}

/// The types of a value for people: `string or list`.
fn types(shape: schema::Shape) -> String {
    if shape.is_any() {
        "anything".to_owned()
    } else {
        shape.types().names().collect::<Vec<_>>().join(" or ")
    }
}
