"""The coverage report over HTTP: document, tables, definitions, page, and what is refused."""

import csv
import io
import json
import re

import pytest

from coop_service.documents.report import read_report
from tests.web.road_plan import DAY, link, plan  # noqa: F401

REPORT = "/reports/coverage?date=2026-10-15"


def value_of(report, code):
    [section] = report["sections"]
    [figure] = [one for one in section["figures"] if one["code"] == f"coverage.{code}"]
    return figure["value"]


def test_a_report_has_figures_definitions_and_rows(call):
    report = call("GET", REPORT, role="manager").json
    [section] = report["sections"]
    assert (report["county"], report["last_day"]) == ("210001", "2026-10-15")
    assert value_of(report, "villages") == 3
    # 12 km at 40 km/h are 18 min; A is one road from S1, B two, D one from S2
    assert value_of(report, "station_people_share") == pytest.approx(100 * 2 / 3)
    codes = {one["code"] for one in section["definitions"]}
    assert {one["code"] for one in section["figures"]} == codes
    [rows] = [table["rows"] for table in section["tables"] if table["name"] == "villages"]
    assert [row["village"] for row in rows] == ["A", "B", "D"]
    assert read_report(report).sections[0].table("villages").rows[0]["station_min"] == 18.0


def test_a_released_plan_gives_service_days(call, plan):  # noqa: F811
    etag = call("GET", f"/plans/{plan}").headers["ETag"]
    any_way = {"HTTP_IF_MATCH": etag}
    released = call("POST", f"/plans/{plan}/release", environ_overrides=any_way)
    assert released.status_code == 200
    report = call("GET", f"/reports/coverage?date={DAY}&weeks=1").json
    assert value_of(report, "plan_days") == 1
    # A and B of three villages on one of seven days
    assert value_of(report, "days_a_week") == pytest.approx(2 / 3)
    assert value_of(report, "next_day_share") == 100.0


def test_thresholds_are_parameters(call):
    report = call("GET", REPORT + "&station_min=36&bands_min=20,40&bands_km=3&worst=1").json
    assert value_of(report, "station_people_share") == 100.0
    [section] = report["sections"]
    [bands] = [table["rows"] for table in section["tables"] if table["name"] == "bands"]
    assert [row["band"] for row in bands][:5] == ["0–20", "20–40", ">40", "0–3", ">3"]


def test_every_bad_parameter_is_named(call, faults):
    answer = call(
        "GET",
        "/reports/coverage?date=October&point_min=-1&bands_min=5,5&bands_km=x&weeks=0"
        "&next_day_percent=101&catchment_min=nan&colour=red",
    )
    assert answer.status_code == 422
    assert set(faults(answer)) == {
        "?date",
        "?point_min",
        "?bands_min",
        "?bands_km",
        "?weeks",
        "?next_day_percent",
        "?catchment_min",
        "?colour",
    }


@pytest.mark.parametrize("ends", ["nan", "5,nan", "5,inf"])
def test_ends_of_bands_that_are_no_finite_numbers_are_told_by_their_parameter(call, faults, ends):
    told = faults(call("GET", f"{REPORT}&bands_km={ends}"))
    assert told == {"?bands_km": "bad_threshold"}


def test_a_date_beyond_what_the_service_knows_is_refused(call, faults):
    assert faults(call("GET", "/reports/coverage?date=2019-01-01")) == {"?date": "out_of_range"}


def test_the_network_that_is_meant_can_be_named(call):
    digest = call("GET", REPORT).json["network_digest"]
    assert call("GET", f"{REPORT}&network={digest}").status_code == 200
    site = call("GET", "/sites/A").json
    assert call("PUT", "/sites/A", site | {"population": 501}).status_code == 200
    refused = call("GET", f"{REPORT}&network={digest}")
    assert (refused.status_code, refused.json["code"]) == (409, "network_differs")
    assert digest in refused.json["detail"]


@pytest.mark.parametrize("name", ["townships", "villages", "bands_by_township", "worst"])
def test_a_table_is_downloaded_as_it_stands_in_the_report(call, name):
    [section] = call("GET", REPORT).json["sections"]
    [rows] = [table["rows"] for table in section["tables"] if table["name"] == name]
    answer = call("GET", f"/reports/coverage/tables/{name}.csv?date=2026-10-15")
    assert answer.content_type == "text/csv; charset=utf-8"
    assert f"coverage_{name}.csv" in answer.headers["Content-Disposition"]
    read = list(csv.DictReader(io.StringIO(answer.data.decode("utf-8-sig"))))
    assert read == [
        {key: "" if cell is None else str(cell) for key, cell in row.items()} for row in rows
    ]


def test_the_figures_are_a_table_with_their_definitions(call):
    answer = call("GET", "/reports/coverage/tables/figures.csv?date=2026-10-15")
    rows = list(csv.DictReader(io.StringIO(answer.data.decode("utf-8-sig"))))
    assert rows[0]["code"] == "coverage.villages_with_point_share"
    assert all(row["formula_zh"] and row["formula_en"] and row["table"] for row in rows)


def test_an_unknown_table_is_told_which_there_are(call):
    answer = call("GET", "/reports/coverage/tables/people.csv?date=2026-10-15")
    assert (answer.status_code, answer.json["code"]) == (404, "unknown_table")
    assert "figures, townships" in answer.json["detail"]


def test_definitions_say_what_rests_on_synthetic_data_of_the_county(call):
    [section] = call("GET", "/reports/definitions", role="planner").json["sections"]
    assert section["title"] == {"zh": "覆盖", "en": "Coverage"}
    flags = {one["code"]: one["synthetic"] for one in section["definitions"]}
    assert flags["coverage.station_people_share"] is True
    assert flags["coverage.villages_with_point"] is False


def test_the_page_of_definitions_holds_all_of_them_and_nothing_inline(app, call):
    page = app.test_client().get("/reports/definitions")
    assert page.status_code == 200
    assert '<html lang="zh-CN">' in page.text
    assert not re.search(r"<style|<script|\sstyle=|\son\w+=", page.text)
    assert "'unsafe" not in page.headers["Content-Security-Policy"]
    [section] = call("GET", "/reports/definitions").json["sections"]
    for one in section["definitions"]:
        assert f'id="{one["code"]}"' in page.text
    assert "20 分钟" in page.text
    [style] = re.findall(r'href="([^"]+\.css)"', page.text)
    assert app.test_client().get(style, buffered=True).status_code == 200


def test_numbers_of_the_document_are_finite_json(call):
    text = call("GET", REPORT).text
    json.loads(text, parse_constant=pytest.fail)
