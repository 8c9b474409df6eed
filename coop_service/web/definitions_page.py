"""The help page of reports: what each figure is, with the thresholds of the settings."""

from __future__ import annotations

from flask import Blueprint, Response, make_response, render_template

from coop_service.services.coverage_reports import list_definitions
from coop_service.web.auth import public
from coop_service.web.context import current_settings
from coop_service.web.page_headers import page_headers

blp = Blueprint("definitions", __name__)


@blp.get("/reports/definitions")
@public
def show_page() -> Response:
    """The page; it holds nothing of any county."""
    sections = list_definitions(current_settings())
    response = make_response(render_template("definitions.html", sections=sections))
    response.headers.update(page_headers())
    response.headers["Cache-Control"] = "no-cache"
    return response
