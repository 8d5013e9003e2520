// a canvas that lies on the map: larger than the window, moved with it while dragging,
// scaled with it while zooming, painted anew when the movement ends. painting may take
// several frames; it happens on a hidden twin that is shown when it is whole.
import * as L from "leaflet";
import { Step, goOn, leave, moves, spend } from "./slices";

export interface View {
  /** world pixels (zoom 0) times `k` less `left`, `top` = canvas pixels */
  k: number;
  left: number;
  top: number;
  width: number;
  height: number;
  ratio: number;
  zoom: number;
  printing: boolean;
}

export type Painter = (ctx: CanvasRenderingContext2D, view: View) => Generator<void, void, void>;

/** Part of the painted margin that is left when painting anew begins: it takes a while. */
const CHASE = 0.6;
const MOST_PIXELS = 24e6;

interface Sheet {
  canvas: HTMLCanvasElement;
  paper: boolean;
  center: L.LatLng;
  zoom: number;
}

/**
 * A canvas for paper. A browser that prints a plain canvas plays its drawing commands again,
 * and the emptying that began them comes out as a white sheet over all that lies below; so the
 * drawing is done aside and handed over as pixels.
 */
export function paperContext(width: number, height: number): CanvasRenderingContext2D | null {
  if (typeof OffscreenCanvas === "undefined") return null;
  return new OffscreenCanvas(width, height).getContext("2d") as unknown as CanvasRenderingContext2D | null;
}

export function handOver(ctx: CanvasRenderingContext2D, canvas: HTMLCanvasElement): void {
  const drawn = ctx.canvas as unknown as OffscreenCanvas;
  canvas.width = drawn.width;
  canvas.height = drawn.height;
  canvas.getContext("bitmaprenderer")?.transferFromImageBitmap(drawn.transferToImageBitmap());
}

/**
 * Have done what was drawn so far. A browser notes drawing commands and carries them out when
 * the canvas is shown, all of them in one frame, however finely they were sliced; to be asked
 * for a pixel makes it carry them out now.
 */
function settle(ctx: CanvasRenderingContext2D): void {
  ctx.getImageData(0, 0, 1, 1);
}

export class Surface extends L.Layer {
  private front: Sheet | null = null;
  private back: HTMLCanvasElement | null = null;
  private job: Step | null = null;
  printing = false;
  /** Nothing is painted before: a map is looked for and moved while it is set up. */
  begun = false;
  view: View | null = null;
  paints = 0;

  constructor(
    private readonly painter: Painter, private readonly paneName: string,
    private readonly padding: number,
  ) {
    super();
  }

  onAdd(map: L.Map): this {
    this._map = map;
    this.reset();
    return this;
  }

  onRemove(): this {
    this.stop();
    this.front?.canvas.remove();
    this.back?.remove();
    this.front = null;
    this.back = null;
    return this;
  }

  getEvents(): Record<string, L.LeafletEventHandlerFn> {
    return {
      viewreset: () => this.reset(),
      moveend: () => this.reset(),
      resize: () => this.reset(),
      move: () => {
        moves();
        this.chase();
      },
      zoom: () => this.follow(this._map.getCenter(), this._map.getZoom()),
      zoomanim: (event) => {
        moves();
        const { center, zoom } = event as L.ZoomAnimEvent;
        this.follow(center, zoom);
      },
    };
  }

  private makeCanvas(): HTMLCanvasElement {
    const canvas = L.DomUtil.create("canvas", "pm-surface leaflet-zoom-animated");
    canvas.setAttribute("aria-hidden", "true");
    (this._map.getPane(this.paneName) as HTMLElement).appendChild(canvas);
    return canvas;
  }

  private stop(): void {
    if (this.job) leave(this.job);
    this.job = null;
  }

  // a long drag runs off the painted margin: paint again before the edge shows
  private chase(): void {
    const view = this.view;
    if (!view || this.job || (this._map as unknown as { _animatingZoom?: boolean })._animatingZoom) return;
    if (Math.abs(this._map.getZoom() - view.zoom) > 1e-6) return;
    const corner = this._map.getPixelBounds().min as L.Point;
    const size = this._map.getSize();
    const slackX = size.x * this.padding * CHASE;
    const slackY = size.y * this.padding * CHASE;
    const dx = corner.x - view.left;
    const dy = corner.y - view.top;
    if (dx < slackX || dy < slackY || dx + size.x > view.width - slackX || dy + size.y > view.height - slackY) this.reset(true);
  }

  private follow(center: L.LatLng, zoom: number): void {
    const sheet = this.front;
    if (!sheet) return;
    const map = this._map as L.Map & { _getNewPixelOrigin(c: L.LatLng, z: number): L.Point };
    const scale = map.getZoomScale(zoom, sheet.zoom);
    const half = map.getSize().multiplyBy(0.5 + this.padding);
    const centre = map.project(sheet.center, zoom);
    const offset = half.multiplyBy(-scale).add(centre).subtract(map._getNewPixelOrigin(center, zoom));
    L.DomUtil.setTransform(sheet.canvas, offset, scale);
  }

  private swap(sheet: Sheet): void {
    const old = this.front;
    this.front = sheet;
    if (this.back === sheet.canvas) this.back = null;
    if (!old) return;
    if (old.paper || this.back) old.canvas.remove();
    else {
      this.back = old.canvas;
      old.canvas.style.visibility = "hidden";
    }
  }

  /** Paint for where the map is now; at once when printing, else in slices from now or soon. */
  reset(soon = false): void {
    const map = this._map;
    if (!map || !this.begun) return;
    this.stop();
    const size = map.getSize();
    if (!size.x || !size.y) return;
    const padding = this.printing ? 0 : this.padding;
    const corner = map.containerPointToLayerPoint(size.multiplyBy(-padding)).round();
    const whole = size.multiplyBy(1 + 2 * padding).round();
    const wanted = this.printing ? 3 : Math.max(1, window.devicePixelRatio || 1);
    const ratio = Math.max(1, Math.min(wanted, Math.sqrt(MOST_PIXELS / (whole.x * whole.y))));
    const pixel = map.getPixelOrigin().add(corner);
    const view: View = {
      k: map.getZoomScale(map.getZoom(), 0), left: pixel.x, top: pixel.y,
      width: whole.x, height: whole.y, ratio, zoom: map.getZoom(), printing: this.printing,
    };
    const paper = this.printing ? paperContext(Math.round(whole.x * ratio), Math.round(whole.y * ratio)) : null;
    const canvas = (paper ? null : this.back) ?? this.makeCanvas();
    if (!paper) this.back = canvas;
    canvas.style.visibility = "hidden";
    canvas.style.width = `${whole.x}px`;
    canvas.style.height = `${whole.y}px`;
    if (!paper) {
      canvas.width = Math.round(whole.x * ratio);
      canvas.height = Math.round(whole.y * ratio);
    }
    // kept in memory, not on a graphics card: it is read back after every slice, see `settle`
    const ctx = paper ?? (canvas.getContext("2d", { willReadFrequently: true }) as CanvasRenderingContext2D);
    ctx.setTransform(ratio, 0, 0, ratio, 0, 0);
    const sheet: Sheet = { canvas, paper: paper !== null, center: map.getCenter(), zoom: map.getZoom() };
    const work = this.painter(ctx, view);
    const finish = () => {
      this.job = null;
      if (paper) handOver(paper, canvas);
      this.swap(sheet);
      this.view = view;
      L.DomUtil.setPosition(canvas, corner);
      canvas.style.visibility = "";
      this.paints += 1;
    };
    const step = () => {
      const { done } = work.next();
      if (!paper) settle(ctx);
      if (done) finish();
      return Boolean(done);
    };
    this.job = step;
    if (this.printing) while (!step());
    else if (soon || !spend(step, this.front === null)) goOn(step, this.front === null);
  }
}
