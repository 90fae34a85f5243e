//! Kinds of symbols: of the protocol's 26, those that editors draw most fittingly.

use crate::lsp;
use ide::SymbolKind;

/// The icon of a symbol. Only kinds that every client knows (the protocol's first 18 and `struct`-like ones that
/// all clients show) are used for what is common.
pub fn kind(kind: SymbolKind) -> lsp::SymbolKind {
    match kind {
        SymbolKind::Project => lsp::SymbolKind::Package,
        SymbolKind::Model | SymbolKind::Snapshot | SymbolKind::Analysis => lsp::SymbolKind::Class,
        SymbolKind::Seed => lsp::SymbolKind::Array,
        SymbolKind::Source | SymbolKind::Section => lsp::SymbolKind::Namespace,
        SymbolKind::Table | SymbolKind::Exposure | SymbolKind::SemanticModel => lsp::SymbolKind::Interface,
        SymbolKind::Column => lsp::SymbolKind::Field,
        SymbolKind::Version | SymbolKind::Metric | SymbolKind::SavedQuery => lsp::SymbolKind::Constant,
        SymbolKind::Test | SymbolKind::UnitTest => lsp::SymbolKind::Method,
        SymbolKind::Group => lsp::SymbolKind::Enum,
        SymbolKind::Function | SymbolKind::Macro | SymbolKind::Materialization => lsp::SymbolKind::Function,
        SymbolKind::Docs => lsp::SymbolKind::String,
        SymbolKind::Cte => lsp::SymbolKind::Module,
        SymbolKind::Variable => lsp::SymbolKind::Variable,
        SymbolKind::Call => lsp::SymbolKind::Constructor,
        SymbolKind::Key => lsp::SymbolKind::Property,
    }
}
