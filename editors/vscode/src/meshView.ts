// The side bar's tree: draws what tree.ts says.
import * as vscode from "vscode";
import type { Mesh } from "./protocol";
import { type Item, type Source, roots } from "./tree";

export class MeshView implements vscode.TreeDataProvider<Item> {
  private readonly changed = new vscode.EventEmitter<void>();
  readonly onDidChangeTreeData = this.changed.event;
  private mesh: Mesh | undefined;

  constructor(private readonly source: Source) {}

  /** Shows another state of the mesh; `undefined` shows the welcome text. */
  show(mesh: Mesh | undefined): void {
    this.mesh = mesh;
    this.changed.fire();
  }

  getChildren(item?: Item): vscode.ProviderResult<Item[]> {
    if (item) return item.children?.() ?? [];
    return this.mesh ? roots(this.mesh, this.source) : [];
  }

  getTreeItem(item: Item): vscode.TreeItem {
    const { None, Collapsed, Expanded } = vscode.TreeItemCollapsibleState;
    const state = item.children ? (item.expanded ? Expanded : Collapsed) : None;
    const out = new vscode.TreeItem(item.label, state);
    out.id = item.id;
    const color = item.color && new vscode.ThemeColor(`list.${item.color}Foreground`);
    out.iconPath = new vscode.ThemeIcon(item.icon, color);
    if (item.description !== undefined) out.description = item.description;
    if (item.tooltip !== undefined) out.tooltip = new vscode.MarkdownString(item.tooltip);
    if (item.context !== undefined) out.contextValue = item.context;
    if (item.spoken !== undefined) out.accessibilityInformation = { label: item.spoken };
    if (item.open !== undefined && !item.children) {
      out.command = { command: "dbtMesh.openItem", title: "Open", arguments: [item] };
    }
    return out;
  }
}
