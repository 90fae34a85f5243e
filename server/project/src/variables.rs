//! What `var('…')` gives: variables of dbt_project.yml and vars.yml, by package (spec §10).
//!
//! What `--vars` gives on the command line comes before all of them and is not known here.

use smol_str::SmolStr;

use crate::checks::VarDef;
use crate::mesh::{Mesh, PackageId};
use crate::names::{Site, Space};
use crate::package::Package;

impl Mesh {
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
