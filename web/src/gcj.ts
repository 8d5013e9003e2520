// where GCJ-02 puts a place, and where a place of GCJ-02 is: the formula of platforms/geo/gcj.py.
// only tiles are shifted by it, never data.

const A = 6378245;
const E2 = 0.00669342162296594323;
const ROUNDS = 8;

export type LonLat = [number, number];

export function toGcj([lon, lat]: LonLat): LonLat {
  const { sin, cos, sqrt, abs, PI } = Math;
  const x = lon - 105;
  const y = lat - 35;
  const waves = (20 * (sin(6 * PI * x) + sin(2 * PI * x)) * 2) / 3;
  let north = -100 + 2 * x + 3 * y + 0.2 * y * y + 0.1 * x * y + 0.2 * sqrt(abs(x)) + waves;
  north += ((20 * sin(PI * y) + 40 * sin((PI * y) / 3)) * 2) / 3;
  north += ((160 * sin((PI * y) / 12) + 320 * sin((PI * y) / 30)) * 2) / 3;
  let east = 300 + x + 2 * y + 0.1 * x * x + 0.1 * x * y + 0.1 * sqrt(abs(x)) + waves;
  east += ((20 * sin(PI * x) + 40 * sin((PI * x) / 3)) * 2) / 3;
  east += ((150 * sin((PI * x) / 12) + 300 * sin((PI * x) / 30)) * 2) / 3;
  const phi = (lat * PI) / 180;
  const magic = 1 - E2 * sin(phi) ** 2;
  const degrees = 180 / PI;
  return [
    lon + (degrees * (east * sqrt(magic))) / (A * cos(phi)),
    lat + (degrees * (north * magic ** 1.5)) / (A * (1 - E2)),
  ];
}

export function fromGcj(shown: LonLat): LonLat {
  let [lon, lat] = shown;
  for (let i = 0; i < ROUNDS; i += 1) {
    const again = toGcj([lon, lat]);
    lon -= again[0] - shown[0];
    lat -= again[1] - shown[1];
  }
  return [lon, lat];
}
