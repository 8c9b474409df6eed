"""Plans on random days: hand-worked cases, and the slow day beside the fast one."""

from dataclasses import replace
from pathlib import Path
from random import Random

import numpy as np
import pytest

from coop_service.documents import parse_json, read_plan, read_problem
from coop_service.documents.examples import relay_example
from coop_service.domain.simulation.draws import NEVER, Breakdown, Draws
from coop_service.domain.simulation.figures import on_time_by_day, sum_up
from coop_service.domain.simulation.play import play
from coop_service.domain.simulation.replay import replay
from coop_service.domain.simulation.runs import CallState, CauseKind
from coop_service.domain.simulation.scenario import (
    Breakdowns,
    Closures,
    DayScenario,
    NoShows,
    Policy,
    ServiceNoise,
    TravelNoise,
    buffered,
    quiet,
)
from coop_service.domain.simulation.script import lay_out_day
from coop_service.domain.verify import verify
from coop_service.errors import InvalidInput
from coop_service.planning.portfolio import solve
from coop_service.planning.stop import MaxIterations
from scripts.make_bench_days import make_problem
from tests.domain.simulation.slow_day import slow_day
from tests.domain.verify.conftest import build_problem, simulate
from tests.domain.verify.cut_days import cut
from tests.domain.verify.random_days import Day
from tests.domain.verify.relay_day import relay_plan, relay_problem, relay_routes

DATA = Path(__file__).parents[2] / "data"
WILD = DayScenario(
    TravelNoise(1.1, 0.2, 0.2, 0.2, 0.4),
    ServiceNoise(0.6),
    NoShows(0.1, 120),
    Breakdowns(100.0, 1800.0, 0.5, 0.4),
    Closures(5.0, 2.0),
    Policy(skip_later_than_s=600, trunk_patience_s=600),
)
STATES = {
    "served": CallState.SERVED,
    "closed": CallState.CLOSED,
    "skipped": CallState.SKIPPED,
    "lost": CallState.LOST,
    "no_goods": CallState.NO_GOODS,
}


class Fixed(Draws):
    """No noise but what a test names."""

    def __init__(self, *, legs=None, closed=(), detours=None, broken=None, policy=None):
        super().__init__(quiet(policy or Policy()), 1, 1)
        self.legs, self.closed = legs or {}, closed
        self.detours, self.broken = detours or {}, broken or {}

    def leg(self, origin, destination):
        return np.full(1, self.legs.get((origin, destination), 1.0))

    def detour(self, origin, destination, distance_m):
        return np.full(1, self.detours.get((origin, destination), 1.0))

    def is_closed(self, stop):
        return np.full(1, stop in self.closed)

    def breakdown(self, vehicle):
        after_s, repair_s, ends = self.broken.get(vehicle, (NEVER, 0, False))
        return Breakdown(np.full(1, after_s), np.full(1, repair_s), np.full(1, ends))


def two_stops(**terms):
    """c1 at 10 km with 300 s of service, c2 at 20 km; c2 closes when the plan is there.

    V1 leaves at 36 000 s, is at c1 from 36 600 to 36 900 s, at c2 at 37 500 s and home at 38 700 s.
    """
    problem = build_problem(
        (0, 10, 20),
        stops=[
            {"id": "c1", "location": 1, "service_s": 300},
            {"id": "c2", "location": 2, "time_windows_s": ((36_000, 37_500),)},
        ],
        orders=({"stop": "c1"}, {"stop": "c2"}),
        **terms,
    )
    calls = [("c1", ["o1"]), ("c2", ["o2"])]
    return problem, simulate(problem, {"V1": [{"depart_s": 36_000, "calls": calls}]})


def played(problem, plan, draws):
    return play(lay_out_day(problem, plan), draws)


def test_a_leg_that_takes_twice_as_long_makes_the_second_stop_ten_minutes_late():
    runs = played(*two_stops(), Fixed(legs={(0, 1): 2.0}))
    first, second = runs.vans[0].calls
    assert first.late_s.tolist() == [0]
    assert second.start_s.tolist() == [38_100]
    assert second.late_s.tolist() == [600]
    assert runs.vans[0].return_s.tolist() == [39_300]
    [worst, _] = sum_up(runs).stops
    assert (worst.stop, worst.late_share, worst.late_min) == ("c2", 1.0, 10.0)
    assert worst.cause.kind is CauseKind.DRIVE
    assert (worst.cause.origin, worst.cause.where, worst.cause.minutes) == (None, "c1", 10.0)


def test_a_breakdown_stands_the_van_where_the_wheel_time_is_up():
    runs = played(*two_stops(), Fixed(broken={"V1": (601, 900, False)}))
    first, second = runs.vans[0].calls
    assert first.start_s.tolist() == [36_600]  # 600 s at the wheel
    assert second.late_s.tolist() == [900]
    assert sum_up(runs).stops[0].cause.kind is CauseKind.BREAKDOWN


def test_a_breakdown_that_ends_the_day_leaves_the_rest_unserved():
    runs = played(*two_stops(), Fixed(broken={"V1": (601, 900, True)}))
    states = [call.state.tolist() for call in runs.vans[0].calls]
    assert states == [[CallState.SERVED], [CallState.LOST]]
    figures = sum_up(runs)
    assert (figures.lost_vans_a_day, figures.unserved_a_day, figures.all_served.value) == (1, 1, 0)
    assert figures.on_time.value == 0.5


def test_a_closed_road_makes_its_leg_longer():
    runs = played(*two_stops(), Fixed(detours={(1, 2): 1.5}))
    assert runs.vans[0].calls[1].late_s.tolist() == [300]
    assert sum_up(runs).stops[0].cause.kind is CauseKind.CLOSURE


def test_a_stop_found_closed_frees_time_and_is_not_judged():
    problem, plan = two_stops()
    draws = Fixed(closed={"c1"}, legs={(1, 2): 1.2})  # 120 s lost after 300 - 180 s were won
    runs = played(problem, plan, draws)
    assert runs.vans[0].calls[1].late_s.tolist() == [0]
    assert runs.vans[0].calls[1].start_s.tolist() == [37_500]
    figures = sum_up(runs)
    assert figures.closed_a_day == 1
    assert figures.on_time.value == 1.0
    assert figures.all_served.value == 1.0


def test_what_would_be_too_late_is_passed_over_where_the_policy_says_so():
    problem, plan = two_stops()
    draws = Fixed(legs={(0, 1): 2.0}, policy=Policy(skip_later_than_s=599))
    runs = played(problem, plan, draws)
    assert runs.vans[0].calls[1].state.tolist() == [CallState.SKIPPED]
    assert runs.vans[0].return_s.tolist() == [37_200 + 300 + 600]  # home from c1
    kept = played(problem, plan, Fixed(legs={(0, 1): 2.0}, policy=Policy(skip_later_than_s=600)))
    assert kept.vans[0].calls[1].state.tolist() == [CallState.SERVED]


def test_a_wait_absorbs_what_was_lost_before_it():
    problem, plan = two_stops()
    stops = (problem.stops[0], replace(problem.stops[1], time_windows_s=((40_000, 41_000),)))
    problem = replace(problem, stops=stops)
    calls = [("c1", ["o1"]), ("c2", ["o2"])]
    plan = simulate(problem, {"V1": [{"depart_s": 36_000, "calls": calls}]})
    runs = played(problem, plan, Fixed(legs={(0, 1): 2.0, (2, 0): 2.0}))
    assert runs.vans[0].calls[1].start_s.tolist() == [40_000]
    assert runs.vans[0].calls[1].since_cause.tolist() == [1]


def test_driving_beyond_the_limit_is_broken_by_a_rest_on_the_road():
    problem, plan = two_stops(rules={"max_driving_s": 2400, "rest_s": 1200})
    exact = played(problem, plan, Fixed())
    assert exact.vans[0].return_s.tolist() == [38_700]  # 2400 s are allowed
    slower = played(problem, plan, Fixed(legs={(2, 0): 1.5}))
    assert slower.vans[0].return_s.tolist() == [38_700 + 600 + 1200]
    assert slower.vans[0].road_rests.tolist() == [1]


def test_a_branch_van_waits_for_its_goods_and_the_trunk_for_produce():
    """T1 is 600 s late at the hub: so are the sorting and B1, who then has 600 s less to spare."""
    problem = relay_problem()
    plan = relay_plan(problem)
    late = {(0, 1): 1 + 600 / 1800}
    runs = played(problem, plan, Fixed(legs=late))
    van = {run.van.vehicle.id: run for run in runs.vans}
    assert van["B1"].trips[0].depart_s.tolist() == [38_720 + 600]
    assert van["B1"].calls[0].start_s.tolist() == [39_320 + 600]
    assert runs.hub_waits["west"][0].tolist() == [600]
    assert runs.hub_missed["west"].tolist() == [0]


def test_a_truck_that_has_no_patience_leaves_produce_behind():
    problem = relay_problem()
    plan = relay_plan(problem)
    slow = {(3, 1): 2.0}  # v2 back to the hub: 1200 s more, sorted at 44 810 s
    waits = played(problem, plan, Fixed(legs=slow, policy=Policy(trunk_patience_s=1200)))
    [truck] = [run for run in waits.vans if run.van.vehicle.id == "T1"]
    assert truck.calls[1].start_s.tolist() == [44_810]
    assert waits.hub_missed["west"].tolist() == [0]
    leaves = played(problem, plan, Fixed(legs=slow, policy=Policy(trunk_patience_s=1199)))
    [truck] = [run for run in leaves.vans if run.van.vehicle.id == "T1"]
    assert truck.calls[1].start_s.tolist() == [43_610 + 1199]
    assert truck.calls[1].end_s.tolist() == [43_610 + 1199 + 60]  # one order instead of two
    assert leaves.hub_missed["west"].tolist() == [1]
    assert sum_up(leaves).all_served.value == 0


def test_nobody_waits_for_a_truck_that_is_lost():
    problem = relay_problem()
    plan = relay_plan(problem)
    runs = played(problem, plan, Fixed(broken={"T1": (10, 0, True)}))
    [branch] = [run for run in runs.vans if run.van.vehicle.id == "B1"]
    assert branch.trips[0].depart_s.tolist() == [38_720]
    # produce is fetched all the same, and no truck takes it
    assert [call.state.tolist() for call in branch.calls] == [[CallState.SERVED]] * 2
    assert branch.calls[0].end_s.tolist() == [39_320 + 60]  # 60 s for the one order that is there
    assert runs.hub_missed["west"].tolist() == [4]


def test_a_visit_whose_goods_all_missed_is_passed_over():
    problem = relay_problem(orders={"i2": {"stop": "v1"}})
    routes = relay_routes()
    routes["B1"] = [
        {
            "depart_s": 38_720,
            "calls": [
                ("v1", ["o1:branch", "i1:branch", "i2:branch"]),
                ("v2", ["o2:branch"]),
            ],
        }
    ]
    plan = relay_plan(problem, routes)
    runs = played(problem, plan, Fixed(broken={"T1": (10, 0, True)}))
    [branch] = [run for run in runs.vans if run.van.vehicle.id == "B1"]
    assert branch.calls[1].state.tolist() == [CallState.NO_GOODS]
    assert branch.return_s.tolist() == [39_320 + 120 + 600]  # straight back from v1


# without noise: verification's times


def examples():
    relay = read_problem(relay_example("problem")), read_plan(relay_example("plan"))
    day = relay_problem()
    first = tuple(
        read(parse_json((DATA / f"example_{name}.json").read_bytes()))
        for name, read in (("problem", read_problem), ("plan", read_plan))
    )
    return [first, relay, (day, relay_plan(day)), two_stops()]


@pytest.mark.parametrize("number", range(4))
def test_without_noise_the_day_is_the_plan(number):
    problem, plan = examples()[number]
    assert replay(problem, plan).routes == plan.routes


def test_without_noise_a_county_day_is_its_plan():
    problem = make_problem("county", 1)
    plan = solve(problem, MaxIterations(1), 1)
    assert len([visit for route in plan.routes for visit in route.visits]) > 200
    assert replay(problem, plan).routes == plan.routes


def test_without_noise_random_days_are_their_plans_and_stay_right():
    same = 0
    for seed in range(150):
        day = Day(seed, build_problem, simulate)
        again = replay(day.problem, day.plan)
        if any(route.trips[0].rests and route.trips[0].rests[0].after_stop is None
               for route in day.plan.routes):  # fmt: skip
            continue
        assert [r.return_s for r in again.routes] == [r.return_s for r in day.plan.routes], seed
        assert again.routes == day.plan.routes, seed
        assert verify(day.problem, again).cost == verify(day.problem, day.plan).cost
        same += 1
    assert same > 100


def test_without_noise_vans_on_the_road_drive_the_rest_of_their_plan():
    for seed in range(100):
        problem, plan = cut(Day(seed, build_problem, simulate), Random(seed))
        again = replay(problem, plan)
        for route, planned in zip(again.routes, plan.routes, strict=True):
            assert [v.start_s for v in route.visits] == [v.start_s for v in planned.visits], seed
            assert (route.return_s, route.cost) == (planned.return_s, planned.cost), seed
        assert verify(problem, again).ok, seed


# the slow day beside the fast one


def assert_same(problem, plan, draws):
    runs = played(problem, plan, draws)
    seen = set()
    for r in range(draws.days):
        visits, returns = slow_day(problem, plan, draws, r)
        for van in runs.vans:
            home = None if van.lost[r] else int(van.return_s[r])
            assert home == returns[van.van.vehicle.id], (r, van.van.vehicle.id)
            for call in van.calls:
                state, *times = visits[call.vehicle, call.trip, call.index]
                assert call.state[r] == STATES[state], (r, call.call.visit.stop)
                seen.add(state)
                if state in ("served", "closed"):
                    fast = [int(at[r]) for at in (call.arrive_s, call.start_s, call.end_s)]
                    assert fast == times, (r, call.call.visit.stop)
    return seen


def test_the_slow_day_agrees_on_random_days():
    seen = set()
    for seed in range(40):
        day = Day(seed, build_problem, simulate)
        twice = any(
            len({visit.stop for visit in trip.stops}) < len(trip.stops)
            for route in day.plan.routes
            for trip in route.trips
        )
        if not twice:
            seen |= assert_same(day.problem, day.plan, Draws(WILD, seed, 8))
            assert_same(*cut(day, Random(seed)), Draws(WILD, seed, 4))
    assert {"served", "closed", "lost"} <= seen


def test_the_slow_day_agrees_on_days_with_a_hub():
    problem = relay_problem()
    seen = assert_same(problem, relay_plan(problem), Draws(WILD, 3, 300))
    assert {"served", "closed", "lost"} <= seen
    relay = read_problem(relay_example("problem")), read_plan(relay_example("plan"))
    assert_same(*relay, Draws(WILD, 4, 100))


def test_the_slow_day_agrees_where_late_stops_are_passed_over():
    assert "skipped" in assert_same(*two_stops(), Draws(WILD, 5, 200))


# random numbers


def test_a_day_is_the_same_whatever_the_number_of_days():
    problem, plan = two_stops()
    few, many = (played(problem, plan, Draws(WILD, 7, days)) for days in (10, 50))
    for one, other in zip(few.vans[0].calls, many.vans[0].calls, strict=True):
        assert (one.start_s == other.start_s[:10]).all()
        assert (one.state == other.state[:10]).all()
    assert (on_time_by_day(few) == on_time_by_day(many)[:10]).all()


def test_two_plans_meet_the_same_days():
    problem, plan = two_stops()
    reverse = simulate(
        problem, {"V1": [{"depart_s": 36_000, "calls": [("c2", ["o2"]), ("c1", ["o1"])]}]}
    )
    noise = DayScenario(breakdowns=Breakdowns(0.0), travel=TravelNoise(1, 0, 0, 0, 0))
    one, other = (played(problem, p, Draws(noise, 1, 50)).vans[0] for p in (plan, reverse))
    by_stop = [{c.call.visit.stop: c.end_s - c.start_s for c in van.calls} for van in (one, other)]
    assert (by_stop[0]["c1"] == by_stop[1]["c1"]).all()


def test_factors_have_mean_one_and_their_sigma():
    draws = Draws(DayScenario(), 1, 200_000)
    factor = draws.leg(0, 1)
    assert factor.mean() == pytest.approx(1, abs=0.003)
    assert np.log(factor).std() == pytest.approx(0.15, rel=0.02)
    closed = draws.detour(0, 1, 1_000_000)
    assert (closed > 1).mean() == pytest.approx(1 - np.exp(-0.5), abs=0.005)
    assert (closed == draws.detour(1, 0, 1_000_000)).all()
    wheel_s = draws.breakdown("V1").after_s
    assert wheel_s.mean() / 3600 == pytest.approx(500, rel=0.02)


# buffers


def test_a_buffer_is_bought_with_an_earlier_departure():
    """10 % of driving and 60 s a stop: V1 would be ready for c2 so much earlier."""
    problem, _ = two_stops()
    slow = buffered(problem, 0.1, 60)
    assert slow.profiles["van"].duration_s[0, 1] == 660
    assert slow.stops[0].service_s == 360
    calls = [("c1", ["o1"]), ("c2", ["o2"])]
    plan = simulate(slow, {"V1": [{"depart_s": 37_500 - 660 - 360 - 660, "calls": calls}]})
    true = replay(problem, plan)
    assert verify(problem, true).ok
    assert true.routes[0].depart_s == 35_820
    assert true.routes[0].trips[0].stops[1].start_s == 37_320
    assert true.cost == pytest.approx(100 + 40 + 0.01 * 2700)
    late = Fixed(legs={(0, 1): 1.3})
    assert played(problem, true, late).vans[0].calls[1].late_s.tolist() == [0]


def test_forbidden_legs_stay_forbidden_with_a_buffer():
    problem, _ = two_stops()
    duration_s = problem.profiles["van"].duration_s.copy()
    duration_s[1, 2] = -1
    profile = replace(problem.profiles["van"], duration_s=duration_s)
    slow = buffered(replace(problem, profiles={"van": profile}), 0.5, 0)
    assert slow.profiles["van"].duration_s[1, 2] == -1


# what cannot be played


def test_every_fault_of_a_plan_for_another_day_is_named():
    problem, plan = two_stops()
    other = replace(problem, stops=problem.stops[:1], orders=problem.orders[:1], vehicles=())
    with pytest.raises(InvalidInput) as caught:
        lay_out_day(other, plan)
    assert [fault.pointer for fault in caught.value.faults] == [
        "/routes/0/vehicle",
        "/routes/0/trips/0/stops/1/stop",
        "/routes/0/trips/0/stops/1/orders",
    ]


def test_vans_that_wait_for_one_another_are_told():
    problem = relay_problem()
    plan = relay_plan(problem)
    routes = relay_routes()
    routes["T1"] = routes["T1"][::-1]  # takes produce before it brings what B1 needs to leave
    plan = relay_plan(problem, routes)
    with pytest.raises(InvalidInput, match="no_timetable"):
        played(problem, plan, Fixed())
