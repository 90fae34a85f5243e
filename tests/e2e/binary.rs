//! Where the real `dbt-mesh-ls` is: built by cargo beside this test binary, once per run.

use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::OnceLock;

/// The repository's root.
pub fn repo() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR")).parent().expect("the tests package lies in the repository")
}

/// The server under test, up to date with the sources. `DBT_MESH_LS` names another one.
///
/// cargo knows no dependency on another package's binary, so it is asked to build it; when nothing changed
/// that takes a fraction of a second.
pub fn server() -> &'static Path {
    static SERVER: OnceLock<PathBuf> = OnceLock::new();
    SERVER.get_or_init(|| {
        if let Some(path) = std::env::var_os("DBT_MESH_LS") {
            return path.into();
        }
        let this = std::env::current_exe().expect("a running program knows its file");
        let profile_dir = this.ancestors().nth(2).expect("<target>/<profile>/deps/<this>");
        let target_dir = profile_dir.parent().expect("<target>/<profile>");
        let profile = match profile_dir.file_name().and_then(|n| n.to_str()) {
            Some("debug") | None => "dev",
            Some(other) => other,
        };
        let status = Command::new(env!("CARGO"))
            // `--workspace`: with the features that `cargo test --workspace` has built everything with.
            .args(["build", "--quiet", "--workspace", "--bin", "dbt-mesh-ls"])
            .args(["--profile", profile, "--target-dir"])
            .arg(target_dir)
            .current_dir(repo())
            .status()
            .expect("cargo can be started");
        assert!(status.success(), "dbt-mesh-ls does not build");
        profile_dir.join(format!("dbt-mesh-ls{}", std::env::consts::EXE_SUFFIX))
    })
}
