"""Draw the first page of a van's dispatch sheet of the demo day as a picture for the README.

The day is planned anew with a fixed number of rounds, so that the picture can be drawn again.
"""

from __future__ import annotations

import datetime as dt
from pathlib import Path

import click
import pypdfium2

from coop_service.domain.day_problem import build_problem, default_rules
from coop_service.domain.demo_day import make_demo_day
from coop_service.domain.papers import (
    PaperContext,
    PaperKind,
    make_papers,
    notes_of,
    places_of,
)
from coop_service.domain.townships import find_townships
from coop_service.domain.travel import Travel
from coop_service.files.network_folder import read_network_folder
from coop_service.files.papers import write_pdf
from coop_service.planning.process import solve_in_process
from coop_service.planning.stop import MaxIterations

DAY = dt.date(2026, 10, 15)
PRINTED = dt.datetime(2026, 10, 14, 18, 30)
DOTS_PER_POINT = 1.6
GREYS = 16


@click.command(help=__doc__)
@click.argument("folder", type=click.Path(exists=True, file_okay=False, path_type=Path))
@click.argument("picture", type=click.Path(dir_okay=False, path_type=Path))
@click.option("--vehicle", default="REF01", show_default=True)
@click.option("--rounds", type=click.IntRange(min=1), default=1, show_default=True)
def main(folder: Path, picture: Path, vehicle: str, rounds: int) -> None:
    data = read_network_folder(folder)
    network = data.network(folder.name, DAY)
    orders = make_demo_day(network, data.vans, DAY)
    problem = build_problem(
        network,
        Travel(network, DAY),
        data.vans,
        orders,
        name="demo",
        rules=default_rules(),
        townships=find_townships(network, data.vans),
    )
    plan = solve_in_process(problem, MaxIterations(rounds), 1)
    context = PaperContext(
        plan="demo",
        version=1,
        date=DAY,
        county=network.centre.name,
        printed_at=PRINTED,
        sites=places_of(network),
        vehicles=notes_of(data.vans),
        synthetic_roads=any(road.synthetic for road in network.roads),
    )
    pdf = write_pdf(make_papers(problem, plan, context, PaperKind.DISPATCH, vehicle))
    page = pypdfium2.PdfDocument(pdf)[0]
    image = page.render(scale=DOTS_PER_POINT, grayscale=True).to_pil()
    image.quantize(GREYS).save(picture, optimize=True)


if __name__ == "__main__":
    main()
