"""A report is written and read back the same, and what is wrong with a document is named."""

import datetime as dt
import json

import pytest

from coop_service.documents.report import read_report, write_report
from coop_service.domain.reports import (
    Better,
    Column,
    Definition,
    Figure,
    Report,
    Section,
    Table,
    Total,
)
from coop_service.errors import InvalidInput

REPORT = Report(
    county="210882",
    county_name="大石桥市",
    first_day=dt.date(2026, 10, 1),
    last_day=dt.date(2026, 10, 31),
    network_version=None,
    network_digest="0123456789ab",
    sections=(
        Section(
            code="coverage",
            title=("覆盖", "Coverage"),
            definitions=(
                Definition(
                    code="coverage.share",
                    title=("覆盖率", "covered"),
                    unit="%",
                    formula=("有点村 ÷ 全部村", "villages with a point / villages"),
                    digits=1,
                    better=Better.HIGHER,
                    synthetic=True,
                ),
            ),
            figures=(
                Figure("coverage.share", 100 / 3, before=30.0, target=50.0, table="townships"),
                Figure("coverage.none", None),
            ),
            tables=(
                Table(
                    name="townships",
                    title=("分乡镇", "by township"),
                    columns=(
                        Column("name", ("乡镇", "township")),
                        Column("open", ("开站", "open")),
                        Column("villages", ("村", "villages"), "", 0, Total.SUM),
                        Column("covered", ("有点村", "with a point"), "", 0, Total.SUM),
                        Column(
                            "share",
                            ("覆盖率", "share"),
                            "%",
                            1,
                            Total.RATIO,
                            ("covered", "villages"),
                            100.0,
                        ),
                    ),
                    rows=(
                        {"name": "甲", "open": True, "villages": 3, "covered": 1, "share": 100 / 3},
                        {"name": "乙", "open": False, "villages": 0, "covered": 0, "share": None},
                    ),
                ),
            ),
            notes=(("人口为合成", "populations are synthetic"),),
        ),
    ),
    closed=True,
    made_at=dt.datetime(2026, 11, 1, 2, 30, tzinfo=dt.UTC),
    notes=(("© GeoNames", "© GeoNames"),),
)


def test_a_report_is_read_back_as_it_was_written():
    text = json.dumps(write_report(REPORT), ensure_ascii=False)
    assert read_report(json.loads(text)) == REPORT


def test_texts_have_both_languages_and_numbers_are_not_rounded():
    document = write_report(REPORT)
    [section] = document["sections"]
    assert section["title"] == {"zh": "覆盖", "en": "Coverage"}
    assert section["figures"][0]["value"] == 100 / 3
    assert section["tables"][0]["columns"][4]["total"] == "ratio"
    assert section["tables"][0]["columns"][4]["ratio"] == ["covered", "villages"]
    assert section["tables"][0]["rows"][1]["share"] is None


def test_every_fault_of_a_document_is_named():
    document = write_report(REPORT)
    document["first_day"] = "October"
    document["shut"] = True
    [section] = document["sections"]
    section["title"] = "覆盖"
    section["definitions"][0]["better"] = "more"
    rows = section["tables"][0]["rows"]
    rows[0]["villages"] = [3]
    rows[1]["share"] = float("inf")
    with pytest.raises(InvalidInput) as caught:
        read_report(document)
    assert {fault.pointer for fault in caught.value.faults} == {
        "/first_day",
        "/shut",
        "/sections/0/title",
        "/sections/0/definitions/0/better",
        "/sections/0/tables/0/rows/0/villages",
        "/sections/0/tables/0/rows/1/share",
    }


def test_a_row_that_does_not_fit_its_columns_is_named():
    document = write_report(REPORT)
    row = document["sections"][0]["tables"][0]["rows"][1]
    row["people"] = row.pop("villages")
    with pytest.raises(InvalidInput) as caught:
        read_report(document)
    [fault] = caught.value.faults
    assert (fault.pointer, fault.code) == ("/sections/0/tables/0/rows/1", "other_columns")
