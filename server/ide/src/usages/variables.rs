//! Who sets and who asks for a variable: `vars` of project files and vars.yml, `var()` in a project and its packages.

use project::PackageId;
use project::checks::VarDef;
use project::facts::FileFacts;
use project::facts::resources::Wanted;
use project::names::Site;
use project::refs::{Lookup, lookup};
use syntax::calls::{Lit, Value};
use text::TextRange;

use super::calls::named_as;
use super::{Role, Search, Subject, Usage, used_here};
use crate::diagnostics::FileCx;
use crate::{Analysis, Cancellable, FilePos};

/// The variable that is set at a place; the project, where the key above variables is one's name.
pub(super) fn subject(analysis: &Analysis, site: Site) -> Option<Subject> {
    let mesh = &analysis.mesh;
    let def = mesh.var_at(site)?;
    if is_scope(mesh.facts(site.file)?, def) && mesh.packages().any(|package| package.name() == def.name) {
        return Some(Subject::Project(def.name.clone()));
    }
    let project = mesh.project_of(mesh.file(site.file)?.package)?.id;
    // `vars: utils: …` sets a variable of a package, which may be a link to a project that is here.
    let linked = def.scope.as_deref().and_then(|name| used_here(mesh, project, name));
    let project = linked.unwrap_or(project);
    Some(Subject::Var { project, name: def.name.clone() })
}

/// A variable that is asked for at a place and that no file sets: `--vars` may.
pub(crate) fn unset(analysis: &Analysis, pos: FilePos) -> Option<(Subject, TextRange)> {
    let cx = FileCx::new(analysis, pos.file)?;
    let calls = cx.facts.uses.iter().map(|used| &used.call).filter(|call| lookup(&call.name) == Lookup::Var);
    let mut names = calls.filter_map(|call| call.args.first().filter(|arg| arg.keyword.is_none()));
    let name = names.find(|arg| arg.inner_range().contains_inclusive(pos.offset))?;
    let subject = Subject::Var { project: cx.project.id, name: name.value.as_str()?.into() };
    Some((subject, name.inner_range()))
}

/// Whether variables stand below it: then it is a package's name, or a variable that is a mapping.
pub(super) fn is_scope(facts: &FileFacts, def: &VarDef) -> bool {
    let is_mapping = matches!(def.value, Value::Literal(Lit::Dict { .. })) || def.value == Value::Unknown;
    let holds = || facts.vars.iter().any(|inner| inner.scope.as_ref() == Some(&def.name));
    def.scope.is_none() && is_mapping && holds()
}

pub(super) fn of_var(
    search: Search<'_>,
    project: PackageId,
    name: &str,
    out: &mut Vec<Usage>,
) -> Cancellable<()> {
    let mesh = &search.analysis.mesh;
    let home = mesh.package(project);
    search.each_file(|file, entry, facts| {
        let of = mesh.project_of(entry.package);
        if let (Some(of), Some(home)) = (of, home)
            && of.id != project
        {
            // Other projects set it below the name of a package that is a link to this one.
            let scoped =
                facts.vars.iter().filter(|def| def.name == name && def.scope.as_deref() == Some(home.name()));
            let is_here = || used_here(mesh, of.id, home.name()) == Some(home.id);
            let mut scoped = scoped.peekable();
            if scoped.peek().is_some() && is_here() {
                out.extend(scoped.map(|def| Usage { file, range: def.name_range, role: Role::Declaration }));
            }
        }
        if of.is_none_or(|of| of.id != project) {
            return;
        }
        let defs = facts.vars.iter().filter(|def| def.name == name);
        out.extend(defs.map(|def| Usage { file, range: def.name_range, role: Role::Declaration }));
        let overridden = named_as(facts, Wanted::OverriddenVar).filter(|used| used.name == name);
        out.extend(overridden.map(|used| Usage { file, range: used.range, role: Role::Value }));
        for (used, at) in facts.uses.iter().zip(0..) {
            let first = used.call.args.first().filter(|arg| arg.keyword.is_none());
            let is_it = |arg: &&syntax::calls::Arg| arg.value.as_str() == Some(name);
            if lookup(&used.call.name) == Lookup::Var
                && let Some(arg) = first.filter(is_it)
            {
                out.push(Usage { file, range: arg.inner_range(), role: Role::Call(at) });
            }
        }
    })
}
