//! Answers to the questions an editor, a terminal or a test asks about an immutable snapshot of the mesh.
//!
//! Every entry point takes an [`Analysis`] and returns plain data with public fields, positions in bytes.
//! Knows no protocol types, does no input or output, never waits.

pub mod analysis;
mod assists;
mod at;
pub mod catalog;
mod columns;
mod completion;
mod definition;
mod describe;
pub mod diagnostics;
mod docs;
mod files;
mod fixes;
#[cfg(test)]
mod fixture;
mod folding;
mod generic_tests;
mod highlights;
mod hints;
mod hover;
pub mod impact;
#[cfg(test)]
mod kinds;
mod lenses;
pub mod lineage;
mod linked;
mod links;
mod locals;
mod misplaced;
mod named;
mod names;
mod occurrences;
mod on_type;
mod overview;
mod place;
mod references;
mod rename;
mod render;
mod repairs;
mod selection;
mod symbols;
mod thing;
mod tokens;
mod types;
mod upstream_document;
mod upstream_page;
mod usages;
#[cfg(test)]
mod while_typing;
mod workspace_symbols;
mod yaml_edit;
mod yaml_keys;

pub use analysis::{Analysis, Cancel, Environment, Level, Rules};
pub use assists::{Assist, AssistKind, Wanted, assists};
pub use catalog::{SignatureHelp, SignatureParam, signature_help};
pub use completion::{CompletionOptions, completion, completion_docs};
pub use definition::definition;
pub use diagnostics::{CODES, Depth, diagnostics};
pub use files::{Built, Files, ReadText};
pub use fixes::{Confidence, Together, automatic, fixes};
pub use folding::{Fold, FoldKind, folding};
pub use highlights::{Highlight, highlights};
pub use hints::{Hint, HintOptions, hints};
pub use hover::hover;
pub use lenses::{Lens, LensKey, LensKind, LensOptions, LensText, lenses, resolve_lens};
pub use linked::linked_ranges;
pub use links::{Link, LinkTarget, links};
pub use on_type::{ON_TYPE, on_type};
pub use overview::{ColumnInfo, PublicModel, columns, node_in_focus, public_models, supply_of};
pub use references::references;
pub use rename::{Rename, files_deleted, files_renamed, prepare_rename, rename};
pub use selection::selection_ranges;
pub use symbols::{Symbol, SymbolKind, document_symbols};
pub use tokens::{Token, TokenKind, TokenMarks, tokens};
pub use types::*;
pub use upstream_document::{UpstreamDocument, upstream_document};
pub use upstream_page::upstream_page;
pub use workspace_symbols::{MAX_SYMBOLS, WorkspaceSymbol, workspace_symbols};
