// Drives the installed extension in the real workbench, as a person would.
import { spawn, execFileSync } from "node:child_process";
import { mkdir, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { assert, launch, steps } from "./browser.mjs";
import { workspace } from "./sample.mjs";

const PATIENCE = 60_000;
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
  "dbt-mesh.files.offerLanguage": false,
};

/** `code`: where code-server is; `vsix`: the package; `out`: where screenshots go. */
export async function drive({ code, vsix, out }) {
  const home = await mkdtemp(join(tmpdir(), "dbt-mesh-drive-"));
  const folder = await workspace();
  const [user, extensions] = [join(home, "user"), join(home, "extensions")];
  await mkdir(join(user, "User"), { recursive: true });
  await mkdir(extensions);
  await writeFile(join(user, "User", "settings.json"), JSON.stringify(SETTINGS));
  const entry = join(code, "node_modules/code-server/out/node/entry.js");
  const common = [entry, "--config", join(home, "none.yaml"), "--user-data-dir", user, "--extensions-dir", extensions];
  execFileSync(process.execPath, [...common, "--install-extension", vsix, "--force"], { stdio: "pipe" });
  const port = await freePort();
  const server = spawn(
    process.execPath,
    [
      ...common, "--auth", "none", "--bind-addr", `127.0.0.1:${port}`, "--disable-telemetry", "--disable-update-check",
      "--disable-workspace-trust", "--disable-getting-started-override", "--disable-proxy", folder,
    ],
    { stdio: "ignore", detached: true },
  );
  const browser = await launch();
  try {
    await answers(`http://127.0.0.1:${port}/healthz`);
    const page = await browser.newPage({ viewport: { width: 1480, height: 820 } });
    await tour(page, `http://127.0.0.1:${port}/?folder=${folder}`, { out, folder, user });
  } catch (error) {
    for (const page of browser.contexts().flatMap((context) => context.pages())) {
      await page.screenshot({ path: join(out, "failed.png") });
    }
    throw error;
  } finally {
    await browser.close();
    process.kill(-server.pid);
    await rm(home, { recursive: true, force: true });
    await rm(folder, { recursive: true, force: true });
  }
}

async function tour(page, url, { out, folder, user }) {
  const shot = (name) => page.screenshot({ path: join(out, `${name}.png`) });
  const model = join(folder, "marketing/models/campaign_orders.sql");
  const wait = (selector, options) => page.waitForSelector(selector, { timeout: PATIENCE, ...options });
  const quick = async (text, row) => {
    await page.keyboard.press("F1");
    await wait(".quick-input-widget input");
    await page.locator(".quick-input-widget input").fill(text);
    await wait(`.quick-input-list .monaco-list-row >> text=${row}`);
    await page.keyboard.press("Enter");
  };
  const goTo = async (line, column) => {
    await page.keyboard.press("Control+1");
    await page.keyboard.press("Control+G");
    await wait(".quick-input-widget input");
    await page.locator(".quick-input-widget input").fill(`:${line}:${column}`);
    await page.keyboard.press("Enter");
    await page.waitForTimeout(300);
  };
  const openFile = async (name) => {
    // Something that opens late may take the keys: then once more.
    await until(name, async () => {
      await page.keyboard.press("Control+P");
      await wait(".quick-input-widget input");
      await page.locator(".quick-input-widget input").fill(name);
      await wait(`.quick-input-list .monaco-list-row >> text=${name}`);
      await page.keyboard.press("Enter");
      const opened = page.waitForSelector(`.tab.active >> text=${name}`, { timeout: 5000 });
      return opened.then(() => true, () => false);
    });
  };
  const lineage = async () => {
    for (const frame of page.frames()) {
      if (await frame.locator("#picture").count().catch(() => 0)) return frame;
    }
    return undefined;
  };
  const until = async (what, done) => {
    for (const began = Date.now(); Date.now() - began < PATIENCE; ) {
      const value = await done();
      if (value) return value;
      await page.waitForTimeout(200);
    }
    throw new Error(`waited in vain for ${what}`);
  };

  await steps("the extension in VS Code", [
    ["the workbench opens", async () => {
      await page.goto(url, { waitUntil: "domcontentloaded" });
      await wait(".explorer-folders-view .monaco-list-row");
    }],
    ["the server runs, and the status bar tells the mesh", async () => {
      await openFile("campaign_orders.sql");
      await wait("#dbt-mesh-ls\\.dbt-mesh\\.dbtMesh\\.status");
      await until("the mesh in the status bar", async () =>
        /projects/.test((await page.locator("#dbt-mesh-ls\\.dbt-mesh\\.dbtMesh\\.status").getAttribute("aria-label")) ?? ""));
    }],
    ["findings are underlined", async () => {
      await wait(".squiggly-error");
    }],
    ["hover tells the upstream model", async () => {
      await goTo(4, 27);
      await page.keyboard.press("Control+K");
      await page.keyboard.press("Control+I");
      await wait(".monaco-hover >> text=One row for each order");
      await shot("hover");
      await page.keyboard.press("Escape");
    }],
    ["the mesh view lists upstreams, groups, models, columns", async () => {
      await quick(">View: Show dbt mesh", "dbt mesh");
      await wait(".pane-body .monaco-list-row >> text=marketing");
      const row = (text) => page.locator(`.pane-body .monaco-list-row:has-text("${text}")`).first();
      await row("platform").click();
      await wait(".pane-body .monaco-list-row >> text=core");
      await row("core").click();
      await wait(".pane-body .monaco-list-row >> text=fct_orders");
      await row("fct_orders").locator(".monaco-tl-twistie").click();
      await wait(".pane-body .monaco-list-row >> text=order_id");
    }],
    ["completion offers upstream models", async () => {
      await goTo(9, 1);
      await page.keyboard.press("End");
      await page.keyboard.press("Enter");
      await page.keyboard.type("-- {{ ref('platform', '", { delay: 30 });
      await wait(".suggest-widget.visible .monaco-list-row >> text=dim_customers");
      await shot("completion");
      await page.keyboard.press("Escape");
      for (let undone = 0; undone < 5; undone++) await page.keyboard.press("Control+Z");
    }],
    ["a quick fix corrects the name", async () => {
      await page.keyboard.press("Control+1");
      await quick(">File: Revert File", "Revert File");
      await until("the file as it was", async () => (await page.locator(".view-line:has-text('fct_ordrs')").count()) > 0);
      await goTo(7, 26);
      await wait(".squiggly-error");
      await until("a fix in the menu", async () => {
        await page.keyboard.press("Control+.");
        await page.waitForTimeout(1200);
        if (await page.locator(".action-widget >> text=fct_orders").count()) return true;
        await page.keyboard.press("Escape");
        return false;
      });
      await shot("fix");
      await page.keyboard.press("Enter");
      await until("the new name", async () => (await page.locator(".view-line:has-text('fct_ordrs')").count()) === 0);
      await page.keyboard.press("Control+S");
      await until("the file on disk", async () => !(await readFile(model, "utf8")).includes("fct_ordrs"));
    }],
    ["definition leads to the upstream's document", async () => {
      await goTo(4, 27);
      await page.keyboard.press("F12");
      await wait(".tab.active >> text=model.platform.fct_orders.md");
      await until("its text", async () =>
        (await page.locator(".view-line").allInnerTexts()).join("\n").replaceAll("\u00a0", " ").includes("model.platform.fct_orders"));
      await shot("document");
      await page.keyboard.press("Control+W");
    }],
    ["the lineage shows the model across projects", async () => {
      await goTo(4, 27);
      await quick(">dbt mesh: Show Lineage", "Show Lineage");
      const frame = await until("the panel", lineage);
      await frame.waitForSelector("#details h2:has-text('campaign_orders')", { timeout: PATIENCE });
      const count = await frame.locator("#count").innerText();
      assert(Number.parseInt(count, 10) >= 4, `the lineage has ${count}`);
      await page.waitForTimeout(500);
      await shot("lineage");
    }],
    ["a click on a node selects it, Enter opens its document", async () => {
      const frame = await lineage();
      await frame.locator("#details button.link", { hasText: "fct_orders" }).first().click();
      await frame.waitForSelector("#details h2:has-text('fct_orders')");
      const box = await frame.locator("#picture").boundingBox();
      await page.mouse.click(box.x + box.width / 2, box.y + 8);
      await frame.locator("#details button", { hasText: "Open file" }).click();
      await wait(".tab.active >> text=model.platform.fct_orders.md");
    }],
    ["a server that is killed comes back", async () => {
      await openFile("campaign_orders.sql");
      const own = execFileSync("pgrep", ["-f", join(folder, "..", "dbt-mesh-drive")], { encoding: "utf8" }).split("\n");
      const servers = own.filter((pid) => pid && isServer(pid));
      assert(servers.length === 1, `one server of this drive runs, not ${servers.length}`);
      process.kill(Number(servers[0]), "SIGKILL");
      await until("another server", async () =>
        execFileSync("pgrep", ["-f", join(folder, "..", "dbt-mesh-drive")], { encoding: "utf8" })
          .split("\n").some((pid) => pid && pid !== servers[0] && isServer(pid)));
      await wait(".squiggly-error");
    }],
    ["a path that is wrong is told, and taken back", async () => {
      // A path belongs to the machine that the server runs on.
      const settings = join(user, "Machine", "settings.json");
      await mkdir(join(user, "Machine"), { recursive: true });
      await writeFile(settings, JSON.stringify({ "dbt-mesh.server.path": "/no/such/dbt-mesh-ls" }));
      await wait(".notification-list-item-message >> text=dbt-mesh.server.path names /no/such/dbt-mesh-ls");
      await quick(">View: Show dbt mesh", "dbt mesh");
      await wait(".welcome-view-content >> text=The language server is not running");
      await shot("failed-server");
      await writeFile(settings, "{}");
      await wait(".pane-body .monaco-list-row >> text=marketing");
    }],
    ["a folder without a project says what to do", async () => {
      const empty = join(folder, "platform", "target");
      await page.goto(url.replace(folder, empty), { waitUntil: "domcontentloaded" });
      await wait(".explorer-folders-view .monaco-list-row");
      await quick(">View: Show dbt mesh", "dbt mesh");
      await wait(".welcome-view-content >> text=There is no dbt_project.yml in this workspace");
    }],
  ]);
}

function isServer(pid) {
  try {
    return execFileSync("ps", ["-o", "comm=", "-p", pid], { encoding: "utf8" }).startsWith("dbt-mesh-ls");
  } catch {
    return false;
  }
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
