// Goods of a stop: their names, sums, and the counts that the driver corrects.

import { h } from "./dom.js";
import { has, t } from "./texts.js";

export function goodsName(one) {
  const key = `goods.${one.goods_class ?? "none"}`;
  const name = has(key) ? t(key) : one.goods_class;
  const band = `temperature.${one.temperature}`;
  if (one.temperature === "ambient") return name;
  return `${name} · ${has(band) ? t(band) : one.temperature}`;
}

export function number(amount) {
  return String(Math.round(amount * 10) / 10);
}

export function amountOf(goods) {
  const sum = (name) => number(goods.reduce((total, one) => total + one[name], 0));
  return t("amount", { orders: goods.length, pieces: sum("pieces"), weight: sum("weight_kg") });
}

// Counts as the driver has set them, by order; those not touched are as planned.
export class Counts {
  constructor() {
    this.byOrder = new Map();
  }

  of(one) {
    return this.byOrder.get(one.order) ?? { pieces: one.pieces, weight_kg: one.weight_kg };
  }

  set(one, change) {
    this.byOrder.set(one.order, { ...this.of(one), ...change });
  }

  // As an event names them.
  counted(goods) {
    return goods.map((one) => ({ order: one.order, ...this.of(one) }));
  }
}

export function countRow(one, counts) {
  const shown = h("input", {
    type: "number",
    inputMode: "numeric",
    min: "0",
    step: "1",
    "aria-label": t("count"),
    onchange: () => {
      const typed = shown.valueAsNumber;
      if (Number.isFinite(typed) && typed >= 0) counts.set(one, { pieces: typed });
      show();
    },
  });
  const row = h("li", { class: "goods-row" });
  const show = () => {
    const { pieces, weight_kg } = counts.of(one);
    shown.value = number(pieces);
    const differs = pieces !== one.pieces || weight_kg !== one.weight_kg;
    row.classList.toggle("differs", differs);
  };
  const step = (by) => () => {
    counts.set(one, { pieces: Math.max(0, counts.of(one).pieces + by) });
    show();
  };
  const weight = h("input", {
    type: "number",
    inputMode: "decimal",
    min: "0",
    step: "any",
    value: number(counts.of(one).weight_kg),
    "aria-label": t("weight"),
    onchange: () => {
      const typed = weight.valueAsNumber;
      if (Number.isFinite(typed) && typed >= 0) counts.set(one, { weight_kg: typed });
      weight.value = number(counts.of(one).weight_kg);
      show();
    },
  });
  row.append(
    h("span", { class: "goods-name" }, goodsName(one), h("small", {}, one.identifier || one.key)),
    h(
      "span",
      { class: "stepper" },
      h("button", { type: "button", "aria-label": t("less"), onclick: step(-1) }, "−"),
      h("span", { class: "count" }, shown, h("small", {}, `/ ${number(one.pieces)} ${t("pieces")}`)),
      h("button", { type: "button", "aria-label": t("more"), onclick: step(1) }, "+"),
    ),
    h("label", { class: "weight" }, weight, "kg"),
  );
  show();
  return row;
}
