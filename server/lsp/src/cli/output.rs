//! The output formats of `check`, each from a [`Report`](super::report::Report).

pub mod github;
pub mod json;
pub mod sarif;
pub mod text;

#[cfg(test)]
mod tests;
