// Where nodes stand: in columns from what is used to what uses it. Plain arithmetic on ids.
//
// Written here because the layouts of libraries take seconds for 2,000 nodes (docs in README.md); this one takes
// a few milliseconds and gives the same picture for the same graph.
import type { Edge } from "./graph.ts";

export const BOX = { width: 190, height: 40 };
const GAP = { x: 64, y: 16 };
/** What an edge needs that passes a column. */
const LANE = 18;
/** With more nodes, edges go straight: nobody follows a single one, and lanes would double the work. */
const LANES_UP_TO = 400;
/** Sweeps over the columns to bring neighbours to one height; more change little. */
const SWEEPS = 8;

export interface Point {
  x: number;
  y: number;
}

export interface Layout {
  /** The centre of each box. */
  points: Map<string, Point>;
  /** How an edge that passes columns gets by: where it crosses the middle of each. By `from` + NUL + `to`. */
  bends: Map<string, Point[]>;
}

export const edgeKey = (from: string, to: string) => `${from}\u0000${to}`;

/** `order` decides among equals and between members of a circle. */
export function layout(order: string[], edges: Edge[]): Layout {
  const index = new Map(order.map((id, at) => [id, at]));
  const known = edges.flatMap(([from, to]): [number, number][] => {
    const [a, b] = [index.get(from), index.get(to)];
    return a === undefined || b === undefined || a === b ? [] : [[a, b]];
  });
  const column = columns(order.length, ...neighbours(order.length, known));
  const lanes = new Map<string, number[]>();
  const steps: [number, number][] = [];
  for (const [a, b] of known) {
    const [first = 0, last = 0] = [column[a], column[b]];
    const passed: number[] = [];
    if (order.length <= LANES_UP_TO) {
      for (let at = first + 1; at < last; at++) passed.push(column.push(at) - 1);
    }
    if (passed.length > 0) lanes.set(edgeKey(order[a] ?? "", order[b] ?? ""), passed);
    const way = [a, ...passed, b];
    for (let at = 1; at < way.length; at++) steps.push([way[at - 1] ?? a, way[at] ?? b]);
  }
  const members: number[][] = [];
  for (let at = 0; at < column.length; at++) (members[column[at] ?? 0] ??= []).push(at);
  const size = column.map((_, at) => (at < order.length ? BOX.height + GAP.y : LANE));
  const height = heights(members, ...neighbours(column.length, steps), size);
  const point = (at: number): Point => ({ x: (column[at] ?? 0) * (BOX.width + GAP.x), y: height[at] ?? 0 });
  return {
    points: new Map([...index].map(([id, at]) => [id, point(at)])),
    bends: new Map([...lanes].map(([key, passed]) => [key, passed.map(point)])),
  };
}

function neighbours(count: number, edges: [number, number][]): [parents: number[][], children: number[][]] {
  const parents: number[][] = Array.from({ length: count }, () => []);
  const children: number[][] = Array.from({ length: count }, () => []);
  for (const [a, b] of edges) {
    parents[b]?.push(a);
    children[a]?.push(b);
  }
  return [parents, children];
}

/** The longest way from a node without parents; the edges that close a circle do not count. */
function columns(count: number, parents: number[][], children: number[][]): number[] {
  const order = withoutCircles(count, children);
  const place = new Int32Array(count);
  order.forEach((at, i) => (place[at] = i));
  const column = new Array<number>(count).fill(0);
  for (const at of order) {
    for (const parent of parents[at] ?? []) {
      if ((place[parent] ?? 0) < (place[at] ?? 0)) column[at] = Math.max(column[at] ?? 0, (column[parent] ?? 0) + 1);
    }
  }
  // What has only children stands right before the nearest of them, not far away at the left.
  for (const at of [...order].reverse()) {
    const after = (children[at] ?? []).filter((child) => (place[child] ?? 0) > (place[at] ?? 0));
    if ((parents[at] ?? []).length === 0 && after.length > 0) {
      column[at] = Math.min(...after.map((child) => column[child] ?? 0)) - 1;
    }
  }
  return column;
}

/** Parents before children, as far as there are no circles. */
function withoutCircles(count: number, children: number[][]): number[] {
  const state = new Uint8Array(count);
  const out: number[] = [];
  for (let start = 0; start < count; start++) {
    if (state[start]) continue;
    state[start] = 1;
    const stack: [number, number][] = [[start, 0]];
    for (let top = stack.at(-1); top; top = stack.at(-1)) {
      const next = children[top[0]]?.[top[1]++];
      if (next === undefined) {
        out.push(top[0]);
        stack.pop();
      } else if (!state[next]) {
        state[next] = 1;
        stack.push([next, 0]);
      }
    }
  }
  return out.reverse();
}

function heights(members: number[][], parents: number[][], children: number[][], size: number[]): number[] {
  const y: number[] = [];
  for (const of of members) {
    const offset = offsets(of ?? [], size);
    const middle = (offset.at(-1) ?? 0) / 2;
    of?.forEach((at, i) => (y[at] = (offset[i] ?? 0) - middle));
  }
  const mean = (near: number[], at: number) =>
    near.length === 0 ? (y[at] ?? 0) : near.reduce((sum, other) => sum + (y[other] ?? 0), 0) / near.length;
  for (let sweep = 0; sweep < SWEEPS; sweep++) {
    const forward = sweep % 2 === 0;
    const around = forward ? parents : children;
    for (const of of forward ? members : [...members].reverse()) {
      if (!of) continue;
      const wanted = new Map(of.map((at) => [at, mean(around[at] ?? [], at)]));
      // Those that want the same place stay as they are.
      of.sort((a, b) => (wanted.get(a) ?? 0) - (wanted.get(b) ?? 0) || (y[a] ?? 0) - (y[b] ?? 0) || a - b);
      settle(of, wanted, y, offsets(of, size));
    }
  }
  return y;
}

/** How far each member of a column stands at least below the first. */
function offsets(of: number[], size: number[]): number[] {
  let sum = 0;
  return of.map((at, i) => (sum += i === 0 ? 0 : ((size[of[i - 1] ?? 0] ?? 0) + (size[at] ?? 0)) / 2));
}

/** Puts a column's boxes as near as may be to where they are wanted, without touching: blocks that meet share the
 *  way to go. */
function settle(of: number[], wanted: Map<number, number>, y: number[], offset: number[]): void {
  const blocks: { sum: number; size: number }[] = [];
  of.forEach((at, i) => {
    let block = { sum: (wanted.get(at) ?? 0) - (offset[i] ?? 0), size: 1 };
    for (let last = blocks.at(-1); last && last.sum / last.size > block.sum / block.size; last = blocks.at(-1)) {
      block = { sum: block.sum + last.sum, size: block.size + last.size };
      blocks.pop();
    }
    blocks.push(block);
  });
  let i = 0;
  for (const block of blocks) {
    for (let n = 0; n < block.size; n++, i++) {
      const at = of[i];
      if (at !== undefined) y[at] = block.sum / block.size + (offset[i] ?? 0);
    }
  }
}
