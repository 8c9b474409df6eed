/** What is done at the selected visit. */

import { button, el } from "./dom.js";
import { clock, clockRange, duration, goods, kg, load, m3 } from "./format.js";
import { named, t } from "./i18n.js";
import { siteName, townshipName } from "./orders.js";
import { clearSelection, selectOrders } from "./select.js";

const PANE = "details";

/**
 * @param {HTMLElement} panel
 * @param {Object} store
 */
export function createDetails(panel, store) {
  store.on(["selection", "plan", "language"], (state) => {
    const visit = state.plan?.visitById.get(state.selection.visit);
    panel.hidden = visit === undefined;
    if (visit !== undefined) {
      panel.replaceChildren(...describe(visit, state));
    }
  });
  panel.addEventListener("keydown", (event) => {
    if (event.key === "Escape") {
      clearSelection(store, PANE);
    }
  });

  function describe(visit, { network, orderByKey }) {
    const waits = visit.start_s - visit.arrive_s;
    const place = [siteName(network, visit.site), townshipName(network, visit.site)];
    return [
      el("header", {}, el("h2", {}, [...new Set(place)].filter(Boolean).join(" · ")), button("dialog.close", () => clearSelection(store, PANE), { class: "quiet" })),
      el("p", {}, t("details.call", { van: visit.vehicle, trip: visit.trip, sequence: visit.sequence })),
      el(
        "dl",
        {},
        ...term("details.times", clockRange(visit.arrive_s, visit.depart_s)),
        ...(waits ? term("details.waits", t("details.until", { wait: duration(waits), time: clock(visit.start_s) })) : []),
        ...term("details.off", load(visit.unload)),
        ...term("details.on", load(visit.load)),
        ...term("details.before", load(visit.load_before)),
        ...term("details.after", load(visit.load_after)),
      ),
      el("ul", { class: "orders" }, ...visit.orders.map((key) => item(key, orderByKey.get(key)))),
    ];
  }

  function item(key, order) {
    const words = order
      ? [named("direction_sign", order.direction), goods(order.goods_class), kg(order.weight_kg), m3(order.volume_m3), key]
      : [key];
    const choose = () => selectOrders(store, [key], PANE);
    return el("li", {}, el("button", { type: "button", class: "quiet", on: { click: choose } }, words.join(" · ")));
  }
}

function term(key, words) {
  return [el("dt", { i18n: key }), el("dd", {}, words)];
}
