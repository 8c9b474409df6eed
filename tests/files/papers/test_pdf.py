"""Papers as PDF: what is read from the pages is what was to be printed."""

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from io import BytesIO

import pypdf
import pypdfium2
import pytest

from coop_service.domain.papers import PaperKind, make_papers
from coop_service.files.papers.pages import MARGIN_MM
from coop_service.files.papers.pdf import write_pdf
from coop_service.files.papers.words import DRIVER_PAGE as DRIVER_PAGE_NAME
from coop_service.files.papers.words import SYNTHETIC_ROADS
from tests.domain.papers.paper_day import (
    CONTEXT,
    DRIVER_PAGE,
    IDENTIFIER,
    long_day,
    paper_plan,
    paper_problem,
)
from tests.domain.verify.relay_day import relay_plan, relay_problem
from tests.files.papers.reading import codes, day_pdf, day_sheets, known_glyphs, page_texts


def relay_pdf(kind, **changes):
    problem = relay_problem()
    return write_pdf(make_papers(problem, relay_plan(problem), CONTEXT, kind, **changes))


def test_the_dispatch_sheet_names_van_driver_stops_and_goods():
    [text] = page_texts(day_pdf(PaperKind.DISPATCH))
    for printed in (
        "派车单",
        "大石桥市",
        "2026-10-15周四",
        "PC-20261015-V1-3",
        "草案,未下达",
        "辽H·演示01",
        "李师傅",
        "13900000000",
        "高坎镇—石佛镇—金桥街道",
        "100kg/2m³",
        "4站·80.0km",
        "第1趟",
        "第2趟",
        "08:10–08:12",
        "窗07:00–18:00",
        "农药",
        "日用百货(冷冻)",
        "午餐休息lunch·08:24–08:54·30分钟",
        "70.0kg0.60m³70%",
        "全天合计day5单orders14112.01.302单orders340.00.50",
        "第1趟装车顺序(末站先装,靠车头)loadingorder,laststopfirst:3→2→1",
        "签收",
        "拒收/差异",
        "装车人",
        "回场验收",
        "打印printed2026-10-1418:30",
        "第1页/共1页",
    ):
        assert printed in text, printed


def test_the_loading_list_runs_from_the_last_stop_and_warns_of_mixes():
    [text] = page_texts(day_pdf(PaperKind.LOADING))
    first_trip = text[text.index("第1趟") : text.index("第2趟")]
    assert first_trip.index("冷冻≤-18°C") < first_trip.index("后房村")
    assert first_trip.index("夏家屯村") < first_trip.index("前房村")
    assert "!禁忌:农药(第1站)不得与食品(粮食、生鲜果蔬)(第2、3站)同时在车" in first_trip
    assert "07:50起装车,08:00出发" in first_trip
    assert "途中另装2单、3件、40.0kg、0.50m³" in first_trip


def test_the_handover_sheet_tells_who_hands_over_what_and_when():
    [text] = page_texts(relay_pdf(PaperKind.HANDOVER))[:1]
    for printed in (
        "交接单",
        "10:00–11:00到站",
        "下行干线→支线T1第1趟B1第1趟",
        "10:3010:4510:45",
        "上行支线→干线B1第2趟T1第2趟",
        "11:5912:0612:08",
        "交出签字",
        "接收签字",
        "中转站负责人",
    ):
        assert printed in text, printed


def test_labels_carry_identifier_goods_and_village():
    [text] = page_texts(day_pdf(PaperKind.LABELS))
    for printed in (IDENTIFIER, "粮食·常温", "2件·25.0kg·0.30m³", "后房村(高坎镇)", "未赋标识"):
        assert printed in text, printed


def test_codes_are_read_from_the_printed_page():
    papers = day_pdf()
    assert codes(papers, 0) == ["coop:plan=p1;vehicle=V1;v=3"]
    assert codes(papers, 1) == ["coop:plan=p1;vehicle=V1;v=3"]
    assert codes(papers, 2) == sorted([IDENTIFIER, "coop:order=i2"])


def test_a_code_with_an_address_is_read_as_well():
    problem = paper_problem()
    address = "https://coop.example.cn/api/v1/plans/1ee98c25-03b1-4563-908a-e477cf6d9e4b/papers"
    context = replace(CONTEXT, address=address)
    [sheet] = make_papers(problem, paper_plan(problem), context, PaperKind.DISPATCH)
    assert codes(write_pdf([sheet]), 0) == [f"{address}?kind=dispatch&vehicle=V1&version=3"]


def test_a_dispatch_sheet_has_a_second_code_for_the_drivers_phone():
    problem = paper_problem()
    context = replace(CONTEXT, driver_pages={"V1": DRIVER_PAGE})
    papers = write_pdf(make_papers(problem, paper_plan(problem), context))
    assert codes(papers, 0) == sorted(["coop:plan=p1;vehicle=V1;v=3", DRIVER_PAGE])
    assert codes(papers, 1) == ["coop:plan=p1;vehicle=V1;v=3"]
    named = [DRIVER_PAGE_NAME.replace(" ", "") in text for text in page_texts(papers)]
    assert named == [True, False, False]
    assert not any(DRIVER_PAGE_NAME.replace(" ", "") in text for text in page_texts(day_pdf()))


def test_handed_over_lots_keep_their_codes():
    papers = relay_pdf(PaperKind.HANDOVER)
    found = [
        code
        for page in range(len(pypdf.PdfReader(BytesIO(papers)).pages))
        for code in codes(papers, page)
    ]
    assert sorted(found) == ["coop:order=i1", "coop:order=i2", "coop:plan=p1;hub=west;v=3"]


def test_distances_on_a_synthetic_network_are_labelled_where_they_are_printed():
    problem = paper_problem()
    context = replace(CONTEXT, synthetic_roads=True)
    sheets = make_papers(problem, paper_plan(problem), context)
    note = SYNTHETIC_ROADS.replace(" ", "")
    texts = page_texts(write_pdf(sheets))
    assert [note in text for text in texts] == [True, False, False]
    assert not any(note in text for text in page_texts(day_pdf()))


def test_every_font_is_embedded_as_a_subset():
    fonts = [
        font.get_object()
        for page in pypdf.PdfReader(BytesIO(day_pdf())).pages
        for font in page["/Resources"]["/Font"].values()
    ]
    used = [font for font in fonts if "NotoSansSC" in font["/BaseFont"]]
    assert used
    for font in used:
        assert "/FontFile2" in font["/FontDescriptor"]
        assert font["/BaseFont"].lstrip("/")[6] == "+"


def test_every_sign_on_the_pages_has_a_glyph():
    signs = {sign for text in page_texts(day_pdf()) + page_texts(relay_pdf(None)) for sign in text}
    assert len(signs) > 150
    for glyphs in known_glyphs():
        assert {sign for sign in signs if ord(sign) not in glyphs} == set()


def test_forty_stops_with_long_names_are_all_there_once():
    problem, plan, names = long_day()
    [sheet] = make_papers(problem, plan, CONTEXT, PaperKind.DISPATCH)
    pages = page_texts(write_pdf([sheet]))
    assert len(pages) > 2
    whole = "".join(pages)
    assert {name: whole.count(name) for name in names} == dict.fromkeys(names, 1)
    for number, text in enumerate(pages, start=1):
        assert "卸货unload" in text
        assert f"第{number}页/共{len(pages)}页" in text
        assert "派车单·" in text
        assert "打印printed" in text


def test_a_loading_list_of_forty_stops_is_whole_as_well():
    problem, plan, names = long_day()
    [sheet] = make_papers(problem, plan, CONTEXT, PaperKind.LOADING)
    whole = "".join(page_texts(write_pdf([sheet])))
    assert {name: whole.count(name) for name in names} == dict.fromkeys(names, 1)
    places = [whole.index(name) for name in names]
    assert places == sorted(places, reverse=True)


@pytest.mark.parametrize("stops", range(9, 24))
def test_signatures_never_stand_alone_on_a_page(stops):
    problem, plan, _ = long_day(stops)
    [sheet] = make_papers(problem, plan, CONTEXT, PaperKind.DISPATCH)
    *_, last = page_texts(write_pdf([sheet]))
    assert "装车人" in last
    assert "合计total" in last


def test_each_sheet_counts_its_own_pages():
    texts = page_texts(day_pdf())
    assert len(texts) == 3
    assert all("第1页/共1页" in text for text in texts)


def test_pages_are_a4_and_nothing_lies_outside_the_margins():
    sizes = []
    for page in pypdfium2.PdfDocument(day_pdf()):
        width, height = page.get_size()
        sizes.append((round(width), round(height)))
        picture = page.render(scale=1, grayscale=True).to_pil().point(lambda v: 255 * (v < 200))
        left, top, right, bottom = picture.getbbox()
        margin = MARGIN_MM * 72 / 25.4 - 3  # a rule is drawn on the edge itself
        assert min(left, top, width - right, height - bottom) >= margin
    assert sizes == [(842, 595), (595, 842), (595, 842)]


def test_only_shades_of_grey_are_used():
    for page in pypdfium2.PdfDocument(day_pdf()):
        picture = page.render(scale=1).to_pil().convert("RGB")
        assert all(max(colour) - min(colour) <= 3 for _, colour in picture.getcolors(10**6))


def test_the_same_papers_are_the_same_bytes():
    assert write_pdf(day_sheets()) == write_pdf(day_sheets())


def test_papers_may_be_set_by_several_threads_at_once():
    expected = write_pdf(day_sheets())
    with ThreadPoolExecutor(4) as pool:
        made = list(pool.map(lambda _: write_pdf(day_sheets()), range(8)))
    assert made == [expected] * 8


def test_markup_in_a_name_is_printed_as_it_is():
    problem = paper_problem()
    stop = replace(problem.stops[0], custom={"name": "<b>前</b>&房村"})
    problem = replace(problem, stops=(stop, *problem.stops[1:]))
    sheets = make_papers(problem, paper_plan(problem), CONTEXT, PaperKind.DISPATCH)
    assert "<b>前</b>&房村" in page_texts(write_pdf(sheets))[0]


def test_a_van_that_carries_nothing_out_has_a_loading_list_that_says_so():
    pdf = relay_pdf(PaperKind.LOADING, vehicle="T1")
    assert "本趟出发时不装货" in "".join(page_texts(pdf))
