/** Who sits there: an API key, asked for once and kept as long as the browser's tab is open. */

import { get, key, setKey } from "./api.js";
import { button, el, field } from "./dom.js";
import { t } from "./i18n.js";
import { attempt, wordsOf } from "./notice.js";

/**
 * The part of the page that knows who is there.
 * @param {Object} store
 * @param {HTMLElement} place where name and role are shown
 * @param {function(): Promise} onEnter called once a key has been accepted
 */
export function createAccess(store, place, onEnter) {
  let dialog = null;
  store.on(["me", "language"], draw);

  /** Go on with the key of this tab, or ask for one. */
  async function begin() {
    if (key() === null) {
      ask();
      return;
    }
    await attempt(async () => enter(await get("/me")));
  }

  async function enter(me) {
    store.set({ me });
    dialog?.close();
    await onEnter();
  }

  /** Ask for a key; `why` is the error that led here, if any. */
  function ask(why = null) {
    if (dialog !== null) {
      return;
    }
    const box = el("input", { type: "password", name: "key", required: true, autocomplete: "off", spellcheck: "false" });
    const told = el("p", { class: "fault", role: "alert" }, why && key() ? wordsOf(why)[0] : "");
    const form = el(
      "form",
      { class: "stack" },
      el("p", { i18n: "access.explained" }),
      field("access.key", box),
      told,
      el("button", { type: "submit", class: "main", i18n: "access.enter" }),
    );
    form.addEventListener("submit", async (event) => {
      event.preventDefault();
      setKey(box.value.trim());
      let me;
      try {
        me = await get("/me");
      } catch (error) {
        setKey(null);
        told.textContent = error.status === 401 ? t("access.wrong") : wordsOf(error)[0];
        box.select();
        return;
      }
      await attempt(() => enter(me));
    });
    setKey(null);
    dialog = el("dialog", { class: "access", "aria-labelledby": "access-title" }, el("h2", { id: "access-title", i18n: "access.title" }), form);
    dialog.addEventListener("cancel", (event) => event.preventDefault());
    dialog.addEventListener("close", () => {
      dialog.remove();
      dialog = null;
    });
    document.body.append(dialog);
    dialog.showModal();
  }

  function leave() {
    setKey(null);
    location.reload();
  }

  function draw({ me }) {
    if (me === null) {
      place.replaceChildren();
      return;
    }
    const role = t(`role.${me.role}`);
    place.replaceChildren(
      el("span", { title: me.county }, t("access.who", { county: me.county_name, name: me.name, role })),
      button("access.leave", leave, { class: "quiet" }),
    );
  }

  return { begin, ask };
}
