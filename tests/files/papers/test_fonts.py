"""The font of the papers: told where it is missing, never replaced by boxes."""

import pytest

from coop_service.files.papers import fonts
from coop_service.files.papers.fonts import FontMissing, load_fonts, printable
from coop_service.files.papers.pdf import write_pdf
from tests.files.papers.reading import day_sheets


def test_a_missing_font_is_told_with_what_to_do(tmp_path):
    with pytest.raises(FontMissing, match="scripts/setup") as caught:
        write_pdf(day_sheets(), fonts=tmp_path)
    assert "NotoSansSC_400Regular.ttf" in str(caught.value)
    assert caught.value.code == "font_missing"


def test_a_file_that_is_no_font_is_refused(tmp_path):
    (tmp_path / "NotoSansSC_400Regular.ttf").write_bytes(b"\x00" * 4000)
    with pytest.raises(FontMissing):
        load_fonts(tmp_path)


def test_the_licence_lies_beside_the_font():
    assert "SIL OPEN FONT LICENSE" in (fonts.FOLDER / "LICENSE_FONT").read_text("utf-8").upper()


def test_a_sign_without_a_glyph_is_told_by_its_code_point():
    load_fonts()
    assert printable("高坎镇 ㎡ 😀村") == "高坎镇 ㎡ [U+1F600]村"
