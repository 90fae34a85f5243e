// What the server gives in a workspace of four folders that read each other and an upstream of which there is a manifest.
import assert from "node:assert/strict";
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import * as vscode from "vscode";
import type { Item } from "../../src/tree";
import { behind, env, inside, suite, until } from "./harness";
import { trouble } from "./trouble";

const { commands, window, workspace } = vscode;
const root = env("DBT_MESH_TEST_FOLDER");
const file = (path: string) => vscode.Uri.file(join(root, path));
const ORDERS = "marketing/models/campaign_orders.sql";

async function open(path: string): Promise<vscode.TextDocument> {
  const document = await workspace.openTextDocument(file(path));
  await window.showTextDocument(document);
  return document;
}

const codes = (uri: vscode.Uri) =>
  vscode.languages.getDiagnostics(uri).map(({ code }) => String(typeof code === "object" ? code.value : code));

async function hover(document: vscode.TextDocument, at: vscode.Position): Promise<string> {
  const hovers = await commands.executeCommand<vscode.Hover[]>("vscode.executeHoverProvider", document.uri, at);
  return hovers.flatMap(({ contents }) => contents).map((part) => (typeof part === "string" ? part : part.value)).join("\n");
}

async function definition(document: vscode.TextDocument, at: vscode.Position): Promise<vscode.Uri[]> {
  const found = await commands.executeCommand<(vscode.Location | vscode.LocationLink)[]>(
    "vscode.executeDefinitionProvider", document.uri, at,
  );
  return found.map((place) => ("targetUri" in place ? place.targetUri : place.uri));
}

async function labels(document: vscode.TextDocument, at: vscode.Position): Promise<string[]> {
  const { items } = await commands.executeCommand<vscode.CompletionList>(
    "vscode.executeCompletionItemProvider", document.uri, at,
  );
  return items.map(({ label }) => (typeof label === "string" ? label : label.label));
}

async function branch(...path: string[]): Promise<Item[]> {
  const { tree } = await inside();
  let items = (await tree.getChildren()) ?? [];
  for (const label of path) {
    const item = items.find((one) => one.label === label);
    assert.ok(item, `${label} is among ${items.map((one) => one.label).join(", ")}`);
    items = (await tree.getChildren(item)) ?? [];
  }
  return items;
}

export const run = () =>
  suite("mesh", {
    "the server on the PATH is found, and knows all folders": async () => {
      const { mesh, state } = await inside();
      await until("the mesh", () => mesh());
      assert.equal(state(), "running");
      assert.deepEqual(mesh()?.projects.map(({ name }) => name), ["finance", "logistics", "marketing", "sales"]);
    },
    "findings have codes that lead to their pages": async () => {
      const document = await open(ORDERS);
      await until("findings", () => codes(document.uri).includes("unknown-model") && codes(document.uri).includes("private-model"));
      const [first] = vscode.languages.getDiagnostics(document.uri);
      assert.equal(first?.source, "dbt-mesh");
      assert.ok(typeof first.code === "object" && /unknown-model|private-model/.test(first.code.target.toString()));
    },
    "completion inside a ref offers the upstream's public models": async () => {
      const document = await open(ORDERS);
      const found = await labels(document, behind(document, "ref('platform', '"));
      for (const name of ["fct_orders", "dim_customers"]) assert.ok(found.includes(name), `${name} is in ${found.join(" ")}`);
    },
    "hover tells the upstream's model": async () => {
      const document = await open(ORDERS);
      assert.match(await hover(document, behind(document, "'fct_or")), /One row for each order/);
    },
    "definition leads into another folder, and into a document where there is no checkout": async () => {
      const load = await open("logistics/models/warehouse_load.sql");
      const there = (await definition(load, behind(load, "fct_wholesale"))).map(({ path }) => path);
      assert.ok(there.includes(file("sales/models/fct_wholesale_orders.sql").path), there.join(" "));
      const orders = await open(ORDERS);
      const [upstream] = await definition(orders, behind(orders, "'fct_or"));
      assert.equal(upstream?.scheme, "dbt-mesh");
      const document = await workspace.openTextDocument(upstream);
      assert.equal(document.languageId, "markdown");
      assert.match(document.getText(), /model\.platform\.fct_orders/);
    },
    "a document of an upstream cannot be written, and says where the ref went": async () => {
      const orders = await open(ORDERS);
      const [upstream] = await definition(orders, behind(orders, "'fct_or"));
      assert.ok(upstream);
      await window.showTextDocument(await workspace.openTextDocument(upstream));
      const group = (await branch("marketing", "platform")).find(({ label }) => label === "core");
      const models = group?.children ? await group.children() : [];
      const item = models.find(({ label }) => label === "fct_orders");
      const { told } = await inside();
      const since = told.length;
      await commands.executeCommand("dbtMesh.insertRef", item);
      await until("a sentence", () => told.slice(since).some((text) => text.includes("cannot be written")));
    },
    "a ref is inserted as its file needs it": async () => {
      const document = await open("logistics/models/warehouse_load.sql");
      const editor = window.activeTextEditor;
      assert.ok(editor);
      const end = document.lineAt(document.lineCount - 1).range.end;
      editor.selection = new vscode.Selection(end, end);
      const models = await branch("sales", "Public models", "wholesale");
      const item = models.find(({ label }) => label === "fct_wholesale_orders");
      assert.ok(item, models.map(({ label }) => label).join(" "));
      await commands.executeCommand("dbtMesh.insertRef", item);
      assert.ok(document.getText().endsWith("{{ ref('sales', 'fct_wholesale_orders') }}"), document.getText());
      await commands.executeCommand("workbench.action.files.revert");
    },
    "the mesh view tells who reads a project, and what": async () => {
      const consumers = await branch("sales", "Read by");
      assert.deepEqual(consumers.map(({ label, description }) => `${label} ${description}`), ["logistics reads 2"]);
      const uses = await branch("sales", "Read by", "logistics", "fct_wholesale_orders");
      assert.deepEqual(uses.map(({ label }) => label).sort(), ["carrier_scorecard", "warehouse_load"]);
      await commands.executeCommand("dbtMesh.openItem", uses[0]);
      assert.match(window.activeTextEditor?.document.uri.path ?? "", /logistics\/models\//);
    },
    "a rename reaches the other project": async () => {
      const document = await open("logistics/models/warehouse_load.sql");
      const edit = await commands.executeCommand<vscode.WorkspaceEdit>(
        "vscode.executeDocumentRenameProvider", document.uri, behind(document, "fct_wholesale"), "fct_bulk_orders",
      );
      const paths = edit.entries().map(([uri]) => uri.path.slice(root.length + 1));
      for (const path of ["logistics/models/warehouse_load.sql", "logistics/models/carrier_scorecard.sql", "sales/models/delivery_promises.sql"]) {
        assert.ok(paths.includes(path), `${path} is in ${paths.join(" ")}`);
      }
      // Other projects are touched, so the editor lets the user look first.
      let applied: boolean | undefined;
      void workspace.applyEdit(edit).then((done) => (applied = done));
      await until("agreement", async () => {
        if (applied === undefined) await commands.executeCommand("refactorPreview.apply").then(undefined, () => undefined);
        return applied !== undefined;
      });
      assert.ok(applied);
      await workspace.saveAll();
      await until("the renamed file", async () => (await workspace.findFiles("**/fct_bulk_orders.sql")).length);
      await until("no finding", () => !codes(document.uri).includes("unknown-model"));
      assert.match((await workspace.openTextDocument(file("logistics/models/carrier_scorecard.sql"))).getText(), /ref\('sales', 'fct_bulk_orders'\)/);
    },
    "a quick fix corrects a name": async () => {
      const document = await open(ORDERS);
      const found = await until("the finding", () =>
        vscode.languages.getDiagnostics(document.uri).find(({ message }) => message.includes("fct_ordrs")));
      const actions = await commands.executeCommand<vscode.CodeAction[]>(
        "vscode.executeCodeActionProvider", document.uri, found.range, "quickfix", 20,
      );
      const fix = actions.find(({ title }) => title.includes("fct_orders"));
      assert.ok(fix?.edit, actions.map(({ title }) => title).join("\n"));
      assert.ok(await workspace.applyEdit(fix.edit));
      await until("no finding", () => !vscode.languages.getDiagnostics(document.uri).some(({ message }) => message.includes("fct_ordrs")));
    },
    "names have colours of their own": async () => {
      const document = await open(ORDERS);
      const legend = await commands.executeCommand<vscode.SemanticTokensLegend>(
        "vscode.provideDocumentSemanticTokensLegend", document.uri,
      );
      assert.ok(legend.tokenTypes.includes("dbtUpstreamModel"));
      const { data } = await commands.executeCommand<vscode.SemanticTokens>("vscode.provideDocumentSemanticTokens", document.uri);
      const types = new Set(Array.from({ length: data.length / 5 }, (_, at) => legend.tokenTypes[data[at * 5 + 3] ?? 0]));
      assert.ok(types.has("dbtUpstreamModel"), [...types].join(" "));
    },
    "settings count at once: rules, and what is left to others": async () => {
      const document = await open(ORDERS);
      const settings = workspace.getConfiguration("dbt-mesh");
      await until("the finding", () => codes(document.uri).includes("private-model"));
      await settings.update("rules", { "private-model": "off" }, vscode.ConfigurationTarget.Workspace);
      await until("silence", () => !codes(document.uri).includes("private-model"));
      await settings.update("rules", undefined, vscode.ConfigurationTarget.Workspace);
      await until("the finding again", () => codes(document.uri).includes("private-model"));
      const at = behind(document, "'fct_or");
      await settings.update("features.off", ["hover", "definition"], vscode.ConfigurationTarget.Workspace);
      await until("no hover", async () => (await hover(document, at)) === "");
      assert.deepEqual(await definition(document, at), []);
      await settings.update("features.off", undefined, vscode.ConfigurationTarget.Workspace);
      await until("hover again", () => hover(document, at));
    },
    "dbt SQL closes brackets of Jinja and comments as Jinja": async () => {
      await workspace.getConfiguration("editor").update("formatOnType", true, vscode.ConfigurationTarget.Workspace);
      writeFileSync(join(root, "marketing/models/typed.sql"), "\nselect 1\n");
      const document = await vscode.languages.setTextDocumentLanguage(await open("marketing/models/typed.sql"), "dbt-sql");
      const editor = window.activeTextEditor;
      assert.ok(editor);
      editor.selection = new vscode.Selection(0, 0, 0, 0);
      for (const text of "{{ ref") await commands.executeCommand("type", { text });
      const line = () => document.lineAt(0).text;
      await until("brackets closed once", () => /^\{\{ ref *\}\}$/.test(line()) || Promise.resolve(false), 5000).catch(() => assert.fail(line()));
      editor.selection = new vscode.Selection(1, 0, 1, 0);
      await commands.executeCommand("editor.action.commentLine");
      assert.equal(document.lineAt(1).text, "-- select 1");
      await commands.executeCommand("editor.action.commentLine");
      editor.selection = new vscode.Selection(1, 0, 1, 8);
      await commands.executeCommand("editor.action.blockComment");
      assert.equal(document.lineAt(1).text, "{# select 1 #}");
      await commands.executeCommand("workbench.action.files.revert");
      await workspace.getConfiguration("editor").update("formatOnType", undefined, vscode.ConfigurationTarget.Workspace);
    },
    "the lineage opens beside the model": async () => {
      const orders = await open(ORDERS);
      const editor = window.activeTextEditor;
      if (editor) editor.selection = new vscode.Selection(0, 0, 0, 0);
      assert.ok(orders);
      await commands.executeCommand("dbtMesh.showLineage");
      const titles = () => window.tabGroups.all.flatMap(({ tabs }) => tabs).map(({ label }) => label);
      await until("the panel", () => titles().includes("Lineage: campaign_orders"));
      await open("finance/models/ledger/fct_receivables.sql");
      await until("the panel to follow", () => titles().includes("Lineage: fct_receivables"));
    },
    "a folder with thirty projects joins and leaves": async () => {
      const { mesh, tree } = await inside();
      const many = join(root, "thirty");
      for (let at = 0; at < 30; at++) {
        const project = join(many, `team_${at}`);
        mkdirSync(join(project, "models"), { recursive: true });
        writeFileSync(join(project, "dbt_project.yml"), `name: team_${at}\nversion: "1.0"\nconfig-version: 2\n`);
        writeFileSync(join(project, "models", `orders_${at}.sql`), "select 1 as id\n");
        if (at > 0) writeFileSync(join(project, "dependencies.yml"), `projects:\n  - name: team_${at - 1}\n`);
      }
      const before = workspace.workspaceFolders?.length ?? 0;
      workspace.updateWorkspaceFolders(before, 0, { uri: vscode.Uri.file(many) });
      await until("all projects", () => mesh()?.projects.length === 34);
      const roots = (await tree.getChildren()) ?? [];
      assert.equal(roots.length, 34);
      assert.ok(roots.every(({ expanded }) => !expanded), "so many projects are closed at first");
      workspace.updateWorkspaceFolders(before, 1);
      await until("they are gone", () => mesh()?.projects.length === 4);
    },
    ...trouble(),
  });

