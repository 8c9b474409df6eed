"""Spreadsheets of every kind, written by other programs' libraries, as rows of cells."""

import csv
import datetime as dt
import io
import struct
import zipfile

import openpyxl
import pytest
import xlsxwriter

from coop_service.domain.sheets.cells import FormulaError, MergedCell
from coop_service.errors import InvalidInput
from coop_service.files import sheet_limits
from coop_service.files.sheets import open_sheets


def xlsx(rows, title="订单", first=(1, 1)):
    workbook = openpyxl.Workbook()
    sheet = workbook.active
    sheet.title = title
    for i, row in enumerate(rows):
        for j, cell in enumerate(row):
            sheet.cell(first[0] + i, first[1] + j, cell)
    target = io.BytesIO()
    workbook.save(target)
    return target.getvalue()


def rows_of(file, content, index=0):
    return list(open_sheets(file, content)[index].read())


def read_all(file, content):
    return [list(sheet.read()) for sheet in open_sheets(file, content)]


def fault_of(file, content):
    with pytest.raises(InvalidInput) as caught:
        read_all(file, content)
    [fault] = caught.value.faults
    assert " / " in fault.message
    return fault.code


def zipped(**entries):
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, text in entries.items():
            archive.writestr(name, text)
    return target.getvalue()


def test_cells_keep_their_kind_and_their_place():
    day = dt.date(2026, 11, 25)
    content = xlsx([["单号", "日期"], ["A1", day], [7, dt.time(8, 30)], [True, 1.5]], first=(3, 2))
    rows = rows_of("a.xlsx", content)
    assert [number for number, _ in rows] == [1, 2, 3, 4, 5, 6]
    assert rows[2][1] == ["", "单号", "日期"]
    assert rows[3][1] == ["", "A1", day]
    assert rows[4][1] == ["", 7.0, dt.time(8, 30)]
    assert rows[5][1] == ["", True, 1.5]


def test_a_formula_is_its_value_and_one_that_failed_says_so():
    target = io.BytesIO()
    with xlsxwriter.Workbook(target) as workbook:
        workbook.add_worksheet("甲 & 乙").write_string(0, 0, "x")
        sheet = workbook.add_worksheet("订单")
        sheet.write_formula(1, 0, "=1+2", None, 3)
        sheet.write_formula(1, 1, "=NA()", None, "#N/A")
        sheet.write_string(1, 2, "=1+2")
    [_, row] = rows_of("a.xlsx", target.getvalue(), index=1)
    assert row == (2, [3.0, FormulaError(), "=1+2"])


def test_cells_merged_over_several_rows_say_so_below_the_first():
    workbook = openpyxl.Workbook()
    sheet = workbook.active
    sheet["B2"], sheet["C2"], sheet["C3"], sheet["C5"] = "旗口镇", "甲村", "乙村", "丙村"
    sheet["E2"] = "题"
    sheet.merge_cells("B2:B4")
    sheet.merge_cells("E2:F2")
    target = io.BytesIO()
    workbook.save(target)
    rows = [row for _, row in rows_of("a.xlsx", target.getvalue())]
    assert rows[1] == ["", "旗口镇", "甲村", "", "题"]
    assert rows[2] == ["", MergedCell("旗口镇"), "乙村", "", ""]
    assert rows[3][1] == MergedCell("旗口镇")
    assert rows[4] == ["", "", "丙村", "", ""]


def test_hidden_sheets_are_left_out():
    workbook = openpyxl.Workbook()
    workbook.active.title = "订单"
    workbook.create_sheet("选项").sheet_state = "hidden"
    target = io.BytesIO()
    workbook.save(target)
    assert [sheet.name for sheet in open_sheets("a.xlsx", target.getvalue())] == ["订单"]


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gbk", "gb18030", "utf-16"])
@pytest.mark.parametrize("separator", [",", ";", "\t"])
def test_a_csv_is_read_in_the_encodings_of_office_programs(encoding, separator):
    target = io.StringIO()
    writer = csv.writer(target, delimiter=separator)
    writer.writerows([["订单号", "村", "备注"], ["A1", "镁都社区", '说"好",\n再送']])
    rows = rows_of(r"C:\表\订单.csv", target.getvalue().encode(encoding))
    assert rows == [(1, ["订单号", "村", "备注"]), (2, ["A1", "镁都社区", '说"好",\n再送'])]


def test_a_title_above_the_headings_does_not_hide_the_separator():
    assert rows_of("a.csv", "十一月订单\n订单号\t村\t件数\n".encode()) == [
        (1, ["十一月订单"]),
        (2, ["订单号", "村", "件数"]),
    ]


def test_the_name_of_a_csv_file_is_the_name_of_its_sheet():
    [sheet] = open_sheets("导出/订单.csv", "订单号,村\n".encode())
    assert sheet.name == "订单"
    assert sheet.separated


def test_an_ods_is_read():
    cell = '<table:table-cell office:value-type="string"><text:p>{}</text:p></table:table-cell>'
    number = '<table:table-cell office:value-type="float" office:value="12.5"/>'
    filler = (
        '<table:table-row table:number-rows-repeated="1048570">'
        '<table:table-cell table:number-columns-repeated="16384"/></table:table-row>'
    )
    rows = f"<table:table-row>{cell.format('订单号')}{number}</table:table-row>{filler}"
    assert rows_of("a.ods", ods(rows)) == [(1, ["订单号", 12.5])]


def ods(rows):
    names = "".join(
        f' xmlns:{name}="urn:oasis:names:tc:opendocument:xmlns:{name}:1.0"'
        for name in ("office", "table", "text", "style")
    )
    content = (
        f'<?xml version="1.0"?><office:document-content{names}><office:body><office:spreadsheet>'
        f'<table:table table:name="订单">{rows}</table:table>'
        "</office:spreadsheet></office:body></office:document-content>"
    )
    kind = "application/vnd.oasis.opendocument.spreadsheet"
    manifest = (
        '<manifest:manifest xmlns:manifest="urn:oasis:names:tc:opendocument:xmlns:manifest:1.0">'
        f'<manifest:file-entry manifest:full-path="/" manifest:media-type="{kind}"/>'
        "</manifest:manifest>"
    )
    return zipped(**{"mimetype": kind, "META-INF/manifest.xml": manifest, "content.xml": content})


def record(number, data):
    return struct.pack("<HH", number, len(data)) + data


def wide(text):
    return b"\x01" + text.encode("utf-16-le")


def xls(title, rows):
    """The least that an .xls of Excel 97 (BIFF 8 in a compound file) holds."""
    opening = struct.pack("<HHII", 0x0DBB, 0x07CC, 0, 6)
    begin = record(0x0809, struct.pack("<HH", 0x0600, 5) + opening)
    end = record(0x000A, b"")
    name = bytes([len(title)]) + wide(title)
    place = len(begin) + len(record(0x0085, bytes(6) + name)) + len(end)
    globals_ = begin + record(0x0085, struct.pack("<IBB", place, 0, 0) + name) + end
    cells = record(0x0200, struct.pack("<IIHHH", 0, len(rows), 0, max(map(len, rows)), 0))
    for i, row in enumerate(rows):
        for j, cell in enumerate(row):
            at = struct.pack("<HHH", i, j, 0)
            if isinstance(cell, str):
                cells += record(0x0204, at + struct.pack("<H", len(cell)) + wide(cell))
            else:
                cells += record(0x0203, at + struct.pack("<d", cell))
    sheet = record(0x0809, struct.pack("<HH", 0x0600, 0x10) + opening) + cells + end
    stream = (globals_ + sheet).ljust(4096, b"\0")
    stream += bytes(-len(stream) % 512)
    free, last, count = 0xFFFFFFFF, 0xFFFFFFFE, len(stream) // 512
    head = bytes.fromhex("d0cf11e0a1b11ae1") + bytes(16)
    head += struct.pack("<HHHHH", 0x3E, 3, 0xFFFE, 9, 6) + bytes(6)
    head += struct.pack("<IIIIIIIII", 0, 1, 1, 0, 4096, last, 0, last, 0)
    head += struct.pack("<109I", 0, *[free] * 108)
    chain = [0xFFFFFFFD, last, *range(3, count + 2), last]
    table = struct.pack("<128I", *chain, *[free] * (128 - len(chain)))

    def entry(text, kind, child, start, size):
        named = text.encode("utf-16-le").ljust(64, b"\0")
        length = 2 * len(text) + 2 if text else 0
        fields = struct.pack("<HBBIII", length, kind, 1, free, free, child)
        return named + fields + bytes(36) + struct.pack("<IQ", start, size)

    folder = entry("Root Entry", 5, 1, last, 0) + entry("Workbook", 2, free, 2, len(stream))
    return head + table + folder.ljust(512, b"\0") + stream


def test_an_xls_is_read():
    content = xls("订单", [["订单号", "村", "重量(kg)"], ["A1", "旗口村", 12.5]])
    [sheet] = open_sheets("a.xls", content)
    assert sheet.name == "订单"
    assert list(sheet.read()) == [
        (1, ["订单号", "村", "重量(kg)"]),
        (2, ["A1", "旗口村", 12.5]),
    ]


def test_an_ods_whose_cells_are_repeated_without_end_is_refused():
    cell = (
        '<table:table-cell office:value-type="string" table:number-columns-repeated="200">'
        "<text:p>x</text:p></table:table-cell>"
    )
    rows = f'<table:table-row table:number-rows-repeated="1000000">{cell}</table:table-row>'
    assert fault_of("a.ods", ods(rows)) == "too_many_rows"


@pytest.mark.parametrize(
    ("content", "code"),
    [
        (b"", "empty_file"),
        (b"\r\n  \n", "empty_file"),
        (b"\xff\xff\xff", "not_a_sheet"),
        (b"a\0b\0c\0", "not_a_sheet"),
        (b'a,b\n"open', "not_csv"),
        (b"PK\x03\x04 no archive", "broken_file"),
        (zipped(readme="no workbook"), "not_a_sheet"),
        (zipped(**{"xl/workbook.bin": "binary workbook"}), "not_a_sheet"),
        (bytes.fromhex("d0cf11e0a1b11ae1") + b"no workbook", "not_a_sheet"),
        (zipped(**{"xl/workbook.xml": "<a/>", "xl/vbaProject.bin": "x"}), "has_macros"),
        (
            bytes.fromhex("d0cf11e0a1b11ae1") + "_VBA_PROJECT".encode("utf-16-le"),
            "has_macros",
        ),
    ],
)
def test_what_is_no_spreadsheet_is_refused(content, code):
    assert fault_of("a.xlsx", content) == code


def test_an_archive_that_unpacks_without_end_is_refused(monkeypatch):
    monkeypatch.setattr(sheet_limits, "MAX_UNPACKED_BYTES", 10 * 2**20)
    bomb = zipped(**{"xl/worksheets/sheet1.xml": " " * (11 * 2**20)})
    assert len(bomb) < 20_000
    assert fault_of("a.xlsx", bomb) == "too_large"


def test_an_archive_that_lies_about_its_size_is_refused():
    content = bytearray(zipped(**{"xl/worksheets/sheet1.xml": "x" * 5000}))
    for mark, offset in ((b"PK\x03\x04", 22), (b"PK\x01\x02", 24)):
        at = content.find(mark) + offset
        content[at : at + 4] = (10).to_bytes(4, "little")
    assert fault_of("a.xlsx", bytes(content)) == "broken_file"


@pytest.mark.parametrize(
    ("row", "column", "code"),
    [
        (1_048_576, 1, "too_many_rows"),
        (1, 16_384, "too_many_columns"),
        (150_000, 60, "too_many_rows"),
    ],
)
def test_cells_spread_over_a_whole_sheet_are_refused(row, column, code):
    workbook = openpyxl.Workbook()
    workbook.active.cell(1, 1, "订单号")
    workbook.active.cell(row, column, "x")
    target = io.BytesIO()
    workbook.save(target)
    assert fault_of("a.xlsx", target.getvalue()) == code


def test_cells_without_names_are_counted_by_their_rows():
    content = xlsx([["订单号"]])
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        entries = {name: archive.read(name) for name in archive.namelist()}
    entries["xl/worksheets/sheet1.xml"] = (
        b'<worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><sheetData>'
        b'<row r="1"><c><v>1</v></c></row><row r="1048576"><c><v>2</v></c></row>'
        b"</sheetData></worksheet>"
    )
    assert fault_of("a.xlsx", zipped(**entries)) == "too_many_rows"


def test_a_worksheet_by_another_name_is_looked_at_as_well():
    cells = b'<row r="1048576"><c r="A1048576" t="n"><v>1</v></c></row>'
    assert fault_of("a.xlsx", zipped(**{"xl/elsewhere.part": cells})) == "too_many_rows"


def test_cells_that_are_only_formatted_do_not_count():
    workbook = openpyxl.Workbook()
    workbook.active.cell(1, 1, "订单号")
    workbook.active.cell(300_000, 3).font = openpyxl.styles.Font(bold=True)
    target = io.BytesIO()
    workbook.save(target)
    assert rows_of("a.xlsx", target.getvalue()) == [(1, ["订单号"])]


def test_a_csv_with_too_many_columns_is_refused():
    assert fault_of("a.csv", ",".join("x" * 300).encode()) == "too_many_rows"
