"""Papers as one PDF document, legible in black and white on A4."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from coop_service.domain.papers import (
    DispatchSheet,
    HandoverSheet,
    LoadingList,
    Sheet,
)
from coop_service.files.papers.fonts import FOLDER, load_fonts
from coop_service.files.papers.pages import SheetStory, set_pages
from coop_service.files.papers.pdf_dispatch import dispatch_story
from coop_service.files.papers.pdf_handover import handover_story
from coop_service.files.papers.pdf_labels import labels_story
from coop_service.files.papers.pdf_loading import loading_story


def write_pdf(sheets: Sequence[Sheet], fonts: Path = FOLDER) -> bytes:
    """The sheets one after the other; the same sheets give the same bytes.

    Args:
        sheets: at least one.
        fonts: folder of the font files.

    Raises:
        FontMissing: they are not there.
    """
    load_fonts(fonts)
    first = sheets[0].head
    title = f"{first.county} {first.date.isoformat()} 单据"
    return set_pages([_story(sheet) for sheet in sheets], title)


def _story(sheet: Sheet) -> SheetStory:
    if isinstance(sheet, DispatchSheet):
        return dispatch_story(sheet)
    if isinstance(sheet, LoadingList):
        return loading_story(sheet)
    if isinstance(sheet, HandoverSheet):
        return handover_story(sheet)
    return labels_story(sheet)
