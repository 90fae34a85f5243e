import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import * as oniguruma from "vscode-oniguruma";
import { type IGrammar, INITIAL, Registry, parseRawGrammar } from "vscode-textmate";

const root = process.cwd();
// The host languages, as small as injection needs them.
const HOSTS: Record<string, object> = {
  "source.sql": {
    scopeName: "source.sql",
    patterns: [
      { name: "comment.line.sql", match: "--.*$" },
      { name: "string.quoted.single.sql", begin: "'", end: "'" },
      { name: "keyword.sql", match: "\\b(select|from|where)\\b" },
    ],
  },
  "source.yaml": {
    scopeName: "source.yaml",
    patterns: [
      { name: "comment.line.yaml", match: "#.*$" },
      { name: "string.quoted.double.yaml", begin: '"', end: '"' },
    ],
  },
};
const FILES: Record<string, string> = {
  "source.jinja.dbt": "jinja",
  "dbt.jinja.injection.sql": "jinja-in-sql",
  "dbt.jinja.injection.yaml": "jinja-in-yaml",
  "source.sql.dbt": "dbt-sql",
};

async function grammar(scope: string): Promise<IGrammar> {
  const wasm = readFileSync(require.resolve("vscode-oniguruma/release/onig.wasm"));
  await oniguruma.loadWASM(wasm.buffer.slice(wasm.byteOffset, wasm.byteOffset + wasm.byteLength));
  const registry = new Registry({
    onigLib: Promise.resolve({
      createOnigScanner: (patterns) => new oniguruma.OnigScanner(patterns),
      createOnigString: (text) => new oniguruma.OnigString(text),
    }),
    loadGrammar: async (name) => {
      const text = HOSTS[name] ? JSON.stringify(HOSTS[name]) : readFileSync(join(root, "syntaxes", `${FILES[name]}.tmLanguage.json`), "utf8");
      return parseRawGrammar(text, `${name}.json`);
    },
    getInjections: (name) => (name === "source.yaml" ? ["dbt.jinja.injection.yaml"] : name.startsWith("source.sql") ? ["dbt.jinja.injection.sql"] : []),
  });
  return (await registry.loadGrammar(scope)) as IGrammar;
}

/** `text=innermost scope` of each token that is not blank. */
async function scopes(scope: string, text: string): Promise<string[]> {
  const of = await grammar(scope);
  let state = INITIAL;
  const out: string[] = [];
  for (const line of text.split("\n")) {
    const result = of.tokenizeLine(line, state);
    state = result.ruleStack;
    for (const token of result.tokens) {
      const word = line.slice(token.startIndex, token.endIndex).trim();
      if (word !== "") out.push(`${word}=${token.scopes.at(-1)}`);
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
      "select=keyword.sql", "ref=support.function.jinja", "platform=string.quoted.single.jinja",
      "v=variable.parameter.jinja", "2=constant.numeric.jinja", "upper=support.function.filter.jinja",
      "where=keyword.sql", "note=comment.block.jinja",
    ]);
  });

  test(`blocks and quoted Jinja in ${scope}`, async () => {
    const found = await scopes(scope, "{%- macro cents(column) -%}\n'{{ column }}' {% raw %}{{ no }}{% endraw %}\n{% endmacro %}\nselect 1");
    has(found, [
      "macro=keyword.declaration.jinja", "cents=entity.name.function.jinja", "column=variable.other.jinja",
      "endmacro=keyword.control.jinja", "select=keyword.sql",
    ]);
    assert.ok(!found.some((token) => token.startsWith("no=")), "nothing is Jinja in a raw block");
  });
}

test("a half-typed expression damages no more than it must", async () => {
  const found = await scopes("source.sql", "select {{ ref('x }}\nfrom y");
  has(found, ["select=keyword.sql", "from=keyword.sql"]);
});

test("YAML has Jinja in strings, and leaves workflows' own braces alone", async () => {
  const found = await scopes("source.yaml", 'name: "{{ var(\'x\') }}"\non: ${{ github.ref }}\n# {{ no }}');
  has(found, ["var=support.function.jinja"]);
  assert.ok(!found.some((token) => token.includes("github=variable") || token.startsWith("no=variable")), found.join("\n"));
});
