//! Manifests of every schema version, as they are and as they should not be.

use expect_test::{Expect, expect};
use project::upstream::Manifest;
use project::upstream::manifest::{read_from, read_slice, read_sql};

/// What a person would ask about a manifest, one line a node.
fn facts(json: &str) -> String {
    let manifest = match read_slice(json.as_bytes()) {
        Ok(manifest) => manifest,
        Err(error) => return error.to_string(),
    };
    let mut out = format!(
        "project {} v{}{}\n",
        manifest.project_name.as_deref().unwrap_or("?"),
        manifest.schema_version.unwrap_or_default(),
        if manifest.project_name_inferred { " (inferred)" } else { "" }
    );
    for node in manifest.nodes() {
        out += &format!("{} {} {}", node.unique_id(), node.package(), node.name());
        for (label, value) in [
            ("v", node.version()),
            ("latest", node.latest_version()),
            ("group", node.group()),
            ("deprecated", node.deprecation_date()),
            ("file", node.original_file_path()),
            ("as", node.materialized()),
            ("relation", node.relation_name()),
            ("owner", node.owner()),
            ("about", node.description()),
        ] {
            if let Some(value) = value {
                out += &format!(" {label}={value}");
            }
        }
        out += &format!(" {}", node.access().as_str());
        for (flag, on) in [("contract", node.contract_enforced()), ("external", node.external())] {
            if on {
                out += &format!(" {flag}");
            }
        }
        for column in node.columns() {
            out += &format!(
                "\n  {}: {} {}",
                column.name,
                column.data_type.unwrap_or("-"),
                column.description.unwrap_or("-")
            );
        }
        for test in node.tests() {
            out += &format!("\n  test {} {}", test.name, test.column.unwrap_or("-"));
        }
        let (tags, parents): (Vec<_>, Vec<_>) = (node.tags().collect(), node.depends_on().collect());
        if !tags.is_empty() || !parents.is_empty() {
            out += &format!("\n  tags {tags:?} from {parents:?}");
        }
        out += "\n";
    }
    out
}

fn check(json: &str, expected: Expect) {
    expected.assert_eq(&facts(json));
}

#[test]
fn v7_has_root_paths_list_refs_and_no_project_name() {
    check(
        r#"{"metadata": {"dbt_schema_version": "https://schemas.getdbt.com/dbt/manifest/v7.json",
              "dbt_version": "1.3.4", "project_id": null},
            "nodes": {
              "model.dbt_utils.a": {"name": "a", "package_name": "dbt_utils", "root_path": "/srv/shop/dbt_packages/dbt_utils",
                "path": "a.sql", "original_file_path": "models/a.sql"},
              "model.dbt_utils.b": {"name": "b", "package_name": "dbt_utils", "root_path": "/srv/shop/dbt_packages/dbt_utils",
                "path": "b.sql", "original_file_path": "models/b.sql"},
              "model.shop.orders": {"resource_type": "model", "name": "orders", "package_name": "shop",
                "root_path": "/srv/shop", "path": "orders.sql", "original_file_path": "models\\marts\\orders.sql",
                "raw_code": "select 1", "refs": [["stg"], ["other", "x"]], "config": {"materialized": "view"},
                "columns": {}, "description": "Orders", "depends_on": {"macros": [], "nodes": ["model.dbt_utils.a"]}},
              "test.shop.relationships_orders.0123456789": {"resource_type": "test", "column_name": "customer_id",
                "test_metadata": {"name": "relationships", "kwargs": {}, "namespace": null},
                "depends_on": {"nodes": ["model.dbt_utils.a", "model.shop.orders"]}},
              "test.shop.unique_orders.0123456789": {"resource_type": "test",
                "test_metadata": {"name": "unique_combination_of_columns", "namespace": "dbt_utils"},
                "depends_on": {"nodes": ["model.shop.orders"]}}
            }}"#,
        expect![[r#"
            project shop v7 (inferred)
            model.dbt_utils.a dbt_utils a file=models/a.sql protected
            model.dbt_utils.b dbt_utils b file=models/b.sql protected
            model.shop.orders shop orders file=models/marts/orders.sql as=view about=Orders protected
              test relationships customer_id
              test dbt_utils.unique_combination_of_columns -
              tags [] from ["model.dbt_utils.a"]
        "#]],
    );
}

#[test]
fn v9_names_its_project_by_md5() {
    check(
        r#"{"metadata": {"dbt_schema_version": "https://schemas.getdbt.com/dbt/manifest/v9.json",
              "dbt_version": "1.5.2", "project_id": "34a6e5d64ade17ef4e51612c50dd72f5"},
            "nodes": {
              "model.big_package.a": {"name": "a", "package_name": "big_package", "original_file_path": "models/a.sql"},
              "model.big_package.b": {"name": "b", "package_name": "big_package", "original_file_path": "models/b.sql"},
              "model.platform.orders.v2": {"name": "orders", "package_name": "platform", "version": 2, "latest_version": 2.0,
                "access": "public", "group": "core", "original_file_path": "models/orders_v2.sql", "path": "orders_v2.sql",
                "refs": [{"name": "stg", "package": null, "version": null}],
                "contract": {"enforced": true, "checksum": null}}
            }}"#,
        expect![[r#"
            project platform v9 (inferred)
            model.big_package.a big_package a file=models/a.sql protected
            model.big_package.b big_package b file=models/b.sql protected
            model.platform.orders.v2 platform orders v=2 latest=2.0 group=core file=models/orders_v2.sql public contract
        "#]],
    );
}

#[test]
fn v9_without_project_id_takes_the_commonest_package_with_its_own_nodes() {
    check(
        r#"{"metadata": {"dbt_schema_version": "https://schemas.getdbt.com/dbt/manifest/v9.json"},
            "nodes": {
              "model.up.a": {"name": "a", "package_name": "up", "path": "", "original_file_path": ""},
              "model.up.b": {"name": "b", "package_name": "up", "path": "", "original_file_path": ""},
              "model.down.c": {"name": "c", "package_name": "down", "path": "c.sql", "original_file_path": "models/c.sql"}
            }}"#,
        expect![[r#"
            project down v9 (inferred)
            model.up.a up a protected external
            model.up.b up b protected external
            model.down.c down c file=models/c.sql protected
        "#]],
    );
}

#[test]
fn v10_knows_its_project_and_deprecation() {
    check(
        r#"{"nodes": {
              "model.platform.m.v1.0": {"name": "m", "package_name": "platform", "version": 1.0, "latest_version": "gold",
                "deprecation_date": "2024-06-01T00:00:00+00:00", "original_file_path": "models/m.sql",
                "columns": {"ID": {"name": "ID", "data_type": "int", "description": "Key"}, "b": {"name": "b", "data_type": null}}},
              "model.platform.m.vgold": {"name": "m", "package_name": "platform", "version": "gold", "latest_version": "gold"}
            },
            "metadata": {"dbt_schema_version": "https://schemas.getdbt.com/dbt/manifest/v10.json",
              "project_name": "platform", "project_id": "x"}}"#,
        expect![[r#"
            project platform v10
            model.platform.m.v1.0 platform m v=1.0 latest=gold deprecated=2024-06-01T00:00:00+00:00 file=models/m.sql protected
              ID: int Key
              b: - -
            model.platform.m.vgold platform m v=gold latest=gold protected
        "#]],
    );
}

#[test]
fn v12_says_things_in_config() {
    check(
        r#"{"metadata": {"dbt_schema_version": "https://schemas.getdbt.com/dbt/manifest/v12.json", "project_name": "p"},
            "nodes": {"model.p.m": {"name": "m", "package_name": "p", "tags": [], "meta": {}, "group": "",
              "config": {"enabled": true, "materialized": "incremental", "access": "private", "group": "core",
                "contract": {"enforced": true}, "tags": ["daily", 7], "meta": {"owner": "team-x"}},
              "doc_blocks": [], "primary_key": ["id"], "time_spine": null}},
            "unit_tests": {"unit_test.p.m.t": {"name": "t", "model": "m", "depends_on": {"nodes": ["model.p.m"]}}},
            "functions": {"function.p.f": {"name": "f", "package_name": "p", "original_file_path": "functions/f.sql"}}}"#,
        expect![[r#"
            project p v12
            model.p.m p m group=core as=incremental owner=team-x private contract
              tags ["daily"] from []
            function.p.f p f file=functions/f.sql protected
        "#]],
    );
}

#[test]
fn dbt_2_leaves_out_what_is_null_and_adds_keys() {
    check(
        r#"{"metadata": {"dbt_schema_version": "https://schemas.getdbt.com/dbt/manifest/v12.json",
              "dbt_version": "2.0.0", "project_name": "p"},
            "nodes": {"model.p.m": {"name": "m", "package_name": "p", "original_file_path": "models/m.sql",
              "classifiers": [], "access": "public",
              "depends_on": {"macros": [], "nodes": ["model.p.s"],
                "nodes_with_ref_location": [["model.p.s", {"line": 1, "col": 15, "index": 14, "file": "models/m.sql"}]]}}},
            "macros": {"macro.p.helper": {"name": "helper", "package_name": "p", "macro_sql": "{% macro helper(x) %}"}}}"#,
        expect![[r#"
            project p v12
            model.p.m p m file=models/m.sql public
              tags [] from ["model.p.s"]
        "#]],
    );
}

#[test]
fn copies_of_foreign_nodes_are_told_apart_in_a_two_way_mesh() {
    let json = r#"{"metadata": {"project_name": "finance"},
        "nodes": {
          "model.finance.revenue": {"name": "revenue", "package_name": "finance", "access": "public",
            "path": "revenue.sql", "original_file_path": "models/revenue.sql"},
          "seed.platform.codes": {"resource_type": "model", "name": "codes", "package_name": "platform",
            "path": "", "original_file_path": "", "access": "protected", "version": null},
          "model.platform.orders.v2": {"resource_type": "model", "name": "orders", "package_name": "platform",
            "path": "", "original_file_path": "", "access": "public", "version": "2", "latest_version": "2"},
          "model.platform.orders.v1": {"resource_type": "model", "name": "orders", "package_name": "platform",
            "path": "", "original_file_path": "", "access": "public", "version": "1", "latest_version": "2"}}}"#;
    check(
        json,
        expect![[r#"
            project finance v0
            model.finance.revenue finance revenue file=models/revenue.sql public
            seed.platform.codes platform codes protected external
            model.platform.orders.v2 platform orders v=2 latest=2 public external
            model.platform.orders.v1 platform orders v=1 latest=2 public external
        "#]],
    );
    let manifest = read_slice(json.as_bytes()).unwrap();
    assert_eq!(manifest.packages().collect::<Vec<_>>(), ["finance", "platform"]);
    assert_eq!(manifest.public_count("finance"), 1);
    assert_eq!(manifest.public_count("platform"), 0);
    assert_eq!(
        named(&manifest, "platform", "orders"),
        ["model.platform.orders.v1", "model.platform.orders.v2"]
    );
    assert_eq!(named(&manifest, "platform", "codes"), ["seed.platform.codes"]);
    assert!(named(&manifest, "finance", "orders").is_empty());
    assert!(manifest.node("model.platform.orders.v2").unwrap().version_is_text());
    assert!(manifest.node("model.platform.orders.v2").unwrap().is_latest());
    assert!(!manifest.node("model.platform.orders.v1").unwrap().is_latest());
    assert!(manifest.node("model.platform.orders").is_none());
}

fn named<'a>(manifest: &'a Manifest, package: &str, name: &str) -> Vec<&'a str> {
    let nodes = manifest.by_name(package, name).iter();
    nodes.filter_map(|index| manifest.node_at(*index)).map(|node| node.unique_id()).collect()
}

#[test]
fn versions_are_listed_lowest_first() {
    let node = |version: &str| format!(r#""model.p.m.v{version}": {{"version": "{version}", "name": "m"}}"#);
    let nodes = ["10", "gold", "9", "2.1", "beta"].map(node).join(",");
    let manifest = read_slice(format!(r#"{{"metadata": {{}}, "nodes": {{{nodes}}}}}"#).as_bytes()).unwrap();
    let versions: Vec<_> =
        manifest.by_name("p", "m").iter().filter_map(|i| manifest.node_at(*i)?.version()).collect();
    assert_eq!(versions, ["2.1", "9", "10", "beta", "gold"]);
}

#[test]
fn everything_beside_nodes() {
    let manifest = read_slice(
        br##"{"metadata": {"project_name": "p"}, "nodes": {"model.p.a": {}},
            "sources": {"source.p.raw.orders": {"source_name": "raw", "name": "orders", "identifier": "ORDERS_X",
              "columns": {"id": {"description": "Key"}}}},
            "groups": {"group.p.core": {"name": "core", "package_name": "p", "owner": {"name": "Core", "email": ["a@x", "b@x"]}},
                       "group.q.core": {"name": "core", "package_name": "q", "owner": {"email": "q@x", "slack": "#q"}}},
            "exposures": {"exposure.p.dash": {"name": "dash", "type": "dashboard", "url": "https://x", "owner": {"email": "bi@x"},
              "depends_on": {"nodes": ["model.p.a"]}}},
            "metrics": {"metric.p.revenue": {"name": "revenue", "label": "Revenue", "type": "simple"}},
            "semantic_models": {"semantic_model.p.orders": {"name": "orders"}},
            "saved_queries": {"saved_query.p.q": {"name": "q"}},
            "macros": {"macro.p.z": {"name": "z", "package_name": "p", "arguments": [{"name": "x", "type": "int", "description": "The x"}, {}]},
                       "macro.dbt.a": {"name": "a", "package_name": "dbt", "arguments": []}},
            "docs": {"doc.p.orders": {"name": "orders", "package_name": "p", "block_contents": "Long"}},
            "disabled": {"model.p.old": [{"name": "old", "package_name": "p", "original_file_path": "models/old.sql",
                "columns": {"x": {"name": "x"}}}, {"name": "old"}], "test.p.t": [{}], "source.p.raw.gone": []}}"##,
    )
    .unwrap();
    let source = manifest.node("source.p.raw.orders").unwrap();
    assert_eq!(
        (source.source_name(), source.name(), source.alias()),
        (Some("raw"), "orders", Some("ORDERS_X"))
    );
    assert_eq!(source.columns().next().unwrap().name, "id");
    assert_eq!(manifest.group("p", "core").unwrap().owner_email, Some("a@x"));
    assert_eq!(manifest.group("q", "core").unwrap().owner_email, Some("q@x"));
    assert_eq!(manifest.group("other", "core").unwrap().package, "p");
    let dash = manifest.resource("exposure.p.dash").unwrap();
    assert_eq!((dash.kind(), dash.owner_email(), dash.package()), (Some("dashboard"), Some("bi@x"), "p"));
    assert_eq!(dash.depends_on().collect::<Vec<_>>(), ["model.p.a"]);
    assert_eq!(manifest.resources().len(), 4);
    let macro_z = manifest.macro_named("p", "z").unwrap();
    assert_eq!(macro_z.arguments().map(|a| (a.name, a.kind)).collect::<Vec<_>>(), [("x", Some("int"))]);
    assert_eq!(manifest.macros().len(), 2);
    assert_eq!(manifest.docs().next().unwrap().name, "orders");
    let disabled: Vec<_> = manifest.disabled_by_name("p", "old").collect();
    assert_eq!(disabled.len(), 1);
    assert!(!disabled[0].enabled() && disabled[0].columns().len() == 0);
    assert!(manifest.node("model.p.old").is_none());
}

#[test]
fn wrong_types_count_as_absent() {
    check(
        r#"{"metadata": {"dbt_schema_version": 12, "project_name": "p", "env": []},
            "nodes": {
              "model.p.a": {"name": 7, "package_name": null, "version": true, "access": "secret", "columns": [],
                "tags": "daily", "config": [], "meta": "x", "description": {"a": [1]}, "depends_on": [],
                "contract": null, "original_file_path": 5},
              "model.p.b": null, "model.p.c": [], "model.p.d": "x",
              "model.p.e": {"columns": [{"name": "x"}, {"data_type": "int"}, 3], "contract": {"enforced": "true"},
                "config": {"enabled": null, "tags": {"a": 1}, "meta": {"owner": ["x"]}}, "depends_on": {"nodes": null}},
              "odd": {}, "": {}
            },
            "sources": null, "macros": [], "docs": 1, "disabled": {"model.p.z": null, "model.p.y": {"name": "y"}},
            "groups": {"g": null}, "exposures": "none", "metrics": {"metric.p.m": 1}, "unit_tests": true}"#,
        expect![[r#"
            project p v0
            model.p.a p 7 v=True file=5 protected
              tags ["daily"] from []
            model.p.b p b protected
            model.p.c p c protected
            model.p.d p d protected
            model.p.e p e protected contract
              x: - -
        "#]],
    );
}

#[test]
fn of_a_repeated_unique_id_the_last_counts() {
    let manifest = read_slice(
        br#"{"metadata": {}, "nodes": {"model.p.a": {"description": "old"}, "model.p.b": {}, "model.p.a": {"description": "new"}}}"#,
    )
    .unwrap();
    assert_eq!(manifest.nodes().len(), 2);
    assert_eq!(manifest.node("model.p.a").unwrap().description(), Some("new"));
    assert_eq!(manifest.by_name("p", "a").len(), 1);
}

#[test]
fn paths_that_leave_the_root_are_not_offered_as_files() {
    let paths = [
        "models/a.sql",
        "../../etc/passwd",
        "/etc/passwd",
        "C:/x.sql",
        "a\\..\\..\\b",
        "models/..sql",
        "\\\\host\\x",
    ];
    let nodes: Vec<String> = paths
        .iter()
        .enumerate()
        .map(|(i, path)| format!(r#""model.p.n{i}": {{"original_file_path": {}}}"#, serde_json::json!(path)))
        .collect();
    let json = format!(r#"{{"metadata": {{}}, "nodes": {{{}}}}}"#, nodes.join(","));
    let manifest = read_slice(json.as_bytes()).unwrap();
    let safe: Vec<_> = manifest.nodes().filter_map(|node| node.source_path()).collect();
    assert_eq!(safe, ["models/a.sql", "models/..sql"]);
}

#[test]
fn errors_say_what_is_wrong() {
    let cases: [(&str, &[u8]); 16] = [
        ("empty", b""),
        ("blank", b" \n\t "),
        ("cut", br#"{"metadata": {}, "nodes": {"model.p.a": {"name": "#),
        ("cut text", br#"{"metadata": {}, "nodes": {"model.p.a": {"name": "ord"#),
        ("not json", b"version: 2\n"),
        ("bad value", b"{\"metadata\": {},\n \"nodes\": oops}"),
        ("two documents", br#"{"metadata": {}, "nodes": {}}{}"#),
        ("latin-1", b"{\"metadata\": {}, \"nodes\": {\"model.p.a\": {\"description\": \"caf\xe9\"}}}"),
        ("utf-16", b"\xff\xfe{\0}\0"),
        ("gzip", b"\x1f\x8b\x08\0\0"),
        ("list", b"[]"),
        ("other json", br#"{"name": "x"}"#),
        ("no nodes", br#"{"metadata": {}}"#),
        ("no metadata", br#"{"nodes": {}}"#),
        ("catalog", br#"{"metadata": {"dbt_schema_version": "https://schemas.getdbt.com/dbt/catalog/v1.json"}, "nodes": {}}"#),
        ("deep", b"[[[[[[[["),
    ];
    let all: Vec<String> =
        cases.iter().map(|(what, bytes)| format!("{what}: {}", read_slice(bytes).unwrap_err())).collect();
    expect![[r#"
        empty: the file is empty
        blank: the file is empty
        cut: the file is incomplete: it ends in the middle of the JSON, after 49 bytes
        cut text: the file is incomplete: it ends in the middle of the JSON, after 53 bytes
        not json: not valid JSON at line 1, column 8: expected a value
        bad value: not valid JSON at line 2, column 15: expected a value
        two documents: not valid JSON at line 1, column 30: more text after the end of the document
        latin-1: not UTF-8 text at line 1, before column 63
        utf-16: not UTF-8 text: the file is UTF-16
        gzip: the file is compressed with gzip
        list: not a dbt manifest: it has no `metadata` and `nodes`
        other json: not a dbt manifest: it has no `metadata` and `nodes`
        no nodes: not a dbt manifest: it has no `nodes`
        no metadata: not a dbt manifest: it has no `metadata`
        catalog: a dbt catalog file, not a manifest: it says `https://schemas.getdbt.com/dbt/catalog/v1.json`
        deep: the file is incomplete: it ends in the middle of the JSON, after 8 bytes"#]]
    .assert_eq(&all.join("\n"));
}

#[test]
fn a_failing_reader_is_reported() {
    struct Broken;
    impl std::io::Read for Broken {
        fn read(&mut self, _: &mut [u8]) -> std::io::Result<usize> {
            Err(std::io::Error::other("the disk is gone"))
        }
    }
    let error = read_from(std::io::Read::chain(&b"{\"nodes\": {"[..], Broken)).unwrap_err();
    assert_eq!(error.to_string(), "cannot be read: the disk is gone");
}

#[test]
fn a_byte_order_mark_is_skipped() {
    assert!(read_slice(b"\xef\xbb\xbf{\"metadata\": {}, \"nodes\": {}}").is_ok());
}

/// A manifest with something of everything.
const SAMPLE: &str = r#"{"metadata": {"dbt_schema_version": "https://schemas.getdbt.com/dbt/manifest/v12.json", "project_name": "p"},
 "nodes": {"model.p.a.v1": {"name": "a", "version": 1, "raw_code": "select \"x\"\n -- {", "description": "\u00e9\ud83d\ude00", "meta": {"nan": NaN},
   "columns": {"x": {"name": "x", "data_type": "int"}}, "tags": ["t"], "config": {"contract": {"enforced": true}}, "depends_on": {"nodes": ["source.p.r.t"]}},
  "test.p.t": {"test_metadata": {"name": "unique"}, "attached_node": "model.p.a.v1", "column_name": "x"}},
 "sources": {"source.p.r.t": {"name": "t"}}, "macros": {"macro.p.m": {"name": "m", "macro_sql": "{% macro m() %}", "arguments": [{"name": "y"}]}},
 "docs": {"doc.p.d": {"name": "d", "block_contents": "Block"}}, "groups": {"group.p.g": {"name": "g", "owner": {"name": "G"}}},
 "exposures": {"exposure.p.e": {"name": "e"}}, "disabled": {"model.p.z": [{"name": "z"}]}}"#;

#[test]
fn every_truncation_is_an_error_and_no_byte_panics() {
    assert!(read_slice(SAMPLE.as_bytes()).is_ok());
    for end in 0..SAMPLE.len() {
        assert!(read_slice(&SAMPLE.as_bytes()[..end]).is_err(), "cut at {end}");
    }
    let mut bytes = SAMPLE.as_bytes().to_vec();
    for at in 0..bytes.len() {
        for byte in [b'"', b'{', b']', b'\\', 0, 0xff, b',', b'9'] {
            let kept = std::mem::replace(&mut bytes[at], byte);
            if let Ok(manifest) = read_slice(&bytes) {
                let seen: usize =
                    manifest.nodes().map(|n| n.columns().len() + n.tests().len() + n.name().len()).sum();
                assert!(seen < bytes.len());
            }
            bytes[at] = kept;
        }
    }
}

#[test]
fn sql_is_fetched_without_reading_on() {
    // The text after the node is broken on purpose: it must not be reached.
    let cut = SAMPLE.find("\"test.p.t\"").unwrap();
    let sql = |text: &str, id: &str| read_sql(text.as_bytes(), id).map_err(|error| error.to_string());
    assert_eq!(sql(&SAMPLE[..cut], "model.p.a.v1"), Ok(Some("select \"x\"\n -- {".to_owned())));
    assert_eq!(sql(SAMPLE, "macro.p.m"), Ok(Some("{% macro m() %}".to_owned())));
    assert_eq!(sql(SAMPLE, "doc.p.d"), Ok(Some("Block".to_owned())));
    assert_eq!(sql(SAMPLE, "model.p.other"), Ok(None));
    assert_eq!(
        sql(r#"{"nodes": {"model.p.a": {"raw_sql": "select 1", "raw_code": null}}}"#, "model.p.a"),
        Ok(Some("select 1".to_owned()))
    );
    assert!(sql(&SAMPLE[..cut], "model.p.other").unwrap_err().contains("incomplete"));
}

#[test]
fn repeated_texts_are_stored_once() {
    let node = |i: usize, text: &str| {
        format!(
            r#""model.p.m{i}": {{"name": "m{i}", "description": "{text}", "columns": {{"customer_id": {{"name": "customer_id", "data_type": "varchar", "description": "{text}"}}}}}}"#
        )
    };
    let size = |text: &str| {
        let nodes: Vec<String> = (0..500).map(|i| node(i, text)).collect();
        let json = format!(r#"{{"metadata": {{}}, "nodes": {{{}}}}}"#, nodes.join(","));
        read_slice(json.as_bytes()).unwrap().heap_bytes()
    };
    assert_eq!(size(&"long ".repeat(1000)) - size(&"long ".repeat(500)), 2500);
}
