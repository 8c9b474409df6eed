/** Fetching what the panes show: the county once, a day, a plan. */

import { get, getAll } from "./api.js";
import { readNetwork } from "./orders.js";
import { buildPlan } from "./plan_model.js";
import { INITIAL, nothingSelected } from "./state.js";

const DAY_MS = 86400000;
const DAYS_BACK = 45;
const DAYS_AHEAD = 120;

/**
 * What loads and reloads the parts of a store.
 * @param {Object} store
 */
export function createLoader(store) {
  // Answers may come in another order than they were asked for: only the last question counts.
  let lastDay = 0;
  let lastPlan = 0;

  async function loadCounty() {
    const [days, geojson, vehicles] = await Promise.all([
      nearDays(),
      get("/network.geojson"),
      getAll("/vehicles"),
    ]);
    const network = readNetwork(geojson);
    store.set({ days, network, vehicles });
    if (days.length) {
      await openDay(nearest(days));
    }
  }

  async function openDay(date) {
    const asked = (lastDay += 1);
    const [days, orders, plans] = await Promise.all([
      getAll("/days", { first: date, last: date }),
      getAll("/orders", { date }),
      getAll("/plans", { date }),
    ]);
    if (asked !== lastDay) {
      return;
    }
    lastPlan += 1;
    store.set({
      date,
      day: days[0] ?? null,
      orders,
      orderByKey: new Map(orders.map((order) => [order.key, order])),
      plans,
      plan: null,
      selection: nothingSelected(),
      filter: INITIAL.filter,
    });
    if (plans.length) {
      await openPlan(plans[0].id);
    }
  }

  async function openPlan(id) {
    const asked = (lastPlan += 1);
    const [row, geojson] = await Promise.all([get(`/plans/${id}`), get(`/plans/${id}/geojson`)]);
    if (asked !== lastPlan) {
      return;
    }
    const { vehicles, orderByKey, selection } = store.state;
    store.set({
      plan: buildPlan(row, geojson, vehicles, orderByKey),
      // Visits are the plan's own; orders are the day's, and stay selected.
      selection: { ...nothingSelected(), orders: selection.orders },
    });
  }

  async function takeUpPlan(id, date) {
    if (store.state.date !== date) {
      return;
    }
    store.set({ plans: await getAll("/plans", { date }) });
    await openPlan(id);
  }

  async function reloadDays() {
    store.set({ days: await nearDays() });
  }

  return { loadCounty, openDay, openPlan, takeUpPlan, reloadDays };
}

/** Days with orders around today; all there are where there is none so near. */
async function nearDays() {
  const first = isoDate(Date.now() - DAYS_BACK * DAY_MS);
  const last = isoDate(Date.now() + DAYS_AHEAD * DAY_MS);
  const near = await getAll("/days", { first, last });
  return near.length ? near : getAll("/days");
}

function nearest(days) {
  const now = Date.parse(today());
  const distance = ({ date }) => Math.abs(Date.parse(date) - now);
  return days.reduce((best, day) => (distance(day) < distance(best) ? day : best)).date;
}

/** Today where the dispatcher sits, as 2026-10-15. */
export function today() {
  const now = new Date();
  return isoDate(now.getTime() - now.getTimezoneOffset() * 60000);
}

function isoDate(milliseconds) {
  return new Date(milliseconds).toISOString().slice(0, 10);
}
