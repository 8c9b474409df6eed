"""Spreadsheets over HTTP: template, preview, apply, marked copy."""

import io
import json

import openpyxl
import pytest
import xlsxwriter

from coop_service.domain.coordinates import Crs, from_wgs84

HEADINGS = ["订单号", "日期", "方向", "村", "货类", "重量(kg)", "体积(立方米)", "件数"]
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


def row(key, **changes):
    cells = dict(
        zip(HEADINGS, [key, "2026-10-15", "下行", "站A", "快递包裹", 12.5, 0.2, 3], strict=True)
    )
    return list((cells | changes).values())


def xlsx(*rows, name="订单"):
    target = io.BytesIO()
    with xlsxwriter.Workbook(target) as workbook:
        sheet = workbook.add_worksheet(name)
        for i, cells in enumerate(rows):
            sheet.write_row(i, 0, cells)
    return target.getvalue()


@pytest.fixture
def upload(call):
    def send(content, name="订单.xlsx", role="admin", **form):
        data = form if content is None else {**form, "file": (io.BytesIO(content), name)}
        return call("POST", "/sheets/imports", data=data, role=role)

    return send


def opened(response):
    assert response.status_code == 200
    assert response.content_type == XLSX
    assert "attachment" in response.headers["Content-Disposition"]
    return openpyxl.load_workbook(io.BytesIO(response.data))


def keys(call):
    return [order["key"] for order in call("GET", "/orders").json["items"]]


def test_the_template_has_the_townships_of_the_county(call):
    workbook = opened(call("GET", "/sheets/template", role="manager"))
    offered = [cell.value for column in workbook["选项"].columns for cell in column]
    assert {"站S1", "站S2"} <= set(offered)


def test_an_upload_is_previewed_and_stores_no_rows(call, upload):
    response = upload(xlsx(HEADINGS, row("A1"), row("A2", 货类="军火")))
    assert response.status_code == 201
    assert response.headers["Location"].endswith(response.json["id"])
    assert response.json["state"] == "previewed"
    assert response.json["counts"] == {
        "orders": {"create": 1, "change": 0, "same": 0, "refused": 1}
    }
    [fault] = response.json["faults"]
    assert (fault["sheet"], fault["cell"], fault["value"]) == ("订单", "E3", "军火")
    assert "快递包裹" in fault["right"]
    assert keys(call) == []
    found = call("GET", response.headers["Location"].removeprefix("/api/v1")).json
    assert found == response.json


def test_with_a_fault_applying_is_refused_with_all_of_them(call, upload, faults):
    links = upload(xlsx(HEADINGS, row("A1"), row("A2", 货类="军火"), row("A3", 件数=-1))).json[
        "links"
    ]
    response = call("POST", links["apply"].removeprefix("/api/v1"))
    assert response.status_code == 422
    assert response.json["code"] == "sheet_has_faults"
    assert faults(response) == {"订单!E3": "unknown_choice", "订单!H4": "out_of_range"}
    assert keys(call) == []


def test_good_rows_are_taken_and_bad_ones_handed_back_to_be_corrected(call, upload):
    content = xlsx(HEADINGS, row("A1"), row("A2", 货类="军火"), row("A3"))
    links = {
        name: link.removeprefix("/api/v1") for name, link in upload(content).json["links"].items()
    }
    applied = call("POST", links["apply"] + "?only_good=true").json
    assert applied["state"] == "applied"
    assert applied["counts"]["orders"] == {"create": 2, "change": 0, "same": 0, "refused": 1}
    assert keys(call) == ["A1", "A3"]

    marked = opened(call("GET", links["marked"]))
    sheet = marked["订单"]
    assert [cell.value for cell in sheet["A"]] == ["订单号", "A2"]
    assert "军火" in sheet["I2"].value
    sheet["E2"].value = "粮食"
    target = io.BytesIO()
    marked.save(target)
    again = upload(target.getvalue()).json
    assert again["fault_count"] == 0
    call("POST", again["links"]["apply"].removeprefix("/api/v1"))
    assert keys(call) == ["A1", "A2", "A3"]


def test_the_same_file_again_changes_nothing(call, upload):
    content = xlsx(HEADINGS, row("A1"), row(""))
    for expected in ("create", "same"):
        answer = upload(content).json
        assert answer["counts"]["orders"][expected] == 2
        applied = call("POST", answer["links"]["apply"].removeprefix("/api/v1"))
        assert applied.json["counts"] == answer["counts"]
    assert len(keys(call)) == 2


def test_an_import_that_was_applied_stays_as_it_is(call, upload):
    links = upload(xlsx(HEADINGS, row("A1"))).json["links"]
    first = call("POST", links["apply"].removeprefix("/api/v1")).json
    call("DELETE", "/orders/A1")
    assert call("POST", links["apply"].removeprefix("/api/v1")).json == first
    assert keys(call) == []


def test_applying_judges_by_the_county_as_it_is_then(call, upload, order):
    links = upload(xlsx(HEADINGS, row("A1"), row("A2"))).json["links"]
    call("PUT", "/orders/A1", order)
    applied = call("POST", links["apply"].removeprefix("/api/v1")).json
    assert applied["counts"]["orders"] == {"create": 1, "change": 0, "same": 1, "refused": 0}


def test_rows_and_faults_are_read_in_pages(call, upload, order):
    call("PUT", "/orders/A2", order)
    content = xlsx(
        HEADINGS, row("A1"), row("A2", 件数=9), row("A3", 村="?"), row("A4", 村="??", 件数="x")
    )
    links = {
        name: link.removeprefix("/api/v1") for name, link in upload(content).json["links"].items()
    }
    page = call("GET", links["rows"] + "?limit=1&offset=1").json
    assert page["total"] == 4
    [found] = page["items"]
    assert (found["row"], found["name"], found["does"]) == (3, "A2", "change")
    assert found["changes"] == [{"field": "pieces", "before": 3, "after": 9}]
    refused = call("GET", links["rows"] + "?does=refused").json["items"]
    assert [[fault["cell"] for fault in each["faults"]] for each in refused] == [
        ["D4"],
        ["D5", "H5"],
    ]
    faults = call("GET", links["faults"] + "?offset=1&limit=1").json
    assert (faults["total"], faults["items"][0]["cell"]) == (3, "D5")


def test_a_gbk_csv_with_a_mapping_a_day_and_a_crs_is_taken(call, upload):
    lon, lat = from_wgs84(122.65, 40.62, Crs.GCJ02)
    text = f"票号,走向,经度,纬度,货类,计费重,方,件数\nA1,上行,{lon},{lat},粮食,１２,0.2,3\n"
    mapping = {"key": "票号", "direction": "走向", "weight_kg": "计费重", "volume_m3": "方"}
    answer = upload(
        text.encode("gbk"),
        name="导出.csv",
        day="2026-10-15",
        crs="gcj02",
        map=json.dumps(mapping),
    ).json
    assert answer["faults"] == []
    call("POST", answer["links"]["apply"].removeprefix("/api/v1"))
    stored = call("GET", "/orders/A1").json
    assert (stored["site"], stored["date"], stored["weight_kg"]) == ("A", "2026-10-15", 12.0)


def test_bad_options_are_named_all_at_once(upload, faults):
    response = upload(None, kind="people", day="soon", crs="mars", near_m="-1", colour="red")
    assert response.status_code == 422
    assert faults(response) == {
        "/file": "missing_field",
        "/kind": "unknown_choice",
        "/day": "not_a_date",
        "/crs": "unknown_choice",
        "/near_m": "out_of_range",
        "/colour": "unknown_field",
    }
    content = xlsx(HEADINGS, row("A1"))
    assert faults(upload(content, map="{")) == {"/map": "broken_json"}
    assert faults(upload(content, map='{"a": 1}')) == {"/map": "not_a_mapping"}
    assert faults(upload(content, map='{"a": "b"}')) == {"/map/a": "bad_mapping"}


def test_what_is_no_spreadsheet_is_refused(upload, faults):
    assert faults(upload(b"\xff\xff\xff", name="a.xlsx")) == {"a.xlsx": "not_a_sheet"}


def multipart(content):
    """A body as browsers send it; the test client would leave a file open for a large one."""
    head = b'--x\r\nContent-Disposition: form-data; name="file"; filename="a.csv"\r\n\r\n'
    body = head + content + b"\r\n--x--\r\n"
    return {"data": body, "content_type": "multipart/form-data; boundary=x"}


def test_an_upload_may_be_larger_than_other_bodies_but_not_than_its_own_limit(call, settings):
    assert settings.max_records_body_mb < 2
    text = ",".join([*HEADINGS, "照片"]) + "\n"
    text += "".join(",".join(map(str, row(f"A{i}"))) + "," + "x" * 30_000 + "\n" for i in range(80))
    assert len(text) > 2 * 2**20
    assert call("POST", "/sheets/imports", **multipart(text.encode())).status_code == 201
    over = call("POST", "/sheets/imports", **multipart(b"x" * settings.max_sheet_mb * 2**20))
    assert over.status_code == 413
    assert over.content_type == "application/problem+json"


def test_roles_may_store_by_a_sheet_what_they_may_store_one_by_one(call, upload):
    orders = upload(xlsx(HEADINGS, row("A1")), role="dispatcher").json["links"]["apply"]
    sites = upload(
        xlsx(["站点编码", "站点名称", "人口"], ["A", "站A", 7], name="站点"), role="planner"
    ).json["links"]["apply"]
    orders, sites = orders.removeprefix("/api/v1"), sites.removeprefix("/api/v1")
    assert call("POST", orders, role="planner").status_code == 403
    assert call("POST", sites, role="dispatcher").status_code == 403
    assert call("POST", sites, role="planner").status_code == 200
    assert call("POST", orders, role="dispatcher").status_code == 200
    assert call("GET", "/sites/A").json["population"] == 7
    assert upload(xlsx(HEADINGS, row("A1")), role="manager").status_code == 403
    assert call("POST", orders, role="manager").status_code == 403


def test_a_county_does_not_see_the_imports_of_another(call, upload):
    links = upload(xlsx(HEADINGS, row("A1"))).json["links"]
    for name, link in links.items():
        method = "POST" if name == "apply" else "GET"
        response = call(method, link.removeprefix("/api/v1"), county="210002")
        assert response.status_code == 404, name
        assert response.json["code"] == "unknown_import"
    assert call("GET", "/sheets/imports", county="210002").json == {"items": [], "total": 0}


def test_imports_are_listed_newest_first(call, upload):
    ids = [upload(xlsx(HEADINGS, row(key))).json["id"] for key in ("A1", "A2", "A3")]
    page = call("GET", "/sheets/imports?limit=2").json
    assert page["total"] == 3
    assert [item["id"] for item in page["items"]] == ids[:0:-1]
    assert page["items"][0]["file_name"] == "订单.xlsx"
