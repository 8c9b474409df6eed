/** The timeline by keyboard: left and right from visit to visit, up and down from van to van. */

import { clearSelection } from "./select.js";

const ZOOM = 1.4;
const PAN_PX = 120;

/**
 * The listener of the timeline's keys.
 * @param {Object} gantt store, change(step), scale(), routes(), active(), moveTo(visit), pane
 */
export function createGanttKeys({ store, change, scale, routes, active, moveTo, pane }) {
  const steps = {
    ArrowRight: () => besides(1),
    ArrowLeft: () => besides(-1),
    ArrowDown: () => beyond(1),
    ArrowUp: () => beyond(-1),
    Home: () => atEnd(0),
    End: () => atEnd(-1),
    Enter: () => active() && moveTo(active()),
    "+": () => change(() => scale().zoom(1 / ZOOM)),
    "=": () => change(() => scale().zoom(1 / ZOOM)),
    "-": () => change(() => scale().zoom(ZOOM)),
    0: () => change(scale().fit),
    PageDown: () => change(() => scale().pan(PAN_PX)),
    PageUp: () => change(() => scale().pan(-PAN_PX)),
    Escape: () => clearSelection(store, pane),
  };

  function ownVisits() {
    const route = routes().find(({ vehicle }) => vehicle === active()?.vehicle);
    return route ? route.visits : [];
  }

  function besides(step) {
    const visits = ownVisits();
    const place = visits.findIndex(({ id }) => id === active()?.id);
    goTo(place < 0 ? firstOfAll() : visits[place + step]);
  }

  /** The visit of the next van that is out, at about the same time. */
  function beyond(step) {
    const out = routes().filter((route) => route.visits.length);
    const place = out.findIndex(({ vehicle }) => vehicle === active()?.vehicle);
    const next = place < 0 ? out[0] : out[place + step];
    if (next === undefined) {
      return;
    }
    const time = active()?.start_s ?? 0;
    const away = (visit) => Math.abs(visit.start_s - time);
    goTo(next.visits.reduce((best, visit) => (away(visit) < away(best) ? visit : best)));
  }

  function atEnd(place) {
    goTo(ownVisits().at(place) ?? firstOfAll());
  }

  function firstOfAll() {
    return routes().find((route) => route.visits.length)?.visits[0];
  }

  function goTo(visit) {
    if (visit) {
      moveTo(visit);
    }
  }

  return (event) => {
    if (event.key in steps && !event.ctrlKey && !event.metaKey && !event.altKey) {
      steps[event.key]();
      event.preventDefault();
    }
  };
}
