/** The day and the open plan in figures. */

import { button, el } from "./dom.js";
import { kg, km, m3, number, percent, yuan } from "./format.js";
import { t } from "./i18n.js";

/**
 * @param {HTMLElement} place
 * @param {Object} store
 * @param {function(): void} onUnassigned asked for the orders that are left out
 */
export function createSummary(place, store, onUnassigned) {
  store.on(["day", "plan", "language"], ({ day, plan }) => {
    place.replaceChildren(...dayFigures(day), ...(plan ? planFigures(plan) : []));
  });

  function dayFigures(day) {
    if (day === null) {
      return [el("span", { class: "figure" }, t("summary.nothing"))];
    }
    const figures = day.directions.map((way) =>
      figure(`direction.${way.direction}`, t("summary.sums", { count: number(way.orders), kg: kg(way.weight_kg), m3: m3(way.volume_m3) })),
    );
    return [
      figure("summary.orders", t("summary.at_sites", { count: number(day.orders), sites: number(day.sites) })),
      ...figures,
      day.synthetic_orders ? el("span", { class: "tag", i18n: "summary.synthetic" }) : null,
    ].filter(Boolean);
  }

  function planFigures(plan) {
    const { kpis } = plan.document;
    const left = plan.unassigned.size;
    return [
      figure("summary.cost", yuan(plan.cost_yuan), plan.hasDefaultCosts ? "summary.default_costs" : null),
      figure("summary.status", t(`plan_status.${plan.status}`)),
      figure("summary.vans", t("summary.of", { count: plan.vehicles_used, all: plan.routes.length })),
      figure("summary.distance", km(kpis.distance_km * 1000)),
      figure("summary.load", t("summary.down_up", { down: percent(kpis.load_factor_outbound), up: percent(kpis.load_factor_inbound) })),
      figure("summary.served", number(plan.orders_served)),
      button("summary.left", onUnassigned, { class: left ? "left" : "quiet", id: "left", disabled: left === 0 }),
      el("b", { class: "count" }, number(left)),
    ];
  }
}

function figure(key, words, note = null) {
  return el(
    "span",
    { class: "figure" },
    el("span", { class: "quiet-text", i18n: key }),
    " ",
    el("b", {}, words),
    note ? el("span", { class: "tag", i18n: note }) : null,
  );
}
