"""Alembic's entry: runs on the connection it is handed, else on the database of the settings."""

from typing import Any, Literal

from alembic import context
from sqlalchemy import Connection
from sqlalchemy.types import TypeDecorator

from coop_service.settings import read_settings
from coop_service.store.engine import make_engine
from coop_service.store.tables import Row


def plain_type(kind: str, item: Any, _context: object) -> str | Literal[False]:
    """The type below our own: a migration must not change when the program does."""
    if kind == "type" and isinstance(item, TypeDecorator):
        return f"sa.{item.impl_instance!r}"
    return False


def run(connection: Connection) -> None:
    # SQLite changes a table by making it anew, which Alembic calls a batch.
    context.configure(
        connection=connection,
        target_metadata=Row.metadata,
        render_as_batch=True,
        render_item=plain_type,
    )
    with context.begin_transaction():
        context.run_migrations()


handed = context.config.attributes.get("connection")
if handed is not None:
    run(handed)
else:
    with make_engine(read_settings().database_url).begin() as own:
        run(own)
