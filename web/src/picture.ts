// the sheet as one picture: title block, map with its words, legend, scale, north arrow, marks.
// it is painted anew at twice the size of the screen by the code that paints the map, and goes
// into a file without leaving the page.
import { Words, plain } from "./elements";
import { grouped, scaleOf, swatch } from "./legend";
import type { MapView } from "./map_view";
import { goOn } from "./slices";
import { FONT } from "./style";
import type { PlanLayer } from "./plan_layer";
import type { MapDocument } from "./types";

type Ctx = CanvasRenderingContext2D;

const SHARP = 2;
const PAD = 18;
const HEAD = 74;
const FOOT = 30;
const KEY = 300;
/** Where samples of sizes begin in the legend. */
const SCALE_X = 30;
/** A legend of any length makes a map no higher than this. */
const MOST_HIGH = 2000;
const INK = "#1c2b3a";
const QUIET = "#56616d";
const RED = "#9b1c1c";
const ACCENT = "#1f4e79";

interface Line {
  text: string;
  x: number;
  size: number;
  weight: number;
  ink: string;
  picture: HTMLCanvasElement | null;
  /** samples of sizes on one line, each with what it stands for */
  steps?: { picture: HTMLCanvasElement; text: string; x: number }[];
  /** of the line, where it is not that of its words */
  height?: number;
}

/** A name that is a file's on every system. */
export function fileName(title: string): string {
  const clean = [...plain(title)].filter((c) => c >= " " && !'\\/:*?"<>|\u007f'.includes(c)).join("");
  return `${[...clean.trim().replace(/^\.+/, "")].slice(0, 60).join("") || "map"}.png`;
}

/** As much of a text as there is room for. */
function cut(ctx: Ctx, text: string, most: number): string {
  const said = plain(text).replace(/\s+/g, " ").trim();
  if (ctx.measureText(said).width <= most) return said;
  const glyphs = [...said].slice(0, 400);
  while (glyphs.length && ctx.measureText(`${glyphs.join("")}…`).width > most) glyphs.pop();
  return `${glyphs.join("")}…`;
}

/** A text on as many lines as it needs, at most four. */
function lines(ctx: Ctx, text: string, most: number): string[] {
  const out: string[] = [];
  let line = "";
  for (const glyph of [...plain(text).replace(/\s+/g, " ").trim()].slice(0, 400)) {
    if (line && ctx.measureText(line + glyph).width > most) {
      out.push(line);
      line = glyph.trim();
    } else line += glyph;
  }
  if (line) out.push(line);
  return out.length > 4 ? [...out.slice(0, 3), cut(ctx, out.slice(3).join(""), most)] : out;
}

function put(ctx: Ctx, line: Line, y: number): void {
  if (line.picture) ctx.drawImage(line.picture, line.x - 30, y - 12, 24, 16);
  ctx.font = `${line.weight} ${line.size}px ${FONT}`;
  ctx.fillStyle = line.ink;
  ctx.fillText(line.text, line.x, y);
  for (const { picture: sample, text, x } of line.steps ?? []) {
    const [wide, high] = sizeOf(sample);
    ctx.drawImage(sample, line.x + x, y - line.size * 0.36 - high / 2, wide, high);
    ctx.fillText(text, line.x + x + wide + 3, y);
  }
}

/** Sides of a canvas as it lies on the page. */
function sizeOf(canvas: HTMLCanvasElement): [number, number] {
  return [parseFloat(canvas.style.width), parseFloat(canvas.style.height)];
}

/** What sizes stand for, as many samples on a line as there is room for. */
function scaleLines(ctx: Ctx, layer: PlanLayer, words: Words, add: (text: string) => void): Line[] {
  const scale = scaleOf(layer, words);
  if (!scale) return [];
  add(scale.told);
  const out: Line[] = [];
  const most = KEY - SCALE_X;
  let x = Infinity;
  for (const step of scale.steps) {
    ctx.font = `400 12px ${FONT}`;
    const [wide, high] = sizeOf(step.picture);
    const room = wide + 3 + ctx.measureText(step.text).width + 14;
    if (x + room > most) {
      out.push({ text: "", x: SCALE_X, size: 12, weight: 400, ink: INK, picture: null, steps: [], height: 20 });
      x = 0;
    }
    const line = out[out.length - 1];
    line.steps?.push({ ...step, x });
    line.height = Math.max(line.height ?? 0, high + 2);
    x += room;
  }
  return out;
}

/** The legend of what is drawn, line by line; nothing of it is left out. */
function keyLines(ctx: Ctx, layers: PlanLayer[], words: Words): Line[] {
  const out: Line[] = [];
  const add = (text: string, x: number, size: number, weight: number, ink: string, picture: HTMLCanvasElement | null = null) => {
    ctx.font = `${weight} ${size}px ${FONT}`;
    lines(ctx, text, KEY - x).forEach((part, i) => out.push({ text: part, x, size, weight, ink, picture: i ? null : picture }));
  };
  add(words("legend"), 0, 16, 700, INK);
  for (const [group, members] of grouped(layers)) {
    add(group, 0, 11.5, 400, QUIET);
    for (const layer of members) explain(layer);
  }
  return out;

  function explain(layer: PlanLayer): void {
    const { classes } = layer.style;
    const marks = [layer.doc.sample ? words("sample") : "", layer.doc.schematic && layer.doc.stand_ins !== 0 ? words("schematic") : ""];
    const title = [layer.doc.title, layer.count(), ...marks].filter(Boolean).join(" · ");
    add(title, classes.length > 1 ? 0 : 30, 13, 500, layer.doc.sample ? RED : INK, classes.length > 1 ? null : swatch(layer, classes[0]));
    if (classes.length > 1) {
      classes.forEach((look, c) => {
        if (layer.classCount[c] && layer.classOn[c]) add(`${look.title} ${layer.count(c)}`, 48, 12.5, 400, INK, swatch(layer, look));
      });
    }
    out.push(...scaleLines(ctx, layer, words, (text) => add(text, SCALE_X, 11.5, 400, QUIET)));
  }
}

function head(ctx: Ctx, doc: MapDocument, words: Words, width: number): void {
  ctx.textBaseline = "alphabetic";
  let right = width - PAD;
  ctx.textAlign = "right";
  for (const figure of [...doc.figures].reverse()) {
    ctx.font = `700 21px ${FONT}`;
    const value = cut(ctx, [figure.value, figure.unit].filter(Boolean).join(" "), 220);
    const wide = ctx.measureText(value).width;
    ctx.font = `400 12px ${FONT}`;
    const label = cut(ctx, figure.label, 160);
    const room = Math.max(wide, ctx.measureText(label).width);
    if (right - room < width * 0.45) break;
    ctx.fillStyle = QUIET;
    ctx.fillText(label, right, PAD + 42);
    ctx.font = `700 21px ${FONT}`;
    ctx.fillStyle = ACCENT;
    ctx.fillText(value, right, PAD + 22);
    right -= room + 22;
  }
  ctx.font = `700 12.5px ${FONT}`;
  for (const mark of markWords(doc, words)) {
    const wide = ctx.measureText(mark).width;
    ctx.strokeStyle = "#b42318";
    ctx.lineWidth = 1.4;
    ctx.strokeRect(right - wide - 14, PAD + 6, wide + 14, 24);
    ctx.fillStyle = RED;
    ctx.fillText(mark, right - 7, PAD + 23);
    right -= wide + 26;
  }
  ctx.textAlign = "left";
  ctx.font = `700 25px ${FONT}`;
  ctx.fillStyle = INK;
  ctx.fillText(cut(ctx, doc.title, right - PAD), PAD, PAD + 24);
  ctx.font = `400 13px ${FONT}`;
  ctx.fillStyle = QUIET;
  ctx.fillText(cut(ctx, [doc.subtitle, doc.date].filter(Boolean).join(" · "), right - PAD), PAD, PAD + 45);
  ctx.fillStyle = ACCENT;
  ctx.fillRect(PAD, HEAD - 6, width - 2 * PAD, 3);
}

function markWords(doc: MapDocument, words: Words): string[] {
  if (doc.marks.includes("internal")) return [words("internal")];
  const number = doc.publication?.review_number;
  if (!doc.publication) return [];
  return [number ? words("review_number", { number }) : words("review_open")];
}

/** What is said of a map below it: scale, fingerprint, date. */
function foot(ctx: Ctx, doc: MapDocument, words: Words, scale: string, width: number, y: number): void {
  ctx.font = `400 12px ${FONT}`;
  ctx.fillStyle = QUIET;
  ctx.textBaseline = "alphabetic";
  const parts = [words("made_by"), scale, words("fingerprint_is", { id: doc.id }), doc.date ? words("drawn_on", { date: doc.date }) : ""];
  parts.forEach((text, i) => {
    ctx.textAlign = i === 0 ? "left" : i === parts.length - 1 ? "right" : "center";
    ctx.fillText(text, PAD + (i * (width - 2 * PAD)) / (parts.length - 1), y);
  });
  ctx.textAlign = "left";
}

/** Sources of what is shown, below the legend. */
function sourceLines(ctx: Ctx, doc: MapDocument, words: Words): Line[] {
  const out: Line[] = [];
  const add = (text: string, size: number, weight: number, ink: string) => {
    ctx.font = `${weight} ${size}px ${FONT}`;
    for (const part of lines(ctx, text, KEY)) out.push({ text: part, x: 0, size, weight, ink, picture: null });
  };
  if (doc.sources.length) add(words("sources"), 14, 700, INK);
  doc.sources.forEach((s, i) => add(
    `${i + 1}. ${[words("book_title", { title: s.title }), s.number, s.issuer, s.date].filter(Boolean).join(" · ")}`, 11, 400, QUIET,
  ));
  return out;
}

function column(ctx: Ctx, all: Line[], x: number, y: number): void {
  ctx.textAlign = "left";
  ctx.textBaseline = "alphabetic";
  let at = y;
  for (const line of all) {
    const more = (highOf(line) - line.size - 8) / 2;
    at += line.size + 8 + more;
    put(ctx, { ...line, x: x + line.x }, at);
    at += more;
  }
}

const highOf = (line: Line) => Math.max(line.size + 8, line.height ?? 0);
const tall = (all: Line[]) => all.reduce((sum, line) => sum + highOf(line), 0);

/** Paint the sheet. */
export async function picture(doc: MapDocument, view: MapView, words: Words): Promise<HTMLCanvasElement> {
  const canvas = document.createElement("canvas");
  const ctx = canvas.getContext("2d") as Ctx;
  const zoom = view.map.getZoom();
  const drawn = view.layers.filter((layer) => layer.visible && layer.inZoom(zoom));
  const key = [...keyLines(ctx, drawn, words), ...sourceLines(ctx, doc, words)];
  // a long legend makes a higher sheet: the map goes on to its end
  const map = await view.picture(SHARP, (step) => goOn(step), Math.min(MOST_HIGH, tall(key) + 8));
  const mapW = map.width / SHARP;
  const mapH = map.height / SHARP;
  const width = mapW + KEY + 3 * PAD;
  const body = Math.max(mapH, tall(key) + 8);
  canvas.width = Math.round(width * SHARP);
  canvas.height = Math.round((HEAD + body + FOOT + 8) * SHARP);
  ctx.setTransform(SHARP, 0, 0, SHARP, 0, 0);
  ctx.fillStyle = "#ffffff";
  ctx.fillRect(0, 0, width, canvas.height);
  head(ctx, doc, words, width);
  ctx.drawImage(map, PAD, HEAD + 4, mapW, mapH);
  column(ctx, key, PAD * 2 + mapW, HEAD);
  foot(ctx, doc, words, view.scale, width, HEAD + body + FOOT - 4);
  return canvas;
}

/** Hand the picture over as a file. */
export async function savePicture(doc: MapDocument, view: MapView, words: Words): Promise<void> {
  const canvas = await picture(doc, view, words);
  const blob = await new Promise<Blob | null>((done) => canvas.toBlob(done, "image/png"));
  if (!blob) return;
  const link = document.createElement("a");
  link.href = URL.createObjectURL(blob);
  link.download = fileName(doc.title);
  document.body.append(link);
  link.click();
  link.remove();
  window.setTimeout(() => URL.revokeObjectURL(link.href), 60_000);
}
