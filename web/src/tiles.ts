// background tiles, in the app only and only where the server was set to offer them. tiles in
// GCJ-02 are laid where their ground truly is: the corners of each are taken back to true
// places, and the tile is drawn between them, so that the shift is right inside a tile as well
// as from one to the next. what cannot be reached is given up after a few tries, with a note.
import * as L from "leaflet";
import { el } from "./elements";
import { fromGcj, toGcj } from "./gcj";

export interface TileLayerDoc {
  id: string;
  title: string;
  /** the tiles are in GCJ-02 */
  shift: boolean;
  tiles: string[];
  subdomains: string[];
  attribution: string;
  min_zoom: number;
  max_zoom: number;
}

export interface TilesDoc {
  words: Record<"heading" | "none" | "shifted" | "unreachable", string>;
  layers: TileLayerDoc[];
}

const PANE = "pm-tiles";
/** So many failures before any tile came, and the server is left alone. */
const GIVE_UP = 4;
/** How long a note stands on the map; milliseconds. */
const NOTE_MS = 10_000;
/** The shift varies across a view by less than this; pixels. */
const SLACK = 24;

interface Internals {
  _level: { origin: L.Point };
  _tiles: Record<string, { el: HTMLElement }>;
  _tileCoordsToKey(coords: L.Coords): string;
}
interface GridLayerInside {
  _addTile(coords: L.Coords, container: Node): void;
  _getTiledPixelBounds(center: L.LatLng): L.Bounds;
}
const INSIDE = L.GridLayer.prototype as unknown as GridLayerInside;

/** Tiles whose grid is that of GCJ-02. */
export class ShiftedTiles extends L.TileLayer {
  /** Where a corner of the grid truly is, in pixels of its level. */
  private place(x: number, y: number, zoom: number): L.Point {
    const size = this.getTileSize();
    const shown = this._map.unproject(L.point(x * size.x, y * size.y), zoom);
    const [lon, lat] = fromGcj([shown.lng, shown.lat]);
    return this._map.project([lat, lon], zoom);
  }

  _addTile(coords: L.Coords, container: Node): void {
    INSIDE._addTile.call(this, coords, container);
    const own = this as unknown as Internals;
    const tile = own._tiles[own._tileCoordsToKey(coords)].el;
    const { x, y, z } = coords;
    const at = this.place(x, y, z);
    const size = this.getTileSize();
    const right = this.place(x + 1, y, z).subtract(at).divideBy(size.x);
    const down = this.place(x, y + 1, z).subtract(at).divideBy(size.y);
    const from = at.subtract(own._level.origin);
    tile.style.transformOrigin = "0 0";
    tile.style.transform = `matrix(${right.x},${right.y},${down.x},${down.y},${from.x},${from.y})`;
  }

  _getTiledPixelBounds(center: L.LatLng): L.Bounds {
    const [lon, lat] = toGcj([center.lng, center.lat]);
    const { min, max } = INSIDE._getTiledPixelBounds.call(this, L.latLng(lat, lon)) as Required<L.Bounds>;
    return L.bounds((min as L.Point).subtract([SLACK, SLACK]), (max as L.Point).add([SLACK, SLACK]));
  }
}

/** The choice in the legend, and what it puts on the map. */
export class Tiles {
  readonly node = el("fieldset", { class: "pm-group pm-tiles-choice" });
  private readonly note = el("p", { class: "pm-tiles-note", attrs: { role: "status", hidden: "" } });
  private readonly credit = el("div", { class: "pm-tiles-credit", attrs: { hidden: "" } });
  private readonly inputs = new Map<string, HTMLInputElement>();
  private on: L.TileLayer[] = [];
  private map: L.Map | null = null;

  /** `chosen` is the source that is shown; the caller keeps it from one map to the next. */
  constructor(
    private readonly doc: TilesDoc, public chosen: string,
    private readonly changed: (seen: boolean) => void, private readonly told: (chosen: string) => void,
  ) {
    // several maps of one page are switched each by itself
    const group = `pm-tiles-${Math.random().toString(36).slice(2)}`;
    this.node.append(el("legend", { text: doc.words.heading }));
    for (const { id, title } of [{ id: "", title: doc.words.none }, ...doc.layers]) {
      const input = el("input", { class: "pm-tick", attrs: { type: "radio", name: group, value: id, "aria-label": title } });
      input.addEventListener("change", () => this.show(id));
      this.inputs.set(id, input);
      this.node.append(el("label", { class: "pm-class" }, [input, el("span", { text: title })]));
    }
    this.node.append(this.note);
  }

  attach(map: L.Map, stage: HTMLElement): void {
    this.map = map;
    const pane = map.createPane(PANE);
    pane.style.zIndex = "150";
    stage.append(this.credit);
    this.show(this.chosen);
  }

  private show(id: string, note = ""): void {
    const source = this.doc.layers.find((layer) => layer.id === id);
    for (const layer of this.on) layer.remove();
    this.chosen = source?.id ?? "";
    this.told(this.chosen);
    (this.inputs.get(this.chosen) as HTMLInputElement).checked = true;
    this.note.textContent = note;
    this.note.toggleAttribute("hidden", !note);
    const credit = source ? [source.attribution, source.shift ? this.doc.words.shifted : ""].filter(Boolean).join(" · ") : "";
    this.say(note || credit);
    // the legend holds it on; on the map it would stand in the way for good
    if (note) window.setTimeout(() => { if (this.credit.textContent === note) this.say(""); }, NOTE_MS);
    this.on = source ? this.layersOf(source) : [];
    // the drawn land stays until there is something to see instead
    this.changed(false);
    for (const layer of this.on) layer.addTo(this.map as L.Map);
  }

  private say(text: string): void {
    this.credit.textContent = text;
    this.credit.toggleAttribute("hidden", !text);
  }

  private layersOf(source: TileLayerDoc): L.TileLayer[] {
    const options: L.TileLayerOptions = {
      pane: PANE, subdomains: source.subdomains, minNativeZoom: source.min_zoom, maxNativeZoom: source.max_zoom,
      minZoom: 0, maxZoom: 24, updateWhenZooming: false, keepBuffer: 1,
    };
    let failed = 0;
    let came = false;
    return source.tiles.map((url) => {
      const layer = source.shift ? new ShiftedTiles(url, options) : L.tileLayer(url, options);
      layer.on("tileload", () => {
        came = true;
        if (this.chosen === source.id) this.changed(true);
      });
      layer.on("tileerror", () => {
        failed += 1;
        // a hole here and there is the server's affair, nothing at all is a line that is down
        if (!came && failed >= GIVE_UP && this.chosen === source.id) this.show("", this.doc.words.unreachable.replace("{title}", source.title));
      });
      return layer;
    });
  }
}
