"""Finding headings: by their many names, with their units, by a mapping."""

import pytest

from coop_service.domain.sheets.cells import key_of
from coop_service.domain.sheets.columns import SheetKind
from coop_service.domain.sheets.headings import (
    COLUMNS,
    WRONG_HEADING,
    find_layout,
    find_mapping_faults,
)

NEEDED = ["日期", "方向", "村", "货类", "重量(kg)", "体积(m³)", "件数"]


def fields(layout):
    return {placed.heading: placed.column.field for placed in layout.placed}


def factors(*headings, mapping=None):
    """Of headings that stand beside that of the number."""
    layout = find_layout("订单", [["订单号", *headings]], mapping)
    return {placed.heading: placed.factor for placed in layout.placed[1:]}


def test_the_row_of_headings_is_found_below_a_title():
    rows = [["供销社十一月订单"], [], ["订单号", *NEEDED], ["1", "2026-11-25"]]
    layout = find_layout("Sheet1", rows)
    assert layout.kind is SheetKind.ORDERS
    assert layout.header_row == 3
    assert layout.place("site_name").index == 3
    assert layout.width == 8


@pytest.mark.parametrize(
    ("headings", "kind"),
    [
        (["站点编码", "站点名称", "层级", "乡镇", "经度", "纬度"], SheetKind.SITES),
        (["车牌号", "车型", "驻地", "载重(kg)", "容积(m3)"], SheetKind.VEHICLES),
        (["Order No.", "Date", "Direction", "Village", "Goods", "Weight (kg)"], SheetKind.ORDERS),
    ],
)
def test_headings_say_what_a_sheet_holds(headings, kind):
    assert find_layout("Sheet1", [headings]).kind is kind


def test_headings_that_say_nothing_are_no_layout():
    assert find_layout("Sheet1", [["姓名", "电话", "地址"]]) is None
    assert find_layout("订单", [["姓名", "电话", "地址"]]) is None
    assert find_layout("Sheet1", [["编码", "备注"]]) is None


def test_the_kind_that_is_asked_for_holds_unless_the_name_says_another():
    headings = [["站点编码", "备注"]]
    assert find_layout("Sheet1", headings, kind=SheetKind.ORDERS).kind is SheetKind.ORDERS
    assert find_layout("Sheet1", headings) is None
    assert find_layout("车辆", [["车牌号", "温区"]], kind=SheetKind.ORDERS) is None


def test_headings_have_many_names():
    headings = ["单号", "配送日期", "所属乡镇", "村名", "货物类别", " 件 数 ", "＊备注", "送货员"]
    assert list(fields(find_layout("订单", [headings])).values()) == [
        "key",
        "date",
        "township",
        "site_name",
        "goods_class",
        "pieces",
        "note",
    ]
    assert find_layout("订单", [headings]).ignored == ("送货员",)


def test_each_heading_of_the_template_is_known():
    for kind, columns in COLUMNS.items():
        layout = find_layout("x", [[column.heading for column in columns]], kind=kind)
        assert [p.column.field for p in layout.placed] == [column.field for column in columns]
        assert all(placed.factor is not None for placed in layout.placed)
        english = find_layout("x", [[column.en for column in columns]], kind=kind)
        assert [p.column.field for p in english.placed] == [column.field for column in columns]
        ours = find_layout("x", [[column.field for column in columns]], kind=kind)
        assert [p.column.field for p in ours.placed] == [column.field for column in columns]


def test_no_heading_is_a_name_of_two_columns():
    for columns in COLUMNS.values():
        names = [
            name
            for column in columns
            for name in {key_of(n) for n in (column.zh, column.en, column.field, *column.synonyms)}
        ]
        assert sorted(names) == sorted(set(names))


def test_the_unit_of_a_heading_is_read():
    assert factors("重量(吨)") == {"重量(吨)": 1000.0}
    assert factors("重量（斤）") == {"重量（斤）": 0.5}
    assert factors("毛重/公斤", "方量（立方）") == {"毛重/公斤": 1.0, "方量（立方）": 1.0}
    assert factors("weight_kg") == {"weight_kg": 1.0}
    assert factors("装卸时间[分钟]") == {"装卸时间[分钟]": 60.0}
    assert factors("件数(箱)") == {"件数(箱)": 1.0}


def test_a_weight_without_a_unit_is_not_guessed():
    assert factors("重量") == {"重量": None}
    assert factors("重量(必填)") == {"重量(必填)": None}


def test_a_mapping_comes_before_what_is_known_and_names_the_unit():
    headings = ["重量(kg)", "结算重量", "体积(升)", "件数"]
    layout = find_layout(
        "订单", [headings], {"weight_kg": "结算重量", "orders.volume_m3": "体积(升)"}
    )
    assert fields(layout) == {
        "结算重量": "weight_kg",
        "体积(升)": "volume_m3",
        "件数": "pieces",
    }
    assert [placed.factor for placed in layout.placed] == [1.0, 0.001, 1.0]
    assert layout.ignored == ("重量(kg)",)


def test_a_mapping_that_names_what_is_not_there_is_told():
    mapping = {"weight_kg": "没有的列", "colour": "颜色", "pieces": "件数"}
    layout = find_layout("订单", [["件数", "重量(kg)", "日期"]], mapping)
    assert find_mapping_faults(mapping, [layout]).keys() == {"weight_kg", "colour"}
    both_kinds = {"orders.pieces": "件数", "sites.pieces": "件数"}
    layout = find_layout("订单", [["件数", "日期"]], both_kinds)
    assert find_mapping_faults(both_kinds, [layout]).keys() == {"sites.pieces"}


def test_two_headings_for_one_field_are_a_fault_of_the_second():
    layout = find_layout("订单", [["重量(kg)", "件数", "毛重(吨)"]])
    [fault] = layout.faults
    assert (fault.cell, fault.code, fault.field) == ("C1", "repeated_column", "weight_kg")


def test_the_column_that_a_marked_copy_adds_is_known_and_not_told():
    assert find_layout("订单", [["件数", "备注", WRONG_HEADING]]).ignored == ()


def test_cells_are_named_as_spreadsheets_name_them():
    headings = ["日期"] + [""] * 26 + ["重量(kg)", "总重(kg)"]
    [fault] = find_layout("订单", [headings]).faults
    assert fault.cell == "AC1"
    assert fault.as_fault().pointer == "订单!AC1"
