"""Small one-hub days, at random or in one straight road, whose optimum can be searched for whole.

The truck T1 may not go to villages; D1 and D2 are vans at the centre, B1 and B2 at the hub.
"""

from __future__ import annotations

import numpy as np

from coop_service.domain.problem import (
    Costs,
    Depot,
    Direction,
    Hub,
    ModeSetting,
    Order,
    Problem,
    Profile,
    Relay,
    Stop,
    Vehicle,
)

CENTRE, HUB = 0, 1


def make_day(
    places_km,
    orders,
    *,
    mode=ModeSetting.AUTO,
    shift_s=(6 * 3600, 20 * 3600),
    windows=None,
    centre=None,
    hub=None,
    relay=None,
    vehicles=None,
):
    """A day on the plane; 1 km takes 60 s.

    Args:
        places_km: of the centre, the hub and the villages ``v1``, ``v2`` ...
        orders: (village number, direction, kg) each, and seconds on the way where limited.
        mode: of the township.
        shift_s: of all vehicles.
        windows: by village number.
        centre, hub, relay: changes to them.
        vehicles: changes by id; None in the place of changes: there is no such vehicle.
    """
    places = np.array([np.atleast_1d(place) for place in places_km], dtype=float)
    apart = np.linalg.norm(places[:, None] - places[None, :], axis=2)
    profile = Profile(np.rint(apart * 60).astype(np.int64), np.rint(apart * 1000).astype(np.int64))
    fleet = {
        "T1": ("centre", 1000, 2, Costs(fixed=120.0, per_km=1.2, per_hour=36.0), ()),
        "D1": ("centre", 120, 1, Costs(fixed=80.0, per_km=0.6, per_hour=28.8), ("narrow",)),
        "D2": ("centre", 120, 1, Costs(fixed=80.0, per_km=0.6, per_hour=28.8), ("narrow",)),
        "B1": ("west", 120, 1, Costs(fixed=50.0, per_km=0.5, per_hour=28.8), ("narrow",)),
        "B2": ("west", 120, 1, Costs(fixed=50.0, per_km=0.5, per_hour=28.8), ("narrow",)),
    }
    made = []
    for name, (base, kg, trips, costs, tags) in fleet.items():
        changes = (vehicles or {}).get(name, {})
        if changes is not None:
            fields = {
                "capacity": {"weight_kg": kg},
                "shift_s": shift_s,
                "costs": costs,
                "tags": frozenset(tags),
                "max_trips": trips,
                "reload_s": 600,
            }
            made.append(Vehicle(name, "road", base, base, **(fields | changes)))
    count = len(places_km) - 2
    stops = tuple(
        Stop(
            f"v{number}",
            number + 1,
            service_s=120,
            time_windows_s=(windows or {}).get(number, ()),
            required_tags=frozenset({"narrow"}),
        )
        for number in range(1, count + 1)
    )
    return Problem(
        name="small",
        profiles={"road": profile},
        depots=(
            Depot("centre", CENTRE, **{"open_s": 0, "close_s": 86_400, **(centre or {})}),
            Depot("west", HUB, 0, 86_400),
        ),
        vehicles=tuple(made),
        stops=stops,
        orders=tuple(
            Order(
                f"{'o' if direction == Direction.OUTBOUND else 'i'}{number}",
                f"v{number}",
                direction,
                "centre",
                {"weight_kg": kg},
                service_s=60,
                max_on_board_s=limit_s[0] if limit_s else None,
            )
            for number, direction, kg, *limit_s in orders
        ),
        hubs=(Hub("west", **{"sort_fixed_s": 300, "sort_s_per_kg": 5, **(hub or {})}),),
        relays=(
            Relay(
                "西镇",
                "west",
                tuple(stop.id for stop in stops),
                **{"mode": mode, **(relay or {})},
            ),
        ),
    )


def make_random_day(seed, villages, *, mode=ModeSetting.AUTO, limit_s=None, **changes):
    """Villages around a hub 15 to 40 km off, goods in one or both directions, some windows.

    ``limit_s``: seconds on the way that every second inbound order is limited to.
    """
    rng = np.random.default_rng(seed)
    hub = np.array([rng.uniform(15, 40), 0.0])
    around = hub + rng.uniform(-12, 12, size=(villages, 2))
    orders = []
    for number in range(1, villages + 1):
        ways = rng.choice(3)
        if ways != 1:
            orders.append((number, Direction.OUTBOUND, int(rng.integers(5, 30))))
        if ways != 0:
            order = (number, Direction.INBOUND, int(rng.integers(5, 30)))
            orders.append((*order, limit_s) if limit_s and number % 2 else order)
    windows = {}
    for number in range(1, villages + 1):
        if rng.random() < 0.25:
            opens_s = int(rng.integers(7, 12)) * 3600
            windows[number] = ((opens_s, opens_s + 4 * 3600),)
    return make_day([np.zeros(2), hub, *around], orders, mode=mode, windows=windows, **changes)


def make_tight_day(seed, villages, *, mode=ModeSetting.AUTO):
    """A random day whose vans are small, whose shifts are short and whose truck's hour is dear."""
    rng = np.random.default_rng(1000 + seed)
    vans = {
        name: {
            "capacity": {"weight_kg": int(rng.integers(50, 90))},
            "costs": Costs(fixed=float(rng.integers(10, 50)), per_km=0.5, per_hour=28.8),
        }
        for name in ("B1", "B2")
    }
    per_km, per_hour = float(rng.choice([0.6, 1.2, 2.4])), float(rng.choice([36, 90, 180]))
    truck = {"costs": Costs(fixed=120.0, per_km=per_km, per_hour=per_hour)}
    shift_s = (7 * 3600, int(rng.integers(12, 16)) * 3600)
    vehicles = {**vans, "T1": truck}
    return make_random_day(seed, villages, mode=mode, shift_s=shift_s, vehicles=vehicles)
