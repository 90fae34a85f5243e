//! `unknown-source`: no properties file declares the source or its table, or it is disabled (spec §10).

use project::names::Space;
use project::registry::Supply;
use project::resolve::{Missing, Resolution};
use smol_str::SmolStr;

use super::{SourceSite, disabled_model, wording};
use crate::{Diagnostic, Place};

pub(crate) const CODE: &str = "unknown-source";

/// How many tables a message lists.
const SHOWN: usize = 6;

pub(super) fn check(site: &SourceSite<'_>) -> Option<Diagnostic> {
    match site.resolution {
        Resolution::Disabled(target) => {
            let severity = site.missing_severity()?;
            let message = format!(
                "the source '{}.{}' is disabled: enable it, or read another one",
                site.source, site.table
            );
            let place = disabled_model::switch(site.cx, target);
            Some(Diagnostic::new(CODE, site.table_range, severity, message).related(place, "disabled here"))
        }
        Resolution::Missing(Missing::Model) => {
            let severity = site.missing_severity()?;
            let (tables, place) = tables(site);
            Some(match place {
                Some(place) => unknown_table(site, severity, &tables, place),
                None => unknown_source(site, severity),
            })
        }
        _ => None,
    }
}

fn unknown_table(
    site: &SourceSite<'_>,
    severity: crate::Severity,
    tables: &[SmolStr],
    place: Place,
) -> Diagnostic {
    let (source, table) = (site.source, site.table);
    let near = text::suggest(table, tables.iter().map(SmolStr::as_str));
    let message = match near {
        Some(near) => {
            format!("the source '{source}' has no table '{table}'{}", wording::did_you_mean(Some(near)))
        }
        None if tables.is_empty() => {
            format!("the source '{source}' has no tables: declare '{table}' under it")
        }
        None => {
            let shown = wording::list(tables.iter().map(|table| format!("'{table}'")), SHOWN);
            format!("the source '{source}' has no table '{table}'; it has {shown}")
        }
    };
    let edits = site.edits();
    let fix = near.and_then(|near| {
        edits.fix(format!("Change to '{near}'"), false, [edits.rename(site.table_range, table, near)])
    });
    Diagnostic::new(CODE, site.table_range, severity, message)
        .related(Some(place), format!("the source '{source}'"))
        .fix(fix)
}

fn unknown_source(site: &SourceSite<'_>, severity: crate::Severity) -> Diagnostic {
    let source = site.source;
    let packages: Vec<_> = site.cx.resolver.packages().collect();
    let names =
        packages.iter().flat_map(|package| package.names(Space::Source)).map(|(name, _)| name.as_str());
    let near = if site.cx.may_guess() { text::suggest(source, names) } else { None };
    let message = match (near, upstream_with(site)) {
        (Some(near), _) => format!("no source '{source}'{}", wording::did_you_mean(Some(near))),
        (None, Some(owner)) => format!(
            "'{source}' is a source of the project '{owner}', and sources are not shared: refer to a public model of it"
        ),
        (None, None) => format!("no source '{source}': declare it under 'sources:' in a properties file"),
    };
    let edits = site.edits();
    let fix = near.and_then(|near| {
        edits.fix(format!("Change to '{near}'"), false, [edits.rename(site.source_range, source, near)])
    });
    Diagnostic::new(CODE, site.source_range, severity, message).fix(fix)
}

/// The tables of the source in every package that declares it, sorted, and where it is declared first.
fn tables(site: &SourceSite<'_>) -> (Vec<SmolStr>, Option<Place>) {
    let mesh = &site.cx.analysis.mesh;
    let mut tables = Vec::new();
    let mut place = None;
    for package in site.cx.resolver.packages() {
        for declared in package.sites(Space::Source, site.source) {
            let Some((facts, entry)) = mesh.entry(*declared) else { continue };
            place.get_or_insert(Place::File {
                file: declared.file,
                full: entry.range,
                focus: entry.name_range,
            });
            let below = facts.entries.iter().filter(|table| table.parent == Some(declared.item));
            tables.extend(below.map(|table| table.name.clone()));
        }
    }
    tables.sort();
    tables.dedup();
    (tables, place)
}

/// A live upstream that has a source of this name.
fn upstream_with(site: &SourceSite<'_>) -> Option<SmolStr> {
    let upstreams = site.cx.resolver.upstreams().iter();
    let mut owners = upstreams.filter(|upstream| match &upstream.supply {
        Some(Supply::Live(id)) => {
            let package = site.cx.analysis.mesh.package(*id);
            package.is_some_and(|package| package.site(Space::Source, site.source).is_some())
        }
        Some(Supply::Manifest { manifest, .. }) => {
            manifest.sources().any(|node| node.source_name() == Some(site.source) && !node.external())
        }
        None => false,
    });
    owners.next().map(|upstream| upstream.name.clone())
}

#[cfg(test)]
mod tests {
    use expect_test::expect;

    use crate::diagnostics::tests::check;

    const SHOP: &str = "
//- shop/dbt_project.yml
name: shop
//- shop/models/_sources.yml
sources:
  - name: raw
    tables:
      - name: payments
      - name: refunds
      - name: old
        config: {enabled: false}
  - name: empty
  - name: closed
    config: {enabled: false}
    tables: [{name: t}]
//- books/dbt_project.yml
name: books
//- books/models/_sources.yml
sources:
  - name: ledger
    tables: [{name: lines}]
";

    #[test]
    fn the_table_or_the_source() {
        let model = "//- shop/models/report.sql\n$0{{ source('raw', 'payment') }}\n{{ source('raw', 'invoices') }}\n\
                     {{ source('rwa', 'payments') }}\n{{ source('warehouse', 't') }}\n{{ source('empty', 't') }}\n\
                     {{ source('raw', 'payments') }}\n";
        check(
            &format!("{SHOP}{model}"),
            expect![[r#"
            error[unknown-source]: the source 'raw' has no table 'payment'; did you mean 'payments'?
             --> shop/models/report.sql:1:19
              |
            1 | {{ source('raw', 'payment') }}
              |                   ^^^^^^^
              |
              = note: the source 'raw': shop/models/_sources.yml:2
              = fix: Change to 'payments'
            error[unknown-source]: the source 'raw' has no table 'invoices'; it has 'old', 'payments' and 'refunds'
             --> shop/models/report.sql:2:19
              |
            2 | {{ source('raw', 'invoices') }}
              |                   ^^^^^^^^
              |
              = note: the source 'raw': shop/models/_sources.yml:2
            error[unknown-source]: no source 'rwa'; did you mean 'raw'?
             --> shop/models/report.sql:3:12
              |
            3 | {{ source('rwa', 'payments') }}
              |            ^^^
              |
              = fix: Change to 'raw'
            error[unknown-source]: no source 'warehouse': declare it under 'sources:' in a properties file
             --> shop/models/report.sql:4:12
              |
            4 | {{ source('warehouse', 't') }}
              |            ^^^^^^^^^
            error[unknown-source]: the source 'empty' has no tables: declare 't' under it
             --> shop/models/report.sql:5:21
              |
            5 | {{ source('empty', 't') }}
              |                     ^
              |
              = note: the source 'empty': shop/models/_sources.yml:8
        "#]],
        );
    }

    #[test]
    fn disabled_ones() {
        let model = "//- shop/models/report.sql\n$0{{ source('raw', 'old') }}\n{{ source('closed', 't') }}\n";
        check(
            &format!("{SHOP}{model}"),
            expect![[r#"
            error[unknown-source]: the source 'raw.old' is disabled: enable it, or read another one
             --> shop/models/report.sql:1:19
              |
            1 | {{ source('raw', 'old') }}
              |                   ^^^
              |
              = note: disabled here: shop/models/_sources.yml:7
            error[unknown-source]: the source 'closed.t' is disabled: enable it, or read another one
             --> shop/models/report.sql:2:22
              |
            2 | {{ source('closed', 't') }}
              |                      ^
              |
              = note: disabled here: shop/models/_sources.yml:10
        "#]],
        );
    }

    #[test]
    fn of_another_project() {
        let model = "//- shop/models/report.sql\n$0{{ source('ledger', 'lines') }}\n";
        check(
            &format!("{SHOP}{model}"),
            expect![[r#"
            error[unknown-source]: 'ledger' is a source of the project 'books', and sources are not shared: refer to a public model of it
             --> shop/models/report.sql:1:12
              |
            1 | {{ source('ledger', 'lines') }}
              |            ^^^^^^
        "#]],
        );
    }

    #[test]
    fn tests_warn_and_dynamic_names_are_not_judged() {
        let test = "//- shop/tests/t.sql\n$0{{ source('raw', 'payment') }} {{ source(var('s'), 'x') }} {{ source('raw', x) }}\n";
        check(
            &format!("{SHOP}{test}"),
            expect![[r#"
                warning[unknown-source]: the source 'raw' has no table 'payment'; did you mean 'payments'?
                 --> shop/tests/t.sql:1:19
                  |
                1 | {{ source('raw', 'payment') }} {{ source(var('s'), 'x') }} {{ source('raw', x) }}
                  |                   ^^^^^^^
                  |
                  = note: the source 'raw': shop/models/_sources.yml:2
                  = fix: Change to 'payments'
                error[invalid-ref-arguments]: nothing sets 'x' here, and source() wants a text: put it in quotes
                 --> shop/tests/t.sql:1:77
                  |
                1 | {{ source('raw', 'payment') }} {{ source(var('s'), 'x') }} {{ source('raw', x) }}
                  |                                                                             ^
                hint[undefined-variable]: nothing sets 'x' here: it renders as nothing
                 --> shop/tests/t.sql:1:77
                  |
                1 | {{ source('raw', 'payment') }} {{ source(var('s'), 'x') }} {{ source('raw', x) }}
                  |                                                                             ^
            "#]],
        );
    }
}
