"""Spreadsheets for tests, and the default county to import them into."""

import io

import openpyxl
import xlsxwriter

ORDER_HEADINGS = [
    "订单号", "日期", "方向", "乡镇", "村", "货类", "重量(kg)", "体积(立方米)", "件数", "时间窗",
]  # fmt: skip


def order_row(key, **changes):
    """A row that nothing is wrong with, below ``ORDER_HEADINGS``."""
    cells = dict(
        zip(
            ORDER_HEADINGS,
            [key, "2026-11-25", "下行", "旗口镇", "旗口村", "化肥", 40, 0.2, 1, "08:30-11:30"],
            strict=True,
        )
    )
    return list((cells | changes).values())


def xlsx(**sheets):
    """A workbook, by sheet names and their rows."""
    target = io.BytesIO()
    with xlsxwriter.Workbook(target) as workbook:
        for name, rows in sheets.items():
            sheet = workbook.add_worksheet(name)
            for i, row in enumerate(rows):
                sheet.write_row(i, 0, row)
    return target.getvalue()


def orders(*rows, headings=ORDER_HEADINGS):
    return xlsx(订单=[headings, *rows])


def opened(content):
    return openpyxl.load_workbook(io.BytesIO(content))
