//! What `var('…')` gives: variables of dbt_project.yml and vars.yml, by package (spec §10).
//!
//! What `--vars` gives on the command line comes before all of them, as far as somebody told us of it.

use rustc_hash::FxHashMap;
use smol_str::SmolStr;
use syntax::calls::Value;
use syntax::yaml::{Dialect, Kind};

use crate::checks::VarDef;
use crate::facts::yaml_value;
use crate::mesh::{Mesh, PackageId};
use crate::names::{Site, Space};
use crate::package::Package;

/// Variables by name.
pub type Values = FxHashMap<SmolStr, Value>;

/// What `--vars` of dbt's command line gives, as settings tell it.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Supplied {
    /// For all projects, from the editor's settings or our command line: they win.
    pub everywhere: Values,
    /// From each project's `dbt_mesh.yml`.
    pub by_project: FxHashMap<PackageId, Values>,
}

/// The variables in a YAML (or JSON) mapping such as dbt takes for `--vars`; `None` when it is no mapping.
pub fn supplied(text: &str, dialect: Dialect) -> Option<Values> {
    let tree = syntax::yaml::parse(text);
    let root = tree.root(text)?;
    let is_mapping = root.kind() == Kind::Mapping && tree.errors.is_empty();
    is_mapping.then(|| values(root, dialect))
}

/// The entries of a mapping of variables.
pub(crate) fn values(vars: syntax::yaml::Node<'_>, dialect: Dialect) -> Values {
    vars.entries().map(|entry| (SmolStr::new(&entry.key), yaml_value(entry.value, dialect))).collect()
}

impl Mesh {
    /// What dbt's command line gives for `var(name)` in files of `package`, as far as it is known.
    pub fn supplied_var(&self, package: PackageId, name: &str) -> Option<&Value> {
        let of_project = || self.supplied.by_project.get(&self.project_of(package)?.id)?.get(name);
        self.supplied.everywhere.get(name).or_else(of_project)
    }

    /// The names of all variables of dbt's command line that are known for `package`.
    pub fn supplied_names(&self, package: PackageId) -> impl Iterator<Item = &SmolStr> {
        let of_project = self.project_of(package).and_then(|p| self.supplied.by_project.get(&p.id));
        self.supplied.everywhere.keys().chain(of_project.into_iter().flat_map(FxHashMap::keys))
    }

    /// The variable that `var(name)` finds in a file of `package`: of the root project for that package, of the root
    /// project for all, of the package itself.
    pub fn var(&self, package: PackageId, name: &str) -> Option<(Site, &VarDef)> {
        let project = self.project_of(package)?;
        let package = self.package(package)?;
        let scoped = || self.var_in(project, name, Some(package.name()));
        let own = || {
            (project.id != package.id).then_some(()).and_then(|()| {
                self.var_in(package, name, Some(package.name())).or_else(|| self.var_in(package, name, None))
            })
        };
        scoped().or_else(|| self.var_in(project, name, None)).or_else(own)
    }

    /// The variable that `var(name)` finds while the dbt_project.yml of `project` is read: of vars.yml only.
    pub(crate) fn early_var(&self, project: &Package, name: &str) -> Option<&VarDef> {
        let file = project.file("vars.yml")?;
        self.facts(file)?.vars.iter().rev().find(|def| def.name == name && def.scope.is_none())
    }

    /// Every variable that files of `package` can ask for, the nearest of a name first.
    pub fn vars(&self, package: PackageId) -> Vec<(Site, &VarDef)> {
        let (Some(package), Some(project)) = (self.package(package), self.project_of(package)) else {
            return Vec::new();
        };
        let mut names: Vec<&SmolStr> = project.names(Space::Var).map(|(name, _)| name).collect();
        if project.id != package.id {
            names.extend(package.names(Space::Var).map(|(name, _)| name));
        }
        names.sort();
        names.dedup();
        names.into_iter().filter_map(|name| self.var(package.id, name)).collect()
    }

    /// The last one of a name that a package sets, at top level or for `scope`.
    fn var_in(&self, package: &Package, name: &str, scope: Option<&str>) -> Option<(Site, &VarDef)> {
        let sites = package.sites(Space::Var, name).iter().rev();
        sites
            .filter_map(|site| Some((*site, self.var_at(*site)?)))
            .find(|(_, def)| def.scope.as_deref() == scope)
    }

    /// The variable at a site.
    pub fn var_at(&self, site: Site) -> Option<&VarDef> {
        self.facts(site.file)?.vars.get(site.item as usize)
    }
}
