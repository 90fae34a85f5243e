// code-server: the real workbench and extension host, with the package installed.
import { execFileSync, spawn } from "node:child_process";
import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { PATIENCE } from "./browser.mjs";

const SETTINGS = {
  "security.workspace.trust.enabled": false,
  "files.autoSave": "off",
  "workbench.startupEditor": "none",
  "workbench.colorTheme": "Default Dark Modern",
  "telemetry.telemetryLevel": "off",
  "extensions.autoUpdate": false,
  "chat.disableAIFeatures": true,
  "editor.wordBasedSuggestions": "off",
  "editor.minimap.enabled": false,
  "workbench.tips.enabled": false,
  "window.commandCenter": false,
  "workbench.layoutControl.enabled": false,
  "dbt-mesh.files.offerLanguage": false,
};

/** `code`: where setup.sh has put it; `vsix`: a package to install; `env`: beside the own environment. Ends with `stop`. */
export async function start({ code, vsix, env = {} }) {
  const home = await mkdtemp(join(tmpdir(), "dbt-mesh-drive-"));
  const [user, extensions] = [join(home, "user"), join(home, "extensions")];
  await mkdir(join(user, "User"), { recursive: true });
  await mkdir(extensions);
  const configure = (more = {}) =>
    writeFile(join(user, "User", "settings.json"), JSON.stringify({ ...SETTINGS, ...more }));
  await configure();
  const entry = join(code, "node_modules/code-server/out/node/entry.js");
  const common = [entry, "--config", join(home, "none.yaml"), "--user-data-dir", user, "--extensions-dir", extensions];
  if (vsix) execFileSync(process.execPath, [...common, "--install-extension", vsix, "--force"], { stdio: "pipe" });
  const port = await freePort();
  const authority = `127.0.0.1:${port}`;
  const server = spawn(
    process.execPath,
    [
      ...common, "--auth", "none", "--bind-addr", authority, "--disable-telemetry", "--disable-update-check",
      "--disable-getting-started-override", "--disable-proxy",
    ],
    { stdio: "ignore", detached: true, env: { ...process.env, DBT_MESH_TEST_MACHINE: join(user, "Machine/settings.json"), ...env } },
  );
  // Whoever is made to stop takes it along.
  const end = () => process.kill(-server.pid);
  const interrupted = () => {
    end();
    process.exit(1);
  };
  for (const signal of ["SIGINT", "SIGTERM"]) process.once(signal, interrupted);
  const stop = async () => {
    for (const signal of ["SIGINT", "SIGTERM"]) process.off(signal, interrupted);
    end();
    await rm(home, { recursive: true, force: true });
  };
  try {
    await answers(`http://${authority}/healthz`);
  } catch (error) {
    await stop();
    throw error;
  }
  return {
    home, user, configure, stop,
    /** A file of this machine, as the workbench names it. */
    remote: (path) => `vscode-remote://${authority}${path}`,
    /** `query`: `folder=…` or `workspace=…`. */
    url: (query, payload) =>
      `http://${authority}/?${query}${payload ? `&payload=${encodeURIComponent(JSON.stringify(payload))}` : ""}`,
  };
}

async function freePort() {
  const probe = createServer();
  await new Promise((resolve) => probe.listen(0, "127.0.0.1", resolve));
  const { port } = probe.address();
  await new Promise((resolve) => probe.close(resolve));
  return port;
}

async function answers(url) {
  for (const began = Date.now(); Date.now() - began < PATIENCE; ) {
    try {
      if ((await fetch(url)).ok) return;
    } catch {
      // not yet
    }
    await new Promise((resolve) => setTimeout(resolve, 200));
  }
  throw new Error(`${url} does not answer`);
}
