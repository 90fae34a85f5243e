//! Text in, trees and errors out.
//!
//! Parses dbt's languages as people type them: Jinja templates, YAML, the dbt calls in Python. Nothing
//! here fails, panics, reads a file or knows what a project is: a broken text gives a tree that keeps what
//! is whole, and [`SyntaxError`]s.

pub mod calls;
pub mod columns;
pub mod cursor;
mod frames;
pub mod jinja;
pub mod python;
pub mod select;
pub mod sql;
mod token;
pub mod yaml;

use text::TextRange;

/// Something wrong with a text, for a person to read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SyntaxError {
    /// Where, in bytes.
    pub range: TextRange,
    /// One sentence without a final period.
    pub message: String,
    /// A second place that explains the first, e.g. where the open block started.
    pub related: Option<(TextRange, String)>,
}
