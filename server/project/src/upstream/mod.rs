//! Where a project's upstreams come from, as data: dbt manifests, publication files, dbt-loom's and our own
//! configuration.
//!
//! Bytes or a reader in, facts out. Must not open files, read the environment (values come in as a lookup
//! function) or know which upstream wins: that is the registry's business.

pub mod catalog;
pub mod config;
pub mod dbt_cloud;
mod env;
mod json;
pub mod location;
pub mod loom;
pub mod manifest;
mod md5;
mod problem;
pub mod publication;
pub mod reduce;
pub mod remote;
mod strings;
mod yaml;

pub use catalog::Catalog;
pub use location::{Location, percent_decode};
pub use manifest::{Manifest, ManifestError, NodeRef, ResourceType};
pub use md5::md5_hex;
pub use problem::{Level, Parsed, Problem};
pub use remote::Remote;
