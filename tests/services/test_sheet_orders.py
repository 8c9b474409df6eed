"""Sheets of orders, taken into the default county in a real database."""

import csv
import datetime as dt
import io

import pytest
import xlsxwriter
from sqlmodel import Session

from coop_service.domain.coordinates import Crs, from_wgs84
from coop_service.domain.problem import Direction
from coop_service.domain.records import DayOrder
from coop_service.domain.sheets.preview import SheetOptions
from coop_service.errors import InvalidInput
from coop_service.services.sheet_imports import SheetHasFaults, preview_sheet, take_sheet
from coop_service.settings import Settings
from coop_service.store.queries import find_record, list_orders, load_sites
from tests.services.sheet_files import ORDER_HEADINGS as HEADINGS
from tests.services.sheet_files import order_row, orders, xlsx

COUNTY = "210882"
QIKOU = "210882105200"
SETTINGS = Settings()


@pytest.fixture
def session(store):
    with Session(store) as session:
        yield session


@pytest.fixture
def take(session):
    """Take a file: ``take(content, only_good=True, day=…)``."""

    def run(content, file="a.xlsx", only_good=False, **options):
        return take_sheet(
            session, COUNTY, file, content, SheetOptions(**options), SETTINGS, only_good=only_good
        )

    return run


@pytest.fixture
def preview(session):
    def run(content, file="a.xlsx", **options):
        return preview_sheet(session, COUNTY, file, content, SheetOptions(**options), SETTINGS)

    return run


def counts(preview):
    return {name: n for name, n in preview.counts()["orders"].items() if n}


def cells(preview):
    return {fault.cell: fault.code for fault in preview.faults}


def find(session, key):
    return find_record(session, COUNTY, DayOrder, key)


def stored(session):
    return {order.key for order in list_orders(session, COUNTY)[0]} - {"o1", "o2", "o3"}


def test_an_order_is_stored_as_its_row_says(session, take):
    take(orders(order_row("A1", 货类="种子", 件数="３")))
    assert find(session, "A1") == DayOrder(
        key="A1",
        date=dt.date(2026, 11, 25),
        direction=Direction.OUTBOUND,
        site=QIKOU,
        depot=COUNTY,
        weight_kg=40.0,
        volume_m3=0.2,
        pieces=3,
        goods_class="seed",
        windows_s=((30_600, 41_400),),
    )


def test_three_bad_rows_are_named_by_their_cells_and_say_what_would_be_right(preview):
    found = preview(
        orders(
            order_row("A1"),
            order_row("A2", 货类="军火"),
            order_row("A3", 日期="11月25日"),
            order_row("A4"),
            order_row("A5", **{"重量(kg)": "约40"}),
        )
    )
    assert cells(found) == {"F3": "unknown_choice", "B4": "not_a_date", "G6": "not_a_number"}
    assert [fault.heading for fault in found.faults] == ["货类", "日期", "重量(kg)"]
    assert [fault.value for fault in found.faults] == ["军火", "11月25日", "约40"]
    assert "化肥" in found.faults[0].right
    assert "2026-11-25" in found.faults[1].right
    assert found.faults[0].as_fault().pointer == "订单!F3"
    assert counts(found) == {"create": 2, "refused": 3}


def test_every_fault_of_a_row_is_told_at_once(preview):
    bad = order_row(
        "a/b", 日期="2019-01-01", 方向="上下", 村="没有的村", 货类="", 件数=1.5, 时间窗="12:00-9:00"
    )
    bad[6] = -1
    assert cells(preview(orders(bad))) == {
        "A2": "bad_key",
        "B2": "out_of_range",
        "C2": "unknown_choice",
        "E2": "unknown_site",
        "F2": "missing_value",
        "G2": "out_of_range",
        "I2": "not_whole",
        "J2": "window_reversed",
    }


def test_with_a_fault_nothing_is_stored_unless_only_the_good_rows_are_asked_for(session, take):
    content = orders(order_row("A1"), order_row("A2", 件数="几件"))
    with pytest.raises(SheetHasFaults) as caught:
        take(content)
    assert [fault.pointer for fault in caught.value.faults] == ["订单!I3"]
    session.rollback()
    assert stored(session) == set()
    assert counts(take(content, only_good=True)) == {"create": 1, "refused": 1}
    assert stored(session) == {"A1"}


def test_the_same_file_again_changes_nothing(session, take):
    content = orders(order_row("A1"), order_row(""), order_row("", 件数=2), order_row("A2"))
    assert counts(take(content)) == {"create": 4}
    before = stored(session)
    assert counts(take(content)) == {"same": 4}
    assert counts(take(content, file="另一名称.xlsx")) == {"same": 4}
    assert stored(session) == before


def test_a_preview_stores_nothing_and_is_the_same_each_time(session, preview):
    content = orders(order_row("A1"), order_row(""), order_row("A2", 村="?"))
    assert preview(content) == preview(content)
    assert stored(session) == set()


def test_an_order_without_a_number_is_recognised_in_another_layout(take):
    take(orders(order_row("")))
    headings = ["村", "重量(吨)", "日期", "上下行", "货物", "方量(升)", "件数", "时段", "乡镇"]
    row = [
        "旗口村委会",
        0.04,
        dt.date(2026, 11, 25).isoformat(),
        "工业品下乡",
        "farm_input_fertiliser",
    ]
    row += ["200", "1件", "8点半至11点半", "旗口"]
    assert counts(take(xlsx(表=[headings, row]))) == {"same": 1}


def test_two_equal_rows_without_a_number_cannot_be_told_apart(preview):
    found = preview(orders(order_row(""), order_row("A1"), order_row("")))
    assert cells(found) == {"A4": "duplicate_row"}
    assert "第 2 行" in found.faults[0].wrong


def test_a_number_twice_in_one_file_is_a_fault_of_the_second(preview):
    found = preview(orders(order_row("A1"), order_row("A1", 件数=2)))
    assert cells(found) == {"A3": "duplicate_row"}


def test_a_change_says_from_what_to_what(session, take):
    take(orders(order_row("A1")))
    [row] = take(orders(order_row("A1", 件数=5, 日期="2026-11-26"))).rows
    assert {c.field: (c.before, c.after) for c in row.changes} == {
        "date": ("2026-11-25", "2026-11-26"),
        "pieces": (1, 5),
    }
    assert find(session, "A1").pieces == 5


def test_an_empty_cell_leaves_what_is_stored_and_nothing_is_said_by_a_word(session, take):
    take(orders(order_row("A1")))
    headings = ["订单号", "时间窗", "件数"]
    assert counts(take(orders(["A1", "", ""], headings=headings))) == {"same": 1}
    assert find(session, "A1").windows_s == ((30_600, 41_400),)
    take(orders(["A1", "无", 4], headings=headings))
    assert find(session, "A1").windows_s == ()
    assert find(session, "A1").pieces == 4


def test_a_word_for_nothing_clears_notes_and_leaves_needed_things(session, take):
    headings = [*HEADINGS, "备注", "发货点"]
    take(orders([*order_row("A1"), "轻放", "旗口镇"], headings=headings))
    assert find(session, "A1").depot == "210882105"
    take(orders([*order_row("A1"), "无", "-"], headings=headings))
    assert find(session, "A1").custom is None
    assert find(session, "A1").depot == "210882105"
    take(orders([*order_row("A2"), "无", "无"], headings=headings))
    assert find(session, "A2").depot == COUNTY


def test_a_missing_column_is_told_once_and_refuses_the_new_rows_alone(take):
    take(orders(order_row("A1")))
    headings = HEADINGS[:7] + HEADINGS[8:]
    rows = [row[:7] + row[8:] for row in (order_row("A1"), order_row("A2"), order_row("A3"))]
    found = take(orders(*rows, headings=headings), only_good=True)
    assert cells(found) == {"J1": "missing_column"}
    assert found.faults[0].field == "volume_m3"
    assert counts(found) == {"same": 1, "refused": 2}


def test_a_weight_without_a_unit_is_told_once_at_its_heading(preview):
    headings = [heading.replace("(kg)", "") for heading in HEADINGS]
    content = orders(order_row("A1"), order_row("A2"), headings=headings)
    assert cells(preview(content)) == {"G1": "missing_unit"}
    assert counts(preview(content, mapping={"weight_kg": "重量"})) == {"create": 2}


def test_columns_are_mapped_by_the_headings_that_others_use(session, take):
    headings = [
        "票号",
        "送达日",
        "走向",
        "镇",
        "收件村",
        "品名",
        "计费重",
        "体积(立方米)",
        "件数",
        "时段",
    ]
    mapping = {
        "key": "票号",
        "date": "送达日",
        "direction": "走向",
        "site_name": "收件村",
        "goods_class": "品名",
        "weight_kg": "计费重",
    }
    with pytest.raises(InvalidInput) as caught:
        take(orders(order_row("A1"), headings=headings), mapping=mapping | {"note": "附注"})
    assert [fault.pointer for fault in caught.value.faults] == ["/map/note"]
    session.rollback()
    assert counts(take(orders(order_row("A1"), headings=headings), mapping=mapping)) == {
        "create": 1
    }
    assert find(session, "A1").weight_kg == 40.0


def test_a_gbk_csv_is_taken_as_the_same_orders(session, take):
    take(orders(order_row("A1"), order_row("")))
    text = io.StringIO()
    csv.writer(text).writerows([HEADINGS, order_row("A1"), order_row(""), order_row("A2")])
    found = take(text.getvalue().encode("gbk"), file="导出.csv")
    assert counts(found) == {"create": 1, "same": 2}
    assert {row.sheet for row in found.rows} == {"导出"}


def test_a_comma_too_many_in_a_csv_is_a_fault(preview):
    text = ",".join(HEADINGS) + "\nA1,2026-11-25,下行,旗口镇,旗口村,化肥,40,0.2,1,,,多余\n"
    assert cells(preview(text.encode(), file="a.csv")) == {"J2": "too_many_cells"}


def test_ambiguous_villages_are_listed_and_not_guessed(session, preview):
    sites = load_sites(session, COUNTY)
    names = [site.name for site in sites.values()]
    twice = next(name for name in names if names.count(name) > 1)
    codes = [site.code for site in sites.values() if site.name == twice]
    found = preview(orders(order_row("A1", 乡镇="", 村=twice)))
    assert cells(found) == {"E2": "ambiguous_site"}
    assert all(code in found.faults[0].wrong for code in codes)
    township = sites[sites[codes[1]].parent].name
    assert counts(preview(orders(order_row("A1", 乡镇=township, 村=twice)))) == {"create": 1}


@pytest.mark.parametrize("crs", list(Crs))
def test_a_site_is_found_by_its_position_and_the_distance_is_told(session, take, crs):
    site = next(s for s in load_sites(session, COUNTY).values() if s.name == "前砬山村")
    lon, lat = from_wgs84(site.lon, site.lat + 0.001, crs)
    headings = ["订单号", "经度", "纬度", *HEADINGS[1:3], *HEADINGS[5:]]
    row = order_row("A1")
    content = orders(["A1", lon, lat, *row[1:3], *row[5:]], headings=headings)
    [taken] = take(content, crs=crs).rows
    assert find(session, "A1").site == site.code
    assert "111 米" in taken.notes[0]
    assert site.code in taken.notes[0]


def test_a_position_without_a_crs_or_far_from_any_site_is_a_fault(preview):
    headings = ["订单号", "经度", "纬度", "坐标系", *HEADINGS[1:3], *HEADINGS[5:]]
    rest = [*order_row("A1")[1:3], *order_row("A1")[5:]]
    rows = [
        ["A1", 122.6, 40.6, "", *rest],
        ["A2", 121.0, 40.6, "高德", *rest],
        ["A3", 122.6, "", "高德", *rest],
        ["A4", 40.6, 122.6, "高德", *rest],
        ["A5", "", "", "", *rest],
    ]
    assert cells(preview(orders(*rows, headings=headings))) == {
        "B2": "missing_crs",
        "B3": "no_site_near",
        "C4": "missing_value",
        "B5": "swapped_coordinates",
        "B6": "missing_value",
    }


def test_a_name_that_is_not_that_of_the_code_is_a_fault(preview):
    headings = ["站点编码", *HEADINGS]
    right = [QIKOU, *order_row("A1", 村="旗口")]
    wrong = [QIKOU, *order_row("A2", 村="石佛村")]
    assert cells(preview(orders(right, wrong, headings=headings))) == {"F3": "differs_from_code"}


def test_the_day_of_the_import_is_that_of_rows_without_a_date(session, take):
    content = orders(order_row("A1", 日期=""), order_row("A2"))
    with pytest.raises(SheetHasFaults) as caught:
        take(content)
    assert [fault.pointer for fault in caught.value.faults] == ["订单!B2"]
    session.rollback()
    take(content, day=dt.date(2026, 12, 1))
    assert find(session, "A1").date == dt.date(2026, 12, 1)
    assert find(session, "A2").date == dt.date(2026, 11, 25)


def test_a_transfer_names_where_it_goes(session, take):
    headings = [*HEADINGS, "调往站点", "备注"]
    take(orders([*order_row("A1", 方向="调拨"), "金桥街道/前砬山村", "轻放"], headings=headings))
    order = find(session, "A1")
    assert order.direction is Direction.TRANSFER
    assert order.to_site == "210882003200"
    assert order.custom == {"note": "轻放"}
    bad = take(orders([*order_row("A2", 方向="调拨"), "", ""], headings=headings), only_good=True)
    assert cells(bad) == {"K2": "missing_to_site"}


def test_a_township_may_be_merged_over_rows_but_not_a_weight(session, take):
    target = io.BytesIO()
    with xlsxwriter.Workbook(target) as workbook:
        sheet = workbook.add_worksheet("订单")
        sheet.write_row(0, 0, HEADINGS)
        for i in (1, 2, 3):
            sheet.write_row(i, 0, order_row(f"A{i}"))
        sheet.merge_range(1, 3, 3, 3, "旗口镇")
        sheet.merge_range(2, 6, 3, 6, 40)
    found = take(target.getvalue(), only_good=True)
    assert cells(found) == {"G4": "merged_cell"}
    assert counts(found) == {"create": 2, "refused": 1}
    assert find(session, "A2").site == QIKOU


def test_a_formula_that_failed_is_a_fault_of_its_cell(preview):
    target = io.BytesIO()
    with xlsxwriter.Workbook(target) as workbook:
        sheet = workbook.add_worksheet("订单")
        sheet.write_row(0, 0, HEADINGS)
        sheet.write_row(1, 0, order_row("A1"))
        sheet.write_formula(1, 6, "=1/0", None, "#DIV/0!")
        sheet.write_formula(1, 8, "=1+1", None, 2)
    found = preview(target.getvalue())
    assert cells(found) == {"G2": "formula_error"}


def test_a_file_without_known_headings_says_what_was_read(preview):
    with pytest.raises(InvalidInput) as caught:
        preview(xlsx(名单=[["姓名", "电话"], ["甲", "1"]]))
    [fault] = caught.value.faults
    assert fault.code == "no_known_headings"
    assert "名单: 姓名, 电话" in fault.message


def test_sheets_and_columns_that_are_left_out_are_named(preview):
    content = xlsx(
        名单=[["姓名"]],
        订单=[[*HEADINGS, "司机"], ["示例-1"], [], [*order_row("A1"), "王"]],
    )
    [skipped, taken] = preview(content).sheets
    assert (skipped.name, skipped.kind) == ("名单", None)
    assert (taken.ignored, taken.examples, taken.header_row) == (("司机",), 1, 1)
