// The platforms that packages are made for, by the names of VS Code's marketplace, each with the Rust target of its server.
export const TARGETS = {
  "linux-x64": "x86_64-unknown-linux-gnu",
  "linux-arm64": "aarch64-unknown-linux-gnu",
  "alpine-x64": "x86_64-unknown-linux-musl",
  "alpine-arm64": "aarch64-unknown-linux-musl",
  "darwin-x64": "x86_64-apple-darwin",
  "darwin-arm64": "aarch64-apple-darwin",
  "win32-x64": "x86_64-pc-windows-msvc",
  "win32-arm64": "aarch64-pc-windows-msvc",
};

/** The server's file name there. */
export const programOf = (target) => (target.startsWith("win32") ? "dbt-mesh-ls.exe" : "dbt-mesh-ls");
