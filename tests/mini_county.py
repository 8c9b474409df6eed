"""A county for reports that is worked out by hand: a centre, three townships, twelve villages.

Roads are driven at 60 km/h, so that a kilometre takes a minute, but for two at 30 km/h. On
:data:`DAY` the figures at the roads are minutes::

    C -10- T1 -5- A1 -10- A2        C -20- T2 -4- B1          C -30- T3 -5- D1
           T1 -25- A3 (12.5 km)            T2 -18- B2 -12- B3        T3 -12- D2 -9- D3 (4.5 km)
    C -2- A4, a community                  T2 -8- B4                 T3 -7- D4, road closed in July

T3 opens in September, B3 was closed in March, B4 is tried out from August on; the others are open.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from typing import Any

from coop_service.domain.coverage import Thresholds
from coop_service.domain.network import Network
from coop_service.domain.records import (
    CoordKind,
    Road,
    ServiceMode,
    Site,
    SiteLife,
    SiteState,
    Tier,
    VehicleSize,
)
from coop_service.domain.reports import CoverageOptions, ServiceDay, ServicePeriod

CODE = "210003"
DAY = dt.date(2026, 7, 15)
JULY = ((dt.date(2026, 7, 1), dt.date(2026, 7, 31)),)

OPTIONS = CoverageOptions(
    thresholds=Thresholds(
        point_min=10.0,
        station_min=20.0,
        centre_min=30.0,
        bands_min=(10.0, 20.0, 40.0),
        bands_km=(5.0, 15.0, 40.0),
    ),
    catchment_min=20.0,
    floor_m3=20.0,
    weeks=2,
    weekly_days=1.0,
    next_day_percent=90.0,
    worst=6,
)

PERIOD = ServicePeriod(
    last=DAY,
    weeks=2,
    days=(
        ServiceDay(
            dt.date(2026, 7, 6), "closed", 2, frozenset({"A1", "A2", "B1", "T1"}), frozenset({"B2"})
        ),
        ServiceDay(
            dt.date(2026, 7, 8), "closed", 1, frozenset({"A1", "A4", "B1", "B2"}), frozenset({"B2"})
        ),
        ServiceDay(dt.date(2026, 7, 13), "released", 3, frozenset({"A1", "D1"}), frozenset()),
    ),
)
"""A1 is called at three times, B1 twice, A2, A4, B2 and D1 once; B2 lacks an order twice."""


def make_site(
    code: str,
    tier: Tier,
    parent: str | None,
    number: int,
    *,
    kind: str = "village",
    people: int = 0,
    mode: ServiceMode | None = None,
    life: SiteLife = (),
    custom: Mapping[str, Any] | None = None,
) -> Site:
    return Site(
        code=code,
        name=f"站点{code}",
        tier=tier,
        kind=kind,
        parent=parent,
        lon=122.5 + 0.001 * number,
        lat=40.6,
        coord_kind=CoordKind.SYNTHETIC if code == "D4" else CoordKind.REAL,
        population=people,
        population_kind="synthetic" if code == "D4" else "counted",
        open_s=7 * 3600,
        close_s=19 * 3600,
        service_mode=mode,
        source="test",
        life=life,
        custom=custom,
    )


def make_road(
    u: str,
    v: str,
    minutes: int,
    *,
    speed_kmh: float = 60.0,
    closed_periods: tuple[tuple[dt.date, dt.date], ...] = (),
) -> Road:
    return Road(
        u=u,
        v=v,
        road_class="C",
        length_m=round(minutes * speed_kmh / 60 * 1000),
        speed_kmh=speed_kmh,
        largest_vehicle=VehicleSize.TRUCK,
        winter_factor=1.0,
        synthetic=False,
        source="test",
        closed_periods=closed_periods,
    )


def make_sites() -> tuple[Site, ...]:
    town, village, mode = Tier.STATION, Tier.VILLAGE_POINT, ServiceMode
    opens = ((dt.date(2026, 9, 1), SiteState.OPEN),)
    shut = ((dt.date(2025, 1, 1), SiteState.OPEN), (dt.date(2026, 3, 1), SiteState.CLOSED))
    tried = ((dt.date(2026, 8, 1), SiteState.PILOT),)
    return (
        make_site("C", Tier.CENTRE, None, 0, kind="county_centre", custom={"floor_m3": 15}),
        make_site("T1", town, "C", 1, kind="town", custom={"floor_m3": 76.0}),
        make_site("T2", town, "C", 2, kind="town"),
        make_site("T3", town, "C", 3, kind="town", life=opens),
        make_site("A1", village, "T1", 4, people=1000, mode=mode.RESIDENT_POINT),
        make_site("A2", village, "T1", 5, people=800, mode=mode.BUS_FREIGHT),
        make_site("A3", village, "T1", 6, people=600, mode=mode.MOBILE),
        make_site("A4", village, "T1", 7, kind="community", people=2000, mode=mode.POST_EXPRESS),
        make_site("B1", village, "T2", 8, people=900, mode=mode.COOP_OUTLET),
        make_site("B2", village, "T2", 9, people=700, mode=mode.E_COMMERCE),
        make_site("B3", village, "T2", 10, people=500, mode=mode.MOBILE, life=shut),
        make_site("B4", village, "T2", 11, people=400, mode=mode.MOBILE, life=tried),
        make_site("D1", village, "T3", 12, people=1100, mode=mode.RESIDENT_POINT),
        make_site("D2", village, "T3", 13, people=300, mode=mode.BUS_FREIGHT),
        make_site("D3", village, "T3", 14, people=200),
        make_site("D4", village, "T3", 15, people=100, mode=mode.MOBILE),
    )


def make_roads() -> tuple[Road, ...]:
    return (
        make_road("C", "T1", 10),
        make_road("C", "T2", 20),
        make_road("C", "T3", 30),
        make_road("A4", "C", 2),
        make_road("A1", "T1", 5),
        make_road("A1", "A2", 10),
        make_road("A3", "T1", 25, speed_kmh=30.0),
        make_road("B1", "T2", 4),
        make_road("B2", "T2", 18),
        make_road("B2", "B3", 12),
        make_road("B4", "T2", 8),
        make_road("D1", "T3", 5),
        make_road("D2", "T3", 12),
        make_road("D2", "D3", 9, speed_kmh=30.0),
        make_road("D4", "T3", 7, closed_periods=JULY),
    )


def make_network() -> Network:
    return Network(CODE, make_sites(), make_roads())
