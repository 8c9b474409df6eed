// What is reported: an event, with the visit that it is about.

import { lastPosition } from "./position.js";

// crypto.randomUUID is missing where the page is not served over HTTPS; this is not.
export function newId() {
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  bytes[6] = (bytes[6] & 0x0f) | 0x40;
  bytes[8] = (bytes[8] & 0x3f) | 0x80;
  const hex = [...bytes].map((byte) => byte.toString(16).padStart(2, "0")).join("");
  return hex.replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, "$1-$2-$3-$4-$5");
}

// What a person has typed, without what no text may hold: half of an emoji that was cut in two,
// control characters.
function cleaned(text) {
  return text.replace(/[\ud800-\udfff]/gu, "").replace(/[\x00-\x08\x0b-\x1f\x7f]/g, "");
}

function event(route, kind, more) {
  return {
    id: newId(),
    plan: route.plan,
    kind,
    at: new Date().toISOString(),
    goods: [],
    attachments: [],
    ...lastPosition(),
    ...more,
    note: cleaned(more.note ?? ""),
  };
}

export function tripEvent(route, kind, trip) {
  return event(route, kind, { trip: trip.trip });
}

// Every event of a visit names the orders of the visit, so that it is recognised in a later version
// of the plan; of some it says what was counted.
export function visitEvent(route, kind, stop, more = {}) {
  const goods = [...stop.unload, ...stop.load].map(({ order }) => ({ order }));
  return event(route, kind, { trip: stop.trip, visit: stop.visit, stop: stop.stop, goods, ...more });
}

export function withdrawal(route, record) {
  return event(route, "correction", { corrects: record.id, withdraws: true });
}
