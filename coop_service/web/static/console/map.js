/** The map: the county's sites and roads, and the routes of the open plan along them. */

import { control, latLngBounds, map as createLeaflet, tileLayer } from "../vendor/leaflet/leaflet-src.esm.js";
import { button, el } from "./dom.js";
import { toGcj02 } from "./gcj02.js";
import { addLasso, isInside } from "./lasso.js";
import { drawLabel, drawLasso, drawNames, drawRoads, drawRoute, drawSite } from "./map_draw.js";
import { createHover, siteAt } from "./map_hover.js";
import { canvasLayer } from "./map_layer.js";
import { createLegend } from "./map_legend.js";
import { clearSelection, selectSites } from "./select.js";

const PANE = "map";
const GATEWAY = 9;

/**
 * Fill the pane of the map.
 * @param {HTMLElement} pane
 * @param {Object} store
 * @param {Object|string} tiles url, crs and attribution of map tiles; "" for none
 */
export function createMap(pane, store, tiles) {
  const shift = tiles && tiles.crs === "gcj02" ? toGcj02 : (lon, lat) => [lon, lat];
  const surface = el("div", { class: "surface", role: "application", label: "map.surface" });
  const lassoButton = button("map.lasso", toggleLasso, { "aria-pressed": "false", tip: "map.lasso_tip" });
  const hover = createHover(store);
  pane.append(
    el(
      "header",
      { class: "pane-head" },
      el("h2", { i18n: "map.title" }),
      lassoButton,
      button("map.fit", fit, { class: "quiet" }),
    ),
    el("div", { class: "map-box" }, surface, hover.node, createLegend(store)),
  );

  // Zooming without animation: every step is one drawing, and old machines keep up.
  const leaflet = createLeaflet(surface, {
    zoomControl: false,
    zoomAnimation: false,
    fadeAnimation: false,
    inertia: false,
    boxZoom: false,
    doubleClickZoom: false,
    attributionControl: Boolean(tiles && tiles.attribution),
    zoomSnap: 0.1,
  });
  leaflet.setView([40.6, 122.5], 9);
  control.scale({ imperial: false }).addTo(leaflet);
  if (tiles) {
    leaflet.attributionControl?.setPrefix(false);
    tileLayer(tiles.url, { attribution: tiles.attribution }).addTo(leaflet);
  }
  let lassoPoints = [];
  const layer = canvasLayer(draw).addTo(leaflet);
  layer.canvas.dataset.smallFont = getComputedStyle(document.body).getPropertyValue("--canvas-font");

  addLasso(surface, {
    isOn: (event) => event.button === 0 && (event.shiftKey || isLassoOn()),
    onDraw: (points) => {
      lassoPoints = points;
      layer.redraw();
    },
    onEnd: closeLasso,
  });
  leaflet.on("mousemove", ({ containerPoint }) => {
    const site = find(containerPoint);
    hover.show(site, containerPoint);
    store.set({ hover: site ? site.site : null });
  });
  leaflet.on("mouseout", () => {
    hover.show(null, {});
    store.set({ hover: null });
  });
  leaflet.on("click", ({ containerPoint, originalEvent }) => {
    const site = find(containerPoint);
    hover.show(site, containerPoint);
    if (site) {
      selectSites(store, new Set([site.site]), PANE, originalEvent.ctrlKey || originalEvent.metaKey);
    } else {
      clearSelection(store, PANE);
    }
  });
  surface.addEventListener("keydown", (event) => {
    if (event.key === "Escape") {
      clearSelection(store, PANE);
    }
  });
  // As long as nobody has moved the map it shows the whole county, whatever room it has.
  let isMoved = false;
  leaflet.on("dragstart", () => (isMoved = true));
  for (const event of ["wheel", "keydown"]) {
    surface.addEventListener(event, () => (isMoved = true));
  }
  new ResizeObserver(() => {
    leaflet.invalidateSize({ animate: false });
    if (!isMoved) {
      fit();
    }
  }).observe(surface);
  store.on(["network"], fit);
  store.on(["network", "plan", "selection", "visible", "hover"], () => layer.redraw());

  function find(point) {
    const { network } = store.state;
    return network ? siteAt(network.sites, place, point) : null;
  }

  function place([lon, lat]) {
    const [x, y] = shift(lon, lat);
    return leaflet.latLngToContainerPoint([y, x]);
  }

  function fit() {
    const { network } = store.state;
    if (network === null || surface.clientWidth === 0) {
      return;
    }
    const inside = [...network.sites.values()].filter((site) => site.tier !== GATEWAY);
    const corners = inside.map((site) => shift(site.lon, site.lat)).map(([lon, lat]) => [lat, lon]);
    leaflet.fitBounds(latLngBounds(corners), { padding: [12, 12], animate: false });
    isMoved = false;
  }

  function draw(context, { zoom }) {
    const { network, plan, selection } = store.state;
    if (network === null) {
      return;
    }
    drawRoads(context, network.roads, place);
    const wanted = vansToShow(plan, selection);
    const routes = plan ? plan.routes.filter((route) => route.legs.length) : [];
    const isFaint = (route) => wanted.size > 0 && !wanted.has(route.vehicle);
    routes.filter(isFaint).forEach((route) => drawRoute(context, route, place, true));
    const clear = routes.filter((route) => !isFaint(route));
    clear.forEach((route) => drawRoute(context, route, place, false));
    drawSites(context, zoom);
    drawNames(context, network.sites.values(), place, zoom);
    const labels = [];
    clear.forEach((route) => drawLabel(context, route, place, labels));
    drawLasso(context, lassoPoints);
  }

  function drawSites(context, zoom) {
    const { network, visible, plan, selection, orderByKey, hover: hovered } = store.state;
    const busy = new Set(visible.flatMap((order) => [order.site, order.to_site]));
    const left = new Set();
    for (const key of plan ? plan.unassigned.keys() : []) {
      left.add(orderByKey.get(key)?.site);
    }
    const chosen = selectedSites(store.state);
    chosen.add(hovered);
    for (const site of network.sites.values()) {
      drawSite(context, site, place([site.lon, site.lat]), zoom, {
        isBusy: site.tier !== 2 || busy.has(site.site),
        isSelected: chosen.has(site.site) && (selection.orders.size > 0 || hovered === site.site),
        isLeft: left.has(site.site),
      });
    }
  }

  function closeLasso(points, event) {
    const { network } = store.state;
    const inside = [...network.sites.values()].filter((site) =>
      isInside(place([site.lon, site.lat]), points),
    );
    const codes = new Set(inside.map((site) => site.site));
    selectSites(store, codes, PANE, event.ctrlKey || event.metaKey);
    if (isLassoOn()) {
      toggleLasso();
    }
  }

  function isLassoOn() {
    return lassoButton.getAttribute("aria-pressed") === "true";
  }

  function toggleLasso() {
    const isOn = !isLassoOn();
    lassoButton.setAttribute("aria-pressed", String(isOn));
    surface.classList.toggle("lassoing", isOn);
    leaflet.dragging[isOn ? "disable" : "enable"]();
  }
}

/** Vans whose routes are the ones to look at; none: all of them are. */
function vansToShow(plan, selection) {
  if (plan === null) {
    return new Set();
  }
  if (selection.van !== null) {
    return new Set([selection.van]);
  }
  const visits = [...selection.orders].flatMap((key) => plan.visitsOf.get(key) ?? []);
  return new Set(visits.map((visit) => visit.vehicle));
}

function selectedSites({ selection, orderByKey, plan }) {
  const sites = new Set();
  for (const key of selection.orders) {
    const order = orderByKey.get(key);
    sites.add(order?.site).add(order?.to_site);
  }
  const visit = plan?.visitById.get(selection.visit);
  return visit ? new Set([visit.site]) : sites;
}
