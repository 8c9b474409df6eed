// Requests that give up in time: a connection that hangs is no connection.

const PATIENCE_MS = 20000;

export class Offline extends Error {}

export class Answered extends Error {
  constructor(status, detail) {
    super(detail);
    this.status = status;
  }

  // The link itself does not open anything (any more).
  get isLinkGone() {
    return this.status === 401 || this.status === 410;
  }
}

// Answers of 2xx and 304. Throws Offline where another try may help, Answered where it will not.
export async function ask(address, options = {}) {
  const giveUp = new AbortController();
  const timer = setTimeout(() => giveUp.abort(), PATIENCE_MS);
  let answer;
  let body;
  try {
    answer = await fetch(address, { ...options, signal: giveUp.signal, cache: "no-store" });
    body = answer.status === 304 ? null : await answer.json();
  } catch (error) {
    throw new Offline(String(error));
  } finally {
    clearTimeout(timer);
  }
  if (answer.ok || answer.status === 304) return { answer, body };
  if (answer.status >= 500 || answer.status === 408 || answer.status === 429) {
    throw new Offline(String(answer.status));
  }
  throw new Answered(answer.status, body.detail ?? String(answer.status));
}
