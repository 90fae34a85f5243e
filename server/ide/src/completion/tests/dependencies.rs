//! `dependencies.yml` and `packages.yml`.

use expect_test::{Expect, expect};

use super::{ALL, check_in, proposed};
use crate::fixture::fixture;

const MESH: &str = "
//- shop/dbt_project.yml
name: shop
//- shop @manifest platform
model orders public
model customers public
model secret private
//- billing/dbt_project.yml
name: billing
//- billing/models/a.sql
{{ config(access='public') }}
//- billing/models/b.sql
";

fn check(file: &str, expect: Expect) {
    let with = |file: &str| format!("{MESH}//- shop/dependencies.yml\n{file}");
    check_in(&with(file), ALL, &expect);
    // With the line ends of Windows the same is proposed, and what is inserted has them too.
    let lf = proposed(&fixture(&with(file)), ALL).items;
    let crlf = proposed(&fixture(&with(&file.replace('\n', "\r\n"))), ALL).items;
    assert_eq!(lf.len(), crlf.len());
    for (lf, crlf) in lf.iter().zip(&crlf) {
        assert_eq!(lf.insert, crlf.insert.replace("\r\n", "\n"));
        assert!(!file.contains('\n') || !crlf.insert.replace("\r\n", "").contains('\n'), "{:?}", crlf.insert);
    }
}

#[test]
fn keys() {
    check(
        "$0",
        expect![[r#"
            projects | - | - | - | projects:⏎  - name: | ∅
            packages | - | - | - | packages:⏎  - | ∅
        "#]],
    );
    check(
        "pro$0\n",
        expect![[r#"
        projects | - | - | - | projects:⏎  - name: | pro
    "#]],
    );
    check(
        "projects:\n  - name: platform\n$0",
        expect![[r#"
        packages | - | - | - | packages:⏎  - | ∅
    "#]],
    );
    check(
        "packages:\n  - $0\n",
        expect![[r#"
            package | - | string | A package of the index: `dbt-labs/dbt_utils`. | package: | ∅
            git | - | string | Address of a git repository. | git: | ∅
            install-prerelease | - | boolean | Takes prereleases too. | install-prerelease: | ∅
            local | - | string | Folder of a project, relative to this one. | local: | ∅
            name | - | string | The project's name; needed for a tarball. | name: | ∅
            private | - | string | A repository that the dbt platform has access to: `owner/repo`. | private: | ∅
            provider | - | string | Where the private repository is hosted. | provider: | ∅
            revision | - | string or number | The branch, tag or commit. | revision: | ∅
            subdirectory | - | string | The folder of the project inside the repository. | subdirectory: | ∅
            tarball | - | string | Address of a packed project. | tarball: | ∅
            version | - | string or number or list | The version, or a range: `[">=1.0.0", "<2.0.0"]`. | version: | ∅
            warn-unpinned | - | boolean | Whether dbt warns about a package without a fixed revision. | warn-unpinned: | ∅
        "#]],
    );
    check(
        "packages:\n  - package: a/b\n    ver$0\n",
        expect![[r#"
            version | - | string or number or list | The version, or a range: `[">=1.0.0", "<2.0.0"]`. | version: | ver
            provider | - | string | Where the private repository is hosted. | provider: | ver
        "#]],
    );
}

#[test]
fn names_of_known_upstreams() {
    check(
        "projects:\n  - name: $0\n",
        expect![[r#"
        billing | - | upstream project | 1 public model · live from /w/billing | billing | ∅
        platform | - | upstream project | 2 public models · manifest of 2026-11-22, 1 day old, dbt 1.12.6, from dbt_mesh.yml (/artifacts/platform/manifest.json) | platform | ∅
    "#]],
    );
    check(
        "projects:\n  - name:$0\n",
        expect![[r#"
        billing | - | upstream project | 1 public model · live from /w/billing | billing | ∅
        platform | - | upstream project | 2 public models · manifest of 2026-11-22, 1 day old, dbt 1.12.6, from dbt_mesh.yml (/artifacts/platform/manifest.json) | platform | ∅
    "#]],
    );
    check(
        "projects:\n  - name: pl$0at\n",
        expect![[r#"
        platform | - | upstream project | 2 public models · manifest of 2026-11-22, 1 day old, dbt 1.12.6, from dbt_mesh.yml (/artifacts/platform/manifest.json) | platform | plat
    "#]],
    );
    check(
        "projects:\n  - name: 'pl$0'\n",
        expect![[r#"
        platform | - | upstream project | 2 public models · manifest of 2026-11-22, 1 day old, dbt 1.12.6, from dbt_mesh.yml (/artifacts/platform/manifest.json) | platform | pl
    "#]],
    );
    check(
        "projects: [{name: $0}]\n",
        expect![[r#"
        billing | - | upstream project | 1 public model · live from /w/billing | billing | ∅
        platform | - | upstream project | 2 public models · manifest of 2026-11-22, 1 day old, dbt 1.12.6, from dbt_mesh.yml (/artifacts/platform/manifest.json) | platform | ∅
    "#]],
    );
}

#[test]
fn listed_names_are_not_offered_again() {
    check(
        "projects:\n  - name: platform\n  - name: $0\n",
        expect![[r#"
        billing | - | upstream project | 1 public model · live from /w/billing | billing | ∅
    "#]],
    );
    check(
        "projects:\n  - name: plat$0form\n  - name: billing\n",
        expect![[r#"
        platform | - | upstream project | 2 public models · manifest of 2026-11-22, 1 day old, dbt 1.12.6, from dbt_mesh.yml (/artifacts/platform/manifest.json) | platform | platform
    "#]],
    );
}

#[test]
fn half_typed_elements() {
    check(
        "projects:\n  - $0\n",
        expect![[r#"
        name | - | - | - | name: | ∅
        billing | - | upstream project | 1 public model · live from /w/billing | name: billing | ∅
        platform | - | upstream project | 2 public models · manifest of 2026-11-22, 1 day old, dbt 1.12.6, from dbt_mesh.yml (/artifacts/platform/manifest.json) | name: platform | ∅
    "#]],
    );
    check(
        "projects:\n  - na$0\n",
        expect![[r#"
        name | - | - | - | name: | na
    "#]],
    );
    check(
        "projects:\n  - pl$0\n",
        expect![[r#"
        platform | - | upstream project | 2 public models · manifest of 2026-11-22, 1 day old, dbt 1.12.6, from dbt_mesh.yml (/artifacts/platform/manifest.json) | name: platform | pl
    "#]],
    );
    check(
        "projects:\n  $0\n",
        expect![[r#"
        name | - | - | - | - name: | ∅
        billing | - | upstream project | 1 public model · live from /w/billing | - name: billing | ∅
        platform | - | upstream project | 2 public models · manifest of 2026-11-22, 1 day old, dbt 1.12.6, from dbt_mesh.yml (/artifacts/platform/manifest.json) | - name: platform | ∅
    "#]],
    );
    check(
        "projects:\n  - name: platform\n  $0\n",
        expect![[r#"
        name | - | - | - | - name: | ∅
        billing | - | upstream project | 1 public model · live from /w/billing | - name: billing | ∅
    "#]],
    );
    check(
        "projects:\n  - name: platform\n  - $0",
        expect![[r#"
        name | - | - | - | name: | ∅
        billing | - | upstream project | 1 public model · live from /w/billing | name: billing | ∅
    "#]],
    );
}

#[test]
fn packages_have_no_projects() {
    let mesh = format!("{MESH}//- shop/packages.yml\n$0");
    check_in(
        &mesh,
        ALL,
        &expect![[r#"
        packages | - | - | - | packages:⏎  - | ∅
    "#]],
    );
}
