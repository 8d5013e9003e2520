// one layer in memory: decoded geometry, attributes, classes, a grid index over boxes.
// every question the map asks (what is in view, what is under the pointer) is answered here.
import { Geometry, Rows, Value, decodeAttributes, decodeGeometry } from "./decode";
import { bend } from "./flow";
import { safeStyle } from "./style";
import type { ClassDoc, ColumnDoc, LayerDoc, StyleDoc } from "./types";

/** Radius of a gauge without a value, pixels. */
const LEAST = 3;
/** How many plots a feature stands for, where it is a sum of several. */
const SUM = "summed_plots";

class BoxIndex {
  private readonly cells: number;
  private readonly start: Uint32Array;
  private readonly members: Uint32Array;
  private readonly west: number;
  private readonly north: number;
  private readonly stepX: number;
  private readonly stepY: number;
  private readonly seen: Uint32Array;
  private stamp = 0;

  constructor(private readonly boxes: Float32Array, n: number) {
    let west = Infinity, north = Infinity, east = -Infinity, south = -Infinity;
    for (let f = 0; f < n; f += 1) {
      west = Math.min(west, boxes[4 * f]);
      north = Math.min(north, boxes[4 * f + 1]);
      east = Math.max(east, boxes[4 * f + 2]);
      south = Math.max(south, boxes[4 * f + 3]);
    }
    this.cells = Math.max(1, Math.min(512, Math.ceil(Math.sqrt(n / 2))));
    this.west = west;
    this.north = north;
    this.stepX = (east - west) / this.cells || 1;
    this.stepY = (south - north) / this.cells || 1;
    this.seen = new Uint32Array(n);
    const counts = new Uint32Array(this.cells * this.cells + 1);
    const each = (visit: (cell: number, f: number) => void) => {
      for (let f = 0; f < n; f += 1) this.span(f, (cell) => visit(cell, f));
    };
    each((cell) => { counts[cell + 1] += 1; });
    for (let i = 1; i < counts.length; i += 1) counts[i] += counts[i - 1];
    this.start = counts.slice();
    this.members = new Uint32Array(counts[counts.length - 1]);
    each((cell, f) => { this.members[counts[cell]++] = f; });
  }

  private clampCell(value: number): number {
    return Math.max(0, Math.min(this.cells - 1, Math.floor(value)));
  }

  private range(w: number, n: number, e: number, s: number): [number, number, number, number] {
    return [
      this.clampCell((w - this.west) / this.stepX), this.clampCell((n - this.north) / this.stepY),
      this.clampCell((e - this.west) / this.stepX), this.clampCell((s - this.north) / this.stepY),
    ];
  }

  private span(f: number, visit: (cell: number) => void): void {
    const b = this.boxes;
    const [c0, r0, c1, r1] = this.range(b[4 * f], b[4 * f + 1], b[4 * f + 2], b[4 * f + 3]);
    for (let r = r0; r <= r1; r += 1) for (let c = c0; c <= c1; c += 1) visit(r * this.cells + c);
  }

  query(w: number, n: number, e: number, s: number, visit: (f: number) => void): void {
    const b = this.boxes;
    const [c0, r0, c1, r1] = this.range(w, n, e, s);
    this.stamp += 1;
    for (let r = r0; r <= r1; r += 1) {
      for (let c = c0; c <= c1; c += 1) {
        const cell = r * this.cells + c;
        for (let i = this.start[cell]; i < this.start[cell + 1]; i += 1) {
          const f = this.members[i];
          if (this.seen[f] === this.stamp) continue;
          this.seen[f] = this.stamp;
          if (b[4 * f] <= e && b[4 * f + 2] >= w && b[4 * f + 1] <= s && b[4 * f + 3] >= n) visit(f);
        }
      }
    }
  }
}

export class PlanLayer {
  readonly style: StyleDoc;
  classOf: Uint16Array;
  geometry: Geometry;
  attributes: Rows;
  /** one switch a class; the last class takes every value that no other names */
  readonly classOn: boolean[];
  readonly classCount: number[];
  visible: boolean;
  drawn = 0;
  /** 1 for each feature that a filter leaves; null without a filter */
  mask: Uint8Array | null = null;
  /** the selected feature, which is shown whatever the filter leaves */
  chosen = -1;
  /** of each class, how many the filter leaves */
  private left: number[] | null = null;
  private index: BoxIndex | null;
  private readonly toned: ClassDoc[];
  /** Largest value of what widens a flow or enlarges a gauge. */
  readonly most: number;

  private constructor(
    readonly doc: LayerDoc, geometry: Geometry, attributes: Rows,
  ) {
    this.geometry = geometry;
    this.attributes = attributes;
    this.style = safeStyle(doc.style);
    this.visible = doc.visible;
    this.classOn = this.style.classes.map(() => true);
    this.classOf = this.classify();
    this.classCount = doc.summed?.counts ?? this.style.classes.map(() => 0);
    if (!doc.summed) for (const c of this.classOf) this.classCount[c] += 1;
    const last = this.style.classes.length - 1;
    this.toned = (this.style.palette ?? []).map((ink) => ({ ...this.style.classes[last], fill: ink, stroke: ink }));
    const sized = this.style.flow?.weight ?? this.style.gauge?.size;
    let most = 0;
    for (let f = 0; sized !== undefined && f < geometry.features; f += 1) most = Math.max(most, this.number(sized, f));
    this.most = most;
    this.index = geometry.features ? new BoxIndex(geometry.boxes, geometry.features) : null;
  }

  static async open(doc: LayerDoc): Promise<PlanLayer> {
    const [geometry, attributes] = await Promise.all([
      decodeGeometry(doc.geometry), decodeAttributes(doc),
    ]);
    return new PlanLayer(doc, doc.kind === "flow" ? bend(geometry) : geometry, attributes);
  }

  private classify(): Uint16Array {
    const { column, classes } = this.style;
    const byValue = new Map(classes.map((c, i) => [c.value, i]));
    const out = new Uint16Array(this.geometry.features).fill(classes.length - 1);
    for (let f = 0; column !== null && f < out.length; f += 1) {
      const raw = this.attributes.get(column, f);
      const found = byValue.get(raw === null ? null : String(raw));
      if (found !== undefined) out[f] = found;
    }
    return out;
  }

  /** Hold other features from now on: those of a large layer that are in view. */
  refill(geometry: Geometry, attributes: Rows): void {
    this.geometry = geometry;
    this.attributes = attributes;
    this.classOf = this.classify();
    this.index = geometry.features ? new BoxIndex(geometry.boxes, geometry.features) : null;
  }

  /** How many plots a feature stands for; 0 for what is one plot itself. */
  sum(feature: number): number {
    if (!this.doc.summed) return 0;
    const n = this.attributes.get(SUM, feature);
    return typeof n === "number" ? n : 0;
  }

  look(feature: number): ClassDoc {
    const { tone } = this.style;
    const n = tone ? this.attributes.get(tone, feature) : null;
    if (typeof n === "number" && this.toned.length) return this.toned[Math.abs(Math.trunc(n)) % this.toned.length];
    return this.style.classes[this.classOf[feature]];
  }

  /** A number of a feature; 0 for what is unknown or below. */
  number(column: string, feature: number): number {
    const value = this.attributes.get(column, feature);
    return typeof value === "number" && value > 0 ? value : 0;
  }

  /** Half the height of a point's mark, pixels. */
  radius(feature: number): number {
    const { gauge, size } = this.style;
    if (!gauge) return size;
    return Math.max(LEAST, gauge.largest * Math.sqrt(this.number(gauge.size, feature) / (this.most || 1)));
  }

  /** The part of a gauge that is taken, 0 to 1; null for what has no room at all. */
  taken(feature: number): number | null {
    const { gauge } = this.style;
    if (!gauge) return null;
    const room = this.number(gauge.size, feature);
    return room ? Math.min(1, this.number(gauge.used, feature) / room) : null;
  }

  inZoom(zoom: number): boolean {
    return zoom >= this.style.min_zoom && zoom < (this.style.max_zoom as number);
  }

  shown(feature: number): boolean {
    return this.visible && this.classOn[this.classOf[feature]]
      && (this.passes(feature) || feature === this.chosen);
  }

  /** Whether the filter leaves a feature, wherever it is switched. */
  passes(feature: number): boolean {
    return this.mask === null || this.mask[feature] === 1;
  }

  setMask(mask: Uint8Array | null): void {
    this.mask = mask;
    this.left = mask === null ? null : this.style.classes.map(() => 0);
    for (let f = 0; this.left && f < this.geometry.features; f += 1) {
      if (this.passes(f)) this.left[this.classOf[f]] += 1;
    }
  }

  /** How many a filter leaves of each class, where the server has the features; null without one. */
  setLeft(left: number[] | null): void {
    this.left = left;
  }

  /** How many features there are, shown singly or not. */
  get total(): number {
    return this.doc.summed?.plots ?? this.doc.features;
  }

  /** How many the filter leaves, of a class or of all. */
  remaining(c?: number): number {
    if (!this.left) return c === undefined ? this.total : this.classCount[c];
    return c === undefined ? this.left.reduce((sum, n) => sum + n, 0) : this.left[c];
  }

  /** How many there are, of a class or of all; under a filter, how many of how many. */
  count(c?: number): string {
    const all = c === undefined ? this.total : this.classCount[c];
    if (!this.left) return all.toLocaleString("en-US");
    return `${this.remaining(c).toLocaleString("en-US")} / ${all.toLocaleString("en-US")}`;
  }

  /** Features whose box meets a box of world pixels (zoom 0). */
  inBox(w: number, n: number, e: number, s: number, visit: (f: number) => void): void {
    const g = this.geometry;
    this.index?.query(w - g.originX, n - g.originY, e - g.originX, s - g.originY, visit);
  }

  /** First vertex in world pixels: the place of a point. */
  place(feature: number): [number, number] {
    const g = this.geometry;
    const v = g.vertexStart[g.ringStart[g.partStart[feature]]];
    return [g.x[v] + g.originX, g.y[v] + g.originY];
  }

  /** World box of a feature: west, north, east, south. */
  box(feature: number): [number, number, number, number] {
    const { boxes: b, originX, originY } = this.geometry;
    return [
      b[4 * feature] + originX, b[4 * feature + 1] + originY,
      b[4 * feature + 2] + originX, b[4 * feature + 3] + originY,
    ];
  }

  contains(feature: number, wx: number, wy: number): boolean {
    const g = this.geometry;
    const px = wx - g.originX;
    const py = wy - g.originY;
    let inside = false;
    for (let r = g.ringStart[g.partStart[feature]]; r < g.ringStart[g.partStart[feature + 1]]; r += 1) {
      const from = g.vertexStart[r];
      const to = g.vertexStart[r + 1];
      for (let i = from, j = to - 1; i < to; j = i, i += 1) {
        if (g.y[i] > py !== g.y[j] > py
          && px < ((g.x[j] - g.x[i]) * (py - g.y[i])) / (g.y[j] - g.y[i]) + g.x[i]) inside = !inside;
      }
    }
    return inside;
  }

  /** Distance in world pixels from a place to a feature's nearest edge. */
  edgeDistance(feature: number, wx: number, wy: number): number {
    const g = this.geometry;
    const px = wx - g.originX;
    const py = wy - g.originY;
    const closed = this.doc.kind === "polygon";
    let best = Infinity;
    for (let r = g.ringStart[g.partStart[feature]]; r < g.ringStart[g.partStart[feature + 1]]; r += 1) {
      const from = g.vertexStart[r];
      const to = g.vertexStart[r + 1];
      for (let i = closed ? from : from + 1, j = closed ? to - 1 : from; i < to; j = i, i += 1) {
        const dx = g.x[i] - g.x[j];
        const dy = g.y[i] - g.y[j];
        const t = Math.max(0, Math.min(1, ((px - g.x[j]) * dx + (py - g.y[j]) * dy) / (dx * dx + dy * dy || 1)));
        best = Math.min(best, Math.hypot(px - g.x[j] - t * dx, py - g.y[j] - t * dy));
      }
    }
    return best;
  }

  /** Shown features under a place, the last drawn first; `slack` in world pixels. */
  at(wx: number, wy: number, slack: number): number[] {
    const found: number[] = [];
    this.inBox(wx - slack, wy - slack, wx + slack, wy + slack, (f) => {
      if (!this.shown(f)) return;
      if (this.doc.kind === "polygon" ? this.contains(f, wx, wy) : this.edgeDistance(f, wx, wy) <= slack) found.push(f);
    });
    if (this.doc.kind !== "flow") return found.sort((a, b) => b - a);
    const far = new Map(found.map((f) => [f, this.edgeDistance(f, wx, wy)]));
    return found.sort((a, b) => (far.get(a) as number) - (far.get(b) as number));
  }

  name(feature: number): string {
    const column = this.doc.columns.find((c) => c.role === "title");
    const value = column ? this.show(column, this.attributes.get(column.name, feature)) : "";
    const many = this.style.classes.length > 1 && this.sum(feature) > 0;
    return many ? `${this.look(feature).title} ${value}` : value || this.attributes.id(feature);
  }

  column(name: string): ColumnDoc | undefined {
    return this.doc.columns.find((c) => c.name === name);
  }

  /** A value as a person reads it, without its unit; empty for what is unknown. */
  show(column: ColumnDoc, value: Value, words?: { yes: string; no: string }): string {
    if (value === null || value === "") return "";
    const label = (v: string) => (Object.prototype.hasOwnProperty.call(column.labels, v) ? column.labels[v] : v);
    if (typeof value === "boolean") return value ? words?.yes ?? "✓" : words?.no ?? "–";
    if (typeof value === "number") {
      const digits = column.digits ?? (Number.isInteger(value) ? 0 : 2);
      return value.toLocaleString("en-US", { minimumFractionDigits: digits, maximumFractionDigits: digits, useGrouping: column.unit !== "" });
    }
    if (column.type === "list") return value.split(";").filter(Boolean).map((v) => label(v.trim())).join("、");
    return label(value);
  }
}
