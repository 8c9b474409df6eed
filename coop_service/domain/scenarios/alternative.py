"""A county as a scenario changes it, from its records alone; every fault is told by its TOML path.

A station whose catchment is stated gets the village points in it that are nearest to it.
A moved site keeps its code, its people and its orders; where it was remains a junction of the
roads. Vans whose home is not served after all changes are based at the centre.
"""

from __future__ import annotations

import datetime as dt
import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Final

from coop_service.domain.network import Network
from coop_service.domain.network_faults import find_network_faults, find_van_faults, straight_line_m
from coop_service.domain.problem import NO_ROAD, ModeSetting
from coop_service.domain.records import CoordKind, Road, Site, SiteState, Tier, Van, VehicleSize
from coop_service.domain.scenarios.scenario import (
    ChangeKind,
    FleetChange,
    FleetChangeKind,
    Scenario,
    StationChange,
)
from coop_service.domain.travel import Travel
from coop_service.errors import Fault, InvalidInput, both

DETOUR: Final = 1.3
"""Length of an access road over the straight line, where it is not stated: an assumption."""

ACCESS_SPEED_KMH: Final = 30.0
STATION_HOURS_S: Final = (7 * 3600, 19 * 3600)
SOURCE: Final = "scenario: assumed"
JUNCTION: Final = "@"
"""Ends the code of the junction that remains where a moved site was."""


@dataclass(frozen=True, slots=True)
class County:
    """A county's records, of a network that has been found sound."""

    code: str
    sites: tuple[Site, ...]
    roads: tuple[Road, ...]
    vans: tuple[Van, ...]


@dataclass(frozen=True, slots=True)
class Alternative:
    """A county as it would be.

    Attributes:
        network: as of the scenario's date.
        fleet: the vans.
        modes: of townships, by station, as far as they have vans of their own.
        floors_m3: room for goods at stations, where a scenario states it.
        catchments_min: how far stations cover, where a scenario states it.
        people_at: where the people of moved sites are, by the site's code: they have not moved.
        touched: codes of the sites that the changes name.
    """

    network: Network
    fleet: tuple[Van, ...]
    modes: Mapping[str, ModeSetting] = field(default_factory=dict)
    floors_m3: Mapping[str, float] = field(default_factory=dict)
    catchments_min: Mapping[str, float] = field(default_factory=dict)
    people_at: Mapping[str, str] = field(default_factory=dict)
    touched: tuple[str, ...] = ()


def change_county(county: County, scenario: Scenario) -> tuple[Alternative, Alternative]:
    """The county before and after the changes of a scenario.

    Raises:
        InvalidInput: with every fault of the changes, as ``station[1].site``.
    """
    before = Alternative(
        Network(county.code, county.sites, county.roads, scenario.date), county.vans
    )
    work = _Work(county, scenario.date)
    for index, change in enumerate(scenario.stations):
        work.change_station(f"station[{index}]", change)
    for index, fleet_change in enumerate(scenario.fleet):
        work.change_fleet(f"fleet[{index}]", fleet_change)
    work.judge()
    homes = {van.home for van in work.vans.values() if van.active}
    for code in scenario.modes:
        if code not in homes or code not in work.sites:
            work.tell(
                f"modes.{code}",
                "no_hub",
                f"站点 {code} 没有驻站车辆,无法选择运输模式",
                f"no van is based at {code}, so that there is no mode to choose",
            )
    if work.faults:
        raise InvalidInput(work.faults)
    network = Network(county.code, work.sites.values(), work.roads, scenario.date)
    network = _give_villages(network, work.catchments_min, scenario.date)
    centre = network.centre.code
    fleet = tuple(
        van if network.is_served(van.home) else replace(van, home=centre)
        for van in work.vans.values()
    )
    base_homes = {van.home for van in county.vans if van.active}
    after = Alternative(
        network,
        fleet,
        scenario.modes,
        work.floors_m3,
        work.catchments_min,
        work.people_at,
        tuple(dict.fromkeys(change.site for change in scenario.stations)),
    )
    # A mode of a township that has vans already holds before as well: it is no change.
    modes = {code: mode for code, mode in scenario.modes.items() if code in base_homes}
    return replace(before, modes=modes, touched=after.touched), after


def _give_villages(network: Network, catchments_min: Mapping[str, float], date: dt.date) -> Network:
    """Villages in the catchment of a station that is the nearest to them belong to it."""
    stations = [site.code for site in network.tier(Tier.STATION)]
    villages = [site.code for site in network.tier(Tier.VILLAGE_POINT)]
    if not (catchments_min.keys() & set(stations) and villages):
        return network
    ways = Travel(network, date).profile(VehicleSize.MICRO, [*stations, *villages])
    drive_s = ways.duration_s[: len(stations), len(stations) :].astype(float)
    drive_s[drive_s == NO_ROAD] = math.inf
    sites = dict(network.sites)
    for column, (code, row) in enumerate(zip(villages, drive_s.argmin(axis=0), strict=True)):
        station = stations[row]
        if drive_s[row, column] <= 60 * catchments_min.get(station, -1.0):
            sites[code] = replace(sites[code], parent=station)
    return Network(network.county, sites.values(), network.roads, network.date)


class _Work:
    """Records that are being changed, and what is wrong with the changes."""

    def __init__(self, county: County, date: dt.date) -> None:
        self.date = date
        self.sites = {site.code: site for site in county.sites}
        self.centre = next(site for site in county.sites if site.tier is Tier.CENTRE)
        self.roads = list(county.roads)
        self.vans = {van.code: van for van in county.vans}
        self.floors_m3: dict[str, float] = {}
        self.catchments_min: dict[str, float] = {}
        self.people_at: dict[str, str] = {}
        self.faults: list[Fault] = []
        self._path_of: dict[str, str] = {}

    def tell(self, path: str, code: str, zh: str, en: str) -> None:
        self.faults.append(Fault(path, code, both(zh, en)))

    def change_station(self, path: str, change: StationChange) -> None:
        found = len(self.faults)
        self._path_of[change.site] = path
        site = self.sites.get(change.site)
        if change.tier in (Tier.CENTRE, Tier.GATEWAY):
            self.tell(
                f"{path}.tier",
                "unknown_choice",
                "只能为 1(乡镇站)或 2(村级点)",
                "must be 1 (station) or 2 (village point)",
            )
        if (change.lon is None) != (change.lat is None):
            missing = "lat" if change.lat is None else "lon"
            self.tell(
                f"{path}.{missing}",
                "missing_field",
                "lon 与 lat 须同时给出",
                "lon and lat are given together",
            )
        if change.road_to is not None and change.road_to not in self.sites:
            self._tell_unknown(f"{path}.road_to", change.road_to)
        if site is None and not (change.change is ChangeKind.ADD and change.lon is not None):
            self._tell_unknown(f"{path}.site", change.site)
        elif site is not None and site.tier in (Tier.CENTRE, Tier.GATEWAY):
            self.tell(
                f"{path}.site",
                "not_a_station",
                f"{site.name} 是县中心或县外口,不能这样改变",
                f"{site.name} is the centre or a gateway and cannot be changed so",
            )
        elif site is not None:
            self._refuse_wrong_state(path, change, site)
        if len(self.faults) > found:
            return
        if site is None:
            self._add_new(change)
        elif change.change is ChangeKind.CLOSE:
            self.sites[site.code] = self._in_state(site, SiteState.CLOSED)
        else:
            self._change_known(change, site)
        if change.floor_m3 is not None:
            self.floors_m3[change.site] = change.floor_m3
        if change.catchment_min is not None:
            self.catchments_min[change.site] = change.catchment_min

    def change_fleet(self, path: str, change: FleetChange) -> None:
        found = len(self.faults)
        needs = {
            FleetChangeKind.ADD: ("like", "home"),
            FleetChangeKind.REMOVE: ("vans",),
            FleetChangeKind.MOVE: ("vans", "home"),
        }[change.change]
        for name in needs:
            if not getattr(change, name):
                self.tell(
                    f"{path}.{name}",
                    "missing_field",
                    f"{change.change} 需要 {name}",
                    f"{change.change} needs {name}",
                )
        for index, code in enumerate(change.vans):
            if code not in self.vans:
                self._tell_unknown_van(f"{path}.vans[{index}]", code)
        if change.like is not None and change.like not in self.vans:
            self._tell_unknown_van(f"{path}.like", change.like)
        if change.home is not None and change.home not in self.sites:
            self._tell_unknown(f"{path}.home", change.home)
        if len(self.faults) > found:
            return
        if change.change is FleetChangeKind.REMOVE:
            for code in change.vans:
                del self.vans[code]
        elif change.change is FleetChangeKind.MOVE:
            for code in change.vans:
                self.vans[code] = replace(self.vans[code], home=change.home or "")
        elif change.like is not None:
            self._add_vans(self.vans[change.like], change)

    def judge(self) -> None:
        """Faults of the network and fleet that the changes leave behind."""
        if self.faults:
            return  # what could not be made cannot be judged
        sites = tuple(self.sites.values())
        for found in find_network_faults(sites, self.roads):
            path = ""
            if found.kind == "sites":
                path = self._path_of.get(sites[found.index].code, "")
            elif found.kind == "roads":
                road = self.roads[found.index]
                path = next((self._path_of[c] for c in (road.u, road.v) if c in self._path_of), "")
            self.faults.append(Fault(f"{path}.{found.field}", found.code, found.message))
        vans = tuple(self.vans.values())
        for fault in find_van_faults(vans, self.sites.keys()):
            where = f"fleet.{vans[fault.index].code}.{fault.field}"
            self.faults.append(Fault(where, fault.code, fault.message))
        if not any(van.active and van.home == self.centre.code for van in vans):
            self.tell(
                "fleet",
                "no_van_at_centre",
                "县中心没有可用车辆",
                "no active van is left at the county centre",
            )

    def _refuse_wrong_state(self, path: str, change: StationChange, site: Site) -> None:
        state = site.state_on(self.date)
        if change.change is ChangeKind.ADD and state.is_served and change.tier in (None, site.tier):
            self.tell(
                f"{path}.site",
                "is_served",
                f"{site.name} 已处于{state.zh}状态;要改变它请用 move 或 upgrade",
                f"{site.name} is {state} already: use move or upgrade to change it",
            )
        elif change.change is not ChangeKind.ADD and not state.is_served:
            self.tell(
                f"{path}.site",
                "site_not_served",
                f"{site.name} 处于{state.zh}状态;请先用 add",
                f"{site.name} is {state}: add it first",
            )
        if change.change is ChangeKind.MOVE and change.lon is None:
            self.tell(
                f"{path}.lon",
                "missing_field",
                "move 需要 lon 与 lat",
                "move needs lon and lat",
            )
        if change.change is ChangeKind.UPGRADE and not any(_upgrades(change)):
            self.tell(
                path,
                "missing_field",
                "upgrade 至少需要 tier、open、close、floor_m3、catchment_min 之一",
                "upgrade needs at least one of tier, open, close, floor_m3, catchment_min",
            )

    def _tell_unknown(self, path: str, code: str) -> None:
        self.tell(
            path,
            "unknown_site",
            f"路网中没有站点 {code};新站点请用 add 并给出 lon、lat",
            f"the network has no site {code}; a new one is added with its lon and lat",
        )

    def _tell_unknown_van(self, path: str, code: str) -> None:
        self.tell(path, "unknown_vehicle", f"没有车辆 {code}", f"there is no vehicle {code}")

    def _in_state(self, site: Site, state: SiteState) -> Site:
        kept = tuple(step for step in site.life if step[0] < self.date)
        return replace(site, life=(*kept, (self.date, state)))

    def _add_new(self, change: StationChange) -> None:
        tier = change.tier or Tier.STATION
        is_station = tier is Tier.STATION
        site = Site(
            code=change.site,
            name=change.name or change.site,
            tier=tier,
            kind="town" if is_station else "village",
            parent=self.centre.code if is_station else change.parent,
            lon=change.lon or 0.0,
            lat=change.lat or 0.0,
            coord_kind=CoordKind.SYNTHETIC,
            population=change.population or 0,
            population_kind=SOURCE,
            open_s=STATION_HOURS_S[0] if change.open_s is None else change.open_s,
            close_s=STATION_HOURS_S[1] if change.close_s is None else change.close_s,
            service_mode=None,
            source=SOURCE,
            life=((self.date, SiteState.OPEN),),
        )
        self._join(site, change)
        self.sites[site.code] = site

    def _change_known(self, change: StationChange, site: Site) -> None:
        if change.change is ChangeKind.ADD:
            site = self._in_state(site, SiteState.OPEN)
        if change.tier is not None and change.tier is not site.tier:
            parent = self.centre.code if change.tier is Tier.STATION else change.parent
            site = replace(site, tier=change.tier, parent=parent)
        site = replace(
            site,
            name=change.name or site.name,
            open_s=site.open_s if change.open_s is None else change.open_s,
            close_s=site.close_s if change.close_s is None else change.close_s,
            population=site.population if change.population is None else change.population,
        )
        if change.lon is not None and change.lat is not None:
            site = self._move(site, change)
        self.sites[site.code] = site

    def _move(self, site: Site, change: StationChange) -> Site:
        """The site where it is now; where it was a junction takes over its roads."""
        junction = f"{site.code}{JUNCTION}"
        while junction in self.sites:
            junction += JUNCTION
        self.sites[junction] = replace(
            site,
            code=junction,
            population=0,
            life=((dt.date.min, SiteState.CLOSED),),
        )
        self.roads = [
            replace(
                road,
                u=junction if road.u == site.code else road.u,
                v=junction if road.v == site.code else road.v,
            )
            for road in self.roads
        ]
        self.people_at.setdefault(site.code, junction)
        moved = replace(
            site,
            lon=change.lon or 0.0,
            lat=change.lat or 0.0,
            coord_kind=CoordKind.SYNTHETIC,
        )
        self._join(moved, change)
        return moved

    def _join(self, site: Site, change: StationChange) -> None:
        """An access road, which nobody drives but for the site: no way elsewhere changes."""
        others = [other for other in self.sites.values() if other.code != site.code]
        if change.road_to is not None:
            others = [self.sites[change.road_to]]
        near = min(others, key=lambda other: (straight_line_m(site, other), other.code))
        straight_m = straight_line_m(site, near)
        length_m = DETOUR * straight_m if change.road_km is None else 1000 * change.road_km
        self.roads.append(
            Road(
                u=min(site.code, near.code),
                v=max(site.code, near.code),
                road_class="V",
                length_m=max(1, round(length_m)),
                speed_kmh=ACCESS_SPEED_KMH,
                largest_vehicle=VehicleSize.TRUCK,
                winter_factor=1.0,
                synthetic=True,
                source=SOURCE,
            )
        )

    def _add_vans(self, like: Van, change: FleetChange) -> None:
        numbers: Iterator[int] = (n for n in range(1, 10_000))
        added = 0
        while added < change.count:
            code = f"{like.code}-{next(numbers)}"
            if code not in self.vans:
                self.vans[code] = replace(
                    like, code=code, name=f"{like.name}({code})", home=change.home or like.home
                )
                added += 1


def _upgrades(change: StationChange) -> Sequence[bool]:
    names = ("tier", "open_s", "close_s", "floor_m3", "catchment_min")
    return [getattr(change, name) is not None for name in names]
