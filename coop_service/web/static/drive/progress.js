// How far the day is, from the route and from what has been reported; the same rules as on the
// server (domain/stop_records.py, domain/actuals.py), so that the page needs nobody to ask.

const OF_VISIT = new Set(["arrived", "unloaded", "loaded", "refused", "signed", "finished_stop"]);

// What holds in the end: every record but the corrections, each as it was put right.
export function applyCorrections(records) {
  const standing = new Map();
  const origin = new Map();
  for (const record of records) {
    if (record.kind !== "correction") {
      standing.set(record.id, record);
      origin.set(record.id, record.id);
      continue;
    }
    const first = origin.get(record.corrects);
    if (first === undefined) continue;
    origin.set(record.id, first);
    if (record.withdraws) standing.delete(first);
    else if (standing.has(first)) standing.set(first, corrected(standing.get(first), record));
  }
  return [...standing.values()];
}

function corrected(record, by) {
  const goods = new Map([...record.goods, ...by.goods].map((one) => [one.order, one]));
  return {
    ...record,
    goods: [...goods.values()],
    reason: by.reason ?? record.reason,
    note: by.note || record.note,
    cash_yuan: by.cash_yuan ?? record.cash_yuan,
    returned_pieces: by.returned_pieces ?? record.returned_pieces,
  };
}

function isOfVisit(record, plan, stop) {
  if (!OF_VISIT.has(record.kind) || record.stop !== stop.stop) return false;
  if (record.plan === plan) return record.visit === stop.visit;
  const orders = new Set([...stop.unload, ...stop.load].map((one) => one.order));
  return record.goods.some((one) => orders.has(one.order));
}

// Of each visit: what was reported, and which orders are dealt with.
export function visitsSoFar(route, standing) {
  return route.stops.map((stop) => {
    const records = standing.filter((record) => isOfVisit(record, route.plan, stop));
    const of = (kind) => records.filter((record) => record.kind === kind);
    const handled = new Map();
    for (const record of [...of("unloaded"), ...of("loaded")]) {
      for (const one of record.goods) handled.set(one.order, one);
    }
    const refused = new Set(of("refused").flatMap((record) => record.goods.map((one) => one.order)));
    const times = (of("arrived").length ? of("arrived") : records).map((one) => Date.parse(one.at));
    const ends = of("finished_stop").map((one) => Date.parse(one.at));
    return {
      stop,
      records,
      handled,
      refused,
      arrivedAt: times.length ? Math.min(...times) : null,
      finishedAt: ends.length ? Math.max(...ends) : null,
      isSigned: of("signed").length > 0,
    };
  });
}

export function stateOf(visit) {
  if (visit.finishedAt === null) return visit.arrivedAt === null ? "open" : "arrived";
  const counted = visit.records
    .filter((record) => record.kind === "unloaded" || record.kind === "loaded")
    .some((record) => record.goods.some((one) => one.pieces || one.weight_kg));
  const isRefused = visit.records.some((record) => record.kind === "refused");
  return isRefused && !counted ? "refused" : "done";
}

// Of each trip: when it left and came back.
export function tripsSoFar(route, standing) {
  const isUnderway = route.trips.length > 0 && route.trips[0].start === null;
  return route.trips.map((trip) => {
    const times = (kind) =>
      standing
        .filter((record) => record.kind === kind && record.trip === trip.trip)
        .filter((record) => !isUnderway || record.plan === route.plan)
        .map((record) => Date.parse(record.at));
    const left = times("departed");
    const back = times("returned");
    return {
      trip,
      isUnderway: isUnderway && trip.trip === route.trips[0].trip,
      departedAt: left.length ? Math.min(...left) : null,
      returnedAt: back.length ? Math.max(...back) : null,
    };
  });
}

// What the driver does next: depart, visit, return, or nothing more.
export function nextStep(trips, visits, chosen) {
  for (const trip of trips) {
    if (trip.returnedAt !== null) continue;
    const mine = visits.filter((visit) => visit.stop.trip === trip.trip.trip);
    const open = mine.filter((visit) => visit.finishedAt === null);
    const isOut = trip.isUnderway || trip.departedAt !== null;
    if (!isOut && mine.every((visit) => visit.arrivedAt === null)) return { kind: "depart", trip };
    if (open.length === 0) return { kind: "return", trip };
    const visit =
      open.find((one) => one.arrivedAt !== null) ??
      open.find((one) => one.stop.visit === chosen) ??
      open[0];
    return { kind: "visit", trip, visit };
  }
  return { kind: "over" };
}

// When the van will be at its next stop, seconds of the day: what it left late it arrives late.
// Null where it is not the stop that the plan goes to from the last one.
export function predictedArrival(trip, visits, visit, secondsAt) {
  const mine = visits.filter((one) => one.stop.trip === trip.trip.trip);
  const at = mine.indexOf(visit);
  const before = mine[at - 1];
  if (before && before.finishedAt === null) return null;
  const left = before ? before.finishedAt : trip.departedAt;
  if (left === null) return visit.stop.arrive_s;
  const planned = before ? before.stop.depart_s : trip.trip.depart_s;
  return secondsAt(left) + visit.stop.arrive_s - planned;
}
