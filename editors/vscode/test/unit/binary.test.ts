import assert from "node:assert/strict";
import { chmodSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { homedir, tmpdir } from "node:os";
import { join } from "node:path";
import { after, test } from "node:test";
import { PROGRAM, expand, find, mismatch, version } from "../../src/binary";
import { AT_MOST, Restarts, WITHIN_MS } from "../../src/restart";

const folder = mkdtempSync(join(tmpdir(), "dbt-mesh-test-"));
after(() => rmSync(folder, { recursive: true }));

function program(path: string, body: string, mode = 0o755): string {
  const file = join(folder, path);
  mkdirSync(join(file, ".."), { recursive: true });
  writeFileSync(file, body);
  chmodSync(file, mode);
  return file;
}

test("the setting comes before the bundled program, and that before the PATH", () => {
  const configured = program("configured/server", "");
  const bundled = program(`extension/server/${PROGRAM}`, "");
  const installed = program(`bin/${PROGRAM}`, "");
  const places = { configured: "", extension: join(folder, "extension"), workspace: folder, path: join(folder, "bin") };
  assert.deepEqual(find(places), { program: bundled, from: "extension" });
  assert.deepEqual(find({ ...places, extension: folder }), { program: installed, from: "PATH" });
  assert.deepEqual(find({ ...places, configured }), { program: configured, from: "setting" });
  const relative = "${workspaceFolder}/configured/server";
  assert.deepEqual(find({ ...places, configured: relative }), { program: configured, from: "setting" });
  assert.equal(expand("~/x", undefined), join(homedir(), "x"));
});

test("what is not there is told with the way out", () => {
  const nowhere = { configured: "", extension: folder, workspace: undefined, path: "" };
  const problem = (found: ReturnType<typeof find>) => ("problem" in found ? found.problem : "none");
  assert.match(problem(find({ ...nowhere, extension: join(folder, "x") })), /none is on the PATH\. Install it with/);
  assert.match(problem(find({ ...nowhere, configured: "/no/such" })), /dbt-mesh\.server\.path names \/no\/such/);
});

test("a program tells its version, or why it cannot", { skip: process.platform === "win32" }, async () => {
  const check = async (body: string, mode: number, wanted: RegExp) => {
    const answer = await version(program(`v${wanted.source.length}`, body, mode));
    assert.match("version" in answer ? answer.version : answer.problem, wanted);
  };
  await check("#!/bin/sh\necho 'dbt-mesh-ls 0.1.0'", 0o755, /^0\.1\.0$/);
  await check("#!/bin/sh\necho 'something else 1.0'", 0o755, /is not dbt-mesh-ls/);
  await check("#!/no/such/interpreter\n", 0o755, /does not start: it, or a library/);
  await check("#!/bin/sh\necho no memory >&2; exit 3", 0o755, /does not start: no memory/);
  await check("", 0o644, /may not be executed\. Run `chmod \+x`/);
  await check("\0ELF of another machine", 0o755, /If it is built for another kind of machine/);
});

test("versions that do not belong together are told, with who is behind", () => {
  assert.equal(mismatch("0.1.0", "0.1.7"), undefined);
  assert.equal(mismatch("1.4.0", "1.2.0"), undefined);
  assert.match(mismatch("0.1.9", "0.2.0") ?? "", /Update the server/);
  assert.match(mismatch("2.0.0", "1.9.0") ?? "", /Update the extension/);
});

test("a server that keeps crashing is left alone, one that crashes now and then is not", () => {
  const restarts = new Restarts();
  const crashes = Array.from({ length: AT_MOST + 1 }, (_, at) => restarts.again(at * 1000));
  assert.deepEqual(crashes, [...Array<boolean>(AT_MOST).fill(true), false]);
  assert.ok(restarts.again(WITHIN_MS * 2));
  restarts.forget();
  for (let at = 0; at < 20; at++) assert.ok(restarts.again(at * WITHIN_MS));
});
