/** How numbers, times, loads and money are written, the same everywhere. */

import { languageTag, named, t } from "./i18n.js";

const MINUTE_S = 60;

/**
 * A number with grouped digits.
 * @param {number} value
 * @param {number} digits after the point
 */
export function number(value, digits = 0) {
  return new Intl.NumberFormat(languageTag(), {
    minimumFractionDigits: digits,
    maximumFractionDigits: digits,
  }).format(value);
}

/** Time of day of a second after midnight, such as 08:05; hours may pass 24. */
export function clock(second) {
  const minutes = Math.round(second / MINUTE_S);
  const pad = (part) => String(part).padStart(2, "0");
  return `${pad(Math.floor(minutes / 60))}:${pad(minutes % 60)}`;
}

/** From one time of day to another. */
export function clockRange(from, to) {
  return `${clock(from)}–${clock(to)}`;
}

/** A length of time in hours and minutes. */
export function duration(seconds) {
  const minutes = Math.round(seconds / MINUTE_S);
  return minutes < 60
    ? t("unit.min", { value: minutes })
    : t("unit.h_min", { h: Math.floor(minutes / 60), min: minutes % 60 });
}

/** Kilograms, with a digit below 100. */
export function kg(value) {
  return t("unit.kg", { value: number(value, value < 100 ? 1 : 0) });
}

/** Cubic metres. */
export function m3(value) {
  return t("unit.m3", { value: number(value, value < 10 ? 2 : 1) });
}

/** Kilometres of a length in metres. */
export function km(metres) {
  return t("unit.km", { value: number(metres / 1000, metres < 100000 ? 1 : 0) });
}

/** Money, with two digits, or none where it is only compared. */
export function yuan(value, digits = 2) {
  return t("unit.yuan", { value: number(value, digits) });
}

/** A share of 1 as a whole percentage. */
export function percent(share) {
  return `${number(share * 100)}%`;
}

/** A load by unit, "—" where there is nothing. */
export function load(amounts) {
  const parts = [];
  if (amounts.pieces) {
    parts.push(t("unit.pieces", { value: number(amounts.pieces) }));
  }
  if (amounts.weight_kg) {
    parts.push(kg(amounts.weight_kg));
  }
  if (amounts.volume_m3) {
    parts.push(m3(amounts.volume_m3));
  }
  return parts.length ? parts.join(" · ") : "—";
}

/** The windows of an order, "—" where any time will do. */
export function windows(pairs) {
  return pairs.length ? pairs.map(([from, to]) => clockRange(from, to)).join(" ") : "—";
}

/** Name of a class of goods. */
export function goods(code) {
  return named("goods", code);
}

/** Day of the week of a date written as 2026-10-15. */
export function weekday(date) {
  return new Intl.DateTimeFormat(languageTag(), { weekday: "short", timeZone: "UTC" }).format(
    new Date(`${date}T00:00:00Z`),
  );
}
