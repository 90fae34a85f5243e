// Drives the installed extension in the real workbench, as a person would.
import { mkdir, readFile, rm, writeFile } from "node:fs/promises";
import { readFileSync, readdirSync } from "node:fs";
import { createRequire } from "node:module";
import { join } from "node:path";
import { PATIENCE, assert, launch, open, steps } from "./browser.mjs";
import { start } from "./code.mjs";
import { workspace } from "./sample.mjs";

const axe = readFileSync(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8");

/** `code`: where code-server is; `vsix`: the package; `out`: where screenshots go. */
export async function drive({ code, vsix, out }) {
  const folder = await workspace();
  const instance = await start({ code, vsix });
  const browser = await launch();
  try {
    const page = await open(browser, { width: 1480, height: 740 });
    await tour(page, instance.url(`folder=${folder}`), { out, folder, home: instance.home, user: instance.user });
  } catch (error) {
    for (const page of browser.contexts().flatMap((context) => context.pages())) {
      await page.screenshot({ path: join(out, "failed.png") });
    }
    throw error;
  } finally {
    await browser.close();
    await instance.stop();
    await rm(folder, { recursive: true, force: true });
  }
}

async function tour(page, url, { out, folder, home, user }) {
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
  /** Where a node is drawn, on the screen: cytoscape keeps itself at its element. */
  const place = async (frame, id) => {
    const inside = await frame.evaluate(
      (id) => document.querySelector("#picture")._cyreg.cy.getElementById(id).renderedPosition(), id,
    );
    const box = await frame.locator("#picture").boundingBox();
    return { x: box.x + inside.x, y: box.y + inside.y };
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
    ["the server is the one inside the package, without any setting", async () => {
      assert(servers(home).length === 1, `servers of the package: ${servers(home)}`);
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
    ["and who reads a project's models", async () => {
      const row = (text) => page.locator(`.pane-body .monaco-list-row:has-text("${text}")`).first();
      await row("Read by").click();
      await wait(".pane-body .monaco-list-row >> text=reads 1");
      await row("reads 1").click();
      await wait(".pane-body .monaco-list-row >> text=1 use");
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
    ["a click on a node selects it, a double click opens its document", async () => {
      const frame = await lineage();
      const upstream = "model.platform.fct_orders";
      const { x, y } = await place(frame, upstream);
      await page.mouse.click(x, y);
      await frame.waitForSelector("#details h2:has-text('fct_orders')");
      const there = await place(frame, upstream);
      await page.mouse.dblclick(there.x, there.y);
      await wait(`.tab.active >> text=${upstream}.md`);
    }],
    ["the panel is accessible, and makes no requests of its own", async () => {
      const frame = await lineage();
      const { violations } = await frame.evaluate(`${axe}; axe.run(document, { resultTypes: ["violations"] })`);
      assert(violations.length === 0, JSON.stringify(violations.map(({ id, nodes }) => [id, nodes.map(({ html }) => html)])));
      const policy = await frame.evaluate(() => document.querySelector("meta[http-equiv]").content);
      assert(/default-src 'none'/.test(policy) && !/unsafe/.test(policy), policy);
    }],
    ["what is opened in the panel outlasts an edit, and the panel a reload", async () => {
      const frame = await lineage();
      const nodes = async (of) => Number.parseInt(await of.locator("#count").innerText(), 10);
      // The keys go to the panel until something else is clicked; the file opens beside it, not above it.
      await page.locator(".tab.active", { hasText: ".md" }).click();
      await openFile("campaign_orders.sql");
      await frame.waitForSelector("#details h2:has-text('campaign_orders')", { timeout: PATIENCE });
      await frame.locator("#search").fill("stg_shop__orders");
      await page.keyboard.press("Enter");
      const before = await nodes(frame);
      await frame.locator("#details section", { hasText: "Parents" }).locator("button", { hasText: "Show" }).click();
      await until("the parents", async () => (await nodes(frame)) > before);
      const opened = await nodes(frame);
      await goTo(3, 1);
      await page.keyboard.type("-- {{ ref('platform', 'fct_payments') }} ", { delay: 20 });
      await until("the new parent", async () => (await nodes(frame)) > opened);
      await page.keyboard.press("Escape");
      await quick(">File: Revert File", "Revert File");
      await until("the nodes as before", async () => (await nodes(frame)) === opened);
      await page.reload({ waitUntil: "domcontentloaded" });
      const again = await until("the panel", lineage);
      await again.waitForSelector("#details h2:has-text('campaign_orders')", { timeout: PATIENCE });
    }],
    ["a server that is killed comes back", async () => {
      await openFile("campaign_orders.sql");
      const [one, ...others] = servers(home);
      assert(one !== undefined && others.length === 0, `one server of this drive runs, not ${others.length + 1}`);
      process.kill(one, "SIGKILL");
      await until("another server", () => servers(home).some((pid) => pid !== one));
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
      const told = await page.locator(".notification-list-item-message").allInnerTexts();
      assert(told.length === 1, `one sentence and no more: ${told.join("\n")}`);
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

/** The process ids of servers that come from the package that was installed here. */
function servers(home) {
  // Not by `ps`, which not every machine has.
  return readdirSync("/proc").filter((name) => /^\d+$/.test(name)).map(Number).filter((pid) => {
    try {
      const [program, command] = readFileSync(`/proc/${pid}/cmdline`, "utf8").split("\0");
      return program.startsWith(`${home}/extensions/dbt-mesh-ls.dbt-mesh-`) && command === "lsp";
    } catch {
      // It has ended meanwhile.
      return false;
    }
  });
}
