//! Answers to the questions an editor, a terminal or a test asks about an immutable snapshot of the mesh.
//!
//! Every entry point takes an [`Analysis`] and returns plain data with public fields, positions in bytes.
//! Knows no protocol types, does no input or output, never waits.

mod types;

pub use types::*;
