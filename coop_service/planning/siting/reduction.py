r"""Sites that are in none of the best answers to a p-median, found before it is solved.

Relaxing that each place has one site, with a price :math:`\lambda_i` for each, gives for any prices
the bound :math:`L(\lambda) = \sum_i \lambda_i + \sum_{j \in A} \rho_j` with
:math:`\rho_j = \sum_i \min(0, w_i d_{ij} - \lambda_i)` and :math:`A` the standing sites with the
:math:`p` others of least :math:`\rho`. An answer with a further site :math:`j` is no better than
:math:`L - \max_{k \in A} \rho_k + \rho_j`; where that is more than the value of answers that are
known, :math:`j` is dropped. Prices: subgradient steps. J. Beasley, "Lagrangean heuristics for
location problems", European Journal of Operational Research 65, 1993. Known answers: vertex
substitution, M. Teitz, P. Bart, "Heuristic methods for estimating the generalized vertex median of
a weighted graph", Operations Research 16, 1968.
"""

from __future__ import annotations

from dataclasses import replace
from typing import Final

import numpy as np
from numpy.typing import NDArray

from coop_service.domain.coverage import Ways
from coop_service.domain.problem import NO_ROAD
from coop_service.domain.siting import SitingKind, SitingProblem

STEPS: Final = 600
PATIENCE: Final = 15
MARGIN: Final = 0.5
"""Values are whole, sums of them in floats are nearer to them than this."""


def drop_hopeless(problem: SitingProblem, best: int) -> SitingProblem:
    """The problem without sites that are in none of its ``best`` best answers.

    It is given back as it is where it is no plain p-median: with budget, capacities or a threshold,
    without a number, or with places that some site does not reach.
    """
    most_new, ways = problem.most_new, problem.ways
    standing = np.array([code in problem.standing for code in ways.sites])
    is_plain = (
        problem.kind is SitingKind.P_MEDIAN
        and problem.budget_yuan is None
        and problem.within_min is None
        and not problem.capacities
        and not (ways.duration_s == NO_ROAD).any()
    )
    if not is_plain or most_new is None or not 1 <= most_new < (~standing).sum():
        return problem
    costs = ways.duration_s * np.array(problem.people, dtype=np.float64)[:, None]
    known = _Known(best)
    chosen = _substitute(costs, standing, _greedy(costs, standing, most_new), known)
    if len(known.values) < best:
        return problem
    prices = costs[:, standing | np.isin(np.arange(len(standing)), chosen)].min(axis=1)
    keep = standing | _may_serve(costs, standing, most_new, prices, known)
    if keep.all():
        return problem
    columns = np.flatnonzero(keep)
    codes = tuple(ways.sites[j] for j in columns)
    fewer = Ways(ways.places, codes, ways.duration_s[:, columns], ways.distance_m[:, columns])
    yuan = {code: n for code, n in problem.costs_yuan.items() if code in codes}
    return replace(problem, ways=fewer, costs_yuan=yuan)


class _Known:
    """The values of the best answers so far, each with other sites."""

    def __init__(self, best: int) -> None:
        self.best = best
        self.values: dict[frozenset[int], float] = {}

    def add(self, chosen: frozenset[int], value: float) -> None:
        self.values[chosen] = value
        if len(self.values) > self.best:
            del self.values[max(self.values, key=self.values.__getitem__)]

    @property
    def worst(self) -> float:
        return max(self.values.values())


def _greedy(costs: NDArray[np.float64], standing: NDArray[np.bool_], count: int) -> list[int]:
    """The site that helps most, ``count`` times."""
    chosen: list[int] = []
    now = costs[:, standing].min(axis=1, initial=costs.max())
    for _ in range(count):
        totals = np.minimum(now[:, None], costs).sum(axis=0)
        totals[[*chosen, *np.flatnonzero(standing)]] = np.inf
        chosen.append(int(totals.argmin()))
        now = np.minimum(now, costs[:, chosen[-1]])
    return chosen


def _substitute(
    costs: NDArray[np.float64], standing: NDArray[np.bool_], chosen: list[int], known: _Known
) -> list[int]:
    """Put one site in place of another while that helps; what is met on the way is known."""
    value = np.inf
    while True:
        totals = np.empty((len(chosen), costs.shape[1]))
        for row, out in enumerate(chosen):
            stay = [*np.flatnonzero(standing), *(j for j in chosen if j != out)]
            left = costs[:, stay].min(axis=1, initial=costs.max())
            totals[row] = np.minimum(left[:, None], costs).sum(axis=0)
            totals[row, stay] = np.inf
        for at in totals.argsort(axis=None)[: known.best + len(chosen)]:
            row, new = divmod(int(at), costs.shape[1])
            if np.isfinite(totals[row, new]):
                known.add(frozenset({*chosen, new} - {chosen[row]}) | {new}, totals[row, new])
        row, new = divmod(int(totals.argmin()), costs.shape[1])
        if totals[row, new] >= value:
            return chosen
        value = float(totals[row, new])
        chosen = [*(j for j in chosen if j != chosen[row]), new]


def _may_serve(
    costs: NDArray[np.float64],
    standing: NDArray[np.bool_],
    count: int,
    prices: NDArray[np.float64],
    known: _Known,
) -> NDArray[np.bool_]:
    """For each site whether an answer with it may be as good as those that are known."""
    keep = np.ones(len(standing), dtype=bool)
    bound, pace, since = -np.inf, 1.0, 0
    others = np.flatnonzero(~standing)
    for _ in range(STEPS):
        gains = np.minimum(0.0, costs - prices[:, None]).sum(axis=0)
        order = others[gains[others].argsort(kind="stable")]
        serving = np.concatenate([np.flatnonzero(standing), order[:count]])
        now = prices.sum() + gains[serving].sum()
        beyond = order[count:]
        least = now + gains[beyond] - gains[order[count - 1]]
        keep[beyond[least > known.worst + MARGIN]] = False
        met = frozenset(order[:count].tolist())
        known.add(met, float(costs[:, serving].min(axis=1).sum()))
        since = 0 if now > bound else since + 1
        bound = max(bound, now)
        if since >= PATIENCE:
            pace, since = pace / 2, 0
        slope = 1.0 - (costs[:, serving] < prices[:, None]).sum(axis=1)
        if not slope.any() or known.worst - bound < MARGIN:
            break
        prices = prices + pace * (known.worst - now) / (slope @ slope) * slope
    return keep
