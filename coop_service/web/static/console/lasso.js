/** Drawing a line around things on the map: with shift held, or after the lasso was switched on. */

/**
 * @param {HTMLElement} surface that is drawn upon
 * @param {Object} wanted
 * @param {function(PointerEvent): boolean} wanted.isOn whether a press begins a lasso
 * @param {function(Array<{x: number, y: number}>): void} wanted.onDraw while it is drawn
 * @param {function(Array<{x: number, y: number}>, PointerEvent): void} wanted.onEnd when it is closed
 */
export function addLasso(surface, { isOn, onDraw, onEnd }) {
  let points = null;

  const at = (event) => {
    const { left, top } = surface.getBoundingClientRect();
    return { x: event.clientX - left, y: event.clientY - top };
  };

  surface.addEventListener(
    "pointerdown",
    (event) => {
      if (!isOn(event)) {
        return;
      }
      points = [at(event)];
      surface.setPointerCapture(event.pointerId);
      event.stopPropagation();
      event.preventDefault();
    },
    true,
  );
  surface.addEventListener("pointermove", (event) => {
    if (points) {
      points.push(at(event));
      onDraw(points);
    }
  });
  surface.addEventListener("pointerup", (event) => {
    if (points) {
      const closed = points;
      points = null;
      swallowClick(surface);
      onDraw([]);
      onEnd(closed, event);
    }
  });
  surface.addEventListener("pointercancel", () => {
    points = null;
    onDraw([]);
  });
}

/** The click that follows a release belongs to the lasso, not to what lies below. */
function swallowClick(surface) {
  const swallow = (event) => event.stopPropagation();
  surface.addEventListener("click", swallow, { capture: true, once: true });
  setTimeout(() => surface.removeEventListener("click", swallow, { capture: true }));
}

/** Whether a point lies inside a polygon (even-odd rule). */
export function isInside({ x, y }, polygon) {
  let inside = false;
  for (let index = 0, before = polygon.length - 1; index < polygon.length; before = index, index += 1) {
    const [one, other] = [polygon[index], polygon[before]];
    const crosses = one.y > y !== other.y > y;
    if (crosses && x < ((other.x - one.x) * (y - one.y)) / (other.y - one.y) + one.x) {
      inside = !inside;
    }
  }
  return inside;
}
