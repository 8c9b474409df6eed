"""Time and memory of importing a large sheet of orders into an empty SQLite database.

The files are made first. Then each step runs in a fresh process, as ``coop import-sheet`` would
run it: judging and storing all rows; the same file again; a file with bad rows of which the good
ones are taken and the bad ones handed back; an upload as over HTTP, kept with its preview and then
applied; an upload in which every row has seven bad cells, handed back marked. Printed are the
seconds of the step with everything from the start of the interpreter on, and the peak of its
resident memory.
"""

from __future__ import annotations

import json
import os
import random
import resource
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import click
import xlsxwriter

FOLDER = Path(__file__).parents[1] / "network_data" / "dashiqiao"

HEADINGS = (
    "订单号", "日期", "方向", "乡镇", "村", "货类", "重量(kg)", "体积(m³)", "件数", "温区",
    "时间窗", "装卸时间(分钟)", "优先级", "备注",
)  # fmt: skip


def make_hopeless_file(path: Path, rows: int) -> None:
    """An .xlsx with ``rows`` orders, each of which has seven bad cells and a name of its own."""
    with xlsxwriter.Workbook(path, {"constant_memory": True}) as workbook:
        sheet = workbook.add_worksheet("订单")
        sheet.write_row(0, 0, HEADINGS)
        for row in range(1, rows + 1):
            cells = (
                f"HL{row}",
                "11月",
                "左右",
                "",
                f"某人{row}",
                "军火",
                "约十",
                "不少",
                "几件",
                "热",
            )
            sheet.write_row(row, 0, cells)


def make_file(path: Path, rows: int, bad_every: int = 0, prefix: str = "DD") -> None:
    """An .xlsx with ``rows`` orders over ten days, of which every ``bad_every``-th is bad."""
    from coop_service.domain.records import Tier
    from coop_service.files.network_folder import read_network_folder

    content = read_network_folder(FOLDER)
    names = {site.code: site.name for site in content.sites}
    villages = [site for site in content.sites if site.tier is Tier.VILLAGE_POINT]
    dice = random.Random(1)
    with xlsxwriter.Workbook(path, {"constant_memory": True}) as workbook:
        sheet = workbook.add_worksheet("订单")
        sheet.write_row(0, 0, HEADINGS)
        for row in range(1, rows + 1):
            site = dice.choice(villages)
            is_bad = bad_every and row % bad_every == 0
            cells = (
                f"{prefix}{row:08d}",
                f"2026-11-{dice.randint(11, 20)}",
                dice.choice(("下行", "上行")),
                names[site.parent or ""],
                "没有的村" if is_bad else site.name,
                dice.choice(("快递包裹", "日用百货", "粮食", "化肥")),
                "约十公斤" if is_bad else round(dice.uniform(1, 80), 1),
                round(dice.uniform(0.01, 0.5), 3),
                dice.randint(1, 20),
                "常温",
                dice.choice(("", "08:30-11:30", "14:00-17:00")),
                dice.choice(("", 3, 5)),
                1,
                f"第 {row} 行",
            )
            sheet.write_row(row, 0, cells)


def run_step(path: Path, marked: Path | None, upload: bool) -> None:
    """Import a file in this process, and print what was done and the memory it took."""
    from sqlmodel import Session

    from coop_service.domain.sheets.preview import SheetOptions
    from coop_service.services.sheet_imports import (
        apply_import,
        mark_import,
        mark_preview,
        store_import,
        take_sheet,
        write_summary,
    )
    from coop_service.settings import read_settings
    from coop_service.store.engine import make_engine

    settings = read_settings()
    county, content, options = settings.county, path.read_bytes(), SheetOptions()
    with Session(make_engine(settings.database_url)) as session:
        if upload and marked is not None:
            row = store_import(session, county, path.name, content, options, settings, "bench")
            marked.write_bytes(mark_import(row))
            summary = row.summary
        elif upload:
            row = store_import(session, county, path.name, content, options, settings, "bench")
            summary = apply_import(session, county, row.id, settings).summary
        else:
            only_good = marked is not None
            preview = take_sheet(
                session, county, path.name, content, options, settings, only_good=only_good
            )
            summary = write_summary(preview)
            if marked is not None:
                marked.write_bytes(mark_preview(path.name, content, preview))
    peak_kib = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    print(json.dumps({"counts": summary["counts"]["orders"], "peak_mb": peak_kib / 1024}))


@click.command()
@click.option("--rows", default=50_000, show_default=True)
@click.option("--step", type=click.Path(path_type=Path), hidden=True)
@click.option("--marked", type=click.Path(path_type=Path), hidden=True)
@click.option("--upload", is_flag=True, hidden=True)
def main(rows: int, step: Path | None, marked: Path | None, upload: bool) -> None:
    """Measure the import of a sheet of orders."""
    if step is not None:
        run_step(step, marked, upload)
        return
    from sqlmodel import Session

    from coop_service.files.network_folder import read_network_folder
    from coop_service.services.setup import import_county
    from coop_service.settings import read_settings
    from coop_service.store.engine import make_engine
    from coop_service.store.migrate import upgrade

    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        os.environ["COOP_DATABASE_URL"] = f"sqlite:///{folder}/coop.sqlite3"
        engine = make_engine(os.environ["COOP_DATABASE_URL"])
        upgrade(engine)
        with Session(engine) as session:
            import_county(session, read_settings().county, read_network_folder(FOLDER))
        engine.dispose()
        good, bad, new = folder / "good.xlsx", folder / "bad.xlsx", folder / "new.xlsx"
        make_file(good, rows)
        make_file(bad, rows, bad_every=10)
        make_file(new, rows, prefix="UP")
        hopeless, out = folder / "hopeless.xlsx", str(folder / "out.xlsx")
        make_hopeless_file(hopeless, rows)
        megabytes = good.stat().st_size / 2**20
        print(f"{rows} rows, {len(HEADINGS)} columns, {megabytes:.1f} MB")
        for label, path, more in (
            ("first import", good, ()),
            ("the same file again", good, ()),
            ("every tenth row bad, marked copy", bad, ("--marked", out)),
            ("upload kept with its preview, then applied", new, ("--upload",)),
            ("upload of bad rows, marked copy", hopeless, ("--upload", "--marked", out)),
        ):
            command = [sys.executable, __file__, "--step", str(path), *more]
            start = time.perf_counter()
            done = subprocess.run(command, check=True, capture_output=True, text=True)
            seconds = time.perf_counter() - start
            result = json.loads(done.stdout)
            counts = ", ".join(f"{n} {count}" for n, count in result["counts"].items())
            print(f"{label}: {seconds:.1f} s, peak {result['peak_mb']:.0f} MB; {counts}")


if __name__ == "__main__":
    main()
