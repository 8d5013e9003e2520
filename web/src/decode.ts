// packed columns back into arrays. coordinates were integers of 1e-6 degree, delta
// coded over the whole layer; here they become web-mercator pixels of zoom 0,
// relative to the layer's first corner, so that 32-bit floats are exact enough.
import type { LayerDoc, Packed } from "./types";

export type Value = string | number | boolean | null;

export interface Geometry {
  features: number;
  /** first part of each feature, length features + 1 */
  partStart: Uint32Array;
  /** first ring of each part */
  ringStart: Uint32Array;
  /** first vertex of each ring */
  vertexStart: Uint32Array;
  x: Float32Array;
  y: Float32Array;
  originX: number;
  originY: number;
  /** per feature: min x, min y, max x, max y */
  boxes: Float32Array;
}

export class UnsupportedBrowser extends Error {}

export function mercatorX(lon: number): number {
  return ((lon + 180) / 360) * 256;
}

export function mercatorY(lat: number): number {
  const s = Math.sin((lat * Math.PI) / 180);
  return (0.5 - Math.log((1 + s) / (1 - s)) / (4 * Math.PI)) * 256;
}

export function lonOf(x: number): number {
  return (x / 256) * 360 - 180;
}

export function latOf(y: number): number {
  const n = Math.PI * (1 - (2 * y) / 256);
  return (Math.atan(Math.sinh(n)) * 180) / Math.PI;
}

async function unpack(packed: Packed): Promise<Uint8Array> {
  const text = atob(packed.data);
  const bytes = new Uint8Array(text.length);
  for (let i = 0; i < text.length; i += 1) bytes[i] = text.charCodeAt(i);
  if (packed.encoding === "base64") return bytes;
  if (typeof DecompressionStream === "undefined") throw new UnsupportedBrowser();
  const stream = new Blob([bytes]).stream().pipeThrough(new DecompressionStream("gzip"));
  return new Uint8Array(await new Response(stream).arrayBuffer());
}

class Reader {
  private at = 0;
  constructor(private readonly bytes: Uint8Array) {}

  int(): number {
    const view = new DataView(this.bytes.buffer, this.bytes.byteOffset + this.at, 4);
    this.at += 4;
    return view.getInt32(0, true);
  }

  // four byte planes, lowest first: high planes are nearly all zero and pack to nothing
  words(n: number): Uint32Array {
    const out = new Uint32Array(n);
    for (let plane = 0; plane < 4; plane += 1) {
      const start = this.at + plane * n;
      const shift = plane * 8;
      for (let i = 0; i < n; i += 1) out[i] |= this.bytes[start + i] << shift;
    }
    this.at += 4 * n;
    return out;
  }
}

function starts(counts: Uint32Array): Uint32Array {
  const out = new Uint32Array(counts.length + 1);
  for (let i = 0; i < counts.length; i += 1) out[i + 1] = out[i] + counts[i];
  return out;
}

export async function decodeGeometry(packed: Packed): Promise<Geometry> {
  const reader = new Reader(await unpack(packed));
  reader.int(); // version
  const features = reader.int();
  const parts = reader.int();
  const rings = reader.int();
  const vertices = reader.int();
  const partStart = starts(reader.words(features));
  const ringStart = starts(reader.words(parts));
  const vertexStart = starts(reader.words(rings));
  const dx = reader.words(vertices);
  const dy = reader.words(vertices);
  const x = new Float32Array(vertices);
  const y = new Float32Array(vertices);
  let lon = 0;
  let lat = 0;
  let originX = 0;
  let originY = 0;
  for (let i = 0; i < vertices; i += 1) {
    lon += (dx[i] >>> 1) ^ -(dx[i] & 1);
    lat += (dy[i] >>> 1) ^ -(dy[i] & 1);
    const mx = mercatorX(lon / 1e6);
    const my = mercatorY(lat / 1e6);
    if (i === 0) {
      originX = mx;
      originY = my;
    }
    x[i] = mx - originX;
    y[i] = my - originY;
  }
  const geometry: Geometry = {
    features, partStart, ringStart, vertexStart, x, y, originX, originY,
    boxes: new Float32Array(features * 4),
  };
  measureBoxes(geometry);
  return geometry;
}

export function measureBoxes(g: Geometry): void {
  for (let f = 0; f < g.features; f += 1) {
    const from = g.vertexStart[g.ringStart[g.partStart[f]]];
    const to = g.vertexStart[g.ringStart[g.partStart[f + 1]]];
    let west = Infinity, north = Infinity, east = -Infinity, south = -Infinity;
    for (let i = from; i < to; i += 1) {
      if (g.x[i] < west) west = g.x[i];
      if (g.x[i] > east) east = g.x[i];
      if (g.y[i] < north) north = g.y[i];
      if (g.y[i] > south) south = g.y[i];
    }
    g.boxes.set([west, north, east, south], f * 4);
  }
}

interface PackedColumn {
  dict?: string[];
  values: (Value | number)[];
}

/** Values of features by column and row. */
export interface Rows {
  readonly key: string;
  readonly features: number;
  get(name: string, row: number): Value;
  id(row: number): string;
  /** Row of an id; -1 for none. */
  row(id: string): number;
}

export class Attributes implements Rows {
  private readonly rows = new Map<string, number>();

  constructor(
    private readonly columns: Record<string, PackedColumn>,
    readonly key: string,
    readonly features: number,
  ) {
    for (let i = 0; i < features; i += 1) this.rows.set(String(this.get(key, i) ?? ""), i);
  }

  get(name: string, row: number): Value {
    const column = Object.prototype.hasOwnProperty.call(this.columns, name)
      ? this.columns[name]
      : undefined;
    if (!column) return null;
    const value = column.values[row];
    if (!column.dict) return value ?? null;
    return (value as number) < 0 ? null : column.dict[value as number];
  }

  id(row: number): string {
    return String(this.get(this.key, row) ?? "");
  }

  row(id: string): number {
    return this.rows.get(id) ?? -1;
  }
}

export async function decodeRows(packed: Packed, key: string, features: number): Promise<Attributes> {
  const text = new TextDecoder().decode(await unpack(packed));
  return new Attributes(JSON.parse(text), key, features);
}

export function decodeAttributes(layer: LayerDoc): Promise<Attributes> {
  return decodeRows(layer.attributes, layer.key, layer.features);
}
