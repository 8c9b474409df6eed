/** What the map tells of the site below the pointer. */

import { el } from "./dom.js";
import { clockRange, load } from "./format.js";
import { named, t } from "./i18n.js";
import { siteName } from "./orders.js";
import { RADIUS } from "./map_draw.js";

const NEAR_PX = 6;

/**
 * The site at a point of the map, the nearest where there are several.
 * @param {Map<string, Object>} sites
 * @param {function(Array<number>): {x: number, y: number}} place
 * @param {{x: number, y: number}} point
 */
export function siteAt(sites, place, point) {
  let best = null;
  let least = Infinity;
  for (const site of sites.values()) {
    const { x, y } = place([site.lon, site.lat]);
    const away = Math.hypot(x - point.x, y - point.y) - RADIUS[site.tier];
    if (away < NEAR_PX && away < least) {
      [best, least] = [site, away];
    }
  }
  return best;
}

/**
 * The box that follows the pointer.
 * @param {Object} store
 * @returns {{node: HTMLElement, show: function(Object|null, Object): void}}
 */
export function createHover(store) {
  const node = el("div", { class: "hover", role: "tooltip" });
  node.hidden = true;

  function show(site, { x, y }) {
    node.hidden = site === null;
    if (site === null) {
      return;
    }
    node.replaceChildren(...describe(site, store.state));
    const room = node.offsetParent ?? document.body;
    const left = Math.min(x + 14, room.clientWidth - node.offsetWidth - 6);
    const top = Math.min(y + 14, room.clientHeight - node.offsetHeight - 6);
    node.style.setProperty("left", `${Math.max(6, left)}px`);
    node.style.setProperty("top", `${Math.max(6, top)}px`);
  }

  return { node, show };
}

function describe(site, { plan, orders, network }) {
  const mine = orders.filter((order) => order.site === site.site || order.to_site === site.site);
  const township = site.tier === 2 ? siteName(network, site.township) : "";
  const lines = [
    el("strong", {}, site.name),
    el("span", { class: "quiet-text" }, ` ${[named("tier", String(site.tier)), township].filter(Boolean).join(" · ")}`),
    el("div", {}, t("hover.orders", { count: mine.length })),
  ];
  const visits = plan ? [...plan.visitById.values()].filter((visit) => visit.site === site.site) : [];
  visits.sort((one, other) => one.start_s - other.start_s);
  for (const visit of visits.slice(0, 6)) {
    lines.push(
      el("div", {}, `${visit.vehicle} ${clockRange(visit.arrive_s, visit.depart_s)}`),
      el("div", { class: "quiet-text" }, t("hover.moved", { off: load(visit.unload), on: load(visit.load) })),
    );
  }
  if (visits.length > 6) {
    lines.push(el("div", { class: "quiet-text" }, t("hover.more", { count: visits.length - 6 })));
  }
  if (site.coord_kind !== "real") {
    lines.push(el("div", { class: "quiet-text" }, named("coord_kind", site.coord_kind)));
  }
  return lines;
}
