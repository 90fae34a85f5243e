// Packages the extension for every platform of which there is a server, and once without any:
// `node scripts/package-all.mjs --servers DIR --out DIR`. In DIR stands a folder for each platform, by the marketplace's
// name (linux-x64) or by Rust's (x86_64-unknown-linux-gnu), with the program in it. Says what is missing; with --all
// that is an error.
import { execFileSync } from "node:child_process";
import { existsSync } from "node:fs";
import { mkdir, readFile } from "node:fs/promises";
import { join, resolve } from "node:path";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import { TARGETS, programOf } from "./targets.mjs";

const here = fileURLToPath(new URL("..", import.meta.url));
const { values } = parseArgs({
  options: { servers: { type: "string" }, out: { type: "string" }, all: { type: "boolean", default: false } },
});
if (!values.servers || !values.out) throw new Error("--servers DIR and --out DIR are needed");
const [servers, out] = [resolve(values.servers), resolve(values.out)];
const { version } = JSON.parse(await readFile(join(here, "package.json"), "utf8"));
await mkdir(out, { recursive: true });

const missing = [];
const pack = (name, more) =>
  execFileSync(process.execPath, [join(here, "scripts/package.mjs"), ...more, "--out", join(out, `dbt-mesh-${name}-${version}.vsix`)], {
    stdio: ["ignore", "ignore", "inherit"],
  });
for (const [target, triple] of Object.entries(TARGETS)) {
  const server = [target, triple].map((folder) => join(servers, folder, programOf(target))).find((path) => existsSync(path));
  if (server) pack(target, ["--target", target, "--server", server]);
  else missing.push(`${target} (${triple})`);
}
pack("universal", []);
console.log(`${Object.keys(TARGETS).length - missing.length} platforms and the universal package are in ${out}`);
if (missing.length > 0) {
  console.log(`no server for ${missing.join(", ")}`);
  if (values.all) process.exit(1);
}
