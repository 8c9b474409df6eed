/** Drawing the network and the routes. Tiers differ in shape and size, vans in colour, pattern and
 * label, loads in width: nothing is told by colour alone. */

import { INK } from "./colours.js";

const FULL_TURN = 2 * Math.PI;
const NARROW_PX = 1.4;
const WIDE_PX = 6;
const FAINT = 0.13;
const ARROW_EVERY_PX = 90;
const LABELS_FROM_ZOOM = 12;
const NEAR_FROM_ZOOM = 10.5;
const FAR_SIZE = 0.6;
const LABEL_PX = 15;

/** Half the size of a site by its tier, in pixels. */
export const RADIUS = { 0: 10, 1: 7, 2: 3.4, 9: 6 };

/** Roads, thin and grey: they explain the ways and must not compete with them. */
export function drawRoads(context, roads, place) {
  context.strokeStyle = INK.road;
  context.lineWidth = 1;
  context.beginPath();
  for (const road of roads) {
    trace(context, road.coordinates.map(place));
  }
  context.stroke();
}

/**
 * The legs of a route, wider the fuller the van is, with arrows the way it drives.
 * @param {boolean} isFaint whether other routes are the ones to look at
 */
export function drawRoute(context, route, place, isFaint) {
  context.save();
  context.globalAlpha = isFaint ? FAINT : 0.9;
  context.strokeStyle = route.colour;
  context.fillStyle = route.colour;
  context.lineJoin = "round";
  for (const leg of route.legs) {
    const points = leg.coordinates.map(place);
    const width = NARROW_PX + (WIDE_PX - NARROW_PX) * Math.min(1, leg.share);
    context.lineWidth = width;
    context.setLineDash(route.dash);
    context.beginPath();
    trace(context, points);
    context.stroke();
    context.setLineDash([]);
    if (!isFaint) {
      drawArrows(context, points, 4 + width);
    }
  }
  context.restore();
}

/**
 * The van's label beside the middle of its day, where there is room.
 * @param {Array<Object>} taken room of the labels that are drawn already; this one is added
 */
export function drawLabel(context, route, place, taken) {
  const visit = route.visits[Math.floor(route.visits.length / 2)];
  if (!visit) {
    return;
  }
  const leg = route.legs.find((one) => one.trip === visit.trip && one.sequence === visit.sequence);
  const { x, y } = place(leg.coordinates[leg.coordinates.length - 1]);
  context.font = context.canvas.dataset.smallFont;
  const width = context.measureText(route.vehicle).width + 8;
  const box = { left: x + 6, right: x + 6 + width, y: y - 9 };
  if (taken.some((other) => overlap(box, other))) {
    return;
  }
  taken.push(box);
  context.fillStyle = route.colour;
  context.fillRect(x + 6, y - 17, width, 15);
  context.fillStyle = INK.paper;
  context.textBaseline = "middle";
  context.fillText(route.vehicle, x + 10, y - 9);
}

/**
 * A site: star, diamond, dot or triangle; filled where there is something to do today.
 * @param {number} zoom of the map; villages are small from afar
 * @param {{isBusy: boolean, isSelected: boolean, isLeft: boolean}} marks
 */
export function drawSite(context, site, { x, y }, zoom, marks) {
  const radius = RADIUS[site.tier] * (zoom < NEAR_FROM_ZOOM ? FAR_SIZE : 1);
  if (marks.isSelected) {
    context.beginPath();
    context.arc(x, y, radius + 4.5, 0, FULL_TURN);
    context.lineWidth = 3;
    context.strokeStyle = INK.selected;
    context.stroke();
  }
  context.beginPath();
  traceShape(context, site.tier, x, y, radius);
  context.lineWidth = site.tier === 2 ? 1.2 : 1.6;
  context.strokeStyle = INK.text;
  context.fillStyle = marks.isBusy ? INK.text : INK.paper;
  context.fill();
  context.stroke();
  if (marks.isLeft) {
    drawCross(context, x, y, radius + 3);
  }
}

/** Outline of a tier's shape, for the map and its legend. */
export function traceShape(context, tier, x, y, radius) {
  if (tier === 2) {
    context.arc(x, y, radius, 0, FULL_TURN);
    return;
  }
  const corners = { 0: 10, 1: 4, 9: 3 }[tier];
  for (let corner = 0; corner < corners; corner += 1) {
    const reach = tier === 0 && corner % 2 ? radius * 0.45 : radius;
    const angle = (corner / corners) * FULL_TURN - FULL_TURN / 4;
    context.lineTo(x + reach * Math.cos(angle), y + reach * Math.sin(angle));
  }
  context.closePath();
}

/** Names of the centre and the stations, of villages once the map is near enough, as far as there is
 * room: the higher tier comes first. */
export function drawNames(context, sites, place, zoom) {
  context.font = context.canvas.dataset.smallFont;
  context.textBaseline = "middle";
  context.lineWidth = 3;
  context.strokeStyle = INK.paper;
  context.fillStyle = INK.text;
  const taken = [];
  for (const site of [...sites].sort((one, other) => one.tier - other.tier)) {
    if (site.tier === 2 && zoom < LABELS_FROM_ZOOM) {
      continue;
    }
    const { x, y } = place([site.lon, site.lat]);
    const at = x + RADIUS[site.tier] + 4;
    const box = { left: at, right: at + context.measureText(site.name).width, y };
    if (taken.some((other) => overlap(box, other))) {
      continue;
    }
    taken.push(box);
    context.strokeText(site.name, at, y);
    context.fillText(site.name, at, y);
  }
}

function overlap(one, other) {
  const beside = one.right < other.left || other.right < one.left;
  return !beside && Math.abs(one.y - other.y) < LABEL_PX;
}

/** The lasso while it is being drawn. */
export function drawLasso(context, points) {
  if (points.length < 2) {
    return;
  }
  context.save();
  context.setLineDash([6, 4]);
  context.lineWidth = 2;
  context.strokeStyle = INK.selected;
  context.fillStyle = "rgba(211, 84, 0, 0.12)";
  context.beginPath();
  trace(context, points);
  context.closePath();
  context.fill();
  context.stroke();
  context.restore();
}

function trace(context, points) {
  points.forEach(({ x, y }, index) => (index ? context.lineTo(x, y) : context.moveTo(x, y)));
}

function drawArrows(context, points, size) {
  let next = ARROW_EVERY_PX / 2;
  let done = 0;
  for (let index = 1; index < points.length; index += 1) {
    const [from, to] = [points[index - 1], points[index]];
    const [dx, dy] = [to.x - from.x, to.y - from.y];
    const length = Math.hypot(dx, dy);
    while (length > 0 && next <= done + length) {
      const part = (next - done) / length;
      drawArrow(context, from.x + dx * part, from.y + dy * part, Math.atan2(dy, dx), size);
      next += ARROW_EVERY_PX;
    }
    done += length;
  }
}

function drawArrow(context, x, y, angle, size) {
  context.save();
  context.translate(x, y);
  context.rotate(angle);
  context.beginPath();
  context.moveTo(size * 0.7, 0);
  context.lineTo(-size * 0.6, -size * 0.55);
  context.lineTo(-size * 0.3, 0);
  context.lineTo(-size * 0.6, size * 0.55);
  context.closePath();
  context.fill();
  context.restore();
}

function drawCross(context, x, y, reach) {
  context.lineWidth = 2.4;
  context.strokeStyle = INK.now;
  context.beginPath();
  context.moveTo(x - reach, y - reach);
  context.lineTo(x + reach, y + reach);
  context.moveTo(x + reach, y - reach);
  context.lineTo(x - reach, y + reach);
  context.stroke();
}
