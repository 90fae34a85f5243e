//! Who selects a thing by its name: the methods of selectors.yml.

use project::checks::Chosen;
use project::refs::dotted;
use text::TextRange;

use super::calls::last_word;
use super::projects::value_of_prefix;
use super::{Role, Search, Subject, Usage};
use crate::Cancellable;
use crate::diagnostics::FileCx;
use crate::named::{part, selectors};
use crate::thing::Thing;

/// The one file of a project that has selectors.
const FILE: &str = "selectors.yml";

pub(super) fn of(search: Search<'_>, subject: &Subject, out: &mut Vec<Usage>) -> Cancellable<()> {
    let mesh = &search.analysis.mesh;
    let files = mesh.packages().filter_map(|package| package.file(FILE));
    for file in files.filter(|file| search.wants(*file)) {
        search.analysis.check()?;
        let Some(facts) = mesh.facts(file).and_then(|facts| facts.selectors.as_deref()) else { continue };
        let Some(cx) = FileCx::new(search.analysis, file) else { continue };
        let named = facts.chosen.iter().filter_map(|chosen| named(&cx, chosen, subject));
        out.extend(named.map(|range| Usage { file, range, role: Role::Value }));
    }
    Ok(())
}

/// The bytes that name the subject.
fn named(cx: &FileCx<'_>, chosen: &Chosen, subject: &Subject) -> Option<TextRange> {
    let value = chosen.value.as_str();
    let means = |value: &str| {
        selectors::thing(cx, &chosen.method, value).is_some_and(|thing| is_it(cx, &thing, subject))
    };
    match (&*chosen.method, subject) {
        // `fqn: project.folder.model`
        ("fqn", Subject::Project(name)) if cx.project.name() == name => {
            value_of_prefix(value, name, chosen.range)
        }
        ("fqn", Subject::Project(_)) => None,
        // `source: name.table`, perhaps with a package before it.
        ("source", Subject::Source(_)) => {
            let mut at = 0;
            value.split('.').find_map(|word| {
                let here = part(chosen.range, at, at + word.len());
                at += word.len() + 1;
                means(word).then_some(here)
            })
        }
        // `file:orders.sql`, `file:orders`: a file is called like its model.
        ("file", Subject::Node(node)) => {
            let rest = value.split('.').next().and_then(|stem| stem.strip_prefix(&*node.name))?;
            let is_its = rest.is_empty() || rest.starts_with("_v");
            (is_its && means(value)).then(|| part(chosen.range, 0, node.name.len()))
        }
        ("path" | "file", _) => None,
        _ => means(value).then(|| {
            // `orders.v2` names the model before its version.
            let model = dotted(value).map_or(value, |(model, _)| model);
            let versioned =
                matches!(subject, Subject::Node(node) if model.rsplit('.').next() == Some(&*node.name));
            let named = if versioned { model } else { value };
            last_word(named, part(chosen.range, 0, named.len()))
        }),
    }
}

fn is_it(cx: &FileCx<'_>, thing: &Thing, subject: &Subject) -> bool {
    match (thing, subject) {
        (Thing::Nodes(targets), Subject::Node(node)) => {
            node.version.is_none() && targets.iter().any(|target| node.is(cx.analysis, target))
        }
        (Thing::Entry(found), Subject::Source(site) | Subject::Group(site) | Subject::Entry(site))
        | (Thing::Def(found), Subject::Def(site)) => found == site,
        (Thing::Package(id), Subject::Project(name)) => {
            cx.analysis.mesh.package(*id).is_some_and(|package| package.name() == name)
        }
        _ => false,
    }
}
