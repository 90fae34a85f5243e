// The lineage panel: a web view with the page of editors/lineage, fed by the server.
import { randomBytes } from "node:crypto";
import * as vscode from "vscode";
import type { Lineage, LineageParams } from "./protocol";
import { get } from "./settings";
import { reason, tell } from "./tell";

/** What the page asks of its host. */
type FromPage =
  | { type: "ready" }
  | { type: "open"; uniqueId: string; uri: string | null; line: number }
  | { type: "focus"; uniqueId: string }
  | { type: "expand"; uniqueId: string; up: number; down: number }
  | { type: "follow"; on: boolean }
  | { type: "save"; svg: string };

type Ask = (params: LineageParams) => Promise<Lineage | null>;

/** So many openings are repeated when the mesh changes. */
const MOST_OPENED = 100;

export class LineagePanel {
  static current: LineagePanel | undefined;
  /** What was opened beside the first picture, to be asked for again when the mesh changes. */
  private opened: { uniqueId: string; up: number; down: number }[] = [];
  private follow = true;
  private ready = false;
  private waiting: unknown[] = [];

  static show(context: vscode.ExtensionContext, ask: Ask, params: LineageParams): Promise<void> {
    if (!LineagePanel.current) {
      const panel = vscode.window.createWebviewPanel(
        "dbtMesh.lineage",
        "Lineage",
        { viewColumn: vscode.ViewColumn.Beside, preserveFocus: true },
        LineagePanel.options(context),
      );
      LineagePanel.current = new LineagePanel(context, panel, ask);
    }
    return LineagePanel.current.look(params, true);
  }

  static options(context: vscode.ExtensionContext): vscode.WebviewOptions & vscode.WebviewPanelOptions {
    return {
      enableScripts: true,
      retainContextWhenHidden: true,
      localResourceRoots: [vscode.Uri.joinPath(context.extensionUri, "dist")],
    };
  }

  constructor(
    context: vscode.ExtensionContext,
    private readonly panel: vscode.WebviewPanel,
    private readonly ask: Ask,
    private uniqueId?: string,
  ) {
    panel.iconPath = vscode.Uri.joinPath(context.extensionUri, "media", "mesh.svg");
    panel.webview.html = html(panel.webview, vscode.Uri.joinPath(context.extensionUri, "dist"));
    panel.webview.onDidReceiveMessage((message: FromPage) => void this.received(message));
    panel.onDidDispose(() => {
      LineagePanel.current = undefined;
    });
  }

  /** Shows what lies around a node. A file without a node leaves the panel as it is, unless `insist`. */
  async look(params: LineageParams, insist: boolean): Promise<void> {
    const depth = get("lineage.depth", 2);
    const lineage = await this.ask({ up: depth, down: depth, ...params });
    if (lineage) {
      // What the user has opened and closed stays as long as the same node is looked at.
      if (!insist && lineage.focus === this.uniqueId) return;
      this.opened = [];
      this.show("show", lineage);
    } else if (insist) {
      this.send({ type: "nothing", text: "There is no model here. Open a model, seed, snapshot or its properties, and look again." });
    }
  }

  /** The editor shows another file, or the cursor is at another entry. */
  async followTo(document: vscode.TextDocument, position: vscode.Position): Promise<void> {
    if (this.follow && this.panel.visible) await this.look(at(document, position), false);
  }

  /** The mesh has changed: what is on show may be out of date. */
  async refresh(): Promise<void> {
    if (!this.uniqueId || !this.panel.visible) return;
    const depth = get("lineage.depth", 2);
    const around = await this.ask({ uniqueId: this.uniqueId, up: depth, down: depth });
    if (!around) return;
    const parts = await Promise.all(this.opened.map((opened) => this.ask(opened)));
    this.show("update", merged([around, ...parts.filter((part) => part !== null)]));
  }

  private show(type: "show" | "update", lineage: Lineage): void {
    this.uniqueId = lineage.focus;
    const focus = lineage.nodes.find((node) => node.uniqueId === lineage.focus);
    this.panel.title = `Lineage: ${focus?.name ?? lineage.focus}`;
    this.send({ type, lineage });
  }

  private send(message: unknown): void {
    if (this.ready) void this.panel.webview.postMessage(message);
    else this.waiting = [message];
  }

  private async received(message: FromPage): Promise<void> {
    switch (message.type) {
      case "ready":
        this.ready = true;
        for (const waiting of this.waiting.splice(0)) this.send(waiting);
        return;
      case "open":
        return open(message.uri, message.uniqueId, message.line);
      case "focus":
        return this.look({ uniqueId: message.uniqueId }, true);
      case "expand": {
        const { uniqueId, up, down } = message;
        const lineage = await this.ask({ uniqueId, up, down });
        if (!lineage) return;
        this.opened = [...this.opened, { uniqueId, up, down }].slice(-MOST_OPENED);
        this.send({ type: "add", lineage });
        return;
      }
      case "follow":
        this.follow = message.on;
        return;
      case "save":
        return save(message.svg, this.uniqueId ?? "lineage");
    }
  }
}

/** Parts of the graph as one; the focus is the first one's. */
export function merged(parts: Lineage[]): Lineage {
  const nodes = new Map(parts.flatMap((part) => part.nodes).map((node) => [node.uniqueId, node]));
  const edges = new Map(parts.flatMap((part) => part.edges).map((edge) => [edge.join("\0"), edge]));
  return {
    focus: parts[0]?.focus ?? "",
    nodes: [...nodes.values()],
    edges: [...edges.values()],
    truncated: parts.some((part) => part.truncated),
  };
}

/** Where the cursor is, as a question. */
export function at(document: vscode.TextDocument, position: vscode.Position): LineageParams {
  return {
    textDocument: { uri: document.uri.toString() },
    position: { line: position.line, character: position.character },
  };
}

async function open(uri: string | null, uniqueId: string, line: number): Promise<void> {
  if (uri === null) {
    tell("info", `${uniqueId} has no file on this machine.`);
    return;
  }
  const target = vscode.Uri.parse(uri, true);
  const place = new vscode.Range(line, 0, line, 0);
  await vscode.window.showTextDocument(target, { selection: place, viewColumn: vscode.ViewColumn.One });
}

async function save(svg: string, name: string): Promise<void> {
  const folder = vscode.workspace.workspaceFolders?.[0]?.uri;
  const proposed = folder && vscode.Uri.joinPath(folder, `${name}.svg`);
  const target = await vscode.window.showSaveDialog({
    filters: { SVG: ["svg"] },
    ...(proposed ? { defaultUri: proposed } : {}),
  });
  if (!target) return;
  try {
    await vscode.workspace.fs.writeFile(target, new TextEncoder().encode(svg));
  } catch (error) {
    tell("error", `The picture could not be saved: ${reason(error)}. Choose another folder.`, { "Save Again": () => save(svg, name) });
  }
}

function html(webview: vscode.Webview, dist: vscode.Uri): string {
  const nonce = randomBytes(16).toString("base64");
  const style = webview.asWebviewUri(vscode.Uri.joinPath(dist, "page.css")).toString();
  const script = webview.asWebviewUri(vscode.Uri.joinPath(dist, "page.js")).toString();
  const policy = `default-src 'none'; script-src 'nonce-${nonce}'; style-src ${webview.cspSource} 'nonce-${nonce}'; img-src data:`;
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="${policy}">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>Lineage</title>
<link rel="stylesheet" href="${style}">
<style id="__________cytoscape_stylesheet" nonce="${nonce}"></style>
</head>
<body>
<div id="app"></div>
<script nonce="${nonce}" src="${script}"></script>
</body>
</html>`;
}
