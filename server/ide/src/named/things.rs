//! What the name at a place means.

use project::Target;
use project::names::{Site, Space};

use super::{Named, columns, levels, selectors};
use crate::diagnostics::FileCx;
use crate::thing::{Thing, group_named, macro_named, project_named, referenced};

/// The thing that a name means; `None` for what is unknown or nothing of the mesh.
pub(crate) fn thing(cx: &FileCx<'_>, named: &Named, name: &str) -> Option<Thing> {
    let mesh = &cx.analysis.mesh;
    match named {
        Named::Column(of) | Named::Listed(of) => {
            columns::find(cx, of, name).map(|column| Thing::Column(Box::new(column)))
        }
        Named::Macro => macro_named(cx, name),
        Named::Argument(site) => parameter(cx, *site, name),
        Named::Variable => mesh.var(cx.package.id, name).map(|(site, _)| Thing::Var(site)),
        Named::EnvVar => Some(Thing::EnvVar(name.into())),
        Named::Package => project_named(cx, name),
        Named::Group => group_named(cx, name),
        Named::Materialization => materialization(cx, name),
        Named::Strategy => strategy(cx, name),
        Named::Version(model) => {
            let found = referenced(cx, Some(cx.package.name()), model, Some(name));
            (!found.is_empty()).then_some(Thing::Nodes(found))
        }
        // Facts know these as soon as the entry does.
        Named::NewVersion(_) | Named::Method => None,
        Named::Stem => {
            let file = cx.package.site(Space::Model, name)?.file;
            Some(Thing::Nodes(vec![Target::Local(mesh.node_of_file(file)?)]))
        }
        Named::Level(above) => levels::thing(cx, above, name),
        Named::Selected(method) => selectors::thing(cx, method, name),
    }
}

/// A parameter of a block.
pub(crate) fn parameter(cx: &FileCx<'_>, site: Site, name: &str) -> Option<Thing> {
    let def = cx.analysis.mesh.facts(site.file)?.defs.get(site.item as usize)?;
    let at = def.params.iter().position(|param| param.name == name)?;
    Some(Thing::Parameter(site, at as u32))
}

/// The block of a materialization, the one for all adapters before others.
pub(crate) fn materialization(cx: &FileCx<'_>, name: &str) -> Option<Thing> {
    let usual = format!("materialization_{name}_default");
    let by_name = cx.resolver.packages().find_map(|package| package.site(Space::Macro, &usual));
    let prefix = format!("materialization_{name}_");
    let any = || {
        let mut all = cx.resolver.packages().flat_map(|package| package.names(Space::Macro));
        let (_, sites) = all.find(|(known, _)| {
            known.strip_prefix(&*prefix).is_some_and(|adapter| !adapter.is_empty() && !adapter.contains('_'))
        })?;
        sites.first().copied()
    };
    by_name.or_else(any).map(Thing::Def)
}

/// The macro of an incremental strategy.
pub(crate) fn strategy(cx: &FileCx<'_>, name: &str) -> Option<Thing> {
    let name = format!("get_incremental_{}_sql", name.replace('+', "_"));
    cx.resolver.packages().find_map(|package| package.site(Space::Macro, &name)).map(Thing::Def)
}
