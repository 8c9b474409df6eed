/** A plan as the panes draw it: routes with their legs, visits and stretches of time, put together
 * from the plan's document (rests, sums) and its GeoJSON (places, what is on board). */

import { vanStyle } from "./colours.js";

export const UNITS = ["weight_kg", "volume_m3"];

const LEG_KINDS = [":trunk", ":branch"];
const HUB_STOPS = [":down", ":up"];

/**
 * @typedef {Object} Segment a stretch of a van's day
 * @property {string} kind driving, service, waiting, rest, hub or loading
 * @property {number} from seconds after midnight
 * @property {number} to
 * @property {Object|null} visit that it belongs to
 * @property {Object|null} leg that is driven
 */

/**
 * Put a plan together.
 * @param {Object} row the plan with its document
 * @param {Object} geojson the plan along the roads
 * @param {Array<Object>} vehicles of the fleet, in its order
 * @param {Map<string, Object>} orderByKey
 */
export function buildPlan(row, geojson, vehicles, orderByKey) {
  const features = groupFeatures(geojson.features, orderByKey);
  const known = new Map(vehicles.map((van) => [van.code, van]));
  const planned = new Map(row.document.routes.map((route) => [route.vehicle, route]));
  const gone = [...planned.keys()].filter((code) => !known.has(code)).map((code) => ({ code }));
  const fleet = [...vehicles.filter((van) => van.active || planned.has(van.code)), ...gone];
  const routes = fleet.map((van, index) =>
    buildRoute(van, index, planned.get(van.code), features.get(van.code) || { legs: [], visits: [] }),
  );
  const visits = routes.flatMap((route) => route.visits);
  return {
    ...row,
    notice: geojson.notice,
    attribution: geojson.attribution,
    routes,
    visitById: new Map(visits.map((visit) => [visit.id, visit])),
    visitsOf: collect(visits),
    unassigned: new Map(row.document.unassigned.map((item) => [item.order, item])),
    hasDefaultCosts: routes.some((route) => route.trips > 0 && route.van.default_costs),
  };
}

/**
 * Vans that carry an order, in the sequence in which they do; empty where it is left out.
 * @param {Object} plan
 * @param {string} key of the order
 */
export function carriers(plan, key) {
  const visits = plan.visitsOf.get(key) || [];
  return [...new Set(visits.map((visit) => visit.vehicle))];
}

/** Largest share of a capacity that a load takes, over the units of the capacity. */
export function loadShare(load, capacity) {
  const shares = Object.entries(capacity).map(([unit, most]) => (most ? (load[unit] || 0) / most : 0));
  return Math.max(0, ...shares);
}

function groupFeatures(features, orderByKey) {
  const groups = new Map();
  for (const { geometry, properties } of features) {
    if (properties.kind === "depot") {
      continue;
    }
    if (!groups.has(properties.vehicle)) {
      groups.set(properties.vehicle, { legs: [], visits: [] });
    }
    const group = groups.get(properties.vehicle);
    if (properties.kind === "leg") {
      group.legs.push({ ...properties, coordinates: geometry.coordinates });
    } else {
      group.visits.push(buildVisit(properties, orderByKey));
    }
  }
  return groups;
}

function buildVisit(properties, orderByKey) {
  return {
    ...properties,
    id: `${properties.vehicle}/${properties.trip}/${properties.sequence}`,
    orders: properties.orders.map((name) => ownKey(name, orderByKey)),
    isHub: HUB_STOPS.some((end) => properties.stop.endsWith(end)),
  };
}

/** Key of the order that a leg of a relayed order belongs to; other names stay as they are. */
function ownKey(name, orderByKey) {
  const end = LEG_KINDS.find((kind) => name.endsWith(kind));
  return end === undefined || orderByKey.has(name) ? name : name.slice(0, -end.length);
}

function collect(visits) {
  const found = new Map();
  for (const visit of [...visits].sort((one, other) => one.start_s - other.start_s)) {
    for (const key of visit.orders) {
      found.set(key, [...(found.get(key) || []), visit]);
    }
  }
  return found;
}

function buildRoute(van, index, planned, { legs, visits }) {
  const capacity = { weight_kg: van.payload_kg || 0, volume_m3: van.volume_m3 || 0 };
  for (const leg of legs) {
    leg.share = loadShare(leg.on_board, capacity);
  }
  const route = {
    vehicle: van.code,
    van,
    index,
    ...vanStyle(index),
    capacity,
    legs,
    visits,
    segments: [],
    trips: 0,
    distance_m: 0,
    cost: 0,
    shares: { outbound: 0, inbound: 0 },
  };
  if (planned === undefined || planned.trips.length === 0) {
    return route;
  }
  return {
    ...route,
    trips: planned.trips.length,
    distance_m: planned.distance_m,
    driving_s: planned.driving_s,
    depart_s: planned.depart_s,
    return_s: planned.return_s,
    cost: planned.cost,
    shares: loadFactors(planned.trips.length, legs, capacity),
    segments: buildSegments(planned, van, legs, visits),
  };
}

/** Means over the trips: of what goes down at departure, and of what comes up at the return. */
function loadFactors(trips, legs, capacity) {
  const mean = (direction, isWanted) => {
    const shares = [];
    for (let trip = 1; trip <= trips; trip += 1) {
      const own = legs.filter((leg) => leg.trip === trip);
      shares.push(loadShare(own[isWanted(own)][direction], capacity));
    }
    return shares.reduce((sum, share) => sum + share, 0) / trips;
  };
  return { outbound: mean("outbound", () => 0), inbound: mean("inbound", (own) => own.length - 1) };
}

/** The van's day without gaps from its first departure to its last return. */
function buildSegments(planned, van, legs, visits) {
  const segments = [];
  const add = (kind, from, to, more = {}) => {
    if (to > from) {
      segments.push({ kind, from, to, visit: null, leg: null, ...more });
    }
  };
  for (const leg of legs) {
    add("driving", leg.depart_s, leg.arrive_s, { leg });
  }
  for (const visit of visits) {
    add("waiting", visit.arrive_s, visit.start_s, { visit });
    add(visit.isHub ? "hub" : "service", visit.start_s, visit.depart_s, { visit });
  }
  planned.trips.forEach((trip, number) => {
    for (const rest of trip.rests) {
      add("rest", rest.start_s, rest.start_s + rest.duration_s, { rule: rest.kind });
    }
    if (number > 0) {
      const loaded = Math.max(trip.depart_s - van.reload_s, planned.trips[number - 1].return_s);
      add("loading", loaded, trip.depart_s);
    }
  });
  segments.sort((one, other) => one.from - other.from);
  return fillGaps(segments, planned);
}

function fillGaps(segments, planned) {
  const filled = [];
  let now = planned.depart_s;
  for (const segment of segments) {
    if (segment.from > now) {
      filled.push({ kind: "waiting", from: now, to: segment.from, visit: null, leg: null });
    }
    filled.push(segment);
    now = Math.max(now, segment.to);
  }
  return filled;
}
