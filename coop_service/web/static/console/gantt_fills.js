/** How stretches of a van's day are filled. Fills differ in lightness and pattern, so that they are
 * told apart in grey and in print as well. */

import { INK } from "./colours.js";

export const KINDS = ["driving", "service", "waiting", "rest", "hub", "loading"];

const TILE_PX = 8;

const LOOKS = {
  driving: { ground: "#41535d", draw: null },
  service: { ground: "#6bb3e0", draw: null },
  waiting: { ground: "#ffffff", draw: (context) => dot(context, "#52636c") },
  rest: { ground: "#e9e2f2", draw: (context) => hatch(context, "#5b3b86", false) },
  hub: { ground: "#f4c88a", draw: (context) => hatch(context, "#7a3d00", true) },
  loading: { ground: "#d5dde1", draw: (context) => bars(context, "#7d8a91") },
};

/**
 * Fill styles by kind, for one drawing context.
 * @param {CanvasRenderingContext2D} context
 * @returns {Object<string, string|CanvasPattern>}
 */
export function createFills(context) {
  const ratio = window.devicePixelRatio || 1;
  return Object.fromEntries(KINDS.map((kind) => [kind, createFill(context, LOOKS[kind], ratio)]));
}

function createFill(context, { ground, draw }, ratio) {
  if (draw === null) {
    return ground;
  }
  const tile = document.createElement("canvas");
  tile.width = TILE_PX * ratio;
  tile.height = TILE_PX * ratio;
  const brush = tile.getContext("2d");
  brush.scale(ratio, ratio);
  brush.fillStyle = ground;
  brush.fillRect(0, 0, TILE_PX, TILE_PX);
  draw(brush);
  const pattern = context.createPattern(tile, "repeat");
  pattern.setTransform(new DOMMatrix().scale(1 / ratio));
  return pattern;
}

function hatch(brush, colour, isCrossed) {
  brush.strokeStyle = colour;
  brush.lineWidth = 1.3;
  brush.beginPath();
  for (const shift of [-TILE_PX, 0, TILE_PX]) {
    brush.moveTo(shift, TILE_PX);
    brush.lineTo(shift + TILE_PX, 0);
    if (isCrossed) {
      brush.moveTo(shift, 0);
      brush.lineTo(shift + TILE_PX, TILE_PX);
    }
  }
  brush.stroke();
}

function dot(brush, colour) {
  brush.fillStyle = colour;
  brush.fillRect(3, 3, 1.6, 1.6);
}

function bars(brush, colour) {
  brush.fillStyle = colour;
  brush.fillRect(0, 0, 2, TILE_PX);
  brush.fillRect(4, 0, 2, TILE_PX);
}

/** A sample of a fill for the legend. */
export function sampleFill(kind) {
  const sample = document.createElement("canvas");
  sample.width = 22;
  sample.height = 12;
  const context = sample.getContext("2d");
  context.fillStyle = createFill(context, LOOKS[kind], 1);
  context.fillRect(0, 0, 22, 12);
  context.strokeStyle = INK.text;
  context.strokeRect(0.5, 0.5, 21, 11);
  return sample;
}
