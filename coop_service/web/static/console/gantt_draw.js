/** Drawing the timeline: its axis, and a row for each van. */

import { INK } from "./colours.js";
import { clock } from "./format.js";
import { drawStrip } from "./load_strip.js";

/** Where things are in a row, in pixels from its top. */
export const ROW = { height: 46, bar: 4, barHeight: 17, strip: 23, stripHeight: 21 };

export const LUNCH_S = [41400, 46800];

const NARROW_PX = 2;

/**
 * The axis with its times.
 * @param {CanvasRenderingContext2D} context
 * @param {Object} scale
 * @param {{width: number, height: number, now: number|null, lunch: string}} page
 */
export function drawAxis(context, scale, { width, height, now, lunch }) {
  context.clearRect(0, 0, width, height);
  const [from, to] = LUNCH_S.map(scale.x);
  context.fillStyle = INK.lunch;
  context.fillRect(from, 0, to - from, height);
  context.font = context.canvas.dataset.smallFont;
  context.textBaseline = "middle";
  context.fillStyle = INK.text;
  for (const second of scale.ticks()) {
    const x = scale.x(second);
    context.fillRect(x, height - 5, 1, 5);
    const half = context.measureText(clock(second)).width / 2;
    context.fillText(clock(second), Math.min(Math.max(x - half, 1), width - 2 * half - 1), height - 12);
  }
  context.fillStyle = INK.quiet;
  const room = context.measureText(lunch).width;
  if (room < to - from) {
    context.fillText(lunch, (from + to - room) / 2, 6);
  }
  if (now !== null) {
    context.fillStyle = INK.now;
    context.fillRect(scale.x(now) - 1, 0, 2, height);
  }
}

/** What lies behind the rows: lunch, hours, the lines between vans, and now. */
export function drawGround(context, scale, { width, height, rows, now }) {
  context.clearRect(0, 0, width, height);
  const [from, to] = LUNCH_S.map(scale.x);
  context.fillStyle = INK.lunch;
  context.fillRect(from, 0, to - from, height);
  context.fillStyle = INK.line;
  for (const second of scale.ticks()) {
    context.fillRect(Math.round(scale.x(second)), 0, 1, height);
  }
  for (let row = 1; row <= rows; row += 1) {
    context.fillRect(0, row * ROW.height - 1, width, 1);
  }
  if (now !== null) {
    context.fillStyle = INK.now;
    context.fillRect(scale.x(now) - 1, 0, 2, height);
  }
}

/**
 * One van's day.
 * @param {Object} page fills, unit, and `marks`: what of it is selected (visits by id, the van) and
 *   the visit that the keyboard is at
 */
export function drawRow(context, route, scale, top, { fills, unit, marks }) {
  if (marks.van === route.vehicle) {
    context.fillStyle = "rgba(211, 84, 0, 0.10)";
    context.fillRect(0, top, context.canvas.width, ROW.height - 1);
  }
  for (const segment of route.segments) {
    const from = scale.x(segment.from);
    const width = Math.max(NARROW_PX, scale.x(segment.to) - from);
    context.fillStyle = fills[segment.kind];
    const isRoad = segment.kind === "driving";
    const [y, height] = isRoad ? [top + ROW.bar + 5, ROW.barHeight - 10] : [top + ROW.bar, ROW.barHeight];
    context.fillRect(from, y, width, height);
    if (!isRoad) {
      context.strokeStyle = INK.quiet;
      context.lineWidth = 1;
      context.strokeRect(from + 0.5, y + 0.5, Math.max(1, width - 1), height - 1);
    }
  }
  drawStrip(context, route, scale, { top: top + ROW.strip, height: ROW.stripHeight - 2 }, unit);
  for (const visit of route.visits) {
    if (marks.visits.has(visit.id)) {
      frame(context, scale, visit, top, INK.selected, 3);
    } else if (marks.hovered === visit.site) {
      frame(context, scale, visit, top, INK.text, 2);
    }
  }
  const active = route.visits.find((visit) => visit.id === marks.active);
  if (active) {
    frame(context, scale, active, top, INK.text, 1, 3);
  }
}

function frame(context, scale, visit, top, colour, width, away = 0) {
  const from = scale.x(visit.arrive_s) - 1 - away;
  const to = scale.x(visit.depart_s) + 1 + away;
  context.strokeStyle = colour;
  context.lineWidth = width;
  context.strokeRect(from, top + ROW.bar - 1 - away / 2, Math.max(4, to - from), ROW.barHeight + 2 + away);
}
