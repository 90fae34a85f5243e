// The extension's start: puts server, side bar, status bar and lineage together.
import * as vscode from "vscode";
import { ExecuteCommandRequest, type Location, type Position } from "vscode-languageclient/node";
import * as language from "./language";
import { LineagePanel, at } from "./lineage";
import { MeshView } from "./meshView";
import {
  type Lineage,
  type LineageParams,
  type Mesh,
  columnsRequest,
  lineageRequest,
  meshChanged,
  meshRequest,
  modelsRequest,
} from "./protocol";
import { refTo } from "./refs";
import { SHOW_REFERENCES, Server } from "./server";
import { SECTION } from "./settings";
import { Status } from "./status";
import { type Item, health } from "./tree";

const NEWS_MS = 300;
/** Commands of the server's. */
const SERVER_REFRESH = "dbt-mesh.refreshUpstreams";
const SERVER_SHOW = "dbt-mesh.showUpstream";

let extension: Extension | undefined;

export async function activate(context: vscode.ExtensionContext): Promise<void> {
  extension = new Extension(context);
  context.subscriptions.push(extension);
  await extension.begin();
}

export function deactivate(): Promise<void> | undefined {
  return extension?.end();
}

class Extension implements vscode.Disposable {
  private readonly server: Server;
  private readonly status = new Status();
  private readonly view: MeshView;
  private readonly rest: vscode.Disposable[] = [];
  private mesh: Mesh | undefined;
  private news: NodeJS.Timeout | undefined;

  constructor(private readonly context: vscode.ExtensionContext) {
    this.server = new Server(context);
    this.view = new MeshView({
      models: async (project) => (await this.server.client?.sendRequest(modelsRequest, { project })) ?? [],
      columns: async (project, uniqueId) =>
        (await this.server.client?.sendRequest(columnsRequest, { project, uniqueId })) ?? [],
    });
    this.server.onDidChangeState(({ state, why }) => {
      void vscode.commands.executeCommand("setContext", "dbtMesh.state", state);
      this.status.server(state, why);
      if (state === "running") this.listen();
      else this.show(undefined);
    });
    this.rest.push(
      this.server,
      this.status,
      vscode.window.createTreeView("dbtMesh.mesh", { treeDataProvider: this.view, showCollapseAll: true }),
      ...this.commands(),
      ...this.events(),
    );
  }

  async begin(): Promise<void> {
    void vscode.commands.executeCommand("setContext", "dbtMesh.state", "idle");
    if (await this.hasProject()) await this.server.start();
  }

  private commands(): vscode.Disposable[] {
    const on = (name: string, run: (...args: never[]) => unknown) =>
      vscode.commands.registerCommand(`dbtMesh.${name}`, run);
    return [
      on("showLineage", (uri?: vscode.Uri) => this.showLineage(uri)),
      on("refresh", (item?: Item) => this.refresh(item)),
      on("showUpstream", (item: Item) => item.upstream && this.run(SERVER_SHOW, [item.upstream])),
      vscode.commands.registerCommand(SHOW_REFERENCES, (uri: string, at: Position, places: Location[]) =>
        this.showReferences(uri, at, places),
      ),
      on("restart", () => this.server.restart()),
      on("showLog", () => this.server.log.show()),
      on("menu", () => this.menu()),
      on("useDbtSql", () => language.use()),
      on("openWalkthrough", () =>
        vscode.commands.executeCommand("workbench.action.openWalkthrough", `${this.context.extension.id}#start`, false),
      ),
      on("openItem", (item: Item) => item.open && vscode.window.showTextDocument(vscode.Uri.parse(item.open, true))),
      on("copyRef", (item: Item) => this.copyRef(item)),
      on("insertRef", (item: Item) => this.insertRef(item)),
      on("itemLineage", (item: Item) => item.model && this.lineage({ uniqueId: item.model.model.uniqueId })),
    ];
  }

  private events(): vscode.Disposable[] {
    const { window, workspace } = vscode;
    const projects = workspace.createFileSystemWatcher("**/dbt_project.yml", false, true, true);
    return [
      projects,
      projects.onDidCreate(() => this.wake()),
      workspace.onDidChangeWorkspaceFolders(() => this.wake()),
      workspace.onDidGrantWorkspaceTrust(() => this.server.restart()),
      workspace.onDidChangeConfiguration((event) => {
        if (event.affectsConfiguration(`${SECTION}.server`)) void this.server.restart();
      }),
      window.onDidChangeActiveTextEditor((editor) => this.opened(editor)),
      window.registerWebviewPanelSerializer("dbtMesh.lineage", {
        deserializeWebviewPanel: async (panel, state: { focus?: string } | undefined) => {
          panel.webview.options = LineagePanel.options(this.context);
          LineagePanel.current = new LineagePanel(this.context, panel, (params) => this.ask(params));
          if (state?.focus) await LineagePanel.current.look({ uniqueId: state.focus }, true);
        },
      }),
    ];
  }

  /** Starts the server when there is something for it to do now. */
  private async wake(): Promise<void> {
    if (this.server.state === "idle" && (await this.hasProject())) await this.server.start();
  }

  private async hasProject(): Promise<boolean> {
    const outside = "**/{node_modules,dbt_packages,.venv,venv,site-packages}/**";
    const found = await vscode.workspace.findFiles("**/{dbt_project,dbt_mesh}.yml", outside, 1);
    if (found.length > 0) return true;
    const document = vscode.window.activeTextEditor?.document;
    return document?.uri.scheme === "file" && (await isInProject(document.uri));
  }

  private listen(): void {
    const client = this.server.client;
    if (!client) return;
    client.onNotification(meshChanged, () => this.later());
    this.later();
    this.opened(vscode.window.activeTextEditor);
  }

  /** Asks for the mesh once the news has calmed down. */
  private later(): void {
    clearTimeout(this.news);
    this.news = setTimeout(() => void this.reload(), NEWS_MS);
  }

  private async reload(): Promise<void> {
    const client = this.server.client;
    if (!client || this.server.state !== "running") return;
    try {
      this.show(await client.sendRequest(meshRequest, {}));
      await LineagePanel.current?.refresh();
    } catch (error) {
      this.server.log.debug(`dbt-mesh/mesh: ${String(error)}`);
    }
  }

  private show(mesh: Mesh | undefined): void {
    this.mesh = mesh;
    this.view.show(mesh);
    if (mesh) this.status.mesh(health(mesh));
    this.inProject(vscode.window.activeTextEditor?.document);
  }

  private opened(editor: vscode.TextEditor | undefined): void {
    if (!editor) return;
    void this.wake();
    this.inProject(editor.document);
    if (this.projectOf(editor.document.uri)) language.offer(this.context, editor.document);
    void LineagePanel.current?.followTo(editor.document, editor.selection.active);
  }

  private inProject(document: vscode.TextDocument | undefined): void {
    const inside = document !== undefined && (document.uri.scheme === SECTION || !!this.projectOf(document.uri));
    void vscode.commands.executeCommand("setContext", "dbtMesh.inProject", inside);
  }

  /** The name of the project that a file belongs to: of the deepest folder. */
  private projectOf(uri: vscode.Uri): string | undefined {
    const roots = (this.mesh?.projects ?? []).flatMap((project) => {
      const root = project.uri && vscode.Uri.joinPath(vscode.Uri.parse(project.uri), "..").path;
      return root && uri.path.startsWith(`${root}/`) ? [{ root, name: project.name }] : [];
    });
    return roots.sort((a, b) => b.root.length - a.root.length)[0]?.name;
  }

  private async ask(params: LineageParams): Promise<Lineage | null> {
    return (await this.server.client?.sendRequest(lineageRequest, params)) ?? null;
  }

  private lineage(params: LineageParams): Promise<void> {
    return LineagePanel.show(this.context, (question) => this.ask(question), params);
  }

  private async showLineage(uri?: vscode.Uri): Promise<void> {
    const editor = vscode.window.activeTextEditor;
    if (editor && (!uri || editor.document.uri.toString() === uri.toString())) {
      return this.lineage(at(editor.document, editor.selection.active));
    }
    if (uri) return this.lineage({ textDocument: { uri: uri.toString() } });
    void vscode.window.showInformationMessage("Open a model first: the lineage is that of the model in focus.");
  }

  private async refresh(item?: Item): Promise<void> {
    await this.run(SERVER_REFRESH, item?.upstream === undefined ? [] : [item.upstream]);
    await this.reload();
  }

  /** Runs a command of the server's. */
  private async run(command: string, args: string[]): Promise<void> {
    await this.server.client?.sendRequest(ExecuteCommandRequest.type, { command, arguments: args });
  }

  private async showReferences(uri: string, at: Position, places: Location[]): Promise<void> {
    const convert = this.server.client?.protocol2CodeConverter;
    if (!convert) return;
    const locations = places.map((place) => convert.asLocation(place));
    await vscode.commands.executeCommand(
      "editor.action.showReferences", vscode.Uri.parse(uri, true), convert.asPosition(at), locations,
    );
  }

  private async copyRef(item: Item): Promise<void> {
    if (!item.model) return;
    const text = refTo(item.model.model, item.model.project, { project: undefined, python: false });
    await vscode.env.clipboard.writeText(text);
    vscode.window.setStatusBarMessage(`Copied ${text}`, 3000);
  }

  private async insertRef(item: Item): Promise<void> {
    const editor = vscode.window.activeTextEditor;
    if (!item.model) return;
    if (!editor) {
      void vscode.window.showInformationMessage("Open a model first: the ref is put where its cursor is.");
      return;
    }
    const from = { project: this.projectOf(editor.document.uri), python: editor.document.languageId === "python" };
    const text = refTo(item.model.model, item.model.project, from);
    await editor.edit((edit) => editor.selections.forEach((selection) => edit.replace(selection, text)));
  }

  private async menu(): Promise<void> {
    const choices = [
      { label: "$(type-hierarchy) Show lineage", command: "dbtMesh.showLineage" },
      { label: "$(list-tree) Show the mesh", command: "dbtMesh.mesh.focus" },
      { label: "$(refresh) Refresh upstreams", command: "dbtMesh.refresh" },
      { label: "$(debug-restart) Restart the server", command: "dbtMesh.restart" },
      { label: "$(output) Show the log", command: "dbtMesh.showLog" },
    ];
    const title = this.mesh ? `dbt mesh: ${health(this.mesh).text}` : "dbt mesh";
    const chosen = await vscode.window.showQuickPick(choices, { title });
    if (chosen) await vscode.commands.executeCommand(chosen.command);
  }

  end(): Promise<void> {
    return this.server.stop();
  }

  dispose(): void {
    clearTimeout(this.news);
    for (const one of this.rest) one.dispose();
  }
}

/** Whether a dbt_project.yml stands in a folder above a file. */
async function isInProject(uri: vscode.Uri): Promise<boolean> {
  for (let folder = vscode.Uri.joinPath(uri, ".."); ; folder = vscode.Uri.joinPath(folder, "..")) {
    try {
      await vscode.workspace.fs.stat(vscode.Uri.joinPath(folder, "dbt_project.yml"));
      return true;
    } catch {
      if (folder.path === vscode.Uri.joinPath(folder, "..").path) return false;
    }
  }
}
