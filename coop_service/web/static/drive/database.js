// What the phone keeps: the route as it was last seen, and all that has been reported with it, in
// the sequence in which it happened. Status of an entry: queued, sent, refused.

const NAME = "coop-drive";
const VERSION = 1;

function promised(request) {
  return new Promise((resolve, reject) => {
    request.onsuccess = () => resolve(request.result);
    request.onerror = () => reject(request.error);
  });
}

function finished(transaction) {
  return new Promise((resolve, reject) => {
    transaction.oncomplete = () => resolve();
    transaction.onerror = () => reject(transaction.error);
    transaction.onabort = () => reject(transaction.error);
  });
}

export class Database {
  static async open() {
    const request = indexedDB.open(NAME, VERSION);
    request.onupgradeneeded = () => {
      request.result.createObjectStore("routes", { keyPath: "token" });
      request.result.createObjectStore("entries", { keyPath: "number", autoIncrement: true });
    };
    return new Database(await promised(request));
  }

  constructor(database) {
    this.database = database;
  }

  route(token) {
    return promised(this.database.transaction("routes").objectStore("routes").get(token));
  }

  async keepRoute(token, tag, route) {
    const transaction = this.database.transaction("routes", "readwrite");
    transaction.objectStore("routes").put({ token, tag, route });
    await finished(transaction);
  }

  // All of them or none: an event and its pictures belong together.
  async add(entries) {
    const transaction = this.database.transaction("entries", "readwrite", { durability: "strict" });
    for (const entry of entries) transaction.objectStore("entries").add(entry);
    await finished(transaction);
  }

  entries() {
    return promised(this.database.transaction("entries").objectStore("entries").getAll());
  }

  async change(entries) {
    const transaction = this.database.transaction("entries", "readwrite");
    for (const entry of entries) transaction.objectStore("entries").put(entry);
    await finished(transaction);
  }

  async remove(numbers) {
    const transaction = this.database.transaction("entries", "readwrite");
    for (const number of numbers) transaction.objectStore("entries").delete(number);
    await finished(transaction);
  }
}
