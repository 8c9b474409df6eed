/** Telling what went wrong, and what is going on. */

import { ApiError } from "./api.js";
import { button, el } from "./dom.js";
import { pick, t } from "./i18n.js";

const MOST_FAULTS = 8;

/**
 * What an error says, in the present language.
 * @param {Error} error
 * @returns {Array<string>} first the error, then its faults
 */
export function wordsOf(error) {
  if (!(error instanceof ApiError)) {
    return [t("error.page", { detail: error.message })];
  }
  if (error.status === 0) {
    return [t("error.unreachable")];
  }
  return problemWords(error.problem);
}

/** The same of problem details, as jobs keep them too. */
export function problemWords({ detail = "", errors = [] }) {
  const faults = errors.filter((fault) => fault.message !== detail);
  const lines = faults.slice(0, MOST_FAULTS).map((fault) => `${fault.pointer} ${pick(fault.message)}`);
  const more = faults.length - MOST_FAULTS;
  return [pick(detail), ...lines, ...(more > 0 ? [t("error.more", { count: more })] : [])];
}

/** Show an error until somebody has read it. */
export function showError(error) {
  const box = document.getElementById("notice");
  const lines = wordsOf(error).map((line) => el("p", {}, line));
  const close = button("dialog.close", () => box.replaceChildren(), { class: "quiet" });
  box.replaceChildren(el("div", {}, ...lines), close);
}

/**
 * Do something, and show the error where it fails.
 * @param {function(): Promise} task
 */
export async function attempt(task) {
  try {
    await task();
  } catch (error) {
    if (!(error instanceof ApiError)) {
      console.error(error);
    }
    // A key that is refused is asked for again by itself.
    if (error.status !== 401) {
      showError(error);
    }
  }
}

/** Say something to screen readers. */
export function announce(text) {
  document.getElementById("live").textContent = text;
}
