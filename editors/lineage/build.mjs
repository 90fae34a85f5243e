// Bundles the page: dist/page.js and page.css for the extension, and one file with everything in it, which is
// committed and which `dbt-mesh-ls graph --format html` fills with a graph. With --check only compares that file.
import { build } from "esbuild";
import { createHash } from "node:crypto";
import { mkdir, readFile, writeFile } from "node:fs/promises";
import { fileURLToPath } from "node:url";

const here = fileURLToPath(new URL(".", import.meta.url));
const target = new URL("../../server/lsp/assets/lineage.html", import.meta.url);

const common = { absWorkingDir: here, bundle: true, minify: true, target: "es2022", legalComments: "none", logLevel: "warning", write: false };
const script = await build({ ...common, entryPoints: ["src/main.ts"], format: "iife", charset: "ascii" });
const style = await build({ ...common, entryPoints: ["src/page.css"] });
const licence = (await readFile(new URL("../node_modules/cytoscape/LICENSE", import.meta.url), "utf8")).trim();
const banner = `/*! Contains cytoscape.js (https://js.cytoscape.org):\n\n${licence.replaceAll("*/", "* /")}\n*/\n`;
const js = banner + script.outputFiles[0].text.trim().replaceAll("</script", "<\\/script");
const css = style.outputFiles[0].text.trim();

await mkdir(`${here}dist`, { recursive: true });
await writeFile(`${here}dist/page.js`, js);
await writeFile(`${here}dist/page.css`, css);

const hash = (text) => `'sha256-${createHash("sha256").update(text).digest("base64")}'`;
const empty = "/* cytoscape looks for this element */";
const policy = `default-src 'none'; script-src ${hash(js)}; style-src ${hash(css)} ${hash(empty)}; img-src data:; base-uri 'none'; form-action 'none'`;
const page = `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="${policy}">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="generator" content="dbt-mesh-ls">
<title>Lineage</title>
<style>${css}</style>
<style id="__________cytoscape_stylesheet">${empty}</style>
</head>
<body>
<div id="app"></div>
<script id="graph" type="application/json">__GRAPH__</script>
<script>${js}</script>
</body>
</html>
`;

if (process.argv.includes("--check")) {
  if ((await readFile(target, "utf8")) !== page) {
    console.error("server/lsp/assets/lineage.html is not what editors/lineage gives: run `npm run build` there");
    process.exit(1);
  }
} else {
  await mkdir(new URL(".", target), { recursive: true });
  await writeFile(target, page);
}
