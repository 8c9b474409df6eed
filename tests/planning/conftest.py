"""Small days that can be worked out by hand.

The line: the centre at 0, villages every 10 km along one road, 60 km/h, so that 1 km is 60 s.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import pytest

from coop_service.domain.problem import (
    Costs,
    Depot,
    Direction,
    Order,
    Problem,
    Profile,
    Stop,
    Vehicle,
)

DAY = (0, 86_400)


def line_profile(places_km: Sequence[float]) -> Profile:
    """Travel along one straight road at 60 km/h."""
    at_m = np.rint(np.array(places_km) * 1000).astype(np.int64)
    distance_m = np.abs(at_m[:, None] - at_m[None, :])
    return Profile(duration_s=distance_m * 60 // 1000, distance_m=distance_m)


def make_vehicle(id: str = "V1", **changes: Any) -> Vehicle:
    fields: dict[str, Any] = {
        "id": id,
        "profile": "van",
        "start_depot": "centre",
        "end_depot": "centre",
        "capacity": {"kg": 100},
        "shift_s": DAY,
        "costs": Costs(fixed=10.0, per_km=1.0, per_hour=0.0),
    }
    return Vehicle(**{**fields, **changes})


def make_order(id: str, stop: str, kg: float = 10, **changes: Any) -> Order:
    fields: dict[str, Any] = {
        "id": id,
        "stop": stop,
        "direction": Direction.OUTBOUND,
        "depot": "centre",
        "load": {"kg": kg},
    }
    return Order(**{**fields, **changes})


def make_line(
    places_km: Sequence[float],
    vehicles: Sequence[Vehicle],
    orders: Sequence[Order],
    **stop_changes: dict[str, Any],
) -> Problem:
    """Centre at kilometre 0, stops ``s1``, ``s2`` ... at the given kilometres."""
    stops = tuple(
        Stop(id=f"s{i}", location=i, **stop_changes.get(f"s{i}", {}))
        for i in range(1, len(places_km) + 1)
    )
    return Problem(
        name="line",
        profiles={"van": line_profile([0, *places_km])},
        depots=(Depot("centre", 0, *DAY),),
        vehicles=tuple(vehicles),
        stops=stops,
        orders=tuple(orders),
    )


def make_random_day(seed: int, stops: int, vehicles: int = 3, **vehicle_changes: Any) -> Problem:
    """Two-way orders at random places in a square of 40 km, a window at a third of the stops."""
    rng = np.random.default_rng(seed)
    places = rng.uniform(0, 40, size=(stops + 1, 2))
    distance_m = np.rint(
        1000 * np.hypot(*(places[:, None, :] - places[None, :, :]).transpose(2, 0, 1))
    ).astype(np.int64)
    made_stops, orders = [], []
    for i in range(1, stops + 1):
        opens_s = int(rng.integers(0, 4)) * 3600
        windows = ((opens_s, opens_s + 4 * 3600),) if rng.random() < 1 / 3 else ()
        made_stops.append(Stop(f"s{i}", i, service_s=300, time_windows_s=windows))
        orders.append(make_order(f"out{i}", f"s{i}", int(rng.integers(5, 30))))
        if rng.random() < 0.6:
            kg = int(rng.integers(5, 30))
            orders.append(make_order(f"in{i}", f"s{i}", kg, direction=Direction.INBOUND))
    fleet = {
        "capacity": {"kg": 80},
        "shift_s": (0, 10 * 3600),
        "costs": Costs(fixed=30.0, per_km=0.8, per_hour=25.0),
        **vehicle_changes,
    }
    return Problem(
        name=f"random-{seed}",
        profiles={"van": Profile(distance_m * 60 // 700, distance_m)},
        depots=(Depot("centre", 0, *DAY),),
        vehicles=tuple(make_vehicle(f"V{i}", **fleet) for i in range(vehicles)),
        stops=tuple(made_stops),
        orders=tuple(orders),
    )


@pytest.fixture(name="make_vehicle")
def _make_vehicle() -> Any:
    return make_vehicle


@pytest.fixture(name="make_order")
def _make_order() -> Any:
    return make_order


@pytest.fixture(name="make_line")
def _make_line() -> Any:
    return make_line


@pytest.fixture(name="make_random_day")
def _make_random_day() -> Any:
    return make_random_day
