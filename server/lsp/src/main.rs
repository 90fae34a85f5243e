//! `dbt-mesh-ls`: the language server and the checker for a mesh of dbt projects.
//!
//! The only crate that knows the protocol, JSON-RPC and the async runtime. It must not know dbt: every
//! question is answered by `ide` on an immutable snapshot.
//!
//! Reading order: `backend` (wire → one ordered queue) → `main_loop` (the queue's only reader) → `world`
//! (everything that changes) → `handlers` (one request per file, on a snapshot) → `to_proto`.

mod transport;

mod backend;
mod event;
mod main_loop;
mod world;

mod analysis;
mod artifacts;
mod cancel;
mod documents;
mod loading;
mod memo;
mod pool;
mod queries;
mod schedule;
mod snapshot;
mod workspace;

mod handlers;

mod encoding;
mod from_proto;
mod to_proto;
mod uri;

mod capabilities;
mod client;
mod commands;
mod config;
mod progress;
mod server_capabilities;
mod status;
mod timings;
mod work;

mod lifeline;
mod lineage;
mod long_poll;
mod watchdog;

mod cli;

#[cfg(test)]
mod testing;

// The protocol's types under the name everybody uses.
use tower_lsp::gen_lsp_types as lsp;

#[cfg(all(target_os = "linux", target_env = "gnu", target_arch = "x86_64"))]
#[global_allocator]
static ALLOCATOR: tikv_jemallocator::Jemalloc = tikv_jemallocator::Jemalloc;

fn main() -> std::process::ExitCode {
    cli::run()
}
