"""The integer programme of a siting problem: what holds for its answers, whatever is made least."""

from __future__ import annotations

import numpy as np
from ortools.sat.python import cp_model

from coop_service.domain.problem import NO_ROAD
from coop_service.domain.siting import SitingKind, SitingProblem

Cut = frozenset[str]
"""New sites of an answer that is not wanted again."""


class SitingModel:
    """The programme; ``opens`` and ``covers`` are its variables, ``serves`` where capacities are.

    Attributes:
        cp: the programme.
        opens: for each site whether it serves.
        covers: for each place whether it is covered; constants where all have to be.
        serves: for each place and site that may serve it whether it does.
    """

    def __init__(self, problem: SitingProblem, limit_s: float | None, cuts: list[Cut]) -> None:
        """Build it.

        Args:
            problem: what is asked.
            limit_s: how far a site covers, None: as far as roads lead.
            cuts: answers that are not wanted.
        """
        self.problem, self.cp = problem, cp_model.CpModel()
        sites = problem.ways.sites
        self.opens = [
            self.cp.new_constant(1) if code in problem.standing else self.cp.new_bool_var(code)
            for code in sites
        ]
        self.new = {
            code: self.opens[j] for j, code in enumerate(sites) if code not in problem.standing
        }
        duration_s = problem.ways.duration_s
        reached = duration_s != NO_ROAD
        self.within = reached if limit_s is None else reached & (duration_s <= limit_s)
        self.covers: list[cp_model.IntVar] = []
        self.serves: dict[tuple[int, int], cp_model.IntVar] = {}
        self._limit_new()
        self._cover()
        if problem.capacities:
            self._serve()
        self._cut(cuts)

    def _limit_new(self) -> None:
        problem = self.problem
        if problem.most_new is not None:
            self.cp.add(self.number <= problem.most_new)
        if problem.budget_yuan is not None:
            self.cp.add(self.cost_yuan <= problem.budget_yuan)

    def _cover(self) -> None:
        """``covering`` sites within the limit cover each place, or it is not covered (MCLP)."""
        is_partial = self.problem.kind is SitingKind.MCLP
        for i in range(len(self.problem.people)):
            near = [self.opens[j] for j in np.flatnonzero(self.within[i])]
            covered = self.cp.new_bool_var("") if is_partial else self.cp.new_constant(1)
            self.covers.append(covered)
            if self.problem.covering == 1:
                self.cp.add_bool_or([*near, ~covered])
            else:
                self.cp.add(sum(near) >= self.problem.covering * covered)

    def _serve(self) -> None:
        """Each covered place goes whole to one site, which takes no more people than it can."""
        problem = self.problem
        for i, j in zip(*np.nonzero(self.within), strict=True):
            self.serves[int(i), int(j)] = self.cp.new_bool_var("")
        for i, covered in enumerate(self.covers):
            self.cp.add(
                sum(self.serves[i, int(j)] for j in np.flatnonzero(self.within[i])) == covered
            )
        for j, code in enumerate(problem.ways.sites):
            here = [
                (problem.people[i], self.serves[int(i), j])
                for i in np.flatnonzero(self.within[:, j])
            ]
            for _, serves in here:
                self.cp.add_implication(serves, self.opens[j])
            if code in problem.capacities:
                load = sum(people * serves for people, serves in here)
                self.cp.add(load <= problem.capacities[code] * self.opens[j])

    def _cut(self, cuts: list[Cut]) -> None:
        for cut in cuts:
            self.cp.add_bool_or(
                [~opens if code in cut else opens for code, opens in self.new.items()]
            )

    @property
    def number(self) -> cp_model.LinearExprT:
        """How many sites are added."""
        return cp_model.LinearExpr.sum(list(self.new.values()))

    @property
    def cost_yuan(self) -> cp_model.LinearExprT:
        """What they cost."""
        costs = [self.problem.costs_yuan.get(code, 0) for code in self.new]
        return cp_model.LinearExpr.weighted_sum(list(self.new.values()), costs)

    @property
    def people_covered(self) -> cp_model.LinearExprT:
        """How many people are covered."""
        return cp_model.LinearExpr.weighted_sum(self.covers, list(self.problem.people))

    def person_seconds(self) -> cp_model.LinearExprT:
        r"""The way of all people to the sites that serve them, there.

        Without capacities, in the form that only knows for each place and distance whether no site
        is nearer than that: for the distances :math:`D_1 < D_2 < \dots` of a place the way is
        :math:`D_1 + \sum_k (D_{k+1} - D_k) v_k` with
        :math:`v_k + \sum_{j: d_j = D_k} y_j \ge v_{k-1}`. G. Cornuejols, G. Nemhauser,
        L. Wolsey, "A canonical representation of simple plant location problems and its
        applications", SIAM Journal on Algebraic and Discrete Methods 1, 1980; S. Elloumi, "A
        tighter formulation of the p-median problem", Journal of Combinatorial Optimization 19,
        2010.
        """
        duration_s, people = self.problem.ways.duration_s, self.problem.people
        if self.problem.capacities:
            pairs = list(self.serves)
            return cp_model.LinearExpr.weighted_sum(
                list(self.serves.values()), [people[i] * int(duration_s[i, j]) for i, j in pairs]
            )
        variables: list[cp_model.IntVar] = []
        weights: list[int] = []
        base = 0
        for i, count in enumerate(people):
            near = np.flatnonzero(self.within[i])
            if not count or not len(near):  # who has no site to go to is covered by none
                continue
            at: dict[int, list[int]] = {}
            for j in near:
                at.setdefault(int(duration_s[i, j]), []).append(int(j))
            levels = sorted(at)
            base += count * levels[0]
            nearer: list[cp_model.LiteralT] = []
            for k, level in enumerate(levels):
                here: list[cp_model.LiteralT] = [self.opens[j] for j in at[level]]
                if any(self.problem.ways.sites[j] in self.problem.standing for j in at[level]):
                    break  # nothing farther than a standing site serves the place
                if k == len(levels) - 1:
                    self.cp.add_bool_or([*here, *nearer])
                    break
                farther = self.cp.new_bool_var("")
                self.cp.add_bool_or([*here, farther, *nearer])
                variables.append(farther)
                weights.append(count * (levels[k + 1] - level))
                nearer = [~farther]
        return cp_model.LinearExpr.weighted_sum(variables, weights) + base
