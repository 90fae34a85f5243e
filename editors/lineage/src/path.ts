// The way of an edge: level out of one box, level into the other, level through every column on the way.
import { BOX, type Point } from "./layout.ts";

/** Points that pull a curve: it starts at the first, ends at the last, and is level wherever two have one height. */
export function way(from: Point, bends: Point[], to: Point): Point[] {
  const half = BOX.width / 2;
  const out: Point[] = [{ x: from.x + half, y: from.y }];
  for (const next of [...bends, to]) {
    const last = out.at(-1) ?? from;
    const middle = (last.x + next.x - half) / 2;
    out.push({ x: middle, y: last.y }, { x: middle, y: next.y });
    out.push({ x: next.x - half, y: next.y });
    if (next !== to) out.push({ x: next.x + half, y: next.y });
  }
  return out;
}

/** The same as the path of an SVG. */
export function path(from: Point, bends: Point[], to: Point): string {
  const [start, ...rest] = way(from, bends, to).map(({ x, y }) => `${round(x)} ${round(y)}`);
  let out = `M${start}`;
  // Three points make a curve; between two bends there is one more, straight on.
  for (let at = 0; at < rest.length; at += 4) {
    out += `C${rest[at]} ${rest[at + 1]} ${rest[at + 2]}`;
    if (rest[at + 3] !== undefined) out += `L${rest[at + 3]}`;
  }
  return out;
}

const round = (value: number) => Math.round(value * 10) / 10;

/** The same for cytoscape, which measures each pulling point along the line between the ends and away from it. */
export function pull(from: Point, bends: Point[], to: Point): { weights: number[]; distances: number[] } {
  const points = way(from, bends, to);
  const [start, end] = [points[0] ?? from, points.at(-1) ?? to];
  const [dx, dy] = [end.x - start.x, end.y - start.y];
  const length = Math.hypot(dx, dy) || 1;
  // Two of each hop: the curve passes in the middle between neighbours.
  const pulling = points.slice(1, -1).filter((_, at) => at % 4 < 2);
  const offsets = pulling.map(({ x, y }) => ({ x: x - start.x, y: y - start.y }));
  return {
    weights: offsets.map(({ x, y }) => (x * dx + y * dy) / length ** 2),
    distances: offsets.map(({ x, y }) => (y * dx - x * dy) / length),
  };
}
