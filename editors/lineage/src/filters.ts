// Which kinds, projects and accesses are seen.
import { el } from "./dom.ts";
import type { Filters, Graph } from "./graph.ts";
import { projectColor } from "./theme.ts";

const GROUPS: [keyof Filters, string][] = [
  ["projects", "Project"],
  ["kinds", "Kind"],
  ["accesses", "Access"],
];

/** Check boxes with how many nodes each stands for. `changed` is called after a change. */
export function filters(graph: Graph, dark: boolean, changed: () => void): HTMLElement[] {
  return GROUPS.map(([key, title]) => {
    const counts = new Map<string, number>();
    for (const node of graph.nodes.values()) {
      const value = key === "projects" ? node.project : key === "kinds" ? node.kind : (node.access ?? "none");
      counts.set(value, (counts.get(value) ?? 0) + 1);
    }
    const hidden = graph.hidden[key];
    const boxes = [...counts].sort(([a], [b]) => (a < b ? -1 : 1)).map(([value, count]) => {
      const box = el("input", {
        type: "checkbox",
        checked: !hidden.has(value),
        "data-filter": `${key}:${value}`,
        onchange: () => {
          if (box.checked) hidden.delete(value);
          else hidden.add(value);
          changed();
        },
      });
      const mark = key === "projects" ? el("span", { class: "mark", "aria-hidden": "true" }) : undefined;
      if (mark) mark.style.background = projectColor(value, dark).edge;
      return el("label", {}, box, mark, ` ${value} `, el("span", { class: "faint" }, String(count)));
    });
    return el("fieldset", {}, el("legend", {}, title), ...boxes);
  });
}

/** Projects in the picture with more than these have no legend: nobody could tell their colours apart. */
const MOST_MARKS = 10;

/** What the colours and borders of the picture mean. */
export function marks(graph: Graph, dark: boolean): HTMLElement[] {
  const visible = graph.visible();
  const projects = [...new Set(visible.map((node) => node.project))].sort();
  const accesses = new Set(visible.map((node) => node.access));
  const mark = (name: string, className: string, color?: { fill: string; edge: string }) => {
    const box = el("span", { class: `box ${className}` });
    if (color) Object.assign(box.style, { background: color.fill, borderColor: color.edge });
    return el("span", { class: "entry" }, box, name);
  };
  return [
    ...(projects.length <= MOST_MARKS ? projects.map((name) => mark(name, "", projectColor(name, dark))) : []),
    ...["public", "private"].filter((access) => accesses.has(access)).map((access) => mark(access, access)),
  ];
}
