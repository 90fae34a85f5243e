//! Keys of `dbt_project.yml`.

use super::{Explanation, e};

pub(super) static PROJECT: &[Explanation] = &[
    e("/", "name", "The project's name, as `ref` and packages know it: letters, digits and underscores.")
        .docs("reference/project-configs/name"),
    e("/", "version", "The project's own version.").docs("reference/project-configs/version"),
    e("/", "config-version", "The form of this file: always 2.")
        .docs("reference/project-configs/config-version"),
    e("/", "profile", "The profile of profiles.yml that says how to connect.")
        .docs("reference/project-configs/profile"),
    e("/", "require-dbt-version", "The dbt versions the project works with: `[\">=1.8.0\", \"<2.0.0\"]`.")
        .docs("reference/project-configs/require-dbt-version"),
    e("/", "restrict-access", "Whether protected models are closed to other packages; false by default."),
    e("/", "model-paths", "Folders with models; `models` by default.")
        .docs("reference/project-configs/model-paths"),
    e("/", "seed-paths", "Folders with seeds; `seeds` by default.")
        .docs("reference/project-configs/seed-paths"),
    e("/", "test-paths", "Folders with tests; `tests` by default.")
        .docs("reference/project-configs/test-paths"),
    e("/", "analysis-paths", "Folders with analyses; `analyses` by default.")
        .docs("reference/project-configs/analysis-paths"),
    e("/", "macro-paths", "Folders with macros; `macros` by default.")
        .docs("reference/project-configs/macro-paths"),
    e("/", "snapshot-paths", "Folders with snapshots; `snapshots` by default.")
        .docs("reference/project-configs/snapshot-paths"),
    e("/", "function-paths", "Folders with functions; `functions` by default.").since("1.11"),
    e("/", "docs-paths", "Folders with docs blocks; by default every folder with resources.")
        .docs("reference/project-configs/docs-paths"),
    e("/", "asset-paths", "Folders that are copied into the documentation.")
        .docs("reference/project-configs/asset-paths"),
    e("/", "osi-paths", "Folders with semantic definitions in the OSI format.").since("1.12"),
    e("/", "source-paths", "The old name of `model-paths`."),
    e("/", "data-paths", "The old name of `seed-paths`."),
    e("/", "target-path", "Where artifacts go; deprecated here: use `--target-path` or `DBT_TARGET_PATH`."),
    e("/", "log-path", "Where logs go; deprecated here: use `--log-path` or `DBT_LOG_PATH`."),
    e("/", "packages-install-path", "Where `dbt deps` puts packages; `dbt_packages` by default.")
        .docs("reference/project-configs/packages-install-path"),
    e("/", "clean-targets", "What `dbt clean` removes.").docs("reference/project-configs/clean-targets"),
    e("/", "query-comment", "A comment that is put into every query.")
        .docs("reference/project-configs/query-comment"),
    e("query-comment", "comment", "The text of the comment."),
    e("query-comment", "append", "Puts the comment behind the query."),
    e("query-comment", "job-label", "BigQuery: makes labels of the comment."),
    e("/", "quoting", "Which parts of relations' names are quoted.")
        .docs("reference/project-configs/quoting"),
    e("/", "on-run-start", "SQL that runs before everything else.")
        .docs("reference/project-configs/on-run-start-on-run-end"),
    e("/", "on-run-end", "SQL that runs after everything else.")
        .docs("reference/project-configs/on-run-start-on-run-end"),
    e("/", "dispatch", "Which packages `adapter.dispatch` searches for a macro.")
        .docs("reference/project-configs/dispatch-config"),
    e("dispatch", "macro_namespace", "The package whose macros are looked for."),
    e("dispatch", "search_order", "Where they are looked for, best first."),
    e("/", "vars", "Values for `var('…')`; those under a package's name are for that package.")
        .docs("docs/build/project-variables"),
    e("/", "flags", "Options of dbt and behaviour changes for this project.")
        .since("1.8")
        .docs("reference/global-configs/project-flags"),
    e("/", "models", "Configs of models, by package and folder; configs start with `+`.")
        .docs("reference/model-configs"),
    e("/", "seeds", "Configs of seeds, by package and folder; configs start with `+`.")
        .docs("reference/seed-configs"),
    e("/", "snapshots", "Configs of snapshots, by package and folder; configs start with `+`.")
        .docs("reference/snapshot-configs"),
    e("/", "sources", "Configs of sources, by package, source and table; configs start with `+`.")
        .docs("reference/source-configs"),
    e("/", "data_tests", "Configs of tests, by package and folder; configs start with `+`.")
        .since("1.8")
        .docs("reference/data-test-configs"),
    e("/", "tests", "Configs of tests; since dbt 1.8 called `data_tests`. Not both."),
    e("/", "unit_tests", "Configs of unit tests, by package and folder; configs start with `+`.")
        .since("1.8"),
    e("/", "analyses", "Configs of analyses, by package and folder; configs start with `+`."),
    e("/", "exposures", "Configs of exposures, by package; configs start with `+`."),
    e("/", "metrics", "Configs of metrics, by package; configs start with `+`."),
    e("/", "semantic-models", "Configs of semantic models, by package; configs start with `+`."),
    e("/", "saved-queries", "Configs of saved queries, by package; configs start with `+`."),
    e("/", "functions", "Configs of functions, by package and folder; configs start with `+`.").since("1.11"),
    e("/", "dbt-cloud", "Which project and environment of the dbt platform this is."),
    e("dbt-cloud", "project-id", "The number of the project on the dbt platform."),
    e("dbt-cloud", "defer-env-id", "The environment that is deferred to."),
    e("dbt-cloud", "account-host", "The host of the dbt platform account."),
    // -- flags
    e(
        "flags",
        "enable_grouped_warn_error_parser_logs",
        "Reports warnings that count as errors together, once parsing is done.",
    ),
    e("flags", "use_experimental_parser", "Reads models with a faster parser that is still tried out."),
    e("flags", "partial_parse", "Reads only what changed since the last run."),
    e("flags", "fail_fast", "Stops at the first failure."),
    e("flags", "use_colors", "Colors in the output."),
    e("flags", "use_colors_file", "Colors in the log file."),
    e("flags", "printer_width", "How wide lines of the output are."),
    e("flags", "log_format", "The output as `text`, `json` or `debug`."),
    e("flags", "log_format_file", "The log file as `text`, `json` or `debug`."),
    e("flags", "log_level", "The least level that is shown."),
    e("flags", "log_level_file", "The least level that goes into the log file."),
    e("flags", "write_json", "Writes artifacts into the target folder."),
    e("flags", "warn_error", "Makes errors of all warnings."),
    e("flags", "warn_error_options", "Makes errors of some warnings, and silences others."),
    e("warn_error_options", "error", "Warnings that are errors: `all`, or names."),
    e("warn_error_options", "warn", "Warnings that stay warnings."),
    e("warn_error_options", "silence", "Warnings that are not shown."),
    e("warn_error_options", "include", "The old name of `error`."),
    e("warn_error_options", "exclude", "The old name of `warn`."),
    e("flags", "send_anonymous_usage_stats", "Sends statistics of use to dbt Labs."),
    e("flags", "static_parser", "Reads simple models without rendering them; the result is the same."),
    e("flags", "version_check", "Checks `require-dbt-version`."),
    e("flags", "populate_cache", "Asks the warehouse at start which relations there are."),
    e("flags", "cache_selected_only", "Asks the warehouse only about schemas that are built."),
    e(
        "flags",
        "indirect_selection",
        "Which tests of selected models run: `eager`, `cautious`, `buildable` or `empty`.",
    ),
    e("flags", "use_v2_parser", "Parses with the parser of dbt v2.").since("1.12"),
    e(
        "flags",
        "require_ref_searches_node_package_before_root",
        "A `ref` without a package searches its own package before the root project.",
    ),
    e(
        "flags",
        "require_generic_test_arguments_property",
        "Arguments of generic tests stand under `arguments`.",
    ),
    e(
        "flags",
        "require_unique_project_resource_names",
        "Two resources of one name in a project are an error.",
    ),
    e("flags", "require_resource_names_without_spaces", "Names with spaces are an error."),
    e(
        "flags",
        "require_source_and_semantic_model_names_without_spaces",
        "Names of sources and semantic models with spaces are an error.",
    ),
    e(
        "flags",
        "require_explicit_package_overrides_for_builtin_materializations",
        "Packages no longer replace built-in materializations by themselves.",
    ),
    e("flags", "require_yaml_configuration_for_mf_time_spines", "Time spines are declared in YAML."),
    e(
        "flags",
        "require_nested_cumulative_type_params",
        "Parameters of cumulative metrics stand under `cumulative_type_params`.",
    ),
    e(
        "flags",
        "require_batched_execution_for_custom_microbatch_strategy",
        "A microbatch strategy of your own runs in batches.",
    ),
    e("flags", "require_all_warnings_handled_by_warn_error", "Every warning obeys `warn_error`."),
    e(
        "flags",
        "require_event_names_in_deprecations",
        "Deprecations are shown with the names of their events.",
    ),
    e(
        "flags",
        "require_valid_schema_from_generate_schema_name",
        "`generate_schema_name` must give back a name.",
    ),
    e("flags", "require_sql_header_in_test_configs", "Tests obey `sql_header`."),
    e(
        "flags",
        "require_corrected_analysis_fqns",
        "Analyses are selected by their folders like everything else.",
    ),
    e(
        "flags",
        "state_modified_compare_more_unrendered_values",
        "`state:modified` compares configs before Jinja is rendered.",
    ),
    e("flags", "state_modified_compare_vars", "`state:modified` sees changed vars."),
    e("flags", "source_freshness_run_project_hooks", "`dbt source freshness` runs the project's hooks."),
    e("flags", "skip_nodes_if_on_run_start_fails", "Nothing runs when a hook of `on-run-start` fails."),
    e("flags", "support_custom_ref_kwargs", "A `ref` of your own may take other keyword arguments."),
    e("flags", "validate_macro_args", "Checks the documented arguments of macros against the real ones."),
    e("flags", "allow_jinja_file_extensions", "Reads files that end in `.jinja` too."),
    e(
        "flags",
        "latest_version_pointer_enabled_by_default",
        "Makes a relation without version for the latest version of a model.",
    ),
    e("flags", "use_catalogs_v2", "Reads catalogs.yml in its second form."),
    e("flags", "debug", "Shows messages for debugging."),
    e("flags", "hints_enabled", "Shows hints after a run."),
    e("flags", "log_path", "Where logs go."),
    e("flags", "target_path", "Where artifacts go."),
    e("flags", "maximum_seed_size_mib", "How large seeds may be."),
    e("dbt-cloud", "environment", "The environment of the dbt platform to develop in."),
    e("dbt-cloud", "application", "The application that talks to the dbt platform."),
    e("dbt-cloud", "api_key", "A secret that does not belong into this file."),
    e("dbt-cloud", "tenant_hostname", "The host of your account on the dbt platform."),
    e("dbt-cloud", "run-id", "A run of the dbt platform."),
    e("dbt-cloud", "account_id", "Number of the account on the dbt platform."),
    e("dbt-cloud", "job-id", "Number of the job on the dbt platform whose run is deferred to."),
];
