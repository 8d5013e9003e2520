// points that share a stand-in place, laid out side by side on the screen.
// the data keep their coordinate; only the drawing moves, and a thin line leads back.
// all numbers are map pixels at one zoom, so a layout holds while the map is dragged.
import { pauses } from "./slices";

export interface SpreadItem {
  layer: number;
  feature: number;
  x: number;
  y: number;
  r: number;
  /** a kind with a low rank gives way to a count first */
  rank: number;
}

export interface Mark {
  layer: number;
  /** -1 for a count that stands for `members` */
  feature: number;
  members: number[];
  x: number;
  y: number;
  ax: number;
  ay: number;
  r: number;
  key: string;
}

export interface Box {
  x0: number;
  y0: number;
  x1: number;
  y1: number;
}

const CELL = 32;

/** Circles and boxes already taken. */
export class Occupied {
  private readonly circles = new Map<string, [number, number, number][]>();
  private readonly boxes = new Map<string, Box[]>();

  addCircle(x: number, y: number, r: number): void {
    const name = `${Math.floor(x / CELL)} ${Math.floor(y / CELL)}`;
    const cell = this.circles.get(name);
    if (cell) cell.push([x, y, r]);
    else this.circles.set(name, [[x, y, r]]);
  }

  addBox(box: Box): void {
    for (let i = Math.floor(box.x0 / CELL); i <= Math.floor(box.x1 / CELL); i += 1) {
      for (let j = Math.floor(box.y0 / CELL); j <= Math.floor(box.y1 / CELL); j += 1) {
        const name = `${i} ${j}`;
        const cell = this.boxes.get(name);
        if (cell) cell.push(box);
        else this.boxes.set(name, [box]);
      }
    }
  }

  circleFree(x: number, y: number, r: number): boolean {
    const ci = Math.floor(x / CELL);
    const cj = Math.floor(y / CELL);
    for (let i = ci - 1; i <= ci + 1; i += 1) {
      for (let j = cj - 1; j <= cj + 1; j += 1) {
        for (const [ox, oy, or] of this.circles.get(`${i} ${j}`) ?? []) {
          if ((ox - x) ** 2 + (oy - y) ** 2 < (or + r) ** 2 - 1e-6) return false;
        }
        for (const b of this.boxes.get(`${i} ${j}`) ?? []) {
          const dx = Math.max(b.x0 - x, 0, x - b.x1);
          const dy = Math.max(b.y0 - y, 0, y - b.y1);
          if (dx * dx + dy * dy < r * r) return false;
        }
      }
    }
    return true;
  }

  boxFree(box: Box): boolean {
    for (let i = Math.floor(box.x0 / CELL) - 1; i <= Math.floor(box.x1 / CELL) + 1; i += 1) {
      for (let j = Math.floor(box.y0 / CELL) - 1; j <= Math.floor(box.y1 / CELL) + 1; j += 1) {
        const name = `${i} ${j}`;
        for (const b of this.boxes.get(name) ?? []) {
          if (b.x0 < box.x1 && b.x1 > box.x0 && b.y0 < box.y1 && b.y1 > box.y0) return false;
        }
        for (const [x, y, r] of this.circles.get(name) ?? []) {
          const dx = Math.max(box.x0 - x, 0, x - box.x1);
          const dy = Math.max(box.y0 - y, 0, y - box.y1);
          if (dx * dx + dy * dy < r * r) return false;
        }
      }
    }
    return true;
  }
}

/** How many symbols one place may show before kinds turn into counts. */
export function symbolLimit(zoom: number): number {
  if (zoom < 9.5) return 2;
  if (zoom < 10.5) return 4;
  if (zoom < 11.5) return 8;
  if (zoom < 12.5) return 12;
  if (zoom < 13.5) return 20;
  return 40;
}

/** How far apart marks stand, in their own size: with the zoom there is room for names between. */
export function elbowRoom(zoom: number): number {
  return Math.min(3.4, Math.max(1, 1 + (zoom - 12.2) * 0.75));
}

const REACH = 22;

function* clusters(items: SpreadItem[]): Generator<void, SpreadItem[][], void> {
  const due = pauses();
  const anchors = new Map<string, SpreadItem[]>();
  for (const item of items) {
    const name = `${item.x.toFixed(1)} ${item.y.toFixed(1)}`;
    const group = anchors.get(name);
    if (group) group.push(item);
    else anchors.set(name, [item]);
    if (due()) yield;
  }
  const groups = [...anchors.values()].sort((a, b) => b.length - a.length || a[0].y - b[0].y || a[0].x - b[0].x);
  const cells = new Map<string, number[]>();
  const out: SpreadItem[][] = [];
  const heads: [number, number][] = [];
  for (const group of groups) {
    if (due()) yield;
    const { x, y } = group[0];
    const ci = Math.floor(x / REACH);
    const cj = Math.floor(y / REACH);
    let home = -1;
    for (let i = ci - 1; i <= ci + 1 && home < 0; i += 1) {
      for (let j = cj - 1; j <= cj + 1 && home < 0; j += 1) {
        for (const c of cells.get(`${i} ${j}`) ?? []) {
          if (Math.hypot(heads[c][0] - x, heads[c][1] - y) < REACH) home = c;
        }
      }
    }
    if (home >= 0) {
      out[home].push(...group);
      continue;
    }
    const name = `${ci} ${cj}`;
    cells.set(name, [...(cells.get(name) ?? []), out.length]);
    heads.push([x, y]);
    out.push([...group]);
  }
  return out;
}

function draft(cluster: SpreadItem[], limit: number, opened: ReadonlySet<string>): Mark[] {
  const kinds = new Map<number, SpreadItem[]>();
  for (const item of cluster) {
    const kind = kinds.get(item.layer);
    if (kind) kind.push(item);
    else kinds.set(item.layer, [item]);
  }
  const keyOf = (kind: SpreadItem[]) => `${kind[0].layer}:${Math.min(...kind.map((m) => m.feature))}`;
  let symbols = cluster.length;
  const folded = new Set<number>();
  const order = [...kinds.entries()].sort((a, b) => a[1][0].rank - b[1][0].rank || b[1].length - a[1].length);
  for (const [layer, kind] of order) {
    // a kind of rank 0 is there to be counted, unless there is room to spare
    if (symbols <= (kind[0].rank ? limit : limit / 5)) continue;
    if (kind[0].rank >= NEVER || kind.length < 3 || opened.has(keyOf(kind))) continue;
    folded.add(layer);
    symbols -= kind.length - 1;
  }
  const marks: Mark[] = [];
  for (const [layer, kind] of [...kinds.entries()].sort((a, b) => b[1][0].rank - a[1][0].rank || a[0] - b[0])) {
    if (!folded.has(layer)) {
      for (const m of kind) {
        marks.push({ layer, feature: m.feature, members: [m.feature], x: m.x, y: m.y, ax: m.x, ay: m.y, r: m.r, key: "" });
      }
      continue;
    }
    const ax = kind.reduce((s, m) => s + m.x, 0) / kind.length;
    const ay = kind.reduce((s, m) => s + m.y, 0) / kind.length;
    marks.push({ layer, feature: -1, members: kind.map((m) => m.feature), x: ax, y: ay, ax, ay, r: 10.5, key: keyOf(kind) });
  }
  return marks;
}

/** A kind of this rank is never folded. */
const NEVER = 1000;

/** Put every mark on the nearest free slot of rings around its own anchor. */
export function* spread(
  items: SpreadItem[], limit: number, taken: Occupied, opened: ReadonlySet<string>, room = 1,
): Generator<void, Mark[], void> {
  const placed: Mark[] = [];
  const due = pauses();
  const groups: Mark[][] = [];
  for (const cluster of yield* clusters(items)) {
    groups.push(draft(cluster, limit, opened));
    if (due()) yield;
  }
  // places with few marks first: they keep their spot, crowds flow around them
  groups.sort((a, b) => a.length - b.length);
  for (const group of groups) {
    for (const mark of group) {
      settle(mark, taken, group.length, room);
      taken.addCircle(mark.x, mark.y, mark.r + 1.5);
      placed.push(mark);
      if (due()) yield;
    }
  }
  return placed;
}

/** Marks that stay where they are; only what would lie on another of them gives way. */
export function* hold(items: SpreadItem[], taken: Occupied): Generator<void, Mark[], void> {
  const own = new Occupied();
  const due = pauses();
  const placed: Mark[] = [];
  // large ones first: a small one moves less
  for (const item of [...items].sort((a, b) => b.r - a.r || a.feature - b.feature)) {
    const { layer, feature, x, y, r } = item;
    const mark: Mark = { layer, feature, members: [feature], x, y, ax: x, ay: y, r, key: "" };
    settle(mark, own, 1, 1);
    own.addCircle(mark.x, mark.y, r + 1.5);
    taken.addCircle(mark.x, mark.y, r + 1.5);
    placed.push(mark);
    if (due()) yield;
  }
  return placed;
}

function settle(mark: Mark, taken: Occupied, crowd: number, room: number): void {
  const need = (mark.r + 1.5) * room;
  if (crowd === 1 && taken.circleFree(mark.ax, mark.ay, need)) return;
  for (let ring = 0; ring < 60; ring += 1) {
    const radius = 15 * room + ring * 8;
    const slots = Math.max(6, Math.floor((2 * Math.PI * radius) / (need * 2 + 0.6)));
    for (let s = 0; s < slots; s += 1) {
      const a = -Math.PI / 2 + (s * 2 * Math.PI) / slots;
      const x = mark.ax + radius * Math.cos(a);
      const y = mark.ay + radius * Math.sin(a);
      if (taken.circleFree(x, y, need)) {
        mark.x = x;
        mark.y = y;
        return;
      }
    }
  }
}
