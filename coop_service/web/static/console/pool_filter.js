/** What the order pool is narrowed by. */

import { el, select } from "./dom.js";
import { goods } from "./format.js";
import { t } from "./i18n.js";
import { DIRECTIONS, siteName } from "./orders.js";

const WAIT_MS = 120;

/**
 * The filter's row of controls.
 * @param {Object} store
 * @returns {HTMLElement}
 */
export function createPoolFilter(store) {
  const row = el("form", { class: "filter", role: "search", label: "filter.label" });
  row.addEventListener("submit", (event) => event.preventDefault());
  store.on(["language", "orders", "network"], draw);

  function draw({ orders, network, filter }) {
    if (network === null) {
      return;
    }
    const townships = unique(orders.map((order) => network.sites.get(order.site)?.township));
    const classes = unique(orders.map((order) => order.goods_class));
    row.replaceChildren(
      textBox(filter),
      choice("direction", DIRECTIONS.map((way) => [way, t(`direction.${way}`)]), filter),
      choice("township", townships.map((code) => [code, siteName(network, code)]), filter),
      choice("goods", classes.map((code) => [code, goods(code)]), filter),
      choice("assigned", ["served", "left"].map((kind) => [kind, t(`filter.${kind}`)]), filter),
      selectedBox(filter),
    );
  }

  function textBox(filter) {
    let timer = 0;
    const box = el("input", {
      type: "search",
      name: "text",
      value: filter.text,
      label: "filter.text",
      hint: "filter.text",
      on: {
        input: () => {
          clearTimeout(timer);
          timer = setTimeout(() => change({ text: box.value }), WAIT_MS);
        },
      },
    });
    return box;
  }

  function choice(name, choices, filter) {
    const all = ["", t(`filter.any_${name}`)];
    const box = select([all, ...choices], filter[name], {
      name,
      label: `filter.${name}`,
      on: { change: () => change({ [name]: box.value }) },
    });
    return box;
  }

  function selectedBox(filter) {
    const box = el("input", {
      type: "checkbox",
      name: "selected",
      checked: filter.selected,
      on: { change: () => change({ selected: box.checked }) },
    });
    return el("label", { class: "check" }, box, el("span", { i18n: "filter.selected" }));
  }

  function change(part) {
    store.set({ filter: { ...store.state.filter, ...part } });
  }

  return row;
}

function unique(values) {
  return [...new Set(values.filter(Boolean))].sort();
}
