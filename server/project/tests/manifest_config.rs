//! `dbt_mesh.yml`: what it says, and what is wrong with it where.

use std::path::Path;

use expect_test::{Expect, expect};
use project::upstream::Parsed;
use project::upstream::config::{DbtVersion, MeshConfig, parse};

const CODES: [&str; 3] = ["private-model", "unpinned-ref", "unknown-model"];

fn read(text: &str) -> Parsed<MeshConfig> {
    let lookup = |name: &str| (name == "MESH").then(|| "/srv/mesh".to_owned());
    parse(text, Path::new("/mesh/finance"), &lookup, &CODES)
}

fn check(text: &str, expected: Expect) {
    let Parsed { value, problems } = read(text);
    let mut out = String::new();
    match value {
        None => out += "no configuration\n",
        Some(config) => {
            let part = |r: text::TextRange| text[usize::from(r.start())..usize::from(r.end())].to_owned();
            for u in &config.upstreams {
                out += &format!("upstream {:?} {:?} at {:?}\n", u.name, u.supply, part(u.range));
            }
            for r in &config.rules {
                out += &format!("rule {} {:?} at {:?}\n", r.code, r.level, part(r.range));
            }
            out += &format!(
                "dbt {:?} exclude {:?} order {:?}\n",
                config.dbt_version, config.exclude, config.order
            );
        }
    }
    for p in &problems {
        let part = &text[usize::from(p.range.start())..usize::from(p.range.end())];
        out += &format!("{:?} at {part:?}: {}\n", p.level, p.message);
    }
    expected.assert_eq(&out);
}

#[test]
fn everything_it_can_say() {
    check(
        r#"
# our mesh ☃
upstreams:
  - name: platform
    manifest: ../platform/target/manifest.json
  - manifest: https://example.com/crm/manifest.json.gz
  - project: ${MESH}/finance
rules:
  unpinned-ref: off
  private-model: ERROR
  unknown-model: warn
dbt_version: 2
exclude: ["sandbox/**", archive]
order: [loom, workspace]
"#,
        expect![[r#"
            upstream Some("platform") Manifest(File("/mesh/finance/../platform/target/manifest.json")) at "../platform/target/manifest.json"
            upstream None Manifest(Remote(Remote(https://example.com/crm/manifest.json.gz))) at "https://example.com/crm/manifest.json.gz"
            upstream None Project("/srv/mesh/finance") at "${MESH}/finance"
            rule unpinned-ref Off at "unpinned-ref"
            rule private-model Error at "private-model"
            rule unknown-model Warning at "unknown-model"
            dbt V2 exclude ["sandbox/**", "archive"] order [Loom, Workspace]
        "#]],
    );
}

#[test]
fn dbt_versions_in_every_spelling() {
    for (word, expected) in [
        ("auto", DbtVersion::Auto),
        ("1", DbtVersion::V1),
        ("1.10", DbtVersion::V1),
        ("'1'", DbtVersion::V1),
        ("2.0", DbtVersion::V2),
        ("v2", DbtVersion::V2),
    ] {
        let parsed = read(&format!("dbt_version: {word}\n"));
        assert_eq!(parsed.value.unwrap().dbt_version, expected, "{word}");
        assert_eq!(parsed.problems, []);
    }
}

#[test]
fn mistakes_are_pointed_at_and_the_rest_is_used() {
    check(
        r#"
upstream: []
upstreams:
  - {name: a, manifset: a.json}
  - {manifest: a.json, project: ../a}
  - {project: https://example.com/x}
  - manifest:
  - name: e
    manifest: ${NOWHERE}/e.json
  - manifest: s3://bucket/manifest.json
  - plain
  - {name: good, project: ../good}
rules:
  unpinned-reff: off
  private-model: loud
  unknown-model: 3
dbt_version: 3
exclude: {a: b}
order: [lom, loom, loom]
dbt_version: 1
"#,
        expect![[r#"
            upstream Some("e") Manifest(File("/e.json")) at "${NOWHERE}/e.json"
            upstream None Manifest(Remote(Remote(s3://bucket/manifest.json))) at "s3://bucket/manifest.json"
            upstream Some("good") Project("/mesh/finance/../good") at "../good"
            dbt V1 exclude [] order [Loom]
            Warning at "upstream": `upstream` is not a key here; did you mean `upstreams`?
            Error at "{name: a, manifset: a.json}": an upstream needs a `manifest` (a path or address) or a `project` (a folder)
            Warning at "manifset": `manifset` is not a key here; did you mean `manifest`?
            Error at "../a": an upstream has a `manifest` or a `project`, not both
            Error at "https://example.com/x": a `project` is a folder on this machine; an address goes under `manifest`
            Error at "manifest": an upstream needs a `manifest` (a path or address) or a `project` (a folder)
            Warning at "${NOWHERE}/e.json": the environment variable `NOWHERE` is not set; it counts as empty
            Error at "plain": each of `upstreams` must be a mapping, not a text
            Warning at "unpinned-reff": there is no diagnostic `unpinned-reff`; did you mean `unpinned-ref`?
            Error at "loud": `private-model` must be `off`, `hint`, `info`, `warning` or `error`
            Error at "3": `unknown-model` must be `off`, `hint`, `info`, `warning` or `error`
            Error at "{a: b}": `exclude` must be a list, not a mapping
            Error at "lom": `lom` supplies nothing; known are `workspace`, `mesh`, `loom`, `sibling` or `publication`
            Warning at "loom": `loom` is given twice
            Warning at "dbt_version": `dbt_version` is given twice; the last one counts
        "#]],
    );
}

#[test]
fn half_typed_and_empty_files() {
    for (text, expected) in [
        (
            "",
            expect![[r#"
            dbt Auto exclude [] order []
        "#]],
        ),
        (
            "# only a comment\n",
            expect![[r#"
            dbt Auto exclude [] order []
        "#]],
        ),
        (
            "upstreams:\n",
            expect![[r#"
            dbt Auto exclude [] order []
        "#]],
        ),
        (
            "upstreams:\n  - \n",
            expect![[r#"
            dbt Auto exclude [] order []
            Error at "-": each of `upstreams` must be a mapping, not nothing
        "#]],
        ),
        (
            "upstreams:\n  - manifest: [\n",
            expect![[r#"
            no configuration
            Error at "[": this is not valid YAML: did not find expected node content
        "#]],
        ),
        (
            "rules:\n  private-model\n",
            expect![[r#"
            dbt Auto exclude [] order []
            Error at "private-model": `rules` must be a mapping, not a text
        "#]],
        ),
        (
            "rules\n",
            expect![[r#"
            no configuration
            Error at "rules": the file must be a mapping, not a text
        "#]],
        ),
        (
            "rules: {private-model: \"é\n",
            expect![[r#"
            no configuration
            Error at "\"é": this is not valid YAML: found unexpected end of stream
        "#]],
        ),
    ] {
        check(text, expected);
    }
}

#[test]
fn no_prefix_of_a_file_panics() {
    let text = "a: &x {b: ☃}\nupstreams:\n  - <<: *x\n    manifest: \"${MESH}/é.json\"\nrules: {unpinned-ref: off}\n";
    for (end, _) in text.char_indices() {
        let parsed = read(&text[..end]);
        for problem in &parsed.problems {
            assert!(text.is_char_boundary(problem.range.start().into()), "{end} {problem:?}");
            assert!(usize::from(problem.range.end()) <= end, "{end} {problem:?}");
        }
    }
}
