import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";

const read = (path: string) => readFileSync(join(process.cwd(), path), "utf8");
const { folding, indentationRules, onEnterRules } = JSON.parse(read("languages/dbt-sql.json"));

const is = (pattern: string, line: string) => new RegExp(pattern).test(line);

test("blocks of Jinja indent what is inside, and their ends go back", () => {
  const deeper = (line: string) => is(indentationRules.increaseIndentPattern, line);
  const back = (line: string) => is(indentationRules.decreaseIndentPattern, line);
  for (const line of ["{% if x %}", "  {%- for a in b -%}", "{% macro m(a) %}", "{% else %}", "with a as ("]) {
    assert.ok(deeper(line), line);
  }
  for (const line of ["{% if x %} y {% endif %}", "{% set x = 1 %}", "{{ ref('a') }}", "select (1)", "{% endif %}"]) {
    assert.ok(!deeper(line), line);
  }
  for (const line of ["{% endif %}", "  {%- endfor -%}", "{% else %}", ")", "), b as ("]) assert.ok(back(line), line);
  for (const line of ["{% if x %}", "select 1", "{{ endless }}"]) assert.ok(!back(line), line);
});

test("what opens a fold is closed by its end", () => {
  const { start, end } = folding.markers;
  for (const [first, last] of [
    ["{% macro m() %}", "{% endmacro %}"], ["{%- if a -%}", "{%- endif -%}"], ["-- #region x", "-- #endregion"],
    ["{# a", "b #}"], ["{% docs a %}", "{% enddocs %}"], ["{% snapshot s %}", "{% endsnapshot %}"],
  ] as const) {
    assert.ok(is(start, first) && !is(end, first), first);
    assert.ok(is(end, last) && !is(start, last), last);
  }
  for (const line of ["{# all in one line #}", "{% set x %}", "select 1"]) assert.ok(!is(start, line), line);
  assert.ok(onEnterRules.every((rule: { beforeText: string }) => new RegExp(rule.beforeText)));
});
