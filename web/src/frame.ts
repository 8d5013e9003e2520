// what stays in the window while the map moves: neatline with degrees, scale bar,
// north arrow, locator, the 示例数据 watermark. the scale is taken at the window's middle.
import { latOf } from "./decode";
import type { Geometry } from "./decode";
import { graticuleLines } from "./ground";
import { FONT } from "./style";

type Ctx = CanvasRenderingContext2D;

export interface Window {
  k: number;
  left: number;
  top: number;
  width: number;
  height: number;
}

export interface FrameWords {
  sample: string | null;
  kilometre: string;
  metre: string;
}

const EARTH = 40075016.686;
/** css pixel, by definition 1/96 inch */
const PIXEL_M = 0.0254 / 96;

export function metresPerPixel(window: Window): number {
  const lat = latOf((window.top + window.height / 2) / window.k);
  return (EARTH * Math.cos((lat * Math.PI) / 180)) / (256 * window.k);
}

export function scaleText(window: Window): string {
  const n = metresPerPixel(window) / PIXEL_M;
  const step = 10 ** Math.max(0, Math.floor(Math.log10(n)) - 2);
  return `1 : ${(Math.round(n / step) * step).toLocaleString("en-US")}`;
}

function minutes(m: number): string {
  const total = Math.round(m * 60);
  const d = Math.floor(total / 3600);
  const min = Math.floor((total % 3600) / 60);
  const s = total % 60;
  const two = (v: number) => String(v).padStart(2, "0");
  return s ? `${d}°${two(min)}′${two(s)}″` : `${d}°${two(min)}′`;
}

export function paintFrame(ctx: Ctx, window: Window, words: FrameWords): void {
  if (words.sample) paintWatermark(ctx, window, words.sample);
  paintDegrees(ctx, window);
  paintScale(ctx, window, words);
  ctx.setLineDash([]);
  ctx.strokeStyle = "#33475b";
  ctx.lineWidth = 1;
  ctx.strokeRect(3.5, 3.5, window.width - 7, window.height - 7);
}

function paintWatermark(ctx: Ctx, window: Window, text: string): void {
  ctx.save();
  ctx.font = `700 30px ${FONT}`;
  ctx.textAlign = "center";
  ctx.fillStyle = "rgba(150,40,40,.065)";
  ctx.rotate(-Math.PI / 7);
  for (let y = -window.width; y < window.height * 1.6; y += 190) {
    for (let x = -window.height; x < window.width * 1.4; x += 330) ctx.fillText(text, x + (y % 380 ? 165 : 0), y);
  }
  ctx.restore();
}

function halo(ctx: Ctx, text: string, x: number, y: number): void {
  ctx.lineJoin = "round";
  ctx.lineWidth = 3;
  ctx.strokeStyle = "rgba(255,255,255,.9)";
  ctx.strokeText(text, x, y);
  ctx.fillStyle = "#3f5266";
  ctx.fillText(text, x, y);
}

function paintDegrees(ctx: Ctx, window: Window): void {
  const { lons, lats } = graticuleLines(window);
  ctx.font = `10.5px ${FONT}`;
  ctx.strokeStyle = "#33475b";
  ctx.lineWidth = 1;
  ctx.textBaseline = "top";
  ctx.textAlign = "center";
  for (const [m, x] of lons) {
    if (x < 40 || x > window.width - 40) continue;
    tick(ctx, x, 4, x, 9);
    tick(ctx, x, window.height - 4, x, window.height - 9);
    halo(ctx, minutes(m), x, 11);
  }
  for (const [m, y] of lats) {
    if (y < 26 || y > window.height - 26) continue;
    tick(ctx, 4, y, 9, y);
    tick(ctx, window.width - 4, y, window.width - 9, y);
    ctx.save();
    ctx.translate(window.width - 12, y);
    ctx.rotate(-Math.PI / 2);
    ctx.textBaseline = "bottom";
    halo(ctx, minutes(m), 0, 2);
    ctx.restore();
  }
}

function tick(ctx: Ctx, x0: number, y0: number, x1: number, y1: number): void {
  ctx.strokeStyle = "#33475b";
  ctx.lineWidth = 1;
  ctx.beginPath();
  ctx.moveTo(x0, y0);
  ctx.lineTo(x1, y1);
  ctx.stroke();
}

/** A round length whose bar is some 150 pixels long: [metres, blocks]. */
export function barLength(mpp: number): [number, number] {
  const most = mpp * 170;
  const power = 10 ** Math.floor(Math.log10(most));
  for (const [head, blocks] of [[5, 5], [4, 4], [2, 4], [1, 5]]) {
    if (head * power <= most) return [head * power, blocks];
  }
  return [power, 5];
}

function paintScale(ctx: Ctx, window: Window, words: FrameWords): void {
  const mpp = metresPerPixel(window);
  const [metres, blocks] = barLength(mpp);
  const width = metres / mpp;
  const x = 26;
  const y = window.height - 30;
  ctx.fillStyle = "rgba(255,255,255,.82)";
  ctx.fillRect(x - 12, y - 30, width + 62, 48);
  for (let i = 0; i < blocks; i += 1) {
    ctx.fillStyle = i % 2 ? "#ffffff" : "#24374a";
    ctx.fillRect(x + (i * width) / blocks, y, width / blocks, 5);
  }
  ctx.strokeStyle = "#24374a";
  ctx.lineWidth = 1;
  ctx.strokeRect(x, y, width, 5);
  ctx.font = `10.5px ${FONT}`;
  ctx.textBaseline = "bottom";
  const unit = metres >= 1000 ? words.kilometre : words.metre;
  const value = (m: number) => String(+(metres >= 1000 ? m / 1000 : m).toFixed(2));
  ctx.textAlign = "center";
  halo(ctx, "0", x, y - 2);
  halo(ctx, value(metres / 2), x + width / 2, y - 2);
  halo(ctx, value(metres), x + width, y - 2);
  ctx.textAlign = "left";
  halo(ctx, unit, x + width + 12, y - 2);
  ctx.textBaseline = "top";
  halo(ctx, scaleText(window), x, y + 6);
}

/** The words of the badge that says the data are sample data. */
export function paintBadge(ctx: Ctx, text: string, x: number, y: number): void {
  ctx.font = `700 12px ${FONT}`;
  const width = ctx.measureText(text).width + 20;
  ctx.fillStyle = "#fff5f5";
  ctx.fillRect(x, y, width, 24);
  ctx.strokeStyle = "#b42318";
  ctx.lineWidth = 1.5;
  ctx.strokeRect(x, y, width, 24);
  ctx.fillStyle = "#9b1c1c";
  ctx.textAlign = "left";
  ctx.textBaseline = "middle";
  ctx.fillText(text, x + 10, y + 12.5);
}

export function paintNorth(ctx: Ctx): void {
  ctx.textAlign = "center";
  ctx.textBaseline = "top";
  ctx.font = `700 13px ${FONT}`;
  halo(ctx, "N", 20, 1);
  ctx.lineWidth = 1.2;
  ctx.strokeStyle = "#1f2f3f";
  ctx.lineJoin = "round";
  for (const [side, ink] of [[-1, "#1f2f3f"], [1, "#ffffff"]] as const) {
    ctx.beginPath();
    ctx.moveTo(20, 17);
    ctx.lineTo(20 + side * 9, 53);
    ctx.lineTo(20, 45);
    ctx.closePath();
    ctx.fillStyle = ink;
    ctx.fill();
    ctx.stroke();
  }
}

export function paintLocator(
  ctx: Ctx, county: Geometry, neighbours: Geometry | null, size: { w: number; h: number },
  world: { x0: number; y0: number; x1: number; y1: number }, shown: { x0: number; y0: number; x1: number; y1: number },
): void {
  const k = Math.min(size.w / (world.x1 - world.x0), size.h / (world.y1 - world.y0));
  const ox = size.w / 2 - ((world.x0 + world.x1) / 2) * k;
  const oy = size.h / 2 - ((world.y0 + world.y1) / 2) * k;
  ctx.fillStyle = "#d3e4ee";
  ctx.fillRect(0, 0, size.w, size.h);
  const trace = (g: Geometry) => {
    ctx.beginPath();
    for (let r = 0; r + 1 < g.vertexStart.length; r += 1) {
      for (let i = g.vertexStart[r]; i < g.vertexStart[r + 1]; i += 1) {
        ctx[i === g.vertexStart[r] ? "moveTo" : "lineTo"]((g.x[i] + g.originX) * k + ox, (g.y[i] + g.originY) * k + oy);
      }
      ctx.closePath();
    }
  };
  ctx.lineJoin = "round";
  ctx.lineWidth = 0.6;
  if (neighbours) {
    trace(neighbours);
    ctx.fillStyle = "#efede7";
    ctx.fill();
    ctx.strokeStyle = "#bdb9ae";
    ctx.stroke();
  }
  trace(county);
  ctx.fillStyle = "#e9def2";
  ctx.fill();
  ctx.strokeStyle = "#6b4a94";
  ctx.lineWidth = 1;
  ctx.stroke();
  ctx.strokeStyle = "#c0392b";
  ctx.lineWidth = 1.6;
  const x = Math.max(1, shown.x0 * k + ox);
  const y = Math.max(1, shown.y0 * k + oy);
  const x1 = Math.min(size.w - 1, shown.x1 * k + ox);
  const y1 = Math.min(size.h - 1, shown.y1 * k + oy);
  const w = Math.max(4, x1 - x);
  const h = Math.max(4, y1 - y);
  ctx.fillStyle = "rgba(192,57,43,.08)";
  ctx.fillRect(x, y, w, h);
  ctx.strokeRect(x, y, w, h);
}

