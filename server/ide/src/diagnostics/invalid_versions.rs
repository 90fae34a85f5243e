//! `invalid-versions`: a model's `versions` that dbt refuses or cannot use (spec §5). What is wrong with their
//! form is a fact of the file, see `project::facts::Shape`.

use project::facts::{Entry, VersionEntry};
use project::flavor::Flavor;
use project::names::Space;
use project::version::Version;
use syntax::calls::Lit;

use super::definitions::{EntrySite, v1_error};
use super::wording;
use crate::{Diagnostic, Severity};

pub(super) const CODE: &str = "invalid-versions";

/// How many versions a message lists.
const SHOWN: usize = 6;

pub(super) fn check(site: &EntrySite<'_>, out: &mut Vec<Diagnostic>) {
    let versions = site.entry.versions.as_deref().unwrap_or_default();
    for (at, element) in versions.iter().enumerate() {
        out.extend(listed_twice(site.entry, &versions[..at], element));
        out.extend(same_file(site, &versions[..at], element));
    }
    // While an element has no version, which is the latest is not known.
    if versions.iter().all(|element| element.version.is_some()) {
        out.extend(latest(site, versions));
    }
    out.extend(stem_as_name(site));
}

fn listed_twice(entry: &Entry, before: &[VersionEntry], element: &VersionEntry) -> Option<Diagnostic> {
    let version = element.version.as_ref()?;
    let twice =
        before.iter().any(|known| known.version.as_ref().is_some_and(|known| known.text == version.text));
    let message = format!("version {} of '{}' is listed twice", version.text, entry.name);
    twice.then(|| Diagnostic::new(CODE, element.v_range, Severity::Error, message))
}

fn same_file(site: &EntrySite<'_>, before: &[VersionEntry], element: &VersionEntry) -> Option<Diagnostic> {
    let name = &site.entry.name;
    let stem = element.stem(name)?;
    let other = before.iter().find(|known| known.stem(name).as_ref() == Some(&stem))?;
    // The same version twice is told of already; a file that is not there is none of both.
    let text = |element: &VersionEntry| element.version.as_ref().map(|version| version.text.clone());
    if text(other) == text(element) || site.cx.package.site(Space::Model, &stem).is_none() {
        return None;
    }
    let range = element.defined_in.as_ref().map_or(element.v_range, |(_, range)| *range);
    let message = format!("two versions of '{name}' are defined in the file '{stem}': each needs its own");
    Some(Diagnostic::new(CODE, range, Severity::Error, message))
}

/// `latest_version` must be one of the versions: for dbt v1 as Python compares, for v2 as text.
fn latest(site: &EntrySite<'_>, versions: &[VersionEntry]) -> Option<Diagnostic> {
    let (cx, entry) = (site.cx, site.entry);
    let setting = entry.settings.top("latest_version")?;
    let lit = setting.value.single()?;
    let wanted = Version::from_lit(lit)?;
    let all = || versions.iter().filter_map(|element| element.version.as_ref());
    if versions.is_empty() {
        let message = format!("'{}' has no versions, so none of them can be the latest", entry.name);
        let counts = lit.truthy() == Some(true);
        return counts.then(|| Diagnostic::new(CODE, setting.value_range, v1_error(cx), message));
    }
    let equal = match cx.flavor() {
        Flavor::V1 => lit.truthy() == Some(false) || all().any(|version| version.python_eq(&wanted)),
        Flavor::V2 => all().any(|version| version.text == wanted.text || version.python_eq(&wanted)),
    };
    if equal {
        return None;
    }
    let alike = all().find(|version| version.text == wanted.text);
    let message = match alike {
        Some(_) if matches!(lit, Lit::Str(_)) => {
            format!(
                "latest_version is the text '{0}', and the version is the number {0}: take the quotes away",
                wanted.text
            )
        }
        Some(_) => {
            format!(
                "latest_version is the number {0}, and the version is the text '{0}': quote it",
                wanted.text
            )
        }
        None => {
            let known: Vec<String> = all().map(|version| version.text.to_string()).collect();
            let shown = wording::list(known.into_iter(), SHOWN);
            format!("latest_version {} is no version of '{}'; it has {shown}", wanted.text, entry.name)
        }
    };
    Some(Diagnostic::new(CODE, setting.value_range, Severity::Error, message))
}

/// An entry for `m_v1` beside versions of `m` describes nothing: dbt v1 warns, v2 refuses.
fn stem_as_name(site: &EntrySite<'_>) -> Option<Diagnostic> {
    let (cx, entry) = (site.cx, site.entry);
    let mesh = &cx.analysis.mesh;
    if mesh.family(cx.package, &entry.name).is_some() {
        return None;
    }
    let (model, version) = cx.package.sites(Space::VersionFile, &entry.name).iter().find_map(|claim| {
        let (_, model) = mesh.entry(*claim)?;
        let element = model
            .versions
            .iter()
            .flatten()
            .find(|element| element.stem(&model.name).is_some_and(|stem| stem == entry.name))?;
        Some((model.name.clone(), element.version.as_ref()?.text.clone()))
    })?;
    let message = format!(
        "'{}' is the file of version {version} of '{model}', not a model: describe it under 'versions' of '{model}'",
        entry.name
    );
    let severity = if cx.flavor() == Flavor::V2 { Severity::Error } else { Severity::Warning };
    Some(Diagnostic::new(CODE, entry.name_range, severity, message))
}

#[cfg(test)]
mod tests {
    use expect_test::expect;

    use crate::diagnostics::tests::{check, check_v2};

    const SHOP: &str = "
//- shop/dbt_project.yml
name: shop
//- shop/models/m_v1.sql
select 1
//- shop/models/m_v2.sql
select 1
//- shop/models/plain.sql
select 1
//- shop/models/_models.yml
models:
  - name: m
    latest_version: '2'
    versions:
      - v: 1
      - v: 2
      - v: '1'
      - v: 3
        defined_in: m_v1
  - name: m_v1
    description: not a model
  - name: plain
    latest_version: 1
  - name: n
    latest_version: 4
    versions: [{v: 1}, {defined_in: n_one}, {v: true}]
  - name: o
    latest_version: 4
    versions: [{v: 1}, {v: 2.5}]
  - name: p
    latest_version: 0
    versions: [{v: 1}]
  - name: q
    latest_version: 2.0
    versions: [{v: 2}]
";

    #[test]
    fn duplicates_files_and_the_latest() {
        check(
            SHOP,
            expect![[r#"
                error[invalid-versions]: latest_version is the text '2', and the version is the number 2: take the quotes away
                 --> shop/models/_models.yml:3:22
                  |
                3 |     latest_version: '2'
                  |                      ^
                error[invalid-versions]: version 1 of 'm' is listed twice
                 --> shop/models/_models.yml:7:13
                  |
                7 |       - v: '1'
                  |             ^
                error[invalid-versions]: two versions of 'm' are defined in the file 'm_v1': each needs its own
                 --> shop/models/_models.yml:9:21
                  |
                9 |         defined_in: m_v1
                  |                     ^^^^
                warning[invalid-versions]: 'm_v1' is the file of version 1 of 'm', not a model: describe it under 'versions' of 'm'
                  --> shop/models/_models.yml:10:11
                   |
                10 |   - name: m_v1
                   |           ^^^^
                error[invalid-versions]: 'plain' has no versions, so none of them can be the latest
                  --> shop/models/_models.yml:13:21
                   |
                13 |     latest_version: 1
                   |                     ^
                warning[unmatched-entry]: no model 'n' in this package, so its entry under 'models' is ignored
                  --> shop/models/_models.yml:14:11
                   |
                14 |   - name: n
                   |           ^
                error[invalid-versions]: a version needs a 'v'
                  --> shop/models/_models.yml:16:25
                   |
                16 |     versions: [{v: 1}, {defined_in: n_one}, {v: true}]
                   |                         ^^^^^^^^^^
                error[invalid-versions]: 'v' must be a number or a string: quote it if it is a word such as 'on'
                  --> shop/models/_models.yml:16:46
                   |
                16 |     versions: [{v: 1}, {defined_in: n_one}, {v: true}]
                   |                                              ^
                warning[unmatched-entry]: no model 'o' in this package, so its entry under 'models' is ignored
                  --> shop/models/_models.yml:17:11
                   |
                17 |   - name: o
                   |           ^
                error[invalid-versions]: latest_version 4 is no version of 'o'; it has 1 and 2.5
                  --> shop/models/_models.yml:18:21
                   |
                18 |     latest_version: 4
                   |                     ^
                warning[unmatched-entry]: no model 'p' in this package, so its entry under 'models' is ignored
                  --> shop/models/_models.yml:20:11
                   |
                20 |   - name: p
                   |           ^
                warning[unmatched-entry]: no model 'q' in this package, so its entry under 'models' is ignored
                  --> shop/models/_models.yml:23:11
                   |
                23 |   - name: q
                   |           ^
            "#]],
        );
    }

    #[test]
    fn v2_compares_texts() {
        check_v2(
            SHOP,
            expect![[r#"
                error[invalid-versions]: version 1 of 'm' is listed twice
                 --> shop/models/_models.yml:7:13
                  |
                7 |       - v: '1'
                  |             ^
                error[invalid-versions]: two versions of 'm' are defined in the file 'm_v1': each needs its own
                 --> shop/models/_models.yml:9:21
                  |
                9 |         defined_in: m_v1
                  |                     ^^^^
                error[invalid-versions]: 'm_v1' is the file of version 1 of 'm', not a model: describe it under 'versions' of 'm'
                  --> shop/models/_models.yml:10:11
                   |
                10 |   - name: m_v1
                   |           ^^^^
                warning[invalid-versions]: 'plain' has no versions, so none of them can be the latest
                  --> shop/models/_models.yml:13:21
                   |
                13 |     latest_version: 1
                   |                     ^
                warning[unmatched-entry]: no model 'n' in this package, so its entry under 'models' is ignored
                  --> shop/models/_models.yml:14:11
                   |
                14 |   - name: n
                   |           ^
                error[invalid-versions]: a version needs a 'v'
                  --> shop/models/_models.yml:16:25
                   |
                16 |     versions: [{v: 1}, {defined_in: n_one}, {v: true}]
                   |                         ^^^^^^^^^^
                error[invalid-versions]: 'v' must be a number or a string: quote it if it is a word such as 'on'
                  --> shop/models/_models.yml:16:46
                   |
                16 |     versions: [{v: 1}, {defined_in: n_one}, {v: true}]
                   |                                              ^
                warning[unmatched-entry]: no model 'o' in this package, so its entry under 'models' is ignored
                  --> shop/models/_models.yml:17:11
                   |
                17 |   - name: o
                   |           ^
                error[invalid-versions]: latest_version 4 is no version of 'o'; it has 1 and 2.5
                  --> shop/models/_models.yml:18:21
                   |
                18 |     latest_version: 4
                   |                     ^
                warning[unmatched-entry]: no model 'p' in this package, so its entry under 'models' is ignored
                  --> shop/models/_models.yml:20:11
                   |
                20 |   - name: p
                   |           ^
                error[invalid-versions]: latest_version 0 is no version of 'p'; it has 1
                  --> shop/models/_models.yml:21:21
                   |
                21 |     latest_version: 0
                   |                     ^
                warning[unmatched-entry]: no model 'q' in this package, so its entry under 'models' is ignored
                  --> shop/models/_models.yml:23:11
                   |
                23 |   - name: q
                   |           ^
            "#]],
        );
    }
}
