//! One line for each proposal: `label | type or kind | inserted text`; `~` marks what is deprecated.

use expect_test::{Expect, expect};
use project::layout::FileKind;
use project::schema;

use crate::completion::{CompletionOptions, completion};
use crate::fixture::fixture;
use crate::hover;

const SHOP: &str = "
//- shop/dbt_packages/utils/dbt_project.yml
name: utils
//- shop/models/marts/core/orders.sql
//- shop/models/marts/revenue.sql
//- shop/models/staging/stg_orders.sql
//- shop/seeds/countries/codes.csv
";

fn mesh(file: &str, text: &str) -> String {
    let project = if file == "dbt_project.yml" { "" } else { "//- shop/dbt_project.yml\nname: shop\n" };
    format!("{project}{SHOP}//- shop/{file}\n{text}")
}

/// What is proposed, as far as the labels start like `only`.
fn check_some(file: &str, text: &str, only: &[&str], expect: Expect) {
    let mesh = fixture(&mesh(file, text));
    let proposals = completion(&mesh.analysis, mesh.cursor.unwrap(), CompletionOptions::default()).unwrap();
    let mut out = String::new();
    for item in proposals.items.iter().filter(|item| only.is_empty() || only.contains(&item.label.as_str())) {
        let mark = if item.deprecated { "~" } else { "" };
        let right = item.label_description.as_deref().unwrap_or("-");
        out.push_str(&format!("{mark}{} | {right} | {:?}\n", item.label, item.insert));
    }
    expect.assert_eq(&out);
}

fn check(file: &str, text: &str, expect: Expect) {
    check_some(file, text, &[], expect);
}

fn in_properties(text: &str, expect: Expect) {
    check("models/s.yml", text, expect);
}

/// The first labels.
fn labels(file: &str, text: &str, count: usize) -> Vec<String> {
    let mesh = fixture(&mesh(file, text));
    let proposals = completion(&mesh.analysis, mesh.cursor.unwrap(), CompletionOptions::default()).unwrap();
    proposals.items.into_iter().take(count).map(|item| item.label).collect()
}

/// The text after the proposal `label` is chosen.
fn chosen(file: &str, text: &str, label: &str) -> String {
    let mesh = fixture(&mesh(file, text));
    let pos = mesh.cursor.unwrap();
    let proposals = completion(&mesh.analysis, pos, CompletionOptions::default()).unwrap();
    let item = proposals.items.iter().find(|item| item.label == label).expect(label);
    let edit = text::TextEdit::replace(item.replace, item.insert.clone());
    text::apply_edits(&mesh.texts[&pos.file], &[edit]).unwrap()
}

fn explained(file: &str, text: &str, expect: Expect) {
    let mesh = fixture(&mesh(file, text));
    let pos = mesh.cursor.unwrap();
    let found = hover(&mesh.analysis, pos).unwrap();
    let shown = found.map_or("nothing".to_owned(), |found| {
        format!("[{}]\n{}", &mesh.texts[&pos.file][found.range], found.markdown)
    });
    expect.assert_eq(&shown);
}

#[test]
fn keys_at_the_top_of_a_properties_file() {
    in_properties(
        "version: 2\nmodels:\n  - name: a\n$0",
        expect![[r#"
        analyses | list | "analyses:\n  - name: "
        exposures | list | "exposures:\n  - name: "
        groups | list | "groups:\n  - name: "
        macros | list | "macros:\n  - name: "
        saved_queries | list | "saved_queries:\n  - name: "
        seeds | list | "seeds:\n  - name: "
        semantic_models | list | "semantic_models:\n  - name: "
        snapshots | list | "snapshots:\n  - name: "
        sources | list | "sources:\n  - name: "
        unit_tests | list | "unit_tests:\n  - name: "
        data_tests | list | "data_tests:\n  - name: "
        functions | list | "functions:\n  - name: "
        metrics | list | "metrics:\n  - name: "
    "#]],
    );
}

#[test]
fn keys_of_a_model_that_are_not_there_yet() {
    in_properties(
        "models:\n  - name: a\n    description: x\n    $0",
        expect![[r#"
            columns | list | "columns:\n      - name: "
            config | mapping | "config:\n      "
            constraints | list | "constraints:\n      - type: "
            data_tests | list | "data_tests:\n      - "
            deprecation_date | string | "deprecation_date: "
            latest_version | string or number | "latest_version: "
            versions | list | "versions:\n      - v: "
            agg_time_dimension | string | "agg_time_dimension: "
            derived_semantics | mapping | "derived_semantics:\n      "
            identifier | string | "identifier: "
            metrics | list | "metrics:\n      - name: "
            primary_entity | string | "primary_entity: "
            semantic_model | mapping | "semantic_model:\n      "
            time_spine | mapping | "time_spine:\n      "
        "#]],
    );
    in_properties(
        "models:\n  - name: a\n    de$0\n    columns: []\n",
        expect![[r#"
            deprecation_date | string | "deprecation_date: "
            description | string | "description: "
            derived_semantics | mapping | "derived_semantics:\n      "
            data_tests | list | "data_tests:\n      - "
            agg_time_dimension | string | "agg_time_dimension: "
            identifier | string | "identifier: "
            semantic_model | mapping | "semantic_model:\n      "
        "#]],
    );
    in_properties(
        "models:\n  - $0\n",
        expect![[r#"
            name | string | "name: "
            columns | list | "columns:\n      - name: "
            config | mapping | "config:\n      "
            constraints | list | "constraints:\n      - type: "
            data_tests | list | "data_tests:\n      - "
            deprecation_date | string | "deprecation_date: "
            description | string | "description: "
            latest_version | string or number | "latest_version: "
            versions | list | "versions:\n      - v: "
            agg_time_dimension | string | "agg_time_dimension: "
            derived_semantics | mapping | "derived_semantics:\n      "
            identifier | string | "identifier: "
            metrics | list | "metrics:\n      - name: "
            primary_entity | string | "primary_entity: "
            semantic_model | mapping | "semantic_model:\n      "
            time_spine | mapping | "time_spine:\n      "
        "#]],
    );
}

#[test]
fn an_item_of_a_list_without_its_dash() {
    assert_eq!(chosen("models/s.yml", "models:\n  $0\n", "name"), "models:\n  - name: \n");
    assert_eq!(chosen("models/s.yml", "models:\n  na$0\n", "name"), "models:\n  - name: \n");
}

#[test]
fn lists_and_mappings_go_on_below() {
    let of = |text: &str, label: &str| chosen("models/s.yml", text, label);
    assert_eq!(
        of("models:\n  - name: a\n    col$0\n", "columns"),
        "models:\n  - name: a\n    columns:\n      - name: \n"
    );
    assert_eq!(
        of("models:\n  - name: a\n    conf$0\n", "config"),
        "models:\n  - name: a\n    config:\n      \n"
    );
    assert_eq!(
        of("models:\n  - name: a\n    vers$0\n", "versions"),
        "models:\n  - name: a\n    versions:\n      - v: \n"
    );
    assert_eq!(of("models:\n  - {name: a, col$0}\n", "columns"), "models:\n  - {name: a, columns: }\n");
    assert_eq!(
        of("models:\r\n  - name: a\r\n    col$0\r\n", "columns"),
        "models:\r\n  - name: a\r\n    columns:\r\n      - name: \r\n"
    );
    assert_eq!(
        of("models:\n  - name: a\n    de$0: x\n", "description"),
        "models:\n  - name: a\n    description: x\n"
    );
}

#[test]
fn configs_best_known_first() {
    check_some(
        "models/s.yml",
        "models:\n  - name: a\n    config:\n      ma$0\n",
        &["materialized", "max_staleness", "lookback"],
        expect![[r#"
            materialized | string | "materialized: "
            max_staleness | string | "max_staleness: "
        "#]],
    );
    let first = labels("models/s.yml", "models:\n  - name: a\n    config:\n      $0\n", 3);
    assert_eq!(first, ["access", "alias", "batch_size"]);
}

#[test]
fn values() {
    in_properties(
        "models:\n  - name: a\n    config:\n      materialized: $0\n",
        expect![[r#"
        view | - | "view"
        table | - | "table"
        incremental | - | "incremental"
        ephemeral | - | "ephemeral"
        materialized_view | - | "materialized_view"
        dynamic_table | - | "dynamic_table"
        streaming_table | - | "streaming_table"
    "#]],
    );
    in_properties(
        "models:\n  - name: a\n    config: {contract: {enforced: $0}}\n",
        expect![[r#"
        true | - | "true"
        false | - | "false"
    "#]],
    );
    in_properties(
        "models:\n  - name: a\n    config:\n      static_analysis:$0\n",
        expect![[r#"
        unsafe | - | " unsafe"
        off | - | " 'off'"
        strict | - | " strict"
        baseline | - | " baseline"
        on | - | " 'on'"
    "#]],
    );
    in_properties(
        "models:\n  - name: a\n    constraints:\n      - type: 'pri$0'\n",
        expect![[r#"
        primary_key | - | "primary_key"
    "#]],
    );
    in_properties(
        "exposures:\n  - name: a\n    maturity: h$0\n",
        expect![[r#"
        high | - | "high"
    "#]],
    );
    // At top level it works as it does under config.
    in_properties(
        "models:\n  - name: a\n    access: $0\n",
        expect![[r#"
        private | - | "private"
        protected | - | "protected"
        public | - | "public"
    "#]],
    );
}

#[test]
fn data_tests() {
    in_properties(
        "models:\n  - name: a\n    columns:\n      - name: b\n        data_tests:\n          - $0\n",
        expect![[r#"
            unique | - | "unique"
            not_null | - | "not_null"
            accepted_values | mapping | "accepted_values:\n              "
            relationships | mapping | "relationships:\n              "
        "#]],
    );
    assert_eq!(
        chosen("models/s.yml", "models:\n  - name: a\n    data_tests:\n      - rel$0\n", "relationships"),
        "models:\n  - name: a\n    data_tests:\n      - relationships:\n          \n"
    );
}

#[test]
fn resource_trees() {
    let file = "dbt_project.yml";
    assert_eq!(labels(file, "name: shop\nmodels:\n  $0\n", 3), ["shop", "utils", "+access"]);
    assert_eq!(labels(file, "name: shop\nmodels:\n  shop:\n    $0\n", 3), ["marts", "staging", "+access"]);
    check_some(
        file,
        "name: shop\nmodels:\n  shop:\n    marts:\n      +enabled: true\n      $0\n",
        &["core", "revenue", "+enabled", "+materialized", "+tags", "+meta", "+contract"],
        expect![[r#"
            core | folder | "core:\n        "
            +contract | mapping | "+contract:\n        "
            +materialized | string | "+materialized: "
            +meta | mapping | "+meta:\n        "
            +tags | string or list | "+tags: "
            revenue | node | "revenue:\n        "
        "#]],
    );
    assert_eq!(labels(file, "name: shop\nseeds:\n  shop:\n    $0\n", 1), ["countries"]);
    check_some(
        file,
        "name: shop\nmodels:\n  shop:\n    +mat$0\n",
        &["+materialized"],
        expect![[r#"
        +materialized | string | "+materialized: "
    "#]],
    );
    check_some(
        file,
        "name: shop\nmodels:\n  shop:\n    mat$0\n",
        &["+materialized"],
        expect![[r#"
        +materialized | string | "+materialized: "
    "#]],
    );
    check(
        file,
        "name: shop\nmodels:\n  shop:\n    marts:\n      +access: $0\n",
        expect![[r#"
        private | - | "private"
        protected | - | "protected"
        public | - | "public"
    "#]],
    );
}

#[test]
fn the_project_file_itself() {
    check(
        file(),
        "name: shop\nmodel$0\n",
        expect![[r#"
        model-paths | list | "model-paths:\n  - "
        models | mapping | "models:\n  "
        semantic-models | mapping | "semantic-models:\n  "
    "#]],
    );
    check_some(
        file(),
        "name: shop\nflags:\n  $0\n",
        &["partial_parse", "validate_macro_args"],
        expect![[r#"
        partial_parse | boolean | "partial_parse: "
        validate_macro_args | boolean | "validate_macro_args: "
    "#]],
    );
    check(
        file(),
        "name: shop\ndispatch:\n  - $0\n",
        expect![[r#"
        macro_namespace | string | "macro_namespace: "
        search_order | list | "search_order:\n      - "
    "#]],
    );

    fn file() -> &'static str {
        "dbt_project.yml"
    }
}

#[test]
fn other_files() {
    check(
        "selectors.yml",
        "selectors:\n  - name: a\n    definition:\n      $0\n",
        expect![[r#"
        method | string | "method: "
        children | boolean | "children: "
        children_depth | integer | "children_depth: "
        childrens_parents | boolean | "childrens_parents: "
        exclude | list | "exclude:\n        - "
        indirect_selection | string | "indirect_selection: "
        intersection | list | "intersection:\n        - "
        parents | boolean | "parents: "
        parents_depth | integer | "parents_depth: "
        union | list | "union:\n        - "
        value | string or number or boolean | "value: "
    "#]],
    );
    check(
        "dbt_mesh.yml",
        "$0",
        expect![[r#"
            dbt_version | string or number | "dbt_version: "
            exclude | list | "exclude:\n  - "
            order | list | "order:\n  - "
            readiness | boolean | "readiness: "
            refresh | string | "refresh: "
            rules | mapping | "rules:\n  "
            stale_after | string | "stale_after: "
            upstreams | list | "upstreams:\n  - "
            vars | mapping | "vars:\n  "
        "#]],
    );
    check(
        "dbt_mesh.yml",
        "rules:\n  unp$0\n",
        expect![[r#"
            unpinned-ref | - | "unpinned-ref: "
            unpinned-upstream-ref | - | "unpinned-upstream-ref: "
            unknown-project | - | "unknown-project: "
            undeclared-project | - | "undeclared-project: "
            unsupported-dbt-version | - | "unsupported-dbt-version: "
            unused-config-path | - | "unused-config-path: "
            unused-dependency | - | "unused-dependency: "
            unknown-dispatch | - | "unknown-dispatch: "
            unknown-group | - | "unknown-group: "
            one-argument-cross-project | - | "one-argument-cross-project: "
            public-without-column-descriptions | - | "public-without-column-descriptions: "
        "#]],
    );
    check(
        "dbt_mesh.yml",
        "rules:\n  unpinned-ref: $0\n",
        expect![[r#"
        off | - | "off"
        hint | - | "hint"
        info | - | "info"
        warning | - | "warning"
        error | - | "error"
    "#]],
    );
    check(
        "dbt_mesh.yml",
        "order:\n  - $0\n",
        expect![[r#"
        workspace | - | "workspace"
        mesh | - | "mesh"
        loom | - | "loom"
        sibling | - | "sibling"
        publication | - | "publication"
    "#]],
    );
    check(
        "dbt_loom.config.yml",
        "manifests:\n  - name: a\n    type: $0\n",
        expect![[r#"
        file | - | "file"
        dbt_cloud | - | "dbt_cloud"
        paradime | - | "paradime"
        gcs | - | "gcs"
        s3 | - | "s3"
        azure | - | "azure"
        snowflake | - | "snowflake"
        databricks | - | "databricks"
    "#]],
    );
    check(
        "dbt_loom.config.yml",
        "manifests:\n  - name: a\n    type: s3\n    config:\n      buc$0\n",
        expect![[r#"
            bucket_name | string | "bucket_name: "
        "#]],
    );
    check(
        "packages.yml",
        "packages:\n  - git: x\n    warn-unpinned: $0\n",
        expect![[r#"
        true | - | "true"
        false | - | "false"
    "#]],
    );
}

#[test]
fn nothing_where_nothing_can_be_known() {
    in_properties("models:\n  - name: a\n    config:\n      meta:\n        $0\n", expect![""]);
    in_properties("models:\n  - name: a\n    description: $0\n", expect![""]);
    in_properties("# mod$0\n", expect![""]);
}

#[test]
fn hover_on_keys() {
    explained(
        "models/s.yml",
        "models:\n  - name: a\n    config:\n      acc$0ess: public\n",
        expect![[r#"
        [access]
        **access** · string · config

        Who may refer to the model: its group (`private`), its project (`protected`, the default), everybody (`public`).

        Values: `private`, `protected`, `public`.

        Since dbt 1.5 · [Documentation](https://docs.getdbt.com/reference/resource-configs/access)"#]],
    );
    explained(
        "models/s.yml",
        "models:\n  - name: a\n    acc$0ess: public\n",
        expect![[r#"
        [access]
        **access** · string · config

        Who may refer to the model: its group (`private`), its project (`protected`, the default), everybody (`public`).

        Values: `private`, `protected`, `public`.

        Belongs under `config`: at top level it is deprecated, and dbt 2 refuses it.

        Since dbt 1.5 · [Documentation](https://docs.getdbt.com/reference/resource-configs/access)"#]],
    );
    explained(
        "models/s.yml",
        "models:\n  - na$0me: a\n",
        expect![[r#"
        [name]
        **name** · string · required

        The model's name: its file without the extension."#]],
    );
    explained(
        "dbt_project.yml",
        "name: shop\nmodels:\n  shop:\n    mater$0ialized: view\n",
        expect![[r#"
        [materialized]
        **materialized** · string · config

        How it is kept: `view`, `table`, `incremental`, `ephemeral`, or a materialization of your own.

        Values: `view`, `table`, `incremental`, `ephemeral`, `materialized_view`, `dynamic_table`, `streaming_table`, or others.

        Write it as `+materialized`: without the `+` it is deprecated, and dbt 2 refuses it.

        [Documentation](https://docs.getdbt.com/docs/build/materializations)"#]],
    );
    explained(
        "dbt_project.yml",
        "name: shop\nmodels:\n  sh$0op:\n    +enabled: true\n",
        expect![[r#"
        [shop]
        **shop** · this project

        3 models

        */w/shop*"#]],
    );
    explained(
        "dbt_project.yml",
        "name: shop\nlog-p$0ath: x\n",
        expect![[r#"
        [log-path]
        **log-path** · string · deprecated

        Where logs go; deprecated here: use `--log-path` or `DBT_LOG_PATH`."#]],
    );
    explained(
        "dbt_mesh.yml",
        "ord$0er: []\n",
        expect![[r#"
        [order]
        **order** · list

        What supplies an upstream when several could, best first.

        Values: `workspace`, `mesh`, `loom`, `sibling`, `publication`."#]],
    );
    explained("models/s.yml", "models:\n  - name: a\n    non$0sense: 1\n", expect!["nothing"]);
}

/// Every key that is proposed anywhere, and its way from the top of its file, each shape once.
fn each_key(mut each: impl FnMut(FileKind, &[schema::Step<'static>], schema::KeyInfo)) {
    let kinds = [
        FileKind::Properties,
        FileKind::ProjectFile,
        FileKind::Packages,
        FileKind::Dependencies,
        FileKind::Selectors,
        FileKind::Vars,
        FileKind::Profiles,
        FileKind::MeshConfig,
        FileKind::Loom,
    ];
    for kind in kinds {
        let mut seen = Vec::new();
        let mut next = vec![(Vec::new(), schema::shape_of(kind).unwrap())];
        while let Some((path, shape)) = next.pop() {
            if seen.contains(&shape) {
                continue;
            }
            seen.push(shape);
            for key in shape.keys() {
                if !key.quiet {
                    each(kind, &path, key);
                }
                let deeper = [path.as_slice(), &[schema::Step::Key(key.name)]].concat();
                next.push((deeper, key.shape));
            }
            let item = shape.item().map(|item| (schema::Step::Item, item));
            let rest =
                shape.rest().filter(|rest| !rest.is_any()).map(|rest| (schema::Step::Key("any"), rest));
            for (step, to) in item.into_iter().chain(rest) {
                next.push(([path.as_slice(), &[step]].concat(), to));
            }
        }
    }
}

#[test]
fn every_key_that_is_proposed_is_explained() {
    let mut missing = Vec::new();
    let mut total = 0;
    each_key(|kind, path, key| {
        total += 1;
        let is_known = key.deprecated || super::meaning(kind, path, &key).is_some();
        if !is_known && !OF_V2.contains(&key.name.trim_start_matches('+')) {
            let steps = path.iter().map(|step| match step {
                schema::Step::Key(key) => *key,
                schema::Step::Item => "-",
            });
            let way: Vec<&str> = steps.chain([key.name]).collect();
            missing.push(format!("{kind:?} {}", way.join("/")));
        }
    });
    assert!(total > 500, "{total}");
    assert!(missing.is_empty(), "{} of {total}: {missing:#?}", missing.len());
}

/// Keys of dbt v2 that nothing explains yet.
const OF_V2: [&str; 15] = [
    "adapter_properties",
    "classifiers",
    "compute",
    "evaluate_volatile_sql",
    "execute_hooks_on_reuse",
    "external_location",
    "formatter",
    "lag_tolerance",
    "pre_clone",
    "require_fresh_data_from",
    "schema_origin",
    "schema_refresh_interval",
    "state",
    "sync",
    "updates_on",
];
