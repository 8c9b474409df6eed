"""What if: a county with some stations and vans otherwise, on many days of made-up orders.

Two alternatives are compared on the same days: what a site orders on a day depends on the seed, the
day and the site alone, never on what is changed elsewhere (common random numbers).
"""

from coop_service.domain.scenarios.alternative import Alternative, County, change_county
from coop_service.domain.scenarios.demand import make_scenario_orders, rates_of
from coop_service.domain.scenarios.reach import Coverage, find_coverage
from coop_service.domain.scenarios.scenario import (
    ChangeKind,
    Demand,
    FleetChange,
    FleetChangeKind,
    Scenario,
    Search,
    StationChange,
)
from coop_service.domain.scenarios.statistics import PairedDifference, compare_pairs, t_quantile

__all__ = [
    "Alternative",
    "ChangeKind",
    "County",
    "Coverage",
    "Demand",
    "FleetChange",
    "FleetChangeKind",
    "PairedDifference",
    "Scenario",
    "Search",
    "StationChange",
    "change_county",
    "compare_pairs",
    "find_coverage",
    "make_scenario_orders",
    "rates_of",
    "t_quantile",
]
