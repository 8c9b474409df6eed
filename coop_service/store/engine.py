"""The database engine, for SQLite files and for any other database that SQLAlchemy speaks to."""

from __future__ import annotations

from pathlib import Path
from typing import Any, Final

from sqlalchemy import Engine, event, make_url
from sqlmodel import create_engine

BUSY_TIMEOUT_S: Final = 15
"""How long a writer waits for another one before it gives up (SQLite has one at a time)."""


def make_engine(url: str) -> Engine:
    """An engine for a database address as SQLAlchemy writes it.

    A SQLite file is made with its folder where it is not there yet, and opened in WAL mode, in
    which readers do not wait for a writer; foreign keys are enforced.
    """
    address = make_url(url)
    if address.get_backend_name() != "sqlite":
        return create_engine(address, pool_pre_ping=True)
    if address.database and address.database != ":memory:":
        Path(address.database).parent.mkdir(parents=True, exist_ok=True)
    engine = create_engine(address, connect_args={"timeout": BUSY_TIMEOUT_S})
    event.listen(engine, "connect", _set_pragmas)
    return engine


def _set_pragmas(connection: Any, _record: object) -> None:
    cursor = connection.cursor()
    cursor.execute("PRAGMA journal_mode = WAL")
    cursor.execute("PRAGMA foreign_keys = ON")
    cursor.close()
