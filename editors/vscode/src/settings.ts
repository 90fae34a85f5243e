// The settings, and which of them the server is told.
import * as vscode from "vscode";

export const SECTION = "dbt-mesh";

/** What the extension keeps for itself: the server would call these keys unknown. */
const OWN = ["server", "lineage", "files", "features"];

export function get<T>(key: string, fallback: T): T {
  return vscode.workspace.getConfiguration(SECTION).get<T>(key, fallback);
}

/** A section of the settings without what is the extension's own, and with what the editor knows of trust. */
export function forServer(section: unknown): unknown {
  if (typeof section !== "object" || section === null) return section;
  const told = Object.entries(section).filter(([key]) => !OWN.includes(key));
  return { ...Object.fromEntries(told), trusted: vscode.workspace.isTrusted };
}
