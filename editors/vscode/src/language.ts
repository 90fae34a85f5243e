// Offers, once per workspace, to open the SQL of dbt projects as dbt SQL. Never does it unasked.
import * as vscode from "vscode";
import { get } from "./settings";

const ASKED = "dbtMesh.askedForLanguage";
const FOLDERS = ["models", "macros", "tests", "snapshots", "analyses"];

/** Asks when a plain SQL file of a project is opened for the first time. */
export function offer(context: vscode.ExtensionContext, document: vscode.TextDocument): void {
  const mine = document.languageId === "sql" && document.uri.scheme === "file";
  if (!mine || context.workspaceState.get(ASKED) || !get("files.offerLanguage", true)) return;
  if (!vscode.workspace.workspaceFolders) return;
  void context.workspaceState.update(ASKED, true);
  void vscode.window
    .showInformationMessage(
      "Open the SQL of dbt projects as dbt SQL? It adds brackets, comments and folding of Jinja. Findings, completion and lineage work either way.",
      "Use dbt SQL",
      "No",
    )
    .then((chosen) => (chosen === "Use dbt SQL" ? use() : undefined));
}

/** Writes the association into the workspace's settings. */
export async function use(): Promise<void> {
  const files = vscode.workspace.getConfiguration("files");
  const associations = { ...files.get<Record<string, string>>("associations", {}) };
  for (const folder of FOLDERS) associations[`**/${folder}/**/*.sql`] = "dbt-sql";
  await files.update("associations", associations, vscode.ConfigurationTarget.Workspace);
}
