"""Reading printed papers back: their text, their QR codes."""

import re
from functools import cache

import pypdfium2
import zxingcpp
from reportlab.pdfbase import pdfmetrics

from coop_service.domain.papers import make_papers
from coop_service.files.papers.fonts import BOLD, REGULAR
from coop_service.files.papers.pdf import write_pdf
from tests.domain.papers.paper_day import CONTEXT, paper_plan, paper_problem


def day_sheets(kind=None, vehicle=None, **changes):
    problem = paper_problem()
    return make_papers(problem, paper_plan(problem), CONTEXT, kind, vehicle)


@cache
def day_pdf(kind=None):
    return write_pdf(day_sheets(kind))


def page_texts(pdf):
    """Text of each page without blanks and line ends: Chinese wraps anywhere."""
    pages = pypdfium2.PdfDocument(pdf)
    return [re.sub(r"\s", "", page.get_textpage().get_text_range()) for page in pages]


def codes(pdf, page, scale=3):
    """Texts of the QR codes of a page, as a camera would read them."""
    picture = pypdfium2.PdfDocument(pdf)[page].render(scale=scale, grayscale=True).to_pil()
    return sorted(code.text for code in zxingcpp.read_barcodes(picture))


def known_glyphs():
    return [set(pdfmetrics.getFont(name).face.charToGlyph) for name in (REGULAR, BOLD)]
