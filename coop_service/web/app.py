"""The application factory."""

from __future__ import annotations

from typing import Any, Final

from flask import Flask

from coop_service import __version__
from coop_service.jobs.plan_jobs import PlanJobs
from coop_service.settings import Settings
from coop_service.store.engine import make_engine
from coop_service.web import api_docs, definitions_page, drive, pages
from coop_service.web.api import (
    coverage_reports,
    days,
    health,
    keys,
    me,
    network,
    orders,
    papers,
    plan_edits,
    plan_life,
    plans,
    road,
    roads,
    sheets,
    sites,
    solve,
    trace,
    vehicles,
)
from coop_service.web.api import (
    jobs as job_views,
)
from coop_service.web.auth import BEARER, SECURITY_SCHEME, protect
from coop_service.web.context import equip
from coop_service.web.errors import CoopApi, register_errors

API_PREFIX: Final = "/api/v1"

BLUEPRINTS: Final = (
    health.blp,
    sites.blp,
    roads.blp,
    network.blp,
    vehicles.blp,
    orders.blp,
    days.blp,
    sheets.blp,
    plans.blp,
    plan_edits.blp,
    plan_life.blp,
    papers.blp,
    road.blp,
    trace.blp,
    coverage_reports.blp,
    job_views.blp,
    solve.blp,
    keys.blp,
    me.blp,
)

_DESCRIPTION: Final = """\
县供销社双向配送:工业品下乡、农产品进城。时间为当日零点起的秒数,长度为米,重量为千克,
体积为立方米,金额为元,坐标为 WGS-84。错误一律为 problem+json,`errors` 列出全部错误。

Two-way delivery for a county cooperative. Times are seconds after the day's midnight, lengths
metres, weights kilograms, volumes cubic metres, money yuan, positions WGS-84. Errors are
problem+json and list every fault under `errors`.
"""


def create_app(settings: Settings, jobs: PlanJobs | None = None) -> Flask:
    """The HTTP service on the database of the settings, whose schema must be up to date.

    Args:
        settings: of the service.
        jobs: to whom accepted plan jobs are handed at once; None: they wait in the job table.
    """
    app = Flask(__name__)
    app.config.from_mapping(_config(settings))
    app.json.ensure_ascii = False  # type: ignore[attr-defined]
    app.json.sort_keys = False  # type: ignore[attr-defined]
    equip(app, settings, make_engine(settings.database_url), jobs)
    register_errors(app)
    protect(app)
    app.register_blueprint(pages.blp)
    app.register_blueprint(api_docs.blp)
    app.register_blueprint(drive.blp)
    app.register_blueprint(definitions_page.blp)
    api = CoopApi(app)
    api.spec.components.security_scheme(BEARER, SECURITY_SCHEME)
    for blueprint in BLUEPRINTS:
        api.register_blueprint(blueprint, url_prefix=API_PREFIX + (blueprint.url_prefix or ""))
    return app


def _config(settings: Settings) -> dict[str, Any]:
    return {
        "API_TITLE": "供销社双向配送 / Cooperative logistics",
        "API_VERSION": f"v1 ({__version__})",
        "API_SPEC_OPTIONS": {"info": {"description": _DESCRIPTION}},
        "OPENAPI_VERSION": "3.1.0",
        "OPENAPI_URL_PREFIX": API_PREFIX,
        "OPENAPI_JSON_PATH": "openapi.json",
        "MAX_CONTENT_LENGTH": settings.max_records_body_mb * 2**20,
    }
