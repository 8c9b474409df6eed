"""A county's siting as a planner asks for it, and the problem that it makes of the county."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum

from coop_service.domain.coverage import find_ways
from coop_service.domain.network import Network
from coop_service.domain.records import Tier
from coop_service.domain.siting import SitingKind, SitingProblem
from coop_service.errors import Fault, InvalidInput, both


class Existing(StrEnum):
    """What becomes of the stations that serve."""

    FIXED = "fixed"
    FREE = "free"


@dataclass(frozen=True, slots=True)
class SitingRequest:
    """What a planner asks.

    Attributes:
        name: of the request.
        network: folder of the network.
        county: its area code.
        date: day of sites and roads.
        problem: which of the four questions.
        new: how many sites may be chosen, None: any number.
        within_min: a site covers what is no farther, minutes by road.
        budget_yuan: what the chosen sites may cost together.
        cost_yuan: of each candidate that ``costs_yuan`` does not name.
        costs_yuan: by code.
        capacity_people: that each site can serve, the standing ones too, which ``capacities`` does
            not name.
        capacities: by code.
        covering: how many sites must cover a village.
        existing: fixed: the stations that serve stand; free: they may be chosen like others, and
            are closed if they are not. The centre stands in any case.
        candidates: codes; all stations and village points if empty.
        best: how many answers.
        seconds: for each.
    """

    name: str
    network: str
    county: str
    date: dt.date
    problem: SitingKind = SitingKind.MCLP
    new: int | None = None
    within_min: float | None = None
    budget_yuan: int | None = None
    cost_yuan: int | None = None
    costs_yuan: Mapping[str, int] = field(default_factory=dict)
    capacity_people: int | None = None
    capacities: Mapping[str, int] = field(default_factory=dict)
    covering: int = 1
    existing: Existing = Existing.FIXED
    candidates: tuple[str, ...] = ()
    best: int = 1
    seconds: float = 120.0


def make_siting_problem(request: SitingRequest, network: Network) -> SitingProblem:
    """The problem of a request: all villages are places, whether their point serves or not.

    Args:
        request: what is asked.
        network: as of the request's date.

    Raises:
        InvalidInput: with every fault of the request.
    """
    sites = network.sites
    faults = [
        Fault(
            f"siting.{name}",
            "unknown_site",
            both(f"路网中没有站点 {code}", f"the network has no site {code}"),
        )
        for name in ("candidates", "costs_yuan", "capacities")
        for code in getattr(request, name)
        if code not in sites
    ]
    has_costs = request.cost_yuan is not None or bool(request.costs_yuan)
    if request.budget_yuan is not None and not has_costs:
        message = both(
            "有预算就要给出费用:cost_yuan(每个)或 costs_yuan(逐个)",
            "a budget needs costs: cost_yuan (of each) or costs_yuan (by code)",
        )
        faults.append(Fault("siting.budget_yuan", "no_costs", message))
    if (
        request.problem is not SitingKind.LSCP
        and request.new is None
        and request.budget_yuan is None
    ):
        message = both(
            "请给出新建数量 new 或预算 budget_yuan,否则处处建站",
            "say how many (new) or a budget (budget_yuan): otherwise every site would be chosen",
        )
        faults.append(Fault("siting.new", "no_limit", message))
    if faults:
        raise InvalidInput(faults)
    centre = network.centre.code
    stations = {site.code for site in network.tier(Tier.STATION)}  # those that serve on the day
    standing = frozenset({centre} | (stations if request.existing is Existing.FIXED else set()))
    tiers = (Tier.STATION, Tier.VILLAGE_POINT)
    chosen = request.candidates or [site.code for site in sites.values() if site.tier in tiers]
    codes = sorted({*standing, *chosen})
    places = [site for site in sites.values() if site.tier is Tier.VILLAGE_POINT]
    costs = dict.fromkeys(codes, request.cost_yuan or 0) if has_costs else {}
    capacities = (
        {} if request.capacity_people is None else dict.fromkeys(codes, request.capacity_people)
    )
    costs |= {code: yuan for code, yuan in request.costs_yuan.items() if code in codes}
    capacities |= {code: n for code, n in request.capacities.items() if code in codes}
    return SitingProblem(
        kind=request.problem,
        ways=find_ways(network, request.date, [site.code for site in places], codes),
        people=tuple(site.population for site in places),
        standing=standing,
        most_new=request.new,
        budget_yuan=request.budget_yuan,
        costs_yuan=costs,
        capacities=capacities,
        within_min=request.within_min,
        covering=request.covering,
    )
