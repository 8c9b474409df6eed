"""Reading and writing the spreadsheets that were uploaded; nothing here commits."""

from __future__ import annotations

import datetime as dt
from typing import Any

from sqlmodel import Session, col, delete, func, select

from coop_service.store.tables import SheetImportRow

_LISTED: Any = (
    SheetImportRow.id,
    SheetImportRow.file_name,
    SheetImportRow.digest,
    SheetImportRow.state,
    SheetImportRow.options,
    SheetImportRow.summary,
    SheetImportRow.created_at,
    SheetImportRow.created_by,
    SheetImportRow.applied_at,
)


def find_import(session: Session, county: str, import_id: str) -> SheetImportRow | None:
    """The upload of an id, if the county has it."""
    row = session.get(SheetImportRow, import_id)
    return row if row is not None and row.county == county else None


def list_imports(
    session: Session, county: str, offset: int = 0, limit: int = 100
) -> tuple[list[dict[str, Any]], int]:
    """A page of the county's uploads without what is in them, newest first, and their number."""
    mine = col(SheetImportRow.county) == county
    total = session.exec(select(func.count()).select_from(SheetImportRow).where(mine)).one()
    newest = select(*_LISTED).where(mine)
    newest = newest.order_by(col(SheetImportRow.created_at).desc(), col(SheetImportRow.id))
    page = session.exec(newest.offset(offset).limit(limit))
    return [dict(row._mapping) for row in page], total


def delete_old_imports(session: Session, county: str, before: dt.datetime) -> None:
    """Delete the county's uploads that were made before a moment."""
    session.exec(
        delete(SheetImportRow).where(
            col(SheetImportRow.county) == county, col(SheetImportRow.created_at) < before
        )
    )
