import assert from "node:assert/strict";
import { existsSync, readFileSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { FEATURES, present, sentence } from "../../src/neighbours";

const root = process.cwd();
const read = (path: string) => readFileSync(join(root, path), "utf8");
const manifest = JSON.parse(read("package.json"));
const { contributes, capabilities } = manifest;

test("every command of the manifest is there, and every menu names one", () => {
  const source = read("src/extension.ts");
  const titled: string[] = contributes.commands.map((command: { command: string }) => command.command);
  for (const command of titled) {
    assert.ok(source.includes(`on("${command.replace("dbtMesh.", "")}"`), `${command} is registered`);
  }
  for (const { command, title, category, icon } of contributes.commands) {
    assert.ok(title && category === "dbt mesh" && /^\$\([a-z-]+\)$/.test(icon ?? ""), `${command} has title, category and icon`);
  }
  const menus = Object.values(contributes.menus).flat() as { command: string }[];
  for (const { command } of menus) assert.ok(titled.includes(command), `${command} has a title`);
});

test("files that the manifest names are there", () => {
  const text = read("package.json");
  for (const [, path] of text.matchAll(/"\.?\/?((?:languages|snippets|syntaxes|walkthrough|media)\/[^"]+)"/g)) {
    assert.ok(existsSync(join(root, path ?? "")), path);
  }
});

test("no file association is forced", () => {
  for (const language of contributes.languages) {
    for (const key of ["extensions", "filenames", "filenamePatterns", "firstLine"]) assert.equal(language[key], undefined);
  }
  assert.equal(contributes.configurationDefaults, undefined);
});

test("it runs where the files are, in every editor of the family, and tells nobody", () => {
  assert.deepEqual(manifest.extensionKind, ["workspace"]);
  assert.equal(manifest.enabledApiProposals, undefined);
  assert.equal(manifest.extensionDependencies, undefined);
  // The types are those of the oldest editor that is promised, so nothing newer is used by mistake.
  assert.equal(manifest.engines.vscode, `^${manifest.devDependencies["@types/vscode"]}`);
  assert.ok(!/telemetry|https?:\/\//i.test(readdirSync(join(root, "src")).map((name) => read(`src/${name}`)).join("\n")));
});

test("extension and server have one version", () => {
  const [, version] = /^version = "(.*)"$/m.exec(read("../../Cargo.toml")) ?? [];
  assert.equal(manifest.version, version);
});

test("what the extension leaves to others is what the setting offers", () => {
  assert.deepEqual(contributes.configuration.properties["dbt-mesh.features.off"].items.enum, [...FEATURES]);
});

test("other extensions are told of by what comes twice", () => {
  const both = present(() => true);
  assert.deepEqual(present((id) => id === "dbtLabsInc.dbt").map(({ name }) => name), ["dbt (of dbt Labs)"]);
  assert.match(sentence(both, []) ?? "", /^dbt \(of dbt Labs\) and Power User for dbt are here too\./);
  assert.match(sentence(present((id) => /power-user/.test(id)), ["hover"]) ?? "", /answer completion and definition/);
  assert.equal(sentence(both, FEATURES), undefined);
  assert.equal(sentence([], []), undefined);
});

test("what an untrusted workspace must not set is restricted", () => {
  const restricted: string[] = capabilities.untrustedWorkspaces.restrictedConfigurations;
  for (const key of restricted) assert.ok(contributes.configuration.properties[key], `${key} is a setting`);
  assert.ok(restricted.includes("dbt-mesh.server.path") && restricted.includes("dbt-mesh.upstreams"));
});

test("the client lists exactly the token types that themes are told of, and the protocol page does too", () => {
  const told: string[] = contributes.semanticTokenTypes.map((type: { id: string }) => type.id).sort();
  const listed = [...read("src/server.ts").matchAll(/"(dbt[A-Z]\w+)"/g)].map(([, id]) => id ?? "").sort();
  const page = read("../../docs/protocol.md").split("## Semantic tokens")[1]?.split("\n## ")[0] ?? "";
  const documented = [...page.matchAll(/`(dbt[A-Z]\w+)`/g)].map(([, id]) => id ?? "").sort();
  assert.deepEqual(listed, told);
  assert.deepEqual(documented, told);
  assert.deepEqual(Object.keys(contributes.semanticTokenScopes[0].scopes).sort(), told);
});

test("snippets have places to fill in that are well formed", () => {
  for (const file of ["snippets/sql.json", "snippets/yaml.json"]) {
    const snippets = Object.entries(JSON.parse(read(file))) as [string, { prefix: string[]; body: string | string[] }][];
    for (const [name, { prefix, body }] of snippets) {
      const text = [body].flat().join("\n");
      assert.ok(prefix.length > 0 && text.includes("$0"), `${name} ends somewhere`);
      // A plain word, such as `ref` or `with`, would come in the way of whoever types just that.
      assert.ok(prefix.every((word) => /^(j[a-z]+|dbt-[a-z-]+)$/.test(word)), `${name}: ${prefix.join(" ")}`);
      assert.equal(text.split("${").length - 1, text.match(/\$\{\d+[:|}]/g)?.length ?? 0, `${name}: places are numbered`);
    }
  }
});
