/** Panes on a small screen: one at a time, chosen by tabs. On a large one all are in sight. */

import { el } from "./dom.js";

const PANES = ["pool", "map", "timeline"];

/**
 * @param {HTMLElement} list of the tabs
 */
export function createTabs(list) {
  const tabs = PANES.map((name) =>
    el("button", {
      type: "button",
      role: "tab",
      id: `tab-${name}`,
      "aria-controls": name,
      i18n: `${name}.title`,
      on: { click: () => open(name), keydown: onKey },
    }),
  );
  list.replaceChildren(...tabs);
  open(PANES[1]);

  function open(name) {
    PANES.forEach((each, index) => {
      const isOpen = each === name;
      document.getElementById(each).classList.toggle("open", isOpen);
      tabs[index].setAttribute("aria-selected", String(isOpen));
      tabs[index].tabIndex = isOpen ? 0 : -1;
    });
  }

  function onKey(event) {
    const step = { ArrowRight: 1, ArrowLeft: -1 }[event.key];
    if (step) {
      const index = (tabs.indexOf(event.currentTarget) + step + tabs.length) % tabs.length;
      open(PANES[index]);
      tabs[index].focus();
    }
  }
}
