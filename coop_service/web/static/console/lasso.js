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
  let isClosed = false;

  const at = (event) => {
    const { left, top } = surface.getBoundingClientRect();
    return { x: event.clientX - left, y: event.clientY - top };
  };

  surface.addEventListener(
    "pointerdown",
    (event) => {
      isClosed = false;
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
      isClosed = true;
      onDraw([]);
      onEnd(closed, event);
    }
  });
  // The click that follows a release belongs to the lasso, not to what lies below.
  surface.addEventListener(
    "click",
    (event) => {
      if (isClosed) {
        event.stopImmediatePropagation();
      }
    },
    true,
  );
  surface.addEventListener("pointercancel", () => {
    points = null;
    onDraw([]);
  });
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
