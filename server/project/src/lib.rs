//! What dbt files mean: facts of each file, an index of names, resolution as dbt does it, and the
//! upstreams of a mesh.
//!
//! A pure function of (path, text) inputs: no disk, no network, no clock, no protocol. A [`Mesh`] is
//! cheap to clone; a clone never changes.

pub mod access;
pub mod checks;
pub mod config;
pub mod cow;
pub mod date;
pub mod deps;
pub mod facts;
pub mod flavor;
pub mod graph;
pub mod layout;
pub mod macro_edges;
pub mod mesh;
pub mod names;
pub mod node;
pub mod package;
pub mod referable;
pub mod refs;
pub mod registry;
pub mod resolve;
pub mod schema;
pub mod semantic;
pub mod suppress;
pub mod surface;
pub mod upstream;
pub mod variables;
pub mod version;
pub mod warn_error;

pub use mesh::{FileEntry, FileId, Mesh, PackageId};
pub use node::{Access, NodeKind, NodeRef, Target};
pub use package::Package;
