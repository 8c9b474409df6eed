/** The vans' timeline: a row for each van with its day above and its load below. */

import { button, el, select } from "./dom.js";
import { createFills, KINDS, sampleFill } from "./gantt_fills.js";
import { drawAxis, drawGround, drawRow, ROW } from "./gantt_draw.js";
import { createGanttKeys } from "./gantt_keys.js";
import { createVanHeads } from "./gantt_heads.js";
import { hitTest } from "./gantt_hits.js";
import { createScale } from "./gantt_scale.js";
import { INK } from "./colours.js";
import { clockRange, kg, m3 } from "./format.js";
import { t } from "./i18n.js";
import { loadAt } from "./load_strip.js";
import { today } from "./loader.js";
import { announce } from "./notice.js";
import { clearSelection, selectVan, selectVisit } from "./select.js";
import { siteName } from "./orders.js";
import { UNITS } from "./plan_model.js";

const PANE = "timeline";
const DAY_S = [19800, 70200];
const AXIS_PX = 30;
const WHEEL = 1.2;
const DRAG_PX = 4;

/**
 * Fill the pane of the timeline.
 * @param {HTMLElement} pane
 * @param {Object} store
 */
export function createGantt(pane, store) {
  let scale = createScale(...DAY_S);
  let active = null;
  let routes = [];

  const axis = el("canvas", { class: "axis", "aria-hidden": "true" });
  const rows = el("canvas", { class: "rows", role: "application", tabindex: "0", label: "timeline.rows" });
  const heads = createVanHeads((route) => selectVan(store, route, PANE));
  const bubble = el("div", { class: "hover", role: "tooltip", hidden: true });
  const body = el("div", { class: "gantt-body" }, heads.node, rows);
  const empty = el("p", { class: "empty", i18n: "timeline.empty" });
  const box = el("div", { class: "gantt" }, el("div", { class: "axis-row" }, el("span", { class: "corner" }), axis), body);
  const unit = el("span", { class: "unit" });
  const costs = el("span", { class: "tag", i18n: "summary.default_costs", hidden: true });
  pane.append(
    el(
      "header",
      { class: "pane-head" },
      el("h2", { i18n: "timeline.title" }),
      unit,
      costs,
      button("timeline.zoom_in", () => change(() => scale.zoom(1 / WHEEL ** 2)), { class: "quiet", label: "timeline.zoom_in_label" }),
      button("timeline.zoom_out", () => change(() => scale.zoom(WHEEL ** 2)), { class: "quiet", label: "timeline.zoom_out_label" }),
      button("timeline.fit", () => change(scale.fit), { class: "quiet" }),
      createKey(),
    ),
    box,
    empty,
    bubble,
  );
  const font = getComputedStyle(document.body).getPropertyValue("--canvas-font");
  axis.dataset.smallFont = font;

  rows.addEventListener("wheel", onWheel, { passive: false });
  axis.addEventListener("wheel", onWheel, { passive: false });
  rows.addEventListener("pointerdown", onPress);
  rows.addEventListener("pointermove", onMove);
  rows.addEventListener("pointerleave", () => show(null, null));
  rows.addEventListener("keydown", createGanttKeys({ store, change, scale: () => scale, routes: () => routes, active: () => active, moveTo, pane: PANE }));
  new ResizeObserver(() => draw()).observe(box);

  store.on(["plan"], renew);
  store.on(["language"], () => {
    drawUnit();
    heads.draw(routes);
    draw();
  });
  store.on(["selection"], ({ plan, selection }) => {
    if (plan && selection.origin !== PANE) {
      showFirstSelected(plan, selection);
    }
    draw();
  });
  store.on(["hover", "unit"], () => draw());
  renew(store.state);

  function renew({ plan }) {
    routes = plan ? plan.routes : [];
    active = null;
    const times = routes.filter((route) => route.trips).flatMap((route) => [route.depart_s, route.return_s]);
    scale = createScale(Math.min(DAY_S[0], ...times) - 600, Math.max(DAY_S[1], ...times) + 600);
    heads.draw(routes);
    costs.hidden = !plan?.hasDefaultCosts;
    empty.hidden = routes.length > 0;
    box.hidden = routes.length === 0;
    draw();
  }

  function drawUnit() {
    const choices = UNITS.map((name) => [name, t(`unit_name.${name}`)]);
    const choice = select(choices, store.state.unit, {
      label: "timeline.unit",
      on: { change: () => store.set({ unit: choice.value }) },
    });
    unit.replaceChildren(choice);
  }

  function change(step) {
    step();
    draw();
  }

  function draw() {
    const width = box.clientWidth - heads.node.offsetWidth;
    if (box.hidden || width <= 0) {
      return;
    }
    scale.resize(width);
    const height = Math.max(1, routes.length * ROW.height);
    const now = nowOf(store.state.date);
    const { plan, selection, hover, unit: loadUnit } = store.state;
    drawAxis(prepare(axis, width, AXIS_PX), scale, { width, height: AXIS_PX, now, lunch: t("timeline.lunch") });
    const context = prepare(rows, width, height);
    drawGround(context, scale, { width, height, rows: routes.length, now });
    const page = {
      fills: createFills(context),
      unit: loadUnit,
      marks: { visits: marked(plan, selection), van: selection.van, hovered: hover, active: active?.id },
    };
    routes.forEach((route, row) => drawRow(context, route, scale, row * ROW.height, page));
    heads.mark(selection.van, plan, page.marks.visits);
  }

  function showFirstSelected(plan, selection) {
    const chosen = marked(plan, selection);
    const visit = [...plan.visitById.values()].find(({ id }) => chosen.has(id));
    if (visit) {
      active = visit;
      reveal(visit);
    }
  }

  function moveTo(visit) {
    active = visit;
    reveal(visit);
    selectVisit(store, visit, PANE);
    const { network } = store.state;
    const times = clockRange(visit.arrive_s, visit.depart_s);
    announce(t("timeline.at", { van: visit.vehicle, site: siteName(network, visit.site), times }));
  }

  function reveal(visit) {
    scale.reveal(visit.arrive_s, visit.depart_s);
    const top = routes.findIndex((route) => route.vehicle === visit.vehicle) * ROW.height;
    const bottom = top + ROW.height + AXIS_PX;
    if (top < box.scrollTop) {
      box.scrollTop = top;
    } else if (bottom > box.scrollTop + box.clientHeight) {
      box.scrollTop = bottom - box.clientHeight;
    }
  }

  function onWheel(event) {
    const onAxis = event.currentTarget === axis;
    if (event.ctrlKey || onAxis) {
      change(() => scale.zoom(event.deltaY > 0 ? WHEEL : 1 / WHEEL, event.offsetX));
    } else if (event.shiftKey || Math.abs(event.deltaX) > Math.abs(event.deltaY)) {
      change(() => scale.pan(event.deltaX || event.deltaY));
    } else {
      return;
    }
    event.preventDefault();
  }

  function onPress(event) {
    if (event.button !== 0) {
      return;
    }
    const [start, hit] = [event.clientX, hitTest(routes, scale, at(event))];
    let last = start;
    const move = (moved) => {
      if (Math.abs(moved.clientX - start) > DRAG_PX || last !== start) {
        change(() => scale.pan(last - moved.clientX));
        last = moved.clientX;
      }
    };
    const press = new AbortController();
    const end = (released) => {
      press.abort();
      if (last === start && released.type === "pointerup") {
        choose(hit);
      }
    };
    rows.setPointerCapture(event.pointerId);
    rows.addEventListener("pointermove", move, press);
    rows.addEventListener("pointerup", end, press);
    rows.addEventListener("pointercancel", end, press);
  }

  function choose(hit) {
    if (hit?.visit) {
      moveTo(hit.visit);
    } else if (hit && hit.route.trips) {
      selectVan(store, hit.route, PANE);
    } else {
      clearSelection(store, PANE);
    }
  }

  function onMove(event) {
    const hit = hitTest(routes, scale, at(event));
    show(hit, event);
    store.set({ hover: hit?.visit?.site ?? null });
  }

  function show(hit, event) {
    bubble.hidden = !hit || (!hit.segment && !hit.visit);
    if (bubble.hidden) {
      return;
    }
    bubble.replaceChildren(...describe(hit, store.state).map((line) => el("div", {}, line)));
    const { left, top, width, height } = pane.getBoundingClientRect();
    const x = Math.min(event.clientX - left + 12, width - bubble.offsetWidth - 6);
    const y = event.clientY - top + 16;
    bubble.style.setProperty("left", `${x}px`);
    bubble.style.setProperty("top", `${Math.min(y, height - bubble.offsetHeight - 6)}px`);
  }
}

function at(event) {
  return { x: event.offsetX, y: event.offsetY };
}

function prepare(canvas, width, height) {
  const ratio = window.devicePixelRatio || 1;
  canvas.width = width * ratio;
  canvas.height = height * ratio;
  canvas.style.width = `${width}px`;
  canvas.style.height = `${height}px`;
  const context = canvas.getContext("2d");
  context.scale(ratio, ratio);
  return context;
}

/** Visits that are to be marked: the one selected, or all that serve a selected order. */
function marked(plan, selection) {
  if (plan === null || (selection.van !== null && selection.visit === null)) {
    return new Set();
  }
  if (selection.visit !== null) {
    return new Set([selection.visit]);
  }
  const visits = [...selection.orders].flatMap((key) => plan.visitsOf.get(key) ?? []);
  return new Set(visits.map((visit) => visit.id));
}

function nowOf(date) {
  if (date !== today()) {
    return null;
  }
  const now = new Date();
  return now.getHours() * 3600 + now.getMinutes() * 60;
}

function describe({ route, segment, visit, second }, { unit, network }) {
  const lines = [`${route.vehicle} ${route.van.plate ?? ""}`];
  if (segment) {
    lines.push(`${t(`kind.${segment.kind}`)} ${clockRange(segment.from, segment.to)}`);
  }
  if (visit) {
    lines.push(siteName(network, visit.site));
  }
  const onBoard = loadAt(route, second, unit);
  if (onBoard) {
    const write = unit === "weight_kg" ? kg : m3;
    lines.push(t("timeline.on_board", { outbound: write(onBoard.outbound), inbound: write(onBoard.inbound), capacity: write(route.capacity[unit]) }));
  }
  return lines;
}

function createKey() {
  const item = (picture, key) => el("span", { class: "key" }, picture, el("span", { i18n: key }));
  const chip = (colour) => el("span", { class: "chip", css: { background: colour } });
  return el(
    "div",
    { class: "keys" },
    ...KINDS.map((kind) => item(sampleFill(kind), `kind.${kind}`)),
    item(chip(INK.outbound), "direction.outbound"),
    item(chip(INK.inbound), "direction.inbound"),
    item(el("span", { class: "chip dashed" }), "timeline.capacity"),
  );
}
