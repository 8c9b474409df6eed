"""The service on a real socket with one plan to drive, and a phone that looks at it."""

import re
import threading
from dataclasses import replace

import waitress
from sqlmodel import Session

from coop_service.services.drive_links import issue_links
from coop_service.settings import Settings
from coop_service.store.engine import make_engine
from coop_service.store.migrate import upgrade
from coop_service.store.road import load_stop_records
from coop_service.web.app import create_app
from tests.domain.papers.paper_day import paper_plan, paper_problem
from tests.services.road_day import DATE, plan_row
from tests.web.conftest import COUNTY, import_county

PHONE = {"width": 390, "height": 844}
PLACES = {
    "c1": {"lon": 122.41, "lat": 40.71, "coord_kind": "synthetic", "contact": "王站长",
           "phone": "139 0000 0001"},
    "c2": {"lon": 122.43, "lat": 40.73, "coord_kind": "real"},
    "c3": {"lon": 122.46, "lat": 40.75, "coord_kind": "synthetic", "contact": "赵会计",
           "phone": "139 0000 0003"},
}  # fmt: skip

# Everything that a finger has to hit, and how small it is.
FIND_SMALL = """() => [...document.querySelectorAll(
    "button, a.button, input:not(.camera), textarea, summary, label.choice, label.button")]
  .filter((node) => node.checkVisibility())
  .filter((node) => !(node.closest("label.choice") && node.matches("input")))
  .map((node) => ({text: node.textContent, box: node.getBoundingClientRect()}))
  .filter(({box}) => box.height < 48 || box.width < 48)
  .map(({text, box}) => `${text} ${box.width}x${box.height}`)"""

# Whether anything is wider than the screen.
FIND_WIDE = """() => document.documentElement.scrollWidth - window.innerWidth"""


def drive_problem():
    problem = paper_problem()
    stops = tuple(
        replace(stop, custom=(stop.custom or {}) | PLACES.get(stop.id, {}))
        for stop in problem.stops
    )
    return replace(problem, stops=stops)


class DriveService:
    """The service; its connection can be cut."""

    def __init__(self, folder):
        self.settings = Settings(database_url=f"sqlite:///{folder}/coop.sqlite3")
        self.engine = make_engine(self.settings.database_url)
        upgrade(self.engine)
        problem = drive_problem()
        self.days = {"problem": problem, "plan": paper_plan(problem)}
        with Session(self.engine) as session:
            import_county(session, COUNTY)
        self.add_plan(plan_row("p1", 1, COUNTY, **self.days))
        self.app = create_app(self.settings)
        self.server = waitress.create_server(self.app, host="127.0.0.1", port=0, threads=8)
        self.address = f"http://127.0.0.1:{self.server.effective_port}"
        self.thread = threading.Thread(target=self.server.run, daemon=True)
        self.thread.start()

    def add_plan(self, row):
        with Session(self.engine) as session:
            session.add(row)
            session.commit()

    def link(self, **wanted):
        with Session(self.engine) as session:
            [link] = issue_links(session, self.settings, COUNTY, "p1", "tester", **wanted)
        return f"{self.address}/drive/{link.token}"

    def records(self):
        with Session(self.engine) as session:
            return load_stop_records(session, COUNTY, DATE, "V1")

    def stop(self):
        self.server.close()
        self.thread.join(5)
        self.engine.dispose()


class Phone:
    """A phone with one page; all requests and complaints are kept."""

    def __init__(self, browser, service, **wanted):
        self.service = service
        self.context = browser.new_context(viewport=PHONE, device_scale_factor=2, **wanted)
        self.hosts = set()
        self.complaints = []
        self.refusals = set()
        self.open_page()

    def open_page(self):
        self.page = self.context.new_page()
        self.page.set_default_timeout(20_000)
        self.page.on("request", lambda request: self.hosts.add(host_of(request.url)))
        self.page.on("pageerror", lambda error: self.complaints.append(str(error)))
        self.page.on("console", self._listen)

    def _listen(self, message):
        # A request without a connection, or one that is refused, is what these tests are about.
        foreseen = {"net::ERR_", *(f"status of {status}" for status in self.refusals)}
        if message.type in ("error", "warning") and not any(
            text in message.text for text in foreseen
        ):
            self.complaints.append(message.text)

    def tap(self, name, exact=True):
        self.page.get_by_role("button", name=name, exact=exact).click()

    def see(self, text):
        self.page.get_by_text(text).first.wait_for()

    def set_time(self, clock):
        """The phone's clock, hours and minutes of the day in China."""
        self.page.clock.set_fixed_time(f"{DATE}T{clock}:00+08:00")

    def check_and_close(self):
        self.context.close()
        assert self.hosts <= {self.service.address.removeprefix("http://"), None}
        assert self.complaints == []


def host_of(address):
    """The host of an address; None for one that no host is asked for, such as data:."""
    found = re.match(r"(?:blob:)?\w+://([^/]+)", address)
    return found[1] if found else None
