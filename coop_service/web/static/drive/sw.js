// Opens the page without a connection. What is kept the page itself has put there, whole, once it
// ran (offline.js); here it is only handed out: files as they are kept, the page where the network
// does not answer in time.

const PATIENCE_MS = 4000;
const FILES = "/drive/assets/";

self.addEventListener("install", () => self.skipWaiting());
self.addEventListener("activate", (event) => event.waitUntil(self.clients.claim()));

self.addEventListener("fetch", (event) => {
  const { request } = event;
  const address = new URL(request.url);
  if (request.method !== "GET" || address.origin !== self.location.origin) return;
  if (request.mode === "navigate") event.respondWith(openPage(request));
  else if (address.pathname.startsWith(FILES)) event.respondWith(openFile(request));
});

async function openFile(request) {
  return (await caches.match(request)) ?? fetch(request);
}

async function openPage(request) {
  const kept = await caches.match(request, { ignoreSearch: true });
  if (!kept) return fetch(request);
  const giveUp = new AbortController();
  const timer = setTimeout(() => giveUp.abort(), PATIENCE_MS);
  try {
    const answer = await fetch(request.url, { signal: giveUp.signal, cache: "no-store" });
    // A service that is being restarted must not keep a driver from the route; a link that is
    // refused must be told.
    return answer.status >= 500 ? kept : answer;
  } catch {
    return kept; // no connection, or none worth the name
  } finally {
    clearTimeout(timer);
  }
}
