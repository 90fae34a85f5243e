// Runs named tests inside VS Code's extension host and writes down how they went. test/drive/host.mjs reads it.
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import * as vscode from "vscode";
import type { Inside } from "../../src/extension";

const PATIENCE = 60_000;
const EXTENSION = "dbt-mesh-ls.dbt-mesh";

export type Tests = Record<string, () => Promise<void>>;

/** Runs all of them in order; one that fails does not stop the others. */
export async function suite(name: string, tests: Tests): Promise<void> {
  const file = join(env("DBT_MESH_TEST_OUT"), `${name}.json`);
  const results: { name: string; ms: number; error?: string }[] = [];
  const write = (done: boolean) => writeFileSync(file, JSON.stringify({ done, results }));
  for (const [title, run] of Object.entries(tests)) {
    const began = Date.now();
    const error = await run().then(() => undefined, (reason: unknown) => (reason instanceof Error ? reason.stack ?? reason.message : String(reason)));
    results.push({ name: title, ms: Date.now() - began, ...(error === undefined ? {} : { error }) });
    write(false);
    // The first says whether there is anything to test.
    if (error !== undefined && results.length === 1) break;
  }
  write(true);
}

export function env(name: string): string {
  const value = process.env[name];
  if (value === undefined) throw new Error(`${name} is not set`);
  return value;
}

/** The extension's inside, once it is active. */
export async function inside(): Promise<Inside> {
  const extension = vscode.extensions.getExtension<Inside>(EXTENSION);
  if (!extension) throw new Error(`${EXTENSION} is not installed`);
  return extension.activate();
}

/** Asks again and again until there is an answer that is neither false nor empty. */
export async function until<T>(what: string, ask: () => T | Promise<T>, patience = PATIENCE): Promise<NonNullable<T>> {
  let last: unknown;
  for (const began = Date.now(); Date.now() - began < patience; ) {
    last = await ask();
    if (Array.isArray(last) ? last.length > 0 : last) return last as NonNullable<T>;
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
  throw new Error(`waited in vain for ${what}; the last answer was ${JSON.stringify(last)}`);
}

/** Waits for a sentence that the user is told; `since` is how many had been told before. */
export async function heard(pattern: RegExp, since = 0): Promise<string> {
  const { told } = await inside();
  return until(`the sentence ${pattern}, having heard ${JSON.stringify(told)}`, () => told.slice(since).find((text) => pattern.test(text)));
}

/** The position right behind a text's first place in a document. */
export function behind(document: vscode.TextDocument, text: string): vscode.Position {
  const at = document.getText().indexOf(text);
  if (at < 0) throw new Error(`${text} is not in ${document.uri.path}`);
  return document.positionAt(at + text.length);
}
