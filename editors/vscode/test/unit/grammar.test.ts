import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import * as oniguruma from "vscode-oniguruma";
import { type IGrammar, INITIAL, Registry, parseRawGrammar } from "vscode-textmate";

const root = process.cwd();
// The real grammars of SQL and YAML that VS Code ships, and one that colours Jinja itself.
const HOSTS: Record<string, () => string> = {
  "source.sql": () => readFileSync(require.resolve("tm-grammars/grammars/sql.json"), "utf8"),
  "source.yaml": () => readFileSync(require.resolve("tm-grammars/grammars/yaml.json"), "utf8"),
  "source.sql.jinja": () =>
    JSON.stringify({
      scopeName: "source.sql.jinja",
      patterns: [{ name: "theirs.jinja", match: "\\{\\{.*?\\}\\}" }, { include: "source.sql" }],
    }),
};
const FILES: Record<string, string> = {
  "source.jinja.dbt": "jinja",
  "dbt.jinja.injection.sql": "jinja-in-sql",
  "dbt.jinja.injection.sql-strings": "jinja-in-sql-strings",
  "dbt.jinja.injection.yaml": "jinja-in-yaml",
  "source.sql.dbt": "dbt-sql",
};

interface Grammar {
  scopeName: string;
  injectTo?: string[];
}
const injections = new Map<string, string[]>();
const { contributes } = JSON.parse(readFileSync(join(root, "package.json"), "utf8")) as { contributes: { grammars: Grammar[] } };
for (const { scopeName, injectTo } of contributes.grammars) {
  for (const host of injectTo ?? []) injections.set(host, [...(injections.get(host) ?? []), scopeName]);
}

async function grammar(scope: string): Promise<IGrammar> {
  const wasm = readFileSync(require.resolve("vscode-oniguruma/release/onig.wasm"));
  await oniguruma.loadWASM(wasm.buffer.slice(wasm.byteOffset, wasm.byteOffset + wasm.byteLength));
  const registry = new Registry({
    onigLib: Promise.resolve({
      createOnigScanner: (patterns) => new oniguruma.OnigScanner(patterns),
      createOnigString: (text) => new oniguruma.OnigString(text),
    }),
    loadGrammar: async (name) => {
      if (!FILES[name] && !HOSTS[name]) return null;
      const text = HOSTS[name]?.() ?? readFileSync(join(root, "syntaxes", `${FILES[name]}.tmLanguage.json`), "utf8");
      return parseRawGrammar(text, `${name}.json`);
    },
    // As VS Code: what is injected into `source.sql` also comes into grammars that begin so.
    getInjections: (name) =>
      name.split(".").flatMap((_, at, parts) => injections.get(parts.slice(0, at + 1).join(".")) ?? []),
  });
  return (await registry.loadGrammar(scope)) as IGrammar;
}

/** `text=innermost scope` of each token that is not blank; neighbours of one scope are one. */
async function scopes(scope: string, text: string): Promise<string[]> {
  const of = await grammar(scope);
  let state = INITIAL;
  const out: string[] = [];
  for (const line of text.split("\n")) {
    const result = of.tokenizeLine(line, state);
    state = result.ruleStack;
    const merged: { text: string; scopes: string }[] = [];
    for (const token of result.tokens) {
      const [text, scopes] = [line.slice(token.startIndex, token.endIndex), token.scopes.join(" ")];
      const last = merged.at(-1);
      if (last?.scopes === scopes) last.text += text;
      else merged.push({ text, scopes });
    }
    for (const { text, scopes } of merged) {
      if (text.trim() !== "") out.push(`${text.trim()}=${scopes.split(" ").at(-1)}`);
    }
  }
  return out;
}

function has(found: string[], wanted: string[]): void {
  for (const one of wanted) assert.ok(found.includes(one), `${one} is in\n${found.join("\n")}`);
}

for (const scope of ["source.sql", "source.sql.dbt"]) {
  test(`Jinja is coloured in ${scope}, and SQL stays what it is`, async () => {
    const found = await scopes(scope, "select * from {{ ref('platform', 'orders', v=2) | upper }} where {# note #} x -- {{ y }}");
    has(found, [
      "select=keyword.other.DML.sql", "ref=support.function.jinja", "'platform'=string.quoted.single.jinja",
      "v=variable.parameter.jinja", "2=constant.numeric.jinja", "upper=support.function.filter.jinja",
      "where=keyword.other.DML.sql", "note=comment.block.jinja", "--=punctuation.definition.comment.sql",
    ]);
  });

  test(`blocks and quoted Jinja in ${scope}`, async () => {
    const found = await scopes(scope, "{%- macro cents(column) -%}\n'{{ column }}' {% raw %}{{ no }}{% endraw %}\n{% endmacro %}\nselect 1");
    has(found, [
      "macro=keyword.declaration.jinja", "cents=entity.name.function.jinja", "column=variable.other.jinja",
      "endmacro=keyword.control.jinja", "select=keyword.other.DML.sql",
    ]);
    assert.ok(!found.some((token) => token.startsWith("no=variable")), "nothing is Jinja in a raw block");
  });

  test(`a Jinja comment in ${scope} swallows SQL and Jinja over lines`, async () => {
    const found = await scopes(scope, "{# select {{ ref('x') }}\n%} -- ' still\n#} select 'a', \"b\", count(*)");
    has(found, ["select {{ ref('x') }}=comment.block.jinja", "%} -- ' still=comment.block.jinja", "select=keyword.other.DML.sql"]);
    has(found, ["a=string.quoted.single.sql", "count=support.function.aggregate.sql"]);
  });

  test(`what a template of several lines leaves open is closed in ${scope}`, async () => {
    const found = await scopes(scope, "{{ config(\n  materialized='table',\n  meta={'a': {'b': 1}}\n) }}\nfrom x");
    has(found, ["materialized=variable.parameter.jinja", "'table'=string.quoted.single.jinja", "from=keyword.other.DML.sql"]);
  });
}

test("a SQL comment and a SQL string end where SQL ends them, with Jinja inside", async () => {
  for (const scope of ["source.sql", "source.sql.dbt"]) {
    const found = await scopes(scope, "-- {{ it's }}\nselect '{{ var('a') }}' as b, 'it''s {% if x %}' as c, \"{{ d }}\" as e, 'f' as g");
    has(found, ["select=keyword.other.DML.sql", "var=support.function.jinja", "if=keyword.control.jinja", "d=variable.other.jinja"]);
    assert.equal(found.filter((token) => token === "as=keyword.other.alias.sql").length, 4, found.join("\n"));
    has(found, ["f=string.quoted.single.sql"]);
  }
});

test("a grammar that colours Jinja itself keeps its own colours", async () => {
  const found = await scopes("source.sql.jinja", "select {{ ref('x') }}");
  has(found, ["select=keyword.other.DML.sql", "{{ ref('x') }}=theirs.jinja"]);
});

test("a half-typed expression damages no more than it must", async () => {
  const found = await scopes("source.sql", "select {{ ref('x }}\nfrom y");
  has(found, ["select=keyword.other.DML.sql", "from=keyword.other.DML.sql"]);
});

test("YAML has Jinja in strings, and leaves workflows' own braces alone", async () => {
  const found = await scopes("source.yaml", [
    "name: \"{{ var('x') }}\"", "plain: run {{ target.name }}", "text: >", "  {% if execute %} yes {% endif %}",
    "on: ${{ github.ref }}", "# {{ no }}", "after: true",
  ].join("\n"));
  has(found, [
    "name=entity.name.tag.yaml", "var=support.function.jinja", "target=support.function.jinja",
    "if=keyword.control.jinja", "endif=keyword.control.jinja", "after=entity.name.tag.yaml", "true=constant.language.boolean.yaml",
  ]);
  assert.ok(!found.some((token) => token.includes("github=variable") || token.startsWith("no=variable")), found.join("\n"));
});
