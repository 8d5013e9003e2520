// where a map looks, and the way there and back.
import * as L from "leaflet";
import type { MapDocument } from "./types";

export interface Look {
  center: [number, number];
  zoom: number;
}

/** West, south, east, north in degrees. */
type Degrees = readonly number[];

/** What takes at least this share of the county's width or height is looked at in the whole of it. */
const SPREAD = 0.5;
/** Boxes that share less than this of what both cover are different places. */
const SAME_PLACE = 0.5;
/** Pixels of a map by which a view is the same. */
const SAME_PX = 2;

/** Whether a box lies in the county and over much of it. */
export function spread([w, s, e, n]: Degrees, [cw, cs, ce, cn]: Degrees): boolean {
  const dx = 0.1 * (ce - cw);
  const dy = 0.1 * (cn - cs);
  const inside = w >= cw - dx && s >= cs - dy && e <= ce + dx && n <= cn + dy;
  return inside && Math.max((e - w) / (ce - cw), (n - s) / (cn - cs)) >= SPREAD;
}

function area([w, s, e, n]: Degrees): number {
  return Math.max(e - w, 0) * Math.max(n - s, 0);
}

function shared(a: Degrees, b: Degrees): number {
  const both = area([Math.max(a[0], b[0]), Math.max(a[1], b[1]), Math.min(a[2], b[2]), Math.min(a[3], b[3])]);
  return both / Math.max(area(a) + area(b) - both, 1e-12);
}

/** Whether a document speaks of another place than the one before it: an upload came, or went. */
export function elsewhere(before: MapDocument, doc: MapDocument, map: L.Map): boolean {
  const about = doc.focus ?? doc.extent;
  if (shared(before.focus ?? before.extent, about) >= SAME_PLACE) return false;
  const source = (one: MapDocument) => one.layers.find((layer) => layer.id === "plots")?.source;
  return source(before) !== source(doc) || !map.getBounds().intersects([[about[1], about[0]], [about[3], about[2]]]);
}

/** The part of a map that the window shows, in its pixels; all of it where it shows none. */
export function seenPart(map: L.Map): L.Bounds {
  const { top } = map.getContainer().getBoundingClientRect();
  const { x, y } = map.getSize();
  const [above, below] = [Math.max(0, -top), Math.min(y, window.innerHeight - top)];
  return below > above ? L.bounds([0, above], [x, below]) : L.bounds([0, 0], [x, y]);
}

/** Whether a map still looks where it was brought. */
export function stillAt(map: L.Map, look: Look): boolean {
  if (Math.abs(map.getZoom() - look.zoom) > 1e-6) return false;
  return map.project(map.getCenter(), look.zoom).distanceTo(map.project(look.center, look.zoom)) < SAME_PX;
}

/** Bring a box of the ground into view: west, south, east, north in degrees. */
export function lookAt(map: L.Map, [w, s, e, n]: readonly number[], fly: boolean): void {
  map.invalidateSize({ animate: false, pan: false });
  const bounds = L.latLngBounds([s, w], [n, e]);
  const room = { paddingTopLeft: L.point(30, 34), paddingBottomRight: L.point(34, 30), maxZoom: 16 };
  if (fly && !window.matchMedia("(prefers-reduced-motion: reduce)").matches) {
    map.flyToBounds(bounds, { ...room, duration: 0.9 });
  } else map.stop().fitBounds(bounds, { ...room, animate: false });
}

/** Go back to where the map was. */
export function lookBack(map: L.Map, to: Look): void {
  map.stop();
  map.invalidateSize({ animate: false, pan: false });
  map.setView(to.center, to.zoom, { animate: false });
}

export function lookOf(map: L.Map): Look {
  const c = map.getCenter();
  return { center: [c.lat, c.lng], zoom: map.getZoom() };
}
