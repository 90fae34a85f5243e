// Runs the suites of test/host inside the extension host of a real VS Code: the extension of this folder, as it would
// be debugged, with the server from the PATH.
import { build } from "esbuild";
import { execFileSync } from "node:child_process";
import { mkdir, mkdtemp, readFile, rm, symlink, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { launch, open } from "./browser.mjs";
import { start } from "./code.mjs";
import { bare, neighbour, untrusted, workspace } from "./sample.mjs";

const here = fileURLToPath(new URL("../..", import.meta.url));
const built = join(here, "dist/test-host");
const PATIENCE = 120_000;

/** `only`: one suite instead of all. */
export async function host({ code, server, out, only }) {
  await build({
    absWorkingDir: here, entryPoints: ["mesh", "untrusted", "bare"].map((name) => `test/host/${name}.ts`), outdir: built,
    bundle: true, platform: "node", target: "node20", format: "cjs", external: ["vscode"], logLevel: "warning",
  });
  const results = await mkdtemp(join(tmpdir(), "dbt-mesh-host-"));
  const [folder, doubtful, empty] = [await workspace(), await untrusted(server), await bare()];
  const folders = ["finance", "logistics", "marketing", "sales"].map((name) => ({ path: join(folder, name) }));
  await writeFile(join(folder, "mesh.code-workspace"), JSON.stringify({ folders, settings: {} }));
  const programs = join(results, "bin");
  await mkdir(programs);
  await symlink(server, join(programs, "dbt-mesh-ls"));
  // The extension host takes its PATH from a login shell.
  await writeFile(join(results, ".bash_profile"), `export PATH='${programs}':"$PATH"\n`);
  const vsix = join(results, "dbt-mesh.vsix");
  execFileSync(process.execPath, [join(here, "scripts/package.mjs"), "--out", vsix], { stdio: "pipe" });
  const instance = await start({
    code, vsix,
    env: {
      HOME: results, SHELL: "/bin/bash", DBT_MESH_TEST_OUT: results, DBT_MESH_TEST_SERVER: server,
      DBT_MESH_TEST_FOLDER: folder, DBT_MESH_TEST_UNTRUSTED: doubtful, XDG_CONFIG_HOME: join(results, "config"),
      XDG_CACHE_HOME: join(results, "cache"),
    },
  });
  const browser = await launch();
  const other = await neighbour(results);
  const run = async (name, query, { settings = {}, extension = here, during } = {}) => {
    if (only && name !== only) return [];
    await instance.configure(settings);
    const view = await open(browser, { width: 1280, height: 760 });
    const payload = [
      ["extensionDevelopmentPath", instance.remote(extension)],
      ["extensionTestsPath", instance.remote(join(built, `${name}.js`))],
    ];
    await view.goto(instance.url(query, payload), { waitUntil: "domcontentloaded" });
    const helped = during?.(view).catch(() => {});
    try {
      return await finished(name, join(results, `${name}.json`), view);
    } catch (error) {
      await view.screenshot({ path: join(out, `failed-host-${name}.png`) });
      throw error;
    } finally {
      await view.close();
      await helped;
    }
  };
  try {
    const failures = [
      ...(await run("mesh", `workspace=${join(folder, "mesh.code-workspace")}`)),
      ...(await run("untrusted", `folder=${doubtful}`, {
        settings: {
          "security.workspace.trust.enabled": true, "security.workspace.trust.startupPrompt": "never",
          "dbt-mesh.files.offerLanguage": true,
        },
        // Only one can be under development: here it is the other one, beside the package.
        extension: other,
        during: (view) => view.locator(".workspace-trust-buttons-row .monaco-button", { hasText: /^Trust/ }).first().click({ timeout: PATIENCE }),
      })),
      ...(await run("bare", `folder=${empty}`)),
    ];
    if (failures.length > 0) throw new Error(`failed in the extension host:\n${failures.join("\n")}`);
  } finally {
    await browser.close();
    await instance.stop();
    for (const path of [results, folder, doubtful, empty]) await rm(path, { recursive: true, force: true });
  }
}

/** Prints each test as it ends; gives those that failed. Gives up when nothing has ended for long. */
async function finished(suite, file, view) {
  console.log(`inside the extension host: ${suite}`);
  let told = 0;
  const failed = [];
  for (let last = Date.now(); Date.now() - last < PATIENCE; ) {
    const state = await readFile(file, "utf8").then(JSON.parse).catch(() => undefined);
    for (const { name, ms, error } of state?.results.slice(told) ?? []) {
      console.log(`  ${error === undefined ? "" : "FAILED: "}${name} (${(ms / 1000).toFixed(1)} s)`);
      if (error !== undefined) failed.push(`${suite}: ${name}`) && console.log(error.split("\n").slice(0, 12).join("\n"));
      told++;
      last = Date.now();
    }
    if (state?.done) return failed;
    await view.waitForTimeout(200);
  }
  throw new Error(`the suite ${suite} did not end`);
}
