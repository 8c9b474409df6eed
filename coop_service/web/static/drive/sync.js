// Sends what is queued, in its sequence. Every entry has an id of its own, so that sending it again
// after a connection broke off changes nothing over there.

import { ask, Answered } from "./network.js";

const BATCH = 50;

// Returns what is left because its link opens nothing any more; throws Offline where the connection
// is gone.
export async function sendQueue(database, token, scope) {
  const shut = new Set();
  for (;;) {
    const queued = (await database.entries()).filter((entry) => entry.status === "queued");
    // An older link of the same van and day has handed over to this one.
    const opened = (entry) => (entry.scope === scope ? token : entry.token);
    const waiting = queued.filter((entry) => !shut.has(opened(entry)));
    if (waiting.length === 0) return queued.filter((entry) => opened(entry) !== token);
    const by = opened(waiting[0]);
    try {
      if (waiting[0].picture) await sendPicture(database, by, waiting[0]);
      else await sendEvents(database, by, leadingEvents(waiting, opened, by));
    } catch (error) {
      if (!(error instanceof Answered)) throw error;
      if (error.isLinkGone) shut.add(by);
      else await refuse(database, waiting[0], error.message);
    }
  }
}

function leadingEvents(waiting, opened, by) {
  const end = waiting.findIndex((entry) => entry.picture || opened(entry) !== by);
  return waiting.slice(0, Math.min(end === -1 ? waiting.length : end, BATCH));
}

async function sendPicture(database, token, entry) {
  const { id, kind, type, bytes } = entry.picture;
  await ask(`/drive/${token}/attachments/${id}?kind=${kind}`, {
    method: "PUT",
    headers: { "Content-Type": type },
    body: bytes,
  });
  await database.remove([entry.number]);
}

async function sendEvents(database, token, entries) {
  const { body } = await ask(`/drive/${token}/events`, {
    method: "POST",
    headers: { "Content-Type": "application/json" },
    body: JSON.stringify({ events: entries.map((entry) => entry.event) }),
  });
  await database.change(
    entries.map((entry, index) => {
      const { outcome, errors } = body.events[index];
      return outcome === "refused"
        ? { ...entry, status: "refused", problem: errors.map((one) => one.message).join("; ") }
        : { ...entry, status: "sent" };
    }),
  );
}

async function refuse(database, entry, problem) {
  await database.change([{ ...entry, status: "refused", problem }]);
}
