"""A real browser against the real service with the default county and its demo day.

Where there is no Chromium these tests are skipped and say so; in CI that is a failure.
"""

import os
import re
import shutil
import subprocess
import sys
import time
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
MISSING = "no Chromium here (apt-get install chromium, or set CHROMIUM to its path)"
NOW = "2026-10-15T08:30:00"
"""What the pages take for the present: the demo day, whenever the tests run."""


def find_chromium():
    """Path of a Chromium: that of CHROMIUM, or the system's; None where there is none."""
    return os.environ.get("CHROMIUM") or next(filter(None, map(shutil.which, NAMES)), None)


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


class Watched:
    """A page of which all requests and complaints are kept."""

    def __init__(self, browser, service, **wanted):
        self.service = service
        self.context = browser.new_context(base_url=service.address, **wanted)
        self.page = self.context.new_page()
        self.page.clock.set_fixed_time(NOW)
        self.page.set_default_timeout(30_000)
        self.hosts = set()
        self.complaints = []
        self.page.on("request", lambda request: self.hosts.add(host_of(request.url)))
        self.page.on("pageerror", lambda error: self.complaints.append(str(error)))
        self.page.on("console", self._listen)

    def _listen(self, message):
        # The tests themselves read canvases, which Chromium would have done in another way.
        if message.type in ("error", "warning") and "willReadFrequently" not in message.text:
            self.complaints.append(message.text)

    def check_and_close(self):
        self.context.close()
        assert self.hosts <= {host_of(self.service.address), None}
        assert self.complaints == []


def host_of(address):
    """The host of an address; None for one that no host is asked for, such as data:."""
    found = re.match(r"(?:blob:)?\w+://([^/]+)", address)
    return found[1] if found else None


@pytest.fixture(scope="session")
def service(tmp_path_factory):
    service = Service(tmp_path_factory.mktemp("service"))
    yield service
    service.stop()


@pytest.fixture(scope="session")
def browser():
    path = find_chromium()
    if path is None:
        if os.environ.get("CI"):
            pytest.fail(MISSING)
        pytest.skip(MISSING)
    playwright = pytest.importorskip("playwright.sync_api", reason="playwright is not installed")
    with playwright.sync_playwright() as driver:
        # Chromium's own sandbox does not work for root, as whom containers run.
        sandbox = ["--no-sandbox"] if os.geteuid() == 0 else []
        browser = driver.chromium.launch(executable_path=path, args=sandbox)
        yield browser
        browser.close()


@pytest.fixture
def open_page(browser, service):
    """Open an address: ``open_page("/", viewport=…)``; at the end nothing may have gone wrong."""
    opened = []

    def open_it(path="/", **wanted):
        opened.append(Watched(browser, service, **wanted))
        opened[-1].page.goto(path)
        return opened[-1]

    yield open_it
    for watched in opened:
        watched.check_and_close()
