// which features a filter leaves. the server decides, and sends one bit a feature: the document
// stays where it is, and map, table and figures speak of the same rows.
import * as L from "leaflet";
import { latOf, lonOf } from "./decode";
import { seenPart } from "./looking";
import type { PlanLayer } from "./plan_layer";

/** One bit a feature, the first in the lowest bit of the first byte, as base64. */
export interface Mask {
  features: number;
  bits: string;
}

export interface Filter {
  /** Fingerprint of the document that the bits belong to. */
  of: string;
  /** Tells one filter from another. */
  key: string;
  layers: Record<string, Mask>;
}

function unpack(mask: Mask, features: number): Uint8Array | null {
  // bits of other rows would hide the wrong ones: better all than those
  if (mask.features !== features) return null;
  const bytes = atob(mask.bits);
  if (bytes.length < Math.ceil(features / 8)) return null;
  const out = new Uint8Array(features);
  for (let f = 0; f < features; f += 1) out[f] = (bytes.charCodeAt(f >> 3) >> (f & 7)) & 1;
  return out;
}

/** Put a filter on the layers of a document, or take it off; say whether anything changed. */
export function applyFilter(layers: PlanLayer[], filter: Filter | null, id: string): boolean {
  const masks = filter && filter.of === id ? filter.layers : {};
  let changed = false;
  for (const layer of layers) {
    // of a layer that is asked for by tile the server sends what a filter leaves
    const named = !layer.doc.summed && Object.prototype.hasOwnProperty.call(masks, layer.doc.id);
    const mask = named ? unpack(masks[layer.doc.id], layer.doc.features) : null;
    if (mask === null && layer.mask === null) continue;
    layer.setMask(mask);
    changed = true;
  }
  return changed;
}

/** Where a filter's features lie, where the window shows less than half of them; else null. */
export function unseen(layers: PlanLayer[], map: L.Map): L.LatLngBounds | null {
  const part = seenPart(map);
  const k = map.getZoomScale(map.getZoom(), 0);
  const from = map.getPixelBounds().min ?? L.point(0, 0);
  const box = [Infinity, Infinity, -Infinity, -Infinity];
  let [left, seen] = [0, 0];
  for (const layer of layers) {
    if (layer.mask === null || !layer.visible) continue;
    for (let f = 0; f < layer.doc.features; f += 1) {
      if (!layer.passes(f) || !layer.classOn[layer.classOf[f]]) continue;
      const [w, n, e, s] = layer.box(f);
      left += 1;
      if (part.contains([(k * (w + e)) / 2 - from.x, (k * (n + s)) / 2 - from.y])) seen += 1;
      box[0] = Math.min(box[0], w);
      box[1] = Math.min(box[1], n);
      box[2] = Math.max(box[2], e);
      box[3] = Math.max(box[3], s);
    }
  }
  if (!left || 2 * seen >= left) return null;
  return L.latLngBounds([latOf(box[3]), lonOf(box[0])], [latOf(box[1]), lonOf(box[2])]);
}
