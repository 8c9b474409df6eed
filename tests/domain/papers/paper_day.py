"""A small day for papers, worked out by hand.

On a straight road at 60 s a kilometre, the centre at 0 km, c1, c2 and c3 at 10, 20 and 30 km, c4 at
-10 km; an order takes 60 s. V1 carries 100 kg and 2 m3 and is loaded for 600 s; V2 stays at home.

=====  ======================================================  ==================
time   what                                                    on board after
=====  ======================================================  ==================
08:00  leaves the centre                                       100 kg, 1.2 m3
08:10  c1: o1 (20 kg, 0.4 m3) and o2 (10 kg, 0.2 m3) off        70 kg, 0.6 m3
08:22  c2: o3 (30 kg, 0.5 m3) off, i1 (25 kg, 0.3 m3) on        65 kg, 0.4 m3
08:24  lunch of 30 minutes
09:04  c3: o4 (40 kg, 0.1 m3) off, i2 (15 kg, 0.2 m3) on        40 kg, 0.5 m3
09:36  back at the centre
10:00  leaves again with o5 (12 kg, 0.1 m3)                     12 kg, 0.1 m3
10:10  c4: o5 off                                               0
10:21  back
=====  ======================================================  ==================
"""

import datetime as dt
from dataclasses import replace

from coop_service.domain.papers import PaperContext
from coop_service.domain.problem import Direction
from tests.domain.verify.conftest import build_problem, simulate

DATE = dt.date(2026, 10, 15)
IDENTIFIER = "88.608.8889/210001002.20261015.0001"

DRIVER_PAGE = (
    f"https://coop.example.cn/drive/{'WyIyMTA4ODIi' * 8}.awan1Q.{'23P2NITYWnHkpHIJ68lY' * 2}"
)
"""As long as addresses of drivers' pages are."""

CONTEXT = PaperContext(
    plan="p1",
    version=3,
    date=DATE,
    county="大石桥市",
    printed_at=dt.datetime(2026, 10, 14, 18, 30),
    state="draft",
)

NAMES = {
    "c1": ("前房村", "高坎镇"),
    "c2": ("后房村", "高坎镇"),
    "c3": ("夏家屯村", "石佛镇"),
    "c4": ("岳州村", "金桥街道"),
}

VEHICLE = {
    "capacity": {"weight_kg": 100, "volume_m3": 2},
    "max_trips": 2,
    "reload_s": 600,
    "temperatures": frozenset({"ambient", "frozen"}),
}
NOTE = {
    "name": "冷藏车1号",
    "plate": "辽H·演示01",
    "plate_colour": "蓝",
    "driver": "李师傅",
    "phone": "139 0000 0000",
}


def order(name, stop, weight_kg, volume_m3, pieces, goods_class, **more):
    direction = Direction.OUTBOUND if name.startswith("o") else Direction.INBOUND
    return {
        "id": name,
        "stop": stop,
        "direction": direction,
        "load": {"weight_kg": weight_kg, "volume_m3": volume_m3, "pieces": pieces},
        "goods_class": goods_class,
        "service_s": 60,
        **more,
    }


ORDERS = (
    order("o1", "c1", 20, 0.4, 4, "parcel"),
    order("o2", "c1", 10, 0.2, 1, "farm_input_pesticide"),
    order("o3", "c2", 30, 0.5, 3, "daily_goods", temperature="frozen"),
    order("o4", "c3", 40, 0.1, 5, "parcel"),
    order("o5", "c4", 12, 0.1, 1, "parcel"),
    order("i1", "c2", 25, 0.3, 2, "grain", custom={"key": "k1", "identifier": IDENTIFIER}),
    order("i2", "c3", 15, 0.2, 1, "fresh_produce"),
)

ROUTES = {
    "V1": [
        {
            "depart_s": 28_800,
            "calls": [
                ("c1", ["o1", "o2"]),
                ("c2", ["o3", "i1"], {"rests": [(1800, "lunch")]}),
                ("c3", ["o4", "i2"]),
            ],
        },
        {"depart_s": 36_000, "calls": [("c4", ["o5"])]},
    ]
}


def paper_problem():
    return build_problem(
        (0, 10, 20, 30, -10),
        stops=[
            {
                "id": stop,
                "location": at,
                "time_windows_s": ((25_200, 64_800),),
                "custom": {"name": name, "township": township},
            }
            for at, (stop, (name, township)) in enumerate(NAMES.items(), start=1)
        ],
        depots=({"id": "centre", "location": 0, "custom": {"name": "县分拣中心"}},),
        vehicles=(VEHICLE | {"id": "V1", "custom": NOTE}, {"id": "V2"}),
        orders=ORDERS,
        rules={"forbidden_mixes": (("farm_input_pesticide", "edible"),)},
        goods_groups={"edible": ("grain", "fresh_produce")},
    )


def paper_plan(problem):
    return simulate(problem, ROUTES)


def long_day(stops=40):
    """A van with one order at each of so many stops, whose names are long."""
    names = {
        f"c{at}": f"第{at:02d}号名称特别长的村级供销合作综合服务网点" for at in range(1, stops + 1)
    }
    problem = build_problem(
        tuple(range(stops + 1)),
        stops=[
            {"id": stop, "location": at, "custom": {"name": name, "township": "高坎镇"}}
            for at, (stop, name) in enumerate(names.items(), start=1)
        ],
        orders=[order(f"o{at}", f"c{at}", 1, 0.01, 1, "parcel") for at in range(1, stops + 1)],
    )
    calls = [(f"c{at}", [f"o{at}"]) for at in range(1, stops + 1)]
    plan = simulate(problem, {"V1": [{"depart_s": 28_800, "calls": calls}]})
    return problem, plan, list(names.values())


def renamed(problem, stop, name):
    """The problem with another name for a stop."""
    stops = tuple(
        replace(one, custom={**(one.custom or {}), "name": name}) if one.id == stop else one
        for one in problem.stops
    )
    return replace(problem, stops=stops)
