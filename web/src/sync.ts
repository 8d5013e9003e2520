// maps of one group move together: what one is made to show, the others show too. they meet on
// the window, because each may have been mounted by a copy of this module of its own.
import * as L from "leaflet";

const MOVED = "platforms-map-moved";
/** Nearer than this a map shows the same already; pixels. */
const SAME_PX = 1.5;

interface View { center: [number, number]; zoom: number; /** nobody has moved it yet */ begun?: boolean }
interface Moved extends View { group: string; from: L.Map }
/** What each group shows now, for a map that joins it later. */
type Shared = Window & { platformsMapViews?: Record<string, View> };

/** Let a map follow the others of its group, and lead them; it leaves when it is removed. */
export function sync(map: L.Map, group: string | undefined): void {
  if (!group) return;
  const shared = window as Shared;
  const views = (shared.platformsMapViews ??= Object.create(null) as Record<string, View>);
  let following = false;
  let wanted: View | null = null;
  let frame = 0;

  const tell = (center: L.LatLng, zoom: number): void => {
    if (following) return;
    // the map leads: what it was still to follow is past
    wanted = null;
    const view: View = { center: [center.lat, center.lng], zoom };
    views[group] = view;
    window.dispatchEvent(new CustomEvent<Moved>(MOVED, { detail: { ...view, group, from: map } }));
  };
  const follow = (view: View): void => {
    const center = L.latLng(view.center);
    const near = map.project(center, view.zoom).distanceTo(map.project(map.getCenter(), view.zoom)) < SAME_PX;
    if (near && Math.abs(map.getZoom() - view.zoom) < 1e-6) return;
    following = true;
    map.setView(center, view.zoom, { animate: false });
    following = false;
  };
  const hear = (event: Event): void => {
    const { group: other, from, center, zoom } = (event as CustomEvent<Moved>).detail;
    if (other !== group || from === map) return;
    wanted = { center, zoom };
    // a drag tells more often than a map can be painted
    if (!frame) frame = requestAnimationFrame(() => {
      frame = 0;
      if (wanted) follow(wanted);
      wanted = null;
    });
  };

  const known = views[group];
  const own: View = { center: [map.getCenter().lat, map.getCenter().lng], zoom: map.getZoom(), begun: true };
  // all begin as the smallest of them has to, so that none cuts what they are about
  if (known && !(known.begun && own.zoom < known.zoom)) follow(known);
  else {
    views[group] = own;
    window.dispatchEvent(new CustomEvent<Moved>(MOVED, { detail: { ...own, group, from: map } }));
  }
  map.on("move zoom", () => tell(map.getCenter(), map.getZoom()));
  map.on("zoomanim", (event) => {
    const { center, zoom } = event as L.ZoomAnimEvent;
    tell(center, zoom);
  });
  window.addEventListener(MOVED, hear);
  map.on("unload", () => {
    cancelAnimationFrame(frame);
    window.removeEventListener(MOVED, hear);
  });
}
