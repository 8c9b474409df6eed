/** Making selections: each pane points at its own kind of thing, and all of them mean orders. */

import { nothingSelected } from "./state.js";

/** These orders and nothing else. */
export function selectOrders(store, keys, origin) {
  store.set({ selection: { ...nothingSelected(origin), orders: new Set(keys) } });
}

/**
 * The orders of some sites, in place of what was selected or besides it.
 * @param {Set<string>} sites codes
 * @param {boolean} more whether to keep what is selected
 */
export function selectSites(store, sites, origin, more = false) {
  const { orders, selection } = store.state;
  const keys = orders
    .filter((order) => sites.has(order.site) || (order.to_site && sites.has(order.to_site)))
    .map((order) => order.key);
  selectOrders(store, more ? [...selection.orders, ...keys] : keys, origin);
}

/** A visit with its orders. */
export function selectVisit(store, visit, origin) {
  store.set({
    selection: { orders: new Set(visit.orders), visit: visit.id, van: visit.vehicle, origin },
  });
}

/** A van with all its orders. */
export function selectVan(store, route, origin) {
  const orders = new Set(route.visits.flatMap((visit) => visit.orders));
  store.set({ selection: { orders, visit: null, van: route.vehicle, origin } });
}

/** Nothing. */
export function clearSelection(store, origin) {
  store.set({ selection: nothingSelected(origin) });
}
