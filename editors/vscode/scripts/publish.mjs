// Publishes packages: `node scripts/publish.mjs DIR [--to marketplace,open-vsx] [--dry-run]`. DIR is what package-all.mjs
// wrote. Tokens come from VSCE_PAT and OVSX_PAT. What is there already is passed over, so that a release that broke off
// can be repeated. `ovsx` is fetched by npx: nothing else here needs it.
import { publishVSIX } from "@vscode/vsce";
import { execFileSync } from "node:child_process";
import { readdir } from "node:fs/promises";
import { join, resolve } from "node:path";
import { parseArgs } from "node:util";

const OVSX = "ovsx@1.4.0";
const TOKENS = { marketplace: "VSCE_PAT", "open-vsx": "OVSX_PAT" };

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: { to: { type: "string", default: Object.keys(TOKENS).join(",") }, "dry-run": { type: "boolean", default: false } },
});
const [folder] = positionals;
if (!folder) throw new Error("the folder with the packages is missing");
const packages = (await readdir(folder)).filter((name) => name.endsWith(".vsix")).sort().map((name) => resolve(join(folder, name)));
if (packages.length === 0) throw new Error(`there are no packages in ${folder}`);

for (const registry of values.to.split(",")) {
  const variable = TOKENS[registry];
  if (!variable) throw new Error(`${registry} is none of ${Object.keys(TOKENS).join(", ")}`);
  console.log(`${registry}: ${packages.length} packages${values["dry-run"] ? ", not published" : ""}`);
  if (values["dry-run"]) {
    for (const path of packages) console.log(`  ${path}`);
    continue;
  }
  const token = process.env[variable];
  if (!token) throw new Error(`${variable} is not set: ${registry} needs its token there`);
  if (registry === "marketplace") await publishVSIX(packages, { pat: token, skipDuplicate: true });
  else {
    // The token goes by the environment, where no process list shows it.
    for (const path of packages) execFileSync("npx", ["--yes", OVSX, "publish", path, "--skip-duplicate"], { stdio: "inherit" });
  }
}
