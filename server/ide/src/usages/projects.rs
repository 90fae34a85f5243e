//! Who names a project or package: `ref()` and the like with two arguments, calls of its macros and tests,
//! `dependencies.yml`, `dbt_mesh.yml`, config trees, `vars` and `dispatch` of project files.

use project::facts::{FileFacts, Use};
use project::flavor::Flavor;
use project::graph;
use project::layout::FileKind;
use project::refs::{Lookup, RefArgs, lookup};
use smol_str::SmolStr;
use text::TextRange;

use super::{Role, Search, Usage, variables};
use crate::Cancellable;

pub(super) fn of_project(search: Search<'_>, name: &str, out: &mut Vec<Usage>) -> Cancellable<()> {
    let mesh = &search.analysis.mesh;
    search.each_file(|file, entry, facts| {
        let mut value = |range| out.push(Usage { file, range, role: Role::Value });
        if entry.kind == FileKind::Dependencies {
            let projects = facts.dependencies.iter().flat_map(|facts| facts.projects.iter());
            projects.filter(|dep| dep.name == name).for_each(|dep| value(dep.name_range));
        }
        in_settings(facts, name).for_each(&mut value);
        let scopes = facts.vars.iter().filter(|def| def.name == name && variables::is_scope(facts, def));
        scopes.for_each(|def| value(def.name_range));
        for test in facts.entries.iter().flat_map(|entry| entry.tests.iter()) {
            value_of_prefix(&test.name, name, test.range).into_iter().for_each(&mut value);
        }
        let flavor = mesh.flavor(entry.package);
        for (used, at) in facts.uses.iter().zip(0..) {
            let role = if lookup(&used.call.name) == Lookup::Macro && used.call.name != "adapter.dispatch" {
                Role::Value
            } else {
                Role::Call(at)
            };
            out.extend(in_call(used, name, flavor).map(|range| Usage { file, range, role }));
        }
    })
}

/// The first levels of config trees, the packages of `dispatch`, the upstreams of `dbt_mesh.yml`.
fn in_settings<'f>(facts: &'f FileFacts, name: &'f str) -> impl Iterator<Item = TextRange> + 'f {
    let config = || facts.project.iter();
    let levels = config().flat_map(|config| config.levels.iter());
    let levels = levels.filter(move |level| matches!(&*level.path, [top] if top == name));
    let dispatched = config().flat_map(|config| config.dispatched.iter());
    let upstreams = facts.upstreams.iter().flat_map(|upstreams| upstreams.names.iter());
    let is_it = move |(known, _): &&(SmolStr, TextRange)| known == name;
    let named = dispatched.chain(upstreams).filter(is_it).map(|(_, range)| *range);
    levels.map(|level| level.range).chain(named)
}

/// The bytes of `utils` in `utils.star`.
pub(super) fn value_of_prefix(written: &str, name: &str, range: TextRange) -> Option<TextRange> {
    written.strip_prefix(name)?.starts_with('.').then(|| TextRange::at(range.start(), text::size(name.len())))
}

fn in_call(used: &Use, name: &str, flavor: Flavor) -> Option<TextRange> {
    let call = &used.call;
    let first =
        || call.args.first().filter(|arg| arg.value.as_str() == Some(name)).map(|arg| arg.inner_range());
    match lookup(&call.name) {
        Lookup::Ref if call.args.iter().filter(|arg| arg.keyword.is_none()).count() == 2 => {
            let args = RefArgs::read(call, flavor);
            args.package.filter(|part| part.single() == Some(name)).map(|part| part.range)
        }
        Lookup::Metric | Lookup::Function => graph::named(used)?.0.and_then(|_| first()),
        Lookup::Doc => first().filter(|_| call.args.len() == 2),
        Lookup::Macro if call.name == "adapter.dispatch" => {
            let namespace = call.args.get(1).filter(|arg| arg.value.as_str() == Some(name))?;
            Some(namespace.inner_range())
        }
        Lookup::Macro => value_of_prefix(&call.name, name, call.name_range),
        _ => None,
    }
}
