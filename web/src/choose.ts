// choosing features by a box or a drawn outline: whatever meets it is chosen. the sum is that of
// the areas which the document carries, added as whole square centimetres, so that no digit
// drifts; nothing is measured here.
import * as L from "leaflet";
import { mercatorX, mercatorY } from "./decode";
import { Words, button } from "./elements";
import { meets } from "./meeting";
import type { PlanLayer } from "./plan_layer";
import { WorkBox, number } from "./workbox";

export type Way = "box" | "lasso";

export interface Chosen {
  layer: number;
  /** 1 for each chosen feature */
  mask: Uint8Array;
  count: number;
}

export interface ChooseEvents {
  begin(): void;
  changed(chosen: Chosen | null): void;
}

const AREA = "area_m2";
/** Farther than this a press is a drag, and a line of the outline is worth a point. */
const DRAG_PX = 5;
const STEP_PX = 4;
const CLOSE_PX = 12;
const LINE = "#7a3e00";

/** Features to choose among: what has an official area, else the first that lies on top. */
function target(layers: PlanLayer[]): number {
  const seen = layers.map((_, l) => l).filter((l) => layers[l].visible && layers[l].doc.kind !== "flow" && layers[l].geometry.features > 0);
  const measured = seen.filter((l) => layers[l].doc.kind === "polygon" && layers[l].column(AREA));
  const plots = measured.find((l) => layers[l].doc.id === "plots");
  return plots ?? measured[measured.length - 1] ?? seen[seen.length - 1] ?? -1;
}

const SVG = "http://www.w3.org/2000/svg";

// no font has a sign for it
function lasso(): SVGElement {
  const icon = document.createElementNS(SVG, "svg");
  icon.setAttribute("viewBox", "0 0 16 16");
  icon.setAttribute("aria-hidden", "true");
  const path = document.createElementNS(SVG, "path");
  path.setAttribute("d", "M4 11C0 8 2 3 8 2.5s8 4 5 7-7 2-9 1.5 0-2 1 0 0 3-2 3.500");
  icon.append(path);
  return icon;
}

export class Choosing {
  way: Way | null = null;
  chosen: Chosen | null = null;
  readonly toggles: HTMLButtonElement[];
  private readonly box: WorkBox;
  private readonly outline: L.Polygon;
  private points: L.LatLng[] = [];
  private start: L.Point | null = null;
  /** plots in the outline that are not shown singly, and so are not chosen */
  private within = 0;
  private pressing = false;
  private adding = false;
  private brief = false;
  /** a drag that ended is followed by a click that is none of the map's */
  private ending = false;
  private readonly unbind: (() => void)[] = [];

  constructor(
    private readonly map: L.Map, private readonly layers: PlanLayer[], private readonly words: Words,
    private readonly events: ChooseEvents,
  ) {
    this.box = new WorkBox(words);
    this.toggles = (["box", "lasso"] as const).map((way) => {
      const toggle = button(words(`choose_${way}`), way === "box" ? "⬚" : "", () => this.use(this.way === way ? null : way), `pm-tool pm-choose-${way}`);
      toggle.setAttribute("aria-pressed", "false");
      if (way === "lasso") toggle.append(lasso());
      return toggle;
    });
    this.outline = L.polygon([], {
      pane: "pm-draw", renderer: L.svg({ pane: "pm-draw", padding: 0.5 }), interactive: false, noClip: true,
      weight: 2, color: LINE, dashArray: "5 4", fillColor: LINE, fillOpacity: 0.1, className: "pm-outline",
    });
    const node = map.getContainer();
    this.listen(node, "pointerdown", (event) => this.down(event as PointerEvent));
    this.listen(document, "pointermove", (event) => this.move(event as PointerEvent));
    this.listen(document, "pointerup", (event) => this.up(event as PointerEvent));
    this.listen(document, "pointercancel", () => this.rest());
    this.listen(document, "keydown", (event) => this.pressed(event as KeyboardEvent), true);
  }

  get node(): HTMLElement {
    return this.box.node;
  }

  get active(): boolean {
    return this.way !== null || this.ending;
  }

  destroy(): void {
    for (const off of this.unbind) off();
  }

  private listen(on: EventTarget, name: string, act: (event: Event) => void, capture = false): void {
    on.addEventListener(name, act, capture);
    this.unbind.push(() => on.removeEventListener(name, act, capture));
  }

  use(way: Way | null): void {
    if (way && !this.way) this.events.begin();
    this.way = way;
    this.rest();
    this.map.dragging[way ? "disable" : "enable"]();
    this.map.doubleClickZoom[way ? "disable" : "enable"]();
    this.map.getContainer().classList.toggle("pm-choosing", way !== null);
    this.toggles.forEach((toggle, i) => toggle.setAttribute("aria-pressed", String(way === (["box", "lasso"] as const)[i])));
    if (way) this.map.getContainer().focus({ preventScroll: true });
    this.report();
  }

  // nothing is being drawn any more
  private rest(): void {
    this.points = [];
    this.start = null;
    this.pressing = false;
    this.outline.remove();
    if (this.brief) {
      this.brief = false;
      this.way = null;
      this.map.getContainer().classList.remove("pm-choosing");
    }
  }

  private down(event: PointerEvent): void {
    const node = event.target as HTMLElement;
    if (event.button !== 0 || !event.isPrimary || node.closest("button, input, a, .pm-handle")) return;
    // with the shift key a box is drawn whatever tool is on, and the tool is back afterwards
    if (!this.way && event.shiftKey && !this.map.getContainer().matches(".pm-drawing, .pm-editing")) {
      this.events.begin();
      this.way = "box";
      this.brief = true;
      this.map.getContainer().classList.add("pm-choosing");
    }
    if (!this.way) return;
    this.pressing = true;
    this.adding = event.ctrlKey || event.metaKey;
    this.start = this.map.mouseEventToContainerPoint(event);
    if (this.way === "box") this.points = [];
  }

  private move(event: PointerEvent): void {
    if (!this.way || !this.pressing || !this.start) return;
    const at = this.map.mouseEventToContainerPoint(event);
    if (this.way === "box") {
      this.points = at.distanceTo(this.start) < DRAG_PX ? [] : this.corners(this.start, at);
    } else {
      const last = this.points[this.points.length - 1];
      const from = last ? this.map.latLngToContainerPoint(last) : this.start;
      if (!last) this.points = [this.map.containerPointToLatLng(this.start)];
      if (from.distanceTo(at) < STEP_PX) return;
      this.points.push(this.map.containerPointToLatLng(at));
    }
    this.outline.setLatLngs(this.points).addTo(this.map);
  }

  private corners(a: L.Point, b: L.Point): L.LatLng[] {
    return [a, L.point(b.x, a.y), b, L.point(a.x, b.y)].map((p) => this.map.containerPointToLatLng(p));
  }

  private up(event: PointerEvent): void {
    if (!this.way || !this.pressing || !this.start) return;
    const at = this.map.mouseEventToContainerPoint(event);
    const far = at.distanceTo(this.start) >= DRAG_PX;
    this.pressing = false;
    this.ending = true;
    window.setTimeout(() => { this.ending = false; }, 0);
    if (this.way === "box") {
      if (far) this.take(this.points);
      this.rest();
    } else if (far) this.close();
    else this.put(at);
  }

  // the outline may also be clicked point by point
  private put(at: L.Point): void {
    const first = this.points[0];
    if (this.points.length > 2 && this.map.latLngToContainerPoint(first).distanceTo(at) < CLOSE_PX) return this.close();
    const last = this.points[this.points.length - 1];
    if (last && this.map.latLngToContainerPoint(last).distanceTo(at) < 1) {
      if (this.points.length > 2) this.close();
      return;
    }
    this.points.push(this.map.containerPointToLatLng(at));
    this.outline.setLatLngs(this.points).addTo(this.map);
  }

  private close(): void {
    if (this.points.length > 2) this.take(this.points);
    this.rest();
  }

  private pressed(event: KeyboardEvent): void {
    const target = event.target as HTMLElement;
    if (!this.way || event.ctrlKey || event.metaKey || event.altKey) return;
    if (target.closest("input, textarea, select, [contenteditable='true']")) return;
    const acts: Record<string, () => void> = { Escape: () => (this.points.length ? this.rest() : this.use(null)) };
    if (!target.closest("button, a, summary")) {
      // the middle of the map is the pointer of those who have none
      acts[" "] = () => this.fromCentre();
      acts.Enter = () => this.close();
    }
    if (!Object.prototype.hasOwnProperty.call(acts, event.key)) return;
    event.preventDefault();
    event.stopImmediatePropagation();
    acts[event.key]();
  }

  private fromCentre(): void {
    const centre = this.map.getCenter();
    if (this.way === "lasso" || !this.points.length) {
      this.points.push(centre);
      this.outline.setLatLngs(this.points).addTo(this.map);
      return;
    }
    const pixel = (p: L.LatLng) => this.map.latLngToContainerPoint(p);
    this.take(this.corners(pixel(this.points[0]), pixel(centre)));
    this.rest();
  }

  private take(outline: L.LatLng[]): void {
    const l = target(this.layers);
    if (l < 0) return;
    const layer = this.layers[l];
    const ring = outline.map((p) => [mercatorX(p.lng), mercatorY(p.lat)] as const);
    const xs = ring.map((p) => p[0]);
    const ys = ring.map((p) => p[1]);
    const kept = this.adding && this.chosen?.layer === l ? this.chosen.mask : null;
    const mask = kept ? kept.slice() : new Uint8Array(layer.geometry.features);
    this.within = 0;
    const inZoom = layer.inZoom(this.map.getZoom());
    layer.inBox(Math.min(...xs), Math.min(...ys), Math.max(...xs), Math.max(...ys), (f) => {
      if (!inZoom || !layer.shown(f) || !meets(layer, f, ring, this.way === "box")) return;
      const sum = layer.sum(f);
      if (sum) this.within += sum;
      else mask[f] = 1;
    });
    this.set(l, mask);
  }

  /** Choose one more feature, or one fewer. */
  toggle(l: number, feature: number): boolean {
    if (l !== target(this.layers) || this.layers[l].sum(feature)) return false;
    const mask = this.chosen?.layer === l ? this.chosen.mask.slice() : new Uint8Array(this.layers[l].geometry.features);
    mask[feature] = mask[feature] ? 0 : 1;
    this.set(l, mask);
    return true;
  }

  private set(layer: number, mask: Uint8Array): void {
    const count = mask.reduce((sum, one) => sum + one, 0);
    this.chosen = { layer, mask, count };
    if (!count) this.chosen = null;
    this.events.changed(this.chosen);
    this.report(count === 0);
  }

  clear(quiet = false): void {
    this.within = 0;
    const had = this.chosen;
    this.chosen = null;
    this.rest();
    if (this.way) this.use(null);
    if (had && !quiet) this.events.changed(null);
    this.report();
  }

  /** Find what is chosen again where a layer holds other features now. */
  again(l: number, ids: readonly string[]): void {
    if (this.chosen?.layer !== l) return;
    const { attributes, geometry } = this.layers[l];
    const mask = new Uint8Array(geometry.features);
    for (const row of ids.map((id) => attributes.row(id))) if (row >= 0) mask[row] = 1;
    this.chosen.mask = mask;
  }

  /** Ids of what is chosen, in the order of the layer. */
  ids(): string[] {
    if (!this.chosen) return [];
    const { layer, mask } = this.chosen;
    const { attributes } = this.layers[layer];
    return Array.from(mask.keys()).filter((f) => mask[f]).map((f) => attributes.id(f));
  }

  private report(nothing = false): void {
    const { words } = this;
    if (!this.way && !this.chosen) return this.box.hide();
    const rows = this.chosen ? this.sums(this.chosen) : [];
    const note = this.within ? words("summed_choose", { n: this.within.toLocaleString("en-US") }) : nothing ? words("choose_nothing") : this.way ? words(`choose_hint_${this.way}`) : words("choose_note");
    const acts = [{ name: "choose_clear", act: () => this.clear() }];
    this.box.show(words("choose_title"), "", rows, note, acts);
  }

  private sums({ layer: l, mask, count }: Chosen): [string, string][] {
    const { words } = this;
    const layer = this.layers[l];
    const rows: [string, string][] = [[layer.doc.title, words("choose_count", { n: count.toLocaleString("en-US") })]];
    if (!layer.column(AREA)) return rows;
    let cents = 0;
    let unknown = 0;
    for (let f = 0; f < mask.length; f += 1) {
      if (!mask[f]) continue;
      const area = layer.attributes.get(AREA, f);
      if (typeof area === "number") cents += Math.round(area * 100);
      else unknown += 1;
    }
    // 1 m² = 0.0015 亩: cents times 15 are millionths of a 亩, still whole numbers
    const mu = Math.floor((cents * 15 + 50) / 100) / 1e4;
    rows.push([words("choose_area"), words("draw_area_is", { mu: number(mu, 4), m2: number(cents / 100, 2) })]);
    if (unknown) rows.push([words("choose_unknown"), words("choose_count", { n: unknown.toLocaleString("en-US") })]);
    return rows;
  }
}
