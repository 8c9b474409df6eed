/** Making elements. Everything goes through the DOM: the page's policy allows nothing inline. */

import { t } from "./i18n.js";

const SVG = "http://www.w3.org/2000/svg";
const TEXTS = { i18n: "", label: "-label", tip: "-title", hint: "-placeholder" };

/**
 * An element.
 * @param {string} name of its tag
 * @param {Object} attributes HTML attributes; besides: i18n, label, tip and hint name texts of the
 *   catalogue (content, name for screen readers, title, placeholder), `on` holds listeners, `css`
 *   CSS properties; false and null leave an attribute out
 * @param {...(Node|string|null)} children
 * @returns {HTMLElement}
 */
export function el(name, attributes = {}, ...children) {
  return fill(document.createElement(name), attributes, children);
}

/** The same for SVG. */
export function svg(name, attributes = {}, ...children) {
  return fill(document.createElementNS(SVG, name), attributes, children);
}

function fill(node, attributes, children) {
  for (const [name, value] of Object.entries(attributes)) {
    if (value === false || value === null || value === undefined) {
      continue;
    }
    if (name === "on") {
      Object.entries(value).forEach(([event, listener]) => node.addEventListener(event, listener));
    } else if (name === "css") {
      Object.entries(value).forEach(([property, text]) => node.style.setProperty(property, text));
    } else if (name in TEXTS) {
      node.setAttribute(`data-i18n${TEXTS[name]}`, value);
      write(node, name, t(value));
    } else {
      node.setAttribute(name, value === true ? "" : value);
    }
  }
  node.append(...children.filter((child) => child !== null && child !== undefined));
  return node;
}

function write(node, kind, text) {
  if (kind === "i18n") {
    node.textContent = text;
  } else {
    node.setAttribute({ label: "aria-label", tip: "title", hint: "placeholder" }[kind], text);
  }
}

/** A push button with a text of the catalogue. */
export function button(key, onClick, attributes = {}) {
  return el("button", { type: "button", i18n: key, on: { click: onClick }, ...attributes });
}

/** A labelled control: the label's text, and the control itself. */
export function field(key, control, attributes = {}) {
  return el("label", { class: "field", ...attributes }, el("span", { i18n: key }), control);
}

/**
 * A choice.
 * @param {Array<[string, string]>} choices value and what people read
 * @param {string} chosen
 */
export function select(choices, chosen, attributes = {}) {
  const options = choices.map(([value, text]) =>
    el("option", { value, selected: value === chosen }, text),
  );
  return el("select", attributes, ...options);
}

/**
 * A modal dialog that is taken out of the page when it closes.
 * @param {string} title key of its title
 * @param {...Node} children
 * @returns {HTMLDialogElement} already open
 */
export function openDialog(title, ...children) {
  const heading = el("h2", { i18n: title, id: "dialog-title" });
  const close = button("dialog.close", () => dialog.close(), { class: "quiet" });
  const dialog = el(
    "dialog",
    { "aria-labelledby": "dialog-title" },
    el("header", {}, heading, close),
    ...children,
  );
  dialog.addEventListener("close", () => dialog.remove());
  document.body.append(dialog);
  dialog.showModal();
  return dialog;
}

/** Whether keys pressed there are meant for a text or a choice. */
export function isTyping(target) {
  return target.closest("input, select, textarea, dialog") !== null;
}
