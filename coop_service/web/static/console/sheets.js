/** Bringing a spreadsheet in: upload, preview with every bad cell, then take its rows. */

import { call, download, get, post } from "./api.js";
import { button, el, field, openDialog, select } from "./dom.js";
import { number } from "./format.js";
import { named, pick, t } from "./i18n.js";
import { attempt, wordsOf } from "./notice.js";

const TYPES = ".xlsx,.xls,.ods,.csv";
const KINDS = ["orders", "sites", "vehicles"];
const SYSTEMS = ["wgs84", "gcj02", "bd09"];
const ACTIONS = ["create", "change", "same", "refused"];

/**
 * Open the dialog.
 * @param {Object} store
 * @param {function(): Promise} onTaken called after rows were stored
 */
export function openImport(store, onTaken) {
  const preview = el("div", { class: "preview", "aria-live": "polite" });
  const file = el("input", { type: "file", name: "file", accept: TYPES, required: true });
  const any = (key) => ["", t(key)];
  const kind = select([any("sheet.kind_any"), ...KINDS.map((name) => [name, t(`sheet_kind.${name}`)])], "", { name: "kind" });
  const crs = select([any("sheet.crs_any"), ...SYSTEMS.map((name) => [name, t(`crs.${name}`)])], "", { name: "crs" });
  const day = el("input", { type: "date", name: "day", value: store.state.date ?? "" });
  const upload = el("button", { type: "submit", class: "main", i18n: "sheet.upload" });
  const form = el(
    "form",
    { class: "stack" },
    el("p", {}, el("span", { i18n: "sheet.explained" }), " ", button("sheet.template", () => attempt(() => download("/sheets/template")), { class: "quiet" })),
    field("sheet.file", file),
    field("sheet.kind", kind),
    field("sheet.day", day),
    field("sheet.crs", crs),
    upload,
  );
  openDialog("sheet.title", form, preview);

  form.addEventListener("submit", async (event) => {
    event.preventDefault();
    const body = new FormData();
    body.append("file", file.files[0]);
    for (const [name, box] of Object.entries({ kind, day, crs })) {
      if (box.value) {
        body.append(name, box.value);
      }
    }
    upload.disabled = true;
    preview.replaceChildren(el("p", { i18n: "sheet.reading" }));
    try {
      const answer = await call("/sheets/imports", { method: "POST", body });
      show(await answer.json());
    } catch (error) {
      tell(error);
    }
    upload.disabled = false;
  });

  function show(found) {
    const hasFaults = found.fault_count > 0;
    const isTaken = found.state === "applied";
    preview.replaceChildren(
      ...[
        el("h3", {}, t(isTaken ? "sheet.taken" : "sheet.preview", { file: found.file_name })),
        countsTable(found.counts),
        ignoredHeadings(found.sheets),
        hasFaults ? faultsTable(found) : null,
        isTaken ? null : actions(found, hasFaults),
      ].filter(Boolean),
    );
  }

  function actions(found, hasFaults) {
    const path = `/sheets/imports/${found.id}`;
    const take = (query) => async () => {
      try {
        show(await post(`${path}/apply`, { query }));
      } catch (error) {
        show(await get(path));
        preview.prepend(faultBox(error));
        return;
      }
      await attempt(onTaken);
    };
    return el(
      "div",
      { class: "actions" },
      button("sheet.take_all", take({}), { class: "main", disabled: hasFaults }),
      button("sheet.take_good", take({ only_good: true }), { disabled: !hasFaults }),
      button("sheet.marked", () => attempt(() => download(`${path}/marked`)), { disabled: !hasFaults }),
    );
  }

  function tell(error) {
    preview.replaceChildren(faultBox(error));
  }
}

function faultBox(error) {
  return el("div", { role: "alert" }, ...wordsOf(error).map((line) => el("p", { class: "fault" }, line)));
}

function countsTable(counts) {
  const head = el("tr", {}, el("td"), ...ACTIONS.map((name) => el("th", { scope: "col", i18n: `sheet_action.${name}` })));
  const rows = Object.entries(counts).map(([kind, numbers]) =>
    el("tr", {}, el("th", { scope: "row" }, named("sheet_kind", kind)), ...ACTIONS.map((name) => el("td", {}, number(numbers[name] ?? 0)))),
  );
  return el("table", { class: "counts" }, el("thead", {}, head), el("tbody", {}, ...rows));
}

function ignoredHeadings(sheets) {
  const ignored = sheets.flatMap((sheet) => sheet.ignored);
  return ignored.length ? el("p", { class: "quiet-text" }, t("sheet.ignored", { names: ignored.join(", ") })) : null;
}

function faultsTable({ faults, fault_count: count }) {
  const columns = ["cell", "heading", "value", "wrong", "right"];
  const head = el("tr", {}, ...columns.map((name) => el("th", { scope: "col", i18n: `fault.${name}` })));
  const rows = faults.map((fault) =>
    el(
      "tr",
      {},
      el("td", {}, `${fault.sheet} ${fault.cell}`),
      el("td", {}, fault.heading),
      el("td", {}, fault.value),
      el("td", {}, pick(fault.wrong)),
      el("td", {}, pick(fault.right)),
    ),
  );
  return el(
    "div",
    { class: "faults", tabindex: "0" },
    el("table", {}, el("caption", {}, t("sheet.faults", { count: number(count), shown: number(faults.length) })), el("thead", {}, head), el("tbody", {}, ...rows)),
  );
}
