"""A real browser against the real service with the default county and its demo day.

Where there is no Chromium these tests are skipped and say so; in CI that is a failure.
"""

import os
import re
import subprocess
import sys
import time
from pathlib import Path

import pytest
from chromium import find_chromium, open_chromium

from tests.browser.watched import Watched

ROOT = Path(__file__).parents[2]
MISSING = "no Chromium here (apt-get install chromium, or set CHROMIUM to its path)"
NOW = "2026-10-15T08:30:00"
"""What the pages take for the present: the demo day, whenever the tests run."""


class Service:
    """The service in a folder of its own."""

    def __init__(self, folder):
        self.log = folder / "service.log"
        settings = {
            "COOP_DATABASE_URL": f"sqlite:///{folder}/coop.sqlite3",
            "COOP_PORT": "0",
            "PYTHONPATH": str(ROOT),
        }
        self.environment = os.environ | settings
        subprocess.run(self._coop("demo"), env=self.environment, cwd=ROOT, check=True)
        self.key = (folder / "demo_key").read_text().strip()
        with self.log.open("w") as log:
            self.process = subprocess.Popen(
                self._coop("serve"), env=self.environment, cwd=ROOT, stdout=log, stderr=log
            )
        while not (found := re.search(r"serving on (http://\S+)", self.log.read_text())):
            assert self.process.poll() is None, self.log.read_text()
            time.sleep(0.1)
        self.address = found[1]

    def _coop(self, command):
        return [sys.executable, "-c", "from coop_service.cli import main; main()", command]

    def stop(self):
        self.process.terminate()
        self.process.wait()


class Console(Watched):
    """The console in a page of its own."""

    # The tests themselves read canvases, which Chromium would have done in another way.
    foreseen = ("willReadFrequently",)

    def __init__(self, browser, service, **wanted):
        self.service = service
        super().__init__(browser, service.address, **wanted)
        self.page.clock.set_fixed_time(NOW)


@pytest.fixture(scope="session")
def service(tmp_path_factory):
    service = Service(tmp_path_factory.mktemp("service"))
    yield service
    service.stop()


@pytest.fixture(scope="session")
def browser():
    if find_chromium() is None:
        if os.environ.get("CI"):
            pytest.fail(MISSING)
        pytest.skip(MISSING)
    with open_chromium() as browser:
        yield browser


@pytest.fixture
def open_page(browser, service):
    """Open an address: ``open_page("/", viewport=…)``; at the end nothing may have gone wrong."""
    opened = []

    def open_it(path="/", **wanted):
        opened.append(Console(browser, service, **wanted))
        opened[-1].page.goto(path)
        return opened[-1]

    yield open_it
    for watched in opened:
        watched.check_and_close()
