//! `textDocument/signatureHelp`

use super::Answer;
use crate::analysis;
use crate::from_proto;
use crate::lsp::{self, ParameterInformationLabel};
use crate::snapshot::Snapshot;
use crate::to_proto::markup;

/// The parameters of the call around the cursor.
pub fn handle(snap: &Snapshot, params: lsp::SignatureHelpParams) -> Answer<Option<lsp::SignatureHelp>> {
    let Some(at) = from_proto::file_pos(snap, &params.text_document_position_params) else {
        return Ok(None);
    };
    let Some(help) = analysis::signature_help(&snap.analysis, at)? else { return Ok(None) };
    let docs = |docs: Option<String>| -> Option<lsp::Documentation> {
        Some(lsp::Documentation::MarkupContent(markup::content(docs?, snap.caps.signature_markdown)))
    };
    let label = |range: &std::ops::Range<usize>| {
        let units = |end: usize| help.label.get(..end).map_or(0, |text| text.encode_utf16().count() as u32);
        if snap.caps.signature_offsets {
            ParameterInformationLabel::Tuple((units(range.start), units(range.end)))
        } else {
            ParameterInformationLabel::String(help.label.get(range.clone()).unwrap_or_default().to_owned())
        }
    };
    // A number that no parameter has: nothing is marked.
    let active = help.active.unwrap_or(help.params.len()) as u32;
    let parameters = help.params.iter().map(|param| lsp::ParameterInformation {
        label: label(&param.range),
        documentation: docs(param.docs.clone()),
    });
    let signature = lsp::SignatureInformation {
        parameters: Some(parameters.collect()),
        documentation: docs(help.docs.clone()),
        active_parameter: None,
        label: help.label.clone(),
    };
    Ok(Some(lsp::SignatureHelp {
        signatures: vec![signature],
        active_signature: Some(0),
        active_parameter: Some(active.into()),
    }))
}
