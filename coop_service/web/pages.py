"""Pages for people. They hold no data: their scripts ask the API, with the key of who sits there.

A page runs under a strict Content-Security-Policy: scripts, styles and fonts are files of this
service, nothing is inline, and no other host is asked, but for the map tiles where some are set.
"""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any, Final, cast

from flask import Blueprint, Response, current_app, make_response, render_template, url_for

from coop_service.planning.engines import DEFAULT_ENGINE, ENGINES
from coop_service.settings import Settings
from coop_service.web.auth import public
from coop_service.web.context import current_settings
from coop_service.web.page_headers import page_headers

blp = Blueprint("pages", __name__)

CONSOLE_SCRIPTS: Final = "console"
"""Folder of the console's scripts, styles and texts below the static files."""


@blp.get("/")
@public
def show_console() -> Response:
    """The dispatchers' console."""
    settings = current_settings()
    modules = sorted(
        f"{CONSOLE_SCRIPTS}/{path.name}" for path in _static(CONSOLE_SCRIPTS).glob("*.js")
    )
    response = make_response(
        render_template("console.html", modules=modules, config=json.dumps(_config(settings)))
    )
    response.headers.update(page_headers(images=("data:", *_tile_hosts(settings.tile_url))))
    # Pages name the scripts of this version; an old page kept by a browser would miss some.
    response.headers["Cache-Control"] = "no-cache"
    return response


def _config(settings: Settings) -> dict[str, Any]:
    """What the console's scripts have to know before they can ask the API."""
    return {
        "api": url_for("me.get_me").removesuffix("/me"),
        "texts": {
            language: url_for("static", filename=f"{CONSOLE_SCRIPTS}/texts/{language}.json")
            for language in ("zh", "en")
        },
        "engines": [DEFAULT_ENGINE, *(name for name in ENGINES if name != DEFAULT_ENGINE)],
        "default_seconds": settings.default_solve_s,
        "max_seconds": settings.max_solve_s,
        "tiles": settings.tile_url
        and {
            "url": settings.tile_url,
            "crs": settings.tile_crs,
            "attribution": settings.tile_attribution,
        },
    }


def _static(folder: str) -> Path:
    return Path(cast(str, current_app.static_folder)) / folder


def _tile_hosts(address: str) -> list[str]:
    """The source of map tiles as a policy names it; none for tiles of this very service."""
    found = re.match(r"https?://[^/]+", address)
    return [found[0].replace("{s}", "*")] if found else []
