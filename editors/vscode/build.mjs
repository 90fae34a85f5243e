// Bundles the extension, and the lineage page that its panel shows, into dist/.
import { build } from "esbuild";
import { copyFile, mkdir, readFile, readdir, writeFile } from "node:fs/promises";
import { fileURLToPath } from "node:url";

const here = fileURLToPath(new URL(".", import.meta.url));
const page = fileURLToPath(new URL("../lineage/dist/", import.meta.url));

const result = await build({
  absWorkingDir: here,
  entryPoints: ["src/extension.ts"],
  outfile: "dist/extension.js",
  bundle: true,
  platform: "node",
  target: "node20",
  format: "cjs",
  external: ["vscode"],
  minify: true,
  legalComments: "none",
  metafile: true,
  logLevel: "warning",
});
const parts = Object.keys(result.metafile.inputs).flatMap((path) => /node_modules\/((?:@[^/]+\/)?[^/]+)/.exec(path)?.[1] ?? []);
const names = [...new Set([...parts, "cytoscape"])].sort();
const texts = names.map(async (name) => {
  const folder = `${here}../node_modules/${name}/`;
  const licence = (await readdir(folder)).find((file) => /^licen[cs]e/i.test(file));
  if (!licence) throw new Error(`${name} has no licence text`);
  return `## ${name}\n\n${(await readFile(`${folder}${licence}`, "utf8")).trim()}\n`;
});
const notices = `# What this extension contains beside its own code\n\n${(await Promise.all(texts)).join("\n")}`;
await mkdir(`${here}dist`, { recursive: true });
await writeFile(`${here}dist/NOTICES.md`, notices);
for (const file of ["page.js", "page.css"]) {
  await copyFile(`${page}${file}`, `${here}dist/${file}`);
}
