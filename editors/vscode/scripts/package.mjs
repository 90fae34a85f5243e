// Packages the extension: `node scripts/package.mjs [--target linux-x64] [--server PATH] [--out FILE]`.
//
// With --server the program goes inside, for that target; without, the extension looks for one on the PATH. The
// codes of the rules are filled in from docs/diagnostics, so that settings complete them.
import { createVSIX } from "@vscode/vsce";
import { chmod, cp, mkdir, mkdtemp, readFile, readdir, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import { TARGETS, programOf } from "./targets.mjs";

const here = fileURLToPath(new URL("..", import.meta.url));
const { values } = parseArgs({
  options: { target: { type: "string" }, server: { type: "string" }, out: { type: "string" } },
});
if (values.target && !(values.target in TARGETS)) {
  throw new Error(`${values.target} is none of ${Object.keys(TARGETS).join(", ")}`);
}
if (values.server && !values.target) throw new Error("--server needs --target: the program is for one platform");

/** Of dist/ only what is shipped: tests are built there too. */
const BUILT = ["extension.js", "page.js", "page.css", "NOTICES.md"].map((name) => `dist/${name}`);
const stage = await mkdtemp(join(tmpdir(), "dbt-mesh-vsix-"));
try {
  for (const part of ["languages", "media", "snippets", "syntaxes", "walkthrough", "README.md", ...BUILT]) {
    await cp(join(here, part), join(stage, part), { recursive: true });
  }
  const extension = JSON.parse(await readFile(join(here, "package.json"), "utf8"));
  const rules = extension.contributes.configuration.properties["dbt-mesh.rules"];
  rules.properties = await codes(rules.additionalProperties);
  for (const key of ["private", "scripts", "devDependencies"]) delete extension[key];
  await writeFile(join(stage, "package.json"), JSON.stringify(extension, null, 2));
  const repository = join(here, "../..");
  await cp(join(repository, "CHANGELOG.md"), join(stage, "CHANGELOG.md"));
  const licences = await Promise.all(
    ["LICENSE-MIT", "LICENSE-APACHE"].map((name) => readFile(join(repository, name), "utf8")),
  );
  await writeFile(join(stage, "LICENSE.txt"), licences.join("\n\n"));
  if (values.server) {
    const program = join(stage, "server", programOf(values.target));
    await mkdir(join(stage, "server"));
    await cp(values.server, program);
    await chmod(program, 0o755);
  }
  const out = values.out ?? join(here, `dbt-mesh-${values.target ?? "universal"}-${extension.version}.vsix`);
  const { url, directory } = extension.repository;
  await createVSIX({
    cwd: stage,
    packagePath: out,
    dependencies: false,
    // Links of the README are relative to this folder, not to the repository's.
    baseContentUrl: `${url.replace(/\.git$/, "")}/blob/HEAD/${directory}`,
    ...(values.target ? { target: values.target } : {}),
  });
} finally {
  await rm(stage, { recursive: true, force: true });
}

/** Each code with the first sentence of its page. */
async function codes(level) {
  const folder = join(here, "../../docs/diagnostics");
  const names = (await readdir(folder)).filter((name) => name.endsWith(".md") && name !== "README.md").sort();
  const entries = names.map(async (name) => {
    const [, summary = ""] = (await readFile(join(folder, name), "utf8")).split("\n\n");
    return [name.slice(0, -3), { ...level, markdownDescription: summary.replaceAll("\n", " ").trim() }];
  });
  return Object.fromEntries(await Promise.all(entries));
}
