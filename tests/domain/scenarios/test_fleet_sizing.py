"""Mixes of vans: their kinds, the steps from one to the next, the changes that make one."""

from dataclasses import replace

from coop_service.domain.scenarios import change_county
from coop_service.domain.scenarios.fleet_sizing import (
    Mix,
    Point,
    changes_to,
    cheapest,
    frontier,
    kinds_of,
    neighbours,
)
from tests.small_county import make_county, make_scenario

FLEET = make_county().vans
T, M = ("T1", "C"), ("M1", "C")


def test_vans_that_are_alike_but_for_their_names_are_of_one_kind():
    models, mix = kinds_of([*FLEET, replace(FLEET[0], code="T3", active=False)])
    assert set(models) == {"T1", "M1"}
    assert mix == Mix.of({T: 2, M: 2})
    assert mix.size == 4


def test_a_step_is_one_van_less_one_elsewhere_or_one_more():
    found = set(neighbours(Mix.of({T: 1, M: 1}), ("M1",), ("C", "S1"), "C"))
    here = ("M1", "S1")
    assert found == {
        Mix.of({M: 1}),
        Mix.of({T: 1}),
        Mix.of({("T1", "S1"): 1, M: 1}),
        Mix.of({T: 1, here: 1}),
        Mix.of({T: 1, M: 2}),
        Mix.of({T: 1, M: 1, here: 1}),
    }


def test_the_last_van_never_leaves_the_centre():
    assert set(neighbours(Mix.of({T: 1}), (), ("C", "S1"), "C")) == set()


def test_the_changes_make_the_mix():
    models, _ = kinds_of(FLEET)
    for wanted in (
        Mix.of({T: 1, ("M1", "S1"): 3}),
        Mix.of({M: 1}),
        Mix.of({T: 2, M: 2}),
        Mix.of({("T1", "S2"): 1, T: 4, ("M1", "S2"): 1}),
    ):
        changes = changes_to(wanted, FLEET, models)
        _, after = change_county(make_county(), make_scenario(fleet=changes))
        new_models, mix = kinds_of(after.fleet)
        kinds = {code: van.size for code, van in new_models.items()}
        by_size = {(models[k].size, home): n for (k, home), n in wanted.counts}
        assert {(kinds[k], home): n for (k, home), n in mix.counts} == by_size


def point(cost_yuan, service, vans=1):
    return Point(Mix.of({T: vans}), cost_yuan, service)


def test_the_frontier_leaves_out_what_is_dearer_and_no_better():
    points = [
        point(100, 0.90),
        point(90, 0.80),
        point(120, 0.90),
        point(110, 0.95),
        point(130, 0.9),
    ]
    assert [(p.cost_yuan, p.service) for p in frontier(points)] == [
        (90, 0.80),
        (100, 0.90),
        (110, 0.95),
    ]


def test_the_cheapest_reaches_the_level_or_there_is_none():
    points = [point(100, 0.90), point(90, 0.80), point(110, 0.95), point(110, 0.96, vans=2)]
    assert cheapest(points, 0.90).cost_yuan == 100
    assert cheapest(points, 0.94) == points[2]
    assert cheapest(points, 0.97) is None
