// what is on the screen, for tests: nothing here is needed to use the map.
import * as L from "leaflet";
import { metresPerPixel } from "./frame";
import { windowOf } from "./margin";
import type { Overlay } from "./overlay";
import type { PlanLayer } from "./plan_layer";
import { pending } from "./slices";

export function probeOf(
  id: string, map: L.Map, layers: PlanLayer[], overlay: Overlay, paints: number,
): Record<string, unknown> {
  const corner = map.getPixelBounds().min as L.Point;
  const local = (x: number, y: number) => ({ x: x - corner.x, y: y - corner.y });
  const marks = overlay.scene?.marks ?? [];
  const describe = (m: (typeof marks)[number]) => ({
    layer: layers[m.layer].doc.id, ids: m.members.map((f) => layers[m.layer].attributes.id(f)),
    ...local(m.x, m.y), anchor: local(m.ax, m.ay), r: m.r,
  });
  return {
    id, zoom: map.getZoom(), metres_per_pixel: metresPerPixel(windowOf(map)), paints, pending: pending(),
    layers: Object.fromEntries(layers.map((l) => [l.doc.id, { features: l.total, held: l.geometry.features, left: l.remaining(), drawn: l.drawn, visible: l.visible }])),
    marks: marks.filter((m) => m.feature >= 0).map(describe),
    badges: marks.filter((m) => m.feature < 0).map(describe),
    labels: overlay.shownLabels().map((l) => ({ text: l.lines.join(""), ...local(l.x, l.y), width: l.width, height: l.height })),
  };
}
