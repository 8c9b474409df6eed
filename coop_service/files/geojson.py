"""A network and a plan as GeoJSON (RFC 7946), for any map: positions are (lon, lat), WGS-84.

What is not a surveyed fact says so in its own feature: ``coord_kind`` for positions, ``roads`` for
lines. Whom the data are owed to is in the collection's ``attribution``.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

from coop_service.domain.network import Network
from coop_service.domain.plan import Plan, Route, Trip, Visit
from coop_service.domain.problem import Depot, Direction, Load, Order, Problem, Stop, Vehicle
from coop_service.domain.records import CoordKind, Road, Site, VehicleSize
from coop_service.domain.relay import chosen_modes, expand
from coop_service.domain.travel import Travel
from coop_service.errors import Fault, InvalidInput, both, pointer

Feature = dict[str, Any]

ATTRIBUTIONS = {
    "GeoNames": "© GeoNames, CC BY 4.0",
    "OpenStreetMap": "© OpenStreetMap contributors, ODbL 1.0",
}
"""What is to be printed where a record's source names one of these."""

NOTICE = both(
    "合成道路与位置仅为示意,并非实测(见 coord_kind 与 roads)",
    "synthetic roads and positions are a sketch, not surveyed (see coord_kind and roads)",
)

_LEAST_TO_MOST_CERTAIN = (CoordKind.SYNTHETIC, CoordKind.PROXY, CoordKind.REAL)


def attributions(network: Network) -> tuple[str, ...]:
    """What is to be printed wherever positions or roads of a network are shown."""
    sources = {site.source for site in network.sites.values()}
    sources |= {road.source for road in network.roads}
    return tuple(
        text for name, text in ATTRIBUTIONS.items() if any(name in each for each in sources)
    )


def network_geojson(network: Network) -> Feature:
    """All sites as points and all roads as lines, each with its fields."""
    sites = [_point(site, _site_properties(site)) for site in network.sites.values()]
    roads = [_road_feature(network, road) for road in network.roads]
    return _collection(network, [*roads, *sites])


def plan_geojson(problem: Problem, plan: Plan, travel: Travel) -> Feature:
    """A plan along the roads: a line per leg, a point per visit and per depot.

    Lines (``kind`` leg) carry vehicle, trip and sequence (both from 1 on), the sites they join,
    times, metres, the load ``on_board``, and of it what goes down (``outbound``), up (``inbound``)
    and across (``transfer``). Points (``kind`` visit, depot) carry what is done there, with the
    load before and after, in the units of the orders.

    Args:
        problem: the problem that the plan answers; its vehicles' profiles are vehicle sizes, and
            each depot and stop names its site as ``custom["site"]``.
        plan: the plan.
        travel: travel on the day of the plan.

    Raises:
        InvalidInput: if the problem is not one of sites and vehicle sizes; all faults at once.
        UnknownSite: if the network no longer has one of the sites.
        NoRoad: if the network no longer has a way that the plan uses.
    """
    _refuse_without_sites(problem)
    # Routes are written in the orders and stops of the plain problem, relayed orders in two legs.
    drawer = _Drawer(expand(problem, chosen_modes(plan)), travel)
    used = [problem.vehicle_by_id[route.vehicle] for route in plan.routes]
    depots = {vehicle.start_depot for vehicle in used} | {vehicle.end_depot for vehicle in used}
    features = [
        *(drawer.depot(depot) for depot in problem.depots if depot.id in depots),
        *(feature for route in plan.routes for feature in drawer.route(route)),
    ]
    return _collection(travel.network, features) | {"name": plan.name, "status": plan.status.value}


@dataclass
class _Hold:
    """What is on board, by direction."""

    loads: dict[Direction, dict[str, float]] = field(
        default_factory=lambda: {direction: {} for direction in Direction}
    )

    def put(self, order: Order, sign: int) -> None:
        hold = self.loads[order.direction]
        for unit, amount in order.load.items():
            # Rounding keeps what is left of float sums from showing as 1e-15 kg.
            hold[unit] = round(hold.get(unit, 0.0) + sign * amount, 6)

    def properties(self) -> dict[str, dict[str, float]]:
        return {direction.value: dict(load) for direction, load in self.loads.items()}


@dataclass(frozen=True)
class _Drawer:
    problem: Problem
    travel: Travel

    def depot(self, depot: Depot) -> Feature:
        site = self._site(depot)
        hours = {"open_s": depot.open_s, "close_s": depot.close_s}
        return _point(site, {"kind": "depot", "depot": depot.id, **_origin(site), **hours})

    def route(self, route: Route) -> Iterator[Feature]:
        for number, trip in enumerate(route.trips, start=1):
            yield from self._trip(route, number, trip)

    def _trip(self, route: Route, number: int, trip: Trip) -> Iterator[Feature]:
        vehicle = self.problem.vehicle_by_id[route.vehicle]
        place: Depot | Stop = self.problem.depot_by_id[vehicle.start_depot]
        is_last = trip is route.trips[-1]
        end = vehicle.end_depot if is_last else vehicle.start_depot
        hold, load = _Hold(), trip.load_at_start
        for visit in trip.stops:
            for order in self._orders(visit):
                if order.direction is Direction.OUTBOUND:
                    hold.put(order, 1)
        where = {"vehicle": vehicle.id, "trip": number}
        for sequence, visit in enumerate(trip.stops, start=1):
            stop = self.problem.stop_by_id[visit.stop]
            where["sequence"] = sequence
            yield self._leg(vehicle, place, stop, visit.arrive_s, where, load, hold)
            yield self._visit(visit, stop, where, load, hold)
            place, load = stop, visit.load_after
        where["sequence"] = len(trip.stops) + 1
        depot = self.problem.depot_by_id[end]
        yield self._leg(vehicle, place, depot, trip.return_s, where, load, hold)

    def _leg(
        self,
        vehicle: Vehicle,
        origin: Depot | Stop,
        destination: Depot | Stop,
        arrive_s: int,
        where: Mapping[str, Any],
        load: Load,
        hold: _Hold,
    ) -> Feature:
        size = VehicleSize(vehicle.profile)
        ends = self._site(origin).code, self._site(destination).code
        path = [self.travel.network.sites[code] for code in self.travel.path(size, *ends)]
        profile = self.problem.profiles[vehicle.profile]
        leg = origin.location, destination.location
        driving_s = int(profile.duration_s[leg])
        properties = {
            "kind": "leg",
            **where,
            "from": origin.id,
            "to": destination.id,
            "depart_s": arrive_s - driving_s,
            "arrive_s": arrive_s,
            "driving_s": driving_s,
            "distance_m": int(profile.distance_m[leg]),
            "on_board": dict(load),
            **hold.properties(),
            "coord_kind": _least_certain(path),
            "roads": _roads_kind(self.travel.roads(size, *ends)),
        }
        return _line(self.travel.line(size, *ends), properties)

    def _visit(
        self, visit: Visit, stop: Stop, where: Mapping[str, Any], load: Load, hold: _Hold
    ) -> Feature:
        unloaded: dict[str, float] = {}
        loaded: dict[str, float] = {}
        for order in self._orders(visit):
            collects = order.direction is not Direction.OUTBOUND and order.stop == stop.id
            hold.put(order, 1 if collects else -1)
            moved = loaded if collects else unloaded
            for unit, amount in order.load.items():
                moved[unit] = round(moved.get(unit, 0.0) + amount, 6)
        site = self._site(stop)
        properties = {
            "kind": "visit",
            **where,
            "stop": stop.id,
            **_origin(site),
            "arrive_s": visit.arrive_s,
            "start_s": visit.start_s,
            "depart_s": visit.depart_s,
            "orders": list(visit.orders),
            "unload": unloaded,
            "load": loaded,
            "load_before": dict(load),
            "load_after": dict(visit.load_after),
        }
        return _point(site, properties)

    def _orders(self, visit: Visit) -> list[Order]:
        return [self.problem.order_by_id[order] for order in visit.orders]

    def _site(self, place: Depot | Stop) -> Site:
        custom = place.custom or self._depot_customs[place.location]
        return self.travel.network.site(str(custom["site"]))

    @cached_property
    def _depot_customs(self) -> dict[int, Mapping[str, Any]]:
        """By location: the stops of a hub say nothing of themselves and stand at its depot."""
        return {depot.location: depot.custom or {} for depot in self.problem.depots}


def _refuse_without_sites(problem: Problem) -> None:
    sizes = set(VehicleSize)
    kinds: tuple[tuple[str, Sequence[Depot | Stop]], ...] = (
        ("depots", problem.depots),
        ("stops", problem.stops),
    )
    faults = [
        Fault(
            pointer(kind, i, "custom", "site"),
            "missing_site",
            both("地图需要站点编码 custom.site", "a map needs the site's code in custom.site"),
        )
        for kind, places in kinds
        for i, place in enumerate(places)
        if "site" not in (place.custom or {})
    ]
    faults += [
        Fault(
            pointer("vehicles", i, "profile"),
            "unknown_vehicle_size",
            both(
                f"地图需要车型 {', '.join(VehicleSize)},而不是 {vehicle.profile}",
                f"a map needs a profile of {', '.join(VehicleSize)}, not {vehicle.profile}",
            ),
        )
        for i, vehicle in enumerate(problem.vehicles)
        if vehicle.profile not in sizes
    ]
    if faults:
        raise InvalidInput(faults)


def _site_properties(site: Site) -> dict[str, Any]:
    return {
        "kind": "site",
        **_origin(site),
        "tier": site.tier.value,
        "site_kind": site.kind,
        "parent": site.parent,
        "pinyin": site.pinyin,
        "population": site.population,
        "population_kind": site.population_kind,
        "open_s": site.open_s,
        "close_s": site.close_s,
        "service_mode": site.service_mode and site.service_mode.value,
        "life": [[first.isoformat(), state.value] for first, state in site.life],
        "custom": site.custom and dict(site.custom),
    }


def _origin(site: Site) -> dict[str, Any]:
    return {
        "site": site.code,
        "name": site.name,
        "coord_kind": site.coord_kind.value,
        "source": site.source,
    }


def _road_feature(network: Network, road: Road) -> Feature:
    ends = (network.sites[road.u], network.sites[road.v])
    properties = {
        "kind": "road",
        "u": road.u,
        "v": road.v,
        "road_class": road.road_class,
        "length_m": road.length_m,
        "speed_kmh": road.speed_kmh,
        "largest_vehicle": road.largest_vehicle.value,
        "winter_factor": road.winter_factor,
        "closed_periods": [
            f"{first.isoformat()}/{last.isoformat()}" for first, last in road.closed_periods
        ],
        "one_way_to": road.one_way_to,
        "coord_kind": _least_certain(ends),
        "roads": _roads_kind((road,)),
        "source": road.source,
    }
    return _line([(site.lon, site.lat) for site in ends], properties)


def _least_certain(sites: Iterable[Site]) -> str:
    return min((site.coord_kind for site in sites), key=_LEAST_TO_MOST_CERTAIN.index).value


def _roads_kind(roads: Sequence[Road]) -> str:
    """``synthetic`` as soon as one road is; ``none`` where nothing is driven."""
    if not roads:
        return "none"
    return "synthetic" if any(road.synthetic for road in roads) else "real"


def _point(site: Site, properties: Mapping[str, Any]) -> Feature:
    geometry = {"type": "Point", "coordinates": [site.lon, site.lat]}
    return {"type": "Feature", "geometry": geometry, "properties": dict(properties)}


def _line(positions: Iterable[tuple[float, float]], properties: Mapping[str, Any]) -> Feature:
    geometry = {"type": "LineString", "coordinates": [list(position) for position in positions]}
    return {"type": "Feature", "geometry": geometry, "properties": dict(properties)}


def _collection(network: Network, features: list[Feature]) -> Feature:
    return {
        "type": "FeatureCollection",
        "features": features,
        "attribution": "; ".join(attributions(network)),
        "notice": NOTICE if network.is_sketch else "",
    }
