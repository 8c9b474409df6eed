"""A Chromium for pictures of pages and for their tests.

Chinese is drawn with the font of the papers, so that a machine without Chinese fonts can do it too.
"""

from __future__ import annotations

import os
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from playwright.sync_api import Browser, sync_playwright

DESK = {"width": 1366, "height": 768}
PHONE = {"width": 390, "height": 844}

_NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
_FONTS = Path(__file__).parents[1] / "coop_service" / "files" / "fonts"
_FONT_SETTINGS = """<?xml version="1.0"?>
<!DOCTYPE fontconfig SYSTEM "fonts.dtd">
<fontconfig>
  <include ignore_missing="yes">/etc/fonts/fonts.conf</include>
  <dir>{fonts}</dir><dir>/usr/share/fonts</dir><cachedir>{cache}</cachedir>
</fontconfig>
"""


def find_chromium() -> str | None:
    """Path of a Chromium: that of CHROMIUM, or the system's; None where there is none."""
    return os.environ.get("CHROMIUM") or next(filter(None, map(shutil.which, _NAMES)), None)


@contextmanager
def open_chromium(path: str | None = None) -> Iterator[Browser]:
    """The browser of a path, by default of :func:`find_chromium`, without a window."""
    with tempfile.TemporaryDirectory() as cache, sync_playwright() as driver:
        settings = Path(cache) / "fonts.conf"
        settings.write_text(_FONT_SETTINGS.format(fonts=_FONTS, cache=cache))
        browser = driver.chromium.launch(
            executable_path=path or find_chromium(),
            # Chromium's own sandbox does not work for root, as whom containers run.
            args=["--no-sandbox"] if os.geteuid() == 0 else [],
            env=os.environ | {"FONTCONFIG_FILE": str(settings)},
        )
        yield browser
        browser.close()
