"""Papers over HTTP."""

from dataclasses import replace
from io import BytesIO
from urllib.parse import unquote

import openpyxl
import pypdfium2
import pytest
import zxingcpp

from coop_service.files.papers import PaperFormat, fonts
from coop_service.services.plan_runs import run_plan_job
from coop_service.web.app import create_app

DAY = "2026-10-15"


@pytest.fixture
def plan(call, order, engine):
    """Address of a plan with one order down and one up, both by V1; V2 stays at home."""
    van = call("GET", "/vehicles/V1").json
    spare = {name: value for name, value in van.items() if name != "code"}
    assert call("PUT", "/vehicles/V2", spare).status_code == 201
    up = {"key": "2", "direction": "inbound", "goods_class": "grain", "identifier": "88.1.2/3"}
    orders = [order | {"key": "1"}, order | up]
    assert call("POST", "/orders/bulk?strict=true", {"orders": orders}).status_code == 200
    accepted = call("POST", "/plans", {"date": DAY, "iterations": 1}).json
    run_plan_job(engine, accepted["job"]["id"])
    links = call("GET", accepted["links"]["self"].removeprefix("/api/v1")).json["links"]
    return links["plan"].removeprefix("/api/v1")


@pytest.fixture
def vehicle(call, plan):
    [route] = call("GET", plan).json["document"]["routes"]
    return route["vehicle"]


def text_of(response):
    pages = pypdfium2.PdfDocument(response.data)
    return "".join(page.get_textpage().get_text_range() for page in pages)


def test_all_papers_come_as_one_pdf_by_default(call, plan):
    response = call("GET", plan + "/papers")
    assert response.status_code == 200
    assert response.content_type == "application/pdf"
    text = text_of(response)
    for kind in ("派车单", "装车单", "标签页"):
        assert kind in text
    assert "县210001" in text
    assert "草案" in text


def test_the_file_has_a_chinese_name_and_one_in_ascii(call, plan, vehicle):
    response = call("GET", f"{plan}/papers?kind=loading&vehicle={vehicle}")
    disposition = response.headers["Content-Disposition"]
    plain, _, encoded = disposition.partition("; filename*=UTF-8''")
    assert plain == 'inline; filename="papers.pdf"'
    assert unquote(encoded) == f"装车单_{DAY}_v1_{vehicle}.pdf"


def test_papers_come_as_a_workbook(call, plan, vehicle):
    response = call("GET", f"{plan}/papers?kind=dispatch&format=xlsx")
    assert response.content_type == PaperFormat.XLSX.media_type
    assert response.headers["Content-Disposition"].startswith("attachment; ")
    book = openpyxl.load_workbook(BytesIO(response.data))
    assert book.sheetnames == [f"派车单 {vehicle}"]


@pytest.mark.parametrize(
    ("query", "code"),
    [
        ("vehicle=V9", "unknown_vehicle"),
        ("vehicle=idle", "idle_vehicle"),
        ("kind=handover", "nothing_to_print"),
    ],
)
def test_what_there_is_no_paper_for_is_a_404(call, plan, vehicle, query, code):
    idle = "V2" if vehicle == "V1" else "V1"
    response = call("GET", f"{plan}/papers?{query.replace('idle', idle)}")
    assert response.content_type == "application/problem+json"
    assert (response.status_code, response.json["code"]) == (404, code)


def test_bad_parameters_are_all_told(call, plan, faults):
    response = call("GET", plan + "/papers?kind=map&format=doc&version=x&colour=1")
    assert response.status_code == 422
    assert faults(response).keys() == {"?kind", "?format", "?version", "?colour"}


def test_another_version_than_the_printed_one_is_refused(call, plan, faults):
    assert call("GET", plan + "/papers?version=1").status_code == 200
    response = call("GET", plan + "/papers?version=2")
    assert faults(response) == {"?version": "wrong_version"}


def test_another_county_does_not_find_the_papers(call, plan):
    response = call("GET", plan + "/papers", county="210002")
    assert (response.status_code, response.json["code"]) == (404, "unknown_plan")


def test_nobody_prints_without_a_key(app, plan):
    assert app.test_client().get(f"/api/v1{plan}/papers").status_code == 401


def test_a_missing_font_is_told_with_what_to_do(call, plan, monkeypatch, tmp_path):
    def missing(_folder):
        raise fonts.FontMissing(tmp_path / "NotoSansSC_400Regular.ttf")

    monkeypatch.setattr("coop_service.files.papers.pdf.load_fonts", missing)
    response = call("GET", plan + "/papers")
    assert (response.status_code, response.json["code"]) == (503, "font_missing")
    assert "scripts/setup" in response.json["detail"]


def test_codes_name_an_address_that_answers_where_one_is_configured(
    call, plan, vehicle, settings, engine, make_token
):
    app = create_app(replace(settings, base_url="https://coop.example.cn"))
    headers = {"Authorization": f"Bearer {make_token('dispatcher')}"}
    response = app.test_client().get(f"/api/v1{plan}/papers?kind=dispatch", headers=headers)
    picture = pypdfium2.PdfDocument(response.data)[0].render(scale=3).to_pil()
    [code] = zxingcpp.read_barcodes(picture)
    base, _, path = code.text.partition("/api/v1")
    assert base == "https://coop.example.cn"
    assert path == f"{plan}/papers?kind=dispatch&vehicle={vehicle}&version=1"
    assert call("GET", path).status_code == 200


def test_a_dispatch_sheet_of_a_released_plan_opens_the_drivers_page(
    call, plan, vehicle, settings, engine, make_token
):
    app = create_app(replace(settings, base_url="https://coop.example.cn"))

    def pages(role, query="kind=dispatch"):
        headers = {"Authorization": f"Bearer {make_token(role)}"}
        response = app.test_client().get(f"/api/v1{plan}/papers?{query}", headers=headers)
        picture = pypdfium2.PdfDocument(response.data)[0].render(scale=3).to_pil()
        read = [code.text for code in zxingcpp.read_barcodes(picture)]
        return [text for text in read if text.startswith("https://coop.example.cn/drive/")]

    assert pages("dispatcher") == []
    any_revision = {"HTTP_IF_MATCH": "*"}
    released = call("POST", plan + "/release", environ_overrides=any_revision)
    assert released.status_code == 200
    [address] = pages("dispatcher")
    route = app.test_client().get(address.removeprefix("https://coop.example.cn") + "/route")
    assert (route.json["vehicle"], plan) == (vehicle, f"/plans/{route.json['plan']}")
    # Only dispatchers give links out, and only for drivers.
    assert pages("manager") == []
    assert pages("dispatcher", "kind=loading") == []
    # Without an address from outside a phone could not open it.
    papers = call("GET", plan + "/papers?kind=dispatch").data
    picture = pypdfium2.PdfDocument(papers)[0].render(scale=3).to_pil()
    assert [code.text.partition(":")[0] for code in zxingcpp.read_barcodes(picture)] == ["coop"]
