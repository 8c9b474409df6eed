"""Who has service, how far it is, and how many would still have it if one site fell out.

**Villages** are all sites of the village tier, whatever the state of their point: where a point is
closed the people are still there, and so they are where it has become a station. Administrative
villages (行政村) and communities (社区) are counted apart, as counties report them.

**Ways** are those of a vehicle from the site that serves to the village, as goods come, on the
roads of the day; by default of the smallest class, which may use every road. Nearest is least in
seconds, of equally fast ones least in metres, then by code.

**Levels** are nested (Şahin and Süral, "A review of hierarchical facility location models",
Computers & Operations Research 34, 2007): a station gives what a village point gives, the centre
what a station gives. So a village's nearest point may be a station, and a site that is added or
upgraded never lowers coverage.

Thresholds are assumptions of ours, see :class:`Thresholds`.
"""

from coop_service.domain.coverage.measure import Coverage, measure_coverage
from coop_service.domain.coverage.summary import Band, Count, LevelSummary, Summary, summarise
from coop_service.domain.coverage.thresholds import Level, Thresholds, rises
from coop_service.domain.coverage.villages import (
    Nearest,
    Unit,
    VillageAccess,
    access_by,
    find_access,
    townships_of,
    units_of,
)
from coop_service.domain.coverage.ways import Ways, find_all_ways, find_ways

__all__ = [
    "Band",
    "Count",
    "Coverage",
    "Level",
    "LevelSummary",
    "Nearest",
    "Summary",
    "Thresholds",
    "Unit",
    "VillageAccess",
    "Ways",
    "access_by",
    "find_access",
    "find_all_ways",
    "find_ways",
    "measure_coverage",
    "rises",
    "summarise",
    "townships_of",
    "units_of",
]
