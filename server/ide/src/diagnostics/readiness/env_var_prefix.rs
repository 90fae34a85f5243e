//! `env-var-prefix`: the dbt platform only passes environment variables whose names begin with `DBT_`
//! (docs.getdbt.com, environment variables).

use project::refs::{Lookup, lookup};
use syntax::calls::{Lit, Reach};

use crate::diagnostics::FileCx;
use crate::{Diagnostic, Severity};

pub(in crate::diagnostics) const CODE: &str = "env-var-prefix";

pub(super) fn check(cx: &FileCx<'_>, out: &mut Vec<Diagnostic>) {
    if !cx.project.config.has_cloud && cx.project.file("dbt_cloud.yml").is_none() {
        return;
    }
    for used in &cx.facts.uses {
        if lookup(&used.call.name) != Lookup::EnvVar || used.call.reach == Reach::Never {
            continue;
        }
        let Some(arg) = used.call.args.first() else { continue };
        for value in arg.value.possible() {
            let Lit::Str(name) = value else { continue };
            if name.starts_with("DBT_") || name.is_empty() {
                continue;
            }
            let message = format!(
                "the dbt platform sets no environment variable '{name}': it only has names that begin with DBT_"
            );
            out.push(Diagnostic::new(CODE, arg.inner_range(), Severity::Warning, message));
        }
    }
}
