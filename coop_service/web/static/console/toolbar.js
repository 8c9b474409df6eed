/** The top of the page: the day, its plans, and what can be done with them. */

import { button, el, field, select } from "./dom.js";
import { clock, weekday, yuan } from "./format.js";
import { LANGUAGES, language, setLanguage, t } from "./i18n.js";
import { attempt } from "./notice.js";

/** Roles that may ask for plans and bring sheets; the service refuses the others. */
const WORKING = ["dispatcher", "planner", "admin"];

/**
 * @param {HTMLElement} bar
 * @param {Object} store
 * @param {Object} actions openDay(date), openPlan(id), askPlan(), showPapers(), importSheet()
 */
export function createToolbar(bar, store, actions) {
  store.on(["me", "date", "days", "plans", "plan", "language"], draw);
  // Not drawn anew for each better plan: that would close a list that somebody has just opened.
  store.on(["run"], (state) => {
    const ask = document.getElementById("ask");
    if (ask !== null) {
      ask.disabled = !mayAsk(state);
    }
  });

  function draw({ me, plan }) {
    if (me === null) {
      bar.replaceChildren(languageButton());
      return;
    }
    bar.replaceChildren(
      ...dayControls(store.state),
      field("toolbar.plan", planChoice(store.state), { class: "field wide" }),
      button("toolbar.ask", actions.askPlan, { class: "main", id: "ask", disabled: !mayAsk(store.state) }),
      button("toolbar.papers", actions.showPapers, { disabled: plan === null }),
      button("toolbar.import", actions.importSheet, { disabled: !mayWork(me) }),
      languageButton(),
    );
  }

  function dayControls({ days, date }) {
    const box = el("input", { type: "date", value: date ?? "", id: "date", label: "toolbar.date" });
    box.addEventListener("change", () => box.value && attempt(() => actions.openDay(box.value)));
    const places = days.map((day) => day.date);
    const before = places.filter((each) => each < date).pop();
    const after = places.find((each) => each > date);
    const go = (key, label, day) =>
      button(key, () => attempt(() => actions.openDay(day)), { label, disabled: !day, class: "quiet" });
    return [
      el(
        "span",
        { class: "day" },
        go("toolbar.before", "toolbar.before_label", before),
        box,
        el("span", { class: "weekday" }, date ? weekday(date) : ""),
        go("toolbar.after", "toolbar.after_label", after),
      ),
    ];
  }

  function planChoice({ plans, plan }) {
    const choices = plans.map((row) => [row.id, planWords(row)]);
    if (plan === null) {
      choices.unshift(["", t(plans.length ? "toolbar.choose_plan" : "toolbar.no_plan")]);
    }
    const box = select(choices, plan?.id ?? "", { id: "plans", label: "toolbar.plan", disabled: plans.length === 0 });
    box.addEventListener("change", () => box.value && attempt(() => actions.openPlan(box.value)));
    return box;
  }

  function languageButton() {
    const other = LANGUAGES.find((each) => each !== language());
    const change = () => {
      setLanguage(other);
      store.set({ language: other });
    };
    return button("toolbar.language", change, { class: "quiet", id: "language", lang: other });
  }
}

function mayWork(me) {
  return WORKING.includes(me.role);
}

function mayAsk({ me, date, run }) {
  return me !== null && mayWork(me) && date !== null && run === null;
}

function planWords(row) {
  const made = new Date(row.created_at);
  return t("toolbar.plan_words", {
    version: row.version,
    state: t(`plan_state.${row.state}`),
    cost: yuan(row.cost_yuan, 0),
    time: clock(made.getHours() * 3600 + made.getMinutes() * 60),
  });
}
