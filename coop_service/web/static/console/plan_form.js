/** What a plan is asked for. */

import { el, field, openDialog, select } from "./dom.js";
import { named, t } from "./i18n.js";
import { siteName } from "./orders.js";

const MODES = ["relay", "direct", "auto"];
const MOST_SEED = 2147483647;

/**
 * Ask for the wishes.
 * @param {Object} state of the page
 * @param {Object} config engines, default_seconds, max_seconds
 * @param {function(Object): void} onSubmit called with the request's document
 */
export function openPlanForm(state, config, onSubmit) {
  const number = (name, value, more) => el("input", { type: "number", name, value, required: true, ...more });
  const seconds = number("seconds", config.default_seconds, { min: 1, max: config.max_seconds, step: "any" });
  const seed = number("seed", 1, { min: 0, max: MOST_SEED, step: 1 });
  const engine = select(config.engines.map((name) => [name, named("engine", name)]), config.engines[0], { name: "engine" });
  const rules = el("input", { type: "checkbox", name: "rules", checked: true });
  const start = el("input", { type: "checkbox", name: "start" });
  const hubs = hubChoices(state);
  const form = el(
    "form",
    { class: "stack" },
    field("plan_form.seconds", seconds),
    field("plan_form.engine", engine),
    field("plan_form.seed", seed),
    check("plan_form.rules", rules),
    state.plan ? check("plan_form.start", start) : null,
    hubs.length ? el("fieldset", {}, el("legend", { i18n: "plan_form.hubs" }), ...hubs.map((hub) => hub.row)) : null,
    el("button", { type: "submit", class: "main", i18n: "plan_form.submit" }),
  );
  const dialog = openDialog("plan_form.title", form);
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    dialog.close();
    onSubmit({
      date: state.date,
      seconds: Number(seconds.value),
      engine: engine.value,
      seed: Number(seed.value),
      rules: rules.checked,
      start_plan_id: start.checked ? state.plan.id : null,
      modes: Object.fromEntries(hubs.map((hub) => [hub.code, hub.box.value])),
    });
  });
}

/** A choice for each station where vans are based: only those can be hubs. */
function hubChoices({ vehicles, network, plan }) {
  const homes = [...new Set(vehicles.filter((van) => van.active).map((van) => van.home))].sort();
  const stations = homes.filter((code) => network.sites.get(code)?.tier === 1);
  const present = new Map((plan?.document.modes ?? []).map((choice) => [choice.relay, choice.mode]));
  return stations.map((code) => {
    const modes = MODES.map((mode) => [mode, t(`mode.${mode}`)]);
    const box = select(modes, MODES[0], { name: `mode-${code}` });
    const now = present.has(code) ? t("plan_form.now", { mode: t(`mode.${present.get(code)}`) }) : "";
    const row = el("label", { class: "field" }, el("span", {}, siteName(network, code)), box, el("span", { class: "quiet-text" }, now));
    return { code, box, row };
  });
}

function check(key, box) {
  return el("label", { class: "check" }, box, el("span", { i18n: key }));
}
