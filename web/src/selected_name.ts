// the name of the selected mark: its neighbours may have taken all room around it, and what
// is selected is named all the same.
import { Label, boxOf, measure, wrap } from "./labels";
import type { PlanLayer } from "./plan_layer";
import type { Scene } from "./scene";
import type { Box } from "./spread";
import type { LabelDoc } from "./types";

const LOOK: LabelDoc = { column: "", min_zoom: 0, size: 12, weight: 700, italic: false, color: "#7a3b00", spacing: 0, priority: 0 };
const GAP = 7;
const LINE = 9;
const SIDES: [number, number][] = [[0, 1], [0, -1], [1, 0], [-1, 0]];

function meets(a: Box, b: Box): boolean {
  return a.x0 < b.x1 && a.x1 > b.x0 && a.y0 < b.y1 && a.y1 > b.y0;
}

/** The name to be drawn beside a selected mark that has none; null where it has one. */
export function selectedName(
  ctx: CanvasRenderingContext2D, scene: Scene, layers: PlanLayer[],
  spot: { layer: number; feature: number } | null, named: Label[],
): Label | null {
  if (!spot) return null;
  const own = (m: { layer: number; feature: number }) => m.layer === spot.layer && m.feature === spot.feature;
  const mark = scene.marks.find(own);
  if (!mark || named.some(own)) return null;
  const lines = wrap(layers[spot.layer].name(spot.feature), LINE);
  if (!lines[0]) return null;
  const [width, height] = measure(ctx, lines, LOOK);
  const seats = SIDES.map(([sx, sy]) => ({
    x: mark.x + sx * (mark.r + GAP + width / 2), y: mark.y + sy * (mark.r + GAP + height / 2),
  }));
  const taken: Box[] = [
    ...named.map((l) => boxOf(l.x, l.y, l.width, l.height)),
    ...scene.marks.filter((m) => m !== mark).map((m) => ({ x0: m.x - m.r, y0: m.y - m.r, x1: m.x + m.r, y1: m.y + m.r })),
  ];
  // the side that covers least of the others
  const covered = seats.map((at) => taken.filter((box) => meets(box, boxOf(at.x, at.y, width, height))).length);
  const at = seats[covered.indexOf(Math.min(...covered))];
  return { lines, x: at.x, y: at.y, look: LOOK, width, height, layer: spot.layer, feature: spot.feature };
}
