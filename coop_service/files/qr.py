"""QR codes as SVG, to be shown or printed by whoever asks."""

from __future__ import annotations

from io import BytesIO

import segno


def qr_svg(text: str) -> str:
    """The code of a text as an SVG element, black on white with its quiet zone.

    Raises:
        ValueError: the text is longer than a code can hold.
    """
    written = BytesIO()
    code = segno.make_qr(text, error="m")
    code.save(written, kind="svg", scale=4, border=4, light="#fff", xmldecl=False, nl=False)
    return written.getvalue().decode("utf-8")
