// What of the server's answers the user wants to see: the rest is left to other extensions.
import type { Middleware } from "vscode-languageclient/node";
import type { Feature } from "./neighbours";
import { get } from "./settings";

function off(feature: Feature): boolean {
  return get<string[]>("features.off", []).includes(feature);
}

/** Answers nothing where a feature is switched off. Read at every question, so a change counts at once. */
export const middleware: Middleware = {
  provideCompletionItem: (document, position, context, token, next) =>
    off("completion") ? [] : next(document, position, context, token),
  provideHover: (document, position, token, next) => (off("hover") ? null : next(document, position, token)),
  provideDefinition: (document, position, token, next) => (off("definition") ? null : next(document, position, token)),
  provideReferences: (document, position, options, token, next) =>
    off("references") ? null : next(document, position, options, token),
  provideRenameEdits: (document, position, name, token, next) =>
    off("rename") ? null : next(document, position, name, token),
  prepareRename: (document, position, token, next) => (off("rename") ? null : next(document, position, token)),
  provideDocumentSymbols: (document, token, next) => (off("symbols") ? null : next(document, token)),
  provideWorkspaceSymbols: (query, token, next) => (off("symbols") ? null : next(query, token)),
};
