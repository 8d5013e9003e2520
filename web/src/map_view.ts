// one document on one Leaflet map: surfaces, controls, selection.
import * as L from "leaflet";
import { decodeGeometry, latOf, lonOf, mercatorX, mercatorY } from "./decode";
import type { Geometry } from "./decode";
import { Other, featureCard } from "./card";
import type { Chosen } from "./choose";
import { Words, button, el, sharpCanvas } from "./elements";
import { paintNorth } from "./frame";
import { coveredBy, freeBeside } from "./furniture";
import { Ground } from "./ground";
import { HIT_PX, Hover } from "./hover";
import { closes } from "./keys";
import { Large } from "./large";
import { spread } from "./looking";
import { Margin, pictureOf } from "./margin";
import { Overlay, Spot } from "./overlay";
import type { Numbered } from "./paper";
import { PlanLayer } from "./plan_layer";
import { probeOf } from "./probe";
import { searchBox } from "./search";
import type { Step } from "./slices";
import { Surface } from "./surface";
import { Tools } from "./tools";
import type { MapDocument, MapEvent, Pick } from "./types";

/** Arrows are wide, and short ones are drawn longer than they are. */
const FLOW_PX = 9;
/** Search and marks above, scale and fingerprint below, on a map that is not low; pixels. */
const HEAD = 62;
const FOOT = 44;
const LOW = 300;
/** On a narrower map a card begins as one line; pixels. */
const PHONE = 560;

export interface Opened {
  layers: PlanLayer[];
  county: Geometry;
  neighbours: Geometry | null;
}

export async function openDocument(doc: MapDocument): Promise<Opened> {
  const [county, neighbours, ...layers] = await Promise.all([
    decodeGeometry(doc.base.county),
    doc.base.neighbours ? decodeGeometry(doc.base.neighbours) : Promise.resolve(null),
    ...doc.layers.map((layer) => PlanLayer.open(layer)),
  ]);
  return { county, neighbours, layers: layers.sort((a, b) => a.doc.order - b.doc.order) };
}

export class MapView {
  readonly map: L.Map;
  readonly layers: PlanLayer[];
  private readonly ground: Surface;
  private readonly bare: Ground;
  private readonly marks: Surface;
  private readonly overlay: Overlay;
  private readonly margin: Margin;
  private readonly pointed: Hover;
  private readonly holder = el("div", { class: "pm-card-holder" });
  private readonly watcher: ResizeObserver;
  private cardReturn: HTMLElement | null = null;
  /** whether the next card of a small map begins as one line */
  private folded = true;
  private readonly escape = (event: KeyboardEvent) => { if (closes(event, this.host.closest(".pm-root"))) this.close(); };
  onScale: (text: string) => void = () => undefined;
  onPick: (pick: Pick | null) => void = () => undefined;
  onDrawn: (event: MapEvent) => void = () => undefined;
  onChosen: (chosen: Chosen | null) => void = () => undefined;
  readonly tools: Tools;
  /** layers whose plots are asked for by tile */
  readonly large: Large;

  constructor(
    private readonly host: HTMLElement, private readonly doc: MapDocument, opened: Opened,
    private readonly words: Words, private readonly official = false,
  ) {
    this.layers = opened.layers;
    const canvas = el("div", { class: "pm-map" });
    host.append(canvas);
    this.map = L.map(canvas, {
      zoomControl: false, attributionControl: false, zoomSnap: 0.1, zoomDelta: 0.5,
      wheelPxPerZoomLevel: 110, minZoom: 7, maxZoom: 20, fadeAnimation: false,
      zoomAnimation: !window.matchMedia("(prefers-reduced-motion: reduce)").matches,
      inertia: true, boxZoom: false,
    });
    // leaflet focuses the map at a press and lets the page scroll under the pointer
    canvas.addEventListener("mousedown", () => canvas.focus({ preventScroll: true }), true);
    canvas.setAttribute("role", "application");
    canvas.setAttribute("aria-label", words("map_of", { title: doc.title }));
    for (const [name, z] of [["pm-ground", "200"], ["pm-marks", "400"]]) {
      this.map.createPane(name).style.zIndex = z;
    }
    this.margin = new Margin(this.map, doc, opened, words);
    this.begin();
    this.overlay = new Overlay(
      doc, opened.county, opened.neighbours, () => this.layers, () => coveredBy(host, this.map), () => this.map.getSize(),
    );
    const ground = new Ground(opened.county, opened.neighbours, () => this.layers);
    this.bare = ground;
    this.ground = new Surface((ctx, view) => ground.paint(ctx, view), "pm-ground", 0.25);
    this.marks = new Surface((ctx, view) => this.overlay.paint(ctx, view), "pm-marks", 0.2);
    this.ground.addTo(this.map);
    this.marks.addTo(this.map);
    this.tools = new Tools(this.map, this.layers, words, official, {
      begin: () => this.close(true),
      chosen: (chosen) => {
        this.overlay.chosen = chosen;
        this.marks.reset();
        this.onChosen(chosen);
      },
      tell: (event) => this.onDrawn(event),
    });
    this.large = new Large(doc.id, this.map, this.layers, words, this.overlay, this.tools, () => this.redraw());
    this.margin.onScale = (text) => this.onScale(text);
    this.pointed = new Hover(this.map, this.layers, this.overlay, words, {
      busy: () => this.tools.busy,
      spots: (latlng) => this.spots(latlng),
      changed: () => this.marks.reset(),
    });
    host.append(...this.margin.nodes, ...this.large.notes, this.pointed.tip, this.holder);
    this.furniture(host);
    this.map.on("move zoom resize", () => this.paintFrame());
    this.map.on("click", (event) => this.click(event as L.LeafletMouseEvent));
    document.addEventListener("keydown", this.escape);
    this.watcher = new ResizeObserver(() => this.map.invalidateSize({ animate: false }));
    this.watcher.observe(canvas);
  }

  private furniture(host: HTMLElement): void {
    const { words } = this;
    const circles = button(words("show_accuracy"), "◎", () => {
      this.overlay.circles = !this.overlay.circles;
      circles.setAttribute("aria-pressed", String(this.overlay.circles));
      this.redraw();
    }, "pm-tool");
    circles.setAttribute("aria-pressed", "false");
    const tools = el("div", { class: "pm-tools" }, [
      button(words("zoom_in"), "+", () => this.map.zoomIn(1), "pm-tool"),
      button(words("zoom_out"), "−", () => this.map.zoomOut(1), "pm-tool"),
      button(words("home"), "⌂", () => this.home(true), "pm-tool"),
      circles,
      ...this.tools.buttons,
    ]);
    const [north, ctx] = sharpCanvas(40, 56, "pm-north");
    paintNorth(ctx);
    const search = searchBox(() => this.layers, words, (layer, feature) => this.show(layer, feature, true), {
      find: (text) => this.large.find(text), pick: ({ layer, id }) => this.bring(layer, id, true),
    });
    const mark = el("div", { class: "pm-fingerprint", text: words("fingerprint_is", { id: this.doc.id.slice(0, 8) }) });
    host.append(search, tools, north, this.margin.inset, mark, ...this.tools.boxes);
  }

  private bounds(): L.LatLngBounds {
    const [w, s, e, n] = this.doc.extent;
    return L.latLngBounds([s, w], [n, e]);
  }

  private free(): [number, number] {
    return freeBeside(this.host, this.holder, this.map.getSize().x);
  }

  /** Show what the document is about: a user's plots, else the county. */
  private begin(): void {
    if (!this.doc.focus) return this.home();
    if (spread(this.doc.focus, this.doc.extent)) return this.home();
    const [w, s, e, n] = this.doc.focus;
    this.fit(L.latLngBounds([s, w], [n, e]));
  }

  /** Bring a box of the ground to where nothing lies over it. */
  fit(bounds: L.LatLngBounds): void {
    const [left, right] = this.free();
    const low = this.map.getSize().y < LOW;
    this.map.fitBounds(bounds, {
      paddingTopLeft: [left, low ? 34 : HEAD], paddingBottomRight: [right, low ? 26 : FOOT], maxZoom: 16, animate: false,
    });
  }

  home(animate = false): void {
    // symbols reach beyond the places that they stand for
    const foot = this.official ? FOOT : 26;
    this.map.fitBounds(this.bounds(), { paddingTopLeft: [this.free()[0], 34], paddingBottomRight: [26, foot], animate });
  }

  /** Paint everything again: data, switches or selection changed. */
  redraw(layout = true): void {
    if (layout) this.overlay.refresh();
    this.ground.begun = this.marks.begun = true;
    this.ground.reset();
    this.marks.reset();
    this.paintFrame();
    this.margin.mark();
    this.large.look();
  }

  /** Leave out the drawn land and sea: tiles lie there. */
  uncover(clear: boolean): void {
    if (this.bare.clear === clear) return;
    this.bare.clear = clear;
    this.ground.reset();
  }

  private paintFrame(): void {
    this.margin.paint(this.ground.printing);
  }

  private spots(latlng: L.LatLng): Spot[] {
    const k = this.map.getZoomScale(this.map.getZoom(), 0);
    const x = mercatorX(latlng.lng);
    const y = mercatorY(latlng.lat);
    const found: Spot[] = [];
    for (let l = this.layers.length - 1; l >= 0; l -= 1) {
      const layer = this.layers[l];
      if (layer.doc.kind === "point" || !layer.visible || !layer.inZoom(this.map.getZoom())) continue;
      const slack = layer.doc.kind === "flow" ? FLOW_PX : HIT_PX;
      for (const feature of layer.at(x, y, slack / k)) found.push({ layer: l, feature });
    }
    return found;
  }

  private click(event: L.LeafletMouseEvent): void {
    if (this.tools.busy) return;
    if (this.tools.pick(event.originalEvent, this.spots(event.latlng)[0])) return;
    const k = this.map.getZoomScale(this.map.getZoom(), 0);
    const mark = this.overlay.markAt(mercatorX(event.latlng.lng) * k, mercatorY(event.latlng.lat) * k, HIT_PX);
    if (mark && mark.feature < 0) {
      this.overlay.opened.add(mark.key);
      this.redraw();
      return;
    }
    const spots = this.spots(event.latlng);
    if (mark) spots.unshift({ layer: mark.layer, feature: mark.feature });
    if (!spots.length) {
      this.overlay.opened.clear();
      this.close();
      this.redraw();
      return;
    }
    this.open(spots[0], spots.slice(1, 9));
  }

  private open(spot: Spot, others: Spot[] = []): void {
    const layer = this.layers[spot.layer];
    if (this.large.nearer(spot)) return;
    this.choose(spot);
    this.marks.reset();
    const links: Other[] = others.map((o, i) => ({
      text: this.words("found", { name: this.layers[o.layer].name(o.feature), layer: this.layers[o.layer].doc.title }),
      act: () => this.open(o, [spot, ...others.filter((_, j) => j !== i)]),
    }));
    if (!this.cardReturn) this.cardReturn = document.activeElement as HTMLElement | null;
    const folding = this.map.getSize().x < PHONE ? { folded: this.folded, changed: (on: boolean) => { this.folded = on; } } : null;
    const id = layer.attributes.id(spot.feature);
    const card = (feature: number) => this.holder.replaceChildren(
      featureCard(layer, feature, this.doc.sources, this.words, links, () => this.close(), folding),
    );
    card(spot.feature);
    if (this.large.lacks(spot)) {
      void this.large.bring(spot.layer, id).then((feature) => {
        const { selected } = this.overlay;
        if (feature >= 0 && selected?.layer === spot.layer && selected.feature === feature) card(feature);
      });
    }
    this.onPick({ layer: layer.doc.id, id });
  }

  // a plot that is not among those in view
  private bring(l: number, id: string, focus = false, still = false): void {
    void this.large.bring(l, id).then((feature) => { if (feature >= 0) this.show(l, feature, focus, still); });
  }

  // what is selected is shown, whatever a filter leaves
  private choose(spot: Spot | null): void {
    const touched = [this.overlay.selected, spot].some((s) => s && !this.layers[s.layer].passes(s.feature));
    for (const layer of this.layers) layer.chosen = -1;
    if (spot) this.layers[spot.layer].chosen = spot.feature;
    this.overlay.selected = spot;
    this.tools.offer(spot && this.layers[spot.layer], spot?.feature);
    if (touched) this.redraw();
  }

  close(quiet = false): void {
    if (!this.overlay.selected) return;
    this.choose(null);
    this.holder.replaceChildren();
    this.marks.reset();
    this.cardReturn?.focus?.({ preventScroll: true });
    this.cardReturn = null;
    if (!quiet) this.onPick(null);
  }

  /** Bring a feature into view and open its card; its layer is switched on. */
  show(l: number, feature: number, focus = false, still = false): void {
    const layer = this.layers[l];
    if (!layer.visible || !layer.classOn[layer.classOf[feature]]) {
      layer.visible = true;
      layer.classOn[layer.classOf[feature]] = true;
      this.onSwitched();
    }
    const box = layer.box(feature);
    const bounds = L.latLngBounds([latOf(box[3]), lonOf(box[0])], [latOf(box[1]), lonOf(box[2])]);
    const point = layer.doc.kind === "point";
    this.open({ layer: l, feature });
    if (still) {
      this.redraw();
      return;
    }
    // to the middle of what legend and card leave free
    const [left, right] = this.free();
    const zoom = point
      ? Math.max(this.map.getZoom(), 13)
      : Math.min(17.5, (layer.style.max_zoom as number) - 0.1, Math.max(layer.style.min_zoom + 0.5, this.map.getBoundsZoom(bounds.pad(0.6), false, L.point(left + right, 0))));
    this.map.setView(bounds.getCenter(), zoom, { animate: false });
    this.map.panBy([(right - left) / 2, 0], { animate: false });
    if (point) {
      const mark = this.overlay.markOf({ layer: l, feature });
      if (mark && mark.feature < 0) this.overlay.opened.add(mark.key);
    }
    this.redraw();
    if (focus) this.holder.querySelector<HTMLElement>(".pm-card-folded .pm-card-fold, .pm-card:not(.pm-card-folded) .pm-card-body")?.focus({ preventScroll: true });
  }

  onSwitched: () => void = () => undefined;

  select(pick: Pick, still = false): boolean {
    const l = this.layers.findIndex((layer) => layer.doc.id === pick.layer);
    const row = l < 0 ? -1 : this.layers[l].attributes.row(pick.id);
    if (row < 0 && l >= 0 && this.large.has(l)) {
      this.bring(l, pick.id, false, still);
      return true;
    }
    if (row < 0) return false;
    this.show(l, row, false, still);
    return true;
  }

  /** Lay the map out for paper, or back for the screen, at once; a list beside it names what is numbered. */
  printing(on: boolean, numbered: Numbered | null = null): void {
    this.overlay.numbers = numbered && {
      layer: this.layers.indexOf(numbered.layer), of: new Map(numbered.features.map((f, i) => [f, String(i + 1)])),
    };
    this.ground.printing = on;
    this.marks.printing = on;
    this.map.invalidateSize({ animate: false, pan: false });
    this.begin();
    this.redraw();
  }

  /** Whether a card is open. */
  get reading(): boolean {
    return this.overlay.selected !== null;
  }

  /** The scale in words. */
  get scale(): string {
    return this.margin.scale;
  }

  /** The map as it is now with its frame, arrow, inset and badge, painted anew in slices; at least so high. */
  picture(ratio: number, later: (step: Step) => void, least = 0): Promise<HTMLCanvasElement> {
    return pictureOf(this.map, [this.bare, this.overlay], this.margin, ratio, later, least);
  }

  /** What is on the screen, for tests: nothing here is needed to use the map. */
  probe(): Record<string, unknown> {
    return { ...probeOf(this.doc.id, this.map, this.layers, this.overlay, this.ground.paints), large: this.large.probe() };
  }

  destroy(): void {
    this.pointed.release();
    this.large.release();
    this.tools.destroy();
    document.removeEventListener("keydown", this.escape);
    this.watcher.disconnect();
    this.map.remove();
  }
}
