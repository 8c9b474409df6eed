/** The order pool: a table of the day's orders of which only the rows in sight are in the page. */

import { button, el } from "./dom.js";
import { goods, kg, m3, number, windows } from "./format.js";
import { named, t } from "./i18n.js";
import { filterOrders, orderState, siteName, sumUp, townshipName } from "./orders.js";
import { createPoolFilter } from "./pool_filter.js";
import { clearSelection, selectOrders } from "./select.js";

const ROW_PX = 28;
const SPARE_ROWS = 8;
const PANE = "pool";

const COLUMNS = [
  { id: "direction", text: (order) => named("direction_sign", order.direction) },
  { id: "site", text: (order, { network }) => siteName(network, order.site) },
  { id: "state", text: (order, { plan }) => orderState(plan, order.key).text },
  { id: "kg", text: (order) => number(order.weight_kg, 1), value: (order) => order.weight_kg },
  { id: "m3", text: (order) => number(order.volume_m3, 2), value: (order) => order.volume_m3 },
  { id: "goods", text: (order) => goods(order.goods_class) },
  { id: "township", text: (order, { network }) => townshipName(network, order.site) },
  {
    id: "window",
    text: (order) => windows(order.windows_s),
    value: (order) => order.windows_s[0]?.[0] ?? -1,
  },
  { id: "key", text: (order) => order.key },
];

/**
 * Fill the pane of the order pool.
 * @param {HTMLElement} pane
 * @param {Object} store
 */
export function createPool(pane, store) {
  let sorting = { column: null, descending: false };
  let active = -1;
  let anchor = -1;

  const head = el("div", { class: "row head", role: "row" });
  const body = el("div", { class: "rows", role: "rowgroup" });
  const grid = el(
    "div",
    {
      class: "grid",
      role: "grid",
      tabindex: "0",
      label: "pool.grid",
      "aria-multiselectable": "true",
      on: { keydown: onKey, scroll: drawRows, focus: onFocus },
    },
    el("div", { role: "rowgroup", class: "grid-head" }, head),
    body,
  );
  const status = el("p", { class: "status" });
  const empty = el("p", { class: "empty" });
  pane.append(
    el(
      "header",
      { class: "pane-head" },
      el("h2", { i18n: "pool.title" }),
      status,
      button("pool.clear", () => clearSelection(store, PANE), { class: "quiet" }),
    ),
    createPoolFilter(store),
    grid,
    empty,
  );
  body.addEventListener("click", onClick);
  new ResizeObserver(drawRows).observe(grid);

  store.on(["orders", "filter", "network", "plan", "language"], refresh);
  store.on(["selection"], ({ filter, selection }) => {
    if (filter.selected) {
      refresh();
    }
    if (selection.origin !== PANE) {
      showFirstSelected();
    }
    drawRows();
    writeStatus();
  });

  function refresh() {
    if (store.state.network === null) {
      return;
    }
    const visible = sorted(filterOrders(store.state));
    active = Math.min(active, visible.length - 1);
    store.set({ visible });
    drawHead();
    drawRows();
    writeStatus();
  }

  function sorted(orders) {
    const column = COLUMNS.find(({ id }) => id === sorting.column);
    if (!column) {
      return orders;
    }
    const keyed = orders.map((order) => [(column.value ?? column.text)(order, store.state), order]);
    const compare = column.value ? (a, b) => a - b : new Intl.Collator("zh-CN").compare;
    keyed.sort(([one], [other]) => compare(one, other) * (sorting.descending ? -1 : 1));
    return keyed.map(([, order]) => order);
  }

  function drawHead() {
    head.replaceChildren(
      ...COLUMNS.map(({ id }) => {
        const isSorted = sorting.column === id;
        const way = sorting.descending ? "descending" : "ascending";
        return el(
          "div",
          { class: `cell ${id}`, role: "columnheader", "aria-sort": isSorted ? way : "none" },
          button(`column.${id}`, () => sortBy(id), { class: "sort", tabindex: "-1" }),
        );
      }),
    );
  }

  function sortBy(id) {
    const again = sorting.column === id;
    sorting =
      again && sorting.descending
        ? { column: null, descending: false }
        : { column: id, descending: again };
    refresh();
  }

  function drawRows() {
    const { visible } = store.state;
    const first = Math.max(0, Math.floor(grid.scrollTop / ROW_PX) - SPARE_ROWS);
    const shown = Math.ceil(grid.clientHeight / ROW_PX) + 2 * SPARE_ROWS;
    const last = Math.min(visible.length, first + shown);
    body.style.setProperty("height", `${visible.length * ROW_PX}px`);
    const rows = [];
    for (let index = first; index < last; index += 1) {
      rows.push(drawRow(visible[index], index));
    }
    body.replaceChildren(...rows);
    grid.setAttribute("aria-rowcount", visible.length + 1);
    const isDrawn = active >= first && active < last;
    grid.setAttribute("aria-activedescendant", isDrawn ? `pool-row-${active}` : "");
  }

  function drawRow(order, index) {
    const { kind } = orderState(store.state.plan, order.key);
    const isSelected = store.state.selection.orders.has(order.key);
    return el(
      "div",
      {
        class: `row ${kind}${index === active ? " active" : ""}`,
        id: `pool-row-${index}`,
        role: "row",
        "aria-rowindex": index + 2,
        "aria-selected": String(isSelected),
        "data-index": index,
        css: { transform: `translateY(${index * ROW_PX}px)` },
      },
      ...COLUMNS.map(({ id, text }) => {
        const words = text(order, store.state);
        return el("div", { class: `cell ${id}`, role: "gridcell", title: words }, words);
      }),
    );
  }

  function writeStatus() {
    const { visible, selection, orders, orderByKey, date } = store.state;
    const chosen = [...selection.orders].map((key) => orderByKey.get(key)).filter(Boolean);
    const sums = sumUp(chosen.length ? chosen : visible);
    status.textContent = t(chosen.length ? "pool.selected" : "pool.shown", {
      count: number(sums.orders),
      of: number(orders.length),
      kg: kg(sums.weight_kg),
      m3: m3(sums.volume_m3),
    });
    empty.hidden = visible.length > 0;
    empty.textContent = t(date === null ? "pool.no_days" : "pool.none");
  }

  function showFirstSelected() {
    const { visible, selection } = store.state;
    const index = visible.findIndex((order) => selection.orders.has(order.key));
    if (index >= 0) {
      active = index;
      anchor = index;
      reveal(index);
    }
  }

  function reveal(index) {
    const room = grid.clientHeight - ROW_PX;
    const top = index * ROW_PX;
    if (top < grid.scrollTop) {
      grid.scrollTop = top;
    } else if (top + ROW_PX > grid.scrollTop + room) {
      grid.scrollTop = top + ROW_PX - room;
    }
  }

  function onClick(event) {
    const row = event.target.closest("[data-index]");
    if (row) {
      moveTo(Number(row.dataset.index), event);
    }
  }

  function moveTo(index, { shiftKey, ctrlKey, metaKey }) {
    const { visible, selection } = store.state;
    active = index;
    reveal(index);
    const key = visible[index].key;
    if (shiftKey && anchor >= 0) {
      const [from, to] = [Math.min(anchor, index), Math.max(anchor, index)];
      const range = visible.slice(from, to + 1).map((order) => order.key);
      selectOrders(store, range, PANE);
      return;
    }
    anchor = index;
    if (ctrlKey || metaKey) {
      const keys = new Set(selection.orders);
      keys[keys.has(key) ? "delete" : "add"](key);
      selectOrders(store, keys, PANE);
    } else {
      selectOrders(store, [key], PANE);
    }
  }

  function onFocus() {
    // Not for a mouse: the row that it presses must still be there when it is released.
    if (active < 0 && store.state.visible.length && grid.matches(":focus-visible")) {
      active = 0;
      drawRows();
    }
  }

  function onKey(event) {
    const { visible } = store.state;
    const page = Math.max(1, Math.floor(grid.clientHeight / ROW_PX) - 2);
    const steps = {
      ArrowDown: active + 1,
      ArrowUp: active - 1,
      PageDown: active + page,
      PageUp: active - page,
      Home: 0,
      End: visible.length - 1,
    };
    if (event.key in steps && visible.length) {
      const index = Math.max(0, Math.min(visible.length - 1, steps[event.key]));
      moveTo(index, { shiftKey: event.shiftKey });
    } else if (event.key === " " && active >= 0) {
      moveTo(active, { ctrlKey: true });
    } else if (event.key === "a" && (event.ctrlKey || event.metaKey)) {
      selectOrders(store, visible.map((order) => order.key), PANE);
    } else if (event.key === "Escape") {
      clearSelection(store, PANE);
    } else {
      return;
    }
    event.preventDefault();
  }
}
