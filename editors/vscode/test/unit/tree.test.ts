import assert from "node:assert/strict";
import { test } from "node:test";
import type { Mesh, Model, State, Upstream, Use } from "../../src/protocol";
import { formAt, refTo } from "../../src/refs";
import { type Item, type Source, health, roots } from "../../src/tree";

const model = (name: string, more: Partial<Model> = {}): Model => ({
  uniqueId: `model.platform.${name}${more.version ? `.v${more.version}` : ""}`,
  name, version: null, latest: true, prerelease: false, group: null, deprecationDate: null, description: null,
  columns: 0, uri: "file:///x.sql", ...more,
});

const upstream = (name: string, state: State, more: Partial<Upstream> = {}): Upstream => ({
  name, state, problem: null, declared: true, kind: null, source: null, generatedAt: null, ageDays: null,
  dbtVersion: null, publicModels: 3, ...more,
});

const source: Source = {
  models: async () => [
    model("customers", { group: "core", columns: 2 }),
    model("orders", { version: "3", latest: false, prerelease: true, group: "core" }),
    model("orders", { version: "2", group: "core", deprecationDate: "2999-01-31" }),
    model("orders", { version: "1", latest: false, deprecationDate: "2020-01-31", group: "core" }),
    model("rates"),
  ],
  columns: async () => [
    { name: "id", dataType: "integer", description: "Its number." },
    { name: "name", dataType: null, description: null },
  ],
  consumers: async () => [use("finance", "revenue", "orders", 2), use("finance", "board", "orders", 2), use("hr", "pay", "rates")],
};

const use = (project: string, name: string, reads: string, version: number | null = null): Use => ({
  project, uri: `file:///${project}/${name}.sql`, range: null,
  consumer: { uniqueId: `model.${project}.${name}`, name, kind: name === "board" ? "exposure" : "model", version: null },
  reads: { uniqueId: `model.platform.${reads}.${version}`, name: reads, kind: "model", version },
});

const mesh: Mesh = {
  projects: [
    {
      name: "finance", uri: "file:///finance/dbt_project.yml", models: 4, publicModels: 0, consumers: [],
      upstreams: [
        upstream("platform", "ready", { ageDays: 3 }),
        upstream("hr", "failed", { problem: "no such file", publicModels: 0 }),
        upstream("known", "live", { declared: false }),
      ],
    },
    {
      name: "platform", uri: null, models: 1, publicModels: 5, consumers: ["finance", "sales"], upstreams: [],
    },
  ],
};

async function drawn(items: Item[], indent = ""): Promise<string> {
  let out = "";
  for (const item of items) {
    out += `${indent}${[item.label, item.description && `(${item.description})`].filter(Boolean).join(" ")}\n`;
    if (item.children) out += await drawn(await item.children(), `${indent}  `);
  }
  return out;
}

test("the tree goes from projects over upstreams and groups to versions and columns", async () => {
  assert.equal(
    await drawn(roots(mesh, source)),
    `finance (4 models)
  platform (3 days old)
    core (4 models)
      customers
        id (integer)
        name
      orders (3 versions)
        v3 (prerelease)
        v2 (latest, to be deprecated 2999-01-31)
        v1 (deprecated 2020-01-31)
    rates
  hr (not loaded)
    no such file
platform (1 model)
  Public models (5)
    core (4 models)
      customers
        id (integer)
        name
      orders (3 versions)
        v3 (prerelease)
        v2 (latest, to be deprecated 2999-01-31)
        v1 (deprecated 2020-01-31)
    rates
  Read by (finance, sales)
    finance (reads 1)
      orders v2 (2 uses)
        revenue (model)
        board (exposure)
    hr (reads 1)
      rates (1 use)
        pay (model)
    sales (declares it, reads nothing)
`,
  );
});

test("every item has an id of its own", async () => {
  const ids: string[] = [];
  const walk = async (items: Item[]): Promise<void> => {
    for (const item of items) {
      ids.push(item.id);
      if (item.children) await walk(await item.children());
    }
  };
  await walk(roots(mesh, source));
  assert.equal(new Set(ids).size, ids.length);
});

test("the status tells the worst, each upstream once", () => {
  const of = (...upstreams: Upstream[]) =>
    health({ projects: [{ name: "a", uri: null, models: 1, publicModels: 0, consumers: [], upstreams }] });
  assert.deepEqual(of(upstream("p", "live")), { level: "ok", text: "1 project", lines: [] });
  assert.equal(of(upstream("p", "loading")).level, "busy");
  assert.equal(of(upstream("p", "stale", { problem: "cut short" })).level, "warning");
  assert.deepEqual(health({ projects: [...mesh.projects, ...mesh.projects] }), {
    level: "error", text: "4 projects, 1 upstream not loaded", lines: ["hr: no such file"],
  });
  assert.equal(of(upstream("p", "missing", { declared: false })).level, "ok");
});

test("a ref is written as its reader needs it", () => {
  const from = { project: "finance", form: "text" as const };
  assert.equal(refTo(model("rates"), "platform", from), "{{ ref('platform', 'rates') }}");
  assert.equal(refTo(model("orders", { version: "2" }), "platform", from), "{{ ref('platform', 'orders', v=2) }}");
  assert.equal(refTo(model("orders", { version: "beta" }), "platform", from), "{{ ref('platform', 'orders', v='beta') }}");
  assert.equal(refTo(model("rates"), "finance", from), "{{ ref('rates') }}");
  assert.equal(refTo(model("rates"), "platform", { ...from, form: "tag" }), "ref('platform', 'rates')");
  assert.equal(formAt("/a/b.sql", "select * from "), "text");
  assert.equal(formAt("/a/b.sql", "{{ x }} {% set y = "), "tag");
  assert.equal(formAt("/a/b.sql", "{{ x }} {% if y %} "), "text");
  assert.equal(formAt("/a/b.yml", "depends_on:\n  - "), "tag");
  assert.equal(formAt("/a/b.py", "x = "), "python");
  const python = { project: undefined, form: "python" as const };
  assert.equal(refTo(model("orders", { version: "2" }), "platform", python), "dbt.ref('platform', 'orders', version=2)");
});
