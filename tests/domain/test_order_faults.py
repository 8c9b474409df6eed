import datetime as dt
import math
from dataclasses import replace

import pytest

from coop_service.domain.order_faults import find_order_faults
from coop_service.domain.problem import Direction
from coop_service.domain.records import CoordKind, DayOrder, Site, Tier

FIRST, LAST = dt.date(2026, 1, 1), dt.date(2026, 12, 31)

TIERS = {"C": Tier.CENTRE, "S": Tier.STATION, "V": Tier.VILLAGE_POINT, "W": Tier.VILLAGE_POINT}

SITES = {
    code: Site(
        code=code,
        name=code,
        tier=tier,
        kind="test",
        parent=None,
        lon=122.0,
        lat=40.0,
        coord_kind=CoordKind.REAL,
        population=1,
        population_kind="test",
        open_s=0,
        close_s=86_400,
        service_mode=None,
        source="test",
    )
    for code, tier in TIERS.items()
}

ORDER = DayOrder(
    key="1",
    date=dt.date(2026, 10, 15),
    direction=Direction.OUTBOUND,
    site="V",
    depot="C",
    weight_kg=10.0,
    volume_m3=0.1,
    pieces=1,
    goods_class="parcel",
)


def found(unread=(), **changed):
    order = replace(ORDER, **changed)
    return {f.pointer: f.code for f in find_order_faults(order, SITES, FIRST, LAST, unread)}


def test_a_sound_order_has_no_faults():
    assert found() == {}
    assert found(direction=Direction.INBOUND, depot="S") == {}
    assert found(direction=Direction.TRANSFER, to_site="W") == {}
    assert found(date=FIRST, windows_s=((0, 0), (100, 90_000)), max_on_board_s=0) == {}


@pytest.mark.parametrize(
    ("changed", "expected"),
    [
        ({"date": dt.date(2025, 12, 31)}, {"/date": "out_of_range"}),
        ({"date": dt.date(2027, 1, 1)}, {"/date": "out_of_range"}),
        ({"weight_kg": -0.1}, {"/weight_kg": "out_of_range"}),
        ({"volume_m3": math.nan}, {"/volume_m3": "out_of_range"}),
        ({"weight_kg": math.inf}, {"/weight_kg": "out_of_range"}),
        ({"pieces": -1}, {"/pieces": "out_of_range"}),
        ({"service_s": -1}, {"/service_s": "out_of_range"}),
        ({"max_on_board_s": -1}, {"/max_on_board_s": "out_of_range"}),
        ({"priority": -1}, {"/priority": "out_of_range"}),
        ({"drop_penalty_yuan": -1.0}, {"/drop_penalty_yuan": "out_of_range"}),
        ({"goods_class": "weapons"}, {"/goods_class": "unknown_goods"}),
        ({"temperature": "hot"}, {"/temperature": "unknown_temperature"}),
        ({"windows_s": ((0, 5), (9, 8))}, {"/windows_s/1": "window_reversed"}),
        ({"windows_s": ((0, 200_000),)}, {"/windows_s/0": "out_of_range"}),
        ({"site": "X"}, {"/site": "unknown_site"}),
        ({"depot": "X"}, {"/depot": "unknown_site"}),
        ({"depot": "W"}, {"/depot": "not_a_depot"}),
        ({"site": "C"}, {"/site": "same_site"}),
        ({"to_site": "W"}, {"/to_site": "to_site_without_transfer"}),
        ({"direction": Direction.TRANSFER}, {"/to_site": "missing_to_site"}),
        ({"direction": Direction.TRANSFER, "to_site": "V"}, {"/to_site": "same_site"}),
        ({"direction": Direction.TRANSFER, "to_site": "X"}, {"/to_site": "unknown_site"}),
        ({"key": "a/b"}, {"/key": "bad_key"}),
        ({"key": ".."}, {"/key": "bad_key"}),
        ({"key": " "}, {"/key": "bad_key"}),
    ],
)
def test_each_fault_is_found_where_it_is(changed, expected):
    assert found(**changed) == expected


def test_all_faults_are_found_at_once():
    assert found(site="X", weight_kg=-1.0, goods_class="?", windows_s=((2, 1),)) == {
        "/site": "unknown_site",
        "/weight_kg": "out_of_range",
        "/goods_class": "unknown_goods",
        "/windows_s/0": "window_reversed",
    }


def test_what_depends_on_an_unread_field_is_not_judged():
    assert found(unread={"direction"}, to_site="W") == {}
    assert found(unread={"depot"}, depot="V", site="C", weight_kg=-1.0) == {
        "/weight_kg": "out_of_range"
    }
