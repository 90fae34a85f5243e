// A real Chromium, and what the drives have in common.
import { chromium } from "playwright-core";
import { existsSync } from "node:fs";

const PROGRAMS = [process.env.CHROMIUM, "/usr/bin/chromium", "/usr/bin/chromium-browser", "/usr/bin/google-chrome"];

export const program = PROGRAMS.find((path) => path && existsSync(path));

export function launch() {
  return chromium.launch({
    executablePath: program,
    args: [
      "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking",
      "--disable-component-update", "--disable-sync", "--disable-dev-shm-usage",
    ],
  });
}

/** How long anything may take on a busy machine, in milliseconds. */
export const PATIENCE = 120_000;

/** A page that waits as long. */
export async function open(browser, viewport) {
  const page = await browser.newPage({ viewport });
  page.setDefaultTimeout(PATIENCE);
  return page;
}

/** Runs named steps in order and says how long each took. */
export async function steps(title, list) {
  console.log(title);
  for (const [name, run] of list) {
    const began = performance.now();
    try {
      await run();
    } catch (error) {
      error.message = `${name}: ${error.message}`;
      throw error;
    }
    console.log(`  ${name} (${((performance.now() - began) / 1000).toFixed(1)} s)`);
  }
}

export function assert(condition, message) {
  if (!condition) throw new Error(message);
}
