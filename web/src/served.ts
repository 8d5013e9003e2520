// a layer of more plots than one map carries: the document holds their sums by cells, and where a
// server has the plots, those in view are asked for by tile as one moves and zooms. what is shown
// is always of one zoom and one fingerprint; what is not shown singly is counted in a line on the
// map. without a server the sums stay, and the line says so.
import * as L from "leaflet";
import { decodeRows, decodeGeometry, lonOf, latOf, mercatorX, mercatorY } from "./decode";
import { Words, el } from "./elements";
import { Extent } from "./extent";
import { Chunk, Part, join } from "./joined";
import type { PlanLayer } from "./plan_layer";
import type { Packed } from "./types";

/** Where the plots of a layer are asked for, and how many a filter leaves of each class. */
export interface Service {
  /** below the app's own address */
  path: string;
  /** id of the document whose layer it is */
  of: string;
  left: number[] | null;
  fingerprint: string;
  /** whether what one looks at can be taken along as a page */
  page?: boolean;
}

export interface Found { id: string; name: string }

interface Sent {
  fingerprint: string;
  features: number;
  geometry: Packed;
  attributes: Packed;
}

/** A tile is drawn at most 1.42 times its own 512 pixels; so much smaller is its zoom. */
const COARSER = 1;
/** Around what is seen, in its widths and heights: the canvas is painted so far too. */
const MARGIN = 0.25;
const AT_ONCE = 4;
/** Bounds of what is held: tiles, and features in them. */
const MOST_TILES = 80;
const MOST_FEATURES = 200_000;
/** A movement asks so often; milliseconds. */
const PULSE_MS = 200;
/** A note that it takes a while comes after a while. */
const LATE_MS = 600;
/** The app's answer where the store was written since the map was made. */
const NEWER = 409;

/** An address of the app's own: a proxy may have put something before it. */
function below(path: string): string {
  const shell = document.querySelector<HTMLScriptElement>('script[type="module"][src*="static/js/"]');
  return new URL(path, new URL("../../", shell?.src ?? document.baseURI)).href;
}

export class Served {
  readonly note = el("p", { class: "pm-summed", attrs: { role: "status", hidden: "" } });
  readonly extent: Extent;
  private service: Service | null = null;
  /** the store was written since: all answers are of plots before */
  private newer = false;
  /** the oldest first */
  private tiles = new Map<string, Chunk>();
  private readonly asked = new Map<string, AbortController>();
  private readonly lost = new Set<string>();
  /** the selected plot with all that is known of it */
  private guest: Chunk | null = null;
  private readonly alone: Chunk;
  private wanted: string[] = [];
  private zoom = -1;
  private joined: string | null = null;
  private timer = 0;
  private late = 0;
  private slow = false;
  private turn = 0;
  private readonly pulse = () => { this.timer ||= window.setTimeout(() => { this.timer = 0; this.look(); }, PULSE_MS); };
  private readonly rest = () => { window.clearTimeout(this.timer); this.timer = 0; this.look(); };

  constructor(
    private readonly map: L.Map, readonly layer: PlanLayer, private readonly words: Words,
    /** ids of what must stay, wherever the map goes */
    private readonly pinned: () => ReadonlySet<string>,
    private readonly fill: (chunk: Chunk) => void,
  ) {
    this.alone = { geometry: layer.geometry, attributes: layer.attributes };
    this.extent = new Extent(map, words, () => this.service && below(this.service.path));
    map.on("moveend", this.rest);
    map.on("move", this.pulse);
    this.tell();
  }

  /** Whether single plots can be asked for. */
  get open(): boolean {
    return this.service !== null;
  }

  /** Ask there from now on; what came from elsewhere is forgotten. */
  use(service: Service | null): void {
    if (service?.path === this.service?.path) return;
    this.forget();
    this.service = service;
    this.layer.setLeft(service?.left ?? null);
    this.look();
  }

  private forget(): void {
    this.turn += 1;
    this.newer = false;
    for (const one of this.asked.values()) one.abort();
    this.asked.clear();
    this.lost.clear();
    this.tiles.clear();
    this.guest = null;
    this.joined = null;
    this.zoom = -1;
  }

  // the tiles of what is seen and a little around it, the middle first
  private addresses(): { z: number; keys: string[] } {
    const { deepest } = this.layer.doc.summed as { deepest: number };
    const z = Math.max(0, Math.min(deepest, Math.round(this.map.getZoom()) - COARSER));
    const bounds = this.map.getBounds().pad(MARGIN);
    const side = 256 / 2 ** z;
    const last = 2 ** z - 1;
    const cell = (v: number) => Math.max(0, Math.min(last, Math.floor(v / side)));
    const [x0, x1] = [cell(mercatorX(bounds.getWest())), cell(mercatorX(bounds.getEast()))];
    const [y0, y1] = [cell(mercatorY(bounds.getNorth())), cell(mercatorY(bounds.getSouth()))];
    const keys: [number, string][] = [];
    for (let x = x0; x <= x1; x += 1) {
      for (let y = y0; y <= y1; y += 1) keys.push([Math.hypot(x - (x0 + x1) / 2, y - (y0 + y1) / 2), `${z}/${x}/${y}`]);
    }
    return { z, keys: keys.filter(([, key]) => this.meets(key)).sort((a, b) => a[0] - b[0]).map(([, key]) => key) };
  }

  // a tile beyond the box of all plots is empty and not worth a question
  private meets(key: string): boolean {
    const box = this.layer.doc.bounds;
    if (!box) return true;
    const [z, x, y] = key.split("/").map(Number);
    const side = 256 / 2 ** z;
    const slack = 1e-4;
    return lonOf((x + 1) * side) >= box[0] - slack && lonOf(x * side) <= box[2] + slack
      && latOf(y * side) >= box[1] - slack && latOf((y + 1) * side) <= box[3] + slack;
  }

  /** See what is wanted for where the map is. */
  look(): void {
    const size = this.map.getSize();
    if (!size.x || !size.y) return;
    // the newest plots come with another run of the page
    if (!this.service || !this.layer.visible || this.newer) {
      this.tell();
      return;
    }
    const { z, keys } = this.addresses();
    this.wanted = keys;
    this.lost.clear();
    for (const [key, one] of this.asked) {
      if (keys.includes(key)) continue;
      one.abort();
      this.asked.delete(key);
    }
    for (const key of keys) {
      const held = this.tiles.get(key);
      if (!held) continue;
      // used again: the newest now
      this.tiles.delete(key);
      this.tiles.set(key, held);
    }
    this.ask();
    this.show(z);
  }

  private ask(): void {
    if (this.newer) return;
    for (const key of this.wanted) {
      if (this.asked.size >= AT_ONCE) break;
      if (!this.tiles.has(key) && !this.asked.has(key) && !this.lost.has(key)) void this.fetch(key);
    }
    window.clearTimeout(this.late);
    if (!this.asked.size) this.slow = false;
    else if (!this.slow) this.late = window.setTimeout(() => { this.slow = true; this.tell(); }, LATE_MS);
  }

  private async fetch(key: string): Promise<void> {
    const turn = this.turn;
    const stop = new AbortController();
    this.asked.set(key, stop);
    let came: Chunk | null = null;
    try {
      came = await this.read(key, stop.signal);
    } catch {
      came = null;
    }
    if (turn !== this.turn || stop.signal.aborted) return;
    this.asked.delete(key);
    if (came) this.tiles.set(key, came);
    else this.lost.add(key);
    this.trim();
    this.ask();
    this.show(Number(key.split("/")[0]));
  }

  private async read(path: string, signal?: AbortSignal): Promise<Chunk | null> {
    const service = this.service as Service;
    const answer = await fetch(below(`${service.path}/${path}`), { signal });
    this.newer ||= answer.status === NEWER;
    if (!answer.ok) return null;
    const sent = (await answer.json()) as Sent;
    // an answer of other data never stands beside these
    if (sent.fingerprint !== service.fingerprint) return null;
    const [geometry, attributes] = await Promise.all([
      decodeGeometry(sent.geometry), decodeRows(sent.attributes, this.layer.doc.key, sent.features),
    ]);
    return { geometry, attributes };
  }

  private trim(): void {
    let held = [...this.tiles.values()].reduce((sum, one) => sum + one.geometry.features, 0);
    for (const [key, one] of this.tiles) {
      if (this.tiles.size <= MOST_TILES && held <= MOST_FEATURES) return;
      if (this.wanted.includes(key)) continue;
      this.tiles.delete(key);
      held -= one.geometry.features;
    }
  }

  // at another zoom all of it changes at once, or sums would lie over the plots that they count
  private show(z: number): void {
    const here = this.wanted.filter((key) => this.tiles.has(key));
    const whole = here.length + this.wanted.filter((key) => this.lost.has(key)).length === this.wanted.length;
    if (z !== this.zoom && !whole) return;
    const parts: Part[] = here.map((key) => this.tiles.get(key) as Chunk);
    // what is shown stays until something came, or all was lost: emptied, it would be asked for again
    if (!parts.length && this.asked.size) {
      this.tell();
      return;
    }
    // nothing came at all: the sums that the document holds
    if (!parts.length && this.lost.size) parts.push(this.alone);
    const name = [...(parts[0] === this.alone ? ["alone"] : here)].sort().join(" ");
    if (name !== this.joined) {
      this.joined = name;
      this.zoom = z;
      this.put(parts);
    }
    this.tell();
  }

  private put(parts: Part[]): void {
    const stays = this.pinned();
    const now: Part = { geometry: this.layer.geometry, attributes: this.layer.attributes, only: stays };
    const guest = this.guest && stays.has(this.guest.attributes.id(0)) ? [this.guest] : [];
    this.fill(join([...guest, ...parts, ...(stays.size ? [now] : [])], this.layer.doc.key));
  }

  /** Bring a plot with all that is known of it among those that are shown; false for none. */
  async bring(id: string): Promise<boolean> {
    const turn = this.turn;
    let came: Chunk | null = null;
    if (this.service) came = await this.read(`one?id=${encodeURIComponent(id)}`).catch(() => null);
    if (!came?.geometry.features || turn !== this.turn) return false;
    this.guest = came;
    const shown: Part = { geometry: this.layer.geometry, attributes: this.layer.attributes };
    this.fill(join([came, shown], this.layer.doc.key));
    return true;
  }

  /** Whether all of a plot is known here. */
  knows(id: string): boolean {
    return this.guest?.attributes.row(id) === 0;
  }

  /** Plots of all the layer whose id, name or firm holds a text. */
  async find(text: string): Promise<Found[]> {
    if (!this.service) return [];
    try {
      const answer = await fetch(below(`${this.service.path}/find?text=${encodeURIComponent(text)}`));
      return answer.ok ? (await answer.json()) as Found[] : [];
    } catch {
      return [];
    }
  }

  /** Plots with their middle in view: those shown singly, and those within sums. */
  counted(): { shown: number; rest: number } {
    const bounds = this.map.getBounds();
    const [w, e] = [mercatorX(bounds.getWest()), mercatorX(bounds.getEast())];
    const [n, s] = [mercatorY(bounds.getNorth()), mercatorY(bounds.getSouth())];
    let [shown, rest] = [0, 0];
    this.layer.inBox(w, n, e, s, (f) => {
      const box = this.layer.box(f);
      const [x, y] = [(box[0] + box[2]) / 2, (box[1] + box[3]) / 2];
      if (x < w || x > e || y < n || y > s) return;
      const sum = this.layer.sum(f);
      if (sum) rest += sum;
      else shown += 1;
    });
    return { shown, rest };
  }

  get loading(): number {
    return this.asked.size;
  }

  private tell(): void {
    this.note.textContent = this.said();
    this.note.toggleAttribute("hidden", !this.layer.visible || !this.note.textContent);
    this.extent.offer(Boolean(this.service?.page) && this.layer.visible);
  }

  private said(): string {
    const told = (n: number) => n.toLocaleString("en-US");
    if (!this.service) return this.words("summed_alone", { all: told(this.layer.doc.summed?.plots ?? 0) });
    if (this.newer) return this.words("summed_newer");
    if (this.lost.size && !this.asked.size) return this.words("summed_lost");
    if (this.slow && this.asked.size) return this.words("summed_loading");
    const { shown, rest } = this.counted();
    const fields = { all: told(shown + rest), shown: told(shown), rest: told(rest) };
    if (!rest) return this.words(shown ? "summed_every" : "summed_none", fields);
    if (!shown) return this.words("summed_cells", fields);
    const deepest = this.zoom >= (this.layer.doc.summed?.deepest ?? 0);
    return this.words(deepest ? "summed_deep" : "summed_some", fields);
  }

  release(): void {
    this.forget();
    this.extent.release();
    window.clearTimeout(this.timer);
    window.clearTimeout(this.late);
    this.map.off("moveend", this.rest);
    this.map.off("move", this.pulse);
  }
}
