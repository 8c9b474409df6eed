"""Papers (单据) for printing: the values of :mod:`coop_service.domain.papers` as PDF and xlsx."""

from __future__ import annotations

from collections.abc import Sequence
from enum import StrEnum

from coop_service.domain.papers import PaperKind, Sheet
from coop_service.files.papers.fonts import FontMissing
from coop_service.files.papers.pdf import write_pdf
from coop_service.files.papers.xlsx import write_xlsx

__all__ = ["FontMissing", "PaperFormat", "file_name", "write_papers", "write_pdf", "write_xlsx"]


class PaperFormat(StrEnum):
    """A file format of papers; the value is also the end of a file's name."""

    PDF = "pdf"
    XLSX = "xlsx"

    @property
    def media_type(self) -> str:
        """Its name in HTTP."""
        return {
            "pdf": "application/pdf",
            "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
        }[self.value]


def write_papers(sheets: Sequence[Sheet], file_format: PaperFormat) -> bytes:
    """The sheets in a format.

    Raises:
        FontMissing: PDF is asked for, and its font is not installed.
    """
    return write_pdf(sheets) if file_format is PaperFormat.PDF else write_xlsx(sheets)


def file_name(
    sheets: Sequence[Sheet], kind: PaperKind | None, vehicle: str | None, file_format: PaperFormat
) -> str:
    """A name for the file, in Chinese: what, of which day and version, whose."""
    head = sheets[0].head
    what = "单据" if kind is None else kind.zh
    whose = [] if vehicle is None else [vehicle]
    parts = (what, head.date.isoformat(), f"v{head.version}", *whose)
    name = "_".join("".join("-" if sign in '/\\:*?"<>|' else sign for sign in p) for p in parts)
    return f"{name}.{file_format}"
