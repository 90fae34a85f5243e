// Finding a node by name: an input with a list below, after the ARIA practice for comboboxes.
import { el } from "./dom.ts";
import { type Graph, label } from "./graph.ts";

const MOST = 30;

export function search(graph: Graph, chosen: (id: string) => void): HTMLElement {
  const list = el("ul", { id: "found", role: "listbox", "aria-label": "Nodes found", hidden: true });
  const input = el("input", {
    id: "search",
    type: "text",
    role: "combobox",
    placeholder: "Find a node",
    "aria-label": "Find a node",
    "aria-expanded": "false",
    "aria-controls": "found",
    "aria-autocomplete": "list",
    autocomplete: "off",
    spellcheck: "false",
  });
  let ids: string[] = [];
  let at = -1;

  const close = () => {
    list.hidden = true;
    input.setAttribute("aria-expanded", "false");
    input.removeAttribute("aria-activedescendant");
    at = -1;
  };
  const choose = (id: string | undefined) => {
    if (id === undefined) return;
    input.value = "";
    close();
    chosen(id);
  };
  const mark = () => {
    [...list.children].forEach((item, i) => item.setAttribute("aria-selected", String(i === at)));
    const item = list.children[at];
    if (item) {
      input.setAttribute("aria-activedescendant", item.id);
      item.scrollIntoView({ block: "nearest" });
    }
  };
  input.addEventListener("input", () => {
    const nodes = graph.search(input.value, MOST);
    ids = nodes.map((node) => node.uniqueId);
    list.replaceChildren(
      ...nodes.map((node, i) =>
        el(
          "li",
          { id: `found-${i}`, role: "option", "aria-selected": "false", onmousedown: (event: MouseEvent) => {
            event.preventDefault();
            choose(node.uniqueId);
          } },
          label(node),
          el("span", { class: "faint" }, ` ${node.kind} · ${node.project}`),
        ),
      ),
    );
    at = ids.length > 0 ? 0 : -1;
    list.hidden = ids.length === 0;
    input.setAttribute("aria-expanded", String(!list.hidden));
    mark();
  });
  input.addEventListener("keydown", (event) => {
    if (event.key === "ArrowDown" || event.key === "ArrowUp") {
      event.preventDefault();
      if (ids.length > 0) at = (at + (event.key === "ArrowDown" ? 1 : ids.length - 1)) % ids.length;
      mark();
    } else if (event.key === "Enter") {
      choose(ids[at]);
    } else if (event.key === "Escape") {
      input.value = "";
      close();
    }
  });
  input.addEventListener("blur", close);
  return el("div", { class: "search" }, input, list);
}
