/** Which orders the pool shows, and what is known of each. */

import { named, t } from "./i18n.js";
import { carriers } from "./plan_model.js";

export const DIRECTIONS = ["outbound", "inbound", "transfer"];

/**
 * The sites of a network by code, with the township that each belongs to.
 * @param {Object} geojson the network
 */
export function readNetwork(geojson) {
  const sites = new Map();
  const roads = [];
  for (const { geometry, properties } of geojson.features) {
    if (properties.kind === "site") {
      const [lon, lat] = geometry.coordinates;
      sites.set(properties.site, { ...properties, lon, lat });
    } else {
      roads.push({ ...properties, coordinates: geometry.coordinates });
    }
  }
  for (const site of sites.values()) {
    site.township = site.tier === 2 ? site.parent : site.site;
  }
  return { sites, roads, notice: geojson.notice, attribution: geojson.attribution };
}

/** Name of a site, its code where the network no longer has it. */
export function siteName(network, code) {
  return network.sites.get(code)?.name ?? code;
}

/** Name of the township of a site. */
export function townshipName(network, code) {
  const township = network.sites.get(code)?.township;
  return township ? siteName(network, township) : "";
}

/**
 * Whether and how the open plan serves an order.
 * @returns {{kind: string, text: string}} kind none (no plan), served or left
 */
export function orderState(plan, key) {
  if (plan === null) {
    return { kind: "none", text: "—" };
  }
  const left = plan.unassigned.get(key);
  if (left) {
    return { kind: "left", text: named("reason", left.reason) };
  }
  const vans = carriers(plan, key);
  if (vans.length === 0) {
    return { kind: "none", text: t("pool.not_in_plan") };
  }
  return { kind: "served", text: vans.join(" → ") };
}

/**
 * The orders that a filter lets through.
 * @param {Object} state of the page
 * @returns {Array<Object>} in the order of the day's list
 */
export function filterOrders({ orders, filter, network, plan, selection }) {
  const words = filter.text.toLowerCase().split(/\s+/).filter(Boolean);
  return orders.filter((order) => {
    const site = network.sites.get(order.site);
    const { kind, text } = orderState(plan, order.key);
    return (
      (!filter.direction || order.direction === filter.direction) &&
      (!filter.township || site?.township === filter.township) &&
      (!filter.goods || order.goods_class === filter.goods) &&
      (!filter.assigned || kind === filter.assigned) &&
      (!filter.selected || selection.orders.has(order.key)) &&
      words.every((word) => searchable(order, site, text).includes(word))
    );
  });
}

/** Sums over some orders. */
export function sumUp(orders) {
  return {
    orders: orders.length,
    weight_kg: orders.reduce((sum, order) => sum + order.weight_kg, 0),
    volume_m3: orders.reduce((sum, order) => sum + order.volume_m3, 0),
  };
}

function searchable(order, site, state) {
  const parts = [order.key, order.site, site?.name, site?.pinyin, state, order.identifier];
  return parts.filter(Boolean).join(" ").toLowerCase();
}
