"""The font of printed papers: Noto Sans SC, embedded in each document.

It is fetched at set-up. Where it is missing nothing is printed: any other font would leave boxes in
place of Chinese.
"""

from __future__ import annotations

import threading
from pathlib import Path
from typing import Final

from reportlab.pdfbase import pdfmetrics
from reportlab.pdfbase.ttfonts import TTFError, TTFont

from coop_service.errors import CoopError, both

FOLDER: Final = Path(__file__).parents[1] / "fonts"
"""Where set-up puts the font."""

REGULAR: Final = "NotoSansSC"
BOLD: Final = "NotoSansSC-Bold"

_FILES: Final = {REGULAR: "NotoSansSC_400Regular.ttf", BOLD: "NotoSansSC_700Bold.ttf"}

_glyphs: dict[Path, frozenset[int]] = {}
_reading = threading.Lock()


class FontMissing(FileNotFoundError, CoopError):
    """The font of the papers is not installed, or cannot be read."""

    code = "font_missing"

    def __init__(self, path: Path) -> None:
        super().__init__(
            both(
                f"缺少打印单据所需的中文字体 {path.name}:请先运行 scripts/setup"
                "(或 scripts/fetch_assets)",
                f"the Chinese font {path.name} that papers are printed in is missing: run "
                "scripts/setup (or scripts/fetch_assets) first",
            )
        )


def load_fonts(folder: Path = FOLDER) -> None:
    """Register both weights; a second call costs nothing.

    Raises:
        FontMissing: one of them is not there, or is no font.
    """
    with _reading:
        if folder in _glyphs:
            return
        glyphs: list[frozenset[int]] = []
        for name in _FILES:
            path = font_file(name, folder)
            try:
                font = TTFont(name, str(path))
            except TTFError as error:
                raise FontMissing(path) from error
            pdfmetrics.registerFont(font)
            glyphs.append(frozenset(font.face.charToGlyph))
        _glyphs[folder] = frozenset.intersection(*glyphs)


def font_file(name: str = REGULAR, folder: Path = FOLDER) -> Path:
    """The file of a weight, for those who read fonts themselves.

    Raises:
        FontMissing: it is not there.
    """
    path = folder / _FILES[name]
    if not path.is_file():
        raise FontMissing(path)
    return path


def printable(text: str, folder: Path = FOLDER) -> str:
    """The text with what the font has no glyph for written as its code point, ``[U+20BB7]``.

    So a rare character in a name is told instead of printed as a box.
    """
    known = _glyphs[folder]
    return "".join(
        sign if ord(sign) in known or sign in "\n\t" else f"[U+{ord(sign):04X}]" for sign in text
    )
