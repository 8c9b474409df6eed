"""``coop import-sheet`` and ``coop sheet-template``, on a real database."""

from pathlib import Path

import openpyxl
import pytest
import xlsxwriter
from click.testing import CliRunner
from sqlmodel import Session

from coop_service.cli import main
from coop_service.store.engine import make_engine
from coop_service.store.queries import list_orders

FOLDER = Path(__file__).parents[2] / "network_data" / "dashiqiao"
HEADINGS = ["单号", "方向", "镇", "村", "货类", "总重", "体积(立方米)", "件数"]
GOOD = ["A1", "下行", "旗口镇", "旗口村", "化肥", 40, 0.2, 1]
BAD = ["A2", "下行", "旗口镇", "没有的村", "化肥", 40, 0.2, 1]
OPTIONS = ("--day", "2026-11-25", "--map", "weight_kg=总重")


@pytest.fixture(autouse=True)
def url(tmp_path, monkeypatch):
    url = f"sqlite:///{tmp_path}/coop.sqlite3"
    monkeypatch.setenv("COOP_DATABASE_URL", url)
    coop("db", "upgrade")
    coop("network", "import", FOLDER)
    return url


@pytest.fixture
def file(tmp_path):
    path = tmp_path / "orders.xlsx"
    with xlsxwriter.Workbook(path) as workbook:
        sheet = workbook.add_worksheet("订单")
        for i, cells in enumerate((HEADINGS, GOOD, BAD)):
            sheet.write_row(i, 0, cells)
    return path


def coop(*arguments, exit_code=0):
    result = CliRunner().invoke(main, [str(argument) for argument in arguments])
    assert result.exit_code == exit_code, result.output
    return result


def stored(url):
    engine = make_engine(url)
    with Session(engine) as session:
        found = [(order.key, order.weight_kg) for order in list_orders(session, "210882")[0]]
    engine.dispose()
    return found


def test_with_a_fault_nothing_is_stored_and_the_marked_rows_are_written(file, url, tmp_path):
    marked = tmp_path / "marked.xlsx"
    told = coop("import-sheet", file, *OPTIONS, "--marked", marked, exit_code=2).stderr
    assert "订单!D3" in told
    assert stored(url) == []
    sheet = openpyxl.load_workbook(marked)["订单"]
    assert [cell.value for cell in sheet["A"]] == ["单号", "A2"]
    assert "没有的村" in sheet["D2"].comment.text


def test_the_good_rows_are_taken_once(file, url):
    first = coop("import-sheet", file, *OPTIONS, "--only-good").stdout
    assert "订单!D3" in first
    assert "1 created, 0 changed, 0 unchanged, 1 refused" in first
    assert stored(url) == [("A1", 40.0)]
    again = coop("import-sheet", file, *OPTIONS, "--only-good").stdout
    assert "0 created, 0 changed, 1 unchanged, 1 refused" in again


def test_a_dry_run_tells_and_stores_nothing(file, url):
    assert "1 created" in coop("import-sheet", file, *OPTIONS, "--dry-run").stdout
    assert stored(url) == []


def test_a_mapping_that_is_none_is_wrong_usage(file):
    assert "field=heading" in coop("import-sheet", file, "--map", "x", exit_code=2).stderr


def test_the_template_holds_the_townships_and_nothing_to_import(tmp_path, url):
    path = tmp_path / "template.xlsx"
    coop("sheet-template", path)
    lists = openpyxl.load_workbook(path)["选项"]
    assert "高坎镇" in {cell.value for column in lists.columns for cell in column}
    assert "6 example rows" in coop("import-sheet", path).stdout
    assert stored(url) == []
