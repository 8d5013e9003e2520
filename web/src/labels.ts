// words on the map: measured, wrapped, put where nothing else is, drawn with a halo.
import { plain } from "./elements";
import type { Box, Occupied } from "./spread";
import { FONT } from "./style";
import type { LabelDoc } from "./types";

type Ctx = CanvasRenderingContext2D;

export interface Label {
  lines: string[];
  /** centre, map pixels at the layout's zoom */
  x: number;
  y: number;
  look: LabelDoc;
  width: number;
  height: number;
  layer: number;
  feature: number;
}

const widths = new Map<string, number>();
const LINE = 1.22;
const LONGEST = 60;

export function fontOf(look: LabelDoc): string {
  return `${look.italic ? "italic " : ""}${look.weight} ${look.size}px ${FONT}`;
}

export function textWidth(ctx: Ctx, text: string, look: LabelDoc): number {
  const font = fontOf(look);
  const name = `${font}|${look.spacing}|${text}`;
  const known = widths.get(name);
  if (known !== undefined) return known;
  if (widths.size > 20000) widths.clear();
  ctx.font = font;
  const width = ctx.measureText(text).width + look.spacing * Math.max(0, [...text].length - 1);
  widths.set(name, width);
  return width;
}

/** Long names go on two lines of about equal length. */
export function wrap(text: string, most: number): string[] {
  let chars = [...plain(text).replace(/\s+/g, " ").trim()];
  if (chars.length > LONGEST) chars = [...chars.slice(0, LONGEST - 1), "…"];
  if (chars.length <= most) return [chars.join("")];
  const half = Math.ceil(chars.length / 2);
  const breaks = "、，, ;；·)）";
  for (let d = 0; d < 3; d += 1) {
    for (const i of [half - d, half + d]) {
      if (breaks.includes(chars[i - 1])) return [chars.slice(0, i).join("").trim(), chars.slice(i).join("").trim()];
    }
  }
  // a bracket is opened on the line of what it holds
  const at = "(（《“".includes(chars[half - 1]) && half > 1 ? half - 1 : half;
  return [chars.slice(0, at).join(""), chars.slice(at).join("")];
}

export function measure(ctx: Ctx, lines: string[], look: LabelDoc): [number, number] {
  return [Math.max(...lines.map((l) => textWidth(ctx, l, look))), lines.length * look.size * LINE];
}

export function boxOf(x: number, y: number, width: number, height: number): Box {
  return { x0: x - width / 2 - 2, y0: y - height / 2, x1: x + width / 2 + 2, y1: y + height / 2 };
}

const SIDES: [number, number][] = [[1, 0], [-1, 0], [0, -1], [0, 1], [0.8, -0.8], [0.8, 0.8], [-0.8, -0.8], [-0.8, 0.8]];

/** Try the eight sides of a mark, near ones first. */
export function beside(
  taken: Occupied, x: number, y: number, r: number, width: number, height: number, reach: number[],
): [number, number] | null {
  for (const gap of reach) {
    for (const [sx, sy] of SIDES) {
      const cx = x + sx * (r + gap + width / 2);
      const cy = y + sy * (r + gap + height / 2);
      if (taken.boxFree(boxOf(cx, cy, width, height))) return [cx, cy];
    }
  }
  return null;
}

export function drawLabel(ctx: Ctx, label: Label, dx: number, dy: number): void {
  const { look } = label;
  ctx.font = fontOf(look);
  ctx.textAlign = look.spacing ? "left" : "center";
  ctx.textBaseline = "middle";
  ctx.lineJoin = "round";
  ctx.setLineDash([]);
  const step = look.size * LINE;
  label.lines.forEach((text, i) => {
    const y = label.y + dy + (i - (label.lines.length - 1) / 2) * step;
    const put = (piece: string, x: number) => {
      ctx.strokeStyle = "rgba(255,255,255,.92)";
      ctx.lineWidth = Math.max(2.6, look.size / 4);
      ctx.strokeText(piece, x, y);
      ctx.fillStyle = look.color;
      ctx.fillText(piece, x, y);
    };
    if (!look.spacing) {
      put(text, label.x + dx);
      return;
    }
    let x = label.x + dx - textWidth(ctx, text, look) / 2;
    for (const glyph of text) {
      put(glyph, x);
      x += textWidth(ctx, glyph, look) + look.spacing;
    }
  });
}
