//! YAML as dbt projects write it, read by indentation so that damage stays on its line.
//!
//! [`parse`] never fails: it gives a tree of byte ranges and the list of what PyYAML, which dbt v1 reads
//! with, would refuse. A half-typed line costs that line only; its siblings stay where they are. Knows
//! nothing of what a key means to dbt, nor of the Jinja inside strings.

mod block;
mod build;
mod chars;
mod check;
mod cursor;
mod flow;
mod lex;
mod recover;
mod resolve;
mod scalar;
mod tree;

pub use block::parse;
pub use cursor::{Step, YamlPlace, YamlSite, cursor};
pub use resolve::{Dialect, Resolved};
pub use scalar::{Decoded, Scalar, Style};
pub use tree::{Entry, Kind, Node, Tree};
