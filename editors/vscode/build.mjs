// Bundles the extension, and the lineage page that its panel shows, into dist/.
import { build } from "esbuild";
import { copyFile, mkdir } from "node:fs/promises";
import { fileURLToPath } from "node:url";

const here = fileURLToPath(new URL(".", import.meta.url));
const page = fileURLToPath(new URL("../lineage/dist/", import.meta.url));

await build({
  absWorkingDir: here,
  entryPoints: ["src/extension.ts"],
  outfile: "dist/extension.js",
  bundle: true,
  platform: "node",
  target: "node20",
  format: "cjs",
  external: ["vscode"],
  minify: true,
  legalComments: "linked",
  logLevel: "warning",
});
await mkdir(`${here}dist`, { recursive: true });
for (const file of ["page.js", "page.css"]) {
  await copyFile(`${page}${file}`, `${here}dist/${file}`);
}
