// The status bar item: is the server there, is the mesh well.
import * as vscode from "vscode";
import type { Health } from "./tree";

export type ServerState = "idle" | "starting" | "running" | "failed";

const ICONS: Record<Health["level"], string> = {
  ok: "$(type-hierarchy)",
  busy: "$(sync~spin)",
  warning: "$(warning)",
  error: "$(error)",
};

export class Status implements vscode.Disposable {
  private readonly item = vscode.window.createStatusBarItem("dbtMesh.status", vscode.StatusBarAlignment.Left, 5);

  constructor() {
    this.item.name = "dbt mesh";
    this.item.command = "dbtMesh.menu";
  }

  /** `why` is a sentence for people when the server failed. */
  server(state: ServerState, why?: string): void {
    this.item.backgroundColor = undefined;
    switch (state) {
      case "idle":
        this.item.hide();
        return;
      case "starting":
        this.set("$(sync~spin) dbt mesh", "dbt mesh: reading the projects");
        break;
      case "running":
        this.set("$(type-hierarchy) dbt mesh", "dbt mesh is ready");
        break;
      case "failed":
        this.set("$(error) dbt mesh", why ?? "The server of dbt mesh is not running");
        this.item.backgroundColor = new vscode.ThemeColor("statusBarItem.errorBackground");
        break;
    }
    this.item.show();
  }

  mesh(health: Health): void {
    this.set(`${ICONS[health.level]} dbt mesh`, [`**dbt mesh**: ${health.text}`, ...health.lines].join("\n\n"));
    this.item.accessibilityInformation = { label: `dbt mesh: ${health.text}` };
    const bad = health.level === "error" || health.level === "warning";
    this.item.backgroundColor = bad ? new vscode.ThemeColor("statusBarItem.warningBackground") : undefined;
    this.item.show();
  }

  private set(text: string, tooltip: string): void {
    this.item.text = text;
    this.item.tooltip = new vscode.MarkdownString(tooltip);
  }

  dispose(): void {
    this.item.dispose();
  }
}
