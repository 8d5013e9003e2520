// lines from a place to another: bent to one side, so that what goes and what comes lie apart,
// as wide as what they carry, with a head that stops at the mark where they end.
import { Geometry, measureBoxes } from "./decode";
import type { PlanLayer } from "./plan_layer";
import type { View } from "./surface";
import type { ClassDoc } from "./types";

type Ctx = CanvasRenderingContext2D;

const STEPS = 12;
/** Height of the bow, of its length. */
const BOW = 0.14;
const THINNEST = 1.1;
/** So many arrows may have their full width. */
const FEW = 600;
const CASING = 2.4;
/** Shaft that is left to be seen of an arrow, however short the way; pixels. */
const SHAFT = 7;
const BATCH = 300;
/** More arrows than this in sight are drawn without their white edges, which take most of the time. */
const CROWD = 2000;

/** The same lines as bows; a line of more than two points goes by its ends. */
export function bend(g: Geometry): Geometry {
  const n = g.features;
  const size = STEPS + 1;
  const steps = Uint32Array.from({ length: n + 1 }, (_, i) => i);
  const out: Geometry = {
    features: n, partStart: steps, ringStart: steps, vertexStart: steps.map((i) => i * size),
    x: new Float32Array(n * size), y: new Float32Array(n * size),
    originX: g.originX, originY: g.originY, boxes: new Float32Array(n * 4),
  };
  for (let f = 0; f < n; f += 1) {
    const a = g.vertexStart[g.ringStart[g.partStart[f]]];
    const b = g.vertexStart[g.ringStart[g.partStart[f + 1]]] - 1;
    const dx = g.x[b] - g.x[a];
    const dy = g.y[b] - g.y[a];
    for (let i = 0; i <= STEPS; i += 1) {
      const t = i / STEPS;
      const rise = 4 * BOW * t * (1 - t);
      out.x[f * size + i] = g.x[a] + dx * t + dy * rise;
      out.y[f * size + i] = g.y[a] + dy * t - dx * rise;
    }
  }
  measureBoxes(out);
  return out;
}

export function flowWidth(layer: PlanLayer, value: number): number {
  // thousands lie on one another unless each gets narrower
  const many = Math.min(1, Math.max(0.35, Math.sqrt(FEW / (layer.doc.features || 1))));
  return Math.max(THINNEST * many, ((layer.style.flow?.widest ?? 6) * many * value) / (layer.most || 1));
}

function headOf(width: number): number {
  return 4.5 + width * 0.9;
}

/** An arrow along a path whose last point is its tip. */
function arrow(ctx: Ctx, path: [number, number][], width: number, ink: string, bare = false): void {
  const tip = path[path.length - 1];
  const head = headOf(width);
  let from = path.length - 2;
  while (from > 0 && Math.hypot(tip[0] - path[from][0], tip[1] - path[from][1]) < head) from -= 1;
  const turn = Math.atan2(tip[1] - path[from][1], tip[0] - path[from][0]);
  const [ux, uy] = [Math.cos(turn), Math.sin(turn)];
  const neck: [number, number] = [tip[0] - ux * head * 0.8, tip[1] - uy * head * 0.8];
  const half = 2.4 + width * 0.75;
  const shaft = () => {
    ctx.beginPath();
    ctx.moveTo(...path[0]);
    for (let i = 1; i <= from; i += 1) ctx.lineTo(...path[i]);
    ctx.lineTo(...neck);
  };
  const point = () => {
    ctx.beginPath();
    ctx.moveTo(...tip);
    ctx.lineTo(tip[0] - ux * head - uy * half, tip[1] - uy * head + ux * half);
    ctx.lineTo(tip[0] - ux * head + uy * half, tip[1] - uy * head - ux * half);
    ctx.closePath();
  };
  ctx.setLineDash([]);
  ctx.lineJoin = "round";
  if (!bare) {
    ctx.lineCap = "round";
    ctx.strokeStyle = "rgba(255,255,255,.9)";
    ctx.lineWidth = width + CASING;
    shaft();
    ctx.stroke();
    ctx.lineWidth = CASING;
    point();
    ctx.stroke();
  }
  ctx.lineCap = "butt";
  ctx.strokeStyle = ink;
  ctx.lineWidth = width;
  shaft();
  ctx.stroke();
  ctx.fillStyle = ink;
  point();
  ctx.fill();
  if (bare) return;
  ctx.beginPath();
  ctx.arc(path[0][0], path[0][1], width / 2 + 0.9, 0, 7);
  ctx.fill();
}

export function drawArrow(ctx: Ctx, look: ClassDoc, x0: number, y: number, x1: number, width: number): void {
  arrow(ctx, [[x0, y], [x1, y]], width, look.stroke ?? "#333333");
}

/** The path on the canvas, cut where it meets the mark at its end. */
function pathOf(layer: PlanLayer, view: View, f: number, rim: number, least: number): [number, number][] {
  const g = layer.geometry;
  const { k } = view;
  const at = (i: number): [number, number] => [
    (g.x[i] + g.originX) * k - view.left, (g.y[i] + g.originY) * k - view.top,
  ];
  const first = g.vertexStart[f];
  const last = g.vertexStart[f + 1] - 1;
  const [sx, sy] = at(first);
  const [ex, ey] = at(last);
  const way = Math.hypot(ex - sx, ey - sy);
  if (way < rim + least) {
    // too short to be seen: from the same side, as long as it takes
    const [ux, uy] = way > 0.01 ? [(sx - ex) / way, (sy - ey) / way] : [0, -1];
    return [[ex + ux * (rim + least), ey + uy * (rim + least)], [ex + ux * rim, ey + uy * rim]];
  }
  const path: [number, number][] = [];
  for (let i = first; i <= last; i += 1) {
    const [x, y] = at(i);
    const left = Math.hypot(ex - x, ey - y);
    if (left > rim) {
      path.push([x, y]);
      continue;
    }
    const [px, py] = path[path.length - 1];
    const before = Math.hypot(ex - px, ey - py);
    const t = (before - rim) / (before - left || 1);
    path.push([px + (x - px) * t, py + (y - py) * t]);
    break;
  }
  return path;
}

/** How far from the middle of its mark each flow stops, pixels. */
function rims(layer: PlanLayer, all: PlanLayer[]): (f: number) => number {
  const { to, ends } = layer.style.flow ?? {};
  const marks = all.find((other) => other.doc.id === ends && other.visible);
  return (f) => {
    const row = marks && to ? marks.attributes.row(String(layer.attributes.get(to, f) ?? "")) : -1;
    return row >= 0 && marks ? marks.radius(row) + 2 : 1;
  };
}

export function* paintFlows(ctx: Ctx, view: View, layer: PlanLayer, all: PlanLayer[]): Generator<void, void, void> {
  const { k } = view;
  const weight = layer.style.flow?.weight ?? "";
  const found: [number, number][] = [];
  layer.inBox(
    view.left / k, view.top / k, (view.left + view.width) / k, (view.top + view.height) / k,
    (f) => { if (layer.shown(f)) found.push([f, layer.number(weight, f)]); },
  );
  // the wide ones below, or they would hide the others
  found.sort((a, b) => b[1] - a[1] || a[0] - b[0]);
  const rim = rims(layer, all);
  for (let i = 0; i < found.length; i += 1) {
    const [f, value] = found[i];
    const width = flowWidth(layer, value);
    ctx.save();
    arrow(ctx, pathOf(layer, view, f, rim(f), headOf(width) + SHAFT), width, layer.look(f).stroke ?? "#333333", found.length > CROWD);
    ctx.restore();
    layer.drawn += 1;
    if (i % BATCH === BATCH - 1) yield;
  }
}
