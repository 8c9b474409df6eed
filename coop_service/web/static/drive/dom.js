// Elements without a framework, and without markup made of texts.

export function h(name, properties = {}, ...children) {
  const element = document.createElement(name);
  for (const [key, value] of Object.entries(properties)) {
    if (value === undefined || value === null || value === false) continue;
    if (key === "class") element.className = value;
    else if (key.startsWith("on")) element.addEventListener(key.slice(2), value);
    else if (key in element && typeof value !== "string") element[key] = value;
    else element.setAttribute(key, value === true ? "" : value);
  }
  element.append(...children.flat(Infinity).filter((child) => child || child === 0));
  return element;
}

export function button(text, action, kind = "", properties = {}) {
  return h("button", { type: "button", class: `button ${kind}`, onclick: action, ...properties }, text);
}

// Opens a sheet over the whole page; `fill` gets what closes it.
export function openSheet(title, fill) {
  const sheet = h("dialog", { class: "sheet" });
  const close = () => {
    sheet.close();
    sheet.remove();
  };
  sheet.append(h("h2", {}, title), ...fill(close));
  document.body.append(sheet);
  sheet.addEventListener("cancel", () => sheet.remove());
  sheet.showModal();
  return sheet;
}
