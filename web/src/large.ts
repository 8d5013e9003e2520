// the layers of a view whose plots are asked for by tile: when a layer holds other features, what
// is selected and chosen is found again by its id.
import * as L from "leaflet";
import { latOf, lonOf } from "./decode";
import { el } from "./elements";
import type { Words } from "./elements";
import type { Chunk } from "./joined";
import type { Overlay, Spot } from "./overlay";
import type { PlanLayer } from "./plan_layer";
import { Served, Service } from "./served";
import type { Tools } from "./tools";

/** A sum is pressed to see the plots in it: so much nearer. */
const NEARER = 2;

export interface Beyond { layer: number; id: string; name: string }

export class Large {
  private readonly held = new Map<number, Served>();

  constructor(
    private readonly of: string, private readonly map: L.Map, private readonly layers: PlanLayer[], words: Words,
    private readonly overlay: Overlay, private readonly tools: Tools, private readonly changed: () => void,
  ) {
    layers.forEach((layer, l) => {
      if (!layer.doc.summed) return;
      this.held.set(l, new Served(map, layer, words, () => this.pinned(l), (chunk) => this.refill(l, chunk)));
    });
  }

  get notes(): HTMLElement[] {
    return [...this.held.values()].map((one) => (
      el("div", { class: "pm-summed-box" }, [one.extent.said, el("div", { class: "pm-summed-line" }, [one.note, one.extent.button])])
    ));
  }

  get loading(): number {
    return [...this.held.values()].reduce((sum, one) => sum + one.loading, 0);
  }

  use(services: Record<string, Service> | null): void {
    for (const [l, one] of this.held) {
      const service = services?.[this.layers[l].doc.id] ?? null;
      // plots of another document are none of these
      one.use(service?.of === this.of ? service : null);
    }
  }

  /** Something was switched. */
  look(): void {
    for (const one of this.held.values()) one.look();
  }

  private pinned(l: number): ReadonlySet<string> {
    const { selected, chosen } = this.overlay;
    const ids = new Set(chosen?.layer === l ? this.tools.choosing.ids() : []);
    if (selected?.layer === l) ids.add(this.layers[l].attributes.id(selected.feature));
    return ids;
  }

  private refill(l: number, chunk: Chunk): void {
    const layer = this.layers[l];
    const { selected, chosen } = this.overlay;
    const own = selected?.layer === l ? layer.attributes.id(selected.feature) : null;
    const ids = chosen?.layer === l ? this.tools.choosing.ids() : [];
    layer.refill(chunk.geometry, chunk.attributes);
    if (own !== null) {
      const feature = layer.attributes.row(own);
      layer.chosen = feature;
      this.overlay.selected = feature < 0 ? null : { layer: l, feature };
      this.tools.offer(feature < 0 ? null : layer, feature);
    }
    if (this.overlay.hovered?.layer === l) this.overlay.hovered = null;
    this.tools.choosing.again(l, ids);
    this.changed();
  }

  /** Go nearer to what a sum stands for; false for what is no sum, or where nothing is nearer. */
  nearer({ layer: l, feature }: Spot): boolean {
    const layer = this.layers[l];
    if (!layer.sum(feature) || !this.held.get(l)?.open) return false;
    const [w, n, e, s] = layer.box(feature);
    this.map.setView([latOf((n + s) / 2), lonOf((w + e) / 2)], Math.min(this.map.getMaxZoom(), this.map.getZoom() + NEARER));
    return true;
  }

  /** Whether more is to be known of a feature than stands here. */
  lacks({ layer: l, feature }: Spot): boolean {
    const served = this.held.get(l);
    return Boolean(served?.open) && !served?.knows(this.layers[l].attributes.id(feature));
  }

  /** Bring a plot here with all that is known of it; its row, or -1. */
  async bring(l: number, id: string): Promise<number> {
    const came = (await this.held.get(l)?.bring(id)) ?? false;
    return came ? this.layers[l].attributes.row(id) : -1;
  }

  has(l: number): boolean {
    return this.held.get(l)?.open ?? false;
  }

  /** Plots that a search finds beyond those that are here. */
  async find(text: string): Promise<Beyond[]> {
    const found = await Promise.all([...this.held].map(async ([layer, one]) => (
      (await one.find(text)).map((plot) => ({ layer, ...plot }))
    )));
    return found.flat();
  }

  probe(): Record<string, unknown> {
    return Object.fromEntries([...this.held].map(([l, one]) => (
      [this.layers[l].doc.id, { ...one.counted(), loading: one.loading, open: one.open, note: one.note.textContent }]
    )));
  }

  release(): void {
    for (const one of this.held.values()) one.release();
  }
}
