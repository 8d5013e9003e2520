// what the map shows, kept in the page's address: a link opens the same view elsewhere. the
// address is written without a run of the server, which would cost a second for every drag.
import type * as L from "leaflet";
import type { PlanLayer } from "./plan_layer";

const VIEW = "view";
const LAYERS = "layers";
/** A drag tells often, and browsers refuse an address that changes many times a second. */
const QUIET_MS = 250;
/** The server writes its own part of the address after a run; ours is put back by then. */
const AGAIN_MS = [120, 700, 2000];

export interface View { center: [number, number]; zoom: number }

/** What differs from the document: `plots` on, `-plots` off, `-plots.2` without its third class. */
function switches(layers: PlanLayer[]): string {
  return layers.flatMap((layer) => [
    ...(layer.visible === layer.doc.visible ? [] : [`${layer.visible ? "" : "-"}${layer.doc.id}`]),
    ...layer.classOn.flatMap((on, c) => (on ? [] : [`-${layer.doc.id}.${c}`])),
  ]).join(",");
}

function turn(layers: PlanLayer[], text: string): void {
  for (const layer of layers) {
    layer.visible = layer.doc.visible;
    layer.classOn.fill(true);
  }
  for (const part of text.split(",")) {
    const on = !part.startsWith("-");
    const [id, c] = part.replace("-", "").split(".");
    const layer = layers.find((one) => one.doc.id === id);
    if (!layer) continue;
    if (c === undefined) layer.visible = on;
    else if (Number(c) in layer.classOn) layer.classOn[Number(c)] = on;
  }
}

function inView(text: string | null): View | null {
  const [lon, lat, zoom] = (text ?? "").split(",").map(Number);
  if (!(Math.abs(lon) <= 180 && Math.abs(lat) <= 85 && zoom >= 0 && zoom <= 24)) return null;
  return { center: [lat, lon], zoom };
}

export class Address {
  /** Whether the address said where to look when the page was opened. */
  opened = false;
  private map: L.Map | null = null;
  private layers: PlanLayer[] = [];
  private timers: number[] = [];
  private start: View | null = null;
  private said = "";
  private readonly tell = () => this.later([QUIET_MS]);

  /** Switch layers as the address says. */
  open(layers: PlanLayer[]): void {
    const said = new URLSearchParams(window.location.search).get(LAYERS);
    if (said !== null) turn(layers, said);
  }

  /** Take a map over: the first is brought to where the address says, later ones are kept. */
  attach(map: L.Map, layers: PlanLayer[], first: boolean): void {
    this.release();
    this.map = map;
    this.layers = layers;
    if (first) {
      const said = new URLSearchParams(window.location.search).get(VIEW);
      const view = inView(said);
      if (view) map.setView(view.center, view.zoom, { animate: false });
      this.opened = view !== null;
      this.said = view && said ? said : "";
    }
    if (first || !this.start) this.start = { center: [map.getCenter().lat, map.getCenter().lng], zoom: map.getZoom() };
    map.on("moveend", this.tell);
    this.later(AGAIN_MS);
  }

  /** Write now and again until the server has had its say. */
  again(): void {
    if (this.map) this.later(AGAIN_MS);
  }

  private later(waits: number[]): void {
    this.timers.forEach((timer) => window.clearTimeout(timer));
    this.timers = waits.map((wait) => window.setTimeout(() => this.write(), wait));
  }

  private write(): void {
    if (!this.map) return;
    const url = new URL(window.location.href);
    const { lat, lng } = this.map.getCenter();
    // a map that nobody moved opens as it was: on the whole county, or where the link said
    const moved = !this.start || this.map.getZoom() !== this.start.zoom
      || this.map.latLngToLayerPoint([lat, lng]).distanceTo(this.map.latLngToLayerPoint(this.start.center)) > 2;
    const view = moved ? `${lng.toFixed(5)},${lat.toFixed(5)},${this.map.getZoom().toFixed(1)}` : this.said;
    for (const [name, text] of [[VIEW, view], [LAYERS, switches(this.layers)]]) {
      if (text) url.searchParams.set(name, text);
      else url.searchParams.delete(name);
    }
    // commas and dashes are plain in a query
    const plain = url.search.replace(/%2C/g, ",");
    if (plain !== window.location.search) {
      window.history.replaceState(window.history.state, "", `${url.pathname}${plain}${url.hash}`);
    }
  }

  release(): void {
    this.timers.forEach((timer) => window.clearTimeout(timer));
    this.timers = [];
    this.map?.off("moveend", this.tell);
    this.map = null;
  }
}
