// Texts of the page in the language that the driver has chosen; Chinese first.

import en from "./texts.en.js";
import zh from "./texts.zh.js";

const CATALOGUES = { zh, en };
const KEY = "coop-drive-language";

let language = localStorage.getItem(KEY) in CATALOGUES ? localStorage.getItem(KEY) : "zh";

export function currentLanguage() {
  return language;
}

export function switchLanguage() {
  language = language === "zh" ? "en" : "zh";
  localStorage.setItem(KEY, language);
}

export function has(key) {
  return key in CATALOGUES[language];
}

// The text of a key, with {names} replaced by values.
export function t(key, values = {}) {
  return CATALOGUES[language][key].replace(/\{(\w+)\}/g, (_, name) => String(values[name]));
}

// Chinese or English half of a message that carries both.
export function half(message) {
  const [chinese, ...english] = message.split(" / ");
  return language === "zh" || english.length === 0 ? chinese : english.join(" / ");
}
