//! The keys and values of dbt's YAML files: what can be written, and what it means.
//!
//! Structure and meaning come from [`project::schema`]; names of a project's own things are proposed elsewhere.

mod complete;
mod folders;
mod hover;
mod insert;
#[cfg(test)]
mod tests;

use project::schema;
use syntax::yaml::{Step, YamlSite};

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

/// The types of a value for people: `string or list`.
fn types(shape: schema::Shape) -> String {
    if shape.is_any() {
        "anything".to_owned()
    } else {
        shape.types().names().collect::<Vec<_>>().join(" or ")
    }
}
