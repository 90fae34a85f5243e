// Puts the server's settings, as server/lsp/src/config/settings.json defines them, before the extension's own in
// package.json. With --check it only compares.
import { readFile, writeFile } from "node:fs/promises";

const manifest = new URL("../package.json", import.meta.url);
const definition = new URL("../../../server/lsp/src/config/settings.json", import.meta.url);
const OWN = /^dbt-mesh\.(server|lineage|files|features)\./;

const text = await readFile(manifest, "utf8");
const extension = JSON.parse(text);
const server = JSON.parse(await readFile(definition, "utf8"));
const configuration = extension.contributes.configuration;
const wanted = Object.fromEntries([
  // What a client finds out by itself is no setting of a person's.
  ...Object.entries(server)
    .filter(([, value]) => value.scope !== "client")
    .map(([key, value]) => [`dbt-mesh.${key}`, value]),
  ...Object.entries(configuration.properties).filter(([key]) => OWN.test(key)),
]);

if (process.argv.includes("--check")) {
  if (JSON.stringify(wanted) !== JSON.stringify(configuration.properties)) {
    console.error("package.json does not have the server's settings: run `npm run settings`");
    process.exit(1);
  }
} else {
  configuration.properties = wanted;
  await writeFile(manifest, `${JSON.stringify(extension, null, 2)}\n`);
}
