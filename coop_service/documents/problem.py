"""The problem document."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import replace
from typing import Any, Final

from marshmallow import ValidationError, fields

from coop_service.documents.fields import (
    Amount,
    Flag,
    ListOf,
    MapOf,
    Matrix,
    Text,
    WholeNumber,
    window,
)
from coop_service.documents.messages import CodedMessage, find_faults
from coop_service.documents.schema import ValueSchema
from coop_service.domain.problem import (
    Costs,
    Depot,
    Direction,
    Hub,
    InboundDay,
    Lunch,
    ModeSetting,
    OnBoard,
    Order,
    Problem,
    Profile,
    Relay,
    Rules,
    StandingLines,
    StandingStop,
    Stop,
    Underway,
    Vehicle,
    Window,
)
from coop_service.domain.problem_faults import find_problem_faults
from coop_service.errors import Fault, InvalidInput

_ABSENT_DEPOT: Final = ""
"""Stands for an order's absent depot until the depots are known; no document can hold it."""

_NOT_JUDGED_BESIDE: Final = frozenset({"unknown_goods", "missing_hub", "main_depots_differ"})
"""Faults that may come of what was left out: what declares a name of goods, or a hub."""


class ProfileSchema(ValueSchema):
    """Travel of one vehicle class: durations and distances from each location to each."""

    value = Profile

    duration_s = Matrix(required=True)
    distance_m = Matrix(required=True)


class ProblemDepotSchema(ValueSchema):
    """A place where vehicles start and end and goods are loaded and unloaded."""

    value = Depot
    left_out = frozenset({"custom", "docks", "packing_cutoff_s"})

    id = Text(required=True)
    location = WholeNumber(required=True)
    open_s = WholeNumber(required=True)
    close_s = WholeNumber(required=True)
    docks = WholeNumber(allow_none=True)
    packing_cutoff_s = WholeNumber(allow_none=True)


class CostsSchema(ValueSchema):
    """What a vehicle costs, in yuan."""

    value = Costs

    fixed = Amount(required=True)
    per_km = Amount(required=True)
    per_hour = Amount(required=True)
    per_overtime_hour = Amount(allow_none=True)
    max_overtime_s = WholeNumber()


class OnBoardSchema(ValueSchema):
    """An order on board of a van on the road, and since when."""

    value = OnBoard

    order = Text(required=True)
    since_s = WholeNumber(required=True)


class UnderwaySchema(ValueSchema):
    """Where a van on the road stands, what it has done today and what is on board."""

    value = Underway

    location = WholeNumber(required=True)
    time_s = WholeNumber(required=True)
    departed_s = WholeNumber(required=True)
    trips_done = WholeNumber()
    driven_since_rest_s = WholeNumber()
    driven_s = WholeNumber()
    distance_m = WholeNumber()
    lunch_taken = Flag()
    on_board = ListOf(fields.Nested(OnBoardSchema))


class ProblemVehicleSchema(ValueSchema):
    """A vehicle of the day; it begins at its depot, or where it is on the road."""

    value = Vehicle
    left_out = frozenset({"custom", "underway"})
    left_out_empty = frozenset({"first_stops"})

    id = Text(required=True)
    profile = Text(required=True)
    start_depot = Text(required=True)
    end_depot = Text(required=True)
    capacity = MapOf(Amount(), required=True)
    tags = ListOf(Text(), into=frozenset)
    temperatures = ListOf(Text(), into=frozenset)
    shift_s = window(required=True)
    max_trips = WholeNumber()
    reload_s = WholeNumber()
    max_distance_m = WholeNumber(allow_none=True)
    max_work_s = WholeNumber(allow_none=True)
    costs = fields.Nested(CostsSchema, required=True)
    underway = fields.Nested(UnderwaySchema, allow_none=True)
    first_stops = ListOf(Text())


class ProblemStopSchema(ValueSchema):
    """A place where orders are served in one visit."""

    value = Stop
    left_out = frozenset({"custom", "locked_vehicle"})

    id = Text(required=True)
    location = WholeNumber(required=True)
    service_s = WholeNumber()
    time_windows_s = ListOf(window())
    required_tags = ListOf(Text(), into=frozenset)
    locked_vehicle = Text(allow_none=True)

    def build(self, members: dict[str, Any]) -> Stop:
        """Make the stop, with its windows in time order and joined where they overlap."""
        windows = members.get("time_windows_s", ())
        return Stop(**{**members, "time_windows_s": _in_order(windows)})


class ProblemOrderSchema(ValueSchema):
    """Goods to be carried."""

    value = Order
    left_out = frozenset({"custom", "to_stop"})

    id = Text(required=True)
    stop = Text(required=True)
    to_stop = Text(allow_none=True)
    direction = fields.Enum(Direction, by_value=True, required=True)
    depot = Text()
    load = MapOf(Amount(), required=True)  # type: ignore[assignment]
    service_s = WholeNumber()
    temperature = Text()
    goods_class = Text(allow_none=True)
    max_on_board_s = WholeNumber(allow_none=True)
    drop_penalty = Amount(allow_none=True)
    priority = WholeNumber()

    def build(self, members: dict[str, Any]) -> Order:
        """Make the order, its depot still open where none is named."""
        return Order(**{"depot": _ABSENT_DEPOT, **members})


class LunchSchema(ValueSchema):
    """A rest of ``duration_s`` inside the window."""

    value = Lunch

    window_s = window(required=True)
    duration_s = WholeNumber(required=True)


class RulesSchema(ValueSchema):
    """Rules of the day; one that is absent or null imposes nothing."""

    value = Rules

    max_driving_s = WholeNumber(allow_none=True)
    rest_s = WholeNumber(allow_none=True)
    lunch = fields.Nested(LunchSchema, allow_none=True)
    reload_is_rest = Flag(allow_none=True)
    service_is_rest = Flag(allow_none=True)
    max_driving_day_s = WholeNumber(allow_none=True)
    forbidden_mixes = ListOf(ListOf(Text(), length=2), allow_none=True)

    def build(self, members: dict[str, Any]) -> Rules:
        """Make the rules without those that are null."""
        return Rules(**{name: rule for name, rule in members.items() if rule is not None})


class StandingStopSchema(ValueSchema):
    """By whom and when a stop is visited on a standing line."""

    value = StandingStop

    stop = Text(required=True)
    vehicle = Text(allow_none=True)
    start_s = WholeNumber(allow_none=True)


class StandingLinesSchema(ValueSchema):
    """The price of departing from the standing lines."""

    value = StandingLines

    per_visit = Amount(required=True)
    per_hour = Amount(required=True)
    tolerance_s = WholeNumber()
    stops = ListOf(fields.Nested(StandingStopSchema))


class HubSchema(ValueSchema):
    """A station where goods change between trunk and branch vehicles."""

    value = Hub

    depot = Text(required=True)
    doors = WholeNumber(allow_none=True)
    floor = MapOf(Amount())
    sort_fixed_s = Amount()
    sort_s_per_piece = Amount()
    sort_s_per_kg = Amount()


class RelaySchema(ValueSchema):
    """A township that may be served over a hub."""

    value = Relay

    id = Text(required=True)
    hub = Text(required=True)
    stops = ListOf(Text(), required=True)
    mode = fields.Enum(ModeSetting, by_value=True)
    inbound = fields.Enum(InboundDay, by_value=True)


class ProblemSchema(ValueSchema):
    """A day's routing problem: what is to be carried, by which vehicles, under which rules."""

    value = Problem
    left_out = frozenset({"custom", "standing_lines"})
    left_out_empty = frozenset({"hubs", "relays"})

    name = Text(required=True)
    profiles = MapOf(fields.Nested(ProfileSchema), required=True)
    depots = ListOf(fields.Nested(ProblemDepotSchema), required=True)
    vehicles = ListOf(fields.Nested(ProblemVehicleSchema), required=True)
    stops = ListOf(fields.Nested(ProblemStopSchema), required=True)
    orders = ListOf(fields.Nested(ProblemOrderSchema), required=True)
    goods_groups = MapOf(ListOf(Text()))
    rules = fields.Nested(RulesSchema, allow_none=True)
    standing_lines = fields.Nested(StandingLinesSchema, allow_none=True)
    hubs = ListOf(fields.Nested(HubSchema))
    relays = ListOf(fields.Nested(RelaySchema))

    def build(self, members: dict[str, Any]) -> Problem:
        """Make the problem; orders that name no depot belong to the first."""
        if not members["depots"]:
            message = CodedMessage("no_depot", "至少需要一个车场(depot)", "there must be a depot")
            raise ValidationError(message, "depots")
        if members.get("rules", ...) is None:
            del members["rules"]
        first = members["depots"][0].id
        members["orders"] = tuple(
            replace(order, depot=first) if order.depot == _ABSENT_DEPOT else order
            for order in members["orders"]
        )
        return Problem(**members)


_SCHEMA: Final = ProblemSchema()


def read_problem(document: object) -> Problem:
    """The problem that a document holds, its matrices read-only.

    Args:
        document: as :func:`~coop_service.documents.parse_json` gives it.

    Raises:
        InvalidInput: with all faults of form (types, unknown and missing fields) and of meaning
            (:func:`~coop_service.domain.problem_faults.find_problem_faults`).
    """
    try:
        problem = _load(document)
    except ValidationError as error:
        faults = find_faults(error.messages)
        raise InvalidInput(faults + _faults_beside(document, faults)) from error
    faults = find_problem_faults(problem)
    if faults:
        raise InvalidInput(faults)
    return problem


def write_problem(problem: Problem) -> dict[str, Any]:
    """The document of a problem, complete: defaults are written out.

    Only what few days have (vans on the road, frozen stops, standing lines, docks, hubs and relays)
    is left out where there is none of it.
    """
    document: dict[str, Any] = _SCHEMA.dump(problem)
    return document


def _load(document: object) -> Problem:
    problem: Problem = _SCHEMA.load(document)  # type: ignore[arg-type]
    return problem


def _faults_beside(document: object, found: tuple[Fault, ...]) -> tuple[Fault, ...]:
    """Faults of meaning in what can be read when the members with faults of form are left out."""
    paths = [_path(fault.pointer) for fault in found]
    try:
        problem = _load(_without(document, paths))
    except ValidationError:
        return ()
    return tuple(
        fault
        for fault in find_problem_faults(problem)
        if fault.code not in _NOT_JUDGED_BESIDE
        and not any(_path(fault.pointer)[: len(path)] == path for path in paths)
    )


def _path(where: str) -> tuple[str, ...]:
    return tuple(
        part.replace("~1", "/").replace("~0", "~") for part in where.removeprefix("/").split("/")
    )


def _without(value: Any, paths: Iterable[tuple[str, ...]]) -> Any:
    """The value without the object members at the given paths, list items there become null."""
    below = defaultdict(list)
    for path in paths:
        if path:
            below[path[0]].append(path[1:])
    if isinstance(value, dict):
        return {
            key: _without(member, below[key]) if key in below else member
            for key, member in value.items()
            if () not in below.get(key, ())
        }
    if isinstance(value, list) and below:
        return [
            None if () in below.get(str(i), ()) else _without(item, below.get(str(i), ()))
            for i, item in enumerate(value)
        ]
    return value


def _in_order(windows: tuple[Window, ...]) -> tuple[Window, ...]:
    """Windows in time order, overlapping ones joined; as they are where one is reversed."""
    if any(last_s < first_s for first_s, last_s in windows):
        return windows
    joined: list[Window] = []
    for first_s, last_s in sorted(windows):
        if joined and first_s <= joined[-1][1]:
            joined[-1] = (joined[-1][0], max(joined[-1][1], last_s))
        else:
            joined.append((first_s, last_s))
    return tuple(joined)
