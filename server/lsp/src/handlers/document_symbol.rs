//! `textDocument/documentSymbol`

use super::Answer;
use crate::documents::Text;
use crate::lsp;
use crate::snapshot::Snapshot;
use crate::to_proto::{self, symbol};
use ide::Symbol;

/// The outline: a tree, or a flat list for clients that do not know trees.
pub fn handle(
    snap: &Snapshot,
    params: lsp::DocumentSymbolParams,
) -> Answer<Option<lsp::DocumentSymbolResponse>> {
    let uri = params.text_document.uri;
    let Some(file) = snap.file(&uri) else { return Ok(None) };
    let Some(text) = snap.text(file) else { return Ok(None) };
    let symbols = ide::document_symbols(&snap.analysis.ide, file)?;
    if snap.caps.symbol_trees {
        let tree = symbols.into_iter().map(|symbol| tree(snap, &text, symbol)).collect();
        return Ok(Some(lsp::DocumentSymbolResponse::DocumentSymbolList(tree)));
    }
    let mut flat = Vec::new();
    for symbol in &symbols {
        list(snap, &text, &uri, symbol, None, &mut flat);
    }
    Ok(Some(lsp::DocumentSymbolResponse::SymbolInformationList(flat)))
}

/// The core bounds the depth.
fn tree(snap: &Snapshot, text: &Text, symbol: Symbol) -> lsp::DocumentSymbol {
    let children: Vec<_> = symbol.children.into_iter().map(|child| tree(snap, text, child)).collect();
    #[expect(deprecated, reason = "the type has the field")]
    lsp::DocumentSymbol {
        name: symbol.name,
        detail: symbol.detail,
        kind: symbol::kind(symbol.kind),
        tags: None,
        deprecated: None,
        range: to_proto::range(text, symbol.range, snap.encoding()),
        selection_range: to_proto::range(text, symbol.focus, snap.encoding()),
        children: (!children.is_empty()).then_some(children),
    }
}

fn list(
    snap: &Snapshot,
    text: &Text,
    uri: &lsp::Uri,
    symbol: &Symbol,
    container: Option<&str>,
    out: &mut Vec<lsp::SymbolInformation>,
) {
    #[expect(deprecated, reason = "the type has the field")]
    out.push(lsp::SymbolInformation {
        deprecated: None,
        location: lsp::Location {
            uri: uri.clone(),
            range: to_proto::range(text, symbol.range, snap.encoding()),
        },
        base_symbol_information: lsp::BaseSymbolInformation {
            name: symbol.name.clone(),
            kind: symbol::kind(symbol.kind),
            tags: None,
            container_name: container.map(str::to_owned),
        },
    });
    for child in &symbol.children {
        list(snap, text, uri, child, Some(&symbol.name), out);
    }
}
