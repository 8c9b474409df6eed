/** Colours that people with any kind of colour vision tell apart, and line patterns beside them: a
 * van is known by both, and by its label. */

// Dark enough to stand out from white, after the palette of Okabe and Ito.
const HUES = ["#0072b2", "#c04f00", "#00795c", "#a8467f", "#7a6000", "#2f4bd6", "#8c1c13", "#3d3d3d"];

const DASHES = [[], [9, 4], [2, 4]];

/** Fills and inks of the drawings; the style sheets have the same values. */
export const INK = {
  text: "#17242b",
  quiet: "#52636c",
  line: "#c9d3d8",
  road: "#c3ccd1",
  paper: "#ffffff",
  selected: "#d35400",
  lunch: "#f3ead2",
  now: "#b00020",
  outbound: "#0072b2",
  inbound: "#e0a100",
  transfer: "#7d8a91",
  capacity: "#17242b",
};

/**
 * How the van at some place of the fleet is drawn.
 * @param {number} index
 * @returns {{colour: string, dash: Array<number>}}
 */
export function vanStyle(index) {
  return {
    colour: HUES[index % HUES.length],
    dash: DASHES[Math.floor(index / HUES.length) % DASHES.length],
  };
}
