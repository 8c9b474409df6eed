"""Everything that can be wrong with a county's sites, roads and vans, found in one pass.

A fault names a *cell*: the kind of record, its place in the sequence and the field. Whoever read
the records turns the cell into what its reader knows: a JSON pointer, or file, line and column.
"""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Final, Literal

import networkx as nx

from coop_service.domain.records import Road, Site, Tier, Van
from coop_service.errors import Fault, both, pointer

LON_RANGE: Final = (73.0, 136.0)
LAT_RANGE: Final = (3.0, 54.0)
"""Degrees, WGS-84: the box around China, in which no longitude can pass for a latitude."""

SPEED_RANGE_KMH: Final = (1.0, 120.0)
"""120 km/h is the highest limit on a Chinese road (road-safety regulations, Art. 78)."""

EARTH_RADIUS_M: Final = 6_371_008.8

DAY_S: Final = 86_400

PARENT_TIER: Final = {Tier.STATION: Tier.CENTRE, Tier.VILLAGE_POINT: Tier.STATION}

Kind = Literal["sites", "roads", "vans"]


@dataclass(frozen=True, slots=True)
class RecordFault:
    """One thing wrong with one field of one record, e.g. ``("sites", 3, "lon")``."""

    kind: Kind
    index: int
    field: str
    code: str
    message: str

    def as_fault(self) -> Fault:
        """The fault with a JSON pointer, e.g. ``/sites/3/lon``."""
        return Fault(pointer(self.kind, self.index, self.field), self.code, self.message)


def straight_line_m(a: Site, b: Site) -> float:
    """Great-circle distance of two sites in metres, by the haversine formula on a sphere."""
    lat_a, lat_b = math.radians(a.lat), math.radians(b.lat)
    half_lon = math.radians(b.lon - a.lon) / 2
    square = (
        math.sin((lat_b - lat_a) / 2) ** 2
        + math.cos(lat_a) * math.cos(lat_b) * math.sin(half_lon) ** 2
    )
    return 2 * EARTH_RADIUS_M * math.asin(math.sqrt(min(1.0, square)))


def find_network_faults(
    sites: Sequence[Site], roads: Sequence[Road], *, tier_unknown: Collection[str] = ()
) -> tuple[RecordFault, ...]:
    """Every fault of a network, in the order sites, roads, then what only the whole can show.

    Args:
        sites: all sites of one county.
        roads: all its roads.
        tier_unknown: codes of sites whose stated tier could not be read. Nothing that depends on
            it is judged, so that one unreadable cell is one fault.
    """
    by_code = {site.code: site for site in sites}
    return (
        *_duplicate_sites(sites),
        *(fault for i, site in enumerate(sites) for fault in _site_faults(i, site)),
        *_hierarchy_faults(sites, by_code, frozenset(tier_unknown)),
        *_duplicate_roads(roads, by_code),
        *(fault for i, road in enumerate(roads) for fault in _road_faults(i, road, by_code)),
        *_unreachable_sites(sites, roads, by_code),
    )


def find_van_faults(vans: Sequence[Van], site_codes: Collection[str]) -> tuple[RecordFault, ...]:
    """Every fault of a fleet whose vans live at sites of the given codes."""
    codes = Counter(van.code for van in vans)
    return tuple(
        fault
        for i, van in enumerate(vans)
        for fault in _van_faults(i, van, codes[van.code], site_codes)
    )


def _duplicate_sites(sites: Sequence[Site]) -> Iterator[RecordFault]:
    first: dict[str, int] = {}
    for i, site in enumerate(sites):
        if first.setdefault(site.code, i) != i:
            message = both(
                f"编码 {site.code} 重复(首次用于 {sites[first[site.code]].name})",
                f"code {site.code} is taken by {sites[first[site.code]].name}",
            )
            yield RecordFault("sites", i, "code", "duplicate_code", message)


def _site_faults(i: int, site: Site) -> Iterator[RecordFault]:
    def fault(field: str, code: str, zh: str, en: str) -> RecordFault:
        return RecordFault("sites", i, field, code, both(zh, en))

    for field in ("code", "name"):
        if not getattr(site, field).strip():
            yield fault(field, "missing_value", "不能为空", "must not be empty")
    if _is_within(site.lon, LAT_RANGE) and _is_within(site.lat, LON_RANGE):
        yield fault(
            "lon",
            "swapped_coordinates",
            f"经纬度颠倒:lon={site.lon},lat={site.lat}",
            f"longitude and latitude are swapped: lon={site.lon}, lat={site.lat}",
        )
    else:
        yield from _coordinate_faults(i, site)
    if site.population < 0:
        yield fault(
            "population",
            "negative",
            f"人口不能为负:{site.population}",
            f"population must be 0 or more, not {site.population}",
        )
    for field, time_s in (("open_s", site.open_s), ("close_s", site.close_s)):
        if not 0 <= time_s <= DAY_S:
            yield fault(
                field,
                "out_of_range",
                f"时刻须在 00:00 至 24:00 之间(0-{DAY_S} 秒),而不是 {time_s} 秒",
                f"must lie between 00:00 and 24:00 (0-{DAY_S} s), not {time_s} s",
            )
    yield from _life_faults(i, site)
    if site.close_s <= site.open_s:
        yield fault(
            "close_s",
            "closes_before_opening",
            f"关门时间({site.close_s} 秒)须晚于开门时间({site.open_s} 秒)",
            f"closing ({site.close_s} s) must be later than opening ({site.open_s} s)",
        )


def _life_faults(i: int, site: Site) -> Iterator[RecordFault]:
    for (earlier, _), (later, _) in pairwise(site.life):
        if later <= earlier:
            message = both(
                f"状态须按日期先后排列:{later} 不晚于 {earlier}",
                f"states must be in the order of their days: {later} is not after {earlier}",
            )
            yield RecordFault("sites", i, "life", "life_out_of_order", message)
    if site.life and site.tier is Tier.CENTRE:
        message = both(
            "县级中心始终运营,此处须留空", "the county centre is always open: leave this empty"
        )
        yield RecordFault("sites", i, "life", "life_of_centre", message)


def _coordinate_faults(i: int, site: Site) -> Iterator[RecordFault]:
    for field, zh, degrees, bounds in (
        ("lon", "经度", site.lon, LON_RANGE),
        ("lat", "纬度", site.lat, LAT_RANGE),
    ):
        if not math.isfinite(degrees):
            message = both(f"{zh}须为有限数,而不是 {degrees}", f"must be finite, not {degrees}")
            yield RecordFault("sites", i, field, "not_finite", message)
        elif not _is_within(degrees, bounds):
            message = both(
                f"{zh} {degrees} 不在中国范围 {bounds[0]:g} 至 {bounds[1]:g} 之内",
                f"{degrees} is outside China, {bounds[0]:g} to {bounds[1]:g}",
            )
            yield RecordFault("sites", i, field, "out_of_range", message)


def _hierarchy_faults(
    sites: Sequence[Site], by_code: dict[str, Site], tier_unknown: frozenset[str]
) -> Iterator[RecordFault]:
    centres = [site for site in sites if site.tier is Tier.CENTRE and site.code not in tier_unknown]
    if not centres and not tier_unknown:
        message = both("没有县级中心(tier 0)", "there is no county centre (tier 0)")
        yield RecordFault("sites", 0, "tier", "missing_centre", message)
    for i, site in enumerate(sites):
        if site.code in tier_unknown:
            continue
        if site.tier is Tier.CENTRE and site is not centres[0]:
            message = both(
                f"县级中心只能有一个,已有 {centres[0].code} {centres[0].name}",
                f"only one county centre is possible, {centres[0].code} is one already",
            )
            yield RecordFault("sites", i, "tier", "multiple_centres", message)
        yield from _parent_faults(i, site, by_code, tier_unknown)


def _parent_faults(
    i: int, site: Site, by_code: dict[str, Site], tier_unknown: frozenset[str]
) -> Iterator[RecordFault]:
    wanted = PARENT_TIER.get(site.tier)
    if site.parent is None:
        if wanted is not None:
            message = both(
                f"缺少上级,上级须为 tier {wanted:d} 的站点",
                f"a parent is missing, it must be a site of tier {wanted:d}",
            )
            yield RecordFault("sites", i, "parent", "missing_parent", message)
    elif site.parent not in by_code:
        message = both(f"没有编码为 {site.parent} 的站点", f"there is no site {site.parent}")
        yield RecordFault("sites", i, "parent", "unknown_parent", message)
    elif wanted is None:
        message = both(
            f"tier {site.tier:d} 的站点没有上级,而不是 {site.parent}",
            f"a site of tier {site.tier:d} has no parent, not {site.parent}",
        )
        yield RecordFault("sites", i, "parent", "tier_jump", message)
    elif site.parent not in tier_unknown and by_code[site.parent].tier is not wanted:
        actual = by_code[site.parent].tier
        message = both(
            f"tier {site.tier:d} 的上级须为 tier {wanted:d},{site.parent} 为 tier {actual:d}",
            f"the parent of tier {site.tier:d} must be of tier {wanted:d}, "
            f"{site.parent} is of tier {actual:d}",
        )
        yield RecordFault("sites", i, "parent", "tier_jump", message)


def _duplicate_roads(roads: Sequence[Road], by_code: dict[str, Site]) -> Iterator[RecordFault]:
    seen: set[frozenset[str]] = set()
    for i, road in enumerate(roads):
        ends = frozenset((road.u, road.v))
        if not ends <= by_code.keys():
            continue
        if ends in seen:
            message = both(
                f"{road.u} 与 {road.v} 之间的道路重复",
                f"the road between {road.u} and {road.v} is given already",
            )
            yield RecordFault("roads", i, "v", "duplicate_road", message)
        seen.add(ends)


def _road_faults(i: int, road: Road, by_code: dict[str, Site]) -> Iterator[RecordFault]:
    def fault(field: str, code: str, zh: str, en: str) -> RecordFault:
        return RecordFault("roads", i, field, code, both(zh, en))

    for field, code in (("u", road.u), ("v", road.v)):
        if code not in by_code:
            yield fault(
                field, "unknown_site", f"没有编码为 {code} 的站点", f"there is no site {code}"
            )
    if road.u == road.v:
        yield fault(
            "v",
            "self_loop",
            f"道路两端同为 {road.u}",
            f"both ends of the road are {road.u}",
        )
    if road.one_way_to not in (None, road.u, road.v):
        yield fault(
            "one_way_to",
            "no_end_of_the_road",
            f"单行方向须为道路的一端 {road.u} 或 {road.v},或留空,而不是 {road.one_way_to}",
            f"must be an end of the road, {road.u} or {road.v}, or empty, not {road.one_way_to}",
        )
    yield from _length_faults(i, road, by_code)
    low, high = SPEED_RANGE_KMH
    if not _is_within(road.speed_kmh, SPEED_RANGE_KMH):
        yield fault(
            "speed_kmh",
            "impossible_speed",
            f"速度须在 {low:g} 至 {high:g} km/h 之间,而不是 {road.speed_kmh}",
            f"speed must lie between {low:g} and {high:g} km/h, not {road.speed_kmh}",
        )
    if not (math.isfinite(road.winter_factor) and road.winter_factor >= 1):
        yield fault(
            "winter_factor",
            "winter_factor",
            f"冬季系数须不小于 1,而不是 {road.winter_factor}",
            f"winter factor must be 1 or more, not {road.winter_factor}",
        )
    for first, last in road.closed_periods:
        if last < first:
            yield fault(
                "closed_periods",
                "period_ends_before_start",
                f"封闭期 {first}/{last} 的结束早于开始",
                f"closed period {first}/{last} ends before it starts",
            )


def _length_faults(i: int, road: Road, by_code: dict[str, Site]) -> Iterator[RecordFault]:
    if not (math.isfinite(road.length_m) and road.length_m > 0):
        message = both(
            f"长度须大于 0 米,而不是 {road.length_m}",
            f"length must be more than 0 m, not {road.length_m}",
        )
        yield RecordFault("roads", i, "length_m", "not_positive", message)
        return
    ends = [by_code[code] for code in (road.u, road.v) if code in by_code]
    # A wrong position is told at the site; its roads would only repeat it.
    if len(ends) < 2 or any(next(_coordinate_faults(0, site), None) for site in ends):
        return
    straight_m = straight_line_m(*ends)
    # Positions come rounded to 1e-5 degrees, and the sphere is within 0.5 % of the ellipsoid.
    if road.length_m < straight_m * 0.995 - 5:
        message = both(
            f"长度 {road.length_m} 米短于两端直线距离 {straight_m:.0f} 米",
            f"length {road.length_m} m is shorter than the straight line, {straight_m:.0f} m",
        )
        yield RecordFault("roads", i, "length_m", "shorter_than_straight", message)


def _unreachable_sites(
    sites: Sequence[Site], roads: Iterable[Road], by_code: dict[str, Site]
) -> Iterator[RecordFault]:
    graph: nx.DiGraph[str] = nx.DiGraph()
    graph.add_nodes_from(by_code)
    for road in roads:
        if road.u in by_code and road.v in by_code:
            ways = ((road.u, road.v), (road.v, road.u))
            # A direction that names no end of the road is told at the road.
            barred = {road.u: ways[0], road.v: ways[1]}.get(road.one_way_to or "")
            graph.add_edges_from(way for way in ways if way != barred)
    centre = next((site.code for site in sites if site.tier is Tier.CENTRE), None)
    # Without a centre the largest connected part stands in for what it would reach.
    if centre is None:
        reached = returning = max(nx.weakly_connected_components(graph), key=len, default=set())
    else:
        reached = nx.descendants(graph, centre) | {centre}
        returning = nx.ancestors(graph, centre) | {centre}
    for i, site in enumerate(sites):
        if site.code not in reached:
            message = both(
                f"没有道路从县级中心通到 {site.code} {site.name}",
                f"no road leads from the county centre to {site.code}",
            )
            yield RecordFault("sites", i, "code", "unreachable_site", message)
        elif site.code not in returning:
            message = both(
                f"单行道路使 {site.code} {site.name} 无法返回县级中心",
                f"one-way roads leave no way back from {site.code} to the county centre",
            )
            yield RecordFault("sites", i, "code", "no_way_back", message)


def _van_faults(
    i: int, van: Van, same_code: int, site_codes: Collection[str]
) -> Iterator[RecordFault]:
    def fault(field: str, code: str, zh: str, en: str) -> RecordFault:
        return RecordFault("vans", i, field, code, both(zh, en))

    if not van.code.strip():
        yield fault("code", "missing_value", "不能为空", "must not be empty")
    elif same_code > 1:
        yield fault(
            "code", "duplicate_code", f"编码 {van.code} 重复", f"code {van.code} is used twice"
        )
    if van.home not in site_codes:
        yield fault(
            "home", "unknown_site", f"没有编码为 {van.home} 的站点", f"there is no site {van.home}"
        )
    for field in ("payload_kg", "volume_m3"):
        if not (math.isfinite(getattr(van, field)) and getattr(van, field) > 0):
            yield fault(field, "not_positive", "须大于 0", "must be more than 0")
    for field in ("fixed_yuan", "per_km_yuan", "per_hour_yuan", "per_overtime_hour_yuan"):
        yuan = getattr(van, field)
        if yuan is not None and not (math.isfinite(yuan) and yuan >= 0):
            yield fault(field, "negative", "须不小于 0", "must be 0 or more")
    for field in ("max_overtime_s", "reload_s"):
        if getattr(van, field) < 0:
            yield fault(field, "negative", "须不小于 0", "must be 0 or more")
    if van.range_m is not None and van.range_m <= 0:
        yield fault("range_m", "not_positive", "须大于 0 或留空", "must be more than 0, or empty")
    if van.max_trips < 1:
        yield fault("max_trips", "out_of_range", "须至少为 1", "must be 1 or more")
    if not van.temperatures:
        yield fault(
            "temperatures", "missing_value", "至少一个温区", "at least one temperature is needed"
        )
    if not 0 <= van.shift_start_s < van.shift_end_s:
        yield fault(
            "shift_end_s",
            "closes_before_opening",
            "班次结束须晚于开始",
            "the shift must end after it starts",
        )


def _is_within(value: float, bounds: tuple[float, float]) -> bool:
    return bounds[0] <= value <= bounds[1]
