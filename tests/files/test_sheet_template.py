"""The template, opened by another library: headings, drop-downs, comments, examples."""

import io

import openpyxl
import pytest

from coop_service.domain.goods import GOODS_CLASSES
from coop_service.domain.sheets.columns import SheetKind
from coop_service.domain.sheets.headings import COLUMNS, find_layout
from coop_service.domain.sheets.rows import read_rows
from coop_service.files.sheet_template import write_template
from coop_service.files.sheets import open_sheets

TOWNSHIPS = ["高坎镇", "黄土岭镇"]


@pytest.fixture(scope="module")
def workbook():
    return openpyxl.load_workbook(io.BytesIO(write_template(TOWNSHIPS)))


def choices(workbook, sheet, field):
    """What the drop-down below a heading offers."""
    kind = next(kind for kind in SheetKind if kind.zh == sheet)
    index = [column.field for column in COLUMNS[kind]].index(field)
    cell = workbook[sheet].cell(2, index + 1).coordinate
    [rule] = [
        rule
        for rule in workbook[sheet].data_validations.dataValidation
        if rule.type == "list" and cell in rule.sqref
    ]
    name, _, area = rule.formula1.lstrip("=").partition("!")
    cells = workbook[name.strip("'")][area.replace("$", "")]
    return [row[0].value for row in cells]


def test_it_has_a_sheet_of_each_kind_and_one_of_explanations(workbook):
    visible = [sheet.title for sheet in workbook if sheet.sheet_state == "visible"]
    assert visible == ["填写说明", "订单", "站点", "车辆"]


def test_headings_are_chinese_with_the_unit_and_english_below(workbook):
    headings = [cell.value for cell in workbook["订单"][1]]
    assert "重量(kg)\nWeight" in headings
    assert all(heading.isascii() is False and "\n" in heading for heading in headings)


def test_headings_and_choices_survive_being_saved_as_a_gbk_csv():
    for columns in COLUMNS.values():
        for column in columns:
            for text in (column.heading, *column.choices):
                assert text.encode("gbk").decode("gbk") == text


def test_each_heading_has_a_comment_that_says_what_is_right(workbook):
    for kind in SheetKind:
        for cell, column in zip(workbook[kind.zh][1], COLUMNS[kind], strict=True):
            assert column.right in cell.comment.text, cell.value


@pytest.mark.parametrize(
    ("sheet", "field", "offered"),
    [
        ("订单", "goods_class", [goods.zh for goods in GOODS_CLASSES.values()]),
        ("订单", "direction", ["下行", "上行", "调拨"]),
        ("订单", "temperature", ["常温", "冷藏", "冷冻"]),
        ("订单", "township", TOWNSHIPS),
        ("订单", "crs", ["wgs84", "gcj02", "bd09"]),
        ("站点", "tier", ["县中心", "乡镇站", "村级点", "县外口"]),
        ("站点", "parent", TOWNSHIPS),
        ("车辆", "kind", ["城乡配送车", "村镇配送车"]),
        ("车辆", "size", ["微型车", "面包车", "货车"]),
        ("车辆", "active", ["是", "否"]),
    ],
)
def test_a_drop_down_offers_what_a_cell_takes(workbook, sheet, field, offered):
    assert choices(workbook, sheet, field) == offered
    kind = next(kind for kind in SheetKind if kind.zh == sheet)
    [column] = [column for column in COLUMNS[kind] if column.field == field]
    for name in offered:
        column.read_cell(name, 1.0)


def test_without_townships_there_is_no_drop_down_of_them():
    plain = openpyxl.load_workbook(io.BytesIO(write_template()))
    with pytest.raises(ValueError, match="not enough values"):
        choices(plain, "订单", "township")


def test_its_rows_are_examples_only_and_all_of_them_are_left_out():
    for sheet in open_sheets("template.xlsx", write_template(TOWNSHIPS)):
        rows = list(sheet.read())
        layout = find_layout(sheet.name, [row for _, row in rows])
        if sheet.name == "填写说明":
            assert layout is None
            for kind in SheetKind:
                assert find_layout(sheet.name, [row for _, row in rows], kind=kind) is None
        else:
            assert layout.kind.zh == sheet.name
            assert list(read_rows(layout, rows)) == [None, None]


def test_an_example_would_be_read_without_a_fault_if_it_were_none():
    for sheet in open_sheets("template.xlsx", write_template(TOWNSHIPS)):
        rows = list(sheet.read())
        layout = find_layout(sheet.name, [row for _, row in rows])
        if layout is not None:
            real = [(n, ["x" if c == row[0] and n > 1 else c for c in row]) for n, row in rows]
            found = list(read_rows(layout, real))
            assert len(found) == 2
            assert all(row.faults == [] for row in found)


def test_the_same_townships_give_the_same_file():
    assert write_template(TOWNSHIPS) == write_template(TOWNSHIPS)
