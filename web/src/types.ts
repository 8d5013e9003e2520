// the document that both front ends draw. the Python builder
// (platforms/outputs/map_document.py) writes exactly this shape.

import type { Map } from "leaflet";
import type { Shape } from "./shape";
import type { Corner } from "./snap";

export interface Packed {
  encoding: "gzip+base64" | "base64";
  data: string;
}

export interface ColumnDoc {
  name: string;
  title: string;
  unit: string;
  type: "string" | "integer" | "number" | "boolean" | "date" | "category" | "list";
  labels: Record<string, string>;
  digits: number | null;
  role: string;
}

export type Hatch = "none" | "diagonal" | "back" | "cross" | "horizontal" | "dots";

export interface ClassDoc {
  value: string | null;
  title: string;
  fill: string | null;
  stroke: string | null;
  width: number;
  dash: number[];
  hatch: Hatch;
  opacity: number;
}

export interface LabelDoc {
  column: string;
  min_zoom: number;
  size: number;
  weight: number;
  italic: boolean;
  color: string;
  spacing: number;
  priority: number;
}

/** Lines drawn as arrows: what widens them, and the marks of which layer they stop at. */
export interface FlowDoc {
  weight: string;
  widest: number;
  to: string | null;
  ends: string | null;
}

/** Points as large as a value, with a ring for the part of it that is taken. */
export interface GaugeDoc {
  size: string;
  used: string;
  largest: number;
}

export interface StyleDoc {
  shape: string;
  size: number;
  column: string | null;
  classes: ClassDoc[];
  label: LabelDoc | null;
  spread: boolean;
  collapse: number;
  min_zoom: number;
  max_zoom?: number;
  flow?: FlowDoc | null;
  gauge?: GaugeDoc | null;
  tone?: string | null;
  palette?: string[];
  /** where features overlap the first class lies on top, not the last */
  first_on_top?: boolean;
}

export interface LayerDoc {
  id: string;
  title: string;
  group: string;
  kind: "polygon" | "line" | "point" | "flow";
  sample: boolean;
  schematic: boolean;
  /** how many are schematic, where some have a true boundary */
  stand_ins: number | null;
  /** features that have no place, and their names as far as they may be told */
  unplaced?: { n: number; names: string[] };
  source: string;
  date: string;
  note: string;
  key: string;
  columns: ColumnDoc[];
  features: number;
  /** of more plots than one map carries the features are sums by cells: of how many plots,
   * of how many of each class, of which data, and the last zoom of the tiles that hold them */
  summed?: { plots: number; counts: number[]; fingerprint: string; deepest: number };
  /** west, south, east, north in degrees */
  bounds?: [number, number, number, number] | null;
  geometry: Packed;
  attributes: Packed;
  style: StyleDoc;
  visible: boolean;
  order: number;
  accuracy: [number, number] | null;
}

export interface SourceDoc {
  id: string;
  title: string;
  issuer: string;
  number: string;
  date: string;
}

export interface FigureDoc {
  key: string;
  label: string;
  value: string;
  unit: string;
  note: string;
}

export interface ChartDoc {
  id: string;
  title: string;
  unit: string;
  bars: { label: string; value: number; text: string; color: string; start?: number | null }[];
}

export interface TableDoc {
  id: string;
  title: string;
  layer: string;
  columns: string[];
}

/** A chapter that a presenter shows: where to look, what to show, what stands beside it. */
export interface SlideDoc {
  id: string;
  title: string;
  text: string;
  extent: [number, number, number, number];
  /** ids of the layers that are shown; null for those the map opens with */
  layers: string[] | null;
  figures: FigureDoc[];
  chart: string | null;
}

/** For whom the file was made, and what was taken out of it. */
export interface PublicationDoc {
  profile: string;
  title?: string;
  review_number?: string;
  removed?: string[];
  warnings?: string[];
}

export interface MapDocument {
  schema: number;
  id: string;
  lang: string;
  strings: Record<string, string>;
  title: string;
  subtitle: string;
  date: string;
  marks: string[];
  sources: SourceDoc[];
  extent: [number, number, number, number];
  /** What the map opens on; null for the whole county. */
  focus: [number, number, number, number] | null;
  base: {
    county: Packed;
    neighbours: Packed | null;
    names: string[];
    waters: { text: string; lon: number; lat: number }[];
  };
  layers: LayerDoc[];
  figures: FigureDoc[];
  charts: ChartDoc[];
  tables: TableDoc[];
  notes: string[];
  slides?: SlideDoc[];
  publication?: PublicationDoc | null;
}

export interface Pick {
  layer: string;
  id: string;
}

/** What the server lets be corrected; a task carries the shape to its last digit. */
export interface Correctable {
  layer: string;
  task: { nonce: string; id: string; act: "edit" | "cut"; shape: Shape } | null;
}

/** A drawn polygon with what the server's official measure says of it. */
export interface Told {
  id: string;
  ring: [number, number][];
  title: string;
  lines: [string, string][];
  /** official length of each edge, from the first corner on */
  edges?: string[];
  note: string;
  bad: boolean;
}

export type MapEvent =
  | { type: "picked"; pick: Pick | null }
  | { type: "drawn"; id: string; ring: Corner[] | null }
  | { type: "chosen"; layer: string; ids: string[] }
  | {
    type: "correct";
    ask?: { layer: string; id: string; act: "edit" | "cut" };
    done?: { layer: string; id: string; nonce: string; shape?: Shape; line?: readonly Corner[] };
    over?: string;
  }
  | { type: "layers"; visible: Record<string, boolean> };

/** Makes what a drawn map lies on: its part of the legend, and how it is put on the map. */
export type Background = (uncover: (clear: boolean) => void) => {
  node: HTMLElement;
  attach(map: Map, stage: HTMLElement): void;
};

export interface MountOptions {
  mode: "page" | "component";
  height?: number;
  /** Maps of one group move together; default a map moves alone. */
  group?: string;
  /** Keep what is shown in the page's address, and open on what it says. */
  address?: boolean;
  /** What the map lies on, made anew for each map that is drawn; in the app only. */
  background?: Background | null;
  onEvent?: (event: MapEvent) => void;
}
