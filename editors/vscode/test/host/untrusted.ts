// A workspace that is not trusted: it is read, but neither chooses the program nor makes this machine fetch anything.
import assert from "node:assert/strict";
import { existsSync } from "node:fs";
import { join } from "node:path";
import * as vscode from "vscode";
import { env, heard, inside, suite, until } from "./harness";

const { commands, window, workspace } = vscode;
const root = env("DBT_MESH_TEST_UNTRUSTED");
const marker = join(root, "chosen-by-workspace");

export const run = () =>
  suite("untrusted", {
    "the server runs, and is not the one that the workspace names": async () => {
      assert.equal(workspace.isTrusted, false);
      const { mesh, state } = await inside();
      await until("the mesh", () => mesh());
      assert.equal(state(), "running");
      assert.ok(!existsSync(marker));
    },
    "nothing is fetched, and the upstream says why": async () => {
      const { mesh } = await inside();
      const problem = () => mesh()?.projects[0]?.upstreams.find(({ name }) => name === "crm")?.problem ?? "";
      await until("the reason", () => /trust/i.test(problem()));
    },
    "another dbt extension is told of once, and keeps its files": async () => {
      await heard(/Power User for dbt is here too.*completion, hover and definition.*dbt-mesh\.features\.off/);
      const document = await workspace.openTextDocument(vscode.Uri.file(join(root, "models/customers.sql")));
      await window.showTextDocument(document);
      await new Promise((resolve) => setTimeout(resolve, 500));
      const { told } = await inside();
      assert.ok(!told.some((text) => text.includes("Open the SQL of dbt projects as dbt SQL?")), told.join("\n"));
      const since = told.length;
      await commands.executeCommand("dbtMesh.useDbtSql");
      await heard(/Power User for dbt only works in files of the language sql and jinja-sql/, since);
    },
    "trusting it is the editor's business, and then its settings count": async () => {
      const uri = vscode.Uri.file(join(root, "dependencies.yml"));
      await window.showTextDocument(await workspace.openTextDocument(uri));
      const [found] = await until("the finding", () => vscode.languages.getDiagnostics(uri));
      const actions = await commands.executeCommand<vscode.CodeAction[]>(
        "vscode.executeCodeActionProvider", uri, found?.range, "quickfix", 20,
      );
      const trust = actions.find(({ title }) => title.startsWith("Trust this workspace"));
      assert.ok(trust?.command, actions.map(({ title }) => title).join("\n"));
      // It opens the editor's own page, where test/drive/host.mjs presses the button.
      void commands.executeCommand(trust.command.command, ...(trust.command.arguments ?? []));
      await until("trust", () => workspace.isTrusted);
      await until("the workspace's program", () => existsSync(marker));
      const { mesh, state } = await inside();
      await until("the mesh", () => state() === "running" && mesh());
      const problem = () => mesh()?.projects[0]?.upstreams.find(({ name }) => name === "crm")?.problem ?? "";
      await until("an attempt to fetch", () => problem() !== "" && !/not trusted|trust /i.test(problem()));
    },
  });
