"""`coop papers` on documents and on stored plans."""

import json
from pathlib import Path

import openpyxl
import pypdfium2
import pytest
import zxingcpp
from click.testing import CliRunner
from sqlmodel import Session

from coop_service.cli import main
from coop_service.documents import write_plan, write_problem
from coop_service.files.network_folder import read_network_folder
from coop_service.services.setup import import_county
from coop_service.store.engine import make_engine
from coop_service.store.migrate import upgrade
from tests.domain.papers.paper_day import paper_plan, paper_problem
from tests.services.road_day import plan_row

NETWORK = Path(__file__).parents[2] / "network_data" / "dashiqiao"


def coop(*arguments):
    return CliRunner().invoke(main, [str(argument) for argument in arguments])


@pytest.fixture
def documents(tmp_path):
    problem = paper_problem()
    paths = tmp_path / "problem.json", tmp_path / "day-1.json"
    for path, document in zip(
        paths, (write_problem(problem), write_plan(paper_plan(problem))), strict=True
    ):
        path.write_text(json.dumps(document), encoding="utf-8")
    return paths


def test_a_dispatch_sheet_is_written_as_pdf(documents, tmp_path):
    out = tmp_path / "out.pdf"
    terms = ("--date", "2026-10-15", "--county", "大石桥市")
    result = coop("papers", *documents, *terms, "--kind", "dispatch", "--vehicle", "V1", "-o", out)
    assert result.exit_code == 0, result.output
    [page] = pypdfium2.PdfDocument(out)
    text = page.get_textpage().get_text_range()
    for printed in ("派车单", "大石桥市", "PC-20261015-V1-1", "前房村", "plan day-1"):
        assert printed in text


def test_all_papers_are_written_as_a_workbook(documents, tmp_path):
    out = tmp_path / "out.xlsx"
    result = coop("papers", *documents, "--date", "2026-10-15", "--network", NETWORK, "-o", out)
    assert result.exit_code == 0, result.output
    book = openpyxl.load_workbook(out)
    assert book.sheetnames == ["派车单 V1", "装车单 V1", "标签页 V1"]
    assert book["派车单 V1"]["A2"].value.startswith("大石桥市 · 2026-10-15")


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        (("--date", "2026-10-15", "-o", "x.doc"), ".xlsx"),
        (("-o", "x.pdf"), "--date"),
        (("extra", "--date", "2026-10-15", "-o", "x.pdf"), "two documents"),
    ],
)
def test_wrong_usage_is_told(documents, monkeypatch, tmp_path, arguments, told):
    monkeypatch.chdir(tmp_path)
    result = coop("papers", *documents, *arguments)
    assert result.exit_code == 2
    assert told in result.stderr
    assert not list(tmp_path.glob("x.*"))


def test_an_idle_van_has_no_papers(documents, tmp_path):
    out = tmp_path / "out.pdf"
    result = coop("papers", *documents, "--date", "2026-10-15", "--vehicle", "V2", "-o", out)
    assert result.exit_code == 1
    assert "idle_vehicle" in result.stderr
    assert not out.exists()


def test_a_plan_that_breaks_rules_is_not_printed(documents, tmp_path):
    problem, plan = documents
    document = json.loads(problem.read_text())
    document["vehicles"][0]["capacity"]["weight_kg"] = 30
    problem.write_text(json.dumps(document), encoding="utf-8")
    out = tmp_path / "out.pdf"
    result = coop("papers", problem, plan, "--date", "2026-10-15", "-o", out)
    assert result.exit_code == 1
    assert "coop check" in result.stderr
    assert not out.exists()


@pytest.fixture
def stored_plan(monkeypatch, tmp_path):
    """Id of the day's plan in a database of the default county."""
    address = f"sqlite:///{tmp_path}/coop.sqlite3"
    monkeypatch.setenv("COOP_DATABASE_URL", address)
    engine = make_engine(address)
    upgrade(engine)
    with Session(engine) as session:
        import_county(session, "210882", read_network_folder(NETWORK))
        session.add(plan_row(version=3))
        session.commit()
    engine.dispose()
    return "p1"


def test_a_stored_plan_is_printed_by_its_id(stored_plan, tmp_path):
    out = tmp_path / "out.pdf"
    result = coop("papers", stored_plan, "--kind", "labels", "-o", out)
    assert result.exit_code == 0, result.output
    [page] = pypdfium2.PdfDocument(out)
    assert "BQ-20261015-V1-3" in page.get_textpage().get_text_range()


def test_a_released_plan_is_printed_with_codes_for_the_drivers(stored_plan, tmp_path, monkeypatch):
    monkeypatch.setenv("COOP_BASE_URL", "https://coop.example.cn")
    out = tmp_path / "out.pdf"
    for expected in (0, 1):
        assert coop("papers", stored_plan, "--kind", "dispatch", "-o", out).exit_code == 0
        picture = pypdfium2.PdfDocument(out)[0].render(scale=3).to_pil()
        read = [code.text for code in zxingcpp.read_barcodes(picture)]
        assert sum(text.startswith("https://coop.example.cn/drive/") for text in read) == expected
        assert coop("release", stored_plan).exit_code == expected


def test_a_stored_plan_knows_its_own_day(stored_plan, tmp_path):
    out = tmp_path / "out.pdf"
    result = coop("papers", stored_plan, "--date", "2026-10-15", "-o", out)
    assert result.exit_code == 2
    assert "--date" in result.stderr


def test_an_unknown_stored_plan_is_told(stored_plan, tmp_path):
    result = coop("papers", "no-such-plan", "-o", tmp_path / "out.pdf")
    assert result.exit_code == 1
    assert "unknown_plan" in result.stderr
