//! What real editors say they can do, reduced to what the server looks at.

use serde_json::{Value, json};

/// A kind of editor.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Preset {
    /// Nearly everything: pull diagnostics, snippets, links, dynamic registration, virtual documents.
    VsCode,
    /// Markdown and snippets, pull diagnostics, no virtual documents.
    Neovim,
    /// utf-8, no pull diagnostics, no dynamic registration of settings.
    Helix,
    /// States nothing at all.
    Bare,
}

impl Preset {
    pub const ALL: [Preset; 4] = [Preset::VsCode, Preset::Neovim, Preset::Helix, Preset::Bare];

    pub fn client_name(self) -> &'static str {
        match self {
            Preset::VsCode => "Visual Studio Code",
            Preset::Neovim => "Neovim",
            Preset::Helix => "helix",
            Preset::Bare => "bare",
        }
    }

    pub fn capabilities(self) -> Value {
        let markdown = json!(["markdown", "plaintext"]);
        match self {
            Preset::VsCode => json!({
                "experimental": { "meshChanged": true, "serverStatusNotification": true },
                "general": { "positionEncodings": ["utf-16"] },
                "window": { "workDoneProgress": true },
                "workspace": {
                    "applyEdit": true,
                    "configuration": true,
                    "workspaceFolders": true,
                    "codeLens": { "refreshSupport": true },
                    "diagnostics": { "refreshSupport": true },
                    "didChangeConfiguration": { "dynamicRegistration": true },
                    "didChangeWatchedFiles": { "dynamicRegistration": true, "relativePatternSupport": true },
                    "inlayHint": { "refreshSupport": true },
                    "semanticTokens": { "refreshSupport": true },
                    "symbol": {
                        "resolveSupport": { "properties": ["location.range"] },
                        "tagSupport": { "valueSet": [1] },
                    },
                    "textDocumentContent": { "dynamicRegistration": true },
                    "workspaceEdit": {
                        "documentChanges": true,
                        "resourceOperations": ["create", "rename", "delete"],
                        "changeAnnotationSupport": { "groupsOnLabel": true },
                    },
                    "fileOperations": {
                        "willRename": true, "willDelete": true,
                        "didCreate": true, "didRename": true, "didDelete": true,
                    },
                },
                "textDocument": {
                    "codeAction": {
                        "codeActionLiteralSupport": { "codeActionKind": { "valueSet": ["quickfix"] } },
                        "isPreferredSupport": true,
                        "dataSupport": true,
                        "resolveSupport": { "properties": ["edit"] },
                    },
                    "completion": {
                        "completionItem": {
                            "documentationFormat": markdown,
                            "labelDetailsSupport": true,
                            "snippetSupport": true,
                            "tagSupport": { "valueSet": [1] },
                        },
                        "completionItemKind": { "valueSet": (1..=25).collect::<Vec<_>>() },
                    },
                    "definition": { "linkSupport": true },
                    "diagnostic": { "dynamicRegistration": true },
                    "documentLink": { "tooltipSupport": true },
                    "documentSymbol": { "hierarchicalDocumentSymbolSupport": true },
                    "foldingRange": { "rangeLimit": 5000, "lineFoldingOnly": true },
                    "hover": { "contentFormat": markdown },
                    "inlayHint": { "resolveSupport": { "properties": ["tooltip", "textEdits"] } },
                    "semanticTokens": semantic_tokens(false),
                    "rename": { "prepareSupport": true },
                    "signatureHelp": {
                        "signatureInformation": {
                            "documentationFormat": markdown,
                            "parameterInformation": { "labelOffsetSupport": true },
                        },
                    },
                    "publishDiagnostics": {
                        "codeDescriptionSupport": true,
                        "relatedInformation": true,
                        "tagSupport": { "valueSet": [1, 2] },
                        "versionSupport": false,
                    },
                },
            }),
            Preset::Neovim => json!({
                "general": { "positionEncodings": ["utf-8", "utf-16", "utf-32"] },
                "window": { "workDoneProgress": true },
                "workspace": {
                    "applyEdit": true,
                    "configuration": true,
                    "workspaceFolders": true,
                    "diagnostics": { "refreshSupport": true },
                    "didChangeConfiguration": { "dynamicRegistration": false },
                    "didChangeWatchedFiles": { "dynamicRegistration": false },
                    "inlayHint": { "refreshSupport": true },
                    "semanticTokens": { "refreshSupport": true },
                    "workspaceEdit": { "resourceOperations": ["rename", "create", "delete"] },
                },
                "textDocument": {
                    "codeAction": {
                        "codeActionLiteralSupport": { "codeActionKind": { "valueSet": ["", "quickfix"] } },
                        "isPreferredSupport": true,
                    },
                    "completion": {
                        "completionItem": {
                            "documentationFormat": markdown,
                            "snippetSupport": true,
                            "tagSupport": { "valueSet": [1] },
                        },
                        "completionItemKind": { "valueSet": (1..=25).collect::<Vec<_>>() },
                    },
                    "definition": { "linkSupport": true },
                    "diagnostic": { "dynamicRegistration": true },
                    "documentSymbol": { "hierarchicalDocumentSymbolSupport": true },
                    "foldingRange": { "lineFoldingOnly": true },
                    "hover": { "contentFormat": markdown },
                    "semanticTokens": semantic_tokens(true),
                    "rename": { "prepareSupport": true },
                    "signatureHelp": {
                        "signatureInformation": {
                            "documentationFormat": markdown,
                            "parameterInformation": { "labelOffsetSupport": true },
                        },
                    },
                    "publishDiagnostics": {
                        "relatedInformation": true,
                        "tagSupport": { "valueSet": [1, 2] },
                    },
                },
            }),
            Preset::Helix => json!({
                "general": { "positionEncodings": ["utf-8", "utf-32", "utf-16"] },
                "window": { "workDoneProgress": true },
                "workspace": {
                    "applyEdit": true,
                    "configuration": true,
                    "workspaceFolders": true,
                    "didChangeConfiguration": { "dynamicRegistration": false },
                    "didChangeWatchedFiles": { "dynamicRegistration": true },
                    "workspaceEdit": {
                        "documentChanges": true,
                        "resourceOperations": ["create", "rename", "delete"],
                    },
                },
                "textDocument": {
                    "codeAction": {
                        "codeActionLiteralSupport": { "codeActionKind": { "valueSet": ["", "quickfix"] } },
                        "isPreferredSupport": true,
                    },
                    "completion": {
                        "completionItem": {
                            "snippetSupport": true,
                            "tagSupport": { "valueSet": [1] },
                        },
                    },
                    "documentSymbol": { "hierarchicalDocumentSymbolSupport": false },
                    "hover": { "contentFormat": ["markdown"] },
                    "publishDiagnostics": { "tagSupport": { "valueSet": [1, 2] }, "versionSupport": true },
                },
            }),
            Preset::Bare => json!({}),
        }
    }
}

/// What VS Code and Neovim say of tokens: only the standard types.
fn semantic_tokens(over_lines: bool) -> Value {
    json!({
        "requests": { "range": true, "full": { "delta": true } },
        "tokenTypes": [
            "namespace", "type", "class", "enum", "interface", "struct", "typeParameter", "parameter", "variable",
            "property", "enumMember", "event", "function", "method", "macro", "keyword", "modifier", "comment",
            "string", "number", "regexp", "operator", "decorator", "label",
        ],
        "tokenModifiers": [
            "declaration", "definition", "readonly", "static", "deprecated", "abstract", "async", "modification",
            "documentation", "defaultLibrary",
        ],
        "formats": ["relative"],
        "overlappingTokenSupport": false,
        "multilineTokenSupport": over_lines,
    })
}
