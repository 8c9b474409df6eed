// What the page shows: the next thing to do, or the list of all stops.

import { clock } from "./clock.js";
import { button, h } from "./dom.js";
import { amountOf, countRow, number } from "./goods.js";
import { predictedArrival, stateOf } from "./progress.js";
import { t } from "./texts.js";

const S_PER_MIN = 60;

export function lateness(seconds) {
  const minutes = Math.round(seconds / S_PER_MIN);
  if (minutes > 0) return h("span", { class: "late" }, t("late", { minutes }));
  if (minutes < 0) return h("span", { class: "early" }, t("early", { minutes: -minutes }));
  return h("span", { class: "early" }, t("on_time"));
}

export function nowView(app) {
  const { step } = app;
  if (app.route.trips.length === 0) {
    return h("section", { class: "card" }, h("h1", {}, t("nothing_to_drive")));
  }
  const card = { depart: departCard, visit: visitCard, return: returnCard, over: overCard }[step.kind];
  return h("div", {}, card(app, step), undoButton(app));
}

function departCard(app, { trip: { trip } }) {
  return h(
    "section",
    { class: "card" },
    h("p", { class: "above" }, t("trip", { number: trip.trip + 1 })),
    h("h1", {}, t("depart_title")),
    trip.start && h("p", { class: "township" }, t("depart_from", { place: trip.start.name })),
    times(app, trip.depart_s, () => Math.max(trip.depart_s, app.now())),
    h(
      "p",
      { class: "amount" },
      t("depart_load", { pieces: number(trip.pieces_at_start), weight: number(trip.weight_kg_at_start) }),
    ),
    button(t("act_depart"), () => app.reportTrip("departed", trip), "main huge"),
  );
}

function returnCard(app, { trip: { trip } }) {
  return h(
    "section",
    { class: "card" },
    h("p", { class: "above" }, t("trip", { number: trip.trip + 1 })),
    h("h1", {}, t("return_title")),
    times(app, trip.return_s, null),
    button(t("act_return", { place: trip.end.name }), () => app.reportTrip("returned", trip), "main huge"),
  );
}

function overCard() {
  return h("section", { class: "card" }, h("h1", {}, t("over_title")), h("p", {}, t("over_text")));
}

function visitCard(app, { trip, visit }) {
  const { stop } = visit;
  const isThere = visit.arrivedAt !== null;
  const before = app.visits.find((one) => one.stop.visit === stop.visit - 1);
  const rest = before && before.stop.trip === stop.trip && !isThere ? before.stop.rest : null;
  return h(
    "section",
    { class: "card" },
    h(
      "p",
      { class: "above" },
      `${t("stop_of", { number: stop.visit + 1, all: app.visits.length })} · ${t("trip", { number: stop.trip + 1 })}`,
    ),
    h("h1", {}, stop.place.name, stop.is_hub && h("span", { class: "badge" }, t("hub"))),
    stop.place.township && h("p", { class: "township" }, stop.place.township),
    rest && h("p", { class: "rest" }, restText(rest)),
    isThere ? arrivedTimes(app, visit) : times(app, stop.arrive_s, expectedArrival(app, trip, visit)),
    stop.windows_s.length > 0 && h("p", { class: "hint" }, t("windows", { windows: windowsText(stop) })),
    links(stop, isThere),
    isThere ? work(app, visit) : goodsSummary(stop),
    !isThere && button(t("act_arrive"), () => app.reportVisit("arrived", stop), "main huge"),
  );
}

function expectedArrival(app, trip, visit) {
  return () => {
    const predicted = predictedArrival(trip, app.visits, visit, app.secondsAt);
    return predicted === null ? null : Math.max(predicted, app.now());
  };
}

// Planned against expected; the latter is worked out anew as time goes by.
function times(app, planned_s, expected) {
  const line = h("div", { class: "expected" });
  const show = () => {
    const expected_s = expected?.() ?? null;
    if (expected_s === null) line.replaceChildren(t("time_now", { time: clock(app.now()) }));
    else line.replaceChildren(t("expected", { time: clock(expected_s) }), lateness(expected_s - planned_s));
  };
  show();
  app.live.push(show);
  return h("div", { class: "times" }, h("div", { class: "planned" }, t("planned", { time: clock(planned_s) })), line);
}

function arrivedTimes(app, visit) {
  const arrived_s = app.secondsAt(visit.arrivedAt);
  return h(
    "div",
    { class: "times" },
    h("div", { class: "planned" }, t("planned", { time: clock(visit.stop.arrive_s) })),
    h(
      "div",
      { class: "expected" },
      `${t("act_arrive")} ${clock(arrived_s)}`,
      lateness(arrived_s - visit.stop.arrive_s),
    ),
  );
}

function windowsText(stop) {
  return stop.windows_s.map(([first, last]) => `${clock(first)}–${clock(last)}`).join("、");
}

function restText({ kind, duration_s }) {
  const minutes = Math.round(duration_s / S_PER_MIN);
  return kind === "lunch" ? t("rest.lunch", { minutes }) : t("rest.driving", { minutes });
}

function links({ place, position }, isThere) {
  const phone = place.phone.replace(/[^\d+]/g, "");
  const outside = { class: "button", rel: "noreferrer noopener", target: "_blank" };
  const name = encodeURIComponent(place.name);
  return h(
    "div",
    {},
    h(
      "div",
      { class: "links" },
      phone && h("a", { class: "button", href: `tel:${phone}` }, t("call")),
      position &&
        !isThere &&
        h("a", { ...outside, target: "_self", href: geoAddress(position, name) }, t("navigate")),
      position && !isThere && h("a", { ...outside, href: amapAddress(position, name) }, t("amap")),
    ),
    phone && h("p", { class: "hint" }, [place.contact, place.phone].filter(Boolean).join(" ")),
    position?.kind === "synthetic" && !isThere && h("p", { class: "hint warn" }, t("synthetic_position")),
  );
}

// Both take WGS-84; Amap is told so and shifts the position itself.
function geoAddress({ lon, lat }, name) {
  return `geo:${lat},${lon}?q=${lat},${lon}(${name})`;
}

function amapAddress({ lon, lat }, name) {
  return `https://uri.amap.com/navigation?to=${lon},${lat},${name}&mode=car&coordinate=wgs84&callnative=1`;
}

function goodsSummary(stop) {
  return h(
    "div",
    { class: "summary" },
    stop.unload.length > 0 && h("p", { class: "amount off" }, h("b", {}, t("goods_off")), amountOf(stop.unload)),
    stop.load.length > 0 && h("p", { class: "amount on" }, h("b", {}, t("goods_on")), amountOf(stop.load)),
  );
}

// Goods to count, and everything that can be done at a stop.
function work(app, visit) {
  const { stop } = visit;
  const open = (goods) =>
    goods.filter((one) => !visit.handled.has(one.order) && !visit.refused.has(one.order));
  const toUnload = open(stop.unload);
  const toLoad = open(stop.load);
  const isDone = toUnload.length + toLoad.length === 0;
  const extras = stop.unload.length > 0 && toUnload.length > 0 ? extrasFields() : null;
  return h(
    "div",
    {},
    toUnload.length > 0 && [
      h("h2", {}, t("goods_off"), h("small", {}, amountOf(toUnload))),
      h("ul", { class: "goods" }, toUnload.map((one) => countRow(one, app.counts))),
      extras.element,
      button(t("act_unload"), () => app.reportCounts("unloaded", visit, toUnload, extras.read()), "main huge"),
    ],
    toLoad.length > 0 && [
      h("h2", {}, t("goods_on"), h("small", {}, amountOf(toLoad))),
      h("ul", { class: "goods" }, toLoad.map((one) => countRow(one, app.counts))),
      button(t("act_load"), () => app.reportCounts("loaded", visit, toLoad), "main huge"),
    ],
    h(
      "p",
      { class: "ticks" },
      stop.unload.some((one) => visit.handled.has(one.order)) && h("span", {}, `✓ ${t("done_unload")}`),
      stop.load.some((one) => visit.handled.has(one.order)) && h("span", {}, `✓ ${t("done_load")}`),
      visit.refused.size > 0 && h("span", { class: "late" }, `✕ ${t("done_refuse")}`),
      visit.isSigned && h("span", {}, `✓ ${t("done_sign")}`),
    ),
    h(
      "div",
      { class: "actions" },
      button(t("act_sign"), () => app.sign(visit)),
      !isDone && button(t("act_refuse"), () => app.refuse(visit, [...toUnload, ...toLoad]), "danger"),
    ),
    button(t("act_finish"), () => app.finish(visit, isDone), isDone ? "main huge" : "quiet"),
  );
}

function extrasFields() {
  const field = (text, properties) => {
    const input = h("input", { type: "number", min: "0", ...properties });
    return { input, label: h("label", { class: "field" }, h("span", {}, text), input) };
  };
  const cash = field(t("cash"), { step: "any", inputMode: "decimal" });
  const returned = field(t("returned"), { step: "1", inputMode: "numeric" });
  const typed = ({ input }) => (input.value !== "" && input.valueAsNumber >= 0 ? input.valueAsNumber : null);
  return {
    element: h("details", {}, h("summary", {}, t("extras")), cash.label, returned.label),
    read: () => {
      const pieces = typed(returned);
      return { cash_yuan: typed(cash), returned_pieces: pieces === null ? null : Math.round(pieces) };
    },
  };
}

function undoButton(app) {
  const last = app.lastRecord();
  if (!last) return null;
  const what = t(`kind.${last.kind}`);
  return button(t("undo", { what }), () => app.undo(last), "quiet");
}

export function listView(app) {
  const parts = [];
  for (const trip of app.trips) {
    const mine = app.visits.filter((visit) => visit.stop.trip === trip.trip.trip);
    parts.push(h("h2", {}, t("trip", { number: trip.trip.trip + 1 })));
    parts.push(h("ol", { class: "stops" }, mine.map((visit) => stopRow(app, visit))));
  }
  if (app.canSharePosition) parts.push(button(t("share_position"), () => app.sharePosition()));
  return h("div", {}, parts);
}

function stopRow(app, visit) {
  const { stop } = visit;
  const state = stateOf(visit);
  const isNext = app.step.visit === visit;
  const isOther = state === "open" && !isNext && app.step.kind === "visit" && app.step.trip.trip.trip === stop.trip;
  const came = visit.arrivedAt === null ? null : app.secondsAt(visit.arrivedAt);
  return h(
    "li",
    { class: `stop ${state}${isNext ? " next" : ""}`, value: stop.visit + 1 },
    h(
      "div",
      { class: "stop-head" },
      h("span", { class: "number" }, String(stop.visit + 1)),
      h("span", { class: "stop-name" }, stop.place.name, h("small", {}, stop.place.township)),
      h("span", { class: "stop-state" }, t(`state.${state}`)),
    ),
    h(
      "div",
      { class: "stop-times" },
      h("span", {}, t("planned", { time: clock(stop.arrive_s) })),
      came !== null && h("span", {}, clock(came), lateness(came - stop.arrive_s)),
    ),
    goodsSummary(stop),
    isOther && app.step.visit.arrivedAt === null && button(t("go_there_first"), () => app.choose(stop.visit)),
  );
}
