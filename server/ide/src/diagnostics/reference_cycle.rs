//! `reference-cycle`: nodes that are built from each other, in one project or across several (spec §9).

use project::facts::Use;
use project::graph::{self, targets};
use project::node::{NodeRef, Target};
use project::refs::{Lookup, RefArgs, lookup};
use project::resolve::Resolver;
use project::{FileId, Mesh};
use syntax::calls::Reach;

use super::cycles::{Cycles, path, shown};
use super::site::missing_severity;
use super::{FileCx, site};
use crate::{Cancellable, Diagnostic, Place, Severity};

pub(super) const CODE: &str = "reference-cycle";

/// How many nodes of a long circle a message names.
const SHOWN: usize = 8;

pub(super) fn check(cx: &FileCx<'_>, out: &mut Vec<Diagnostic>) -> Cancellable<()> {
    let mesh = &cx.analysis.mesh;
    let refs = || cx.facts.uses.iter().filter(|used| lookup(&used.call.name) == Lookup::Ref);
    let of = |used: &Use| graph::referrer(mesh, cx.file, used.by);
    let mut nodes: Vec<Target> = Vec::new();
    for node in refs().filter_map(|used| of(used)?.node).map(Target::Local) {
        if !nodes.contains(&node) {
            nodes.push(node);
        }
    }
    let Some(circles) = Cycles::around(cx.analysis, &nodes)? else { return Ok(()) };
    for used in refs() {
        let Some(referrer) = of(used) else { continue };
        let Some(node) = referrer.node.clone().map(Target::Local) else { continue };
        let Some(circle) = circles.get(&node.key()) else { continue };
        if !is_edge(used) || cx.is_overridden(&used.call.name) {
            continue;
        }
        let Some(severity) = missing_severity(cx, &referrer, used) else { continue };
        let next = targets(&cx.resolver, used)
            .into_iter()
            .find(|target| *target != node && circles.get(&target.key()) == Some(circle));
        let way = next.map(|next| path(mesh, &circles, &next, &node)).unwrap_or_default();
        if way.is_empty() {
            continue;
        }
        out.push(found(cx, used, severity, &node, &way));
    }
    Ok(())
}

/// `way` leads from what is referred to back to `node`.
fn found(cx: &FileCx<'_>, used: &Use, severity: Severity, node: &Target, way: &[Target]) -> Diagnostic {
    let mesh = &cx.analysis.mesh;
    let mut names: Vec<String> =
        std::iter::once(node).chain(way).map(|node| shown(mesh, node).to_string()).collect();
    if names.len() > SHOWN {
        let left_out = names.len() - SHOWN;
        names.splice(SHOWN / 2..SHOWN / 2 + left_out, [format!("({left_out} more)")]);
    }
    let message = format!("these are built from each other: {}", names.join(" → "));
    let range = RefArgs::read(&used.call, cx.flavor()).name.map_or(used.call.range, |part| part.range);
    let mut certain = true;
    let mut related = Vec::new();
    for step in way.windows(2) {
        let place = match &step[0] {
            Target::Local(from) => {
                let edge = edge(mesh, from, &step[1]);
                certain &= edge.is_some_and(|(_, used)| used.call.reach == Reach::Always);
                edge.map(|(file, used)| Place::File { file, full: used.call.range, focus: used.call.range })
            }
            upstream => site::place(cx.analysis, upstream),
        };
        let what = format!("'{}' refers to '{}'", shown(mesh, &step[0]), shown(mesh, &step[1]));
        related.extend(place.map(|place| (place, what)));
    }
    // One branch that may not be taken, and there may be no circle.
    let severity = if certain { severity } else { severity.min(Severity::Hint) };
    let mut found = Diagnostic::new(CODE, range, severity, message);
    found.related = related;
    found
}

/// The call that makes `from` depend on `to`.
fn edge<'m>(mesh: &'m Mesh, from: &NodeRef, to: &Target) -> Option<(FileId, &'m Use)> {
    let resolver = Resolver::new(mesh, from.package)?;
    let files = [Some(from.file), from.entry.map(|site| site.file)];
    files.into_iter().flatten().find_map(|file| {
        let is_its_own = |used: &&Use| {
            let referrer = graph::referrer(mesh, file, used.by);
            is_edge(used) && referrer.is_some_and(|referrer| referrer.node.as_ref() == Some(from))
        };
        let found = mesh
            .facts(file)?
            .uses
            .iter()
            .filter(is_its_own)
            .find(|used| targets(&resolver, used).contains(to));
        found.map(|used| (file, used))
    })
}

/// Whether dbt sees the reference when it parses.
fn is_edge(used: &Use) -> bool {
    matches!(used.call.reach, Reach::Always | Reach::Maybe)
}

#[cfg(test)]
mod tests {
    use expect_test::expect;

    use crate::diagnostics::tests::check;

    #[test]
    fn in_one_project() {
        check(
            "
//- shop/dbt_project.yml
name: shop
//- shop/models/a.sql
select * from {{ ref('b') }} join {{ ref('d') }}
//- shop/models/b.sql
select * from {{ ref('c') }}
//- shop/models/c.sql
select * from {{ ref('a') }}
//- shop/models/d.sql
select * from {{ ref('e') }}
//- shop/models/e.sql
select 1
",
            expect![[r#"
                error[reference-cycle]: these are built from each other: shop.a → shop.b → shop.c → shop.a
                 --> shop/models/a.sql:1:23
                  |
                1 | select * from {{ ref('b') }} join {{ ref('d') }}
                  |                       ^
                  |
                  = note: 'shop.b' refers to 'shop.c': shop/models/b.sql:1
                  = note: 'shop.c' refers to 'shop.a': shop/models/c.sql:1
                error[reference-cycle]: these are built from each other: shop.b → shop.c → shop.a → shop.b
                 --> shop/models/b.sql:1:23
                  |
                1 | select * from {{ ref('c') }}
                  |                       ^
                  |
                  = note: 'shop.c' refers to 'shop.a': shop/models/c.sql:1
                  = note: 'shop.a' refers to 'shop.b': shop/models/a.sql:1
                error[reference-cycle]: these are built from each other: shop.c → shop.a → shop.b → shop.c
                 --> shop/models/c.sql:1:23
                  |
                1 | select * from {{ ref('a') }}
                  |                       ^
                  |
                  = note: 'shop.a' refers to 'shop.b': shop/models/a.sql:1
                  = note: 'shop.b' refers to 'shop.c': shop/models/b.sql:1
            "#]],
        );
    }

    #[test]
    fn across_projects() {
        check(
            "
//- shop/dbt_project.yml
name: shop
//- shop/dependencies.yml
projects: [{name: books}]
//- shop/models/orders.sql
{{ config(access='public') }} select * from {{ ref('books', 'ledger') }}
//- books/dbt_project.yml
name: books
//- books/dependencies.yml
projects: [{name: shop}]
//- books/models/ledger.sql
{{ config(access='public') }} select * from {{ ref('shop', 'orders') }}
//- books/models/fine.sql
select * from {{ ref('shop', 'orders') }}
",
            expect![[r#"
                error[reference-cycle]: these are built from each other: shop.orders → books.ledger → shop.orders
                 --> shop/models/orders.sql:1:62
                  |
                1 | {{ config(access='public') }} select * from {{ ref('books', 'ledger') }}
                  |                                                              ^^^^^^
                  |
                  = note: 'books.ledger' refers to 'shop.orders': books/models/ledger.sql:1
                error[reference-cycle]: these are built from each other: books.ledger → shop.orders → books.ledger
                 --> books/models/ledger.sql:1:61
                  |
                1 | {{ config(access='public') }} select * from {{ ref('shop', 'orders') }}
                  |                                                             ^^^^^^
                  |
                  = note: 'shop.orders' refers to 'books.ledger': shop/models/orders.sql:1
            "#]],
        );
    }

    #[test]
    fn a_branch_that_may_not_be_taken_is_a_hint_and_one_that_is_not_is_nothing() {
        check(
            "
//- shop/dbt_project.yml
name: shop
//- shop/models/a.sql
select * from {{ ref('b') }}
//- shop/models/b.sql
{% if var('x') %} select * from {{ ref('a') }} {% endif %}
//- shop/models/c.sql
select * from {{ ref('d') }}
//- shop/models/d.sql
{% if execute %} select * from {{ ref('c') }} {% endif %}
//- shop/models/e.sql
select * from {{ ref('e') }}
",
            expect![[r#"
                hint[reference-cycle]: these are built from each other: shop.a → shop.b → shop.a
                 --> shop/models/a.sql:1:23
                  |
                1 | select * from {{ ref('b') }}
                  |                       ^
                  |
                  = note: 'shop.b' refers to 'shop.a': shop/models/b.sql:1
                hint[reference-cycle]: these are built from each other: shop.b → shop.a → shop.b
                 --> shop/models/b.sql:1:41
                  |
                1 | {% if var('x') %} select * from {{ ref('a') }} {% endif %}
                  |                                         ^
                  |
                  = note: 'shop.a' refers to 'shop.b': shop/models/a.sql:1
                error[self-reference]: 'e' refers to itself; for the table as it was before this run write '{{ this }}' inside is_incremental()
                 --> shop/models/e.sql:1:23
                  |
                1 | select * from {{ ref('e') }}
                  |                       ^
            "#]],
        );
    }

    #[test]
    fn through_a_snapshot_and_a_version() {
        check(
            "
//- shop/dbt_project.yml
name: shop
//- shop/models/orders_v1.sql
select * from {{ ref('orders_snapshot') }}
//- shop/models/orders_v2.sql
select * from {{ ref('orders', v=1) }}
//- shop/models/_models.yml
models:
  - name: orders
    versions: [{v: 1}, {v: 2}]
snapshots:
  - name: orders_snapshot
    relation: ref('orders', v=2)
    config: {strategy: check, unique_key: id, check_cols: all}
",
            expect![[r#"
                error[reference-cycle]: these are built from each other: shop.orders.v1 → shop.orders_snapshot → shop.orders.v2 → shop.orders.v1
                 --> shop/models/orders_v1.sql:1:23
                  |
                1 | select * from {{ ref('orders_snapshot') }}
                  |                       ^^^^^^^^^^^^^^^
                  |
                  = note: 'shop.orders_snapshot' refers to 'shop.orders.v2': shop/models/_models.yml:6
                  = note: 'shop.orders.v2' refers to 'shop.orders.v1': shop/models/orders_v2.sql:1
                error[reference-cycle]: these are built from each other: shop.orders.v2 → shop.orders.v1 → shop.orders_snapshot → shop.orders.v2
                 --> shop/models/orders_v2.sql:1:23
                  |
                1 | select * from {{ ref('orders', v=1) }}
                  |                       ^^^^^^
                  |
                  = note: 'shop.orders.v1' refers to 'shop.orders_snapshot': shop/models/orders_v1.sql:1
                  = note: 'shop.orders_snapshot' refers to 'shop.orders.v2': shop/models/_models.yml:6
                error[reference-cycle]: these are built from each other: shop.orders_snapshot → shop.orders.v2 → shop.orders.v1 → shop.orders_snapshot
                 --> shop/models/_models.yml:6:20
                  |
                6 |     relation: ref('orders', v=2)
                  |                    ^^^^^^
                  |
                  = note: 'shop.orders.v2' refers to 'shop.orders.v1': shop/models/orders_v2.sql:1
                  = note: 'shop.orders.v1' refers to 'shop.orders_snapshot': shop/models/orders_v1.sql:1
            "#]],
        );
    }

    #[test]
    fn through_the_manifest_of_an_upstream() {
        check(
            "
//- shop/dbt_project.yml
name: shop
//- shop/models/orders.sql
select * from {{ ref('books', 'ledger') }}
//- shop/models/fine.sql
select * from {{ ref('books', 'lines') }}
//- shop @manifest books
model ledger public depends=model.books.lines
model lines public depends=model.shop.orders
",
            expect![[r#"
                error[reference-cycle]: these are built from each other: shop.orders → books.ledger → books.lines → shop.orders
                 --> shop/models/orders.sql:1:32
                  |
                1 | select * from {{ ref('books', 'ledger') }}
                  |                                ^^^^^^
                  |
                  = note: 'books.ledger' refers to 'books.lines': model.books.ledger
                  = note: 'books.lines' refers to 'shop.orders': model.books.lines
            "#]],
        );
    }
}
