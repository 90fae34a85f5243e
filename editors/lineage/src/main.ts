// The page: toolbar, picture and details, and the keys that work in the picture.
import { Canvas } from "./canvas.ts";
import { details } from "./details.ts";
import { el } from "./dom.ts";
import { filters, marks } from "./filters.ts";
import { Graph, label, spoken } from "./graph.ts";
import { type FromHost, type Whole, host, nodesOf, nodesOfWhole } from "./host.ts";
import { search } from "./search.ts";
import { svg } from "./svg.ts";

/** A page that stands alone shows so many nodes at first, and never more than this. */
const MOST = 3000;

const graph = new Graph();
const editor = host();
let selected: string | undefined;

const said = el("div", { class: "away", role: "status", "aria-live": "polite" });
const count = el("span", { class: "faint", id: "count" });
const picture = el("div", {
  id: "picture",
  tabindex: 0,
  role: "application",
  "aria-roledescription": "graph",
  "aria-label": "Lineage",
  "aria-describedby": "keys",
});
const keys = el(
  "p",
  { id: "keys", class: "faint" },
  "In the picture: ← parents, → children (opens them), ↑ ↓ the same column, Shift+← → hides, Enter opens, C centres, + − 0 zoom.",
);
const legend = el("div", { id: "legend", "aria-hidden": "true" });
const aside = el("aside", { id: "details", "aria-label": "Details" });
const filterBox = el("div", { class: "filters" });

const canvas = build();

function build(): Canvas {
  const button = (text: string, title: string, run: () => void, id?: string) =>
    el("button", { type: "button", title, "aria-label": /\w/.test(text) ? undefined : title, id, onclick: run }, text);
  const follow = el("input", { type: "checkbox", checked: true, onchange: () => editor?.send({ type: "follow", on: follow.checked }) });
  const toolbar = el(
    "header",
    { id: "toolbar" },
    el("h1", { class: "away" }, "Lineage"),
    search(graph, (id) => reveal(id)),
    el("details", { id: "filter" }, el("summary", {}, "Filter"), filterBox),
    button("−", "Zoom out", () => canvas.zoomBy(1 / 1.3)),
    button("+", "Zoom in", () => canvas.zoomBy(1.3)),
    button("Fit", "Fit the picture into the window", () => canvas.fit()),
    !editor && button("All", "Show the whole graph", showAll, "all"),
    button("SVG", "Save the picture as SVG", save, "save"),
    editor && el("label", { class: "follow", title: "Show the model of the file that the editor shows" }, follow, " Follow"),
    count,
  );
  const app = document.getElementById("app") ?? document.body;
  app.append(
    toolbar,
    el("main", {}, el("div", { id: "stage" }, picture, legend), aside),
    el("footer", {}, keys),
    said,
  );
  return new Canvas(picture, graph, {
    selected: select,
    opened: open,
    toggled: (id, direction) => expand(id, direction),
  });
}

const actions = {
  select: (id: string) => reveal(id),
  open,
  focus: centre,
  show: (id: string, direction: "up" | "down") => expand(id, direction),
  hide: (id: string, direction: "up" | "down") => {
    graph.collapse(id, direction);
    draw(id);
  },
};

/** Draws everything anew; `keep` does not move on the screen. */
function draw(keep?: string): void {
  canvas.draw(keep);
  legend.replaceChildren(...marks(graph, canvas.colors().dark));
  const visible = graph.visible().length;
  count.textContent = visible === graph.nodes.size ? `${visible} nodes` : `${visible} of ${graph.nodes.size} nodes`;
  if (selected !== undefined) canvas.select(selected);
  refreshDetails();
}

function refreshDetails(): void {
  // The focus stays where it was: by its text, as the buttons are new.
  const active = aside.contains(document.activeElement) ? document.activeElement?.textContent : undefined;
  aside.replaceChildren(...details(graph, selected, actions, editor !== undefined));
  if (active) [...aside.querySelectorAll("button")].find((one) => one.textContent === active)?.focus();
}

function refreshFilters(): void {
  filterBox.replaceChildren(...filters(graph, canvas.colors().dark, () => draw(selected)));
}

function select(id: string): void {
  selected = id;
  canvas.select(id);
  refreshDetails();
  const node = graph.nodes.get(id);
  if (node) said.textContent = spoken(node);
}

/** Selects a node, and shows it if it is not on show. */
function reveal(id: string): void {
  if (!graph.shown.has(id)) {
    graph.showAround(id, 1, 1);
    selected = id;
    draw();
  }
  select(id);
}

function open(id: string): void {
  const node = graph.nodes.get(id);
  if (!node) return;
  if (editor) editor.send({ type: "open", uniqueId: id, uri: node.uri, line: node.line });
  else centre(id);
}

/** Makes a node the one that everything is shown around. */
function centre(id: string): void {
  if (editor) {
    editor.send({ type: "focus", uniqueId: id });
    return;
  }
  graph.focus = id;
  graph.shown.clear();
  graph.showAround(id, 2, 2);
  selected = id;
  draw();
  canvas.fit(id);
  select(id);
}

function expand(id: string, direction: "up" | "down"): void {
  if (editor && graph.lacks(id, direction)) {
    editor.send({ type: "expand", uniqueId: id, up: direction === "up" ? 1 : 0, down: direction === "down" ? 1 : 0 });
    return;
  }
  graph.showAround(id, direction === "up" ? 1 : 0, direction === "down" ? 1 : 0);
  draw(id);
}

function showAll(): void {
  graph.showAll(MOST);
  draw();
  canvas.fit();
}

function save(): void {
  const text = svg(graph.visible(), graph.visibleEdges(), canvas.layout, canvas.colors());
  if (editor) {
    editor.send({ type: "save", svg: text });
    return;
  }
  const url = URL.createObjectURL(new Blob([text], { type: "image/svg+xml" }));
  el("a", { href: url, download: "lineage.svg" }).click();
  setTimeout(() => URL.revokeObjectURL(url), 1000);
}

/** One step through the picture. */
function step(direction: "left" | "right" | "up" | "down"): void {
  const id = selected ?? graph.focus ?? graph.visible()[0]?.uniqueId;
  if (id === undefined) return;
  if (selected === undefined) return select(id);
  const here = canvas.layout.points.get(id);
  const heights = (ids: string[]) =>
    ids
      .filter((other) => graph.isVisible(other))
      .sort((a, b) => (canvas.layout.points.get(a)?.y ?? 0) - (canvas.layout.points.get(b)?.y ?? 0));
  if (direction === "left" || direction === "right") {
    const upwards = direction === "left";
    const near = heights(upwards ? graph.parents(id) : graph.children(id));
    const nearest = near.sort((a, b) => distance(a) - distance(b))[0];
    if (nearest !== undefined) select(nearest);
    else if (graph.more(id, upwards ? "up" : "down") > 0) expand(id, upwards ? "up" : "down");
    else said.textContent = upwards ? "no parents" : "no children";
    return;
  }
  const column = heights([...canvas.layout.points.keys()].filter((other) => canvas.layout.points.get(other)?.x === here?.x));
  const next = column[column.indexOf(id) + (direction === "up" ? -1 : 1)];
  if (next !== undefined) select(next);

  function distance(other: string): number {
    return Math.abs((canvas.layout.points.get(other)?.y ?? 0) - (here?.y ?? 0));
  }
}

picture.addEventListener("keydown", (event) => {
  if (event.ctrlKey || event.metaKey || event.altKey) return;
  const side = event.key === "ArrowLeft" ? "up" : event.key === "ArrowRight" ? "down" : undefined;
  if (side && event.shiftKey) {
    if (selected !== undefined) actions.hide(selected, side);
  } else if (event.key === "ArrowLeft") step("left");
  else if (event.key === "ArrowRight") step("right");
  else if (event.key === "ArrowUp") step("up");
  else if (event.key === "ArrowDown") step("down");
  else if (event.key === "Enter" && selected !== undefined) open(selected);
  else if (event.key.toLowerCase() === "c" && selected !== undefined) centre(selected);
  else if (event.key === "+" || event.key === "=") canvas.zoomBy(1.3);
  else if (event.key === "-") canvas.zoomBy(1 / 1.3);
  else if (event.key === "0") canvas.fit();
  else return;
  event.preventDefault();
});

function received(message: FromHost): void {
  if (message.type === "nothing") {
    said.textContent = message.text;
    if (graph.nodes.size === 0) aside.replaceChildren(el("p", { class: "hint" }, message.text));
    return;
  }
  const { lineage } = message;
  if (message.type === "add") {
    graph.add(nodesOf(lineage), lineage.edges);
    for (const node of lineage.nodes) graph.shown.add(node.uniqueId);
    refreshFilters();
    draw(lineage.focus);
    return;
  }
  const again = message.type === "update" && graph.focus === lineage.focus;
  // What was closed stays closed; what is new is shown.
  const closed = new Set([...graph.nodes.keys()].filter((id) => again && !graph.shown.has(id)));
  graph.clear();
  graph.add(nodesOf(lineage), lineage.edges);
  graph.focus = lineage.focus;
  for (const { uniqueId } of lineage.nodes) if (!closed.has(uniqueId)) graph.shown.add(uniqueId);
  if (!again || !graph.nodes.has(selected ?? "")) selected = lineage.focus;
  editor?.remember(lineage.focus);
  refreshFilters();
  draw(again ? lineage.focus : undefined);
  if (!again) canvas.fit(lineage.focus);
  const focus = graph.nodes.get(lineage.focus);
  if (focus) {
    picture.setAttribute("aria-label", `Lineage of ${label(focus)}`);
    if (!again) said.textContent = spoken(focus);
  }
}

function alone(): void {
  const data = document.getElementById("graph")?.textContent;
  const whole: Whole = data ? (JSON.parse(data) as Whole) : { nodes: [], edges: [] };
  graph.add(nodesOfWhole(whole), whole.edges);
  if (graph.nodes.size === 0) aside.replaceChildren(el("p", { class: "hint" }, "There are no nodes in these projects."));
  graph.showAll(MOST);
  draw();
  canvas.fit();
}

window.addEventListener("resize", () => canvas.resized());
window.addEventListener("message", (event: MessageEvent<FromHost>) => received(event.data));
// The editor changes the classes of the body with its theme.
new MutationObserver(() => {
  canvas.restyle();
  refreshFilters();
  legend.replaceChildren(...marks(graph, canvas.colors().dark));
}).observe(document.body, { attributes: true, attributeFilter: ["class", "data-vscode-theme-id"] });
for (const query of ["(prefers-color-scheme: dark)", "(forced-colors: active)"]) {
  matchMedia(query).addEventListener("change", () => {
    canvas.restyle();
    draw();
  });
}

if (editor) editor.send({ type: "ready" });
else alone();
refreshFilters();
refreshDetails();
