"""What depots ask of vehicles beside their hours: loading docks and the packing cut-off."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from coop_service.domain.occupancy import Stay, find_excesses
from coop_service.domain.problem import Direction, Problem
from coop_service.domain.verify.verdict import Findings, Rule, clock
from coop_service.domain.verify.walked import WalkedRoute


def check_depots(problem: Problem, walked: Sequence[WalkedRoute], findings: Findings) -> None:
    """Report docks with too many vehicles at one moment, and produce that comes too late."""
    for depot in problem.depots:
        if depot.docks is not None:
            check_crowding(
                Rule.DOCKS,
                ("装车位", "docks"),
                depot.id,
                list(loadings(walked, depot.id)),
                depot.docks,
                findings,
            )
    for route in walked:
        _check_cutoff(problem, route, findings)


def loadings(walked: Sequence[WalkedRoute], depot: str) -> Iterator[Stay]:
    """Vehicles that are being loaded at a depot: for ``reload_s`` before each departure from it.

    Whatever else the driver does meanwhile, and whether or not the shift or the depot's hours have
    begun.
    """
    for route in walked:
        for trip in route.trips:
            if trip.underway is None and trip.origin.id == depot:
                ready_s = trip.depart_s
                yield Stay(route.vehicle.id, ready_s - route.vehicle.reload_s, ready_s)


def check_crowding(
    rule: Rule,
    places: tuple[str, str],
    depot: str,
    stays: Sequence[Stay],
    limit: int,
    findings: Findings,
) -> None:
    """One violation for each stretch of time with more vehicles than places.

    Args:
        rule: what is broken.
        places: what there are too few of, in Chinese and English.
        depot: where.
        stays: of vehicles.
        limit: how many there may be at one moment.
        findings: takes the violations.
    """
    for excess in find_excesses(stays, limit):
        vehicles = [stay.name for stay in stays if stay.is_at(excess.time_s)]
        zh, en = places
        findings.add(
            rule,
            f"{clock(excess.time_s)} 有 {len(vehicles)} 辆车({'、'.join(vehicles)})同占 {depot} "
            f"的{zh}，只有 {limit} 个",
            f"{len(vehicles)} vehicles ({', '.join(vehicles)}) are at the {en} of {depot} at "
            f"{clock(excess.time_s)}, there are {limit}",
            amount=excess.level - limit,
            unit="vehicles",
            vehicle=vehicles[-1],
        )


def _check_cutoff(problem: Problem, walked: WalkedRoute, findings: Findings) -> None:
    for trip in walked.trips:
        cutoff_s = trip.destination.packing_cutoff_s
        if cutoff_s is None or trip.return_s <= cutoff_s:
            continue
        on_board = [] if trip.underway is None else [item.order for item in trip.underway.on_board]
        names = [*on_board, *(name for visited in trip.visits for name in visited.visit.orders)]
        orders = [problem.order_by_id[name] for name in names if name in problem.order_by_id]
        if any(order.direction == Direction.INBOUND for order in orders):
            findings.add(
                Rule.PACKING_CUTOFF,
                f"{clock(trip.return_s)} 才把农产品送到 {trip.destination.id}，"
                f"其打包截止时间为 {clock(cutoff_s)}",
                f"brings inbound goods to {trip.destination.id} at {clock(trip.return_s)}, its "
                f"packing cut-off is {clock(cutoff_s)}",
                amount=trip.return_s - cutoff_s,
                unit="s",
                vehicle=walked.vehicle.id,
            )
