// The graph and what of it is on show. Knows neither drawing nor the document.

export interface Node {
  uniqueId: string;
  name: string;
  kind: string;
  project: string;
  version: string | number | null;
  access: string | null;
  group: string | null;
  /** Where an editor finds it; in a page that stands alone, its file. */
  uri: string | null;
  line: number;
  /** How many there are in all, known here or not. */
  parents: number;
  children: number;
}

export type Edge = [from: string, to: string];

export interface Filters {
  kinds: Set<string>;
  projects: Set<string>;
  accesses: Set<string>;
}

/** `orders v2` */
export function label(node: Node): string {
  return node.version === null ? node.name : `${node.name} v${node.version}`;
}

/** For a screen reader: all that the picture tells. */
export function spoken(node: Node): string {
  const count = (n: number, one: string, many: string) => `${n} ${n === 1 ? one : many}`;
  const parts = [
    `${label(node)}, ${node.kind} of ${node.project}`,
    node.access,
    node.group && `group ${node.group}`,
    count(node.parents, "parent", "parents"),
    count(node.children, "child", "children"),
  ];
  return parts.filter(Boolean).join(", ");
}

export class Graph {
  readonly nodes = new Map<string, Node>();
  private readonly up = new Map<string, Set<string>>();
  private readonly down = new Map<string, Set<string>>();
  /** Nodes that were opened; filters come on top. */
  readonly shown = new Set<string>();
  readonly hidden: Filters = { kinds: new Set(), projects: new Set(), accesses: new Set() };
  focus: string | undefined;

  /** Takes nodes and edges in; what is known already is replaced. */
  add(nodes: Iterable<Node>, edges: Iterable<Edge>): void {
    for (const node of nodes) this.nodes.set(node.uniqueId, node);
    for (const [from, to] of edges) {
      if (!this.nodes.has(from) || !this.nodes.has(to)) continue;
      link(this.up, to, from);
      link(this.down, from, to);
    }
  }

  clear(): void {
    for (const map of [this.nodes, this.up, this.down]) map.clear();
    this.shown.clear();
  }

  parents(id: string): string[] {
    return [...(this.up.get(id) ?? [])];
  }

  children(id: string): string[] {
    return [...(this.down.get(id) ?? [])];
  }

  /** Whether a filter lets a node be seen; the one in focus always is. */
  passes(node: Node): boolean {
    if (node.uniqueId === this.focus) return true;
    const { kinds, projects, accesses } = this.hidden;
    return !kinds.has(node.kind) && !projects.has(node.project) && !accesses.has(node.access ?? "none");
  }

  isVisible(id: string): boolean {
    const node = this.nodes.get(id);
    return node !== undefined && this.shown.has(id) && this.passes(node);
  }

  visible(): Node[] {
    return [...this.shown].flatMap((id) => (this.isVisible(id) ? [this.nodes.get(id) as Node] : []));
  }

  visibleEdges(): Edge[] {
    const out: Edge[] = [];
    for (const node of this.visible()) {
      for (const parent of this.parents(node.uniqueId)) {
        if (this.isVisible(parent)) out.push([parent, node.uniqueId]);
      }
    }
    return out;
  }

  /** Shows what lies at most so many steps around a node. */
  showAround(id: string, up: number, down: number): void {
    const walk = (steps: number, next: (id: string) => string[]) => {
      let edge = [id];
      for (let step = 0; step < steps && edge.length > 0; step++) {
        edge = edge.flatMap(next).filter((found) => !this.shown.has(found) && this.shown.add(found));
      }
    };
    this.shown.add(id);
    walk(up, (at) => this.parents(at));
    walk(down, (at) => this.children(at));
  }

  /** How many neighbours of a node are not on show (filters aside), known here or not. */
  more(id: string, direction: "up" | "down"): number {
    const node = this.nodes.get(id);
    if (!node) return 0;
    const near = direction === "up" ? this.parents(id) : this.children(id);
    const total = direction === "up" ? node.parents : node.children;
    return Math.max(total, near.length) - near.filter((other) => this.shown.has(other)).length;
  }

  /** Whether some of a node's neighbours are not even known here. */
  lacks(id: string, direction: "up" | "down"): boolean {
    const node = this.nodes.get(id);
    if (!node) return false;
    return direction === "up" ? node.parents > this.parents(id).length : node.children > this.children(id).length;
  }

  /** Hides everything on one side of a node, but for the focus and what is above or below that by other ways. */
  collapse(id: string, direction: "up" | "down"): void {
    const next = (at: string, way: "up" | "down") =>
      (way === "up" ? this.parents(at) : this.children(at)).filter((other) => this.shown.has(other));
    const walk = (start: string, way: "up" | "down", cut: boolean) => {
      const seen = new Set([start]);
      const queue = [start];
      for (let at = queue.pop(); at !== undefined; at = queue.pop()) {
        for (const other of next(at, way)) {
          const severed = cut && (way === direction ? at === id : other === id);
          if (!severed && !seen.has(other)) queue.push(other) && seen.add(other);
        }
      }
      return seen;
    };
    const keep = new Set([id]);
    if (this.focus !== undefined && this.shown.has(this.focus)) {
      for (const way of ["up", "down"] as const) for (const other of walk(this.focus, way, true)) keep.add(other);
    }
    for (const other of walk(id, direction, false)) if (!keep.has(other)) this.shown.delete(other);
  }

  /** Everything, or as much as may be: `most` nodes. */
  showAll(most: number): void {
    for (const id of this.nodes.keys()) {
      if (this.shown.size >= most) return;
      this.shown.add(id);
    }
  }

  /** Nodes whose name, project or id has all the words; best first, at most `most`. */
  search(text: string, most: number): Node[] {
    const words = text.toLowerCase().split(/\s+/).filter(Boolean);
    if (words.length === 0) return [];
    const scored: [number, Node][] = [];
    for (const node of this.nodes.values()) {
      const [name, id] = [node.name.toLowerCase(), node.uniqueId.toLowerCase()];
      if (!words.every((word) => id.includes(word) || label(node).toLowerCase().includes(word))) continue;
      const first = words[0] ?? "";
      scored.push([name === first ? 0 : name.startsWith(first) ? 1 : name.includes(first) ? 2 : 3, node]);
    }
    scored.sort(([a, x], [b, y]) => a - b || (x.uniqueId < y.uniqueId ? -1 : 1));
    return scored.slice(0, most).map(([, node]) => node);
  }
}

function link(map: Map<string, Set<string>>, from: string, to: string): void {
  const known = map.get(from);
  if (known) known.add(to);
  else map.set(from, new Set([to]));
}
