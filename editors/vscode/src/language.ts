// Offers, once per workspace, to open the SQL of dbt projects as dbt SQL. Never does it unasked.
import * as vscode from "vscode";
import { type Neighbour, list } from "./neighbours";
import { get } from "./settings";
import { reason, tell } from "./tell";

const ASKED = "dbtMesh.askedForLanguage";
const FOLDERS = ["models", "macros", "tests", "snapshots", "analyses"];

/** Asks when a plain SQL file of a project is opened for the first time. Not where it would take the file from others. */
export function offer(context: vscode.ExtensionContext, document: vscode.TextDocument, others: Neighbour[]): void {
  const mine = document.languageId === "sql" && document.uri.scheme === "file";
  if (!mine || context.workspaceState.get(ASKED) || !get("files.offerLanguage", true)) return;
  if (!vscode.workspace.workspaceFolders || others.length > 0) return;
  void context.workspaceState.update(ASKED, true);
  tell(
    "info",
    "Open the SQL of dbt projects as dbt SQL? It adds brackets, comments and folding of Jinja. Findings, completion and lineage work either way.",
    { "Use dbt SQL": () => write(), No: () => undefined },
  );
}

/** As offered, but asked for by the user, who is told what others lose. */
export async function use(others: Neighbour[]): Promise<void> {
  if (others.length === 0) return write();
  const names = list(others.map(({ name }) => name));
  const languages = list([...new Set(others.flatMap((other) => other.languages))]);
  tell("warning", `${names} only works in files of the language ${languages}, and would do nothing in dbt SQL.`, {
    "Use dbt SQL All the Same": () => write(),
  });
}

/** Writes the association into the workspace's settings. */
async function write(): Promise<void> {
  const files = vscode.workspace.getConfiguration("files");
  const associations = { ...files.get<Record<string, string>>("associations", {}) };
  for (const folder of FOLDERS) associations[`**/${folder}/**/*.sql`] = "dbt-sql";
  try {
    await files.update("associations", associations, vscode.ConfigurationTarget.Workspace);
  } catch (error) {
    tell(
      "warning",
      `The workspace's settings cannot be written: ${reason(error)}. Put "**/models/**/*.sql": "dbt-sql" under files.associations in your own settings instead.`,
      { "Open Settings": () => vscode.commands.executeCommand("workbench.action.openSettings", "files.associations") },
    );
  }
}
