/** The console: puts its parts together. */

import { createAccess } from "./access.js";
import { configure } from "./api.js";
import { createDetails } from "./details.js";
import { el } from "./dom.js";
import { createGantt } from "./gantt.js";
import { language, loadTexts } from "./i18n.js";
import { createLoader } from "./loader.js";
import { createMap } from "./map.js";
import { attempt } from "./notice.js";
import { openPapers } from "./papers.js";
import { createPlanRun } from "./plan_run.js";
import { createPool } from "./pool.js";
import { openImport } from "./sheets.js";
import { createStore, INITIAL } from "./state.js";
import { createSummary } from "./summary.js";
import { createTabs } from "./tabs.js";
import { createToolbar } from "./toolbar.js";
import { showUnassigned } from "./unassigned.js";

const config = JSON.parse(document.body.dataset.config);

async function begin() {
  await loadTexts(config.texts);
  const store = createStore(INITIAL);
  const loader = createLoader(store);
  const place = (id) => document.getElementById(id);
  const running = el("section", { id: "run", class: "run", label: "run.label", hidden: true });
  place("summary").after(running);

  const run = createPlanRun(running, store, config, loader);
  const openDay = async (date) => {
    await loader.openDay(date);
    await run.resume();
  };
  const access = createAccess(store, place("who"), async () => {
    await loader.loadCounty();
    await run.resume();
  });
  configure(config.api, access.ask);
  createTabs(place("tabs"));
  createToolbar(place("toolbar"), store, {
    openDay,
    openPlan: loader.openPlan,
    askPlan: run.ask,
    showPapers: () => openPapers(store),
    importSheet: () =>
      openImport(store, async () => {
        await loader.reloadDays();
        const { date, days } = store.state;
        if (date ?? days[0]) {
          await loader.openDay(date ?? days[0].date);
        }
      }),
  });
  createSummary(place("summary"), store, () => showUnassigned(store));
  createPool(place("pool"), store);
  createMap(place("map"), store, config.tiles);
  createGantt(place("timeline"), store);
  createDetails(place("details"), store);
  store.set({ language: language() });
  await access.begin();
}

attempt(begin);
