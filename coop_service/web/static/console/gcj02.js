/** Positions as the maps of China show them (GCJ-02), for tiles in that system; the formula is that
 * of the service's own import. */

const SEMI_MAJOR_M = 6378245.0;
const ECCENTRICITY_SQUARED = 0.006693421622965943;

/**
 * A WGS-84 position in GCJ-02.
 * @param {number} lon degrees
 * @param {number} lat degrees
 * @returns {[number, number]} longitude and latitude
 */
export function toGcj02(lon, lat) {
  const [eastM, northM] = shiftM(lon - 105, lat - 35);
  const phi = (lat * Math.PI) / 180;
  const curvature = 1 - ECCENTRICITY_SQUARED * Math.sin(phi) ** 2;
  const parallelM = (SEMI_MAJOR_M / Math.sqrt(curvature)) * Math.cos(phi);
  const meridianM = (SEMI_MAJOR_M * (1 - ECCENTRICITY_SQUARED)) / curvature ** 1.5;
  const degrees = 180 / Math.PI;
  return [lon + (eastM / parallelM) * degrees, lat + (northM / meridianM) * degrees];
}

function waves(at, ...terms) {
  const sum = terms.reduce((all, [height, rate]) => all + height * Math.sin(at * Math.PI * rate), 0);
  return (sum * 2) / 3;
}

function shiftM(x, y) {
  const shared = waves(x, [20, 6], [20, 2]);
  const root = Math.sqrt(Math.abs(x));
  let east = 300 + x + 2 * y + 0.1 * x * x + 0.1 * x * y + 0.1 * root + shared;
  east += waves(x, [20, 1], [40, 1 / 3], [150, 1 / 12], [300, 1 / 30]);
  let north = -100 + 2 * x + 3 * y + 0.2 * y * y + 0.1 * x * y + 0.2 * root + shared;
  north += waves(y, [20, 1], [40, 1 / 3], [160, 1 / 12], [320, 1 / 30]);
  return [east, north];
}
