// what frames the map: degrees and scale along its edge, the inset that says where it lies,
// the badge of sample data. painted for the screen, for paper and into a picture alike.
import * as L from "leaflet";
import { mercatorX, mercatorY } from "./decode";
import type { Geometry } from "./decode";
import { Words, el, fitCanvas, sharpCanvas } from "./elements";
import { FrameWords, Window, paintBadge, paintFrame, paintLocator, paintNorth, scaleText } from "./frame";
import type { PlanLayer } from "./plan_layer";
import type { Step } from "./slices";
import { handOver, paperContext } from "./surface";
import type { View } from "./surface";
import type { MapDocument } from "./types";

type Ctx = CanvasRenderingContext2D;

const LOCATOR = { w: 132, h: 150 };
/** A printer shows finer lines than a screen. */
const PAPER_RATIO = 3;

/** The part of the ground that a map shows, in pixels of its zoom. */
export function windowOf(map: L.Map): Window {
  const size = map.getSize();
  const corner = map.getPixelBounds().min as L.Point;
  return { k: map.getZoomScale(map.getZoom(), 0), left: corner.x, top: corner.y, width: size.x, height: size.y };
}

interface Shown {
  layers: PlanLayer[];
  county: Geometry;
  neighbours: Geometry | null;
}

export class Margin {
  readonly inset: HTMLElement;
  onScale: (text: string) => void = () => undefined;
  private readonly frame = el("canvas", { class: "pm-frame", attrs: { "aria-hidden": "true" } });
  private readonly badge = el("div", { class: "pm-sample-badge", attrs: { hidden: "", role: "note" } });
  private readonly locator: Ctx;
  private paper: HTMLCanvasElement | null = null;

  constructor(
    private readonly map: L.Map, private readonly doc: MapDocument, private readonly shown: Shown,
    private readonly words: Words,
  ) {
    const [canvas, ctx] = sharpCanvas(LOCATOR.w, LOCATOR.h, "");
    this.locator = ctx;
    this.inset = el("figure", { class: "pm-locator" }, [canvas, el("figcaption", { text: words("locator") })]);
  }

  get nodes(): HTMLElement[] {
    return [this.frame, this.badge];
  }

  /** The scale in words. */
  get scale(): string {
    return this.words("scale_is", { scale: scaleText(windowOf(this.map)) });
  }

  private get sample(): boolean {
    return this.shown.layers.some((l) => l.visible && l.doc.sample);
  }

  private frameWords(): FrameWords {
    return {
      sample: this.sample ? this.words("sample") : null,
      kilometre: this.words("kilometre"), metre: this.words("metre"),
    };
  }

  /** Say whether what is shown is made up. */
  mark(): void {
    this.badge.toggleAttribute("hidden", !this.sample);
    this.badge.textContent = this.words("sample_badge");
  }

  paint(printing: boolean): void {
    const window = windowOf(this.map);
    const { width, height } = window;
    if (!width || !height) return;
    const words = this.frameWords();
    this.paper?.remove();
    this.paper = null;
    const paper = printing ? paperContext(width * PAPER_RATIO, height * PAPER_RATIO) : null;
    this.frame.toggleAttribute("hidden", paper !== null);
    if (paper) {
      paper.setTransform(PAPER_RATIO, 0, 0, PAPER_RATIO, 0, 0);
      paintFrame(paper, window, words);
      this.paper = el("canvas", { class: "pm-frame", attrs: { "aria-hidden": "true" } });
      this.paper.style.width = `${width}px`;
      this.paper.style.height = `${height}px`;
      handOver(paper, this.paper);
      this.frame.after(this.paper);
    } else paintFrame(fitCanvas(this.frame, width, height), window, words);
    this.onScale(this.scale);
    this.locate(window);
  }

  private locate({ k, left, top, width, height }: Window): void {
    const [w, s, e, n] = this.doc.extent;
    const world = { x0: mercatorX(w), x1: mercatorX(e), y0: mercatorY(n), y1: mercatorY(s) };
    const grow = (world.x1 - world.x0) * 0.42;
    paintLocator(
      this.locator, this.shown.county, this.shown.neighbours, LOCATOR,
      { x0: world.x0 - grow, x1: world.x1 + grow, y0: world.y0 - grow * 0.6, y1: world.y1 + grow * 0.6 },
      { x0: left / k, y0: top / k, x1: (left + width) / k, y1: (top + height) / k },
    );
  }

  /** Paint into a picture all that lies above the map. */
  dress(ctx: Ctx, window: Window): void {
    const { width, height } = window;
    paintFrame(ctx, window, this.frameWords());
    ctx.save();
    ctx.translate(width - 74, 30);
    paintNorth(ctx);
    ctx.restore();
    const x = width - LOCATOR.w - 30;
    const y = height - LOCATOR.h - 26;
    ctx.drawImage(this.locator.canvas, x, y, LOCATOR.w, LOCATOR.h);
    ctx.strokeStyle = "#8fa0b0";
    ctx.setLineDash([]);
    ctx.lineWidth = 1;
    ctx.strokeRect(x, y, LOCATOR.w, LOCATOR.h);
    if (this.sample) paintBadge(ctx, this.words("sample_badge"), 20, 26);
  }
}

interface Painted {
  paint(ctx: Ctx, view: View): Generator<void, void, void>;
}

/** A window with more ground above and below. */
function heightened(window: Window, least: number): Window {
  const more = Math.max(0, least - window.height);
  return { ...window, top: window.top - more / 2, height: window.height + more };
}

/** A map as it is now, with its margin, painted anew in slices; at least so high, in pixels. */
export async function pictureOf(
  map: L.Map, surfaces: Painted[], margin: Margin, ratio: number, later: (step: Step) => void, least = 0,
): Promise<HTMLCanvasElement> {
  const window = heightened(windowOf(map), least);
  const { width, height } = window;
  const canvas = document.createElement("canvas");
  const ctx = fitCanvas(canvas, width, height, ratio);
  const water = ctx.createLinearGradient(0, 0, width, height);
  for (const [at, ink] of [[0, "#dcebf3"], [0.6, "#bcd5e4"], [1, "#a9c7da"]] as const) water.addColorStop(at, ink);
  ctx.fillStyle = water;
  ctx.fillRect(0, 0, width, height);
  const view = { ...window, ratio, zoom: map.getZoom(), printing: false };
  for (const work of surfaces.map((one) => one.paint(ctx, view))) {
    await new Promise<void>((done) => later(() => {
      const over = Boolean(work.next().done);
      if (over) done();
      return over;
    }));
  }
  margin.dress(ctx, window);
  return canvas;
}
