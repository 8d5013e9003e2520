// where every mark and word goes at one zoom. towns come first (they orient), then
// marks flow around them, then names take what room is left.
import { Box, Mark, Occupied, SpreadItem, elbowRoom, hold, spread, symbolLimit } from "./spread";
import { Label, beside, boxOf, measure, wrap } from "./labels";
import type { PlanLayer } from "./plan_layer";
import { pauses } from "./slices";
import type { LabelDoc } from "./types";

type Ctx = CanvasRenderingContext2D;

export interface Scene {
  zoom: number;
  marks: Mark[];
  seats: { x: number; y: number; layer: number; feature: number }[];
  labels: Label[];
  taken: Occupied;
}

const NEAR = [3, 7, 12];
/** From this zoom on single plots are looked at, and planned areas are not named any more. */
export const CLOSE = 14.8;

function labelText(layer: PlanLayer, feature: number, look: LabelDoc): string {
  const column = layer.column(look.column);
  return column ? layer.show(column, layer.attributes.get(look.column, feature)) : "";
}

/** A layer that bears numbers is never folded into a count, and its marks have room for them. */
const NEVER = 1000;
const NUMBER_R = 7.5;

/** In slices: a crowd of thousands takes longer than a frame. */
export function* layoutScene(
  ctx: Ctx, layers: PlanLayer[], zoom: number, k: number, opened: ReadonlySet<string>, numbered = -1,
): Generator<void, Scene, void> {
  const scene: Scene = { zoom, marks: [], seats: [], labels: [], taken: new Occupied() };
  const items: SpreadItem[] = [];
  const fixed: SpreadItem[] = [];
  const due = pauses();
  for (let l = 0; l < layers.length; l += 1) {
    const layer = layers[l];
    if (layer.doc.kind !== "point" || !layer.visible || !layer.inZoom(zoom)) continue;
    for (let f = 0; f < layer.geometry.features; f += 1) {
      if (!layer.shown(f)) continue;
      const [wx, wy] = layer.place(f);
      if (layer.style.shape === "seat") scene.seats.push({ x: wx * k, y: wy * k, layer: l, feature: f });
      else (layer.style.spread ? items : fixed).push({ layer: l, feature: f, x: wx * k, y: wy * k, r: l === numbered ? Math.max(NUMBER_R, layer.radius(f)) : layer.radius(f), rank: l === numbered ? NEVER : layer.style.collapse });
      if (due()) yield;
    }
  }
  for (const seat of scene.seats) scene.taken.addCircle(seat.x, seat.y, 4);
  const still = yield* hold(fixed, scene.taken);
  for (const seat of scene.seats) {
    const look = layers[seat.layer].style.label;
    if (look && zoom >= look.min_zoom) addLabel(ctx, scene, layers, look, seat, 4, [2, 6, 12]);
  }
  yield;
  for (let l = 0; l < layers.length; l += 1) {
    areaNames(ctx, scene, layers[l], l, k);
    yield;
  }
  scene.marks = [...still, ...yield* spread(items, symbolLimit(zoom), scene.taken, opened, elbowRoom(zoom))];
  const named = scene.marks
    .filter((m) => m.feature >= 0)
    .map((m) => ({ mark: m, look: layers[m.layer].style.label }))
    .filter((n): n is { mark: Mark; look: LabelDoc } => n.look !== null && zoom >= n.look.min_zoom);
  named.sort((a, b) => a.look.priority - b.look.priority);
  for (let i = 0; i < named.length; i += 1) {
    addLabel(ctx, scene, layers, named[i].look, named[i].mark, named[i].mark.r, NEAR);
    if (due()) yield;
  }
  return scene;
}

function addLabel(
  ctx: Ctx, scene: Scene, layers: PlanLayer[], look: LabelDoc,
  spot: { x: number; y: number; layer: number; feature: number }, r: number, reach: number[],
): void {
  const lines = wrap(labelText(layers[spot.layer], spot.feature, look), 9);
  if (!lines[0]) return;
  const [width, height] = measure(ctx, lines, look);
  const at = beside(scene.taken, spot.x, spot.y, r, width, height, reach);
  if (!at) return;
  scene.taken.addBox(boxOf(at[0], at[1], width, height));
  scene.labels.push({ lines, x: at[0], y: at[1], look, width, height, layer: spot.layer, feature: spot.feature });
}

/** Beside, above and below, then at a corner. */
const SIDES = [[1, 0], [-1, 0], [0, 1], [0, -1], [1, 0.6], [1, -0.6], [-1, 0.6], [-1, -0.6]];

/** Names below this priority are placed before any mark, for the area as a whole. */
const FIRST = 10;

// planned areas are what the sheet is about: their names come before the marks
function areaNames(ctx: Ctx, scene: Scene, layer: PlanLayer, l: number, k: number): void {
  const look = layer.style.label;
  if (layer.doc.kind !== "polygon" || !layer.visible || !look || look.priority >= FIRST) return;
  if (scene.zoom < Math.max(look.min_zoom, layer.style.min_zoom) || scene.zoom > CLOSE) return;
  for (let f = 0; f < layer.geometry.features; f += 1) {
    if (!layer.shown(f)) continue;
    const text = labelText(layer, f, look);
    if (!text) continue;
    const [x0, y0, x1, y1] = layer.box(f).map((v) => v * k);
    const box = { x0, y0, x1, y1 };
    const step = Math.max(5, Math.min(30, Math.max(x1 - x0, y1 - y0) / 24));
    // on one line if it fits, else on two, else beside the area
    const forms = [12, Math.ceil([...text].length / 2) + 1].map((most) => {
      const lines = wrap(text, most);
      const [width, height] = measure(ctx, lines, look);
      return { lines, width, height };
    });
    const inside = ({ width, height }: (typeof forms)[number]) => bestSpot(box, step, (x, y) => {
      if (!layer.contains(f, x / k, y / k) || !scene.taken.boxFree(boxOf(x, y, width + 8, height + 6))) return 0;
      // room to the edge counts, but half the words' height is enough
      return layer.edgeDistance(f, x / k, y / k) * k;
    });
    for (const find of [inside, (form: (typeof forms)[number]) => outside(box, form.width, form.height, scene.taken)]) {
      const form = forms.find((one) => y1 - y0 >= look.size && find(one));
      const spot = form && find(form);
      if (!form || !spot) continue;
      scene.taken.addBox(boxOf(spot[0], spot[1], form.width + 8, form.height + 6));
      scene.labels.push({ ...form, x: spot[0], y: spot[1], look, layer: l, feature: f });
      break;
    }
  }
}

/** A small area is named beside itself. */
function outside(box: Box, width: number, height: number, taken: Occupied): [number, number] | null {
  const cx = (box.x0 + box.x1) / 2;
  const cy = (box.y0 + box.y1) / 2;
  for (const gap of [6, 14, 24]) {
    for (const [sx, sy] of SIDES) {
      const x = cx + sx * ((box.x1 - box.x0 + width) / 2 + gap);
      const y = cy + sy * ((box.y1 - box.y0 + height) / 2 + gap);
      if (taken.boxFree(boxOf(x, y, width, height))) return [x, y];
    }
  }
  return null;
}

function bestSpot(box: Box, step: number, score: (x: number, y: number) => number): [number, number] | null {
  let best = 0;
  let at: [number, number] | null = null;
  for (let y = box.y0 + step / 2; y < box.y1; y += step) {
    for (let x = box.x0 + step / 2; x < box.x1; x += step) {
      const s = score(x, y);
      if (s > best) {
        best = s;
        at = [x, y];
      }
    }
  }
  return at;
}

/** The middle of the largest clear round inside `test`, among samples of a window. */
export function roomiest(
  window: Box, step: number, test: (x: number, y: number) => number, enough: number,
): [number, number] | null {
  let best = enough;
  let at: [number, number] | null = null;
  for (let y = window.y0 + step / 2; y < window.y1; y += step) {
    for (let x = window.x0 + step / 2; x < window.x1; x += step) {
      const edge = Math.min(x - window.x0, window.x1 - x, (y - window.y0) * 1.6, (window.y1 - y) * 1.6);
      if (edge <= best) continue;
      const room = Math.min(edge, test(x, y));
      if (room > best) {
        best = room;
        at = [x, y];
      }
    }
  }
  return at;
}
