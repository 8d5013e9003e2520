// which features a filter leaves. the server decides, and sends one bit a feature: the document
// stays where it is, and map, table and figures speak of the same rows.
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
    const named = Object.prototype.hasOwnProperty.call(masks, layer.doc.id);
    const mask = named ? unpack(masks[layer.doc.id], layer.doc.features) : null;
    if (mask === null && layer.mask === null) continue;
    layer.setMask(mask);
    changed = true;
  }
  return changed;
}
