// Which dbt projects there are, as far as it can be known without the server.
import * as vscode from "vscode";
import type { Mesh } from "./protocol";

const OUTSIDE = "**/{node_modules,dbt_packages,.venv,venv,site-packages}/**";

/** Whether there is a project on this machine: the server reads files from disk. */
export async function hasProject(): Promise<boolean> {
  for (const folder of vscode.workspace.workspaceFolders ?? []) {
    if (folder.uri.scheme !== "file") continue;
    const projects = new vscode.RelativePattern(folder, "**/{dbt_project,dbt_mesh}.yml");
    if ((await vscode.workspace.findFiles(projects, OUTSIDE, 1)).length > 0) return true;
    // A folder inside a project, such as its models.
    if (await isInside(folder.uri)) return true;
  }
  const document = vscode.window.activeTextEditor?.document;
  return document?.uri.scheme === "file" && (await isInside(vscode.Uri.joinPath(document.uri, "..")));
}

/** Whether a dbt_project.yml stands in a folder or in one above it. */
async function isInside(start: vscode.Uri): Promise<boolean> {
  for (let folder = start; ; folder = vscode.Uri.joinPath(folder, "..")) {
    try {
      await vscode.workspace.fs.stat(vscode.Uri.joinPath(folder, "dbt_project.yml"));
      return true;
    } catch {
      if (folder.path === vscode.Uri.joinPath(folder, "..").path) return false;
    }
  }
}

/** The name of the project that a file belongs to: of the deepest folder. */
export function projectOf(mesh: Mesh | undefined, uri: vscode.Uri): string | undefined {
  const roots = (mesh?.projects ?? []).flatMap((project) => {
    const root = project.uri && vscode.Uri.joinPath(vscode.Uri.parse(project.uri), "..").path;
    return root && uri.path.startsWith(`${root}/`) ? [{ root, name: project.name }] : [];
  });
  return roots.sort((a, b) => b.root.length - a.root.length)[0]?.name;
}
