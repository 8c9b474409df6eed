/** The heads of the timeline's rows: which van, and its day in figures. */

import { el, svg } from "./dom.js";
import { km, percent, yuan } from "./format.js";
import { named, t } from "./i18n.js";

/**
 * @param {function(Object): void} onChoose called with the route of a head that is pressed
 */
export function createVanHeads(onChoose) {
  const node = el("div", { class: "heads", role: "group", label: "timeline.vans" });
  let heads = new Map();

  /** Write the heads anew. */
  function draw(routes) {
    heads = new Map(routes.map((route) => [route.vehicle, createHead(route)]));
    node.replaceChildren(...heads.values());
  }

  function createHead(route) {
    const { van, shares } = route;
    const kind = van.kind ? named("van_kind", van.kind) : "";
    const plate = [van.plate, kind].filter(Boolean).join(" · ");
    const figures = route.trips
      ? [km(route.distance_m), yuan(route.cost, 0), `↓${percent(shares.outbound)} ↑${percent(shares.inbound)}`]
      : [t("timeline.idle")];
    return el(
      "button",
      {
        type: "button",
        class: "head",
        "aria-pressed": "false",
        title: t("timeline.head_tip", { name: van.name ?? route.vehicle, down: percent(shares.outbound), up: percent(shares.inbound) }),
        on: { click: () => onChoose(route) },
      },
      el("span", { class: "van" }, sample(route), el("b", {}, route.vehicle), el("span", { class: "plate" }, plate)),
      el("span", { class: "figures" }, figures.join(" · ")),
    );
  }

  /** Show which vans are concerned by the selection. */
  function mark(chosen, plan, visits) {
    const concerned = new Set([...visits].map((id) => plan.visitById.get(id).vehicle));
    for (const [code, head] of heads) {
      head.setAttribute("aria-pressed", String(code === chosen));
      head.classList.toggle("concerned", concerned.has(code));
    }
  }

  return { node, draw, mark };
}

function sample({ colour, dash }) {
  const line = svg("path", { d: "M0 6h22", stroke: colour, "stroke-width": 5, "stroke-dasharray": dash.join(" ") });
  return svg("svg", { width: 22, height: 12, "aria-hidden": "true" }, line);
}
