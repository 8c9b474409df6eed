"""Pages of printed papers: A4, a running head with page x of y of the sheet, the plan below."""

from __future__ import annotations

import threading
from collections.abc import Sequence
from dataclasses import dataclass
from io import BytesIO
from typing import Any, Final

from reportlab.lib.pagesizes import A4, landscape
from reportlab.lib.units import mm
from reportlab.pdfgen.canvas import Canvas
from reportlab.platypus import (
    BaseDocTemplate,
    Flowable,
    Frame,
    NextPageTemplate,
    PageBreak,
    PageTemplate,
)

from coop_service.domain.papers.context import PaperKind, SheetHead
from coop_service.files.papers import words
from coop_service.files.papers.fonts import BOLD, REGULAR, printable
from coop_service.files.papers.parts import GREY, THIN

MARGIN_MM: Final = 10.0
_BAND_MM: Final = 7.0

WIDTH_MM: Final = {False: 190.0, True: 277.0}
"""Room between the margins, upright and on its side."""

_RENDERING: Final = threading.Lock()
# A font's file position is shared by all documents that embed it.


@dataclass(frozen=True, slots=True)
class SheetStory:
    """A sheet ready to be set."""

    head: SheetHead
    is_landscape: bool
    story: Sequence[Flowable]


def set_pages(sheets: Sequence[SheetStory], title: str) -> bytes:
    """The PDF document; each sheet begins on a page of its own and counts its own pages.

    The same sheets give the same bytes.
    """
    buffer = BytesIO()
    document = BaseDocTemplate(
        buffer,
        title=title,
        author="coop",
        creator="coop",
        lang="zh-CN",
        invariant=1,
        allowSplitting=1,
        leftMargin=0,
        rightMargin=0,
        topMargin=0,
        bottomMargin=0,
    )
    document.addPageTemplates([_template(number, sheet) for number, sheet in enumerate(sheets)])
    story: list[Flowable] = []
    for number, sheet in enumerate(sheets):
        if number:
            story += [NextPageTemplate(str(number)), PageBreak()]
        story += sheet.story
    with _RENDERING:
        document.build(story, canvasmaker=_NumberedCanvas)
    return buffer.getvalue()


def _template(number: int, sheet: SheetStory) -> PageTemplate:
    width, height = landscape(A4) if sheet.is_landscape else A4
    frame = Frame(
        MARGIN_MM * mm,
        (MARGIN_MM + _BAND_MM) * mm,
        width - 2 * MARGIN_MM * mm,
        height - 2 * (MARGIN_MM + _BAND_MM) * mm,
        leftPadding=0,
        rightPadding=0,
        topPadding=0,
        bottomPadding=0,
    )

    def begin(canvas: _NumberedCanvas, _document: BaseDocTemplate) -> None:
        canvas.sheet = (number, sheet.head)

    return PageTemplate(str(number), [frame], onPage=begin, pagesize=(width, height))


class _NumberedCanvas(Canvas):
    """Keeps its pages back until it is known how many each sheet has."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.sheet: tuple[int, SheetHead] | None = None
        self._pages: list[dict[str, Any]] = []

    def showPage(self) -> None:  # noqa: N802 - the name is given
        """Keep the page back."""
        self._pages.append(dict(self.__dict__))
        self._startPage()

    def save(self) -> None:
        """Write all pages, each with its number among those of its sheet."""
        totals: dict[int, int] = {}
        for page in self._pages:
            sheet, _ = page["sheet"]
            totals[sheet] = totals.get(sheet, 0) + 1
        done: dict[int, int] = {}
        for page in self._pages:
            self.__dict__.update(page)
            sheet, head = page["sheet"]
            done[sheet] = done.get(sheet, 0) + 1
            self._draw_bands(head, done[sheet], totals[sheet])
            super().showPage()
        super().save()

    def _draw_bands(self, head: SheetHead, page: int, pages: int) -> None:
        width, height = self._pagesize
        left, right = MARGIN_MM * mm, width - MARGIN_MM * mm
        top, bottom = height - (MARGIN_MM + 3.5) * mm, (MARGIN_MM + 1.5) * mm
        self.setFillColor(GREY)
        self.setStrokeColor(GREY)
        self.setLineWidth(THIN)
        self.line(left, top - 1.8 * mm, right, top - 1.8 * mm)
        self.line(left, bottom + 3.2 * mm, right, bottom + 3.2 * mm)
        self.setFont(BOLD, 8)
        self.drawString(left, top, printable(f"{words.title(head)} · {words.day(head.date)}"))
        self.drawRightString(right, top, f"第 {page} 页 / 共 {pages} 页 · page {page} of {pages}")
        self.setFont(REGULAR, 6.5)
        version = f"方案 plan {head.plan} · 第 {head.version} 版 version {head.version}"
        self.drawString(left, bottom, printable(f"{head.number} · {version}"))
        printed = f"打印 printed {head.printed_at:%Y-%m-%d %H:%M}"
        has_distances = head.kind is PaperKind.DISPATCH
        notes = [words.SYNTHETIC_ROADS] if has_distances and head.synthetic_roads else []
        self.drawRightString(right, bottom, printable(" · ".join([*notes, printed])))
