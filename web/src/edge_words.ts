// the lengths of edges, written beside them where an edge is long enough on the screen.
import * as L from "leaflet";
import { el } from "./elements";
import type { Corner } from "./snap";

const ROOM_PX = 58;
const MOST = 80;

export class EdgeWords {
  private readonly group = L.layerGroup();
  private rings: { ring: readonly Corner[]; texts: readonly string[] }[] = [];
  private readonly again = () => this.paint();

  constructor(private readonly map: L.Map) {
    this.group.addTo(map);
    map.on("zoomend moveend", this.again);
  }

  /** `texts[i]` is said of the edge from corner i to the next; an empty one is left out. */
  set(rings: { ring: readonly Corner[]; texts: readonly string[] }[]): void {
    this.rings = rings;
    this.paint();
  }

  private paint(): void {
    this.group.clearLayers();
    const size = this.map.getSize();
    let left = MOST;
    for (const { ring, texts } of this.rings) {
      for (let i = 0; i < ring.length && left > 0; i += 1) {
        if (!texts[i]) continue;
        const a = this.map.latLngToContainerPoint([ring[i][1], ring[i][0]]);
        const next = ring[(i + 1) % ring.length];
        const b = this.map.latLngToContainerPoint([next[1], next[0]]);
        const at = a.add(b).divideBy(2);
        if (a.distanceTo(b) < ROOM_PX || at.x < 0 || at.y < 0 || at.x > size.x || at.y > size.y) continue;
        left -= 1;
        this.group.addLayer(L.marker(this.map.containerPointToLatLng(at), {
          interactive: false, keyboard: false, pane: "pm-draw",
          icon: L.divIcon({ className: "pm-edge", iconSize: [0, 0], html: el("span", { text: texts[i] }) }),
        }));
      }
    }
  }
}
