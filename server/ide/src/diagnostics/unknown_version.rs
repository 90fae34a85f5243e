//! `unknown-version`: the model is there, the version is not (spec §4.2, §5).

use project::Package;
use project::names::Site;
use project::node::Family;
use project::registry::Supply;
use project::resolve::{Missing, Resolution};
use smol_str::SmolStr;

use super::{RefSite, version_spelling, versions};
use crate::{Diagnostic, Place};

pub(super) const CODE: &str = "unknown-version";

/// How many versions are offered as fixes.
const FIXES: usize = 5;

pub(super) fn check(site: &RefSite<'_>) -> Option<Diagnostic> {
    let Resolution::Missing(Missing::Version { known, latest, listed }) = site.resolution else {
        return None;
    };
    if version_spelling::meant(site, known).is_some() {
        return None;
    }
    let severity = site.missing_severity()?;
    let wanted = site.version.or(latest.as_deref())?;
    let family = family(site);
    let usable: Vec<SmolStr> = match &family {
        Some((_, family)) => {
            let with_file = family.versions.iter().filter(|member| member.file.is_some());
            with_file.map(|member| member.version.text.clone()).collect()
        }
        None => known.iter().filter(|known| *known != wanted).cloned().collect(),
    };
    let usable = versions::newest_first(&usable);
    let latest = latest.as_deref();
    let name = site.name;
    let message = match (listed, &family) {
        (true, Some((package, family))) => {
            let file = expected_file(site, package, family, wanted);
            match site.version {
                Some(_) => format!("version {wanted} of '{name}' has no file: add {file}"),
                None => format!("the latest version of '{name}' is {wanted}, which has no file: add {file}"),
            }
        }
        (true, None) => {
            format!("the latest version of '{name}' is {wanted}, which is not published: pin another one")
        }
        (false, _) if usable.is_empty() => format!("'{name}' has no version {wanted}"),
        (false, _) => format!("'{name}' has no version {wanted}; it has {}", versions::list(&usable, latest)),
    };
    let fixes = usable.iter().take(FIXES).filter_map(|version| {
        let note = if latest == Some(version) { ", the latest" } else { "" };
        site.pin(format!("Use version {version}{note}"), version, false)
    });
    let place = family.as_ref().and_then(|(_, family)| entry_place(site, family.entry?));
    Some(
        Diagnostic::new(CODE, site.version_range.unwrap_or(site.name_range), severity, message)
            .related(place, "its versions are listed here")
            .fix(fixes),
    )
}

/// The live model whose version is missing.
fn family<'a>(site: &RefSite<'a>) -> Option<(&'a Package, Family)> {
    let cx = site.cx;
    let mesh = &cx.analysis.mesh;
    let upstreams = cx.resolver.upstreams().iter().filter_map(|upstream| match upstream.supply {
        Some(Supply::Live(id)) => mesh.package(id),
        _ => None,
    });
    cx.resolver
        .packages()
        .chain(upstreams)
        .filter(|package| site.package.is_none_or(|name| package.name() == name))
        .filter_map(|package| Some((package, mesh.family(package, site.name)?)))
        .find(|(_, family)| family.is_versioned())
}

fn expected_file(site: &RefSite<'_>, package: &Package, family: &Family, wanted: &str) -> String {
    let mesh = &site.cx.analysis.mesh;
    let stem = family.entry.and_then(|entry| mesh.entry(entry)).and_then(|(_, entry)| {
        let of_version = |element: &&project::facts::VersionEntry| {
            element.version.as_ref().is_some_and(|version| version.text == wanted)
        };
        entry.versions.as_deref()?.iter().find(of_version)?.stem(&family.name)
    });
    let stem = stem.unwrap_or_else(|| family.name.clone());
    match package.id == site.cx.package.id {
        true => format!("{stem}.sql"),
        false => format!("{stem}.sql to '{}'", package.name()),
    }
}

fn entry_place(site: &RefSite<'_>, entry: Site) -> Option<Place> {
    let (_, yaml) = site.cx.analysis.mesh.entry(entry)?;
    Some(Place::File { file: entry.file, full: yaml.range, focus: yaml.name_range })
}

#[cfg(test)]
mod tests {
    use expect_test::expect;

    use crate::diagnostics::tests::{PLATFORM, check, check_consumer, check_fix, check_v2, finance};

    #[test]
    fn a_version_that_nobody_wrote() {
        check_consumer(
            "select * from {{ ref('platform', 'products', v=4) }}",
            expect![[r#"
            error[unknown-version]: 'products' has no version 4; it has 3, 2 (latest) and 1
             --> finance/models/report.sql:1:48
              |
            1 | select * from {{ ref('platform', 'products', v=4) }}
              |                                                ^
              |
              = note: its versions are listed here: platform/models/_models.yml:12
              = fix: Use version 3
              = fix: Use version 2, the latest
              = fix: Use version 1
        "#]],
        );
        check_consumer(
            "select * from {{ ref('platform', 'products', v='gold') }}",
            expect![[r#"
            error[unknown-version]: 'products' has no version gold; it has 3, 2 (latest) and 1
             --> finance/models/report.sql:1:49
              |
            1 | select * from {{ ref('platform', 'products', v='gold') }}
              |                                                 ^^^^
              |
              = note: its versions are listed here: platform/models/_models.yml:12
              = fix: Use version 3
              = fix: Use version 2, the latest
              = fix: Use version 1
        "#]],
        );
    }

    #[test]
    fn the_fix_writes_a_number() {
        let source =
            format!("{}{PLATFORM}", finance("select * from {{ ref('platform', 'products', v='gold') }}"));
        check_fix(
            &source,
            "Use version 2",
            expect![[r#"
                select * from {{ ref('platform', 'products', v=2) }}
            "#]],
        );
    }

    const SHOP: &str = "
//- shop/dbt_project.yml
name: shop
//- shop/models/items_v1.sql
select 1
//- shop/models/_models.yml
models:
  - name: items
    versions: [{v: 1}, {v: 2, defined_in: items_new}]
";

    #[test]
    fn a_version_without_a_file() {
        let model = "//- shop/models/report.sql\n$0select * from {{ ref('items') }} join {{ ref('items', v=2) }} join {{ ref('items', v=1) }}\n";
        check(
            &format!("{SHOP}{model}"),
            expect![[r#"
            error[unknown-version]: the latest version of 'items' is 2, which has no file: add items_new.sql
             --> shop/models/report.sql:1:23
              |
            1 | select * from {{ ref('items') }} join {{ ref('items', v=2) }} join {{ ref('items', v=1) }}
              |                       ^^^^^
              |
              = note: its versions are listed here: shop/models/_models.yml:2
              = fix: Use version 1
            error[unknown-version]: version 2 of 'items' has no file: add items_new.sql
             --> shop/models/report.sql:1:57
              |
            1 | select * from {{ ref('items') }} join {{ ref('items', v=2) }} join {{ ref('items', v=1) }}
              |                                                         ^
              |
              = note: its versions are listed here: shop/models/_models.yml:2
              = fix: Use version 1
        "#]],
        );
    }

    #[test]
    fn dbt_v2_takes_zero_as_a_version() {
        let model = "//- shop/models/report.sql\n$0select * from {{ ref('items', v=0) }}\n";
        check_v2(
            &format!("{SHOP}{model}"),
            expect![[r#"
            error[unknown-version]: 'items' has no version 0; it has 1
             --> shop/models/report.sql:1:33
              |
            1 | select * from {{ ref('items', v=0) }}
              |                                 ^
              |
              = note: its versions are listed here: shop/models/_models.yml:2
              = fix: Use version 1
        "#]],
        );
    }

    #[test]
    fn computed_versions_are_not_judged() {
        let model = "//- shop/models/report.sql\n$0select * from {{ ref('items', v=var('v')) }} {% set v = 7 %} {{ ref('items', v=v) }}\n";
        check(
            &format!("{SHOP}{model}"),
            expect![[r#"
            error[unknown-version]: 'items' has no version 7; it has 1
             --> shop/models/report.sql:1:80
              |
            1 | select * from {{ ref('items', v=var('v')) }} {% set v = 7 %} {{ ref('items', v=v) }}
              |                                                                                ^
              |
              = note: its versions are listed here: shop/models/_models.yml:2
              = fix: Use version 1
        "#]],
        );
    }
}
