"""The page of the API's description: Swagger UI from its Python package, no outside host."""

from __future__ import annotations

from pathlib import Path
from typing import Final

import flask_swagger_ui
from flask import Blueprint, Response, make_response, render_template
from flask.helpers import send_from_directory

from coop_service.web.auth import public
from coop_service.web.page_headers import page_headers

DIST: Final = Path(flask_swagger_ui.__file__).parent / "dist"

blp = Blueprint("docs", __name__)


@blp.get("/docs")
@public
def show_page() -> Response:
    """The page."""
    response = make_response(render_template("api_docs.html"))
    # Swagger UI writes styles into its elements.
    response.headers.update(page_headers(styles=("'unsafe-inline'",)))
    return response


@blp.get("/docs/swagger-ui/<path:file>")
@public
def send_file(file: str) -> Response:
    """A file of Swagger UI."""
    return send_from_directory(DIST, file)
