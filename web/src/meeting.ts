// whether a feature and an outline on the map have a place in common.
import type { PlanLayer } from "./plan_layer";

type Point = readonly [x: number, y: number];

function holds(ring: readonly Point[], x: number, y: number): boolean {
  let inside = false;
  for (let i = 0, j = ring.length - 1; i < ring.length; j = i, i += 1) {
    const [ax, ay] = ring[i];
    const [bx, by] = ring[j];
    if (ay > y !== by > y && x < ((bx - ax) * (y - ay)) / (by - ay) + ax) inside = !inside;
  }
  return inside;
}

function crossing(a: Point, b: Point, c: Point, d: Point): boolean {
  const side = (p: Point, q: Point, r: Point) => Math.sign((q[0] - p[0]) * (r[1] - p[1]) - (q[1] - p[1]) * (r[0] - p[0]));
  return side(a, b, c) * side(a, b, d) <= 0 && side(c, d, a) * side(c, d, b) <= 0;
}

/** `ring` in world pixels (zoom 0); `box` says that it is an upright rectangle. */
export function meets(layer: PlanLayer, feature: number, ring: readonly Point[], box: boolean): boolean {
  const g = layer.geometry;
  const first = g.ringStart[g.partStart[feature]];
  const last = g.ringStart[g.partStart[feature + 1]];
  if (box) {
    const [w, n, e, s] = layer.box(feature);
    const xs = ring.map((p) => p[0]);
    const ys = ring.map((p) => p[1]);
    if (w >= Math.min(...xs) && e <= Math.max(...xs) && n >= Math.min(...ys) && s <= Math.max(...ys)) return true;
  }
  for (let v = g.vertexStart[first]; v < g.vertexStart[last]; v += 1) {
    if (holds(ring, g.x[v] + g.originX, g.y[v] + g.originY)) return true;
  }
  if (layer.doc.kind === "point") return false;
  if (layer.doc.kind === "polygon" && layer.contains(feature, ring[0][0], ring[0][1])) return true;
  const closed = layer.doc.kind === "polygon";
  for (let r = first; r < last; r += 1) {
    const from = g.vertexStart[r];
    const to = g.vertexStart[r + 1];
    for (let i = closed ? from : from + 1, j = closed ? to - 1 : from; i < to; j = i, i += 1) {
      const a: Point = [g.x[j] + g.originX, g.y[j] + g.originY];
      const b: Point = [g.x[i] + g.originX, g.y[i] + g.originY];
      for (let k = 0, m = ring.length - 1; k < ring.length; m = k, k += 1) {
        if (crossing(a, b, ring[m], ring[k])) return true;
      }
    }
  }
  return false;
}
