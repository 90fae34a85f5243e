//! What is wrong with a configuration file, where, and what could still be read of it.

use text::TextRange;

/// How bad a [`Problem`] is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Level {
    /// The entry, or the whole file, cannot be used.
    Error,
    /// The file works, but likely not as meant.
    Warning,
}

/// Something wrong in a configuration file, for a person to read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Problem {
    /// How bad it is.
    pub level: Level,
    /// Where, in bytes of the file as written (before environment values were put in).
    pub range: TextRange,
    /// One sentence without a final period.
    pub message: String,
}

/// A configuration file read as far as possible.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Parsed<T> {
    /// What it says. `None`: the file as a whole cannot be read (half typed, say), and `problems` has an
    /// error; a caller keeps the last good configuration.
    pub value: Option<T>,
    /// What is wrong, in file order. Entries with an error are left out of `value`.
    pub problems: Vec<Problem>,
}
