// Where nodes stand: in columns from what is used to what uses it. Plain arithmetic on ids.
//
// Written here because the layouts of libraries take seconds for 2,000 nodes (docs in README.md); this one takes
// a few milliseconds and gives the same picture for the same graph.
import type { Edge } from "./graph.ts";

export const BOX = { width: 190, height: 40 };
const GAP = { x: 90, y: 16 };
/** Sweeps over the columns to bring neighbours to one height; more change little. */
const SWEEPS = 8;

export interface Point {
  x: number;
  y: number;
}

/** The centre of each box. `order` decides among equals and between members of a circle. */
export function layout(order: string[], edges: Edge[]): Map<string, Point> {
  const index = new Map(order.map((id, at) => [id, at]));
  const parents: number[][] = order.map(() => []);
  const children: number[][] = order.map(() => []);
  for (const [from, to] of edges) {
    const [a, b] = [index.get(from), index.get(to)];
    if (a === undefined || b === undefined || a === b) continue;
    parents[b]?.push(a);
    children[a]?.push(b);
  }
  const column = columns(order.length, parents, children);
  const members: number[][] = [];
  for (let at = 0; at < order.length; at++) (members[column[at] ?? 0] ??= []).push(at);
  const height = heights(members, parents, children);
  const out = new Map<string, Point>();
  for (const [id, at] of index) {
    out.set(id, { x: (column[at] ?? 0) * (BOX.width + GAP.x), y: height[at] ?? 0 });
  }
  return out;
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

function heights(members: number[][], parents: number[][], children: number[][]): number[] {
  const step = BOX.height + GAP.y;
  const y: number[] = [];
  for (const of of members) of?.forEach((at, i) => (y[at] = (i - (of.length - 1) / 2) * step));
  const mean = (near: number[], at: number) =>
    near.length === 0 ? (y[at] ?? 0) : near.reduce((sum, other) => sum + (y[other] ?? 0), 0) / near.length;
  for (let sweep = 0; sweep < SWEEPS; sweep++) {
    const forward = sweep % 2 === 0;
    const around = forward ? parents : children;
    for (const of of forward ? members : [...members].reverse()) {
      if (!of) continue;
      const wanted = new Map(of.map((at) => [at, mean(around[at] ?? [], at)]));
      of.sort((a, b) => (wanted.get(a) ?? 0) - (wanted.get(b) ?? 0) || a - b);
      settle(of, wanted, y, step);
    }
  }
  return y;
}

/** Puts a column's boxes as near as may be to where they are wanted, without touching: blocks that meet share the
 *  way to go. */
function settle(of: number[], wanted: Map<number, number>, y: number[], step: number): void {
  const blocks: { sum: number; size: number }[] = [];
  of.forEach((at, i) => {
    let block = { sum: (wanted.get(at) ?? 0) - i * step, size: 1 };
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
      if (at !== undefined) y[at] = block.sum / block.size + i * step;
    }
  }
}
