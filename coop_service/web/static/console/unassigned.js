/** The orders that the open plan leaves out: why, and what would let them in. */

import { el, openDialog } from "./dom.js";
import { kg } from "./format.js";
import { named, pick, t } from "./i18n.js";
import { siteName } from "./orders.js";
import { selectOrders } from "./select.js";

/** Show them; pressing one selects its order in every pane. */
export function showUnassigned(store) {
  const { plan, orderByKey, network } = store.state;
  const rows = [...plan.unassigned.values()].map((item) => {
    const order = orderByKey.get(item.order);
    const choose = () => {
      selectOrders(store, [item.order], "unassigned");
      dialog.close();
    };
    const where = order ? `${siteName(network, order.site)} · ${kg(order.weight_kg)}` : "";
    return el(
      "li",
      {},
      el("button", { type: "button", class: "quiet", on: { click: choose } }, item.order),
      el("span", {}, where),
      el("p", {}, el("b", {}, named("reason", item.reason)), " ", el("span", { class: "tag" }, t(item.proved ? "left.proved" : "left.tried"))),
      item.detail ? el("p", {}, pick(item.detail)) : null,
      item.cheapest_change ? el("p", {}, el("b", { i18n: "left.change" }), " ", pick(item.cheapest_change)) : null,
    );
  });
  const dialog = openDialog("left.title", el("ul", { class: "left-list" }, ...rows));
}
