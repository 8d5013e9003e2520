// everything drawn above the ground: leader lines, marks, counts, words, the selected
// feature with its circle of accuracy. positions come from the scene of this zoom.
import type { Chosen } from "./choose";
import { paintChosen } from "./chosen_paint";
import type { Geometry } from "./decode";
import { latOf, mercatorX, mercatorY } from "./decode";
import { traceFeature } from "./ground";
import { Label, boxOf, drawLabel, measure, textWidth, wrap } from "./labels";
import type { PlanLayer } from "./plan_layer";
import { CLOSE, Scene, layoutScene, roomiest } from "./scene";
import { pauses } from "./slices";
import { selectedName } from "./selected_name";
import { Box, Mark, Occupied } from "./spread";
import { FONT, drawGauge, drawMark } from "./style";
import type { View } from "./surface";
import type { LabelDoc, MapDocument } from "./types";

type Ctx = CanvasRenderingContext2D;

export interface Spot {
  layer: number;
  feature: number;
}

const NEIGHBOUR: LabelDoc = { column: "", min_zoom: 0, size: 14, weight: 500, italic: false, color: "#77736a", spacing: 4, priority: 60 };
const WATER: LabelDoc = { column: "", min_zoom: 0, size: 19, weight: 400, italic: true, color: "#4f86a6", spacing: 12, priority: 10 };

const EDGE = 26;

/** Pixels a metre takes on the screen at a world place. */
export function pixelsPerMetre(k: number, wy: number): number {
  return (256 * k) / (40075016.686 * Math.cos((latOf(wy) * Math.PI) / 180));
}

export class Overlay {
  scene: Scene | null = null;
  readonly opened = new Set<string>();
  selected: Spot | null = null;
  hovered: Spot | null = null;
  chosen: Chosen | null = null;
  circles = false;
  /** what bears a number on paper */
  numbers: { layer: number; of: ReadonlyMap<number, string> } | null = null;
  private stale = true;
  private words: Label[] = [];
  /** the name of what is selected, where the scene had no room for it */
  private lacking: Label | null = null;
  /** what covers the map at this painting, in window pixels */
  private controls: Box[] = [];

  constructor(
    private readonly doc: MapDocument, private readonly county: Geometry,
    private readonly neighbours: Geometry | null, private readonly layers: () => PlanLayer[],
    /** parts of the window that controls cover, in window pixels */
    private readonly covered: () => Box[],
    private readonly size: () => { x: number; y: number },
  ) {}

  refresh(): void {
    this.stale = true;
  }

  *paint(ctx: Ctx, view: View): Generator<void, void, void> {
    const layers = this.layers();
    if (this.stale || !this.scene || Math.abs(this.scene.zoom - view.zoom) > 1e-6) {
      this.scene = yield* layoutScene(ctx, layers, view.zoom, view.k, this.opened, this.numbers?.layer ?? -1);
      this.stale = false;
    }
    yield;
    const { scene } = this;
    const dx = -view.left;
    const dy = -view.top;
    this.controls = this.covered();
    this.words = this.areaWords(ctx, view, scene, layers);
    if (this.circles) this.paintAllCircles(ctx, view, layers);
    if (this.chosen) paintChosen(ctx, view, layers[this.chosen.layer], this.chosen.mask);
    this.paintSelection(ctx, view, layers);
    for (const seat of scene.seats) paintSeat(ctx, seat.x + dx, seat.y + dy);
    paintLeaders(ctx, scene.marks, dx, dy);
    for (const word of this.words) drawLabel(ctx, word, dx, dy);
    const due = pauses();
    for (const label of scene.labels) {
      if (!this.onEdge(view, label)) drawLabel(ctx, label, dx, dy);
      if (due()) yield;
    }
    const marks = [...scene.marks].sort((a, b) => layers[a.layer].doc.order - layers[b.layer].doc.order);
    layers.forEach((layer) => { if (layer.doc.kind === "point") layer.drawn = 0; });
    for (const mark of marks) {
      this.paintMark(ctx, layers, mark, dx, dy);
      if (due()) yield;
    }
    for (const seat of scene.seats) layers[seat.layer].drawn += 1;
    const named = scene.labels.filter((label) => !this.onEdge(view, label));
    this.lacking = selectedName(ctx, scene, layers, this.selected, named);
    if (this.lacking) drawLabel(ctx, this.lacking, dx, dy);
    yield;
  }

  // a word that the frame would cut, or that would lie on its degrees or under a control, is left out
  private onEdge(view: View, label: Label): boolean {
    const size = this.size();
    const x = label.x - view.left - (view.width - size.x) / 2;
    const y = label.y - view.top - (view.height - size.y) / 2;
    const box = boxOf(x, y, label.width, label.height);
    const outside = box.x1 < 0 || box.x0 > size.x || box.y1 < 0 || box.y0 > size.y;
    if (outside) return false;
    return this.controls.some((c) => c.x0 < box.x1 && c.x1 > box.x0 && c.y0 < box.y1 && c.y1 > box.y0) || (box.x0 < 8 || box.x1 > size.x - 28 || box.y0 < 24 || box.y1 > size.y - 8);
  }

  private paintMark(ctx: Ctx, layers: PlanLayer[], mark: Mark, dx: number, dy: number): void {
    const layer = layers[mark.layer];
    const x = mark.x + dx;
    const y = mark.y + dy;
    layer.drawn += mark.members.length;
    if (mark.feature < 0) {
      paintBadge(ctx, layer, mark, x, y);
      return;
    }
    const is = (spot: Spot | null) => spot !== null && spot.layer === mark.layer && spot.feature === mark.feature;
    if (is(this.selected) || is(this.hovered)) {
      ctx.beginPath();
      ctx.arc(x, y, mark.r + 5, 0, 7);
      ctx.fillStyle = is(this.selected) ? "rgba(255,196,0,.55)" : "rgba(255,255,255,.8)";
      ctx.fill();
      ctx.lineWidth = 2;
      ctx.strokeStyle = is(this.selected) ? "#b45309" : "#1f4e79";
      ctx.setLineDash([]);
      ctx.stroke();
    }
    if (layer.style.gauge) drawGauge(ctx, layer.look(mark.feature), x, y, mark.r, layer.taken(mark.feature));
    else drawMark(ctx, layer.style.shape, layer.look(mark.feature), x, y, mark.r);
    const number = this.numbers?.layer === mark.layer ? this.numbers.of.get(mark.feature) : undefined;
    if (number) paintNumber(ctx, number, x, y, mark.r);
  }

  private paintSelection(ctx: Ctx, view: View, layers: PlanLayer[]): void {
    for (const [spot, ink, width] of [[this.hovered, "#1f4e79", 2], [this.selected, "#b45309", 3]] as const) {
      if (!spot || !layers[spot.layer]) continue;
      const layer = layers[spot.layer];
      if (layer.doc.kind === "point") {
        if (spot === this.selected) this.paintCircle(ctx, view, layer, spot.feature, true);
        continue;
      }
      ctx.beginPath();
      traceFeature(ctx, layer.geometry, view, spot.feature, layer.doc.kind === "polygon");
      ctx.setLineDash([]);
      ctx.lineJoin = "round";
      ctx.lineWidth = width + 3;
      ctx.strokeStyle = "rgba(255,255,255,.9)";
      ctx.stroke();
      ctx.lineWidth = width;
      ctx.strokeStyle = ink;
      ctx.stroke();
    }
  }

  private paintCircle(ctx: Ctx, view: View, layer: PlanLayer, feature: number, strong: boolean): void {
    const metres = layer.attributes.get("accuracy_m", feature);
    if (typeof metres !== "number" || metres <= 0) return;
    const [wx, wy] = layer.place(feature);
    ctx.beginPath();
    ctx.arc(wx * view.k - view.left, wy * view.k - view.top, metres * pixelsPerMetre(view.k, wy), 0, 7);
    if (strong) {
      ctx.fillStyle = "rgba(180,83,9,.09)";
      ctx.fill();
    }
    // light below dark: to be seen on land and water, in colour and in grey
    ctx.setLineDash([]);
    ctx.lineWidth = strong ? 4 : 3;
    ctx.strokeStyle = "rgba(255,255,255,.75)";
    ctx.stroke();
    ctx.setLineDash(strong ? [6, 4] : [4, 3]);
    ctx.lineWidth = strong ? 1.8 : 1.2;
    ctx.strokeStyle = strong ? "#a04500" : "rgba(120,55,10,.85)";
    ctx.stroke();
    ctx.setLineDash([]);
  }

  private paintAllCircles(ctx: Ctx, view: View, layers: PlanLayer[]): void {
    const done = new Set<string>();
    layers.forEach((layer) => {
      if (layer.doc.kind !== "point" || !layer.visible || layer.style.shape === "seat") return;
      for (let f = 0; f < layer.geometry.features; f += 1) {
        if (!layer.shown(f)) continue;
        const [wx, wy] = layer.place(f);
        const name = `${wx} ${wy} ${String(layer.attributes.get("accuracy_m", f))}`;
        if (done.has(name)) continue;
        done.add(name);
        this.paintCircle(ctx, view, layer, f, false);
      }
    });
  }

  // words of areas are placed for the window as it is: they stay in sight while one moves about
  private areaWords(ctx: Ctx, view: View, scene: Scene, layers: PlanLayer[]): Label[] {
    const words: Label[] = [];
    const taken = new Occupied();
    const size = this.size();
    const x0 = view.left + (view.width - size.x) / 2;
    const y0 = view.top + (view.height - size.y) / 2;
    const window = { x0: x0 + EDGE, y0: y0 + EDGE, x1: x0 + size.x - EDGE, y1: y0 + size.y - EDGE };
    for (const b of this.controls) taken.addBox({ x0: b.x0 + x0, y0: b.y0 + y0, x1: b.x1 + x0, y1: b.y1 + y0 });
    const put = (text: string, look: LabelDoc, x: number, y: number, layer: number, feature: number, most = 12) => {
      const lines = wrap(text, most);
      const [width, height] = measure(ctx, lines, look);
      const box = boxOf(x, y, width, height);
      if (!scene.taken.boxFree(box) || !taken.boxFree(box)) return false;
      taken.addBox(box);
      words.push({ lines, x, y, look, width, height, layer, feature });
      return true;
    };
    for (const water of this.doc.base.waters) {
      put(water.text, WATER, mercatorX(water.lon) * view.k, mercatorY(water.lat) * view.k, -1, -1);
    }
    layers.forEach((layer, l) => {
      const look = layer.style.label;
      if (layer.doc.kind !== "polygon" || !layer.visible || !look || view.zoom < Math.max(look.min_zoom, layer.style.min_zoom)) return;
      // a planned area was named with the scene; named again only when that name is out of sight,
      // and not at all where single plots are looked at
      if (look.priority < 10 && view.zoom > CLOSE) return;
      const named = new Set(look.priority >= 10 ? [] : scene.labels
        .filter((n) => n.layer === l && n.x > window.x0 && n.x < window.x1 && n.y > window.y0 && n.y < window.y1 && !this.onEdge(view, n))
        .map((n) => n.feature));
      this.layerWords(ctx, view, window, layer, l, look, named, put);
    });
    if (this.neighbours) this.neighbourWords(view, window, put);
    return words;
  }

  private layerWords(
    ctx: Ctx, view: View, window: Box, layer: PlanLayer, l: number,
    look: LabelDoc, named: ReadonlySet<number>,
    put: (t: string, look: LabelDoc, x: number, y: number, l: number, f: number, most?: number) => boolean,
  ): void {
    const column = layer.column(look.column);
    if (!column) return;
    const { k } = view;
    let budget = 400;
    layer.inBox(window.x0 / k, window.y0 / k, window.x1 / k, window.y1 / k, (f) => {
      if (!layer.shown(f) || budget <= 0 || named.has(f)) return;
      const box = layer.box(f).map((v) => v * k);
      const w = box[2] - box[0];
      const h = box[3] - box[1];
      const text = layer.show(column, layer.attributes.get(look.column, f));
      if (!text || w < look.size * 3 || h < look.size) return;
      if (look.priority >= 80 && textWidth(ctx, text, look) > w + 4) return;
      budget -= 1;
      const clip = { x0: Math.max(box[0], window.x0), y0: Math.max(box[1], window.y0), x1: Math.min(box[2], window.x1), y1: Math.min(box[3], window.y1) };
      const step = Math.max(3, Math.min(26, Math.max(clip.x1 - clip.x0, clip.y1 - clip.y0) / 14));
      // several tries: the roomiest place may be taken by marks
      const tried: [number, number][] = [];
      for (let n = 0; n < 6; n += 1) {
        const at = roomiest(clip, step, (x, y) => {
          if (tried.some(([tx, ty]) => Math.hypot(tx - x, ty - y) < look.size * 3)) return 0;
          return layer.contains(f, x / k, y / k) ? layer.edgeDistance(f, x / k, y / k) * k : 0;
        }, look.size * 0.45);
        if (!at || put(text, look, at[0], at[1], l, f)) return;
        tried.push(at);
      }
    });
  }

  private neighbourWords(
    view: View, window: Box,
    put: (t: string, look: LabelDoc, x: number, y: number, l: number, f: number) => boolean,
  ): void {
    const g = this.neighbours as Geometry;
    const { k } = view;
    for (let f = 0; f < g.features; f += 1) {
      const box = [g.boxes[4 * f] + g.originX, g.boxes[4 * f + 1] + g.originY, g.boxes[4 * f + 2] + g.originX, g.boxes[4 * f + 3] + g.originY].map((v) => v * k);
      const clip = { x0: Math.max(box[0], window.x0), y0: Math.max(box[1], window.y0), x1: Math.min(box[2], window.x1), y1: Math.min(box[3], window.y1) };
      if (clip.x1 - clip.x0 < 60 || clip.y1 - clip.y0 < 30) continue;
      const step = Math.max(14, Math.min(48, Math.max(clip.x1 - clip.x0, clip.y1 - clip.y0) / 12));
      const tried: [number, number][] = [];
      for (let n = 0; n < 4; n += 1) {
        const at = roomiest(clip, step, (x, y) => {
          if (tried.some(([tx, ty]) => Math.abs(tx - x) < 110 && Math.abs(ty - y) < 50)) return 0;
          return roomIn(g, f, x / k, y / k) * k;
        }, 24);
        if (!at || put(this.doc.base.names[f] ?? "", NEIGHBOUR, at[0], at[1], -1, -1)) break;
        tried.push(at);
      }
    }
  }

  /** The mark under a place of the map (pixels of this zoom), nearest first. */
  markAt(x: number, y: number, slack: number): Mark | null {
    let best: Mark | null = null;
    let nearest = Infinity;
    for (const mark of this.scene?.marks ?? []) {
      const d = Math.hypot(mark.x - x, mark.y - y) - mark.r;
      if (d < Math.min(slack, nearest)) {
        nearest = d;
        best = mark;
      }
    }
    return best;
  }

  markOf(spot: Spot): Mark | null {
    return this.scene?.marks.find((m) => m.layer === spot.layer && m.members.includes(spot.feature)) ?? null;
  }

  shownLabels(): Label[] {
    return [...(this.scene?.labels ?? []), ...this.words, ...(this.lacking ? [this.lacking] : [])];
  }

  countyHas(wx: number, wy: number): boolean {
    for (let f = 0; f < this.county.features; f += 1) if (roomIn(this.county, f, wx, wy) > 0) return true;
    return false;
  }
}

/** Distance to the edge from inside a feature; 0 outside. World pixels. */
function roomIn(g: Geometry, f: number, wx: number, wy: number): number {
  const px = wx - g.originX;
  const py = wy - g.originY;
  let inside = false;
  let best = Infinity;
  for (let r = g.ringStart[g.partStart[f]]; r < g.ringStart[g.partStart[f + 1]]; r += 1) {
    const from = g.vertexStart[r];
    const to = g.vertexStart[r + 1];
    for (let i = from, j = to - 1; i < to; j = i, i += 1) {
      const ex = g.x[i] - g.x[j];
      const ey = g.y[i] - g.y[j];
      if (g.y[i] > py !== g.y[j] > py && px < (-ex * (py - g.y[i])) / -ey + g.x[i]) inside = !inside;
      const t = Math.max(0, Math.min(1, ((px - g.x[j]) * ex + (py - g.y[j]) * ey) / (ex * ex + ey * ey || 1)));
      best = Math.min(best, Math.hypot(px - g.x[j] - t * ex, py - g.y[j] - t * ey));
    }
  }
  return inside ? best : 0;
}

function paintSeat(ctx: Ctx, x: number, y: number): void {
  ctx.beginPath();
  ctx.arc(x, y, 3, 0, 7);
  ctx.setLineDash([]);
  ctx.fillStyle = "#ffffff";
  ctx.fill();
  ctx.lineWidth = 1.4;
  ctx.strokeStyle = "#4b5563";
  ctx.stroke();
}

function paintLeaders(ctx: Ctx, marks: Mark[], dx: number, dy: number): void {
  ctx.beginPath();
  const anchors = new Set<string>();
  for (const mark of marks) {
    if (Math.hypot(mark.x - mark.ax, mark.y - mark.ay) < 3) continue;
    ctx.moveTo(mark.ax + dx, mark.ay + dy);
    ctx.lineTo(mark.x + dx, mark.y + dy);
    anchors.add(`${mark.ax} ${mark.ay}`);
  }
  ctx.setLineDash([]);
  ctx.lineWidth = 0.8;
  ctx.strokeStyle = "rgba(75,70,60,.5)";
  ctx.stroke();
  ctx.fillStyle = "#4b463c";
  for (const anchor of anchors) {
    const [x, y] = anchor.split(" ").map(Number);
    ctx.beginPath();
    ctx.arc(x + dx, y + dy, 1.8, 0, 7);
    ctx.fill();
  }
}

function paintNumber(ctx: Ctx, text: string, x: number, y: number, r: number): void {
  ctx.font = `700 ${Math.max(8, r * 1.3)}px ${FONT}`;
  ctx.textAlign = "center";
  ctx.textBaseline = "middle";
  ctx.lineJoin = "round";
  ctx.lineWidth = 2.2;
  ctx.strokeStyle = "#ffffff";
  ctx.strokeText(text, x, y + 0.5);
  ctx.fillStyle = "#111827";
  ctx.fillText(text, x, y + 0.5);
}

function paintBadge(ctx: Ctx, layer: PlanLayer, mark: Mark, x: number, y: number): void {
  const look = layer.look(mark.members[0]);
  // a second outline behind says "several"
  ctx.globalAlpha = 0.55;
  drawMark(ctx, layer.style.shape, look, x + 2.5, y - 2.5, mark.r * 0.92);
  ctx.globalAlpha = 1;
  drawMark(ctx, layer.style.shape, look, x, y, mark.r);
  ctx.font = `700 ${mark.members.length > 99 ? 8.5 : 10.5}px ${FONT}`;
  ctx.textAlign = "center";
  ctx.textBaseline = "middle";
  ctx.lineWidth = 2.4;
  ctx.lineJoin = "round";
  ctx.strokeStyle = "#ffffff";
  ctx.strokeText(String(mark.members.length), x, y + 0.5);
  ctx.fillStyle = "#111827";
  ctx.fillText(String(mark.members.length), x, y + 0.5);
}
