/** Texts in the language of whoever sits there. The catalogues are the only place with words. */

export const LANGUAGES = ["zh", "en"];

const TAGS = { zh: "zh-CN", en: "en" };
const KEPT = "coop.language";
const CHINESE = /[\u3400-\u9fff]/;

const catalogues = {};
let current = LANGUAGES[0];

/**
 * Fetch the catalogues and take up the language that was chosen last time; Chinese at first.
 * @param {Object<string, string>} addresses of the catalogues, by language
 */
export async function loadTexts(addresses) {
  await Promise.all(
    LANGUAGES.map(async (language) => {
      const answer = await fetch(addresses[language]);
      catalogues[language] = await answer.json();
    }),
  );
  const kept = localStorage.getItem(KEPT);
  setLanguage(LANGUAGES.includes(kept) ? kept : LANGUAGES[0]);
}

/** The present language: "zh" or "en". */
export function language() {
  return current;
}

/** The present language as HTML and Intl name it. */
export function languageTag() {
  return TAGS[current];
}

/**
 * Change the language, keep the choice, and write every marked element of the page anew.
 * @param {string} wanted one of LANGUAGES
 */
export function setLanguage(wanted) {
  current = wanted;
  localStorage.setItem(KEPT, wanted);
  document.documentElement.lang = TAGS[wanted];
  translate(document);
}

/**
 * A text of the catalogue.
 * @param {string} key
 * @param {Object<string, string|number>} values for the names in braces
 */
export function t(key, values = {}) {
  const text = catalogues[current]?.[key];
  if (text === undefined) {
    console.error(`text ${key}`);
    return key;
  }
  return text.replace(/\{(\w+)\}/g, (whole, name) => (name in values ? values[name] : whole));
}

/** Whether the catalogue has a text; for names that others may add, such as goods classes. */
export function has(key) {
  return key in catalogues[current];
}

/**
 * A named value in words, or as it is where the catalogue does not know it.
 * @param {string} group prefix of the keys, such as "goods"
 * @param {string} name
 */
export function named(group, name) {
  const key = `${group}.${name}`;
  return has(key) ? t(key) : name;
}

/**
 * The half of a message of the service in the present language.
 * @param {string} message Chinese and English around " / ", or anything else, which stays
 */
export function pick(message) {
  const at = message.indexOf(" / ");
  if (at < 0 || !CHINESE.test(message.slice(0, at))) {
    return message;
  }
  return current === "zh" ? message.slice(0, at) : message.slice(at + 3);
}

/**
 * Write the texts of all elements below a node that name one: data-i18n, data-i18n-label (for
 * screen readers), data-i18n-title and data-i18n-placeholder.
 * @param {Document|Element} root
 */
export function translate(root) {
  const each = (name, write) => {
    for (const node of root.querySelectorAll(`[data-i18n${name}]`)) {
      write(node, t(node.getAttribute(`data-i18n${name}`)));
    }
  };
  each("", (node, text) => (node.textContent = text));
  each("-label", (node, text) => node.setAttribute("aria-label", text));
  each("-title", (node, text) => node.setAttribute("title", text));
  each("-placeholder", (node, text) => node.setAttribute("placeholder", text));
}
