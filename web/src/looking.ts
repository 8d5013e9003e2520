// where a map looks, and the way there and back.
import * as L from "leaflet";

export interface Look {
  center: [number, number];
  zoom: number;
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
