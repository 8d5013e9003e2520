// what a style may say. a document is data from elsewhere: every colour is matched
// against a pattern, every number is held inside its range, every name is on a list.
import type { ClassDoc, FlowDoc, GaugeDoc, Hatch, LabelDoc, StyleDoc } from "./types";

const COLOUR = /^#(?:[0-9a-f]{3}|[0-9a-f]{6}|[0-9a-f]{8})$/i;
const HATCHES: readonly Hatch[] = ["none", "diagonal", "back", "cross", "horizontal", "dots"];
export const SHAPES = [
  "square", "diamond", "circle", "triangle", "star", "hexagon", "pentagon", "cross", "dot", "seat",
] as const;
export type Shape = (typeof SHAPES)[number];

export const FONT = '"Noto Sans CJK SC","Microsoft YaHei","PingFang SC",sans-serif';

export function colour(value: unknown, otherwise: string | null): string | null {
  return typeof value === "string" && COLOUR.test(value) ? value : otherwise;
}

export function within(value: unknown, low: number, high: number, otherwise: number): number {
  const n = typeof value === "number" && Number.isFinite(value) ? value : otherwise;
  return Math.min(high, Math.max(low, n));
}

function safeClass(raw: ClassDoc): ClassDoc {
  return {
    value: raw.value === null ? null : String(raw.value),
    title: String(raw.title ?? ""),
    fill: colour(raw.fill, null),
    stroke: colour(raw.stroke, null),
    width: within(raw.width, 0, 8, 1),
    dash: Array.isArray(raw.dash) ? raw.dash.slice(0, 6).map((d) => within(d, 0, 40, 4)) : [],
    hatch: HATCHES.includes(raw.hatch) ? raw.hatch : "none",
    opacity: within(raw.opacity, 0, 1, 1),
  };
}

function safeLabel(raw: LabelDoc | null): LabelDoc | null {
  if (!raw) return null;
  return {
    column: String(raw.column),
    min_zoom: within(raw.min_zoom, 0, 24, 0),
    size: within(raw.size, 8, 40, 12),
    weight: within(raw.weight, 100, 900, 400),
    italic: raw.italic === true,
    color: colour(raw.color, "#1f2937") as string,
    spacing: within(raw.spacing, 0, 20, 0),
    priority: within(raw.priority, 0, 100, 50),
  };
}

const name = (value: unknown): string | null => (typeof value === "string" ? value : null);

function safeFlow(raw: FlowDoc | null | undefined): FlowDoc | null {
  if (!raw) return null;
  return { weight: String(raw.weight), widest: within(raw.widest, 1, 40, 12), to: name(raw.to), ends: name(raw.ends) };
}

function safeGauge(raw: GaugeDoc | null | undefined): GaugeDoc | null {
  if (!raw) return null;
  return { size: String(raw.size), used: String(raw.used), largest: within(raw.largest, 4, 40, 14) };
}

export function safeStyle(raw: StyleDoc): StyleDoc {
  return {
    shape: (SHAPES as readonly string[]).includes(raw.shape) ? raw.shape : "circle",
    size: within(raw.size, 2, 20, 6),
    column: typeof raw.column === "string" ? raw.column : null,
    classes: raw.classes.map(safeClass),
    label: safeLabel(raw.label),
    spread: raw.spread === true,
    collapse: within(raw.collapse, 0, 100, 50),
    min_zoom: within(raw.min_zoom, 0, 24, 0),
    max_zoom: within(raw.max_zoom, 0, 99, 99),
    flow: safeFlow(raw.flow),
    gauge: safeGauge(raw.gauge),
    tone: name(raw.tone),
    first_on_top: raw.first_on_top === true,
    palette: (Array.isArray(raw.palette) ? raw.palette.slice(0, 24) : []).map((c) => colour(c, "#555555") as string),
  };
}

const tiles = new Map<string, HTMLCanvasElement>();
const STEP = 8;

function hatchTile(hatch: Hatch, ink: string, ratio: number): HTMLCanvasElement {
  const name = `${hatch} ${ink} ${ratio}`;
  const known = tiles.get(name);
  if (known) return known;
  const side = Math.round(STEP * ratio);
  const tile = document.createElement("canvas");
  tile.width = side;
  tile.height = side;
  const ctx = tile.getContext("2d") as CanvasRenderingContext2D;
  ctx.strokeStyle = ink;
  ctx.fillStyle = ink;
  ctx.lineWidth = Math.max(1, ratio * 0.9);
  ctx.beginPath();
  const line = (x0: number, y0: number, x1: number, y1: number) => {
    ctx.moveTo(x0, y0);
    ctx.lineTo(x1, y1);
  };
  // strokes run over the tile's edge on both sides, so that neighbours join without a gap
  if (hatch === "diagonal" || hatch === "cross") {
    for (const o of [-side, 0, side]) line(o - 2, side + 2, o + side + 2, -2);
  }
  if (hatch === "back" || hatch === "cross") {
    for (const o of [-side, 0, side]) line(o - 2, -2, o + side + 2, side + 2);
  }
  if (hatch === "horizontal") line(-1, side / 2, side + 1, side / 2);
  ctx.stroke();
  if (hatch === "dots") {
    for (const [x, y] of [[0.25, 0.25], [0.75, 0.75]]) {
      ctx.beginPath();
      ctx.arc(x * side, y * side, ratio * 0.9, 0, 7);
      ctx.fill();
    }
  }
  tiles.set(name, tile);
  return tile;
}

/** A hatch that stays put on the ground: `shift` is the canvas corner in map pixels. */
export function hatchFill(
  ctx: CanvasRenderingContext2D, hatch: Hatch, ink: string, ratio: number,
  shift: [number, number] = [0, 0],
): CanvasPattern | null {
  if (hatch === "none") return null;
  const pattern = ctx.createPattern(hatchTile(hatch, ink, ratio), "repeat");
  const side = Math.round(STEP * ratio) / ratio;
  pattern?.setTransform(
    new DOMMatrix().translate(-(shift[0] % side), -(shift[1] % side)).scale(1 / ratio),
  );
  return pattern;
}

function polygonPath(ctx: CanvasRenderingContext2D, x: number, y: number, r: number, n: number, turn: number): void {
  for (let i = 0; i < n; i += 1) {
    const a = turn + (i * 2 * Math.PI) / n;
    ctx[i ? "lineTo" : "moveTo"](x + r * Math.cos(a), y + r * Math.sin(a));
  }
  ctx.closePath();
}

/** Trace a mark's outline; `r` is half its height. */
export function shapePath(ctx: CanvasRenderingContext2D, shape: string, x: number, y: number, r: number): void {
  ctx.beginPath();
  const up = -Math.PI / 2;
  if (shape === "square") ctx.rect(x - r * 0.9, y - r * 0.9, r * 1.8, r * 1.8);
  else if (shape === "diamond") polygonPath(ctx, x, y, r * 1.2, 4, up);
  else if (shape === "triangle") polygonPath(ctx, x, y + r * 0.2, r * 1.25, 3, up);
  else if (shape === "hexagon") polygonPath(ctx, x, y, r * 1.08, 6, 0);
  else if (shape === "pentagon") polygonPath(ctx, x, y, r * 1.12, 5, up);
  else if (shape === "star") {
    for (let i = 0; i < 10; i += 1) {
      const a = up + (i * Math.PI) / 5;
      const q = i % 2 ? r * 0.62 : r * 1.35;
      ctx[i ? "lineTo" : "moveTo"](x + q * Math.cos(a), y + q * Math.sin(a));
    }
    ctx.closePath();
  } else if (shape === "cross") {
    const a = r, b = r * 0.38;
    const corners = [[-b, -a], [b, -a], [b, -b], [a, -b], [a, b], [b, b], [b, a], [-b, a], [-b, b], [-a, b], [-a, -b], [-b, -b]];
    corners.forEach(([dx, dy], i) => ctx[i ? "lineTo" : "moveTo"](x + dx, y + dy));
    ctx.closePath();
  } else ctx.arc(x, y, r, 0, 2 * Math.PI);
}

export function drawMark(
  ctx: CanvasRenderingContext2D, shape: string, look: ClassDoc, x: number, y: number, r: number,
): void {
  shapePath(ctx, shape, x, y, r);
  ctx.setLineDash([]);
  if (shape !== "dot" && shape !== "seat") {
    ctx.lineJoin = "round";
    ctx.lineWidth = 3.2;
    ctx.strokeStyle = "rgba(255,255,255,.95)";
    ctx.stroke();
  }
  ctx.fillStyle = look.fill ?? "#ffffff";
  ctx.fill();
  ctx.lineWidth = look.width || 1;
  ctx.strokeStyle = look.stroke ?? "#1f2937";
  ctx.stroke();
}

/** A round mark with a ring that is closed as far as `taken` says; dashed without room. */
export function drawGauge(
  ctx: CanvasRenderingContext2D, look: ClassDoc, x: number, y: number, r: number, taken: number | null,
): void {
  const ring = Math.min(4, r * 0.45);
  const circle = (radius: number, ink: string, width: number, part = 1) => {
    ctx.beginPath();
    ctx.arc(x, y, radius, -Math.PI / 2, -Math.PI / 2 + part * 2 * Math.PI);
    ctx.lineWidth = width;
    ctx.strokeStyle = ink;
    ctx.stroke();
  };
  ctx.setLineDash([]);
  ctx.lineCap = "butt";
  circle(r + 0.8, "rgba(255,255,255,.95)", 1.6);
  ctx.fillStyle = "#ffffff";
  ctx.fill();
  const ink = look.fill ?? "#1f2937";
  if (taken === null) {
    circle(r - 0.5, "#6b7280", 1);
    return;
  }
  circle(r - ring / 2, "#d4d4d4", ring);
  if (taken > 0) circle(r - ring / 2, ink, ring, taken);
  circle(r, ink, 1);
  if (r > 6) {
    ctx.beginPath();
    ctx.arc(x, y, Math.max(1.4, r - ring - 3), 0, 7);
    ctx.fillStyle = ink;
    ctx.globalAlpha = 0.28;
    ctx.fill();
    ctx.globalAlpha = 1;
  }
}
