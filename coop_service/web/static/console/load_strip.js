/** The strip below a van's bar: what is on board over the day. What goes down lies at the bottom and
 * falls, what comes up lies on it and rises; the line at the top is the capacity. */

import { INK } from "./colours.js";

const LAYERS = ["outbound", "transfer", "inbound"];

/**
 * Draw one van's strip.
 * @param {CanvasRenderingContext2D} context
 * @param {Object} route
 * @param {Object} scale of the time axis
 * @param {{top: number, height: number}} room pixels
 * @param {string} unit of the load
 */
export function drawStrip(context, route, scale, { top, height }, unit) {
  const capacity = route.capacity[unit];
  if (!capacity || route.legs.length === 0) {
    return;
  }
  const bottom = top + height;
  const full = height - 3;
  route.legs.forEach((leg, index) => {
    const next = route.legs[index + 1];
    const isLast = next === undefined || next.trip !== leg.trip;
    const from = scale.x(leg.depart_s);
    const to = scale.x(isLast ? leg.arrive_s : next.depart_s);
    let level = bottom;
    for (const direction of LAYERS) {
      const amount = leg[direction][unit] || 0;
      const rise = (amount / capacity) * full;
      context.fillStyle = INK[direction];
      context.fillRect(from, level - rise, Math.max(1, to - from), rise);
      level -= rise;
    }
  });
  const [start, end] = [scale.x(route.depart_s), scale.x(route.return_s)];
  context.strokeStyle = INK.capacity;
  context.lineWidth = 1;
  context.setLineDash([4, 2]);
  line(context, start, end, Math.round(bottom - full) + 0.5);
  context.setLineDash([]);
  context.strokeStyle = INK.line;
  line(context, start, end, bottom - 0.5);
}

/**
 * What is on board at some moment of a route.
 * @returns {{outbound: number, inbound: number, transfer: number}|null} null: it is not on the road
 */
export function loadAt(route, second, unit) {
  const leg = route.legs.filter((one) => one.depart_s <= second).pop();
  if (leg === undefined || second > route.return_s) {
    return null;
  }
  return Object.fromEntries(LAYERS.map((direction) => [direction, leg[direction][unit] || 0]));
}

function line(context, from, to, y) {
  context.beginPath();
  context.moveTo(from, y);
  context.lineTo(to, y);
  context.stroke();
}
