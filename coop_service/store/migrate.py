"""Bringing a database to the schema of this version."""

from __future__ import annotations

from pathlib import Path
from typing import Final

from alembic import command
from alembic.config import Config
from sqlalchemy import Engine

FOLDER: Final = Path(__file__).parent / "migrations"


def upgrade(engine: Engine) -> None:
    """Run every migration that the database has not had yet; all of them or none."""
    config = Config()
    config.set_main_option("script_location", str(FOLDER).replace("%", "%%"))
    with engine.connect() as connection:
        # Closed for good afterwards: a connection without foreign keys must not be used again.
        connection.detach()
        if engine.dialect.name == "sqlite":
            # A table is changed by making it anew, during which nothing can refer to it. The
            # driver begins no transaction before DDL, and a second process has to wait here.
            connection.exec_driver_sql("PRAGMA foreign_keys = OFF")
            connection.exec_driver_sql("BEGIN IMMEDIATE")
        config.attributes["connection"] = connection
        command.upgrade(config, "head")
        connection.commit()
