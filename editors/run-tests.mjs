// Bundles every *.test.ts below the given folder and runs them with Node's own test runner.
import { build } from "esbuild";
import { spawnSync } from "node:child_process";
import { mkdtemp, readdir, rm } from "node:fs/promises";
import { join, resolve } from "node:path";

const folder = resolve(process.argv[2] ?? "test");
const entryPoints = (await readdir(folder)).filter((name) => name.endsWith(".test.ts")).map((name) => join(folder, name));
const outdir = await mkdtemp(join(folder, "../node_modules-tests-"));
try {
  await build({
    entryPoints, outdir, bundle: true, platform: "node", target: "node20", format: "cjs", logLevel: "warning",
    external: ["vscode-oniguruma", "vscode-textmate", "tm-grammars"], outExtension: { ".js": ".test.cjs" },
  });
  const files = (await readdir(outdir)).map((name) => join(outdir, name));
  process.exitCode = spawnSync(process.execPath, ["--test", "--test-reporter=tap", ...files], { stdio: "inherit" }).status ?? 1;
} finally {
  await rm(outdir, { recursive: true });
}
