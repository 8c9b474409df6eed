"""What a view works with: the settings, the database and the plan jobs of its application."""

from __future__ import annotations

from typing import Final, cast

from flask import Flask, current_app, g
from sqlalchemy import Engine
from sqlmodel import Session

from coop_service.jobs.plan_jobs import PlanJobs
from coop_service.settings import Settings

_SETTINGS: Final = "coop_settings"
_ENGINE: Final = "coop_engine"
_JOBS: Final = "coop_jobs"


def equip(app: Flask, settings: Settings, engine: Engine, jobs: PlanJobs | None) -> None:
    """Give an application what its views work with."""
    app.extensions |= {_SETTINGS: settings, _ENGINE: engine, _JOBS: jobs}
    app.teardown_appcontext(_close_session)


def current_settings() -> Settings:
    """The settings of the present application."""
    return cast(Settings, current_app.extensions[_SETTINGS])


def db_engine() -> Engine:
    """The database of the present application."""
    return cast(Engine, current_app.extensions[_ENGINE])


def plan_jobs() -> PlanJobs | None:
    """Who runs plan jobs at once; None: whoever works on the job table finds them by itself."""
    return cast(PlanJobs | None, current_app.extensions[_JOBS])


def db_session() -> Session:
    """The session of the present request; what nobody commits is rolled back at its end."""
    if "session" not in g:
        g.session = Session(db_engine())
    return cast(Session, g.session)


def _close_session(_error: BaseException | None) -> None:
    session = g.pop("session", None)
    if session is not None:
        session.close()
