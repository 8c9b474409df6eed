/** Having a plan searched: asked for, seen to improve, stopped or finished, opened. */

import { events, get, post } from "./api.js";
import { chartWords, drawCostChart, emptyChart } from "./cost_chart.js";
import { button, el } from "./dom.js";
import { t } from "./i18n.js";
import { announce, attempt, problemWords } from "./notice.js";
import { openPlanForm } from "./plan_form.js";

const UNFINISHED = ["queued", "running"];

/**
 * @param {HTMLElement} place where a search shows itself
 * @param {Object} store
 * @param {Object} config of the page
 * @param {Object} loader
 */
export function createPlanRun(place, store, config, loader) {
  store.on(["run", "language"], draw);

  /** Ask what is wanted, then have it searched. */
  function ask() {
    openPlanForm(store.state, config, (document) => attempt(() => start(document)));
  }

  async function start(document) {
    const headers = { "Idempotency-Key": newKey() };
    const { job } = await post("/plans", { json: document, headers });
    await follow(job);
  }

  /** Take up a search of the open day that is still going on, such as after the page was reloaded. */
  async function resume() {
    for (const state of UNFINISHED) {
      const { items } = await get("/jobs", { state, limit: 50 });
      const job = items.find((each) => each.kind === "plan" && each.request.date === store.state.date);
      if (job && store.state.run === null) {
        attempt(() => follow(job));
        return;
      }
    }
  }

  async function follow(job) {
    store.set({ run: { job, progress: [], isStopping: false, words: null } });
    try {
      for await (const event of events(`/jobs/${job.id}/events`)) {
        await (event.name === "progress" ? improve(event.data) : finish(event.data));
      }
    } catch (error) {
      store.set({ run: null });
      throw error;
    }
  }

  function improve(better) {
    const progress = [...store.state.run.progress, better];
    store.set({ run: { ...store.state.run, progress } });
    announce(chartWords(progress));
  }

  async function finish(job) {
    if (job.plan_id === null) {
      const words = job.error ? problemWords(job.error) : [t("run.no_plan")];
      store.set({ run: { ...store.state.run, job, words } });
      announce(words.join(" "));
      return;
    }
    await loader.takeUpPlan(job.plan_id, job.request.date);
    store.set({ run: null });
    announce(t(`run.${job.state}`));
  }

  async function stop() {
    store.set({ run: { ...store.state.run, isStopping: true } });
    await post(`/jobs/${store.state.run.job.id}/cancel`);
  }

  function dismiss() {
    store.set({ run: null });
  }

  function draw({ run }) {
    place.hidden = run === null;
    if (run === null) {
      place.replaceChildren();
    } else if (run.words !== null) {
      const lines = run.words.map((line) => el("p", { class: "fault" }, line));
      place.replaceChildren(el("div", {}, ...lines), button("dialog.close", dismiss, { class: "quiet" }));
    } else {
      place.replaceChildren(...drawRun(run));
    }
  }

  function drawRun({ job, progress, isStopping }) {
    const seconds = job.request.seconds ?? config.default_seconds;
    return [
      progress.length ? drawCostChart(progress, seconds) : emptyChart(),
      el(
        "div",
        { class: "run-words" },
        el("h2", { i18n: isStopping ? "run.stopping" : "run.searching" }),
        el("p", { class: "best" }, progress.length ? chartWords(progress) : t("run.waiting"), defaultCosts()),
        el("p", { class: "quiet-text" }, t("run.count", { count: progress.length })),
      ),
      button("run.stop", () => attempt(stop), { class: "main", id: "stop", disabled: isStopping || progress.length === 0 }),
    ];
  }

  function defaultCosts() {
    const isAssumed = store.state.vehicles.some((van) => van.active && van.default_costs);
    return isAssumed ? el("span", { class: "tag", i18n: "summary.default_costs" }) : null;
  }

  return { ask, resume };
}

/** A name for one request, so that sending it twice does it once. */
function newKey() {
  // crypto.randomUUID is missing on plain HTTP, which a county's own network often is.
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  return [...bytes].map((byte) => byte.toString(16).padStart(2, "0")).join("");
}
