// features of several answers as one layer: each once, however many answers hold it.
import type { Geometry, Rows, Value } from "./decode";
import { measureBoxes } from "./decode";

/** Decoded features: of a tile, of one plot, or of all that is shown. */
export interface Chunk {
  geometry: Geometry;
  attributes: Rows;
}

/** A chunk of which only some features are wanted. */
export interface Part extends Chunk {
  only?: ReadonlySet<string>;
}

class JoinedRows implements Rows {
  private readonly rows = new Map<string, number>();

  constructor(
    readonly key: string, private readonly from: Rows[],
    private readonly part: Uint16Array, private readonly own: Uint32Array,
  ) {
    for (let i = 0; i < own.length; i += 1) this.rows.set(this.id(i), i);
  }

  get features(): number {
    return this.own.length;
  }

  get(name: string, row: number): Value {
    return row < 0 || row >= this.own.length ? null : this.from[this.part[row]].get(name, this.own[row]);
  }

  id(row: number): string {
    return this.from[this.part[row]].id(this.own[row]);
  }

  row(id: string): number {
    return this.rows.get(id) ?? -1;
  }
}

/** Put parts together; of features with one id the first part's stays. */
export function join(parts: Part[], key: string): Chunk {
  const seen = new Set<string>();
  const part: number[] = [];
  const own: number[] = [];
  let [pieces, rings, vertices] = [0, 0, 0];
  parts.forEach(({ geometry: g, attributes, only }, p) => {
    for (let f = 0; f < g.features; f += 1) {
      const id = attributes.id(f);
      if (seen.has(id) || (only && !only.has(id))) continue;
      seen.add(id);
      part.push(p);
      own.push(f);
      const [p0, p1] = [g.partStart[f], g.partStart[f + 1]];
      pieces += p1 - p0;
      rings += g.ringStart[p1] - g.ringStart[p0];
      vertices += g.vertexStart[g.ringStart[p1]] - g.vertexStart[g.ringStart[p0]];
    }
  });
  const first = parts.find(({ geometry }) => geometry.features)?.geometry;
  const all: Geometry = {
    features: own.length,
    partStart: new Uint32Array(own.length + 1), ringStart: new Uint32Array(pieces + 1),
    vertexStart: new Uint32Array(rings + 1), x: new Float32Array(vertices), y: new Float32Array(vertices),
    originX: first?.originX ?? 0, originY: first?.originY ?? 0, boxes: new Float32Array(own.length * 4),
  };
  let [piece, ring, vertex] = [0, 0, 0];
  own.forEach((f, i) => {
    const g = parts[part[i]].geometry;
    const dx = g.originX - all.originX;
    const dy = g.originY - all.originY;
    for (let p = g.partStart[f]; p < g.partStart[f + 1]; p += 1) {
      for (let r = g.ringStart[p]; r < g.ringStart[p + 1]; r += 1) {
        for (let v = g.vertexStart[r]; v < g.vertexStart[r + 1]; v += 1) {
          all.x[vertex] = g.x[v] + dx;
          all.y[vertex] = g.y[v] + dy;
          vertex += 1;
        }
        all.vertexStart[ring += 1] = vertex;
      }
      all.ringStart[piece += 1] = ring;
    }
    all.partStart[i + 1] = piece;
  });
  measureBoxes(all);
  const rows = new JoinedRows(key, parts.map((one) => one.attributes), Uint16Array.from(part), Uint32Array.from(own));
  return { geometry: all, attributes: rows };
}
