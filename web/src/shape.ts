// a shape that is being changed: parts of rings of corners, the first ring of a part its outline
// and the others its holes, each without its first corner again at the end. every change makes
// a new shape, so that undoing is going back to the one before.
import { Estimate, estimate } from "./estimate";
import { Corner, plainRing } from "./snap";

export type Ring = readonly Corner[];
export type Shape = readonly (readonly Ring[])[];
/** Part, ring and corner. */
export type Place = readonly [part: number, ring: number, corner: number];

export const FEWEST = 3;
/** A ring of more corners is not looked through for crossings at every move. */
const MOST_CHECKED = 1200;

export function ringOf(shape: Shape, [part, ring]: Place): Ring {
  return shape[part][ring];
}

function withRing(shape: Shape, [part, ring]: Place, changed: Ring): Shape {
  return shape.map((rings, p) => (p === part ? rings.map((r, i) => (i === ring ? changed : r)) : rings));
}

export function moved(shape: Shape, place: Place, to: Corner): Shape {
  return withRing(shape, place, ringOf(shape, place).map((c, i) => (i === place[2] ? to : c)));
}

/** Put a corner between this one and the next. */
export function inserted(shape: Shape, place: Place, corner: Corner): Shape {
  const ring = ringOf(shape, place);
  return withRing(shape, place, [...ring.slice(0, place[2] + 1), corner, ...ring.slice(place[2] + 1)]);
}

/** Take a corner away; null where a ring would have too few left. */
export function without(shape: Shape, place: Place): Shape | null {
  const ring = ringOf(shape, place);
  if (ring.length <= FEWEST) return null;
  return withRing(shape, place, ring.filter((_, i) => i !== place[2]));
}

export interface Measured {
  /** NaN where a ring crosses itself */
  area_m2: number;
  perimeter_m: number;
  crossed: boolean;
  rings: Estimate[][];
}

/** Estimate outlines less holes; how rings lie to each other is the server's to judge. */
export function measured(shape: Shape): Measured {
  const rings = shape.map((part) => part.map((ring) => estimate(plainRing(ring), ring.length <= MOST_CHECKED)));
  const all = rings.flat();
  return {
    area_m2: rings.reduce((sum, part) => sum + part.reduce((s, e, i) => s + (i ? -e.area_m2 : e.area_m2), 0), 0),
    perimeter_m: all.reduce((sum, e) => sum + e.perimeter_m, 0),
    crossed: all.some((e) => e.crossed),
    rings,
  };
}

/** What was, what is, and what was undone. */
export class History<T> {
  private past: T[] = [];
  private future: T[] = [];

  constructor(public now: T) {}

  push(next: T): void {
    this.past.push(this.now);
    this.future = [];
    this.now = next;
  }

  get canUndo(): boolean {
    return this.past.length > 0;
  }

  get canRedo(): boolean {
    return this.future.length > 0;
  }

  undo(): boolean {
    const before = this.past.pop();
    if (before === undefined) return false;
    this.future.push(this.now);
    this.now = before;
    return true;
  }

  redo(): boolean {
    const after = this.future.pop();
    if (after === undefined) return false;
    this.past.push(this.now);
    this.now = after;
    return true;
  }
}

/** 1 to undo, -1 to do again, 0 for any other key. */
export function turnOf(event: KeyboardEvent): 1 | -1 | 0 {
  if (!(event.ctrlKey || event.metaKey) || event.altKey) return 0;
  const key = event.key.toLowerCase();
  if (key === "z") return event.shiftKey ? -1 : 1;
  return key === "y" ? -1 : 0;
}
