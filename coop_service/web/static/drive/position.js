// Where the phone is, for what is reported; only where the driver has allowed it.

const FRESH_MS = 120000;

let last = null;
let isWatching = false;

export function canShare() {
  return "geolocation" in navigator && window.isSecureContext && !isWatching;
}

// Goes on with what was allowed earlier, without asking.
export async function watchIfAllowed() {
  if (!canShare() || !navigator.permissions) return;
  const { state } = await navigator.permissions.query({ name: "geolocation" });
  if (state === "granted") watch();
}

// Asks the driver where it has not been allowed yet.
export function watch() {
  isWatching = true;
  navigator.geolocation.watchPosition(
    ({ coords }) => {
      last = { lon: coords.longitude, lat: coords.latitude, at: Date.now() };
    },
    (error) => {
      last = null; // no satellite in sight, or not allowed: events go without
      if (error.code === error.PERMISSION_DENIED) isWatching = false;
    },
    { maximumAge: 60000 },
  );
}

// WGS-84 degrees as an event names them, to about a metre; nothing where they are not known.
export function lastPosition() {
  if (last === null || Math.abs(Date.now() - last.at) > FRESH_MS) return {};
  return { lon: Number(last.lon.toFixed(5)), lat: Number(last.lat.toFixed(5)) };
}
