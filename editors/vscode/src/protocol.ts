// The server's own requests, as docs/protocol.md describes them.
import { NotificationType0, RequestType } from "vscode-languageclient/node";

export type State = "live" | "ready" | "stale" | "loading" | "failed" | "missing";

export interface Upstream {
  name: string;
  state: State;
  problem: string | null;
  declared: boolean;
  kind: string | null;
  source: string | null;
  generatedAt: string | null;
  ageDays: number | null;
  dbtVersion: string | null;
  publicModels: number;
}

export interface Project {
  name: string;
  uri: string | null;
  models: number;
  publicModels: number;
  upstreams: Upstream[];
  consumers: string[];
}

export interface Mesh {
  projects: Project[];
}

export interface Model {
  uniqueId: string;
  name: string;
  version: string | null;
  latest: boolean;
  prerelease: boolean;
  group: string | null;
  deprecationDate: string | null;
  description: string | null;
  columns: number;
  uri: string | null;
}

export interface Column {
  name: string;
  dataType: string | null;
  description: string | null;
}

interface Named {
  uniqueId: string;
  name: string;
  kind: string;
  version: string | number | null;
}

/** A node of another project that reads one of ours. */
export interface Use {
  consumer: Named;
  project: string;
  uri: string | null;
  range: { start: Position; end: Position } | null;
  reads: Named;
}

export interface LineageParams {
  uniqueId?: string;
  textDocument?: { uri: string };
  position?: { line: number; character: number };
  up?: number;
  down?: number;
  max?: number;
}

export interface LineageNode {
  uniqueId: string;
  name: string;
  kind: string;
  project: string;
  version: string | number | null;
  access: string | null;
  group: string | null;
  uri: string | null;
  range: { start: Position; end: Position } | null;
  parents: number;
  children: number;
}

interface Position {
  line: number;
  character: number;
}

export interface Lineage {
  focus: string;
  nodes: LineageNode[];
  edges: [string, string][];
  truncated: boolean;
}

export const meshRequest = new RequestType<object, Mesh, void>("dbt-mesh/mesh");
export const modelsRequest = new RequestType<{ project: string }, Model[], void>("dbt-mesh/models");
export const columnsRequest = new RequestType<{ project: string; uniqueId: string }, Column[], void>("dbt-mesh/columns");
export const consumersRequest = new RequestType<{ project: string }, Use[], void>("dbt-mesh/consumers");
export const lineageRequest = new RequestType<LineageParams, Lineage | null, void>("dbt-mesh/lineage");
export const meshChanged = new NotificationType0("dbt-mesh/meshChanged");
