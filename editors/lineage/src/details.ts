// What is known of the selected node, with its neighbours as buttons: the graph for those who do not see it.
import { el } from "./dom.ts";
import { type Graph, type Node, label } from "./graph.ts";

export interface Actions {
  select(id: string): void;
  open(id: string): void;
  focus(id: string): void;
  show(id: string, direction: "up" | "down"): void;
  hide(id: string, direction: "up" | "down"): void;
}

/** Lists longer than this are cut. */
const MOST = 200;

export function details(graph: Graph, id: string | undefined, actions: Actions, editor: boolean): Node_[] {
  const node = id === undefined ? undefined : graph.nodes.get(id);
  if (!node) return [el("p", { class: "hint" }, "Choose a node to see what it is, what it uses and what uses it.")];
  const facts: [string, string | null][] = [
    ["Kind", node.kind],
    ["Project", node.project],
    ["Access", node.access],
    ["Group", node.group],
    ["File", editor ? null : node.uri],
  ];
  return [
    el("h2", {}, label(node)),
    el("dl", {}, ...facts.flatMap(([name, value]) => (value ? [el("dt", {}, name), el("dd", {}, value)] : []))),
    el(
      "div",
      { class: "row" },
      editor && el("button", { type: "button", onclick: () => actions.open(node.uniqueId) }, "Open file"),
      el("button", { type: "button", onclick: () => actions.focus(node.uniqueId) }, "Centre here"),
    ),
    side(graph, node, "up", actions),
    side(graph, node, "down", actions),
  ];
}

type Node_ = HTMLElement;

function side(graph: Graph, node: Node, direction: "up" | "down", actions: Actions): HTMLElement {
  const id = node.uniqueId;
  const word = direction === "up" ? "Parents" : "Children";
  const near = (direction === "up" ? graph.parents(id) : graph.children(id)).filter((other) => graph.shown.has(other));
  const more = graph.more(id, direction);
  const heading = el("h3", {}, `${word} (${near.length + more})`);
  const items = near.slice(0, MOST).flatMap((other) => {
    const known = graph.nodes.get(other);
    if (!known) return [];
    const filtered = graph.isVisible(other) ? "" : " (filtered out)";
    return [
      el("li", {}, el("button", { type: "button", class: "link", onclick: () => actions.select(other) }, `${label(known)}${filtered}`), el("span", { class: "faint" }, ` ${known.project}`)),
    ];
  });
  return el(
    "section",
    { "aria-label": `${word} of ${label(node)}` },
    heading,
    near.length > 0 && el("ul", {}, ...items),
    near.length > MOST && el("p", { class: "faint" }, `and ${near.length - MOST} more`),
    el(
      "div",
      { class: "row" },
      more > 0 && el("button", { type: "button", onclick: () => actions.show(id, direction) }, `Show ${more} more`),
      near.length > 0 && el("button", { type: "button", onclick: () => actions.hide(id, direction) }, `Hide ${word.toLowerCase()}`),
    ),
  );
}
