// what lies under the pointer is named beside it before anything is pressed.
import * as L from "leaflet";
import { tips } from "./card";
import { mercatorX, mercatorY } from "./decode";
import { Words, el, plain } from "./elements";
import type { Overlay, Spot } from "./overlay";
import type { PlanLayer } from "./plan_layer";

/** How near the pointer must come; pixels. */
export const HIT_PX = 5;
/** Layers below this order are areas one looks through: no hover, but a click finds them. */
const SOLID_ORDER = 40;

export interface HoverEvents {
  /** a tool has the pointer */
  busy(): boolean;
  spots(latlng: L.LatLng): Spot[];
  changed(): void;
}

export class Hover {
  readonly tip = el("div", { class: "pm-tip", attrs: { hidden: "" } });
  private frame = 0;

  constructor(
    private readonly map: L.Map, private readonly layers: PlanLayer[], private readonly overlay: Overlay,
    private readonly words: Words, private readonly events: HoverEvents,
  ) {
    map.on("mousemove", (event) => this.move(event as L.LeafletMouseEvent));
    map.on("mouseout movestart", () => this.end());
  }

  private move(event: L.LeafletMouseEvent): void {
    cancelAnimationFrame(this.frame);
    if (this.events.busy()) return this.end();
    this.frame = requestAnimationFrame(() => {
      const [spot, text] = this.under(event.latlng);
      this.tip.textContent = plain(text);
      this.tip.toggleAttribute("hidden", !text);
      const at = event.containerPoint;
      const right = at.x > this.map.getSize().x * 0.6;
      this.tip.style.transform = `translate(${at.x + (right ? -12 : 14)}px, ${at.y + 14}px)${right ? " translateX(-100%)" : ""}`;
      this.map.getContainer().style.cursor = text ? "pointer" : "";
      const old = this.overlay.hovered;
      if (old?.layer === spot?.layer && old?.feature === spot?.feature) return;
      this.overlay.hovered = spot;
      this.events.changed();
    });
  }

  private under(latlng: L.LatLng): [Spot | null, string] {
    const { words, layers } = this;
    const k = this.map.getZoomScale(this.map.getZoom(), 0);
    const mark = this.overlay.markAt(mercatorX(latlng.lng) * k, mercatorY(latlng.lat) * k, HIT_PX);
    if (mark && mark.feature < 0) {
      return [null, words("several", { n: mark.members.length, title: layers[mark.layer].doc.title })];
    }
    const spot = mark
      ? { layer: mark.layer, feature: mark.feature }
      : this.events.spots(latlng).find((s) => layers[s.layer].doc.order >= SOLID_ORDER) ?? null;
    if (!spot) return [null, ""];
    const layer = layers[spot.layer];
    const text = words("found", { name: layer.name(spot.feature), layer: layer.doc.title });
    return [spot, [text, ...tips(layer, spot.feature)].join("\n")];
  }

  private end(): void {
    cancelAnimationFrame(this.frame);
    this.tip.toggleAttribute("hidden", true);
    if (!this.overlay.hovered) return;
    this.overlay.hovered = null;
    this.events.changed();
  }

  release(): void {
    cancelAnimationFrame(this.frame);
  }
}
