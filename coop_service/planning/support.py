"""What an engine cannot plan yet is refused with its pointer, never left out of account."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from coop_service.domain.problem import Direction, Problem
from coop_service.errors import Fault, InvalidInput, both, pointer


class UnsupportedProblem(InvalidInput):
    """A valid problem that uses a rule which the chosen engine cannot hold."""

    code = "unsupported_problem"


def refuse_unsupported(problem: Problem, further: Iterable[Fault] = ()) -> None:
    """Raise with every field that the solvers' own models cannot hold; ours holds all of them.

    Args:
        problem: the day.
        further: what the engine cannot plan besides.

    Raises:
        UnsupportedProblem: names each such field.
    """
    faults = [*_unsupported(problem), *further]
    if faults:
        raise UnsupportedProblem(faults)


def _unsupported(problem: Problem) -> Iterator[Fault]:
    for i, vehicle in enumerate(problem.vehicles):
        if vehicle.max_trips > 1:
            yield _fault(pointer("vehicles", i, "max_trips"), "一车多趟", "more than one trip")
    for i, order in enumerate(problem.orders):
        if order.direction is Direction.TRANSFER:
            yield _fault(pointer("orders", i, "direction"), "村间调拨", "transfers")
        if order.max_on_board_s is not None:
            yield _fault(pointer("orders", i, "max_on_board_s"), "在车时限", "time on board")
    for i, vehicle in enumerate(problem.vehicles):
        if vehicle.underway is not None:
            yield _fault(pointer("vehicles", i, "underway"), "在途车辆", "vans on the road")
        if vehicle.first_stops:
            yield _fault(pointer("vehicles", i, "first_stops"), "固定首站", "fixed first stops")
    for i, depot in enumerate(problem.depots):
        if depot.docks is not None:
            yield _fault(pointer("depots", i, "docks"), "装车位", "loading docks")
        if depot.packing_cutoff_s is not None:
            where = pointer("depots", i, "packing_cutoff_s")
            yield _fault(where, "打包截止时间", "packing cut-offs")
    for i in range(len(problem.hubs)):
        yield _fault(pointer("hubs", i), "乡镇中转", "hubs")
    for i in range(len(problem.relays)):
        yield _fault(pointer("relays", i), "乡镇中转", "relays")
    if problem.standing_lines is not None:
        yield _fault("/standing_lines", "固定班线", "standing lines")
    rules = problem.rules
    if rules.max_driving_s is not None:
        yield _fault("/rules/max_driving_s", "连续驾驶限制", "the driving-time rule")
    if rules.max_driving_day_s is not None:
        yield _fault("/rules/max_driving_day_s", "每日驾驶上限", "the daily driving limit")
    if rules.lunch is not None:
        yield _fault("/rules/lunch", "午休", "lunch")
    if rules.forbidden_mixes:
        yield _fault("/rules/forbidden_mixes", "禁忌混装", "forbidden mixes")


def _fault(where: str, zh: str, en: str) -> Fault:
    return Fault(
        where,
        "not_supported_by_engine",
        both(
            f"此引擎不能规划{zh}；请改用 portfolio 引擎",
            f"this engine cannot plan {en}; use the engine portfolio",
        ),
    )
