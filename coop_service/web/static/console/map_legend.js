/** What the signs of the map mean, and that positions and roads are a sketch. */

import { el, svg } from "./dom.js";
import { INK } from "./colours.js";
import { t } from "./i18n.js";

const TIERS = [
  ["centre", "M8 1l2 5h5l-4 3.4 1.6 5.3L8 11.6l-4.6 3.1L5 9.4 1 6h5z"],
  ["station", "M8 1l7 7-7 7-7-7z"],
  ["village", "M8 4.5a3.5 3.5 0 1 1 0 7 3.5 3.5 0 1 1 0-7z"],
  ["gateway", "M8 2l6 11H2z"],
];

/**
 * The legend.
 * @param {Object} store
 * @returns {HTMLElement}
 */
export function createLegend(store) {
  const note = el("p", { class: "sketch" });
  const legend = el(
    "details",
    { class: "legend" },
    el("summary", { i18n: "legend.title" }),
    ...TIERS.map(([tier, path]) => line(sign({ d: path, fill: INK.text }), `legend.${tier}`)),
    line(sign({ d: "M8 4.5a3.5 3.5 0 1 1 0 7 3.5 3.5 0 1 1 0-7z", fill: INK.paper }), "legend.idle"),
    line(sign({ d: "M2 2l12 12M14 2L2 14", stroke: INK.now, "stroke-width": 2.4 }), "legend.left"),
    line(sign({ d: "M0 8h16M7 4l5 4-5 4", "stroke-width": 2, fill: "none" }), "legend.way"),
    line(sign({ d: "M0 4h16v1H0zM0 9h16v5H0z", fill: INK.text }), "legend.load"),
    line(sign({ d: "M0 8h16", "stroke-width": 3, "stroke-dasharray": "5 3" }), "legend.van"),
  );
  store.on(["network", "language"], ({ network }) => {
    note.textContent = network ? [network.notice && t("legend.sketch"), network.attribution].filter(Boolean).join(" · ") : "";
    note.hidden = note.textContent === "";
  });
  return el("div", { class: "legend-box" }, legend, note);
}

function line(picture, key) {
  return el("p", {}, picture, el("span", { i18n: key }));
}

function sign(attributes) {
  const path = svg("path", { stroke: INK.text, "stroke-width": 1.2, ...attributes });
  return svg("svg", { viewBox: "0 0 16 16", width: 16, height: 16, "aria-hidden": "true" }, path);
}
