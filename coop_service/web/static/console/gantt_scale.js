/** The time axis of the timeline: which second is at which pixel, and how it is zoomed and panned. */

const LEAST_SPAN_S = 1800;
const STEPS_S = [300, 600, 900, 1800, 3600, 7200, 10800];
const TICK_PX = 62;

/**
 * A time axis.
 * @param {number} from first second that it ever shows
 * @param {number} to last second that it ever shows
 */
export function createScale(from, to) {
  let [first, last, width] = [from, to, 1];

  const place = (start, span) => {
    const wanted = Math.min(Math.max(span, LEAST_SPAN_S), to - from);
    first = Math.min(Math.max(start, from), to - wanted);
    last = first + wanted;
  };

  return {
    /** Pixel of a second. */
    x: (second) => ((second - first) / (last - first)) * width,

    /** Second at a pixel. */
    second: (x) => first + (x / width) * (last - first),

    /** Seconds that are shown: first and last. */
    shown: () => [first, last],

    /** Take a width in pixels. */
    resize: (pixels) => (width = Math.max(1, pixels)),

    /** Show less (factor below 1) or more of the day around a pixel. */
    zoom: (factor, x = width / 2) => {
      const centre = first + (x / width) * (last - first);
      const span = Math.min(Math.max((last - first) * factor, LEAST_SPAN_S), to - from);
      place(centre - (x / width) * span, span);
    },

    /** Move by pixels; to the right shows later times. */
    pan: (pixels) => place(first + (pixels / width) * (last - first), last - first),

    /** Bring a stretch into sight without another zoom, unless it is in sight already. */
    reveal: (start, end) => {
      if (start < first || end > last) {
        place((start + end) / 2 - (last - first) / 2, last - first);
      }
    },

    /** Show all of it. */
    fit: () => place(from, to - from),

    /** Whole times to write on the axis. */
    ticks: () => {
      const least = ((last - first) / width) * TICK_PX;
      const step = STEPS_S.find((each) => each >= least) ?? STEPS_S[STEPS_S.length - 1];
      const ticks = [];
      for (let second = Math.ceil(first / step) * step; second <= last; second += step) {
        ticks.push(second);
      }
      return ticks;
    },
  };
}
