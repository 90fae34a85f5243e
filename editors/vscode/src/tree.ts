// The mesh as a tree, ready to be drawn. Knows nothing of VS Code, so that it can be tested without.
import type { Column, Mesh, Model, Project, State, Upstream, Use } from "./protocol";

export interface Item {
  /** Stable over refreshes, so that what is open stays open. */
  id: string;
  label: string;
  description?: string;
  tooltip?: string;
  /** A codicon. */
  icon: string;
  color?: "error" | "warning";
  /** Words that menus look for: `model`, `openable`, `upstream`. */
  context?: string;
  open?: string;
  /** Where in that file, counted from 0. */
  line?: number;
  expanded?: boolean;
  /** What a screen reader says in place of label and description. */
  spoken?: string;
  children?: () => Item[] | Promise<Item[]>;
  model?: { model: Model; project: string };
  /** The name of the upstream that this is. */
  upstream?: string;
}

/** What the tree asks for when a branch is opened. */
export interface Source {
  models(project: string): Promise<Model[]>;
  columns(project: string, uniqueId: string): Promise<Column[]>;
  consumers(project: string): Promise<Use[]>;
}

/** With more projects than these, each is closed at first. */
const FEW = 5;

export function roots(mesh: Mesh, source: Source): Item[] {
  return mesh.projects.map((project) => projectItem(project, source, mesh.projects.length));
}

const count = (n: number, thing: string) => `${n} ${thing}${n === 1 ? "" : "s"}`;

function projectItem(project: Project, source: Source, all: number): Item {
  const id = `project/${project.name}/${project.uri ?? ""}`;
  const declared = project.upstreams.filter((upstream) => upstream.declared);
  return {
    id,
    label: project.name,
    description: count(project.models, "model"),
    icon: "project",
    context: "project openable",
    expanded: all === 1 || (all <= FEW && declared.length > 0),
    ...(project.uri === null ? {} : { open: project.uri }),
    children: () => [
      ...declared.map((upstream) => upstreamItem(id, upstream, source)),
      ...(project.publicModels > 0 ? [offered(id, project, source)] : []),
      ...(project.consumers.length > 0 ? [readBy(id, project, source)] : []),
      ...(declared.length + project.publicModels + project.consumers.length === 0 ? [nothing(id)] : []),
    ],
  };
}

function nothing(id: string): Item {
  return {
    id: `${id}/nothing`,
    label: "No upstreams",
    description: "and no public models",
    tooltip: "An upstream is declared in dependencies.yml, dbt_loom.config.yml or dbt_mesh.yml.",
    icon: "circle-slash",
  };
}

function offered(id: string, project: Project, source: Source): Item {
  return {
    id: `${id}/public`,
    label: "Public models",
    description: String(project.publicModels),
    tooltip: `What other projects may read of ${project.name}`,
    icon: "globe",
    children: async () => byGroup(`${id}/public`, project.name, await source.models(project.name), source),
  };
}

function readBy(id: string, project: Project, source: Source): Item {
  return {
    id: `${id}/consumers`,
    label: "Read by",
    description: project.consumers.join(", "),
    tooltip: `Projects of this workspace that declare ${project.name} as an upstream, and others known to read it`,
    icon: "references",
    children: async () => {
      const uses = await source.consumers(project.name);
      const names = new Set([...project.consumers, ...uses.map((use) => use.project)]);
      return [...names].sort().map((name) => consumer(id, name, uses.filter((use) => use.project === name)));
    },
  };
}

/** A project that reads another: which of its nodes, and with which of its own. */
function consumer(parent: string, name: string, uses: Use[]): Item {
  const id = `${parent}/consumers/${name}`;
  const read = new Map(uses.map((use) => [use.reads.uniqueId, use.reads]));
  const description = read.size > 0 ? `reads ${read.size}` : "declares it, reads nothing";
  if (read.size === 0) return { id, label: name, description, icon: "project" };
  const items = [...read].map(([uniqueId, node]) => {
    const by = uses.filter((use) => use.reads.uniqueId === uniqueId);
    return {
      id: `${id}/${uniqueId}`,
      label: named(node),
      description: count(by.length, "use"),
      tooltip: `**${uniqueId}**`,
      icon: "table",
      children: () => by.map((use) => useItem(`${id}/${uniqueId}`, use)),
    };
  });
  return { id, label: name, description, icon: "project", children: () => items };
}

function useItem(parent: string, { consumer, uri, range }: Use): Item {
  return {
    id: `${parent}/${consumer.uniqueId}`,
    label: named(consumer),
    description: consumer.kind,
    tooltip: `**${consumer.uniqueId}**`,
    icon: KINDS[consumer.kind] ?? "file",
    ...(uri === null ? {} : { open: uri, line: range?.start.line ?? 0, context: "openable" }),
  };
}

const KINDS: Record<string, string> = {
  model: "table", exposure: "dashboard", snapshot: "history", test: "beaker", metric: "graph", seed: "list-flat",
};

function named({ name, version }: { name: string; version: string | number | null }): string {
  return version === null ? name : `${name} v${version}`;
}

const ICONS: Record<State, Pick<Item, "icon" | "color">> = {
  live: { icon: "repo" },
  ready: { icon: "package" },
  stale: { icon: "warning", color: "warning" },
  loading: { icon: "sync~spin" },
  failed: { icon: "error", color: "error" },
  missing: { icon: "question", color: "warning" },
};

/** In words: `live`, `3 days old`, `not loaded`. */
export function stateInWords(upstream: Upstream): string {
  switch (upstream.state) {
    case "live":
      return "live";
    case "loading":
      return "loading…";
    case "failed":
      return "not loaded";
    case "missing":
      return "nothing supplies it";
    case "stale":
      return `${age(upstream) ?? "older"}, could not be read again`;
    case "ready":
      return age(upstream) ?? "loaded";
  }
}

function age(upstream: Upstream): string | undefined {
  if (upstream.ageDays === null) return undefined;
  if (upstream.ageDays === 0) return "from today";
  return `${count(upstream.ageDays, "day")} old`;
}

function upstreamItem(parent: string, upstream: Upstream, source: Source): Item {
  const id = `${parent}/upstream/${upstream.name}`;
  const words = stateInWords(upstream);
  const facts = [
    `**${upstream.name}**: ${words}`,
    upstream.source && `From \`${upstream.source}\``,
    upstream.generatedAt && `Written ${upstream.generatedAt}${upstream.dbtVersion ? ` by dbt ${upstream.dbtVersion}` : ""}`,
    upstream.problem,
    upstream.state === "missing" &&
      "Open its checkout in this workspace, or name its manifest in `dbt_mesh.yml` or `dbt_loom.config.yml`.",
  ];
  return {
    id,
    label: upstream.name,
    description: words,
    tooltip: facts.filter(Boolean).join("\n\n"),
    spoken: `upstream ${upstream.name}, ${words}, ${count(upstream.publicModels, "public model")}`,
    ...ICONS[upstream.state],
    context: "upstream",
    upstream: upstream.name,
    children: async () => {
      if (upstream.problem !== null || upstream.publicModels === 0) {
        const why = upstream.problem ?? (upstream.state === "missing" ? "Nothing supplies it" : "No public models");
        const note: Item = { id: `${id}/why`, label: why, tooltip: why, icon: "info" };
        if (upstream.publicModels === 0) return [note];
        return [note, ...byGroup(id, upstream.name, await source.models(upstream.name), source)];
      }
      return byGroup(id, upstream.name, await source.models(upstream.name), source);
    },
  };
}

/** Groups by name, then models of no group. One group alone needs no level of its own. */
function byGroup(parent: string, project: string, models: Model[], source: Source): Item[] {
  const groups = new Map<string, Model[]>();
  for (const model of models) {
    const group = model.group ?? "";
    groups.set(group, [...(groups.get(group) ?? []), model]);
  }
  if (groups.size <= 1) return families(parent, project, models, source);
  const named = [...groups].filter(([name]) => name !== "").sort(([a], [b]) => (a < b ? -1 : 1));
  return [
    ...named.map(([name, members]) => ({
      id: `${parent}/group/${name}`,
      label: name,
      description: count(members.length, "model"),
      icon: "organization",
      spoken: `group ${name}, ${count(members.length, "model")}`,
      children: () => families(`${parent}/group/${name}`, project, members, source),
    })),
    ...families(parent, project, groups.get("") ?? [], source),
  ];
}

/** Models by name; several versions stand below their model. */
function families(parent: string, project: string, models: Model[], source: Source): Item[] {
  const names = [...new Set(models.map((model) => model.name))];
  return names.map((name) => {
    const versions = models.filter((model) => model.name === name);
    const [first] = versions;
    if (versions.length === 1 && first) return modelItem(parent, project, first, source, name);
    const latest = versions.find((model) => model.latest) ?? first;
    return {
      id: `${parent}/family/${name}`,
      label: name,
      description: count(versions.length, "version"),
      icon: "versions",
      context: "model openable",
      ...(latest ? { model: { model: latest, project }, ...opened(latest) } : {}),
      children: () =>
        versions.map((model) => modelItem(`${parent}/family/${name}`, project, model, source, `v${model.version}`)),
    };
  });
}

function opened(model: Model): Pick<Item, "open"> {
  return model.uri === null ? {} : { open: model.uri };
}

function modelItem(parent: string, project: string, model: Model, source: Source, label: string): Item {
  const id = `${parent}/${model.uniqueId}`;
  const due = model.deprecationDate !== null && new Date(model.deprecationDate).getTime() <= Date.now();
  const marks = [
    model.version !== null && label === model.name && `v${model.version}`,
    model.version !== null && model.latest && "latest",
    model.prerelease && "prerelease",
    model.deprecationDate && `${due ? "" : "to be "}deprecated ${model.deprecationDate}`,
  ];
  const described = marks.filter(Boolean).join(", ");
  return {
    id,
    label,
    ...(described ? { description: described } : {}),
    tooltip: [`**${model.uniqueId}**`, model.description].filter(Boolean).join("\n\n"),
    spoken: ["model", model.name, model.version && `version ${model.version}`, described].filter(Boolean).join(" "),
    icon: "table",
    ...(due ? { color: "warning" as const } : {}),
    context: "model openable",
    model: { model, project },
    ...opened(model),
    ...(model.columns > 0
      ? { children: async () => columnItems(id, await source.columns(project, model.uniqueId)) }
      : {}),
  };
}

function columnItems(parent: string, columns: Column[]): Item[] {
  return columns.map((column) => ({
    id: `${parent}/column/${column.name}`,
    label: column.name,
    ...(column.dataType ? { description: column.dataType } : {}),
    ...(column.description ? { tooltip: column.description } : {}),
    icon: "symbol-field",
  }));
}

export interface Health {
  level: "ok" | "busy" | "warning" | "error";
  /** For the status bar. */
  text: string;
  /** One line for each upstream that is not well. */
  lines: string[];
}

/** The state of the mesh in a few words. */
export function health(mesh: Mesh): Health {
  const declared = mesh.projects.flatMap((project) => project.upstreams.filter((upstream) => upstream.declared));
  const names = (states: State[]) => new Set(declared.filter((u) => states.includes(u.state)).map((u) => u.name)).size;
  const failed = names(["failed", "missing"]);
  const stale = names(["stale"]);
  const loading = names(["loading"]);
  const lines = declared
    .filter((upstream) => upstream.state !== "live" && upstream.state !== "ready")
    .map((upstream) => `${upstream.name}: ${upstream.problem ?? stateInWords(upstream)}`);
  const level = failed > 0 ? "error" : stale > 0 ? "warning" : loading > 0 ? "busy" : "ok";
  const parts = [
    count(mesh.projects.length, "project"),
    failed > 0 && `${count(failed, "upstream")} not loaded`,
    stale > 0 && `${count(stale, "upstream")} out of date`,
    loading > 0 && "loading",
  ];
  return { level, text: parts.filter(Boolean).join(", "), lines: [...new Set(lines)] };
}
