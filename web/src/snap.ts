// where a pointed place joins a boundary that is there already. the map holds corners to 1e-6
// degree; what is told with a joined place is that it was joined, and the server puts the
// corner's own coordinates in.
import * as L from "leaflet";
import { latOf, lonOf, mercatorX, mercatorY } from "./decode";
import type { Position } from "./estimate";
import type { PlanLayer } from "./plan_layer";

/** 1 joined to a corner, 2 to an edge. */
export type Joined = 1 | 2;
/** A corner of a shape; joined ones say so. */
export type Corner = readonly [lon: number, lat: number, joined?: Joined];

export interface Found {
  at: L.LatLng;
  joined: Joined;
}

const REACH_PX = 10;
/** Layers below this order are areas one looks through; nothing joins to them. */
const SOLID_ORDER = 40;

export function cornerOf(at: L.LatLng, found: Found | null): Corner {
  return found ? [found.at.lng, found.at.lat, found.joined] : [at.lng, at.lat];
}

export function plainRing(ring: readonly Corner[]): Position[] {
  return ring.map(([lon, lat]) => [lon, lat] as const);
}

export class Snapping {
  /** The feature that is being changed joins to others, never to itself. */
  except: { layer: string; id: string } | null = null;
  private readonly mark = L.marker([0, 0], {
    interactive: false, keyboard: false, pane: "pm-draw",
    icon: L.divIcon({ className: "pm-snap", iconSize: [18, 18] }),
  });

  constructor(private readonly map: L.Map, private readonly layers: PlanLayer[]) {}

  /** Find the nearest corner in reach, else the nearest edge; Alt keeps a place where it is. */
  find(at: L.LatLng, event?: Event): Found | null {
    const free = (event as MouseEvent | undefined)?.altKey ?? false;
    const found = free ? null : this.nearest(at);
    if (found) {
      this.mark.setLatLng(found.at).addTo(this.map);
      this.mark.getElement()?.classList.toggle("pm-snap-edge", found.joined === 2);
    } else this.clear();
    return found;
  }

  clear(): void {
    this.mark.remove();
  }

  private nearest(at: L.LatLng): Found | null {
    const reach = REACH_PX / this.map.getZoomScale(this.map.getZoom(), 0);
    const wx = mercatorX(at.lng);
    const wy = mercatorY(at.lat);
    let corner = reach;
    let edge = reach;
    let best: [number, number] | null = null;
    let onEdge: [number, number] | null = null;
    for (const layer of this.layers) {
      if (layer.doc.kind !== "polygon" || layer.doc.order < SOLID_ORDER || !layer.visible || !layer.inZoom(this.map.getZoom())) continue;
      const g = layer.geometry;
      const px = wx - g.originX;
      const py = wy - g.originY;
      const own = this.except?.layer === layer.doc.id ? layer.attributes.row(this.except.id) : -1;
      layer.inBox(wx - reach, wy - reach, wx + reach, wy + reach, (f) => {
        if (f === own || !layer.shown(f)) return;
        for (let r = g.ringStart[g.partStart[f]]; r < g.ringStart[g.partStart[f + 1]]; r += 1) {
          const from = g.vertexStart[r];
          const to = g.vertexStart[r + 1];
          for (let i = from, j = to - 1; i < to; j = i, i += 1) {
            const d = Math.hypot(g.x[i] - px, g.y[i] - py);
            if (d < corner) {
              corner = d;
              best = [g.x[i] + g.originX, g.y[i] + g.originY];
            }
            const dx = g.x[i] - g.x[j];
            const dy = g.y[i] - g.y[j];
            const t = Math.max(0, Math.min(1, ((px - g.x[j]) * dx + (py - g.y[j]) * dy) / (dx * dx + dy * dy || 1)));
            const ex = g.x[j] + t * dx;
            const ey = g.y[j] + t * dy;
            const away = Math.hypot(ex - px, ey - py);
            if (away < edge) {
              edge = away;
              onEdge = [ex + g.originX, ey + g.originY];
            }
          }
        }
      });
    }
    const place = (p: [number, number]) => L.latLng(latOf(p[1]), lonOf(p[0]));
    if (best) return { at: place(best), joined: 1 };
    return onEdge ? { at: place(onEdge), joined: 2 } : null;
  }
}
