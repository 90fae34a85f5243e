// Who shows this page: VS Code's panel, which answers questions, or nobody: then everything is in the page.
import type { Edge, Node } from "./graph.ts";

/** A part of the graph as the server sends it (docs/protocol.md). */
export interface Lineage {
  focus: string;
  nodes: (Omit<Node, "line"> & { range: { start: { line: number } } | null })[];
  edges: Edge[];
  truncated: boolean;
}

/** What `dbt-mesh-ls graph --format json` prints: the whole graph. */
export interface Whole {
  nodes: {
    unique_id: string;
    name: string;
    resource_type: string;
    package: string;
    version: string | number | null;
    access: string | null;
    group: string | null;
    file: string | null;
  }[];
  edges: Edge[];
}

export type FromHost =
  | { type: "show" | "add" | "update"; lineage: Lineage }
  | { type: "nothing"; text: string };

export type ToHost =
  | { type: "ready" }
  | { type: "open"; uniqueId: string; uri: string | null; line: number }
  | { type: "focus"; uniqueId: string }
  | { type: "expand"; uniqueId: string; up: number; down: number }
  | { type: "follow"; on: boolean }
  | { type: "save"; svg: string };

export interface Host {
  send(message: ToHost): void;
  /** Kept over restarts of the editor. */
  remember(focus: string): void;
}

interface VsCode {
  postMessage(message: ToHost): void;
  setState(state: unknown): void;
}

declare const acquireVsCodeApi: (() => VsCode) | undefined;

/** The editor around this page; `undefined` when it stands alone. */
export function host(): Host | undefined {
  if (typeof acquireVsCodeApi !== "function") return undefined;
  const api = acquireVsCodeApi();
  return { send: (message) => api.postMessage(message), remember: (focus) => api.setState({ focus }) };
}

export function nodesOf(lineage: Lineage): Node[] {
  return lineage.nodes.map((node) => ({ ...node, line: node.range?.start.line ?? 0 }));
}

/** Nodes of the whole graph, with the number of their neighbours counted. */
export function nodesOfWhole(whole: Whole): Node[] {
  const parents = new Map<string, number>();
  const children = new Map<string, number>();
  for (const [from, to] of whole.edges) {
    parents.set(to, (parents.get(to) ?? 0) + 1);
    children.set(from, (children.get(from) ?? 0) + 1);
  }
  return whole.nodes.map((node) => ({
    uniqueId: node.unique_id,
    name: node.name,
    kind: node.resource_type,
    project: node.package,
    version: node.version,
    access: node.access,
    group: node.group,
    uri: node.file,
    line: 0,
    parents: parents.get(node.unique_id) ?? 0,
    children: children.get(node.unique_id) ?? 0,
  }));
}
