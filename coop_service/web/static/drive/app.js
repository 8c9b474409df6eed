// The driver's page: shows what is next, keeps what is reported, sends it when there is a connection.

import { secondsOfDay } from "./clock.js";
import { Database } from "./database.js";
import { button, h } from "./dom.js";
import { newId, tripEvent, visitEvent, withdrawal } from "./events.js";
import { Counts } from "./goods.js";
import { Answered, ask, Offline } from "./network.js";
import { keepForOffline } from "./offline.js";
import { canShare, watch, watchIfAllowed } from "./position.js";
import { applyCorrections, nextStep, tripsSoFar, visitsSoFar } from "./progress.js";
import { askAgain, openRefusal, openSignature } from "./sheets.js";
import { sendQueue } from "./sync.js";
import { currentLanguage, half, switchLanguage, t } from "./texts.js";
import { listView, nowView } from "./views.js";

const TICK_MS = 10000;
const REFRESH_MS = 60000;

class App {
  constructor(database, page, { token, home, worker, folder, assets }) {
    Object.assign(this, { database, page, token });
    this.files = { home, worker, folder, assets: assets.split(" ") };
    this.counts = new Counts();
    this.tab = "now";
    this.chosen = null;
    this.isOnline = navigator.onLine;
    this.opensOffline = false;
    this.notice = null;
    this.linkProblem = null;
    this.hasTried = false;
    this.stuck = 0;
    this.entries = [];
    this.live = [];
    this.shown = null;
    this.refreshedAt = 0;
    this.now = () => secondsOfDay(Date.now(), this.route.date);
    this.secondsAt = (moment) => secondsOfDay(moment, this.route.date);
    this.top = h("header");
    this.main = h("main");
  }

  async start() {
    this.page.replaceChildren(this.top, this.main);
    const kept = await this.database.route(this.token);
    this.route = kept?.route;
    this.tag = kept?.tag;
    await this.readEntries();
    this.render(); // what was kept is there at once, whatever the connection
    window.addEventListener("online", () => this.synchronise());
    window.addEventListener("offline", () => this.setOnline(false));
    document.addEventListener("visibilitychange", () => {
      if (document.visibilityState === "visible") this.synchronise();
    });
    setInterval(() => this.tick(), TICK_MS);
    await watchIfAllowed();
    await this.synchronise();
    this.opensOffline = await keepForOffline(this.files);
    this.renderTop();
  }

  get scope() {
    return this.route ? `${this.route.county} ${this.route.date} ${this.route.vehicle}` : null;
  }

  // Everything that is known of this van and day: what the service has, and what it will get.
  records() {
    const known = new Set(this.route.records.map((record) => record.id));
    const own = this.entries.filter((entry) => entry.event && entry.scope === this.scope);
    const later = own.filter((entry) => entry.status !== "refused" && !known.has(entry.event.id));
    return [...this.route.records, ...later.map((entry) => entry.event)];
  }

  lastRecord() {
    const mine = this.standing.filter((record) => record.plan === this.route.plan);
    return mine.reduce(
      (last, record) => (last && Date.parse(last.at) > Date.parse(record.at) ? last : record),
      null,
    );
  }

  async readEntries() {
    this.entries = await this.database.entries();
  }

  // --- what the driver does

  async report(event, pictures = []) {
    const common = { token: this.token, scope: this.scope, status: "queued" };
    const sent = pictures.map((picture) => ({ ...common, picture }));
    await this.database.add([...sent, { ...common, event }]);
    this.tab = "now";
    await this.readEntries();
    this.render();
    window.scrollTo(0, 0);
    await this.synchronise();
  }

  reportTrip(kind, trip) {
    return this.report(tripEvent(this.route, kind, trip));
  }

  reportVisit(kind, stop) {
    this.chosen = null;
    return this.report(visitEvent(this.route, kind, stop));
  }

  reportCounts(kind, visit, goods, more = {}) {
    return this.report(
      visitEvent(this.route, kind, visit.stop, { ...more, goods: this.counts.counted(goods) }),
    );
  }

  finish(visit, isDone) {
    const act = () => this.reportVisit("finished_stop", visit.stop);
    return isDone ? act() : askAgain(t("unfinished"), t("yes_finish"), act);
  }

  refuse(visit, goods) {
    const left = goods.map((one) => ({ ...one, ...this.counts.of(one) }));
    openRefusal(left, async (refused, reason, note, photos) => {
      const pictures = await Promise.all(photos.map((photo) => asPicture("photo", photo)));
      await this.report(
        visitEvent(this.route, "refused", visit.stop, {
          reason,
          note,
          goods: this.counts.counted(refused),
          attachments: pictures.map((picture) => picture.id),
        }),
        pictures,
      );
    });
  }

  sign(visit) {
    openSignature(async (note, blob) => {
      const picture = await asPicture("signature", blob);
      const more = { note, attachments: [picture.id] };
      await this.report(visitEvent(this.route, "signed", visit.stop, more), [picture]);
    });
  }

  undo(record) {
    return this.report(withdrawal(this.route, record));
  }

  get canSharePosition() {
    return canShare();
  }

  sharePosition() {
    watch();
    this.shown = null;
    this.render();
  }

  choose(visit) {
    this.chosen = visit;
    this.tab = "now";
    this.render();
  }

  // --- the connection

  // One at a time; whoever comes meanwhile has it done once more.
  async synchronise() {
    if (this.busy) {
      this.again = true;
      return;
    }
    this.busy = true;
    try {
      do {
        this.again = false;
        await this.exchange();
      } while (this.again);
    } finally {
      this.busy = false;
    }
  }

  async exchange() {
    try {
      const shut = await sendQueue(this.database, this.token, this.scope);
      await this.readEntries();
      await this.refresh();
      this.stuck = shut.length;
      this.linkProblem = null;
      this.isOnline = true;
    } catch (error) {
      await this.readEntries();
      if (error instanceof Answered) {
        this.linkProblem = half(error.message);
        this.isOnline = true;
      } else if (error instanceof Offline) {
        this.isOnline = false;
      } else {
        throw error;
      }
    }
    this.hasTried = true;
    this.render();
  }

  async refresh() {
    this.refreshedAt = Date.now();
    const headers = this.tag ? { "If-None-Match": this.tag } : {};
    const { answer, body } = await ask(`/drive/${this.token}/route`, { headers });
    if (!body) return;
    if (this.route && this.route.plan !== body.plan) {
      this.notice = body.version;
      this.counts = new Counts();
      this.chosen = null;
    }
    this.route = body;
    this.tag = answer.headers.get("ETag");
    await this.database.keepRoute(this.token, this.tag, body);
    const known = new Set(body.records.map((record) => record.id));
    const arrived = this.entries.filter((entry) => entry.status === "sent" && known.has(entry.event.id));
    await this.database.remove(arrived.map((entry) => entry.number));
    await this.readEntries();
  }

  setOnline(isOnline) {
    this.isOnline = isOnline;
    this.renderTop();
  }

  tick() {
    for (const show of this.live) show();
    const isDue = Date.now() - this.refreshedAt >= REFRESH_MS;
    const waits = this.entries.some((entry) => entry.status === "queued");
    if (document.visibilityState === "visible" && (isDue || waits || !this.isOnline)) this.synchronise();
  }

  // --- what is shown

  render() {
    document.documentElement.lang = currentLanguage() === "zh" ? "zh-CN" : "en";
    if (!this.route) {
      this.renderTop();
      const why = this.linkProblem ?? (this.hasTried ? t("no_route") : t("loading"));
      this.main.replaceChildren(h("p", { class: "loading" }, why));
      return;
    }
    this.standing = applyCorrections(this.records());
    this.visits = visitsSoFar(this.route, this.standing);
    this.trips = tripsSoFar(this.route, this.standing);
    this.step = nextStep(this.trips, this.visits, this.chosen);
    this.renderTop();
    // Only what has changed is drawn anew: a count that is being typed must not be wiped away.
    const shown = JSON.stringify([
      this.route.plan,
      this.standing.map((record) => record.id),
      this.tab,
      this.chosen,
      currentLanguage(),
    ]);
    if (shown === this.shown) return;
    this.shown = shown;
    this.live = [];
    this.main.replaceChildren(this.tab === "now" ? nowView(this) : listView(this));
  }

  renderTop() {
    const { route } = this;
    this.top.replaceChildren(
      h(
        "div",
        { class: "bar" },
        h(
          "div",
          { class: "who" },
          h("strong", {}, route ? route.note.plate || route.vehicle : ""),
          h("span", {}, route ? whoText(route) : ""),
        ),
        button(t("language"), () => this.changeLanguage(), "language"),
      ),
      h("div", { class: "pills", role: "status" }, this.pills()),
      this.notices(),
      this.visits ? this.tabs() : "",
    );
  }

  pills() {
    const queued = this.entries.filter((entry) => entry.status === "queued").length;
    return [
      h("span", { class: `pill ${this.isOnline ? "good" : "bad"}` }, this.isOnline ? t("online") : t("offline")),
      h(
        "span",
        { class: `pill queue ${queued ? "wait" : "good"}` },
        queued ? t("queued", { count: queued }) : t("all_sent"),
      ),
      this.opensOffline && h("span", { class: "pill kept" }, t("opens_offline")),
    ];
  }

  notices() {
    const refused = this.entries.filter((entry) => entry.status === "refused");
    const seen = async () => {
      await this.database.remove(refused.map((entry) => entry.number));
      await this.readEntries();
      this.render();
    };
    const taken = () => {
      this.notice = null;
      this.renderTop();
    };
    return h(
      "div",
      { role: "alert" },
      this.linkProblem && notice("bad", t("link_gone", { detail: this.linkProblem })),
      this.stuck > 0 && notice("bad", t("stuck", { count: this.stuck })),
      this.notice && notice("new", t("new_version", { version: this.notice }), taken),
      refused.length > 0 &&
        notice("bad", t("refused_entries", { count: refused.length, problem: half(refused[0].problem) }), seen),
      this.route?.state === "draft" && notice("draft", t("draft")),
    );
  }

  tabs() {
    const done = this.visits.filter((visit) => visit.finishedAt !== null).length;
    const tab = (name, text) =>
      h(
        "button",
        {
          type: "button",
          class: this.tab === name ? "tab chosen" : "tab",
          "aria-pressed": String(this.tab === name),
          onclick: () => {
            this.tab = name;
            this.render();
          },
        },
        text,
      );
    return h(
      "nav",
      { class: "tabs" },
      tab("now", t("tab_now")),
      tab("list", t("tab_list", { done, all: this.visits.length })),
    );
  }

  changeLanguage() {
    switchLanguage();
    this.render();
  }
}

function whoText(route) {
  const parts = [route.note.name || route.vehicle, route.note.driver, route.date];
  const version = t("version", { version: route.version }).replaceAll(" ", "\u00a0");
  return [...parts, version].filter(Boolean).join(" · ");
}

function notice(kind, text, act) {
  return h("div", { class: `notice ${kind}` }, h("span", {}, text), act && button(t("understood"), act));
}

async function asPicture(kind, blob) {
  return { id: newId(), kind, type: blob.type, bytes: await blob.arrayBuffer() };
}

const page = document.getElementById("page");
const app = new App(await Database.open(), page, document.documentElement.dataset);
await app.start();
