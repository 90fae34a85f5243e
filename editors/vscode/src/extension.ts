// The extension's start: puts server, side bar, status bar and lineage together.
import * as vscode from "vscode";
import { ExecuteCommandRequest, type Location, type Position } from "vscode-languageclient/node";
import { neighboursHere, tellOfNeighbours } from "./beside";
import * as language from "./language";
import { LineagePanel, at } from "./lineage";
import { MeshView } from "./meshView";
import { hasProject, projectOf } from "./projects";
import {
  type Lineage,
  type LineageParams,
  type Mesh,
  columnsRequest,
  consumersRequest,
  lineageRequest,
  meshChanged,
  meshRequest,
  modelsRequest,
} from "./protocol";
import { formAt, refTo } from "./refs";
import { SHOW_REFERENCES, Server } from "./server";
import { SECTION } from "./settings";
import { type ServerState, Status } from "./status";
import { mention, reason, tell, told } from "./tell";
import { type Item, health } from "./tree";

const NEWS_MS = 300;
/** Commands of the server's. */
const SERVER_REFRESH = "dbt-mesh.refreshUpstreams";
const SERVER_SHOW = "dbt-mesh.showUpstream";

const NO_PROJECT =
  "There is no dbt_project.yml in this workspace, so there is nothing for dbt mesh to do. Open a folder with a dbt project in it.";

let extension: Extension | undefined;

/** What tests look at. */
export interface Inside {
  state(): ServerState;
  /** The sentences that the user was told. */
  told: readonly string[];
  mesh(): Mesh | undefined;
  tree: vscode.TreeDataProvider<Item>;
}

export async function activate(context: vscode.ExtensionContext): Promise<Inside> {
  extension = new Extension(context);
  context.subscriptions.push(extension);
  await extension.begin();
  return extension.inside();
}

export function deactivate(): Promise<void> | undefined {
  return extension?.end();
}

class Extension implements vscode.Disposable {
  private readonly server: Server;
  private readonly status = new Status();
  private readonly view: MeshView;
  private readonly tree: vscode.TreeView<Item>;
  private readonly rest: vscode.Disposable[] = [];
  private mesh: Mesh | undefined;
  private news: NodeJS.Timeout | undefined;
  private following: NodeJS.Timeout | undefined;

  constructor(private readonly context: vscode.ExtensionContext) {
    this.server = new Server(context);
    this.view = new MeshView({
      models: async (project) => (await this.server.client?.sendRequest(modelsRequest, { project })) ?? [],
      columns: async (project, uniqueId) =>
        (await this.server.client?.sendRequest(columnsRequest, { project, uniqueId })) ?? [],
      consumers: async (project) => (await this.server.client?.sendRequest(consumersRequest, { project })) ?? [],
    });
    this.tree = vscode.window.createTreeView("dbtMesh.mesh", { treeDataProvider: this.view, showCollapseAll: true });
    this.server.onDidChangeState(({ state, why }) => {
      void vscode.commands.executeCommand("setContext", "dbtMesh.state", state);
      this.status.server(state, why);
      if (state === "running") this.listen();
      else this.show(undefined);
    });
    this.rest.push(
      this.server,
      this.status,
      this.tree,
      ...this.commands(),
      ...this.events(),
    );
  }

  async begin(): Promise<void> {
    void vscode.commands.executeCommand("setContext", "dbtMesh.state", "idle");
    if (await hasProject()) await this.server.start();
  }

  inside(): Inside {
    return { state: () => this.server.state, told, mesh: () => this.mesh, tree: this.view };
  }

  private commands(): vscode.Disposable[] {
    const on = (name: string, run: (...args: never[]) => unknown) =>
      vscode.commands.registerCommand(`dbtMesh.${name}`, run);
    return [
      on("showLineage", (uri?: vscode.Uri) => this.showLineage(uri)),
      on("refresh", (item?: Item) => this.refresh(item)),
      on("showUpstream", (item?: Item) => item?.upstream && this.run(SERVER_SHOW, [item.upstream])),
      vscode.commands.registerCommand(SHOW_REFERENCES, (uri: string, at: Position, places: Location[]) =>
        this.showReferences(uri, at, places),
      ),
      on("restart", () => this.restart(true)),
      on("showLog", () => this.server.log.show()),
      on("menu", () => this.menu()),
      on("useDbtSql", () => language.use(neighboursHere())),
      on("openWalkthrough", () =>
        vscode.commands.executeCommand("workbench.action.openWalkthrough", `${this.context.extension.id}#start`, false),
      ),
      on("openItem", (item?: Item) => item && openItem(item)),
      on("copyRef", (item?: Item) => this.copyRef(item)),
      on("insertRef", (item?: Item) => this.insertRef(item)),
      on("itemLineage", (item?: Item) => item?.model && this.lineage({ uniqueId: item.model.model.uniqueId })),
    ];
  }

  private events(): vscode.Disposable[] {
    const { window, workspace } = vscode;
    const projects = workspace.createFileSystemWatcher("**/dbt_project.yml", false, true, true);
    return [
      projects,
      projects.onDidCreate(() => this.wake()),
      workspace.onDidChangeWorkspaceFolders(() => this.wake()),
      workspace.onDidGrantWorkspaceTrust(() => this.restart(false)),
      workspace.onDidChangeConfiguration((event) => {
        if (event.affectsConfiguration(`${SECTION}.server`)) void this.restart(false);
      }),
      vscode.extensions.onDidChange(() => tellOfNeighbours(this.context)),
      window.onDidChangeActiveTextEditor((editor) => this.opened(editor)),
      window.onDidChangeTextEditorSelection(({ textEditor }) => this.moved(textEditor)),
      window.registerWebviewPanelSerializer("dbtMesh.lineage", {
        deserializeWebviewPanel: async (panel, state: { focus?: string } | undefined) => {
          panel.webview.options = LineagePanel.options(this.context);
          LineagePanel.current = new LineagePanel(this.context, panel, (params) => this.ask(params), state?.focus);
          await LineagePanel.current.refresh();
        },
      }),
    ];
  }

  /** Starts the server when there is something for it to do now. */
  private async wake(): Promise<void> {
    if (this.server.state === "idle" && (await hasProject())) await this.server.start();
  }

  /** Starts anew. A user who asks for it hears why there is nothing to start. */
  private async restart(asked: boolean): Promise<void> {
    if (this.server.state !== "idle" || (await hasProject())) await this.server.restart();
    else if (asked) tell("info", NO_PROJECT);
  }

  private listen(): void {
    const client = this.server.client;
    if (!client) return;
    client.onNotification(meshChanged, () => this.later());
    tellOfNeighbours(this.context);
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
    void vscode.commands.executeCommand("setContext", "dbtMesh.empty", mesh?.projects.length === 0);
    const { lines } = mesh ? health(mesh) : { lines: [] };
    this.tree.badge = lines.length === 0 ? undefined : { value: lines.length, tooltip: lines.join("\n") };
    this.inProject(vscode.window.activeTextEditor?.document);
  }

  private opened(editor: vscode.TextEditor | undefined): void {
    if (!editor) return;
    void this.wake();
    this.inProject(editor.document);
    if (this.projectOf(editor.document.uri)) language.offer(this.context, editor.document, neighboursHere());
    void LineagePanel.current?.followTo(editor.document, editor.selection.active);
  }

  /** In a properties file the cursor decides which model is in focus. */
  private moved(editor: vscode.TextEditor): void {
    if (!LineagePanel.current || !/\.ya?ml$/.test(editor.document.uri.path)) return;
    clearTimeout(this.following);
    const follow = () => LineagePanel.current?.followTo(editor.document, editor.selection.active);
    this.following = setTimeout(() => void follow(), NEWS_MS);
  }

  private inProject(document: vscode.TextDocument | undefined): void {
    const inside = document !== undefined && (document.uri.scheme === SECTION || !!this.projectOf(document.uri));
    void vscode.commands.executeCommand("setContext", "dbtMesh.inProject", inside);
  }

  private projectOf(uri: vscode.Uri): string | undefined {
    return projectOf(this.mesh, uri);
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
    tell("info", "Open a model first: the lineage is that of the model in focus.");
  }

  private async refresh(item?: Item): Promise<void> {
    try {
      await this.run(SERVER_REFRESH, item?.upstream === undefined ? [] : [item.upstream]);
    } catch (error) {
      tell("warning", `The upstreams could not be refreshed: ${reason(error)}.`, { "Show Log": () => this.server.log.show() });
    }
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

  private async copyRef(item: Item | undefined): Promise<void> {
    if (!item?.model) return;
    const text = refTo(item.model.model, item.model.project, { project: undefined, form: "text" });
    await vscode.env.clipboard.writeText(text);
    mention(`Copied ${text}`);
  }

  private async insertRef(item: Item | undefined): Promise<void> {
    const editor = vscode.window.activeTextEditor;
    if (!item?.model) return;
    const { model } = item.model;
    if (!editor) {
      tell("info", "Open a model first: the ref is put where its cursor is.");
      return;
    }
    const { document } = editor;
    const project = this.projectOf(document.uri);
    const ref = (at: vscode.Position) => {
      const before = document.getText(new vscode.Range(new vscode.Position(0, 0), at));
      return refTo(model, item.model?.project ?? "", { project, form: formAt(document.uri.path, before) });
    };
    const text = ref(editor.selection.start);
    const before = document.version;
    await editor.edit((edit) => editor.selections.forEach((selection) => edit.replace(selection, ref(selection.start))));
    // A document that is only for reading takes the edit and does nothing.
    if (document.version !== before) return;
    await vscode.env.clipboard.writeText(text);
    tell("info", `This file cannot be written. ${text} is in the clipboard.`);
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
    clearTimeout(this.following);
    for (const one of this.rest) one.dispose();
  }
}

async function openItem({ open, line = 0 }: Item): Promise<void> {
  if (!open) return;
  const selection = new vscode.Range(line, 0, line, 0);
  await vscode.window.showTextDocument(vscode.Uri.parse(open, true), line > 0 ? { selection } : {});
}
