"""Papers of a day: dispatch sheets, loading lists, handover sheets and labels as plain values.

Everything that is printed is worked out here; :mod:`coop_service.files.papers` only sets it.
"""

from __future__ import annotations

from collections.abc import Iterator

from coop_service.domain.papers.context import (
    PaperContext,
    PaperKind,
    Place,
    SheetHead,
    VehicleNote,
    notes_of,
    places_of,
)
from coop_service.domain.papers.day import IdleVehicle, NoSuchVehicle, PaperDay
from coop_service.domain.papers.dispatch import DispatchSheet, dispatch_sheet
from coop_service.domain.papers.handover import HandoverSheet, handover_sheets
from coop_service.domain.papers.labels import LabelSheet, label_sheet
from coop_service.domain.papers.loading import LoadingList, loading_list
from coop_service.domain.plan import Plan
from coop_service.domain.problem import Problem
from coop_service.errors import CoopError, both

__all__ = [
    "DispatchSheet",
    "HandoverSheet",
    "IdleVehicle",
    "LabelSheet",
    "LoadingList",
    "NoSuchVehicle",
    "NothingToPrint",
    "PaperContext",
    "PaperKind",
    "Place",
    "Sheet",
    "SheetHead",
    "VehicleNote",
    "make_papers",
    "notes_of",
    "places_of",
]

Sheet = DispatchSheet | LoadingList | HandoverSheet | LabelSheet


class NothingToPrint(LookupError, CoopError):
    """The plan has no papers of the kind asked for."""

    code = "nothing_to_print"


def make_papers(
    problem: Problem,
    plan: Plan,
    context: PaperContext,
    kind: PaperKind | None = None,
    vehicle: str | None = None,
) -> tuple[Sheet, ...]:
    """The papers of a plan, in the order in which they are printed.

    Vans come in the plan's sequence, each with its papers together; then the hubs.

    Args:
        problem: the problem that the plan answers.
        plan: the plan, taken as it states itself.
        context: what is printed beside it.
        kind: which papers; None: all of them.
        vehicle: whose papers; None: everybody's.

    Raises:
        NoSuchVehicle: the problem has no vehicle of that id.
        IdleVehicle: the plan does not use it.
        NothingToPrint: there are no papers of that kind, e.g. no handovers on a day without hubs.
    """
    day = PaperDay(problem, plan, context)
    if vehicle is not None:
        day.route(vehicle)
    sheets = tuple(_sheets(day, kind, vehicle))
    if not sheets:
        name = kind or PaperKind.DISPATCH
        raise NothingToPrint(
            both(f"没有可打印的{name.zh}", f"there is nothing to print: {name.en.lower()}")
        )
    return sheets


def _sheets(day: PaperDay, kind: PaperKind | None, vehicle: str | None) -> Iterator[Sheet]:
    def wants(other: PaperKind) -> bool:
        return kind in (None, other)

    for name in day.routes if vehicle is None else (vehicle,):
        if wants(PaperKind.DISPATCH):
            yield dispatch_sheet(day, name)
        if wants(PaperKind.LOADING):
            yield loading_list(day, name)
        if wants(PaperKind.LABELS) and (labels := label_sheet(day, name)) is not None:
            yield labels
    if wants(PaperKind.HANDOVER):
        yield from handover_sheets(day, vehicle)
