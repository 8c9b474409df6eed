"""A plan made ready for papers: routes by vehicle, places by stop, what each visit handles."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from functools import cached_property
from typing import Any
from urllib.parse import quote, urlencode

from coop_service.domain.papers.context import (
    PaperContext,
    PaperKind,
    Place,
    SheetHead,
    VehicleNote,
    note_of,
    text_of,
)
from coop_service.domain.plan import Plan, Route, Trip, Visit
from coop_service.domain.problem import Direction, Order, Problem, Vehicle
from coop_service.domain.records import CoordKind
from coop_service.domain.relay import chosen_modes, expand, hub_stop_id, legs_of
from coop_service.errors import CoopError, both

_LINE_TOWNSHIPS = 4


class NoSuchVehicle(LookupError, CoopError):
    """The day has no vehicle of that id."""

    code = "unknown_vehicle"

    def __init__(self, vehicle: str) -> None:
        zh = f"当天没有车辆 {vehicle}"
        super().__init__(both(zh, f"there is no vehicle {vehicle} on that day"))


class IdleVehicle(LookupError, CoopError):
    """The plan has no route for the vehicle."""

    code = "idle_vehicle"

    def __init__(self, vehicle: str) -> None:
        zh = f"方案中车辆 {vehicle} 不出车,没有单据"
        super().__init__(both(zh, f"the plan leaves {vehicle} idle: there are no papers for it"))


class PaperDay:
    """A problem and its plan, with what papers need to look up.

    Attributes:
        problem: the problem with its relays.
        plain: the same in legs, in which the plan's routes are written.
        plan: the plan; it is taken as it states itself.
        context: what is printed beside it.
    """

    def __init__(self, problem: Problem, plan: Plan, context: PaperContext) -> None:
        self.problem = problem
        self.plan = plan
        self.context = context
        self.modes = chosen_modes(plan)
        self.plain = expand(problem, self.modes)

    @cached_property
    def routes(self) -> dict[str, Route]:
        """The routes of the vehicles that leave, in the plan's sequence."""
        return {route.vehicle: route for route in self.plan.routes if route.trips}

    def route(self, vehicle: str) -> Route:
        """The route of a vehicle.

        Raises:
            NoSuchVehicle: the problem has none of that id.
            IdleVehicle: it does not leave.
        """
        if vehicle not in self.problem.vehicle_by_id:
            raise NoSuchVehicle(vehicle)
        if vehicle not in self.routes:
            raise IdleVehicle(vehicle)
        return self.routes[vehicle]

    def vehicle(self, name: str) -> Vehicle:
        """A vehicle of the problem."""
        return self.problem.vehicle_by_id[name]

    def note(self, vehicle: str) -> VehicleNote:
        """How papers name a vehicle."""
        known = self.context.vehicles.get(vehicle)
        return known or note_of(self.problem.vehicle_by_id[vehicle].custom or {})

    def stop_place(self, stop: str) -> Place:
        """The place of a stop, by its id; without any name of its own, that id."""
        hub = self._hub_by_stop.get(stop)
        if hub is not None:
            return self.depot_place(hub)
        return self._place(stop, self.problem.stop_by_id[stop].custom)

    def depot_place(self, depot: str) -> Place:
        """The place of a depot, likewise."""
        return self._place(depot, self.problem.depot_by_id[depot].custom)

    def is_hub(self, stop: str) -> bool:
        """Whether goods change vehicles at the stop."""
        return stop in self._hub_by_stop

    def trip_start(self, vehicle: str, number: int) -> Place | None:
        """Where a trip (from 0) starts; None: on the road."""
        known = self.vehicle(vehicle)
        return None if number == 0 and known.underway else self.depot_place(known.start_depot)

    def trip_end(self, route: Route, number: int) -> Place:
        """Where a trip (from 0) ends."""
        vehicle = self.vehicle(route.vehicle)
        is_last = number == len(route.trips) - 1
        return self.depot_place(vehicle.end_depot if is_last else vehicle.start_depot)

    def unloaded(self, visit: Visit) -> list[Order]:
        """What a visit leaves there."""
        return [order for order in self._orders(visit) if _is_left_at(order, visit.stop)]

    def loaded(self, visit: Visit) -> list[Order]:
        """What a visit takes along."""
        return [order for order in self._orders(visit) if not _is_left_at(order, visit.stop)]

    def whole_order(self, order: Order) -> Order:
        """The order of the problem that an order of the plain one is, or is a leg of."""
        return self.problem.order_by_id[self._order_of_leg.get(order.id, order.id)]

    def numbered(self, route: Route) -> Iterator[tuple[int, Trip, list[tuple[int, Visit]]]]:
        """Trips (from 0) with their visits; these are numbered from 1 on through the day."""
        before = 0
        for number, trip in enumerate(route.trips):
            yield number, trip, list(enumerate(trip.stops, start=before + 1))
            before += len(trip.stops)

    def vehicle_head(self, kind: PaperKind, vehicle: str) -> SheetHead:
        """Head of a sheet of a vehicle."""
        note = self.note(vehicle)
        is_for_driver = kind is PaperKind.DISPATCH
        return SheetHead(
            **self._head(kind, vehicle, {"vehicle": vehicle}),
            driver_page=self.context.driver_pages.get(vehicle, "") if is_for_driver else "",
            vehicle=vehicle,
            note=note,
            line=note.line or self._line(vehicle),
            capacity=self.vehicle(vehicle).capacity,
        )

    def hub_head(self, hub: str, vehicle: str | None) -> SheetHead:
        """Head of a hub's handover sheet; of one vehicle's part of it where one is named."""
        subject = hub if vehicle is None else f"{hub}-{vehicle}"
        who = {"hub": hub} if vehicle is None else {"hub": hub, "vehicle": vehicle}
        return SheetHead(
            **self._head(PaperKind.HANDOVER, subject, who),
            vehicle=vehicle or "",
            note=VehicleNote() if vehicle is None else self.note(vehicle),
            hub=self.depot_place(hub),
        )

    def _head(self, kind: PaperKind, subject: str, who: Mapping[str, str]) -> dict[str, Any]:
        context = self.context
        return {
            "kind": kind,
            "number": f"{kind.prefix}-{context.date:%Y%m%d}-{subject}-{context.version}",
            "code": self._code(kind, who),
            "plan": context.plan,
            "version": context.version,
            "state": context.state,
            "date": context.date,
            "county": context.county,
            "printed_at": context.printed_at,
            "synthetic_roads": context.synthetic_roads or self._has_synthetic_places,
        }

    def _code(self, kind: PaperKind, who: Mapping[str, str]) -> str:
        version = str(self.context.version)
        if self.context.address:
            asked = {"vehicle": who["vehicle"]} if "vehicle" in who else {}
            query = urlencode({"kind": kind.value, **asked, "version": version})
            return f"{self.context.address}?{query}"
        parts = {"plan": self.context.plan, **who, "v": version}
        # Only what separates the parts is escaped, so that the text stays short and readable.
        return "coop:" + ";".join(f"{name}={_escape(text)}" for name, text in parts.items())

    def _line(self, vehicle: str) -> str:
        """Where the vehicle goes, in short: its townships in the sequence of the visits."""
        places = [self.stop_place(visit.stop) for visit in self.routes[vehicle].visits]
        names = list(dict.fromkeys(place.township or place.name for place in places))
        if len(names) > _LINE_TOWNSHIPS:
            names = [*names[: _LINE_TOWNSHIPS - 1], "…", names[-1]]
        return "—".join(names)

    def _place(self, name: str, custom: Mapping[str, Any] | None) -> Place:
        custom = custom or {}
        known = self.context.sites.get(text_of(custom, "site"))
        if known is not None:
            return known
        further = (text_of(custom, key) for key in ("township", "contact", "phone"))
        return Place(text_of(custom, "name") or name, *further)

    @cached_property
    def _order_of_leg(self) -> dict[str, str]:
        return {leg.id: leg.order for leg in legs_of(self.problem, self.modes)}

    @cached_property
    def _hub_by_stop(self) -> dict[str, str]:
        return {
            hub_stop_id(hub.depot, direction): hub.depot
            for hub in self.problem.hubs
            for direction in (Direction.OUTBOUND, Direction.INBOUND)
        }

    @cached_property
    def _has_synthetic_places(self) -> bool:
        customs = [depot.custom or {} for depot in self.problem.depots]
        customs += [stop.custom or {} for stop in self.problem.stops]
        return any(custom.get("coord_kind") == CoordKind.SYNTHETIC for custom in customs)

    def _orders(self, visit: Visit) -> list[Order]:
        return [self.plain.order_by_id[name] for name in visit.orders]


def _is_left_at(order: Order, stop: str) -> bool:
    if order.direction is Direction.TRANSFER:
        return order.to_stop == stop
    return order.direction is Direction.OUTBOUND


def _escape(text: str) -> str:
    return "".join(quote(sign, safe="") if sign in ";=% " else sign for sign in text)
