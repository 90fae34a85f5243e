//! Facts of a Markdown file: its docs blocks.

use super::{FileFacts, template};

/// Docs blocks are the only thing dbt reads of a `.md` file (spec §10).
pub fn markdown(text: &str) -> FileFacts {
    // No brace, no block: most Markdown files of a repository are prose.
    if !text.contains("{%") {
        return FileFacts::default();
    }
    template::docs(text)
}
