"""A right day with a township served over a hub, worked out by hand.

On a straight road at 60 s a kilometre, the centre at 0 km: 东镇 at -10 km goes direct; 西镇 at 40
and 50 km goes over the hub ``west`` at 30 km. A service takes 60 s for each order. Sorting takes
300 s and 10 s a kilogram.

=======  ====================================================================================
10:00    T1 leaves the centre with o1 (20 kg) and o2 (30 kg); at the hub 10:30-10:32 (37 800 s).
10:45:20 They are sorted: 37 920 + 300 + 500 = 38 720 s. B1 leaves with o1,
10:55:20 is at v1 until 39 440 s, and brings i1 (10 kg) back at 40 040 s; sorted at 40 440 s.
11:17:20 B1, loaded again for 600 s, leaves at 40 640 s with o2,
11:37:20 is at v2 from 41 840 to 41 960 s, and is back with i2 (15 kg) at 43 160 s; sorted at
         43 610 s.
11:36:50 T1, back at 39 720 s and loaded again, leaves at 41 810 s, takes both at the hub from
         43 610 to 43 730 s, and is back at 45 530 s.
10:10    D1 leaves for e1 with o3 at 36 600 s, and is back with i3 at 37 920 s.
=======  ====================================================================================

Cost, at 100 yuan a vehicle, 1 yuan a km and 36 yuan an hour:
T1 100 + 120 km + 9530 s (95.30) = 315.30; B1 100 + 60 km + 4440 s (44.40) = 204.40;
D1 100 + 20 km + 1320 s (13.20) = 133.20; together 652.90.
"""

from dataclasses import replace

from coop_service.domain.plan import ModeChoice
from coop_service.domain.problem import Direction, Hub, InboundDay, Mode, ModeSetting, Relay
from coop_service.domain.relay import expand
from coop_service.domain.verify import verify
from tests.domain.verify.conftest import build_problem, simulate

COST = 652.90
MODES = {"西镇": Mode.RELAY, "东镇": Mode.DIRECT}

ORDERS = (
    {"id": "o1", "stop": "v1", "load": {"weight_kg": 20}},
    {"id": "o2", "stop": "v2", "load": {"weight_kg": 30}},
    {"id": "i1", "stop": "v1", "load": {"weight_kg": 10, "pieces": 2}},
    {"id": "i2", "stop": "v2", "load": {"weight_kg": 15, "pieces": 3}},
    {"id": "o3", "stop": "e1", "load": {"weight_kg": 10}},
    {"id": "i3", "stop": "e1", "load": {"weight_kg": 10}},
)
HUB = Hub("west", doors=1, floor={"weight_kg": 60}, sort_fixed_s=300, sort_s_per_kg=10)
WEST = Relay("西镇", "west", ("v1", "v2"))
EAST = Relay("东镇", "west", ("e1",), ModeSetting.DIRECT)
CENTRE = {"id": "centre", "location": 0, "docks": 1, "packing_cutoff_s": 45_530}
TRUCK = {"reload_s": 600, "max_trips": 2}


def relay_problem(*, hub=None, west=None, centre=None, orders=None, vehicles=()):
    """The day's problem.

    Args:
        hub, west, centre: changes to the hub, to 西镇 and to the centre.
        orders: changes to orders by their ids.
        vehicles: further ones.
    """
    changes = orders or {}
    return build_problem(
        (0, 30, 40, 50, -10),
        stops=[
            {"id": "v1", "location": 2},
            {"id": "v2", "location": 3},
            {"id": "e1", "location": 4},
        ],
        depots=(CENTRE | (centre or {}), {"id": "west", "location": 1}),
        vehicles=(
            TRUCK | {"id": "T1"},
            TRUCK | {"id": "B1", "start_depot": "west", "end_depot": "west"},
            {"id": "D1", "reload_s": 600},
            *vehicles,
        ),
        orders=[
            {
                "service_s": 60,
                "direction": Direction.OUTBOUND if "o" in order["id"] else Direction.INBOUND,
                **order,
                **changes.get(order["id"], {}),
            }
            for order in ORDERS
        ],
        hubs=(replace(HUB, **(hub or {})),),
        relays=(replace(WEST, **(west or {})), EAST),
    )


def relay_routes():
    """The day's routes, to be changed where a test wants to."""
    return {
        "T1": [
            {"depart_s": 36_000, "calls": [("west:down", ["o1:trunk", "o2:trunk"])]},
            {"depart_s": 41_810, "calls": [("west:up", ["i1:trunk", "i2:trunk"])]},
        ],
        "B1": [
            {"depart_s": 38_720, "calls": [("v1", ["o1:branch", "i1:branch"])]},
            {"depart_s": 40_640, "calls": [("v2", ["o2:branch", "i2:branch"])]},
        ],
        "D1": [{"depart_s": 36_600, "calls": [("e1", ["o3", "i3"])]}],
    }


def next_day_routes():
    """What T1 takes on the same day stays at the hub."""
    routes = relay_routes()
    del routes["T1"][1]
    return routes


def relay_plan(problem, routes=None, *, modes=MODES, unassigned=(), split_stops=()):
    """The plan that drives the routes, in the legs that the modes make of the orders."""
    plan = simulate(
        expand(problem, modes),
        relay_routes() if routes is None else routes,
        unassigned=unassigned,
        split_stops=split_stops,
    )
    choices = tuple(ModeChoice(relay, mode, 700.0) for relay, mode in modes.items())
    return replace(plan, modes=choices)


def next_day_problem(**changes):
    return relay_problem(west={"inbound": InboundDay.NEXT_DAY}, **changes)


def found_on(problem, routes=None, **terms):
    """What verification finds, as (rule, amount) pairs in the order found."""
    verdict = verify(problem, relay_plan(problem, routes, **terms))
    return [(one.rule, one.amount) for one in verdict.violations]


def only_violation(problem, routes=None, **terms):
    [violation] = verify(problem, relay_plan(problem, routes, **terms)).violations
    return violation
