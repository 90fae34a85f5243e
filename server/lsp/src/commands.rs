//! The commands that a client may ask for, by name.

/// Applies the workspace edit that is its argument: for clients without code action literals, and for
/// completions that change a second file.
pub const APPLY_EDIT: &str = "dbt-mesh.applyEdit";
/// Asks for remote manifests again, whatever their age: of the upstreams that its arguments name, or all.
pub const REFRESH_UPSTREAMS: &str = "dbt-mesh.refreshUpstreams";
/// Opens a page on the upstream that its argument names: where it comes from, how old it is, what it offers.
pub const SHOW_UPSTREAM: &str = "dbt-mesh.showUpstream";
/// The user trusts the workspace folders: their configuration may name hosts to fetch from.
pub const TRUST_WORKSPACE: &str = "dbt-mesh.trustWorkspace";
/// Answers with a page on the state of the server, for a bug report.
pub const DEBUG_INFO: &str = "dbt-mesh.debugInfo";

/// All of them.
pub const ALL: [&str; 5] = [APPLY_EDIT, REFRESH_UPSTREAMS, SHOW_UPSTREAM, TRUST_WORKSPACE, DEBUG_INFO];
