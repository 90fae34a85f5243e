//! Keys of the smaller files.

use super::{Explanation, e};

pub(super) static PACKAGES: &[Explanation] = &[
    e("/", "packages", "Packages that `dbt deps` installs with their source.").docs("docs/build/packages"),
    e("/", "projects", "Upstream projects whose public models this project may refer to.").since("1.6"),
    e("projects", "name", "The upstream project's name, as its dbt_project.yml has it; case counts."),
    e("packages", "package", "A package of the index: `dbt-labs/dbt_utils`.").docs("docs/build/packages"),
    e("packages", "version", "The version, or a range: `[\">=1.0.0\", \"<2.0.0\"]`."),
    e("packages", "git", "Address of a git repository."),
    e("packages", "revision", "The branch, tag or commit."),
    e("packages", "subdirectory", "The folder of the project inside the repository."),
    e("packages", "warn-unpinned", "Whether dbt warns about a package without a fixed revision."),
    e("packages", "local", "Folder of a project, relative to this one."),
    e("packages", "tarball", "Address of a packed project."),
    e("packages", "name", "The project's name; needed for a tarball."),
    e("packages", "private", "A repository that the dbt platform has access to: `owner/repo`."),
    e("packages", "provider", "Where the private repository is hosted."),
    e("packages", "install-prerelease", "Takes prereleases too."),
];

pub(super) static SELECTORS: &[Explanation] = &[
    e("/", "selectors", "Named selections for `--selector`.").docs("reference/node-selection/yaml-selectors"),
    e("selectors", "name", "The selector's name."),
    e("selectors", "description", "Says what it selects."),
    e("selectors", "default", "Used when a command selects nothing; at most one may be."),
    e("selectors", "definition", "What is selected: a text as on the command line, or criteria."),
    e("", "union", "Everything that one of them selects."),
    e("", "intersection", "What all of them select."),
    e("", "exclude", "Taken out of what the others select."),
    e("", "method", "What is looked at: `tag`, `path`, `source`, `config.materialized` and so on.")
        .docs("reference/node-selection/methods"),
    e("", "value", "What it must be."),
    e("", "parents", "Everything upstream too."),
    e("", "parents_depth", "How far upstream."),
    e("", "children", "Everything downstream too."),
    e("", "children_depth", "How far downstream."),
    e("", "childrens_parents", "Everything downstream, and all that is upstream of it (`@`)."),
    e(
        "",
        "indirect_selection",
        "Which tests of selected models are taken: `eager`, `cautious`, `buildable` or `empty`.",
    ),
    e("", "tag", "Everything with this tag."),
    e("", "path", "Everything in this file or folder."),
    e("", "fqn", "By name, or by folders joined with dots."),
];

pub(super) static VARS: &[Explanation] =
    &[e("/", "vars", "Values for `var('…')`, in place of `vars` in dbt_project.yml.").since("1.12")];

pub(super) static MESH: &[Explanation] = &[
    e("/", "upstreams", "Where upstream projects are: manifests or checkouts."),
    e("/", "rules", "How each finding is reported, by its code."),
    e("/", "dbt_version", "Which dbt's rules count: `1`, `2`, or `auto` to tell by the project."),
    e("/", "readiness", "Whether to report what is missing before other projects can build on this one."),
    e("/", "exclude", "Globs of files and folders that are not looked at."),
    e("/", "order", "What supplies an upstream when several could, best first."),
    e(
        "/",
        "refresh",
        "How old a fetched manifest may be before it is asked for again: `30m`, `1h`, `7d`, `never`.",
    ),
    e("/", "stale_after", "How old a fetched manifest may be before its entry gets a hint: `7d`, `never`."),
    e("/", "vars", "Variables that dbt gets by `--vars` in every run."),
    e("upstreams", "name", "The upstream project's name; the manifest knows it too."),
    e("upstreams", "manifest", "Path or address of its manifest.json; may use `${NAME}`."),
    e("upstreams", "project", "Folder of its checkout, read live; may use `${NAME}`."),
];

pub(super) static LOOM: &[Explanation] = &[
    e("/", "manifests", "Manifests of upstream projects for dbt-loom."),
    e("/", "enable_telemetry", "Whether dbt-loom sends statistics of use; false by default."),
    e("manifests", "name", "A label; the project's name comes from the manifest."),
    e(
        "manifests",
        "type",
        "Where the manifest is: `file`, `dbt_cloud`, `paradime`, `gcs`, `s3`, `azure`, `snowflake` or `databricks`.",
    ),
    e("manifests", "config", "How to get the manifest, by its `type`."),
    e("manifests", "optional", "Whether a file may be missing."),
    e("manifests", "included_packages", "Only nodes of these packages are taken."),
    e("manifests", "excluded_packages", "Nodes of these packages are left out."),
    e(
        "config",
        "path",
        "`file`: path or address of the manifest; `databricks`: path in the workspace or volume.",
    ),
    e("config", "account_id", "`dbt_cloud`: number of the account."),
    e("config", "job_id", "`dbt_cloud`: number of the job whose newest successful run is taken."),
    e("config", "api_endpoint", "Address of the API, when it is not the usual one."),
    e("config", "step", "`dbt_cloud`: the step of the job whose manifest is taken."),
    e("config", "schedule_name", "`paradime`: name of the schedule."),
    e("config", "command_index", "`paradime`: the command whose manifest is taken."),
    e("config", "project_id", "`gcs`: the Google Cloud project."),
    e("config", "bucket_name", "`gcs`, `s3`: the bucket."),
    e("config", "object_name", "`gcs`, `s3`, `azure`: the manifest in the bucket or container."),
    e("config", "credentials", "`gcs`: path of a file with credentials."),
    e("config", "container_name", "`azure`: the container."),
    e("config", "account_name", "`azure`: the storage account."),
    e("config", "stage", "`snowflake`: the stage."),
    e("config", "stage_path", "`snowflake`: the manifest in the stage."),
];

pub(super) static PROFILES: &[Explanation] = &[
    e("", "target", "The output that is used unless `--target` says otherwise."),
    e("", "outputs", "Ways to connect, by name."),
    e("", "type", "The adapter."),
    e("", "threads", "How many nodes are built side by side."),
    e("", "schema", "The schema that models are built in."),
    e("", "database", "The database that models are built in."),
    e("", "host", "The server."),
    e("", "port", "The server's port."),
    e("", "user", "Who connects."),
    e("", "password", "A secret: better `{{ env_var('DBT_ENV_SECRET_…') }}`."),
    e("", "token", "A secret: better `{{ env_var('DBT_ENV_SECRET_…') }}`."),
    e("", "role", "The role that is taken after connecting."),
    e("", "warehouse", "Snowflake: the warehouse that runs queries."),
    e("", "account", "Snowflake: the account."),
    e("", "project", "BigQuery: the project."),
    e("", "dataset", "BigQuery: the dataset, dbt's schema."),
    e("", "path", "DuckDB: the database file."),
];
