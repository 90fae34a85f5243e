//! dbt-loom's configuration: what it says, and what is wrong with it where.

use std::path::Path;

use expect_test::{Expect, expect};
use project::upstream::loom::parse;
use project::upstream::{Parsed, Problem};

fn lookup(name: &str) -> Option<String> {
    match name {
        "MESH" => Some("/srv/mesh".to_owned()),
        "ACCOUNT" => Some("42".to_owned()),
        _ => None,
    }
}

/// The problems as a person sees them: the text they point at, then the message.
fn complaints(text: &str, problems: &[Problem]) -> String {
    problems
        .iter()
        .map(|p| {
            let part = &text[usize::from(p.range.start())..usize::from(p.range.end())];
            format!("{:?} at {part:?}: {}\n", p.level, p.message)
        })
        .collect()
}

fn check(text: &str, expected: Expect) {
    let Parsed { value, problems } = parse(text, Path::new("/mesh/finance"), &lookup);
    let mut out = match value {
        None => "no configuration\n".to_owned(),
        Some(config) => {
            let mut out = String::new();
            for m in &config.manifests {
                let place = &text[usize::from(m.source_range.start())..usize::from(m.source_range.end())];
                out += &format!("{}: {:?} at {place:?}", m.name, m.source);
                out += &format!(
                    "{}{}{}\n",
                    if m.optional { " optional" } else { "" },
                    if m.included_packages.is_empty() {
                        String::new()
                    } else {
                        format!(" only {:?}", m.included_packages)
                    },
                    if m.excluded_packages.is_empty() {
                        String::new()
                    } else {
                        format!(" not {:?}", m.excluded_packages)
                    },
                );
            }
            for (name, range) in &config.unset {
                out += &format!(
                    "unset {name} at {:?}\n",
                    &text[usize::from(range.start())..usize::from(range.end())]
                );
            }
            out
        }
    };
    out += &complaints(text, &problems);
    expected.assert_eq(&out);
}

#[test]
fn files_in_every_spelling() {
    check(
        r#"
enable_telemetry: false
new_key: ignored
manifests:
  - name: platform
    type: file
    config: {path: ../platform/target/manifest.json}
    excluded_packages: [dbt_project_evaluator]
  - name: crm # é
    type: file
    optional: yes
    config:
      path: $MESH/crm/manifest.json.gz
  - {name: web, type: file, config: {path: "https://example.com/${PART}manifest.json"}, included_packages: web}
"#,
        expect![[r#"
            platform: File(File("/mesh/finance/../platform/target/manifest.json")) at "../platform/target/manifest.json" not ["dbt_project_evaluator"]
            crm: File(File("/srv/mesh/crm/manifest.json.gz")) at "$MESH/crm/manifest.json.gz" optional
            web: File(Remote(Remote(https://example.com/${PART}manifest.json))) at "\"https://example.com/${PART}manifest.json\"" only ["web"]
            unset PART at "${PART}"
        "#]],
    );
}

#[test]
fn all_types() {
    check(
        r#"
manifests:
  - {name: a, type: dbt_cloud, config: {account_id: $ACCOUNT, job_id: 7, step: 3}}
  - {name: b, type: paradime, config: {schedule_name: daily, api_key: k, api_secret: s, command_index: 1}}
  - {name: c, type: gcs, config: {project_id: p, bucket_name: b, object_name: m.json}}
  - {name: d, type: s3, config: {bucket_name: b, object_name: m.json, credentials: x}}
  - {name: e, type: azure, config: {container_name: c, object_name: m.json, account_name: a}}
  - {name: f, type: snowflake, config: {stage: s, stage_path: p}}
  - {name: g, type: databricks, config: {path: /Volumes/x/manifest.json}}
"#,
        expect![[r#"
            a: Remote(Remote(dbt://cloud.getdbt.com/accounts/42/jobs/7)) at "{account_id: $ACCOUNT, job_id: 7, step: 3}"
            b: Paradime { schedule_name: "daily" } at "{schedule_name: daily, api_key: k, api_secret: s, command_index: 1}"
            c: Remote(Remote(gs://b/m.json)) at "{project_id: p, bucket_name: b, object_name: m.json}"
            d: Remote(Remote(s3://b/m.json)) at "{bucket_name: b, object_name: m.json, credentials: x}"
            e: Remote(Remote(abfss://c@a.dfs.core.windows.net/m.json)) at "{container_name: c, object_name: m.json, account_name: a}"
            f: Snowflake { stage: "s", stage_path: "p" } at "{stage: s, stage_path: p}"
            g: Remote(Remote(databricks:///Volumes/x/manifest.json)) at "/Volumes/x/manifest.json"
        "#]],
    );
}

#[test]
fn a_wrong_entry_does_not_take_the_others_along() {
    check(
        r#"
manifests:
  - name: good
    type: file
    config: {path: a.json}
  - type: file
    config: {path: b.json}
  - {name: c, type: flie, config: {}}
  - {name: d, type: file}
  - {name: e, type: file, config: {path: [x]}}
  - {name: f, type: dbt_cloud, config: {account_id: many, job_id: 1}}
  - {name: g, type: file, config: {path: g.json}, included_packages: [a], excluded_packages: [b]}
  - {name: h, type: file, config: {path: "ftp://x/manifest.json"}}
  - {name: i, type: file, config: {path: i.json}, optional: maybe}
  - just text
"#,
        expect![[r#"
            good: File(File("/mesh/finance/a.json")) at "a.json"
            i: File(File("/mesh/finance/i.json")) at "i.json"
            Error at "type: file": `name` is missing
            Error at "flie": `flie` is not a type of manifest; did you mean `file`?
            Error at "{name: d, type: file}": `config` is missing
            Error at "[x]": `path` must be a text, not a list
            Error at "many": `account_id` must be a whole number
            Error at "[b]": `included_packages` and `excluded_packages` cannot both be given
            Error at "\"ftp://x/manifest.json\"": `ftp://` is not a place a manifest can be read from; use a path, `https://`, `s3://`, `gs://`, `az://`, `abfss://`, `dbt://`, `git+https://`, `databricks://` or `file://`
            Error at "maybe": `optional` must be true or false, not a text
            Error at "just text": each of `manifests` must be a mapping, not a text
        "#]],
    );
}

#[test]
fn a_value_put_in_is_marked_where_its_name_is_written() {
    check(
        "# costs $5\nmanifests:\n  - {name: a, type: file, config: {path: '$NOWHERE/manifest.json'}}\n  - {name: b, type: $MESH, config: {}}\n",
        expect![[r#"
            a: File(File("/manifest.json")) at "'$NOWHERE/manifest.json'"
            unset 5 at "$5"
            unset NOWHERE at "$NOWHERE"
            Error at "$MESH": `/srv/mesh` is not a type of manifest; known are `file`, `dbt_cloud`, `paradime`, `gcs`, `s3`, `azure`, `snowflake` or `databricks`
        "#]],
    );
}

#[test]
fn half_typed_and_empty_files() {
    for (text, expected) in [
        (
            "",
            expect![[r#"
            no configuration
            Error at "": the file is empty: dbt-loom needs a list of `manifests`
        "#]],
        ),
        (
            "manifests:\n",
            expect![[r#"
            no configuration
            Error at "manifests:": `manifests` must be a list, not nothing
        "#]],
        ),
        (
            "manifest:\n  - name: x\n",
            expect![[r#"
            no configuration
            Error at "manifest:": the list of `manifests` is missing; is `manifest` meant to be it?
        "#]],
        ),
        (
            "manifests:\n  - name: platform\n    type: file\n    config: {path: \n",
            expect![[r#"
            no configuration
            Error at "{path:": this is not valid YAML: did not find expected node content
        "#]],
        ),
        (
            "manifests:\n  - name: \"é\n",
            expect![[r#"
            no configuration
            Error at "\"é": this is not valid YAML: found unexpected end of stream
        "#]],
        ),
        (
            "manifests: [\n",
            expect![[r#"
            no configuration
            Error at "[": this is not valid YAML: did not find expected node content
        "#]],
        ),
        (
            "- a\n- b\n",
            expect![[r#"
            no configuration
            Error at "- a": the file must be a mapping, not a list
        "#]],
        ),
        (
            "manifests:\n  - name: a\n     type: file\n",
            expect![[r#"
            no configuration
            Error at ":": this is not valid YAML: mapping values are not allowed in this context
        "#]],
        ),
        (
            "manifests: *anchor\n",
            expect![[r#"
            no configuration
            Error at "*anchor": this is not valid YAML: unknown anchor
        "#]],
        ),
    ] {
        check(text, expected);
    }
}
