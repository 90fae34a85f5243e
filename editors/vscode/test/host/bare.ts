// A folder without a dbt project, in which nothing can be written.
import assert from "node:assert/strict";
import * as vscode from "vscode";
import { env, heard, inside, suite, until } from "./harness";

const { commands, window, workspace } = vscode;

export const run = () =>
  suite("bare", {
    "nothing is started, and nobody is bothered": async () => {
      const { state, told, tree } = await inside();
      await new Promise((resolve) => setTimeout(resolve, 500));
      assert.equal(state(), "idle");
      assert.deepEqual(told, []);
      assert.deepEqual(await tree.getChildren(), []);
    },
    "whoever starts the server by hand hears why it does not": async () => {
      const { state } = await inside();
      await commands.executeCommand("dbtMesh.restart");
      await heard(/There is no dbt_project\.yml in this workspace, so there is nothing for dbt mesh to do\. Open a folder/);
      assert.equal(state(), "idle");
    },
    "settings that cannot be written are told with what to write elsewhere": async () => {
      await commands.executeCommand("dbtMesh.useDbtSql");
      await heard(/The workspace's settings cannot be written: .*Put "\*\*\/models\/\*\*\/\*\.sql": "dbt-sql"/);
    },
    "a file of a project elsewhere starts the server": async () => {
      const { mesh, state } = await inside();
      const uri = vscode.Uri.file(`${env("DBT_MESH_TEST_FOLDER")}/marketing/models/new_customers.sql`);
      await window.showTextDocument(await workspace.openTextDocument(uri));
      await until("the server", () => state() === "running" && mesh());
    },
  });
