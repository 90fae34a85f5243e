//! The tree-sitter grammar for dbt's Jinja templates: the language and its queries for editors.
//!
//! Generated C and queries only; must not know what the tree is used for.

use tree_sitter_language::LanguageFn;

#[allow(unsafe_code)]
mod c {
    unsafe extern "C" {
        pub fn tree_sitter_dbt_jinja() -> *const ();
    }
}

/// The grammar, for `tree_sitter::Parser::set_language`.
#[allow(unsafe_code)]
// SAFETY: the function is the one the generator wrote for this grammar.
pub const LANGUAGE: LanguageFn = unsafe { LanguageFn::from_raw(c::tree_sitter_dbt_jinja) };

/// The kinds and fields of the tree's nodes, as JSON.
pub const NODE_TYPES: &str = include_str!("../../src/node-types.json");
/// Capture names for colouring.
pub const HIGHLIGHTS_QUERY: &str = include_str!("../../queries/highlights.scm");
/// SQL in the text between tags.
pub const INJECTIONS_QUERY: &str = include_str!("../../queries/injections.scm");
/// Definitions and uses of variables.
pub const LOCALS_QUERY: &str = include_str!("../../queries/locals.scm");
/// What can be folded.
pub const FOLDS_QUERY: &str = include_str!("../../queries/folds.scm");
/// What indents.
pub const INDENTS_QUERY: &str = include_str!("../../queries/indents.scm");
