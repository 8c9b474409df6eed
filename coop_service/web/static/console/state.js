/** The one store of the page. Panes never speak with one another: they set a part of the state and
 * are told when a part has changed, so that all of them stay in step. */

/**
 * @typedef {Object} Selection what is pointed at, in every pane at once
 * @property {Set<string>} orders keys of the orders
 * @property {string|null} visit id of a visit in the timeline
 * @property {string|null} van code of a van
 * @property {string|null} origin pane that made it, which need not scroll to it
 */

/** Nothing selected. */
export function nothingSelected(origin = null) {
  return { orders: new Set(), visit: null, van: null, origin };
}

/**
 * A store.
 * @param {Object} initial its parts
 */
export function createStore(initial) {
  const state = { ...initial };
  const listeners = [];

  return {
    /** The parts as they are now; to be read only. */
    state,

    /**
     * Change some parts, then tell once each listener that one of them concerns.
     * @param {Object} patch new values by part
     */
    set(patch) {
      const changed = Object.keys(patch).filter((part) => state[part] !== patch[part]);
      Object.assign(state, patch);
      for (const { parts, listener } of listeners) {
        if (parts.some((part) => changed.includes(part))) {
          listener(state);
        }
      }
    },

    /**
     * Be told of changes.
     * @param {Array<string>} parts
     * @param {function(Object): void} listener called with the state
     */
    on(parts, listener) {
      listeners.push({ parts, listener });
    },
  };
}

/** What the console starts with. */
export const INITIAL = {
  language: null,
  me: null,
  days: [],
  date: null,
  day: null,
  network: null,
  vehicles: [],
  orders: [],
  orderByKey: new Map(),
  plans: [],
  plan: null,
  filter: { text: "", direction: "", township: "", goods: "", assigned: "", selected: false },
  visible: [],
  selection: nothingSelected(),
  hover: null,
  unit: "weight_kg",
  run: null,
};
