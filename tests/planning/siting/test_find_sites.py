"""Sitings by hand, against exhaustive search, with their extensions, and why there is none."""

from __future__ import annotations

import itertools
import pickle
from dataclasses import replace

import numpy as np
import pytest

from coop_service.domain.coverage import Ways
from coop_service.domain.problem import NO_ROAD
from coop_service.domain.siting import NoSiting, SitingKind, SitingProblem
from coop_service.errors import InvalidInput
from coop_service.planning.siting import find_sites

KINDS = list(SitingKind)


def make_ways(minutes):
    """Ways by a table of minutes, None: no way."""
    seconds = np.array([[NO_ROAD if m is None else 60 * m for m in row] for row in minutes])
    return Ways(
        tuple(f"P{i}" for i in range(seconds.shape[0])),
        tuple(f"S{j}" for j in range(seconds.shape[1])),
        seconds.astype(np.int64),
        seconds.astype(np.int64) * 10,
    )


LINE = make_ways([[abs(i - j) for j in range(5)] for i in range(5)])
"""Five villages in a row, a minute apart, each a candidate."""


def ask(kind, ways=LINE, people=None, **changed):
    people = people or (1,) * len(ways.places)
    return SitingProblem(SitingKind(kind), ways, tuple(people), **changed)


def test_two_sites_cover_a_row_of_five_within_a_minute():
    [found] = find_sites(ask("lscp", within_min=1))
    assert (found.value, found.is_proved, found.gap) == (2, True, 0.0)
    assert found.covered == set(LINE.places)
    assert all(minutes <= 1 for minutes in found.minutes.values())


def test_one_site_covers_the_most_people():
    [found] = find_sites(ask("mclp", people=(9, 1, 1, 1, 5), most_new=1, within_min=1))
    assert found.value == 11
    assert found.new in (("S0",), ("S1",))


def test_one_median_stands_in_the_middle_of_the_people():
    [found] = find_sites(ask("p-median", people=(1, 1, 1, 1, 10), most_new=1))
    assert (found.new, found.value) == (("S4",), 60 * (4 + 3 + 2 + 1))
    assert found.served_by == dict.fromkeys(LINE.places, "S4")


def test_one_center_stands_in_the_middle_whatever_the_people():
    [found] = find_sites(ask("p-center", people=(1, 1, 1, 1, 10), most_new=1))
    assert (found.new, found.value) == (("S2",), 120)


def test_a_standing_site_serves_and_is_not_new():
    [found] = find_sites(ask("p-center", most_new=1, standing=frozenset({"S0"})))
    assert (found.new, found.value) == (("S3",), 60)
    assert found.served_by["P0"] == "S0"


def test_a_cheap_pair_goes_before_a_dear_single_site():
    costs = {"S0": 9, "S1": 1, "S2": 9, "S3": 1, "S4": 9}
    [found] = find_sites(ask("lscp", within_min=2, costs_yuan=costs))
    assert (found.new, found.value, found.cost_yuan) == (("S1", "S3"), 2, 2)


def test_a_full_site_sends_people_to_the_next():
    problem = ask("p-median", most_new=2, capacities={f"S{j}": 3 for j in range(5)})
    [found] = find_sites(problem)
    loads = [list(found.served_by.values()).count(code) for code in found.new]
    assert sorted(loads) == [2, 3]
    [single] = find_sites(replace(problem, capacities={"S2": 1}, most_new=2))
    assert single.value == 180


def test_backup_needs_a_second_site_near_each_place():
    [found] = find_sites(ask("lscp", within_min=1, covering=2))
    for i in range(5):
        assert sum(abs(i - int(code[1])) <= 1 for code in found.new) >= 2
    assert found.value == 4


def test_the_best_answers_differ_and_do_not_get_better():
    found = find_sites(ask("p-median", most_new=2), best=99)
    values = [siting.value for siting in found]
    assert values == sorted(values)
    assert len({siting.new for siting in found}) == len(found) == 10 + 5  # pairs and single sites


def exhaustive(problem):
    """All sets of new sites with their value, None where it is no answer; without capacities."""
    ways, answers = problem.ways, {}
    candidates = [code for code in ways.sites if code not in problem.standing]
    far = np.where(ways.duration_s == NO_ROAD, 10**9, ways.duration_s)
    limit_s = 10**9 - 1 if problem.within_min is None else problem.within_min * 60
    for size in range(len(candidates) + 1):
        for new in itertools.combinations(candidates, size):
            cost = sum(problem.costs_yuan.get(code, 0) for code in new)
            if problem.most_new is not None and size > problem.most_new:
                continue
            if problem.budget_yuan is not None and cost > problem.budget_yuan:
                continue
            columns = [ways.sites.index(code) for code in {*new, *problem.standing}]
            covered = (far[:, columns] <= limit_s).sum(axis=1) >= problem.covering
            people = np.array(problem.people)
            if problem.kind is SitingKind.MCLP:
                answers[new] = -int(people[covered].sum())
            elif covered.all():
                if problem.kind is SitingKind.LSCP:
                    answers[new] = cost if problem.costs_yuan else size
                elif problem.kind is SitingKind.P_MEDIAN:
                    answers[new] = int((people * far[:, columns].min(axis=1)).sum())
                else:
                    ordered = np.sort(far[:, columns], axis=1)
                    answers[new] = int(ordered[:, problem.covering - 1].max())
    return answers


def capacitated(problem):
    """The least value over all sets and all ways to deal the places out, None where none is."""
    ways, best = problem.ways, None
    candidates = [code for code in ways.sites if code not in problem.standing]
    limit_s = 10**9 if problem.within_min is None else problem.within_min * 60
    for size in range(min(len(candidates), problem.most_new) + 1):
        for new in itertools.combinations(candidates, size):
            columns = sorted(ways.sites.index(code) for code in {*new, *problem.standing})
            options = None if problem.kind is not SitingKind.MCLP else [None]
            for dealt in itertools.product([*columns, *(options or [])], repeat=len(ways.places)):
                pairs = [(i, j) for i, j in enumerate(dealt) if j is not None]
                if any(not 0 <= ways.duration_s[i, j] <= limit_s for i, j in pairs):
                    continue
                loads = dict.fromkeys(columns, 0)
                for i, j in pairs:
                    loads[j] += problem.people[i]
                if any(n > problem.capacities.get(ways.sites[j], n) for j, n in loads.items()):
                    continue
                value = {
                    SitingKind.LSCP: size,
                    SitingKind.MCLP: -sum(problem.people[i] for i, _ in pairs),
                    SitingKind.P_MEDIAN: int(
                        sum(problem.people[i] * ways.duration_s[i, j] for i, j in pairs)
                    ),
                    SitingKind.P_CENTER: int(max(ways.duration_s[i, j] for i, j in pairs))
                    if pairs
                    else 0,
                }[problem.kind]
                best = value if best is None else min(best, value)
    return best


def make_random(kind, seed, places, sites):
    random = np.random.default_rng(seed)
    minutes = random.integers(1, 15, (places, sites)).tolist()
    for _ in range(3):
        minutes[random.integers(places)][random.integers(sites)] = None
    within = {"lscp": 9, "mclp": 5}.get(kind, 13 if seed % 4 == 3 and kind == "p-median" else None)
    ways = make_ways(minutes)
    return ask(
        kind,
        ways,
        random.integers(0, 50, places).tolist(),
        standing=frozenset({"S1"} if seed % 2 else ()),
        most_new=None if kind == "lscp" and seed % 3 else 2,
        budget_yuan=12 if seed % 3 == 2 else None,
        costs_yuan={c: int(random.integers(1, 9)) for c in ways.sites} if seed % 3 == 2 else {},
        within_min=within,
        covering=2 if (within and seed % 4 == 3) or (kind == "p-center" and seed % 5 == 4) else 1,
    )


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("seed", range(10))
def test_no_set_of_sites_is_better(kind, seed):
    problem = make_random(kind, seed, 8, 6)
    answers = exhaustive(problem)
    if not answers:
        with pytest.raises(NoSiting):
            find_sites(problem)
        return
    best = sorted(answers.values())[:4]
    found = find_sites(problem, best=4)
    sign = -1 if kind is SitingKind.MCLP else 1
    assert [sign * siting.value for siting in found] == best
    for siting in found:
        assert siting.is_proved
        assert answers[siting.new] == sign * siting.value
    assert len({siting.new for siting in found}) == len(found)


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("seed", range(4))
def test_no_way_to_deal_places_to_limited_sites_is_better(kind, seed):
    problem = make_random(kind, seed, 5, 4)
    problem = replace(
        problem,
        most_new=2,
        covering=1,
        budget_yuan=None,
        costs_yuan={},
        capacities=dict.fromkeys(problem.ways.sites[:3], 70),
    )
    best = capacitated(problem)
    if best is None:
        with pytest.raises(NoSiting):
            find_sites(problem)
        return
    [found] = find_sites(problem)
    assert (-found.value if kind is SitingKind.MCLP else found.value) == best


def test_the_least_change_of_each_bound_is_told():
    problem = ask(
        "lscp",
        within_min=1,
        most_new=1,
        budget_yuan=3,
        costs_yuan={f"S{j}": 2 for j in range(5)},
    )
    with pytest.raises(NoSiting) as caught:
        find_sites(problem)
    # one alone does not pay for two sites, so neither number nor budget is enough by itself
    assert caught.value.least_changes == {"within_min": 2.0}
    for most_new, budget_yuan, told in ((2, 3, ("budget_yuan", 4)), (1, 9, ("most_new", 2))):
        with pytest.raises(NoSiting) as caught:
            find_sites(replace(problem, most_new=most_new, budget_yuan=budget_yuan))
        assert caught.value.least_changes[told[0]] == told[1]
        limits = {"most_new": most_new, "budget_yuan": budget_yuan, told[0]: told[1]}
        mended = replace(problem, **limits)
        assert find_sites(mended)[0].is_proved


def test_backup_that_cannot_be_and_capacities_that_are_too_small_are_told():
    with pytest.raises(NoSiting) as caught:
        find_sites(ask("lscp", within_min=0, covering=2))
    assert caught.value.least_changes == {"within_min": 1.0, "covering": 1}
    with pytest.raises(NoSiting) as caught:
        find_sites(ask("p-median", most_new=5, capacities=dict.fromkeys(LINE.sites, 0)))
    assert caught.value.least_changes == {"capacities": None}


def test_a_village_that_no_road_leads_to_is_named():
    with pytest.raises(NoSiting, match="P1") as caught:
        find_sites(ask("p-median", make_ways([[1, 2], [None, None]]), most_new=2))
    assert caught.value.unreached == ("P1",)
    assert str(pickle.loads(pickle.dumps(caught.value))) == str(caught.value)


def test_every_fault_of_a_problem_is_told_at_once():
    with pytest.raises(InvalidInput) as caught:
        ask("lscp", most_new=-1, budget_yuan=-1, covering=0, standing=frozenset({"X"}))
    assert {fault.pointer for fault in caught.value.faults} == {
        "/most_new", "/budget_yuan", "/covering", "/standing", "/within_min",
    }  # fmt: skip
