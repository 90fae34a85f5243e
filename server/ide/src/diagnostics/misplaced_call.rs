//! `misplaced-call`: `ref`, `source`, `doc` or a macro in a text that dbt renders without them (spec §3). Those in docs
//! blocks are facts of the file, see `project::facts::Shape`.

use project::facts::{By, Section};
use project::flavor::Flavor;
use project::node::Tri;
use project::refs::{Lookup, lookup};
use syntax::calls::Reach;

use super::FileCx;
use crate::{Diagnostic, Severity};

pub(super) const CODE: &str = "misplaced-call";

/// What dbt knows while it reads properties, functions and objects with methods.
const EARLY: &[&str] = &[
    "builtins",
    "caller",
    "context",
    "cycler",
    "dbt_metadata_envs",
    "dbt_version",
    "dict",
    "diff_of_two_dicts",
    "doc",
    "env_var",
    "exceptions",
    "flags",
    "fromjson",
    "fromyaml",
    "graph",
    "invocation_id",
    "joiner",
    "lipsum",
    "local_md5",
    "log",
    "loop",
    "model",
    "modules",
    "namespace",
    "print",
    "project_name",
    "range",
    "return",
    "run_started_at",
    "self",
    "set",
    "set_strict",
    "super",
    "target",
    "this",
    "thread_id",
    "tojson",
    "toyaml",
    "try_or_compiler_error",
    "var",
    "zip",
    "zip_strict",
];

/// In descriptions, `meta` and `docs` of a properties file, and configs of generic tests.
pub(super) fn check(cx: &FileCx<'_>, out: &mut Vec<Diagnostic>) {
    for used in cx.facts.uses.iter().filter(|used| used.call.reach == Reach::Always && used.call.complete) {
        let lookup = lookup(&used.call.name);
        let node = matches!(lookup, Lookup::Ref | Lookup::Source);
        // dbt v1 renders some texts before it knows docs.
        let doc = lookup == Lookup::Doc && cx.flavor() == Flavor::V1;
        let (at, unknown) = match used.by {
            By::Text(at) => (at, node),
            By::Early(at) => (at, node || doc || is_macro(cx, &used.call.name)),
            By::Entry(at) => (at, doc),
            _ => continue,
        };
        if unknown && is_rendered(cx, at) {
            let name = &used.call.name;
            let what = if matches!(used.by, By::Text(_)) { "descriptions are" } else { "this is" };
            let message = format!("{name}() is not known here: {what} rendered without it");
            out.push(Diagnostic::new(CODE, used.call.name_range, Severity::Error, message));
        }
    }
}

/// Whether it can only be a macro, which dbt does not know yet; v2 does not look at those of packages.
fn is_macro(cx: &FileCx<'_>, name: &str) -> bool {
    let (first, rest) = name.split_once('.').map_or((name, None), |(first, rest)| (first, Some(rest)));
    let known = EARLY.contains(&first) || matches!(first, "ref" | "source");
    !known && (rest.is_none() || cx.flavor() == Flavor::V1)
}

/// Whether dbt surely renders the texts of an entry: those of a model that is built, and of sources.
fn is_rendered(cx: &FileCx<'_>, at: u32) -> bool {
    let Some(entry) = cx.facts.entries.get(at as usize) else { return false };
    let mesh = &cx.analysis.mesh;
    let node = match entry.section {
        Section::Models => mesh.model(cx.package, &entry.name),
        Section::Tables => mesh.table(cx.package, &entry.index_name(cx.facts)),
        _ => None,
    };
    node.is_some_and(|node| mesh.enabled(&node) == Tri::Yes)
}

#[cfg(test)]
mod tests {
    use expect_test::expect;

    use crate::diagnostics::tests::check;

    #[test]
    fn in_descriptions() {
        check(
            "
//- shop/dbt_project.yml
name: shop
//- shop/models/a.sql
select 1
//- shop/models/idle.sql
{{ config(enabled=false) }} select 1
//- shop/models/_models.yml
models:
  - name: a
    description: \"see {{ ref('a') }} and {{ doc('x') }}\"
    config:
      meta: {from: \"{{ source('raw', 't') }}\"}
  - name: idle
    description: \"see {{ ref('a') }}\"
",
            expect![[r#"
                error[misplaced-call]: ref() is not known here: descriptions are rendered without it
                 --> shop/models/_models.yml:3:26
                  |
                3 |     description: "see {{ ref('a') }} and {{ doc('x') }}"
                  |                          ^^^
                error[unknown-doc]: no docs block 'x': write {% docs x %} in a .md file of a resource folder
                 --> shop/models/_models.yml:3:50
                  |
                3 |     description: "see {{ ref('a') }} and {{ doc('x') }}"
                  |                                                  ^
                error[unknown-source]: no source 'raw': declare it under 'sources:' in a properties file
                 --> shop/models/_models.yml:5:32
                  |
                5 |       meta: {from: "{{ source('raw', 't') }}"}
                  |                                ^^^
            "#]],
        );
    }
}
