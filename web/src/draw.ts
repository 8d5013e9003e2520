// drawing a polygon: click points, read the estimate while drawing, hand the ring over at the
// end. a small tool of our own: the kept plugins weigh more than the whole runtime that every
// exported page carries, place points by pointer only, and put markers of their own into a
// map that is painted on canvas.
import * as L from "leaflet";
import { Words, button, el } from "./elements";
import { EdgeWords } from "./edge_words";
import { Estimate, Position, estimate } from "./estimate";
import { turnOf } from "./shape";
import { Corner, Joined, Snapping, cornerOf, plainRing } from "./snap";
import type { Told } from "./types";
import { number } from "./workbox";

const MU_PER_M2 = 0.0015;
/** A click this near the first point closes the boundary; nearer than SAME to the last it is none. */
const CLOSE_PX = 12;
const SAME_PX = 3;
const LINE = "#b3261e";

export interface DrawEvents {
  begin(): void;
  drawn(id: string, ring: Corner[]): void;
  cleared(): void;
  /** the finished polygon is to be changed */
  edit(): void;
}

export class Drawing {
  active = false;
  /** of the finished polygon; empty while there is none */
  id = "";
  readonly toggle: HTMLButtonElement;
  readonly box = el("section", { class: "pm-draw", attrs: { hidden: "" } });
  private points: L.LatLng[] = [];
  /** which points were joined to a boundary that was there */
  private joins = new WeakMap<L.LatLng, Joined>();
  /** points that were taken back */
  private undone: L.LatLng[] = [];
  private hidden = false;
  private readonly lengths: EdgeWords;
  private cursor: L.LatLng | null = null;
  private told: Told | null = null;
  private frame = 0;
  private readonly figures = el("dl", {});
  private readonly state = el("p", { class: "pm-draw-note", attrs: { role: "status" } });
  private readonly tag = el("span", { class: "pm-tag" });
  private readonly acts = el("div", { class: "pm-draw-acts" });
  private readonly centre = el("div", { class: "pm-centre", attrs: { "aria-hidden": "true", hidden: "" } });
  private readonly area: L.Polygon;
  private readonly band: L.Polyline;
  private readonly dots: L.LayerGroup = L.layerGroup();
  private readonly key = (event: KeyboardEvent) => this.pressed(event);

  constructor(
    private readonly map: L.Map, private readonly words: Words, private readonly official: boolean,
    private readonly snap: Snapping, private readonly events: DrawEvents,
  ) {
    const style = { pane: "pm-draw", renderer: L.svg({ pane: "pm-draw", padding: 0.5 }), interactive: false, color: LINE };
    this.area = L.polygon([], { ...style, weight: 2, fillColor: LINE, fillOpacity: 0.13, noClip: true });
    this.band = L.polyline([], { ...style, weight: 1.5, dashArray: "5 4", noClip: true });
    this.area.addTo(map);
    this.band.addTo(map);
    this.dots.addTo(map);
    this.lengths = new EdgeWords(map);
    this.toggle = button(words("draw"), "⬠", () => (this.active ? this.cancel() : this.start()), "pm-tool");
    this.toggle.setAttribute("aria-pressed", "false");
    this.box.setAttribute("aria-label", words("draw_title"));
    this.box.append(el("h4", {}, [el("span", { text: words("draw_title") }), this.tag]), this.figures, this.state, this.acts);
    // what is pressed in the box is no click on the map
    L.DomEvent.disableClickPropagation(this.box);
    map.getContainer().append(this.centre);
    map.on("click", (event) => this.put((event as L.LeafletMouseEvent).latlng, (event as L.LeafletMouseEvent).originalEvent));
    map.on("dblclick", () => this.finish());
    map.on("mousemove", (event) => this.moved((event as L.LeafletMouseEvent).latlng, (event as L.LeafletMouseEvent).originalEvent));
    map.on("mouseout", () => this.moved(null));
    document.addEventListener("keydown", this.key, true);
  }

  destroy(): void {
    cancelAnimationFrame(this.frame);
    document.removeEventListener("keydown", this.key, true);
  }

  get ring(): Position[] {
    return plainRing(this.corners);
  }

  /** The ring as it is told: corners that were joined to a boundary say so. */
  get corners(): Corner[] {
    return this.points.map((p) => {
      const joined = this.joins.get(p);
      return joined ? [p.lng, p.lat, joined] as const : [p.lng, p.lat] as const;
    });
  }

  /** Put out of sight while another tool has the polygon. */
  hide(on: boolean): void {
    this.hidden = on;
    this.paint();
  }

  /** Take a changed ring: it is measured anew. */
  replace(ring: readonly Corner[]): void {
    this.points = ring.map((corner) => this.point(corner));
    this.told = null;
    this.done();
  }

  private point([lon, lat, joined]: Corner): L.LatLng {
    const at = L.latLng(lat, lon);
    if (joined) this.joins.set(at, joined);
    return at;
  }

  start(): void {
    if (this.id) this.clear();
    this.active = true;
    this.mode();
    this.events.begin();
    this.map.getContainer().focus({ preventScroll: true });
    this.paint();
  }

  private mode(): void {
    this.toggle.setAttribute("aria-pressed", String(this.active));
    this.centre.toggleAttribute("hidden", !this.active);
    this.map.getContainer().classList.toggle("pm-drawing", this.active);
    this.map.doubleClickZoom[this.active ? "disable" : "enable"]();
  }

  private put(pointed: L.LatLng, event?: Event): void {
    if (!this.active) return;
    const at = this.point(cornerOf(pointed, this.snap.find(pointed, event)));
    const near = (p: L.LatLng) => this.map.latLngToContainerPoint(p).distanceTo(this.map.latLngToContainerPoint(at));
    const last = this.points[this.points.length - 1];
    if (last && near(last) < SAME_PX) return;
    if (this.points.length > 2 && near(this.points[0]) < CLOSE_PX) {
      this.finish();
      return;
    }
    this.points.push(at);
    this.undone = [];
    this.paint();
  }

  private moved(at: L.LatLng | null, event?: Event): void {
    if (!this.active) return;
    this.cursor = at && (this.snap.find(at, event)?.at ?? at);
    if (!at) this.snap.clear();
    cancelAnimationFrame(this.frame);
    this.frame = requestAnimationFrame(() => this.paint());
  }

  private back(): void {
    const last = this.points.pop();
    if (last) this.undone.push(last);
    this.paint();
  }

  private again(): void {
    const next = this.undone.pop();
    if (next) this.points.push(next);
    this.paint();
  }

  finish(): void {
    if (!this.active) return;
    if (this.points.length < 3) {
      this.state.textContent = this.words("draw_more");
      return;
    }
    this.active = false;
    this.cursor = null;
    this.done();
  }

  private done(): void {
    this.snap.clear();
    this.id = `${Date.now().toString(36)}-${this.points.length}`;
    this.mode();
    this.paint();
    this.events.drawn(this.id, this.corners);
  }

  cancel(): void {
    if (!this.active) return;
    this.active = false;
    this.mode();
    this.empty();
  }

  /** Take the finished polygon away; the server is told when it was the user who did it. */
  clear(quiet = false): void {
    const had = this.id;
    this.empty();
    if (had && !quiet) this.events.cleared();
  }

  private empty(): void {
    this.points = [];
    this.undone = [];
    this.snap.clear();
    this.cursor = null;
    this.id = "";
    this.told = null;
    this.paint();
  }

  /** What the server says of a finished polygon: its figures, or the polygon as a whole. */
  tell(told: Told): void {
    if (this.active) return;
    if (told.id !== this.id) this.points = told.ring.map(([lon, lat]) => L.latLng(lat, lon));
    this.id = told.id;
    this.told = told;
    this.paint();
  }

  private pressed(event: KeyboardEvent): void {
    const way = turnOf(event);
    if (!this.active || (!way && (event.ctrlKey || event.metaKey || event.altKey))) return;
    const target = event.target as HTMLElement;
    if (target.closest("input, textarea, select, [contenteditable='true']")) return;
    const onButton = target.closest("button, a, summary") !== null;
    const acts: Record<string, () => void> = { Escape: () => this.cancel(), Backspace: () => this.back() };
    if (!onButton) {
      acts.Enter = () => this.finish();
      // the middle of the map is the pointer of those who have none; the arrow keys move it
      acts[" "] = () => this.put(this.map.getCenter());
    }
    if (way) acts[event.key] = () => (way > 0 ? this.back() : this.again());
    if (!Object.prototype.hasOwnProperty.call(acts, event.key)) return;
    event.preventDefault();
    event.stopImmediatePropagation();
    acts[event.key]();
  }

  private paint(): void {
    cancelAnimationFrame(this.frame);
    const points = this.hidden ? [] : this.points;
    const { cursor } = this;
    const last = points[points.length - 1];
    this.area.setLatLngs(points);
    this.band.setLatLngs(this.active && cursor && last ? [last, cursor, points[0]] : []);
    this.dots.clearLayers();
    points.forEach((p, i) => this.dots.addLayer(L.circleMarker(p, {
      pane: "pm-draw", renderer: this.area.options.renderer, interactive: false, weight: 2, color: LINE,
      radius: this.active && i === 0 ? 6 : 4, fillColor: "#fff", fillOpacity: 1,
    })));
    const seen = !this.hidden && (this.active || this.id !== "");
    this.box.toggleAttribute("hidden", !seen);
    // it takes the corner of the locator, which covers the map already
    this.box.parentElement?.classList.toggle("pm-measuring", seen);
    if (seen) this.report();
    else this.lengths.set([]);
  }

  private report(): void {
    const { words, told } = this;
    const shown = this.active && this.cursor && this.points.length
      ? [...this.ring, [this.cursor.lng, this.cursor.lat] as const] : this.ring;
    const found = shown.length > 1 ? estimate(shown) : null;
    // the edge back to the first point is not drawn yet
    const edges = found?.edges_m.slice(0, this.active ? -1 : undefined).map((m) => number(m, 2)) ?? [];
    this.lengths.set([{ ring: shown, texts: told?.edges ?? edges }]);
    const bad = told ? told.bad : found?.crossed ?? false;
    const rows = told ? told.lines : this.lines(found, shown.length);
    this.figures.replaceChildren(...rows.flatMap(([name, value]) => [el("dt", { text: name }), el("dd", { text: value })]));
    this.tag.textContent = told ? told.title : words("draw_estimate");
    this.tag.classList.toggle("pm-tag-official", told !== null && !bad);
    this.box.classList.toggle("pm-draw-bad", bad);
    let note = words("draw_hint");
    if (told) note = told.note;
    else if (bad) note = words("draw_crossed");
    else if (!this.active) note = words(this.official ? "draw_waiting" : "draw_estimate_note");
    this.state.textContent = note;
    const acts: [string, () => void][] = this.active
      ? [["draw_finish", () => this.finish()], ["draw_back", () => this.back()], ["draw_cancel", () => this.cancel()]]
      : [["draw_edit", () => this.events.edit()], ["draw_clear", () => this.clear()]];
    // made anew only when they change, so that the focus stays on a pressed one
    const wanted = acts.map(([name]) => name).join();
    if (this.acts.dataset.acts === wanted) return;
    this.acts.dataset.acts = wanted;
    this.acts.replaceChildren(...acts.map(([name, act]) => button(words(name), words(name), act, "pm-draw-act")));
  }

  private lines(found: Estimate | null, points: number): [string, string][] {
    const { words } = this;
    const none = "—";
    const area = found?.area_m2 ?? Number.NaN;
    const last = found?.edges_m[points - 2];
    const length = (m: number) => words("draw_metres", { m: number(m, 2) });
    const around = found && points > 2 ? length(found.perimeter_m) : none;
    const rows: [string, string][] = [
      [words("draw_area"), Number.isNaN(area) ? none : words("draw_area_is", { mu: number(area * MU_PER_M2, 4), m2: number(area, 2) })],
      [words("draw_perimeter"), around],
    ];
    if (this.active) rows.push([words("draw_last"), last === undefined ? none : length(last)]);
    return rows;
  }
}
