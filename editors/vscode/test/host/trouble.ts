// What goes wrong with the server, and what the user hears then.
import assert from "node:assert/strict";
import { chmodSync, mkdirSync, readFileSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import * as vscode from "vscode";
import { type Tests, env, heard, inside, until } from "./harness";

/** The settings of the machine that the server runs on: a program's path belongs there. */
const settings = env("DBT_MESH_TEST_MACHINE");
const folder = join(dirname(settings), "programs");
const real = env("DBT_MESH_TEST_SERVER");

function program(name: string, body: string, mode = 0o755): string {
  mkdirSync(folder, { recursive: true });
  const path = join(folder, name);
  rmSync(path, { force: true });
  writeFileSync(path, body);
  chmodSync(path, mode);
  return path;
}

/** The real server under another version. */
const posing = (version: string) =>
  `#!/bin/sh\nif [ "$1" = --version ]; then echo "dbt-mesh-ls ${version}"; else exec '${real}' "$@"; fi\n`;

async function use(path: string | undefined): Promise<number> {
  const since = (await inside()).told.length;
  mkdirSync(dirname(settings), { recursive: true });
  writeFileSync(settings, JSON.stringify(path === undefined ? {} : { "dbt-mesh.server.path": path }));
  return since;
}

async function running(): Promise<void> {
  const { mesh, state } = await inside();
  await until("a server that runs", () => state() === "running" && mesh() !== undefined);
}

/** The process ids of servers that this extension host started. */
function servers(): number[] {
  // Not by `ps`, which not every machine has.
  return readdirSync("/proc").filter((name) => /^\d+$/.test(name)).map(Number).filter((pid) => {
    try {
      const [, comm, , parent] = /^\d+ \((.*)\) (\S) (\d+)/.exec(readFileSync(`/proc/${pid}/stat`, "latin1")) ?? [];
      return comm?.startsWith("dbt-mesh-ls") && Number(parent) === process.pid;
    } catch {
      // It has ended meanwhile.
      return false;
    }
  });
}

async function kill(): Promise<void> {
  const [pid] = await until("a server to kill", () => servers());
  assert.ok(pid);
  process.kill(pid, "SIGKILL");
  await until("its end", () => !servers().includes(pid));
}

export const trouble = (): Tests => ({
  "a server that is killed comes back, and the user hears of it": async () => {
    const since = (await inside()).told.length;
    await kill();
    await heard(/ended unexpectedly and is started again/, since);
    await running();
  },
  "one that is killed again and again is left alone, with a way out": async () => {
    const { state, told } = await inside();
    const since = told.length;
    for (let times = 0; times < 3; times++) {
      await kill();
      if (times < 2) await running();
    }
    await heard(/ended unexpectedly 4 times within minutes and is left alone now/, since);
    await until("the end of it", () => state() === "failed");
    await new Promise((resolve) => setTimeout(resolve, 1500));
    assert.deepEqual(servers(), []);
    await vscode.commands.executeCommand("dbtMesh.restart");
    await running();
  },
  "a program that is not there": async () => {
    const since = await use("/no/such/dbt-mesh-ls");
    await heard(/dbt-mesh\.server\.path names \/no\/such\/dbt-mesh-ls, and there is no such program\. Correct it/, since);
    assert.equal((await inside()).state(), "failed");
  },
  "a program that may not be run": async () => {
    const since = await use(program("locked", posing("0.1.0"), 0o644));
    await heard(/may not be executed\. Run `chmod \+x`/, since);
  },
  "a program that is something else": async () => {
    const since = await use(program("other", "#!/bin/sh\necho other 1.0\n"));
    await heard(/other is not dbt-mesh-ls/, since);
  },
  "a server that ends at once": async () => {
    const since = await use(program("brief", "#!/bin/sh\nif [ \"$1\" = --version ]; then echo dbt-mesh-ls 0.1.0; else exit 3; fi\n"));
    await heard(/did not start|is left alone now/, since);
    await until("the end of it", async () => (await inside()).state() === "failed");
  },
  "a server of another version runs, and the user hears who is behind": async () => {
    const since = await use(program("newer", posing("9.0.0")));
    await heard(/dbt-mesh-ls is version 9\.0\.0, the extension \d.*Update the extension/, since);
    await running();
  },
  "a server that is upgraded while it runs": async () => {
    const since = (await inside()).told.length;
    program("newer", posing("9.1.0"));
    await heard(/newer was replaced by version 9\.1\.0; version 9\.0\.0 still runs\. Restart the server/, since);
    await use(undefined);
    await running();
  },
});
