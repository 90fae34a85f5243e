// Sentences for the user. All go through here, so that tests can hear them.
import * as vscode from "vscode";

type Kind = "info" | "warning" | "error";

/** What was said last, oldest first. */
export const told: string[] = [];
const KEPT = 50;

/** Says a sentence. `ways` are buttons: what each does when it is chosen. */
export function tell(kind: Kind, text: string, ways: Record<string, () => unknown> = {}): void {
  note(text);
  const labels = Object.keys(ways);
  const { showErrorMessage, showInformationMessage, showWarningMessage } = vscode.window;
  const show = { info: showInformationMessage, warning: showWarningMessage, error: showErrorMessage }[kind];
  void show(text, ...labels).then((chosen) => (chosen === undefined ? undefined : ways[chosen]?.()));
}

/** Says something in passing, in the status bar. */
export function mention(text: string): void {
  note(text);
  vscode.window.setStatusBarMessage(text, 6000);
}

function note(text: string): void {
  told.push(text);
  told.splice(0, told.length - KEPT);
}

/** The reason in an error, as a part of a sentence. */
export function reason(error: unknown): string {
  const text = error instanceof Error ? error.message : String(error);
  return text.replace(/\.\s*$/, "");
}
