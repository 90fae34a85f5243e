//! Whom a change of a model can break: those who refer to it from other projects.

use project::names::Space;
use project::refs::{Lookup, Part, RefArgs, lookup};
use project::resolve::{Missing, Resolution, Via};
use project::{FileId, graph};
use smol_str::SmolStr;
use text::TextRange;

use crate::diagnostics::FileCx;
use crate::{Analysis, Cancellable};

/// Someone in another project who refers to a model.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Consumer {
    /// The project.
    pub project: SmolStr,
    /// The node that refers to it, as dbt writes it; `None` for a test or a macro.
    pub unique_id: Option<SmolStr>,
    /// Where, when the file is known.
    pub place: Option<(FileId, TextRange)>,
}

/// A model as others name it.
#[derive(Debug, Clone, Copy)]
pub struct Named<'n> {
    /// Its project.
    pub project: &'n str,
    /// As dbt writes it.
    pub unique_id: &'n str,
    /// The name in `ref()`.
    pub name: &'n str,
    /// Its version.
    pub version: Option<&'n str>,
    /// A `ref()` without a version means it.
    pub latest: bool,
}

/// Everyone in other projects who refers to the model, whether it is still there or not: by project and place.
pub fn consumers(analysis: &Analysis, of: Named<'_>) -> Cancellable<Vec<Consumer>> {
    let mesh = &analysis.mesh;
    let mut out = Vec::new();
    for package in mesh.packages().filter(|package| package.name() != of.project) {
        for file in package.mentions(Space::Model, of.name) {
            analysis.check()?;
            let Some(cx) = FileCx::new(analysis, *file) else { continue };
            for used in cx.facts.uses.iter().filter(|used| lookup(&used.call.name) == Lookup::Ref) {
                if !means(&cx, &RefArgs::read(&used.call, cx.flavor()), of) {
                    continue;
                }
                let node = graph::referrer(mesh, *file, used.by).and_then(|referrer| referrer.node);
                out.push(Consumer {
                    project: cx.project.name().into(),
                    unique_id: node.map(|node| mesh.unique_id(&node)),
                    place: Some((*file, used.call.range)),
                });
            }
        }
    }
    for manifest in mesh.registry.manifests.values().filter_map(|slot| slot.manifest.as_ref()) {
        for node in manifest.nodes().filter(|node| node.depends_on().any(|id| id == of.unique_id)) {
            let is_live = mesh.projects().any(|project| project.name() == node.package());
            if is_live || node.package() == of.project {
                continue;
            }
            let unique_id = Some(node.unique_id().into());
            out.push(Consumer { project: node.package().into(), unique_id, place: None });
        }
    }
    out.sort_by(|a, b| {
        let key = |of: &Consumer| (of.place.map(|(file, range)| (file, range.start())), of.unique_id.clone());
        (&a.project, key(a)).cmp(&(&b.project, key(b)))
    });
    out.dedup();
    Ok(out)
}

/// A column that someone in another project names.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ColumnReader {
    /// As it is written there.
    pub column: SmolStr,
    /// Who names it.
    pub by: Consumer,
}

/// Every column of the model that other projects of the workspace name, in SQL and properties, by project and place.
pub fn columns_read(analysis: &Analysis, of: Named<'_>) -> Cancellable<Vec<ColumnReader>> {
    let mesh = &analysis.mesh;
    let mut out = Vec::new();
    for package in mesh.packages().filter(|package| package.name() != of.project) {
        for file in package.mentions(Space::Model, of.name) {
            analysis.check()?;
            let Some(cx) = FileCx::new(analysis, *file) else { continue };
            for column in &cx.facts.columns {
                let Some(used) = cx.facts.uses.get(column.used as usize) else { continue };
                let is_ref = lookup(&used.call.name) == Lookup::Ref;
                if !is_ref || !means(&cx, &RefArgs::read(&used.call, cx.flavor()), of) {
                    continue;
                }
                let node = graph::referrer(mesh, *file, used.by).and_then(|referrer| referrer.node);
                let by = Consumer {
                    project: cx.project.name().into(),
                    unique_id: node.map(|node| mesh.unique_id(&node)),
                    place: Some((*file, column.range)),
                };
                out.push(ColumnReader { column: column.name.clone(), by });
            }
        }
    }
    out.sort_by(|a, b| {
        let key = |of: &ColumnReader| of.by.place.map(|(file, range)| (file, range.start()));
        (&a.by.project, key(a)).cmp(&(&b.by.project, key(b)))
    });
    Ok(out)
}

/// Whether a `ref()` of another project names the model. It may not resolve any more.
fn means(cx: &FileCx<'_>, args: &RefArgs, of: Named<'_>) -> bool {
    if args.name.as_ref().and_then(Part::single) != Some(of.name) {
        return false;
    }
    let is_version = match &args.version {
        None => of.latest,
        Some(part) => part.single().is_some() && part.single() == of.version,
    };
    is_version
        && match &args.package {
            Some(part) => part.single() == Some(of.project),
            // dbt-loom resolves names of upstreams without their project.
            None => {
                let version = args.version.as_ref().and_then(Part::single);
                match cx.resolver.reference(None, of.name, version) {
                    Resolution::Found { via: Via::Upstream { name, .. }, .. } => name == of.project,
                    Resolution::Missing(Missing::Model | Missing::Version { .. }) => {
                        cx.resolver.upstreams().iter().any(|upstream| upstream.name == of.project)
                    }
                    _ => false,
                }
            }
        }
}

#[cfg(test)]
mod tests {
    use expect_test::expect;

    use super::{Named, consumers};
    use crate::fixture::fixture;

    const MESH: &str = r#"
//- platform/dbt_project.yml
name: platform
//- platform/models/orders.sql
select 1
//- platform/models/report.sql
select * from {{ ref('orders') }}
//- finance/dbt_project.yml
name: finance
//- finance/dependencies.yml
projects:
  - name: platform
//- finance/models/a.sql
select * from {{ ref('platform', 'orders') }}, {{ ref('platform', 'orders', v=1) }}, {{ ref('gone', 'orders') }}
//- finance/models/schema.yml
exposures:
  - name: board
    type: dashboard
    owner: {name: Fay}
    depends_on:
      - ref('platform', 'orders', v=2)
"#;

    #[test]
    fn those_who_name_it_even_when_it_is_gone() {
        let fixture = fixture(MESH);
        let said = |version, latest| {
            let unique_id = "model.platform.orders";
            let of = Named { project: "platform", unique_id, name: "orders", version, latest };
            let found = consumers(&fixture.analysis, of).unwrap();
            let shown = found.iter().map(|consumer| {
                let (file, range) = consumer.place.unwrap();
                let text = &fixture.texts[&file][usize::from(range.start())..usize::from(range.end())];
                format!("{} {} {text}\n", consumer.project, consumer.unique_id.as_deref().unwrap_or("-"))
            });
            shown.collect::<String>()
        };
        expect![[r#"
            finance model.finance.a ref('platform', 'orders')
        "#]]
        .assert_eq(&said(None, true));
        expect![[r#"
            finance model.finance.a ref('platform', 'orders', v=1)
        "#]]
        .assert_eq(&said(Some("1"), false));
        expect![[r#"
            finance model.finance.a ref('platform', 'orders')
            finance exposure.finance.board ref('platform', 'orders', v=2)
        "#]]
        .assert_eq(&said(Some("2"), true));
    }
}
