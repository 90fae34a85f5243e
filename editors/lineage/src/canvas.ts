// The picture: cytoscape draws what is visible where layout.ts puts it.
import cytoscape from "cytoscape";
import { type Graph, type Node, label } from "./graph.ts";
import { BOX, type Layout, type Point, edgeKey, layout } from "./layout.ts";
import { Overlay } from "./overlay.ts";
import { pull } from "./path.ts";
import { short } from "./svg.ts";
import { type Theme, projectColor, theme } from "./theme.ts";

/** From here on edges lose their arrows, and what is selected is marked above the picture and not in it. */
const LARGE = 400;
/** A click this near to an end of a box (of its width) opens what is beyond that end. */
const END = 0.12;

/** Names can be read from the one zoom on, and need no more than the other. */
const READABLE = { least: 0.72, most: 1.2 };
/** Between the picture and its frame, in pixels. */
const MARGIN = 24;

export interface Listener {
  selected(id: string): void;
  opened(id: string): void;
  toggled(id: string, direction: "up" | "down"): void;
}

/** Sets only what differs: cytoscape computes the style and the picture of everything anew that is set. */
function update(element: cytoscape.CollectionReturnValue, data: Record<string, unknown>, position?: Point): void {
  if (Object.entries(data).some(([key, value]) => element.data(key) !== value)) element.data(data);
  if (position && (element.position("x") !== position.x || element.position("y") !== position.y)) element.position(position);
}

export class Canvas {
  private readonly cy: cytoscape.Core;
  private readonly overlay: Overlay;
  /** The selected node and its edges. */
  private marked: cytoscape.CollectionReturnValue | undefined;
  layout: Layout = { points: new Map(), bends: new Map() };
  private theme: Theme = theme();

  constructor(
    container: HTMLElement,
    private readonly graph: Graph,
    listener: Listener,
  ) {
    this.cy = cytoscape({
      container,
      elements: [],
      minZoom: 0.03,
      maxZoom: 3,
      autoungrabify: true,
      boxSelectionEnabled: false,
      textureOnViewport: true,
      hideEdgesOnViewport: false,
      pixelRatio: "auto",
    });
    this.overlay = new Overlay(container);
    this.cy.on("viewport resize", () => this.overlay.move(this.cy.pan(), this.cy.zoom()));
    this.restyle();
    this.cy.on("tap", "node", (event) => {
      const node = event.target as cytoscape.NodeSingular;
      const side = (event.position.x - node.position("x")) / BOX.width;
      const id = node.id();
      if (side < -0.5 + END && this.graph.more(id, "up") > 0) listener.toggled(id, "up");
      else if (side > 0.5 - END && this.graph.more(id, "down") > 0) listener.toggled(id, "down");
      listener.selected(id);
    });
    this.cy.on("dbltap", "node", (event) => listener.opened((event.target as cytoscape.NodeSingular).id()));
  }

  /** Draws what is visible now. `keep` stays where it is on the screen. */
  draw(keep: string | undefined): void {
    const nodes = this.graph.visible();
    const edges = this.graph.visibleEdges();
    const before = keep === undefined ? undefined : this.screen(keep);
    const ids = nodes.map((node) => node.uniqueId).sort();
    this.layout = layout(ids, edges);
    const { points, bends } = this.layout;
    const large = nodes.length > LARGE;
    this.cy.batch(() => {
      const wanted = new Set([...ids, ...edges.map(([from, to]) => edgeKey(from, to))]);
      this.cy.elements().filter((element) => !wanted.has(element.id())).remove();
      const fresh: cytoscape.ElementDefinition[] = [];
      for (const node of nodes) {
        const known = this.cy.getElementById(node.uniqueId);
        const data = { ...this.data(node), large };
        const position = points.get(node.uniqueId) ?? { x: 0, y: 0 };
        if (known.nonempty()) update(known, data, position);
        else fresh.push({ group: "nodes", data, position: { ...position } });
      }
      for (const [source, target] of edges) {
        const id = edgeKey(source, target);
        const known = this.cy.getElementById(id);
        const [from, to] = [points.get(source), points.get(target)];
        const curve = large || !from || !to ? {} : pull(from, bends.get(id) ?? [], to);
        if (known.nonempty()) update(known, { large, ...curve });
        else fresh.push({ group: "edges", data: { id, source, target, large, ...curve } });
      }
      this.cy.add(fresh);
    });
    const after = keep === undefined ? undefined : this.screen(keep);
    if (before && after) this.cy.panBy({ x: before.x - after.x, y: before.y - after.y });
  }

  private data(node: Node): Record<string, unknown> & { id: string } {
    const [up, down] = [this.graph.more(node.uniqueId, "up"), this.graph.more(node.uniqueId, "down")];
    const name = `${up > 0 ? `‹${up}  ` : ""}${short(label(node), 24)}${down > 0 ? `  ${down}›` : ""}`;
    return {
      id: node.uniqueId,
      label: `${name}\n${short(`${node.kind} · ${node.project}`, 30)}`,
      access: node.access ?? "none",
      ...projectColor(node.project, this.theme.dark),
      focus: node.uniqueId === this.graph.focus ? 1 : 0,
    };
  }

  private screen(id: string): Point | undefined {
    const node = this.cy.getElementById(id);
    return node.nonempty() ? { ...node.renderedPosition() } : undefined;
  }

  /** Marks one node, and brings it into sight when it is not. */
  select(id: string): void {
    const node = this.cy.getElementById(id);
    const edges = node.connectedEdges();
    const large = this.layout.points.size > LARGE;
    const none = this.cy.collection();
    this.cy.batch(() => {
      this.marked?.removeClass("selected near");
      if (large) return;
      node.addClass("selected");
      edges.addClass("near");
    });
    this.marked = large ? none : node.union(edges);
    this.overlay.mark(large ? this.layout.points.get(id) : undefined, large ? this.ends(edges) : []);
    const at = this.layout.points.get(id);
    if (node.empty() || !at) return;
    const { x1, y1, x2, y2 } = this.cy.extent();
    const [wide, high] = [BOX.width / 2, BOX.height / 2];
    if (at.x - wide < x1 || at.y - high < y1 || at.x + wide > x2 || at.y + high > y2) this.cy.center(node);
  }

  private ends(edges: cytoscape.EdgeCollection): [Point, Point][] {
    return edges.map((edge) => [{ ...edge.source().position() }, { ...edge.target().position() }]);
  }

  /** All of the picture; where that would be too small to read, as much as there is room for around one node. */
  fit(id?: string): void {
    const box = this.cy.elements().boundingBox();
    const [width, height] = [this.cy.width() - 2 * MARGIN, this.cy.height() - 2 * MARGIN];
    if (box.w === 0 || width <= 0 || height <= 0) return;
    const all = Math.min(width / box.w, height / box.h, READABLE.most);
    const zoom = id === undefined ? all : Math.max(all, READABLE.least);
    const focus = id === undefined ? undefined : this.layout.points.get(id);
    // The node comes to the middle, but no room is left empty while there is something to show.
    const place = (from: number, size: number, room: number, at: number | undefined) => {
      const free = room - size * zoom;
      if (free >= 0 || at === undefined) return MARGIN + free / 2 - from * zoom;
      return MARGIN + Math.min(0, Math.max(free, room / 2 - (at - from) * zoom)) - from * zoom;
    };
    this.cy.viewport({ zoom, pan: { x: place(box.x1, box.w, width, focus?.x), y: place(box.y1, box.h, height, focus?.y) } });
  }

  zoomBy(factor: number): void {
    const middle = { x: this.cy.width() / 2, y: this.cy.height() / 2 };
    this.cy.zoom({ level: this.cy.zoom() * factor, renderedPosition: middle });
  }

  panBy(x: number, y: number): void {
    this.cy.panBy({ x, y });
  }

  resized(): void {
    this.cy.resize();
  }

  colors(): Theme {
    return this.theme;
  }

  /** Reads the colours anew. */
  restyle(): void {
    this.theme = theme();
    const { fore, faint, line, accent, back } = this.theme;
    this.cy.nodes().forEach((node) => {
      const known = this.graph.nodes.get(node.id());
      if (known) node.data(projectColor(known.project, this.theme.dark));
    });
    this.cy.style([
      {
        selector: "node",
        style: {
          shape: "round-rectangle",
          width: BOX.width,
          height: BOX.height,
          label: "data(label)",
          color: fore,
          "font-size": 12,
          "font-family": "system-ui, sans-serif",
          "text-wrap": "wrap",
          "text-valign": "center",
          "text-halign": "center",
          "line-height": 1.25,
          "min-zoomed-font-size": 5,
          "background-color": "data(fill)",
          "border-color": "data(edge)",
          "border-width": 1,
        },
      },
      { selector: "node[access = 'public']", style: { "border-width": 2.5 } },
      { selector: "node[access = 'private']", style: { "border-style": "dashed" } },
      { selector: "node[focus = 1]", style: { "font-weight": "bold", "border-color": fore, "border-width": 2.5 } },
      { selector: "node.selected", style: { "outline-width": 3, "outline-color": accent, "outline-offset": 2 } },
      {
        selector: "edge[!large]",
        style: {
          width: 1.2,
          "line-color": line,
          "curve-style": "unbundled-bezier",
          "edge-distances": "endpoints",
          "control-point-weights": "data(weights)",
          "control-point-distances": "data(distances)",
          "source-endpoint": "50% 0%",
          "target-endpoint": "-50% 0%",
          "target-arrow-shape": "triangle",
          "target-arrow-color": line,
          "arrow-scale": 0.7,
        },
      },
      { selector: "edge[?large]", style: { "line-color": line, "curve-style": "haystack", "haystack-radius": 0, width: 1 } },
      { selector: "edge.near", style: { "line-color": accent, "target-arrow-color": accent, width: 2 } },
      { selector: "core", style: { "active-bg-opacity": 0, "selection-box-color": back, "selection-box-border-color": faint } },
    ] as unknown as cytoscape.StylesheetJson);
  }
}
