import assert from "node:assert/strict";
import { test } from "node:test";
import { type Edge, Graph, type Node, label, spoken } from "../src/graph.ts";
import { BOX, type Point, edgeKey, layout } from "../src/layout.ts";
import { path, pull, way } from "../src/path.ts";
import { short, svg } from "../src/svg.ts";
import { blend, luminance, projectColor } from "../src/theme.ts";

/** A graph of one-letter nodes from `a>b b>c`. */
function graph(text: string, focus: string): Graph {
  const edges = text.split(" ").map((edge) => edge.split(">") as unknown as Edge);
  const ids = [...new Set(edges.flat())];
  const count = (end: 0 | 1, id: string) => edges.filter((edge) => edge[end] === id).length;
  const nodes = ids.map((id): Node => ({
    uniqueId: id, name: id, kind: "model", project: id < "m" ? "platform" : "finance", version: null,
    access: id === "c" ? "private" : "public", group: null, uri: null, line: 0, parents: count(1, id), children: count(0, id),
  }));
  const of = new Graph();
  of.add(nodes, edges);
  of.focus = focus;
  return of;
}

const shown = (of: Graph) => of.visible().map((node) => node.uniqueId).sort().join("");

test("what lies around a node is shown, and opened and closed by sides", () => {
  const of = graph("a>b b>c c>d d>e b>x x>e", "c");
  of.showAround("c", 1, 1);
  assert.equal(shown(of), "bcd");
  assert.equal(of.more("b", "up"), 1);
  assert.equal(of.more("b", "down"), 1);
  of.showAround("b", 0, 1);
  assert.equal(shown(of), "bcdx");
  of.collapse("b", "down");
  // c is the focus, and d hangs on it.
  assert.equal(shown(of), "bcd");
  of.collapse("c", "down");
  assert.equal(shown(of), "bc");
  of.collapse("c", "up");
  assert.equal(shown(of), "c");
});

test("closing a side in a circle ends, and keeps the node", () => {
  const of = graph("a>b b>c c>a", "a");
  of.showAll(9);
  of.collapse("b", "down");
  assert.ok(shown(of).includes("b"));
});

test("filters hide kinds, projects and accesses, but never the focus", () => {
  const of = graph("a>b b>c c>z", "c");
  of.showAll(9);
  of.hidden.accesses.add("private");
  assert.equal(shown(of), "abcz");
  of.focus = "a";
  assert.equal(shown(of), "abz");
  of.hidden.projects.add("platform");
  assert.equal(shown(of), "az");
  assert.deepEqual(of.visibleEdges(), []);
});

test("a search finds by words, the nearest name first", () => {
  const of = new Graph();
  const node = (uniqueId: string, version: number | null = null): Node => ({
    uniqueId, name: uniqueId.split(".")[2] ?? "", kind: "model", project: uniqueId.split(".")[1] ?? "", version,
    access: null, group: null, uri: null, line: 0, parents: 0, children: 1,
  });
  of.add([node("model.sales.stg_orders"), node("model.platform.orders.v2", 2), node("model.sales.orders")], []);
  const ids = (text: string) => of.search(text, 9).map((found) => found.uniqueId);
  assert.deepEqual(ids("orders"), ["model.platform.orders.v2", "model.sales.orders", "model.sales.stg_orders"]);
  assert.deepEqual(ids("sales orders"), ["model.sales.stg_orders", "model.sales.orders"].sort());
  assert.deepEqual(ids("orders v2"), ["model.platform.orders.v2"]);
  assert.deepEqual(ids(" "), []);
  const orders = of.nodes.get("model.platform.orders.v2") as Node;
  assert.equal(label(orders), "orders v2");
  assert.equal(spoken(orders), "orders v2, model of platform, 0 parents, 1 child");
});

test("columns go from parents to children, and no two boxes touch", () => {
  const edges: Edge[] = [["a", "c"], ["b", "c"], ["c", "d"], ["a", "d"], ["d", "c"], ["z", "d"]];
  const { points: at } = layout(["a", "b", "c", "d", "z"], edges);
  const x = (id: string) => at.get(id)?.x ?? Number.NaN;
  assert.ok(x("a") < x("c") && x("c") < x("d"), "a before c before d, though d also leads to c");
  assert.equal(x("z"), x("c"), "what has no parents stands right before its child");
  const points = [...at.values()];
  for (const [i, one] of points.entries()) {
    for (const other of points.slice(i + 1)) {
      assert.ok(Math.abs(one.x - other.x) >= BOX.width || Math.abs(one.y - other.y) >= BOX.height);
    }
  }
});

test("an edge over several columns keeps clear of the boxes on its way", () => {
  const edges: Edge[] = [["a", "b"], ["b", "c"], ["c", "d"], ["a", "d"], ["x", "b"], ["y", "b"], ["a", "c"]];
  const { points, bends } = layout(["a", "b", "c", "d", "x", "y"], edges);
  assert.equal(bends.get(edgeKey("a", "d"))?.length, 2);
  for (const [key, passed] of bends) {
    for (const bend of passed) {
      for (const [id, box] of points) {
        assert.ok(bend.x !== box.x || Math.abs(bend.y - box.y) > BOX.height / 2, `${key} crosses ${id}`);
      }
    }
  }
  const [a, d] = [points.get("a"), points.get("d")] as [Point, Point];
  const through = bends.get(edgeKey("a", "d")) ?? [];
  assert.match(path(a, through, d), /^M[-\d. ]+(C[-\d. ]+L[-\d. ]+){2}C[-\d. ]+$/);
  // What cytoscape makes of weights and distances is the points again.
  const wanted = way(a, through, d);
  const [start, end] = [wanted[0], wanted.at(-1)] as [Point, Point];
  const [dx, dy] = [end.x - start.x, end.y - start.y];
  const { weights, distances } = pull(a, through, d);
  assert.equal(weights.length, 6);
  const made = weights.map((weight, at) => {
    const away = (distances[at] ?? 0) / Math.hypot(dx, dy);
    return { x: start.x + weight * dx - away * dy, y: start.y + weight * dy + away * dx };
  });
  for (const point of made) {
    assert.ok(wanted.some((other) => Math.hypot(other.x - point.x, other.y - point.y) < 1e-6));
  }
});

test("the layout of 2,000 nodes takes less than a second, and is always the same", () => {
  const ids = Array.from({ length: 2000 }, (_, at) => `n${at}`);
  const edges = ids.slice(100).flatMap((id, at): Edge[] => [[`n${at}`, id], [`n${(at * 7919) % (at + 100)}`, id]]);
  const began = performance.now();
  const first = layout(ids, edges);
  assert.ok(performance.now() - began < 1000);
  assert.deepEqual(layout(ids, edges), first);
});

test("the SVG has every name as text, escaped", () => {
  const of = graph("a>b", "a");
  const evil = of.nodes.get("a");
  if (evil) evil.name = "<b>&";
  of.showAll(9);
  const text = svg(of.visible(), of.visibleEdges(), layout(["a", "b"], of.visibleEdges()), {
    back: "#fff", fore: "#000", faint: "#555", line: "#888", accent: "#00f", dark: false,
  });
  assert.ok(text.includes("&#60;b&#62;&#38;") && !text.includes("<b>"));
  assert.equal(text.match(/<path/g)?.length, 1);
});

test("long names lose their middle; colours are told dark from light", () => {
  assert.equal(short("a_very_long_model_name_v2", 11), "a_ver…me_v2");
  assert.equal(short("short", 11), "short");
  assert.ok(luminance("#fff") > 0.9 && luminance("rgb(10, 10, 10)") < 0.1 && luminance("#1f1f1f") < 0.2);
  const names = Array.from({ length: 8 }, (_, at) => `project_${at}`);
  const colors = () => names.map((name) => projectColor(name, true).edge);
  const first = colors();
  assert.equal(new Set(first).size, 8);
  assert.deepEqual(colors(), first);
  assert.deepEqual(blend("rgba(255, 0, 0, 0.5)", [0, 0, 0]), [128, 0, 0]);
  assert.deepEqual(blend("rgb(1, 2, 3)", [9, 9, 9]), [1, 2, 3]);
  assert.deepEqual(blend("color(srgb 0.5 0 1 / 0.5)", [0, 0, 0]), [64, 0, 128]);
});
