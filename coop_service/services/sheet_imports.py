"""Taking in spreadsheets: a preview, the good rows or all or nothing, the bad ones marked."""

from __future__ import annotations

import datetime as dt
import hashlib
import uuid
from collections.abc import Iterable, Mapping, Sequence
from typing import Any, Final, TypeVar

from sqlmodel import Session

from coop_service.domain.coordinates import Crs
from coop_service.domain.records import DayOrder, Road, Site, Tier, Van
from coop_service.domain.sheets.columns import SheetKind
from coop_service.domain.sheets.faults import SheetFault
from coop_service.domain.sheets.preview import Preview, RowAction, SheetOptions
from coop_service.errors import CoopError, Fault, InvalidInput, both
from coop_service.files.marked_sheet import RefusedRows, write_marked
from coop_service.files.sheet_template import write_template
from coop_service.files.sheets import open_sheets
from coop_service.services.sheet_judging import Judged, judge_file
from coop_service.services.sheet_reports import Report, write_report
from coop_service.settings import Settings
from coop_service.store.queries import load_sites, lock_county, put_records
from coop_service.store.sheet_imports import delete_old_imports, find_import
from coop_service.store.tables import SheetImportRow, SheetState, utc_now

Record = TypeVar("Record", Site, Road, Van, DayOrder)

KEPT_FOR: Final = dt.timedelta(days=30)
"""How long an upload is kept; older ones go when the next one comes."""

WRITTEN_TOGETHER: Final = 1_000

FAULTS_TOLD: Final = 5_000
"""Faults in the error that refuses a file; an answer of a hundred megabytes would help nobody."""

FILE_NAME_LENGTH: Final = 200


class UnknownImport(LookupError, CoopError):
    """No upload of that id in the county."""

    code = "unknown_import"

    def __init__(self, import_id: str) -> None:
        super().__init__(both(f"没有导入 {import_id}", f"there is no import {import_id}"))


class SheetHasFaults(InvalidInput):
    """Some rows are bad, and only the good ones were not asked for: nothing was stored.

    ``preview`` is what taking the good rows would have done.
    """

    code = "sheet_has_faults"

    def __init__(self, faults: Iterable[Fault], preview: Preview | None = None) -> None:
        super().__init__(faults)
        self.preview = preview


def make_template(session: Session, county: str) -> bytes:
    """The workbook to fill in (.xlsx), with the county's townships to choose from."""
    sites = load_sites(session, county).values()
    return write_template([site.name for site in sites if site.tier is Tier.STATION])


def preview_sheet(
    session: Session,
    county: str,
    file: str,
    content: bytes,
    options: SheetOptions,
    settings: Settings,
) -> Preview:
    """What taking a file would do; nothing is stored.

    Raises:
        InvalidInput: the file cannot be read at all, or the options do not fit it.
    """
    return judge_file(session, county, file, content, options, settings).preview


def take_sheet(
    session: Session,
    county: str,
    file: str,
    content: bytes,
    options: SheetOptions,
    settings: Settings,
    *,
    only_good: bool = False,
) -> Preview:
    """Store the rows of a file, and commit; what that has done, row by row.

    A site is recognised by its code, a vehicle by code or plate, an order by its number, and
    without one by all that its row says (see
    :func:`~coop_service.domain.sheets.order_rows.content_key`): the same file again changes
    nothing.

    Args:
        session: of the store.
        county: code of the county.
        file: name of the file.
        content: what is in it.
        options: how it is to be read.
        settings: for the dates that an order may have.
        only_good: store the good rows where others are bad; otherwise any fault refuses all.

    Raises:
        InvalidInput: the file cannot be read at all, or the options do not fit it.
        SheetHasFaults: not ``only_good``, and some rows are bad; every fault,
            or the first :data:`FAULTS_TOLD` of them.
    """
    lock_county(session, county)
    judged = judge_file(session, county, file, content, options, settings)
    _write(session, county, judged, only_good)
    session.commit()
    return judged.preview


def store_import(
    session: Session,
    county: str,
    file: str,
    content: bytes,
    options: SheetOptions,
    settings: Settings,
    created_by: str,
) -> SheetImportRow:
    """Keep an upload with its preview, and commit; its rows are not taken yet.

    Uploads older than :data:`KEPT_FOR` are deleted.

    Raises:
        InvalidInput: the file cannot be read at all, or the options do not fit it.
    """
    preview = preview_sheet(session, county, file, content, options, settings)
    delete_old_imports(session, county, utc_now() - KEPT_FOR)
    row = SheetImportRow(
        id=str(uuid.uuid4()),
        county=county,
        file_name="".join(sign for sign in file if sign.isprintable())[-FILE_NAME_LENGTH:],
        digest=hashlib.sha256(content).hexdigest(),
        options=_write_options(options),
        summary=write_summary(preview),
        content=content,
        report=write_report(preview),
        created_by=created_by,
    )
    session.add(row)
    session.commit()
    return row


def apply_import(
    session: Session, county: str, import_id: str, settings: Settings, *, only_good: bool = False
) -> SheetImportRow:
    """Store the rows of an upload, judged by the county as it is now, and commit.

    One that was applied already stays as it is.

    Raises:
        UnknownImport: the county has none of that id.
        SheetHasFaults: not ``only_good``, and some rows are bad; every fault,
            or the first :data:`FAULTS_TOLD` of them.
    """
    lock_county(session, county)
    row = get_import(session, county, import_id)
    # The session may know it from before somebody else applied it.
    session.refresh(row)
    if row.state is SheetState.APPLIED:
        session.rollback()
        return get_import(session, county, import_id)
    judged = judge_file(
        session, county, row.file_name, row.content, _read_options(row.options), settings
    )
    _write(session, county, judged, only_good)
    row.state = SheetState.APPLIED
    row.applied_at = utc_now()
    row.summary = write_summary(judged.preview)
    row.report = write_report(judged.preview)
    session.add(row)
    session.commit()
    return row


def get_import(session: Session, county: str, import_id: str) -> SheetImportRow:
    """An upload.

    Raises:
        UnknownImport: the county has none of that id.
    """
    row = find_import(session, county, import_id)
    if row is None:
        raise UnknownImport(import_id)
    return row


def read_report(row: SheetImportRow) -> Report:
    """Rows and faults of an upload, as of its preview, or of when it was applied."""
    return Report(row.report)


def mark_import(row: SheetImportRow) -> bytes:
    """The refused rows of an upload as a workbook (.xlsx), each bad cell marked.

    Without any the workbook has the headings alone.
    """
    refused: dict[str, dict[int, list[SheetFault]]] = {}
    for sheet, number, faults in read_report(row).refused():
        refused.setdefault(sheet, {})[number] = faults
    return _mark(row.file_name, row.content, row.summary["sheets"], refused)


def mark_preview(file: str, content: bytes, preview: Preview) -> bytes:
    """The refused rows of a file as a workbook (.xlsx), each bad cell marked."""
    refused: dict[str, dict[int, list[SheetFault]]] = {}
    for row in preview.rows:
        if row.does is RowAction.REFUSED:
            refused.setdefault(row.sheet, {})[row.row] = list(row.faults)
    return _mark(file, content, write_summary(preview)["sheets"], refused)


def write_summary(preview: Preview) -> dict[str, Any]:
    """Sheets, counts and number of faults of a preview, as JSON values."""
    return {
        "sheets": [
            {
                "name": sheet.name,
                "kind": sheet.kind,
                "header_row": sheet.header_row,
                "columns": [{"field": f, "heading": h} for f, h in sheet.columns],
                "ignored": list(sheet.ignored),
                "examples": sheet.examples,
            }
            for sheet in preview.sheets
        ],
        "counts": preview.counts(),
        "faults": len(preview.faults),
    }


def _mark(
    file: str,
    content: bytes,
    sheets: Sequence[Mapping[str, Any]],
    refused: Mapping[str, Mapping[int, Sequence[SheetFault]]],
) -> bytes:
    wanted = {
        sheet["name"]: RefusedRows(
            SheetKind(sheet["kind"]), sheet["header_row"], refused.get(sheet["name"], {})
        )
        for sheet in sheets
        if sheet["kind"] is not None and (sheet["name"] in refused or not refused)
    }
    return write_marked(open_sheets(file, content), wanted)


def _write(session: Session, county: str, judged: Judged, only_good: bool) -> None:
    faults = judged.preview.faults
    if faults and not only_good:
        told = [fault.as_fault() for fault in faults[:FAULTS_TOLD]]
        if len(faults) > FAULTS_TOLD:
            more = len(faults) - FAULTS_TOLD
            zh = f"另有 {more} 处错误,见预览或标出错误的副本"
            en = f"{more} more faults; the preview and the marked copy have all of them"
            told.append(Fault("", "more_faults", both(zh, en)))
        raise SheetHasFaults(told, judged.preview)
    _put(session, county, judged.sites)
    _put(session, county, judged.roads)
    _put(session, county, judged.vans)
    _put(session, county, judged.orders)


def _put(session: Session, county: str, records: Sequence[Record]) -> None:
    """Write records some at a time: rows that are written already need not stay in memory."""
    for start in range(0, len(records), WRITTEN_TOGETHER):
        put_records(session, county, records[start : start + WRITTEN_TOGETHER])


def _write_options(options: SheetOptions) -> dict[str, Any]:
    return {
        "kind": options.kind,
        "day": None if options.day is None else options.day.isoformat(),
        "crs": options.crs,
        "near_m": options.near_m,
        "map": dict(options.mapping or {}),
    }


def _read_options(document: Mapping[str, Any]) -> SheetOptions:
    kind, day, crs = document["kind"], document["day"], document["crs"]
    return SheetOptions(
        None if kind is None else SheetKind(kind),
        None if day is None else dt.date.fromisoformat(day),
        None if crs is None else Crs(crs),
        document["near_m"],
        document["map"],
    )
