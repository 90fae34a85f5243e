// The picture as an SVG file: text stays text.
import { type Edge, type Node, label } from "./graph.ts";
import { BOX, type Layout, edgeKey } from "./layout.ts";
import { path } from "./path.ts";
import { type Theme, projectColor } from "./theme.ts";

const MARGIN = 24;

export function svg(nodes: Node[], edges: Edge[], { points: at, bends }: Layout, theme: Theme): string {
  const points = nodes.flatMap((node) => at.get(node.uniqueId) ?? []);
  const [left, right] = span(points.map((point) => point.x), BOX.width / 2);
  const [top, bottom] = span(points.map((point) => point.y), BOX.height / 2);
  const lines = edges.flatMap(([from, to]) => {
    const [a, b] = [at.get(from), at.get(to)];
    return a && b ? [`<path d="${path(a, bends.get(edgeKey(from, to)) ?? [], b)}"/>`] : [];
  });
  const boxes = nodes.flatMap((node) => {
    const point = at.get(node.uniqueId);
    return point ? [box(node, point, theme)] : [];
  });
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="${left} ${top} ${right - left} ${bottom - top}" width="${right - left}" height="${bottom - top}" font-family="system-ui, sans-serif" font-size="12">`,
    `<rect x="${left}" y="${top}" width="${right - left}" height="${bottom - top}" fill="${theme.back}"/>`,
    `<g fill="none" stroke="${theme.line}" stroke-width="1.2">`,
    ...lines,
    "</g>",
    ...boxes,
    "</svg>",
    "",
  ].join("\n");
}

function span(values: number[], half: number): [number, number] {
  if (values.length === 0) return [0, 1];
  let [low, high] = [Infinity, -Infinity];
  for (const value of values) [low, high] = [Math.min(low, value), Math.max(high, value)];
  return [Math.floor(low - half - MARGIN), Math.ceil(high + half + MARGIN)];
}

const round = (value: number) => Math.round(value * 10) / 10;

function box(node: Node, at: { x: number; y: number }, theme: Theme): string {
  const color = projectColor(node.project, theme.dark);
  const [x, y] = [round(at.x - BOX.width / 2), round(at.y - BOX.height / 2)];
  const dash = node.access === "private" ? ' stroke-dasharray="4 3"' : "";
  const width = node.access === "public" ? 2 : 1;
  return [
    `<g><title>${escape(node.uniqueId)}</title>`,
    `<rect x="${x}" y="${y}" width="${BOX.width}" height="${BOX.height}" rx="5" fill="${color.fill}" stroke="${color.edge}" stroke-width="${width}"${dash}/>`,
    `<text x="${round(at.x)}" y="${round(at.y - 3)}" text-anchor="middle" fill="${theme.fore}">${escape(short(label(node), 28))}</text>`,
    `<text x="${round(at.x)}" y="${round(at.y + 12)}" text-anchor="middle" font-size="10" fill="${theme.faint}">${escape(short(`${node.kind} · ${node.project}`, 34))}</text></g>`,
  ].join("");
}

/** Long names lose their middle: the ends tell them apart. */
export function short(text: string, most: number): string {
  if (text.length <= most) return text;
  const half = Math.floor((most - 1) / 2);
  return `${text.slice(0, half)}…${text.slice(text.length - half)}`;
}

function escape(text: string): string {
  return text.replace(/[&<>"]/g, (char) => `&#${char.charCodeAt(0)};`);
}
