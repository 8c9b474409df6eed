/** What of the timeline lies at a point. */

import { ROW } from "./gantt_draw.js";

const NEAR_PX = 3;

/**
 * @param {Array<Object>} routes in the order of their rows
 * @param {Object} scale
 * @param {{x: number, y: number}} point in the rows' canvas
 * @returns {{route: Object, row: number, segment: Object|null, visit: Object|null, second: number,
 *   isStrip: boolean}|null} null: below the last row
 */
export function hitTest(routes, scale, { x, y }) {
  const row = Math.floor(y / ROW.height);
  const route = routes[row];
  if (route === undefined) {
    return null;
  }
  const second = scale.second(x);
  const segment = route.segments.find(({ from, to }) => from <= second && second < to) ?? null;
  return {
    route,
    row,
    segment,
    visit: segment?.visit ?? nearVisit(route, scale, x),
    second,
    isStrip: y - row * ROW.height >= ROW.strip,
  };
}

/** A visit may be narrower than a finger or a mouse can point at. */
function nearVisit(route, scale, x) {
  const away = (visit) => Math.max(scale.x(visit.arrive_s) - x, x - scale.x(visit.depart_s), 0);
  const [nearest] = [...route.visits].sort((one, other) => away(one) - away(other));
  return nearest && away(nearest) <= NEAR_PX ? nearest : null;
}
