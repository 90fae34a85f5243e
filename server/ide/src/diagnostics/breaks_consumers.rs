//! `breaks-consumers`: another project of the workspace refers to this model, and cannot any more.
//!
//! The consumer's file has the error; here is told where it can still be prevented, while it is typed. Whether it
//! ever worked only an earlier manifest knows: without one, it may be the consumer's slip, and is a hint.

use std::collections::BTreeMap;

use project::access::violation;
use project::facts::{ColumnUse, Entry, Section, Use};
use project::layout::FileKind;
use project::names::Space;
use project::node::Access;
use project::refs::{Lookup, Part, RefArgs, lookup};
use project::registry::{OfferSource, Supply};
use project::resolve::{Missing, Resolution};
use project::upstream::manifest::NodeRef as Known;
use project::version::Version;
use project::{FileId, NodeKind, NodeRef, Target, graph};
use smol_str::SmolStr;
use syntax::calls::Reach;
use syntax::select::{self, Output};
use text::TextRange;

use super::FileCx;
use crate::{Cancellable, Diagnostic, Place, Severity};

pub(super) const CODE: &str = "breaks-consumers";

/// How many places are named.
const NAMED: usize = 5;

/// What a consumer misses.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
enum Why {
    Gone,
    Disabled,
    Access,
    Version(SmolStr),
    Column(SmolStr),
}

/// A reference in another project.
struct Broken {
    project: SmolStr,
    file: FileId,
    range: TextRange,
}

impl Broken {
    fn at(theirs: &FileCx<'_>, range: TextRange) -> Broken {
        Broken { project: theirs.project.name().into(), file: theirs.file, range }
    }
}

/// The files of other projects that mention a model's name.
fn consumers<'a>(cx: &FileCx<'a>, name: &str) -> impl Iterator<Item = FileCx<'a>> {
    let (analysis, package, project) = (cx.analysis, cx.package.id, cx.project.id);
    let packages = analysis.mesh.packages().filter(move |other| other.id != package);
    let files = packages.flat_map(move |other| other.mentions(Space::Model, name));
    let theirs = files.filter_map(move |file| FileCx::new(analysis, *file));
    theirs.filter(move |theirs| theirs.project.id != project && !theirs.project.name().is_empty())
}

pub(super) fn check(cx: &FileCx<'_>, out: &mut Vec<Diagnostic>) -> Cancellable<()> {
    if cx.entry.kind == FileKind::Model {
        return in_sql(cx, out);
    }
    if cx.entry.kind != FileKind::Properties || !cx.facts.errors.is_empty() {
        return Ok(());
    }
    for entry in cx.facts.entries.iter().filter(|entry| entry.section == Section::Models) {
        cx.analysis.check()?;
        let mut found: BTreeMap<Why, Vec<Broken>> = BTreeMap::new();
        for theirs in consumers(cx, &entry.name) {
            for used in theirs.facts.uses.iter().filter(|used| lookup(&used.call.name) == Lookup::Ref) {
                if let Some((why, range)) = broken(cx, entry, &theirs, used) {
                    found.entry(why).or_default().push(Broken::at(&theirs, range));
                }
            }
            // The columns of one call stand together.
            let mut of = None;
            for column in &theirs.facts.columns {
                if of.as_ref().is_none_or(|(used, _)| *used != column.used) {
                    of = Some((column.used, read_model(cx, entry, &theirs, column.used)));
                }
                let node = of.as_ref().and_then(|(_, node)| node.as_ref());
                if node.is_some_and(|node| is_missing(cx, entry, node, column)) {
                    let why = Why::Column(column.name.to_lowercase().into());
                    found.entry(why).or_default().push(Broken::at(&theirs, column.range));
                }
            }
        }
        for (why, mut broken) in found {
            let path = |file| cx.analysis.mesh.path(file).unwrap_or_default();
            broken.sort_by_cached_key(|broken| (path(broken.file), broken.range.start()));
            out.push(told(cx, entry, &why, &broken));
        }
    }
    Ok(())
}

/// Columns that a public model's query does not give although its YAML, or a manifest that is at hand, says so, and that
/// others name. Only where every column of the query is known.
fn in_sql(cx: &FileCx<'_>, out: &mut Vec<Diagnostic>) -> Cancellable<()> {
    let mesh = &cx.analysis.mesh;
    let node = mesh.node_of_file(cx.file).filter(|node| mesh.access(node) == Some(Access::Public));
    let entry = node.as_ref().and_then(|node| mesh.entry(node.entry?));
    let (Some(node), Some((_, entry)), Some(text)) = (node.as_ref(), entry, cx.analysis.text(cx.file)) else {
        return Ok(());
    };
    let mut given: Option<Option<Output>> = None;
    let mut found: BTreeMap<Why, Vec<Broken>> = BTreeMap::new();
    for theirs in consumers(cx, &node.name) {
        cx.analysis.check()?;
        for column in &theirs.facts.columns {
            let same = |name: &str| name.eq_ignore_ascii_case(&column.name);
            let why = Why::Column(column.name.to_lowercase().into());
            let listed = || mesh.columns(node).iter().any(|known| same(&known.name));
            if read_model(cx, entry, &theirs, column.used).as_ref() != Some(node)
                || !(listed() || has_worked(cx, entry, &why))
            {
                continue;
            }
            let query = || select::output(text, &syntax::jinja::parse(text));
            let Some(Output::Columns(given)) = given.get_or_insert_with(query) else { return Ok(()) };
            if !given.iter().any(|given| same(&given.name)) {
                found.entry(why).or_default().push(Broken::at(&theirs, column.range));
            }
        }
    }
    if found.is_empty() {
        return Ok(());
    }
    // The last query is the one that makes the columns. Without a `from` it is being typed; what some dialects have
    // beside plain unions and quotes is not read.
    const SELECT: &str = "select";
    let lower = text.to_ascii_lowercase();
    let at = lower.rfind(SELECT);
    let is_whole =
        at.is_some_and(|at| lower[at..].split(|c: char| !c.is_alphanumeric()).any(|word| word == "from"));
    if !is_whole || lower.contains("by name") || text.contains("$$") {
        return Ok(());
    }
    let range = at.map_or_else(TextRange::default, |at| text::range(at, at + SELECT.len()));
    for (why, broken) in found {
        let finding = told(cx, entry, &why, &broken);
        out.push(Diagnostic { range, severity: Severity::Warning, ..finding });
    }
    Ok(())
}

/// Why a reference of another project to this model does not work.
fn broken(cx: &FileCx<'_>, entry: &Entry, theirs: &FileCx<'_>, used: &Use) -> Option<(Why, TextRange)> {
    if used.call.reach == Reach::Never {
        return None;
    }
    let args = RefArgs::read(&used.call, theirs.flavor());
    let name = args.name.as_ref().filter(|part| part.single() == Some(&entry.name))?;
    // Without its project a name may mean much else.
    let package = args.package.as_ref()?.single().filter(|package| *package == cx.package.name())?;
    if args.version.as_ref().is_some_and(|part| part.single().is_none()) {
        return None;
    }
    let is_ours = |supply: Option<&Supply>| matches!(supply, Some(Supply::Live(id)) if *id == cx.package.id);
    let upstream = theirs.resolver.upstreams().iter().find(|upstream| upstream.name == package)?;
    if !is_ours(upstream.supply.as_ref()) {
        return None;
    }
    let version = args.version.as_ref().and_then(Part::single);
    let why = match theirs.resolver.reference(Some(package), &entry.name, version) {
        Resolution::Found { target: target @ Target::Local(_), via, .. } => {
            let referrer = graph::referrer(&cx.analysis.mesh, theirs.file, used.by)?;
            violation(&cx.analysis.mesh, &referrer, &target, &via).map(|_| Why::Access)?
        }
        Resolution::Disabled(Target::Local(_)) => Why::Disabled,
        Resolution::Missing(Missing::Version { .. }) => {
            let version = SmolStr::new(version?);
            is_older(entry, &version).then_some(Why::Version(version))?
        }
        Resolution::Missing(Missing::Model) => Why::Gone,
        _ => return None,
    };
    Some((why, name.range))
}

/// The model of this entry that a call of another project reads.
fn read_model(cx: &FileCx<'_>, entry: &Entry, theirs: &FileCx<'_>, used: u32) -> Option<NodeRef> {
    let used = theirs.facts.uses.get(used as usize)?;
    if used.call.reach == Reach::Never || lookup(&used.call.name) != Lookup::Ref {
        return None;
    }
    let args = RefArgs::read(&used.call, theirs.flavor());
    args.name.as_ref().filter(|part| part.single() == Some(&entry.name))?;
    let mut targets = graph::targets(&theirs.resolver, used).into_iter();
    match (targets.next()?, targets.next()) {
        (Target::Local(node), None) if node.package == cx.package.id && node.kind == NodeKind::Model => {
            Some(node)
        }
        _ => None,
    }
}

/// Whether a column that is named is none of the model. Only a contract says what it has: one that is enforced now, or
/// was when the manifest that is at hand was written. A word without its relation may be none at all, unless it was one.
fn is_missing(cx: &FileCx<'_>, entry: &Entry, node: &NodeRef, column: &ColumnUse) -> bool {
    let mesh = &cx.analysis.mesh;
    let same = |name: &str| name.eq_ignore_ascii_case(&column.name);
    let columns = mesh.columns(node);
    // Warehouses have hidden columns: they begin so.
    if column.name.starts_with('_') || columns.iter().any(|known| same(&known.name)) {
        return false;
    }
    let promised = mesh.contract(node) == Some(true) && !columns.is_empty() && !column.bare;
    promised
        || before(cx, entry).any(|old| {
            old.version() == node.version.as_deref()
                && old.contract_enforced()
                && old.columns().any(|known| same(known.name))
        })
}

/// Whether a version can be one that was there: others are slips of whoever asks for them.
fn is_older(entry: &Entry, version: &SmolStr) -> bool {
    let asked = Version { text: version.clone(), is_str: false };
    let listed = entry.versions.iter().flatten().filter_map(|element| element.version.as_ref());
    asked.number().is_some() && listed.into_iter().any(|known| known.order(&asked).is_gt())
}

/// The model as the manifests that are at hand have it.
fn before<'a>(cx: &FileCx<'a>, entry: &Entry) -> impl Iterator<Item = Known<'a>> {
    let package = cx.package.name();
    let name = entry.name.clone();
    let registry = &cx.analysis.mesh.registry;
    let offered = registry.offers.values().flatten().filter_map(|offer| match &offer.source {
        OfferSource::Manifest(key) => registry.manifests.get(key)?.manifest.as_ref(),
        _ => None,
    });
    offered.flat_map(move |manifest| {
        manifest.by_name(package, &name).iter().filter_map(move |at| manifest.node_at(*at))
    })
}

/// Whether a manifest that is at hand says that it worked.
fn has_worked(cx: &FileCx<'_>, entry: &Entry, why: &Why) -> bool {
    before(cx, entry).any(|node| {
        let same = match why {
            Why::Version(version) => node.version() == Some(version),
            Why::Column(name) => node.columns().any(|known| known.name.eq_ignore_ascii_case(name)),
            _ => true,
        };
        same && node.enabled() && node.access() == Access::Public
    })
}

fn told(cx: &FileCx<'_>, entry: &Entry, why: &Why, broken: &[Broken]) -> Diagnostic {
    let name = &entry.name;
    let mut projects: Vec<&str> = broken.iter().map(|broken| broken.project.as_str()).collect();
    projects.sort_unstable();
    projects.dedup();
    let readers = match (broken.len(), projects.as_slice()) {
        (1, [project]) => format!("a reference in '{project}'"),
        (many, [project]) => format!("{many} references in '{project}'"),
        (many, projects) => {
            format!("{many} references in {} projects ({})", projects.len(), projects.join(", "))
        }
    };
    let reads = if broken.len() == 1 { "reads" } else { "read" };
    let message = match why {
        Why::Gone => format!("'{name}' has no file, but {readers} {reads} it"),
        Why::Disabled => format!("'{name}' is disabled, but {readers} {reads} it"),
        Why::Access => format!("'{name}' is not public, but {readers} {reads} it"),
        Why::Version(version) => format!("'{name}' has no version {version}, but {readers} {reads} it"),
        Why::Column(column) => {
            let names = if broken.len() == 1 { "names" } else { "name" };
            format!("'{name}' has no column '{column}', but {readers} {names} it")
        }
    };
    let access = entry.settings.get("access").filter(|_| *why == Why::Access);
    let range = access.map_or(entry.name_range, |setting| setting.value_range);
    let severity = if has_worked(cx, entry, why) { Severity::Warning } else { Severity::Hint };
    let finding = Diagnostic::new(CODE, range, severity, message);
    broken.iter().take(NAMED).fold(finding, |finding, broken| {
        let place = Place::File { file: broken.file, full: broken.range, focus: broken.range };
        finding.related(Some(place), format!("read in '{}'", broken.project))
    })
}

#[cfg(test)]
mod tests {
    use expect_test::{Expect, expect};

    use crate::diagnostics::tests::check;

    fn platform(schema: &str, expected: Expect) {
        check(
            &format!(
                "
//- platform/dbt_project.yml
name: platform
//- platform/models/orders_v2.sql
select 1
//- platform/models/customers.sql
select 1
//- platform/models/schema.yml
{schema}
//- finance/dbt_project.yml
name: finance
//- finance/dependencies.yml
projects:
  - name: platform
//- finance/models/customers.sql
select * from {{{{ ref('platform', 'customers') }}}}
//- finance/models/report.sql
select * from {{{{ ref('platform', 'orders', v=1) }}}}, {{{{ ref('platform', 'orders', v=2) }}}},
    {{{{ ref('platform', 'customers') }}}}, {{{{ ref('customers') }}}}
"
            ),
            expected,
        );
    }

    #[test]
    fn a_column_that_a_contract_does_not_have() {
        check(
            "
//- platform/dbt_project.yml
name: platform
//- platform/models/orders.sql
select 1
//- platform/models/schema.yml
models:
  - name: orders
    access: public
    config: {contract: {enforced: true}}
    columns: [{name: id, data_type: int}, {name: Total, data_type: int}]
//- finance/dbt_project.yml
name: finance
//- finance/dependencies.yml
projects:
  - name: platform
//- finance/models/report.sql
with orders as (select * from {{ ref('platform', 'orders') }})
select o.id, o.amount, sum(total) as gone from orders o
//- finance/models/other.sql
select gone, other.never from {{ ref('platform', 'orders') }} join other using (id)
//- finance/models/schema.yml
models:
  - name: other
    data_tests:
      - relationships: {arguments: {to: \"ref('platform', 'orders')\", field: order_id}}
",
            expect![[r#"
                hint[breaks-consumers]: 'orders' has no column 'amount', but a reference in 'finance' names it
                 --> platform/models/schema.yml:2:11
                  |
                2 |   - name: orders
                  |           ^^^^^^
                  |
                  = note: read in 'finance': finance/models/report.sql:2
                hint[breaks-consumers]: 'orders' has no column 'order_id', but a reference in 'finance' names it
                 --> platform/models/schema.yml:2:11
                  |
                2 |   - name: orders
                  |           ^^^^^^
                  |
                  = note: read in 'finance': finance/models/schema.yml:4
            "#]],
        );
    }

    #[test]
    fn a_column_that_the_query_does_not_give_any_more() {
        let mesh = |sql: &str| {
            format!(
                "
//- platform/dbt_project.yml
name: platform
//- platform/models/orders.sql
{sql}
//- platform/models/schema.yml
models:
  - name: orders
    access: public
    columns: [{{name: id}}, {{name: total}}]
//- finance/dbt_project.yml
name: finance
//- finance/dependencies.yml
projects:
  - name: platform
//- finance/models/report.sql
select o.id, o.total, o.other from {{{{ ref('platform', 'orders') }}}} o
"
            )
        };
        check(
            &mesh("with a as (select 1)\nselect id, amount from a"),
            expect![[r#"
            warning[breaks-consumers]: 'orders' has no column 'total', but a reference in 'finance' names it
             --> platform/models/orders.sql:2:1
              |
            2 | select id, amount from a
              | ^^^^^^
              |
              = note: read in 'finance': finance/models/report.sql:1
        "#]],
        );
        for fine in
            ["select id, TOTAL from a", "select * from a", "select id, {{ var('c', 'total') }} from a"]
        {
            check(&mesh(fine), expect!["nothing\n"]);
        }
    }

    #[test]
    fn nothing_breaks() {
        platform(
            "models: [{name: customers, access: public}, {name: orders, access: public, versions: [{v: 1, defined_in: orders_v2}, {v: 2}]}]",
            expect![[r#"
                error[invalid-versions]: two versions of 'orders' are defined in the file 'orders_v2': each needs its own
                 --> platform/models/schema.yml:1:122
                  |
                1 | models: [{name: customers, access: public}, {name: orders, access: public, versions: [{v: 1, defined_in: orders_v2}, {v: 2}]}]
                  |                                                                                                                          ^
            "#]],
        );
    }

    #[test]
    fn a_version_gone_and_access_lowered() {
        platform(
            "models:
  - name: customers
    access: protected
  - name: orders
    access: public
    versions:
      - v: 2",
            expect![[r#"
                hint[breaks-consumers]: 'customers' is not public, but 2 references in 'finance' read it
                 --> platform/models/schema.yml:3:13
                  |
                3 |     access: protected
                  |             ^^^^^^^^^
                  |
                  = note: read in 'finance': finance/models/customers.sql:1
                  = note: read in 'finance': finance/models/report.sql:2
                hint[breaks-consumers]: 'orders' has no version 1, but a reference in 'finance' reads it
                 --> platform/models/schema.yml:4:11
                  |
                4 |   - name: orders
                  |           ^^^^^^
                  |
                  = note: read in 'finance': finance/models/report.sql:1
                error[protected-model]: 'customers' is protected: only 'platform' may refer to it; ask for 'access: public', or read a public model
                 --> finance/models/customers.sql:1:35
                  |
                1 | select * from {{ ref('platform', 'customers') }}
                  |                                   ^^^^^^^^^
                  |
                  = note: 'customers' of 'platform': platform/models/schema.yml:2
                error[unknown-version]: 'orders' has no version 1; it has 2 (latest)
                 --> finance/models/report.sql:1:46
                  |
                1 | select * from {{ ref('platform', 'orders', v=1) }}, {{ ref('platform', 'orders', v=2) }},
                  |                                              ^
                  |
                  = note: its versions are listed here: platform/models/schema.yml:4
                  = fix: Use version 2, the latest
                error[protected-model]: 'customers' is protected: only 'platform' may refer to it; ask for 'access: public', or read a public model
                 --> finance/models/report.sql:2:25
                  |
                2 |     {{ ref('platform', 'customers') }}, {{ ref('customers') }}
                  |                         ^^^^^^^^^
                  |
                  = note: 'customers' of 'platform': platform/models/schema.yml:2
            "#]],
        );
    }

    #[test]
    fn disabled_and_without_a_file() {
        platform(
            "models:
  - name: customers
    config: {enabled: false}
  - name: orders
    access: public
    versions:
      - v: 1
      - v: 2",
            expect![[r#"
                hint[breaks-consumers]: 'customers' is disabled, but 2 references in 'finance' read it
                 --> platform/models/schema.yml:2:11
                  |
                2 |   - name: customers
                  |           ^^^^^^^^^
                  |
                  = note: read in 'finance': finance/models/customers.sql:1
                  = note: read in 'finance': finance/models/report.sql:2
                hint[breaks-consumers]: 'orders' has no version 1, but a reference in 'finance' reads it
                 --> platform/models/schema.yml:4:11
                  |
                4 |   - name: orders
                  |           ^^^^^^
                  |
                  = note: read in 'finance': finance/models/report.sql:1
                warning[unmatched-entry]: version 1 of 'orders' has no file: dbt looks for orders_v1.sql
                 --> platform/models/schema.yml:7:12
                  |
                7 |       - v: 1
                  |            ^
                error[disabled-model]: 'customers' in 'platform' is disabled: enable it, or refer to another model
                 --> finance/models/customers.sql:1:35
                  |
                1 | select * from {{ ref('platform', 'customers') }}
                  |                                   ^^^^^^^^^
                  |
                  = note: disabled here: platform/models/schema.yml:3
                error[unknown-version]: version 1 of 'orders' has no file: add orders_v1.sql to 'platform'
                 --> finance/models/report.sql:1:46
                  |
                1 | select * from {{ ref('platform', 'orders', v=1) }}, {{ ref('platform', 'orders', v=2) }},
                  |                                              ^
                  |
                  = note: its versions are listed here: platform/models/schema.yml:4
                  = fix: Use version 2, the latest
                error[disabled-model]: 'customers' in 'platform' is disabled: enable it, or refer to another model
                 --> finance/models/report.sql:2:25
                  |
                2 |     {{ ref('platform', 'customers') }}, {{ ref('customers') }}
                  |                         ^^^^^^^^^
                  |
                  = note: disabled here: platform/models/schema.yml:3
            "#]],
        );
    }
}
