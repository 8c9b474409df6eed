/** Calls of the service's API, with the key of whoever sits there. */

const KEPT = "coop.key";
const RETRY_MS = 2000;
const PAGE = 1000;

let base = "";
let onRefused = () => {};

/** An answer that says no, with what the service told about it. */
export class ApiError extends Error {
  /**
   * @param {number} status of HTTP; 0 where the service could not be reached
   * @param {Object} problem problem details, as far as there are any
   */
  constructor(status, problem) {
    super(problem.detail || String(status));
    this.status = status;
    this.problem = problem;
  }
}

/**
 * Begin.
 * @param {string} address of the API
 * @param {function(ApiError): void} refused called when the key is not, or no longer, accepted
 */
export function configure(address, refused) {
  base = address;
  onRefused = refused;
}

/** The key of this browser tab, null where none was given. */
export function key() {
  return sessionStorage.getItem(KEPT);
}

/** Take a key, or with null forget it. */
export function setKey(value) {
  if (value === null) {
    sessionStorage.removeItem(KEPT);
  } else {
    sessionStorage.setItem(KEPT, value);
  }
}

/**
 * One call.
 * @param {string} path below the API's address
 * @param {Object} options of fetch; `json` is sent as the body, `query` as parameters
 * @returns {Promise<Response>} of an answer that is not an error
 */
export async function call(path, { json, query, headers = {}, ...options } = {}) {
  const address = base + path + (query ? `?${new URLSearchParams(query)}` : "");
  const sent = { ...headers };
  if (key()) {
    sent.Authorization = `Bearer ${key()}`;
  }
  if (json !== undefined) {
    sent["Content-Type"] = "application/json";
    options.body = JSON.stringify(json);
  }
  let answer;
  try {
    answer = await fetch(address, { ...options, headers: sent });
  } catch (error) {
    throw new ApiError(0, { code: "unreachable", detail: error.message });
  }
  if (!answer.ok) {
    const error = new ApiError(answer.status, await readProblem(answer));
    if (answer.status === 401) {
      onRefused(error);
    }
    throw error;
  }
  return answer;
}

/** The JSON that a GET answers. */
export async function get(path, query) {
  return (await call(path, { query })).json();
}

/** The JSON that a POST answers. */
export async function post(path, options = {}) {
  return (await call(path, { method: "POST", ...options })).json();
}

/** All items of a list, however many pages it has. */
export async function getAll(path, query = {}) {
  const items = [];
  for (;;) {
    const page = await get(path, { ...query, limit: PAGE, offset: items.length });
    items.push(...page.items);
    if (items.length >= page.total || page.items.length === 0) {
      return items;
    }
  }
}

/**
 * Have the browser save what an address gives; the key goes along, which a plain link cannot do.
 * @param {string} path
 * @param {Object} query
 */
export async function download(path, query) {
  const answer = await call(path, { query });
  const address = URL.createObjectURL(await answer.blob());
  const link = document.createElement("a");
  link.href = address;
  link.download = fileName(answer.headers.get("Content-Disposition") || "");
  link.click();
  setTimeout(() => URL.revokeObjectURL(address), RETRY_MS);
}

/**
 * The events of a job until its end; a broken stream is taken up where it broke.
 * @param {string} path
 */
export async function* events(path) {
  let last = "0";
  for (;;) {
    try {
      const answer = await call(path, { headers: { "Last-Event-ID": last } });
      if (answer.status === 204) {
        return;
      }
      for await (const event of readEvents(answer.body)) {
        last = event.id;
        yield event;
        if (event.name !== "progress") {
          return;
        }
      }
    } catch (error) {
      // Only a connection that broke is tried again; what the service refuses stays refused.
      if (!(error instanceof TypeError) && !(error instanceof ApiError && error.status === 0)) {
        throw error;
      }
    }
    await new Promise((resolve) => setTimeout(resolve, RETRY_MS));
  }
}

async function* readEvents(body) {
  const reader = body.pipeThrough(new TextDecoderStream()).getReader();
  let text = "";
  for (;;) {
    const { value, done } = await reader.read();
    if (done) {
      return;
    }
    text += value;
    const blocks = text.split("\n\n");
    text = blocks.pop();
    for (const block of blocks) {
      const event = readEvent(block);
      if (event.data) {
        yield { ...event, data: JSON.parse(event.data) };
      }
    }
  }
}

function readEvent(block) {
  const event = { id: "0", name: "", data: "" };
  for (const line of block.split("\n")) {
    const at = line.indexOf(": ");
    const value = line.slice(at + 2);
    if (line.startsWith("id: ")) {
      event.id = value;
    } else if (line.startsWith("event: ")) {
      event.name = value;
    } else if (line.startsWith("data: ")) {
      event.data += value;
    }
  }
  return event;
}

async function readProblem(answer) {
  const type = answer.headers.get("Content-Type") || "";
  return type.includes("json") ? answer.json() : { code: "http", detail: String(answer.status) };
}

function fileName(disposition) {
  const long = /filename\*=UTF-8''([^;]+)/.exec(disposition);
  const short = /filename="([^"]+)"/.exec(disposition);
  return long ? decodeURIComponent(long[1]) : short ? short[1] : "";
}
