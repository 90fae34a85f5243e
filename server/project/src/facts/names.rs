//! Names of a template that the template does not make itself: few are kept, as most are dbt's.

use smol_str::SmolStr;
use syntax::calls::{Call, Reach};
use syntax::jinja::{Mention, Template, Then};
use text::{TextRange, TextSize};

/// A name that is used without being called.
#[derive(Debug, Clone, PartialEq)]
pub struct Name {
    /// As it is written, up to the first dot.
    pub name: SmolStr,
    /// Its bytes.
    pub range: TextRange,
    /// Whether dbt comes past it when it parses.
    pub reach: Reach,
    /// What can be wrong with it.
    pub trouble: NameTrouble,
}

/// What can be wrong with a [`Name`].
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum NameTrouble {
    /// Nothing in the file makes it; its value is used.
    Free,
    /// Nothing in the file makes it; something inside of it is used, which fails when it is nothing.
    FreeInside,
    /// The result of `run_query()`, which is nothing while dbt parses; something inside of it is used.
    Unguarded,
}

/// Names of dbt that every template may use, sorted: the commonest of them are no fact of a file.
const USUAL: [&str; 22] = [
    "adapter",
    "api",
    "builtins",
    "config",
    "database",
    "dbt_version",
    "exceptions",
    "execute",
    "flags",
    "graph",
    "invocation_id",
    "log",
    "model",
    "modules",
    "project_name",
    "ref",
    "run_started_at",
    "schema",
    "source",
    "target",
    "this",
    "var",
];

/// The names of a template that a rule may have something to say about.
pub(super) fn of(template: &Template, text: &str) -> Box<[Name]> {
    let mut callees: Vec<TextSize> = template.calls.iter().map(|call| call.name_range.start()).collect();
    callees.sort_unstable();
    let mentioned = template.mentions.iter().filter_map(|mention| {
        let trouble = match (mention.local, mention.then) {
            (None, Then::Read) => NameTrouble::Free,
            (None, Then::Inside) if callees.binary_search(&mention.range.start()).is_err() => {
                NameTrouble::FreeInside
            }
            (Some(local), Then::Inside) => {
                let local = template.locals.get(local as usize)?;
                (local.call.as_deref() == Some("run_query")).then_some(NameTrouble::Unguarded)?
            }
            _ => return None,
        };
        let usual = mention.local.is_none() && USUAL.binary_search(&mention.name.as_str()).is_ok();
        let name = || mention.name.clone();
        (!usual).then(|| Name { name: name(), range: mention.range, reach: mention.reach, trouble })
    });
    // `run_query('…').columns`
    let inside = |call: &&Call| {
        let behind = text.get(call.range.end().into()..).unwrap_or_default();
        call.complete && call.name == "run_query" && behind.starts_with(['.', '['])
    };
    let direct = template.calls.iter().filter(inside).map(|call| Name {
        name: call.name.clone(),
        range: call.name_range,
        reach: call.reach,
        trouble: NameTrouble::Unguarded,
    });
    mentioned.chain(direct).collect()
}

/// Whether what is called is, or is in, a variable of the template.
pub(super) fn is_local(mentions: &[Mention], call: &Call) -> bool {
    let start = call.name_range.start();
    let at = mentions.partition_point(|mention| mention.range.start() < start);
    mentions.get(at).is_some_and(|mention| mention.range.start() == start && mention.local.is_some())
}
