// area and lengths of a ring on the ellipsoid of CGCS2000, worked out in the browser while
// somebody draws. edges are straight in the Gauss plane of the ring's own 3-degree zone, as
// in the official method, and the plane integral of 1/k² gives the area without dividing
// them. an estimate all the same: what counts is the figure that the server's method prints.

export type Position = readonly [lon: number, lat: number];

export interface Estimate {
  /** NaN where the boundary crosses itself: there is no area to show */
  area_m2: number;
  perimeter_m: number;
  edges_m: number[];
  crossed: boolean;
}

const A = 6378137;
const F = 1 / 298.257222101;
const E2 = F * (2 - F);
const E = Math.sqrt(E2);
const N = F / (2 - F);
const RADIUS = (A / (1 + N)) * (1 + N ** 2 / 4 + N ** 4 / 64);
const SERIES = [
  N / 2 - (2 / 3) * N ** 2 + (5 / 16) * N ** 3 + (41 / 180) * N ** 4,
  (13 / 48) * N ** 2 - (3 / 5) * N ** 3 + (557 / 1440) * N ** 4,
  (61 / 240) * N ** 3 - (103 / 140) * N ** 4,
  (49561 / 161280) * N ** 4,
];
const RAD = Math.PI / 180;

interface PlanePoint {
  east: number;
  north: number;
  /** 1/(M·N) at the point's latitude, per square metre */
  curvature: number;
}

function toPlane([lon, lat]: Position, meridian: number): PlanePoint {
  const sin = Math.sin(lat * RAD);
  const t = Math.sinh(Math.atanh(sin) - E * Math.atanh(E * sin));
  const l = (lon - meridian) * RAD;
  const xi = Math.atan2(t, Math.cos(l));
  const eta = Math.asinh(Math.sin(l) / Math.hypot(t, Math.cos(l)));
  let north = xi;
  let east = eta;
  SERIES.forEach((a, i) => {
    const m = 2 * (i + 1);
    north += a * Math.sin(m * xi) * Math.cosh(m * eta);
    east += a * Math.cos(m * xi) * Math.sinh(m * eta);
  });
  const w2 = 1 - E2 * sin * sin;
  return { east: RADIUS * east, north: RADIUS * north, curvature: (w2 * w2) / (A * A * (1 - E2)) };
}

function edgeArea(p: PlanePoint, q: PlanePoint): number {
  const c = (p.curvature + q.curvature) / 2;
  const squares = p.east ** 2 + q.east ** 2;
  const product = p.east * q.east;
  const bracket = 0.5 - c * (squares / 12 - (c * (squares ** 2 - product ** 2)) / 45);
  return (q.north - p.north) * (p.east + q.east) * bracket;
}

function edgeLength(p: PlanePoint, q: PlanePoint): number {
  const c = (p.curvature + q.curvature) / 2;
  const scale = 1 + (c * (p.east ** 2 + p.east * q.east + q.east ** 2)) / 6;
  return Math.hypot(q.east - p.east, q.north - p.north) / scale;
}

/** Whether two edges of the closed ring meet anywhere but where neighbours share a point. */
export function crosses(ring: readonly Position[]): boolean {
  const n = ring.length;
  const side = (a: Position, b: Position, c: Position) =>
    Math.sign((b[0] - a[0]) * (c[1] - a[1]) - (b[1] - a[1]) * (c[0] - a[0]));
  const within = (a: Position, b: Position, c: Position) =>
    Math.min(a[0], b[0]) <= c[0] && c[0] <= Math.max(a[0], b[0]) &&
    Math.min(a[1], b[1]) <= c[1] && c[1] <= Math.max(a[1], b[1]);
  for (let i = 0; i < n; i += 1) {
    const [a, b] = [ring[i], ring[(i + 1) % n]];
    for (let j = i + 2; j < n; j += 1) {
      if (i === 0 && j === n - 1) continue;
      const [c, d] = [ring[j], ring[(j + 1) % n]];
      const [s1, s2, s3, s4] = [side(a, b, c), side(a, b, d), side(c, d, a), side(c, d, b)];
      if (s1 * s2 < 0 && s3 * s4 < 0) return true;
      if ((!s1 && within(a, b, c)) || (!s2 && within(a, b, d)) || (!s3 && within(c, d, a)) || (!s4 && within(c, d, b))) return true;
    }
  }
  return false;
}

/**
 * Measure a ring of at least two points, given without its first point again at the end.
 * Looking for crossings takes the square of the points' number and can be left out.
 */
export function estimate(ring: readonly Position[], check = true): Estimate {
  const lons = ring.map((p) => p[0]);
  const meridian = 3 * Math.round((Math.min(...lons) + Math.max(...lons)) / 6);
  const points = ring.map((p) => toPlane(p, meridian));
  const after = (i: number) => points[(i + 1) % points.length];
  const edges = points.map((p, i) => edgeLength(p, after(i)));
  const crossed = check && crosses(ring);
  const area = Math.abs(points.reduce((sum, p, i) => sum + edgeArea(p, after(i)), 0));
  return {
    area_m2: crossed || ring.length < 3 ? Number.NaN : area,
    perimeter_m: edges.reduce((sum, m) => sum + m, 0),
    edges_m: edges, crossed,
  };
}
