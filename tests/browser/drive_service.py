"""The service on a real socket with one plan to drive, and a phone that looks at it."""

import threading
from dataclasses import replace

import waitress
from chromium import PHONE
from sqlmodel import Session

from coop_service.services.drive_links import issue_links
from coop_service.settings import Settings
from coop_service.store.engine import make_engine
from coop_service.store.migrate import upgrade
from coop_service.store.road import load_stop_records
from coop_service.web.app import create_app
from tests.browser.watched import Watched
from tests.domain.papers.paper_day import paper_plan, paper_problem
from tests.services.road_day import DATE, plan_row
from tests.web.conftest import COUNTY, import_county

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


class Phone(Watched):
    """A phone with one page."""

    def __init__(self, browser, service, **wanted):
        self.service = service
        # What happens without a connection is what these tests are about.
        self.foreseen = ["net::ERR_"]
        super().__init__(browser, service.address, viewport=PHONE, device_scale_factor=2, **wanted)

    def foresee_status(self, status):
        """Requests may be answered so."""
        self.foreseen.append(f"status of {status}")

    def tap(self, name, exact=True):
        self.page.get_by_role("button", name=name, exact=exact).click()

    def see(self, text):
        self.page.get_by_text(text).first.wait_for()

    def set_time(self, clock):
        """The phone's clock, hours and minutes of the day in China."""
        self.page.clock.set_fixed_time(f"{DATE}T{clock}:00+08:00")
