"""Where stations are to go: what is asked, and what an answer says."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum

from coop_service.domain.coverage.ways import Ways
from coop_service.errors import CoopError, Fault, InvalidInput, both


class SitingKind(StrEnum):
    """What is asked for, see :mod:`coop_service.planning.siting`."""

    LSCP = "lscp"
    MCLP = "mclp"
    P_MEDIAN = "p-median"
    P_CENTER = "p-center"


@dataclass(frozen=True, slots=True, eq=False)
class SitingProblem:
    """Choose which sites are to serve; those of ``standing`` do so in any case.

    Attributes:
        kind: what is asked for.
        ways: from all sites that may serve, or do, to all places.
        people: of each place, in the order of ``ways.places``.
        standing: codes of the sites that serve already.
        most_new: how many sites may be added, None: any number.
        budget_yuan: what they may cost together, None: anything.
        costs_yuan: of adding a site, by code; what is not named costs nothing. Where costs are
            given, an LSCP asks for the least cost, else for the least number.
        capacities: people that a site can serve, by code; what is not named can serve all. Where
            capacities are given, each place goes whole to one site.
        within_min: a site covers what is no farther, minutes by road. LSCP and MCLP need it; in a
            p-median no place may be farther; a p-center asks for it.
        covering: how many sites must cover a place, from 2 on with backup.
    """

    kind: SitingKind
    ways: Ways
    people: tuple[int, ...]
    standing: frozenset[str] = frozenset()
    most_new: int | None = None
    budget_yuan: int | None = None
    costs_yuan: Mapping[str, int] = field(default_factory=dict)
    capacities: Mapping[str, int] = field(default_factory=dict)
    within_min: float | None = None
    covering: int = 1

    def __post_init__(self) -> None:
        """Refuse what no answer can be found for, whatever the roads.

        Raises:
            InvalidInput: with every fault.
        """
        faults = _find_faults(self)
        if faults:
            raise InvalidInput(faults)


@dataclass(frozen=True, slots=True)
class Siting:
    """An answer.

    Attributes:
        new: codes of the sites that are added, in order.
        served_by: by place the site that it goes to; None where none may serve it.
        minutes: by place the road minutes to that site; None likewise.
        covered: places that as many sites as wanted cover; where nothing says how far a site
            covers, all.
        value: what was made least or, in an MCLP, most: sites or yuan (LSCP), people (MCLP),
            person-seconds (p-median), seconds (p-center).
        bound: no answer can be better than that.
        is_proved: no answer is better than this one.
        cost_yuan: of the sites that are added.
    """

    new: tuple[str, ...]
    served_by: Mapping[str, str | None]
    minutes: Mapping[str, float | None]
    covered: frozenset[str]
    value: int
    bound: int
    is_proved: bool
    cost_yuan: int

    @property
    def gap(self) -> float:
        """How far the value may be from the best, as a share of it; 0 where it is proved."""
        return 0.0 if self.is_proved else abs(self.value - self.bound) / max(1, abs(self.value))


class NoSiting(ValueError, CoopError):
    """No choice of sites does what is asked.

    Attributes:
        least_changes: by attribute of :class:`SitingProblem` the least change that, made alone,
            allows an answer; for ``capacities`` None: without them.
        unreached: places to which too few sites lead, however far.
    """

    code = "no_siting"

    def __init__(self, least_changes: Mapping[str, float | None], unreached: tuple[str, ...]):
        self.least_changes, self.unreached = dict(least_changes), unreached
        zh, en = ["没有可行的选址方案"], ["no choice of sites does what is asked"]
        if unreached:
            names = ", ".join(unreached[:10]) + ("…" if len(unreached) > 10 else "")
            zh.append(f"{len(unreached)} 个村可到达的站点不足:{names};请检查道路或增加候选点")
            en.append(
                f"too few sites lead to {len(unreached)} places ({names}): check roads or add "
                "candidates"
            )
        for name, value in least_changes.items():
            one_zh, one_en = _TOLD[name]
            zh.append(one_zh.format(value))
            en.append(one_en.format(value))
        if not unreached and not least_changes:
            zh.append("单独放宽任何一项都不够,请同时放宽几项")
            en.append("no single change is enough: relax several")
        super().__init__(both(";".join(zh), "; ".join(en)))

    def __reduce__(self):  # type: ignore[no-untyped-def]
        """Pickled by its parts."""
        return type(self), (self.least_changes, self.unreached)


class SitingUndecided(TimeoutError, CoopError):
    """The time was up before one answer, or the proof that there is none, was found."""

    code = "siting_undecided"

    def __init__(self, seconds: float) -> None:
        super().__init__(
            both(
                f"{seconds:g} 秒内既未找到方案,也未证明无解;请加长时间或减少候选点",
                f"neither an answer nor the proof of none within {seconds:g} s: give more time or "
                "fewer candidates",
            )
        )


_TOLD = {
    "within_min": ("阈值放宽到 {:g} 分钟即可", "a threshold of {:g} minutes would do"),
    "most_new": ("新建 {:g} 个即可", "{:g} new sites would do"),
    "budget_yuan": ("预算 {:g} 元即可", "a budget of {:g} yuan would do"),
    "covering": ("只要求 {:g} 个站点覆盖即可", "cover by {:g} would do"),
    "capacities": ("不限容量即可", "without capacities there is an answer"),
}


def _find_faults(problem: SitingProblem) -> list[Fault]:
    ways, faults = problem.ways, []

    def fault(name: str, zh: str, en: str) -> None:
        faults.append(Fault(f"/{name}", "bad_siting", both(zh, en)))

    if not ways.places or not ways.sites:
        fault("ways", "至少要有一个村和一个候选点", "there must be a place and a site")
    if len(problem.people) != len(ways.places) or any(n < 0 for n in problem.people):
        fault("people", "每村一个不小于 0 的人口数", "one number, 0 or more, for each place")
    for name in ("standing", "costs_yuan", "capacities"):
        unknown = sorted(set(getattr(problem, name)) - set(ways.sites))
        if unknown:
            codes = ", ".join(unknown)
            fault(name, f"没有这些站点:{codes}", f"there are no such sites: {codes}")
    for name in ("costs_yuan", "capacities"):
        below = sorted(code for code, n in getattr(problem, name).items() if n < 0)
        if below:
            codes = ", ".join(below)
            fault(name, f"不得小于 0:{codes}", f"must not be below 0: {codes}")
    for name in ("most_new", "budget_yuan"):
        value = getattr(problem, name)
        if value is not None and value < 0:
            fault(name, f"不得小于 0,收到 {value}", f"must not be below 0, got {value}")
    within = problem.within_min
    if within is not None and not (math.isfinite(within) and within >= 0):
        fault("within_min", f"应为不小于 0 的数,收到 {within}", f"must be 0 or more, got {within}")
    if within is None and problem.kind in (SitingKind.LSCP, SitingKind.MCLP):
        fault("within_min", f"{problem.kind} 需要阈值", f"{problem.kind} needs a threshold")
    if within is not None and problem.kind is SitingKind.P_CENTER:
        fault(
            "within_min",
            "p-center 求的就是阈值,不能再给",
            "a p-center asks for the threshold: give none",
        )
    if problem.covering < 1:
        fault("covering", "至少为 1", "must be at least 1")
    elif problem.covering > 1 and within is None and problem.kind is SitingKind.P_MEDIAN:
        fault("covering", "p-median 的备份覆盖需要阈值", "backup in a p-median needs a threshold")
    return faults
