//! One request per file: from the protocol, a question to the core, back to the protocol.
//!
//! Each `handle` reads an immutable snapshot on a worker thread. It must not know the main loop.

pub mod call_hierarchy;
pub mod code_action;
pub mod code_action_resolve;
pub mod code_lens;
pub mod code_lens_resolve;
pub mod columns;
pub mod completion;
pub mod completion_resolve;
pub mod consumers;
pub mod debug_info;
pub mod definition;
pub mod diagnostic;
pub mod document_highlight;
pub mod document_link;
pub mod document_symbol;
pub mod execute_command;
pub mod folding_range;
pub mod hover;
pub mod inlay_hint;
pub mod lineage;
pub mod linked_editing_range;
pub mod mesh;
pub mod models;
pub mod on_type_formatting;
pub mod prepare_rename;
pub mod references;
pub mod rename;
pub mod selection_range;
pub mod semantic_tokens_delta;
pub mod semantic_tokens_full;
pub mod semantic_tokens_range;
pub mod signature_help;
pub mod text_document_content;
pub mod type_hierarchy;
pub mod view_file_text;
pub mod will_delete_files;
pub mod will_rename_files;
pub mod workspace_diagnostic;
pub mod workspace_symbol;
pub mod workspace_symbol_resolve;

/// What a handler gives.
pub type Answer<T> = Result<T, Refusal>;

/// Why there is no answer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Refusal {
    /// Nobody waits any more, or the question is out of date.
    Cancelled,
    /// The parameters make no sense; why.
    Invalid(String),
    /// What is asked for cannot be done; why, for the user.
    Failed(String),
}

impl From<ide::Cancelled> for Refusal {
    fn from(_: ide::Cancelled) -> Refusal {
        Refusal::Cancelled
    }
}
