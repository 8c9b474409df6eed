"""Answers to siting problems, proved or with their bound, or the reason why there is none."""

from __future__ import annotations

import time
from dataclasses import dataclass, replace

import numpy as np
from ortools.sat.python import cp_model

from coop_service.domain.problem import NO_ROAD
from coop_service.domain.siting import (
    NoSiting,
    Siting,
    SitingKind,
    SitingProblem,
    SitingUndecided,
)
from coop_service.planning.siting.model import Cut, SitingModel
from coop_service.planning.siting.reduction import drop_hopeless

_S_PER_MIN = 60


def find_sites(
    problem: SitingProblem, *, best: int = 1, seconds: float = 60.0
) -> tuple[Siting, ...]:
    """The best answers to a siting problem; the same problem has the same answers.

    Args:
        problem: what is asked.
        best: how many answers, each with other new sites, the best first.
        seconds: for each answer; one that is not proved by then has its bound and gap.

    Returns:
        As many as there are, at most ``best``.

    Raises:
        NoSiting: there is none; with the least changes that would allow one.
        SitingUndecided: none was found in time, nor proved that there is none.
    """
    problem = drop_hopeless(problem, best)
    found: list[Siting] = []
    cuts: list[Cut] = []
    while len(found) < best:
        clock = _Clock(seconds)
        siting = (_find_center if problem.kind is SitingKind.P_CENTER else _find_one)(
            problem, cuts, clock, found[-1].bound if found else 0
        )
        if siting is None:
            break
        found.append(siting)
        cuts.append(frozenset(siting.new))
    if not found:
        raise NoSiting(_least_changes(problem, seconds), _unreached(problem))
    return tuple(found)


class _Clock:
    """The time that is left."""

    def __init__(self, seconds: float) -> None:
        self.seconds, self.end = seconds, time.monotonic() + seconds

    @property
    def left_s(self) -> float:
        return max(0.01, self.end - time.monotonic())


@dataclass(frozen=True, slots=True)
class _Answer:
    opens: tuple[bool, ...]
    serves: tuple[tuple[int, int], ...]
    value: int
    bound: int
    is_proved: bool


def _solve(model: SitingModel, clock: _Clock) -> _Answer | None:
    """An answer, None where there is none.

    One thread, so that the same problem has the same answer.

    Raises:
        SitingUndecided: neither is known in time.
    """
    solver = cp_model.CpSolver()
    solver.parameters.num_workers = 1
    solver.parameters.random_seed = 1
    solver.parameters.linearization_level = 2
    solver.parameters.max_time_in_seconds = clock.left_s
    status = solver.solve(model.cp)
    if status == cp_model.INFEASIBLE:
        return None
    if status not in (cp_model.OPTIMAL, cp_model.FEASIBLE):
        raise SitingUndecided(clock.seconds)
    has_objective = model.cp.has_objective()
    return _Answer(
        tuple(bool(solver.value(opens)) for opens in model.opens),
        tuple(pair for pair, serves in model.serves.items() if solver.value(serves)),
        round(solver.objective_value) if has_objective else 0,
        round(solver.best_objective_bound) if has_objective else 0,
        status == cp_model.OPTIMAL,
    )


def _find_one(problem: SitingProblem, cuts: list[Cut], clock: _Clock, _: int) -> Siting | None:
    limit_s = None if problem.within_min is None else problem.within_min * _S_PER_MIN
    model = SitingModel(problem, limit_s, cuts)
    if problem.kind is SitingKind.MCLP:
        model.cp.maximize(model.people_covered)
    elif problem.kind is SitingKind.P_MEDIAN:
        model.cp.minimize(model.person_seconds())
    else:
        model.cp.minimize(model.cost_yuan if problem.costs_yuan else model.number)
    answer = _solve(model, clock)
    return None if answer is None else _read(problem, limit_s, answer)


def _find_center(
    problem: SitingProblem, cuts: list[Cut], clock: _Clock, least_s: int
) -> Siting | None:
    """The least distance at which all places can be covered, by halving the list of distances.

    Args:
        problem: a p-center.
        cuts: answers that are not wanted.
        clock: how long; when it is up the least distance so far is told with its bound.
        least_s: no answer is better.
    """
    duration_s = np.sort(
        np.where(problem.ways.duration_s == NO_ROAD, np.inf, problem.ways.duration_s)
    )
    if duration_s.shape[1] < problem.covering:
        return None
    nearest = duration_s[:, problem.covering - 1].max()
    radii = np.unique(duration_s[np.isfinite(duration_s)])
    radii = radii[radii >= max(nearest, least_s)]
    low, high, best = 0, len(radii) - 1, None
    decided = True
    # The last may be needed too: first whether there is an answer at all.
    middle = high
    while low <= high:
        try:
            answer = _solve(SitingModel(problem, float(radii[middle]), cuts), clock)
        except SitingUndecided:
            decided = False
            break
        if answer is None:
            low = middle + 1
        else:
            # how far the answer is in fact may be less than what was asked
            best, high = (float(radii[middle]), answer), middle - 1
        middle = (low + high) // 2
    if best is None:
        if decided:
            return None
        raise SitingUndecided(clock.seconds)
    bound = int(best[0]) if decided else int(radii[low])
    answer = replace(best[1], value=int(best[0]), bound=bound, is_proved=decided)
    return _read(problem, best[0], answer)


def _read(problem: SitingProblem, limit_s: float | None, answer: _Answer) -> Siting:
    """The answer as relations: without capacities each place goes to the nearest that serves."""
    ways = problem.ways
    serving = np.flatnonzero(answer.opens)
    assigned = dict(answer.serves)
    served_by: dict[str, str | None] = {}
    minutes: dict[str, float | None] = {}
    covered = set()
    for i, place in enumerate(ways.places):
        reached = [int(j) for j in serving if ways.duration_s[i, j] != NO_ROAD]
        near = [j for j in reached if limit_s is None or ways.duration_s[i, j] <= limit_s]
        if problem.capacities:
            chosen = assigned.get(i)
        else:
            chosen = min(
                reached,
                key=lambda j: (ways.duration_s[i, j], ways.distance_m[i, j], ways.sites[j]),
                default=None,
            )
        served_by[place] = None if chosen is None else ways.sites[chosen]
        minutes[place] = None if chosen is None else int(ways.duration_s[i, chosen]) / _S_PER_MIN
        if len(near) >= problem.covering and chosen is not None:
            covered.add(place)
    new = tuple(sorted(ways.sites[j] for j in serving if ways.sites[j] not in problem.standing))
    return Siting(
        new=new,
        served_by=served_by,
        minutes=minutes,
        covered=frozenset(covered),
        value=answer.value,
        bound=answer.bound,
        is_proved=answer.is_proved,
        cost_yuan=sum(problem.costs_yuan.get(code, 0) for code in new),
    )


def _unreached(problem: SitingProblem) -> tuple[str, ...]:
    ways = problem.ways
    number = (ways.duration_s != NO_ROAD).sum(axis=1)
    return tuple(ways.places[i] for i in np.flatnonzero(number < problem.covering))


def _least_changes(problem: SitingProblem, seconds: float) -> dict[str, float | None]:
    """What of the problem, changed alone and least, allows an answer; undecided ones are left out.

    ``seconds`` holds for each.
    """
    changes: dict[str, float | None] = {}
    trials = {
        "within_min": problem.within_min is not None,
        "most_new": problem.most_new is not None,
        "budget_yuan": problem.budget_yuan is not None,
        "covering": problem.covering > 1,
        "capacities": bool(problem.capacities),
    }
    for name, is_asked in trials.items():
        if not is_asked:
            continue
        try:
            value, works = _least_change(problem, name, _Clock(seconds))
        except SitingUndecided:
            continue
        if works:
            changes[name] = value
    return changes


def _least_change(problem: SitingProblem, name: str, clock: _Clock) -> tuple[float | None, bool]:
    limit_s = None if problem.within_min is None else problem.within_min * _S_PER_MIN
    if name == "within_min":
        center = replace(problem, kind=SitingKind.P_CENTER, within_min=None)
        siting = _find_center(center, [], clock, 0)
        return (None, False) if siting is None else (siting.value / _S_PER_MIN, True)
    if name == "covering":
        for covering in range(problem.covering - 1, 0, -1):
            fewer = replace(problem, covering=covering)
            if _solve(SitingModel(fewer, limit_s, []), clock) is not None:
                return covering, True
        return None, False
    if name == "capacities":
        free = SitingModel(replace(problem, capacities={}), limit_s, [])
        return None, _solve(free, clock) is not None
    if name == "most_new":
        model = SitingModel(replace(problem, most_new=None), limit_s, [])
    else:
        model = SitingModel(replace(problem, budget_yuan=None), limit_s, [])
    model.cp.minimize(model.number if name == "most_new" else model.cost_yuan)
    answer = _solve(model, clock)
    return (None, False) if answer is None else (answer.value, True)
