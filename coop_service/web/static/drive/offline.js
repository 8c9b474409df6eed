// Keeps the page and its files, so that it opens without a connection.

const KEPT = "drive-";

// Resolves to whether the page can be opened offline from now on. Browsers allow it only over HTTPS
// or on the machine itself; everything else works without.
export async function keepForOffline({ home, worker, folder, assets }) {
  if (!("serviceWorker" in navigator) || !("caches" in window)) return false;
  await navigator.serviceWorker.register(worker, { scope: "/drive/" });
  await navigator.serviceWorker.ready;
  const name = KEPT + folder;
  const cache = await caches.open(name);
  try {
    // All or nothing: a page without its files would open empty.
    await cache.addAll([home, ...assets.map((file) => folder + file)]);
  } catch {
    return (await cache.match(home)) !== undefined; // no connection now; kept earlier, or not yet
  }
  for (const other of await caches.keys()) {
    if (other.startsWith(KEPT) && other !== name) await caches.delete(other);
  }
  return true;
}
