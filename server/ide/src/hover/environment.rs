//! What is known of an environment variable: whether it is set, and who asks for it. Never its value, which may be a
//! secret.

use project::names::Space;
use project::refs::{Lookup, lookup};

use crate::diagnostics::FileCx;

/// So many places are named.
const SHOWN: usize = 5;

/// The Markdown of an environment variable.
pub(super) fn variable(cx: &FileCx<'_>, name: &str) -> String {
    let mesh = &cx.analysis.mesh;
    let mut parts = vec![format!("**{name}** · environment variable")];
    if let Some(environment) = &cx.analysis.environment {
        let in_file = environment.dotenv.contains(&(cx.project.id, name.into()));
        parts.push(match ((environment.is_set)(name), in_file) {
            (true, _) => "Set here.".to_owned(),
            (false, true) => "Set in the project's `.env`.".to_owned(),
            (false, false) => "Not set here.".to_owned(),
        });
    }
    if name.starts_with("DBT_ENV_SECRET") {
        parts.push(
            "A secret: dbt hides its value in logs, and takes it in profiles.yml and packages.yml only."
                .into(),
        );
    }
    let mut places: Vec<String> = Vec::new();
    for package in cx.resolver.packages() {
        for file in package.mentions(Space::EnvVar, name) {
            let (Some(entry), Some(facts)) = (mesh.file(*file), mesh.facts(*file)) else { continue };
            let calls = facts.uses.iter().map(|used| &used.call);
            let of_it = calls.filter(|call| {
                let first = call.args.first().and_then(|arg| arg.value.as_str());
                lookup(&call.name) == Lookup::EnvVar && first == Some(name)
            });
            let defaults: Vec<&str> = of_it.filter_map(|call| call.args.get(1)?.value.as_str()).collect();
            let default =
                defaults.first().map(|default| format!(", default `{default}`")).unwrap_or_default();
            places.push(format!("- {}{default}", entry.path));
        }
    }
    places.sort();
    let more = places.len().saturating_sub(SHOWN);
    places.truncate(SHOWN);
    if more > 0 {
        places.push(format!("- and {more} more"));
    }
    if !places.is_empty() {
        parts.push(format!("Asked for in\n\n{}", places.join("\n")));
    }
    parts.join("\n\n")
}
