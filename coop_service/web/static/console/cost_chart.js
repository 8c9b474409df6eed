/** Cost against time while a plan is being searched: a step down for each better one. */

import { el, svg } from "./dom.js";
import { number, yuan } from "./format.js";
import { t } from "./i18n.js";

const [WIDTH, HEIGHT, LEFT, BELOW, MARGIN] = [300, 84, 52, 16, 6];

/**
 * The chart.
 * @param {Array<Object>} progress seconds and cost of each better plan
 * @param {number} seconds that the search may take
 * @returns {SVGElement}
 */
export function drawCostChart(progress, seconds) {
  const end = Math.max(seconds, ...progress.map((entry) => entry.seconds));
  const costs = progress.map((entry) => entry.cost);
  const [low, high] = [Math.min(...costs), Math.max(...costs)];
  const x = (second) => LEFT + (second / end) * (WIDTH - LEFT - MARGIN);
  const y = (cost) => MARGIN + ((high - cost) / (high - low || 1)) * (HEIGHT - BELOW - 2 * MARGIN);
  const steps = progress.map(({ seconds: second, cost }, index) => (index ? `H${x(second)}V${y(cost)}` : `M${x(second)} ${y(cost)}`));
  const label = (words, at, anchor) => svg("text", { x: at[0], y: at[1], "text-anchor": anchor }, words);
  return svg(
    "svg",
    { viewBox: `0 0 ${WIDTH} ${HEIGHT}`, class: "chart", role: "img", "aria-label": chartWords(progress) },
    svg("path", { class: "axes", d: `M${LEFT} ${MARGIN}V${HEIGHT - BELOW}H${WIDTH - MARGIN}` }),
    svg("path", { class: "cost", d: steps.join("") }),
    ...progress.map((entry) => svg("circle", { class: "better", cx: x(entry.seconds), cy: y(entry.cost), r: 2.2 })),
    label(number(high), [LEFT - 4, MARGIN + 8], "end"),
    low < high ? label(number(low), [LEFT - 4, HEIGHT - BELOW - 2], "end") : null,
    label(t("unit.s", { value: 0 }), [LEFT, HEIGHT - 3], "middle"),
    label(t("unit.s", { value: number(end) }), [WIDTH - MARGIN, HEIGHT - 3], "end"),
  );
}

/** The latest figures of a search in one sentence. */
export function chartWords(progress) {
  const last = progress[progress.length - 1];
  return t("run.best", {
    cost: yuan(last.cost, 0),
    seconds: number(last.seconds, 1),
    served: number(last.orders_served),
    left: number(last.orders_unassigned),
    vans: number(last.vehicles_used),
  });
}

/** An empty place for the chart, as high as it will be. */
export function emptyChart() {
  return el("div", { class: "chart" });
}
