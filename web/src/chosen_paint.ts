// the outlines of chosen features, above the ground and below the marks.
import { traceFeature } from "./ground";
import type { PlanLayer } from "./plan_layer";
import type { View } from "./surface";

const HALO = "rgba(255,255,255,.85)";
const INK = "#b45309";
const SMALL_PX = 3;

export function paintChosen(ctx: CanvasRenderingContext2D, view: View, layer: PlanLayer, mask: Uint8Array): void {
  const { k, left, top, width, height } = view;
  const closed = layer.doc.kind === "polygon";
  const specks: [number, number][] = [];
  ctx.save();
  ctx.setLineDash([]);
  ctx.lineJoin = "round";
  ctx.beginPath();
  layer.inBox(left / k, top / k, (left + width) / k, (top + height) / k, (f) => {
    if (!mask[f] || !layer.shown(f)) return;
    const [w, n, e, s] = layer.box(f);
    if ((e - w) * k < SMALL_PX && (s - n) * k < SMALL_PX) specks.push([((w + e) / 2) * k - left, ((n + s) / 2) * k - top]);
    else traceFeature(ctx, layer.geometry, view, f, closed);
  });
  if (closed) {
    ctx.fillStyle = "rgba(255,176,0,.28)";
    ctx.fill("evenodd");
  }
  ctx.lineWidth = 4;
  ctx.strokeStyle = HALO;
  ctx.stroke();
  ctx.lineWidth = 2;
  ctx.strokeStyle = INK;
  ctx.stroke();
  ctx.fillStyle = INK;
  for (const [x, y] of specks) ctx.fillRect(x - 2, y - 2, 4, 4);
  ctx.restore();
}
