// what lies under the marks: water-lines along the coast, neighbours, the county with
// its ribbon, then the polygon and line layers in their order.
import type { Geometry } from "./decode";
import { latOf, lonOf, mercatorX, mercatorY } from "./decode";
import { paintFlows } from "./flow";
import type { PlanLayer } from "./plan_layer";
import { Specks, pixelOf } from "./specks";
import { hatchFill } from "./style";
import type { View } from "./surface";
import type { ClassDoc } from "./types";

type Ctx = CanvasRenderingContext2D;

/** Above this order layers are drawn over the county's line, below it under it. */
const LINE_ORDER = 30;
const BATCH = 250;
/** Features below this size have no shape; so many of them are set as pixels. */
const SPECK = 2;
const MANY = 1500;
/** In layers of so many, boxes stand for shapes up to a larger size. */
const VERY_MANY = 20_000;
const BOXED = 4;
/** Smaller than this a hatch cannot be told from a tint; pixels. */
const HATCHED = 8;
const WATER_LINES: [number, string][] = [
  [30, "rgba(255,255,255,.28)"], [20, "rgba(214,232,243,.75)"],
  [12, "rgba(189,216,233,.8)"], [6, "rgba(150,190,214,.75)"], [2.4, "#7da5bd"],
];

export function traceFeature(ctx: Ctx, g: Geometry, view: View, feature: number, closed = true): void {
  const k = view.k;
  const ox = g.originX * k - view.left;
  const oy = g.originY * k - view.top;
  for (let r = g.ringStart[g.partStart[feature]]; r < g.ringStart[g.partStart[feature + 1]]; r += 1) {
    const from = g.vertexStart[r];
    const to = g.vertexStart[r + 1];
    for (let i = from; i < to; i += 1) {
      const x = g.x[i] * k + ox;
      const y = g.y[i] * k + oy;
      if (i === from) ctx.moveTo(x, y);
      else ctx.lineTo(x, y);
    }
    if (closed) ctx.closePath();
  }
}

function traceAll(ctx: Ctx, g: Geometry, view: View): void {
  for (let f = 0; f < g.features; f += 1) traceFeature(ctx, g, view, f);
}

export class Ground {
  graticule = true;
  /** Tiles lie below: what is drawn by hand of land and sea is left out. */
  clear = false;

  constructor(
    private readonly county: Geometry, private readonly neighbours: Geometry | null,
    private readonly layers: () => PlanLayer[],
  ) {}

  *paint(ctx: Ctx, view: View): Generator<void, void, void> {
    if (!this.clear) yield* this.land(ctx, view);
    if (this.graticule) paintGraticule(ctx, view);
    yield;
    let lined = false;
    for (const layer of this.layers()) {
      if (layer.doc.kind === "point") continue;
      if (!lined && layer.doc.order >= LINE_ORDER) {
        this.boundary(ctx, view);
        lined = true;
      }
      yield* paintLayer(ctx, view, layer, this.layers());
    }
    if (!lined) this.boundary(ctx, view);
  }

  private *land(ctx: Ctx, view: View): Generator<void, void, void> {
    ctx.beginPath();
    if (this.neighbours) traceAll(ctx, this.neighbours, view);
    traceAll(ctx, this.county, view);
    ctx.lineJoin = "round";
    ctx.setLineDash([]);
    // water-lines: wide pale strokes first, narrow strong ones last; the land hides their inner half
    for (const [width, ink] of WATER_LINES) {
      ctx.lineWidth = width;
      ctx.strokeStyle = ink;
      ctx.stroke();
      yield;
    }
    if (this.neighbours) {
      ctx.beginPath();
      traceAll(ctx, this.neighbours, view);
      ctx.fillStyle = "#eeece6";
      ctx.fill();
      ctx.lineWidth = 1;
      ctx.strokeStyle = "#b9b5aa";
      ctx.stroke();
    }
    ctx.beginPath();
    traceAll(ctx, this.county, view);
    ctx.fillStyle = "#fffdf7";
    ctx.fill();
  }

  private boundary(ctx: Ctx, view: View): void {
    ctx.save();
    ctx.beginPath();
    traceAll(ctx, this.county, view);
    ctx.lineJoin = "round";
    ctx.setLineDash([]);
    ctx.strokeStyle = "rgba(126,87,160,.17)";
    ctx.lineWidth = 11;
    ctx.stroke();
    ctx.strokeStyle = "rgba(126,87,160,.13)";
    ctx.lineWidth = 6;
    ctx.stroke();
    ctx.strokeStyle = "#6b4a94";
    ctx.lineWidth = 1.5;
    ctx.setLineDash([11, 3, 2, 3]);
    ctx.stroke();
    ctx.restore();
  }
}

function* paintLayer(ctx: Ctx, view: View, layer: PlanLayer, all: PlanLayer[]): Generator<void, void, void> {
  layer.drawn = 0;
  if (!layer.visible || !layer.inZoom(view.zoom)) return;
  if (layer.doc.kind === "flow") {
    yield* paintFlows(ctx, view, layer, all);
    return;
  }
  const { k } = view;
  const large: number[][] = layer.style.classes.map(() => []);
  const small: number[][] = layer.style.classes.map(() => []);
  const b = layer.geometry.boxes;
  const least = layer.geometry.features > VERY_MANY ? BOXED : SPECK;
  let specks = 0;
  layer.inBox(
    view.left / k, view.top / k, (view.left + view.width) / k, (view.top + view.height) / k,
    (f) => {
      if (!layer.shown(f)) return;
      layer.drawn += 1;
      if ((b[4 * f + 2] - b[4 * f]) * k < least && (b[4 * f + 3] - b[4 * f + 1]) * k < least) {
        small[layer.classOf[f]].push(f);
        specks += 1;
      } else large[layer.classOf[f]].push(f);
    },
  );
  yield;
  const picture = specks > MANY ? new Specks(view) : null;
  for (let n = 0; n < large.length; n += 1) {
    const c = layer.style.first_on_top ? large.length - 1 - n : n;
    const members = large[c];
    const look = layer.style.classes[c];
    for (let i = 0; i < members.length; i += BATCH) {
      paintBatch(ctx, view, layer, look, members.slice(i, i + BATCH), members.length);
      yield;
    }
    if (small[c].length) paintSpecks(ctx, view, layer, look, small[c], picture);
    if (picture) yield;
  }
  picture?.draw(ctx);
  if (picture) yield;
}

/** Features without a shape: a square each, in the picture or straight on the canvas. */
function paintSpecks(
  ctx: Ctx, view: View, layer: PlanLayer, look: ClassDoc, members: number[], picture: Specks | null,
): void {
  const { boxes: b, originX, originY } = layer.geometry;
  const { k } = view;
  const ink = look.fill ?? look.stroke ?? "#666666";
  const ox = originX * k - view.left;
  const oy = originY * k - view.top;
  const side = look.width >= MARK ? look.width : 1.8;
  const back = (side - 1) / 2;
  if (picture) {
    const pixel = pixelOf(ink);
    for (const f of members) {
      const w = Math.max(side, (b[4 * f + 2] - b[4 * f]) * k);
      const h = Math.max(side, (b[4 * f + 3] - b[4 * f + 1]) * k);
      picture.add(b[4 * f] * k + ox - back, b[4 * f + 1] * k + oy - back, w, h, pixel);
    }
    return;
  }
  ctx.fillStyle = ink;
  for (const f of members) ctx.fillRect(b[4 * f] * k + ox - back, b[4 * f + 1] * k + oy - back, side, side);
}

/** Planned areas thin out as one comes closer: then they only say "you are inside". */
function veil(layer: PlanLayer, view: View): number {
  return layer.doc.order < LINE_ORDER ? Math.min(1, Math.max(0.3, 1 - (view.zoom - 12) * 0.3)) : 1;
}

/** Outlines without fill, each shared edge once: two dashed lines on one another look solid. */
function traceEdges(ctx: Ctx, layer: PlanLayer, view: View, members: number[]): void {
  const g = layer.geometry;
  const ox = g.originX * view.k - view.left;
  const oy = g.originY * view.k - view.top;
  const seen = new Set<string>();
  for (const f of members) {
    for (let r = g.ringStart[g.partStart[f]]; r < g.ringStart[g.partStart[f + 1]]; r += 1) {
      const from = g.vertexStart[r];
      const to = g.vertexStart[r + 1];
      let pen = false;
      for (let i = from; i < to; i += 1) {
        const j = i + 1 < to ? i + 1 : from;
        const a = `${g.x[i]},${g.y[i]}`;
        const b = `${g.x[j]},${g.y[j]}`;
        const edge = a < b ? `${a} ${b}` : `${b} ${a}`;
        if (seen.has(edge)) {
          pen = false;
          continue;
        }
        seen.add(edge);
        if (!pen) ctx.moveTo(g.x[i] * view.k + ox, g.y[i] * view.k + oy);
        ctx.lineTo(g.x[j] * view.k + ox, g.y[j] * view.k + oy);
        pen = true;
      }
    }
  }
}

const sizes = new WeakMap<Geometry, number>();

/** A hatch is laid over few features whatever their size, over many where they are large enough. */
function hatched(layer: PlanLayer, view: View): boolean {
  const { boxes: b, features: n } = layer.geometry;
  if (n <= VERY_MANY) return true;
  let mean = sizes.get(layer.geometry);
  if (mean === undefined) {
    mean = 0;
    for (let f = 0; f < n; f += 1) mean += Math.max(b[4 * f + 2] - b[4 * f], b[4 * f + 3] - b[4 * f + 1]) / n;
    sizes.set(layer.geometry, mean);
  }
  return mean * view.k >= HATCHED;
}

/** An outline of this width is a mark: it is to be seen at every scale. */
const MARK = 3;

function paintBatch(ctx: Ctx, view: View, layer: PlanLayer, look: ClassDoc, members: number[], all: number): void {
  const g = layer.geometry;
  const polygon = layer.doc.kind === "polygon";
  ctx.save();
  ctx.globalAlpha = 1;
  ctx.beginPath();
  if (polygon && !look.fill && look.dash.length > 0 && all <= BATCH) traceEdges(ctx, layer, view, members);
  else for (const f of members) traceFeature(ctx, g, view, f, polygon);
  if (polygon && look.fill) {
    ctx.globalAlpha = look.opacity * veil(layer, view);
    ctx.fillStyle = look.fill;
    ctx.fill("nonzero");
  }
  const hatch = polygon && look.hatch !== "none" && look.stroke && hatched(layer, view)
    ? hatchFill(ctx, look.hatch, look.stroke, view.ratio, [view.left, view.top]) : null;
  if (hatch) {
    ctx.globalAlpha = Math.min(1, look.opacity * 0.75) * veil(layer, view);
    ctx.fillStyle = hatch;
    ctx.fill("nonzero");
  }
  ctx.globalAlpha = 1;
  if (look.stroke && look.width) {
    // outlines thin out on small scales, or a thousand plots become one dark spot
    const thin = polygon && look.width < MARK && layer.geometry.features > 200 ? Math.min(1, 2 ** ((view.zoom - 14) / 2)) : 1;
    ctx.setLineDash(look.dash);
    ctx.lineJoin = "round";
    ctx.lineWidth = look.width * Math.max(0.3, thin);
    ctx.strokeStyle = look.stroke;
    ctx.stroke();
  }
  ctx.restore();
}

const STEPS_MINUTES = [60, 30, 20, 15, 12, 10, 6, 5, 3, 2, 1, 0.5, 0.25];

/** Graticule step in minutes that gives lines some 180 pixels apart. */
export function graticuleStep(k: number): number {
  const pixelsPerMinute = (256 * k) / 360 / 60;
  for (let i = STEPS_MINUTES.length - 1; i >= 0; i -= 1) {
    if (STEPS_MINUTES[i] * pixelsPerMinute >= 150) return STEPS_MINUTES[i];
  }
  return STEPS_MINUTES[0];
}

export function graticuleLines(view: { k: number; left: number; top: number; width: number; height: number }): {
  lons: [number, number][]; lats: [number, number][];
} {
  const step = graticuleStep(view.k);
  const lons: [number, number][] = [];
  const lats: [number, number][] = [];
  const west = lonOf(view.left / view.k) * 60;
  const east = lonOf((view.left + view.width) / view.k) * 60;
  const north = latOf(view.top / view.k) * 60;
  const south = latOf((view.top + view.height) / view.k) * 60;
  for (let m = Math.ceil(west / step) * step; m <= east; m += step) lons.push([m, mercatorX(m / 60) * view.k - view.left]);
  for (let m = Math.ceil(south / step) * step; m <= north; m += step) lats.push([m, mercatorY(m / 60) * view.k - view.top]);
  return { lons, lats };
}

function paintGraticule(ctx: Ctx, view: View): void {
  const { lons, lats } = graticuleLines(view);
  ctx.beginPath();
  for (const [, x] of lons) {
    ctx.moveTo(x, 0);
    ctx.lineTo(x, view.height);
  }
  for (const [, y] of lats) {
    ctx.moveTo(0, y);
    ctx.lineTo(view.width, y);
  }
  ctx.setLineDash([]);
  ctx.lineWidth = 0.7;
  ctx.strokeStyle = "rgba(70,100,125,.22)";
  ctx.stroke();
}
