/** Papers of the open plan, of one van or of all. */

import { download } from "./api.js";
import { el, field, openDialog, select } from "./dom.js";
import { t } from "./i18n.js";
import { attempt } from "./notice.js";

const KINDS = ["all", "dispatch", "loading", "handover", "labels"];
const FORMATS = ["pdf", "xlsx"];

/** Ask which papers are wanted, and save them. */
export function openPapers(store) {
  const { plan, selection } = store.state;
  const used = plan.routes.filter((route) => route.trips);
  const vans = used.map((route) => [route.vehicle, [route.vehicle, route.van.plate].filter(Boolean).join(" ")]);
  const van = select([["", t("papers.all_vans")], ...vans], selection.van ?? "", { name: "vehicle" });
  const kind = select(KINDS.map((name) => [name, t(`paper.${name}`)]), KINDS[0], { name: "kind" });
  const format = select(FORMATS.map((name) => [name, t(`papers.${name}`)]), FORMATS[0], { name: "format" });
  const save = el("button", { type: "submit", class: "main", i18n: "papers.save" });
  const form = el("form", { class: "stack" }, field("papers.van", van), field("papers.kind", kind), field("papers.format", format), save);
  openDialog("papers.title", form);
  form.addEventListener("submit", async (event) => {
    event.preventDefault();
    save.disabled = true;
    const query = { kind: kind.value, format: format.value, ...(van.value ? { vehicle: van.value } : {}) };
    await attempt(() => download(`/plans/${plan.id}/papers`, query));
    save.disabled = false;
  });
}
