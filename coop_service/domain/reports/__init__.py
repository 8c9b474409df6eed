"""What managers report: coverage and operation, every figure with its definition and its rows."""

from coop_service.domain.reports.coverage import coverage_definitions, coverage_section
from coop_service.domain.reports.coverage_options import CoverageOptions
from coop_service.domain.reports.coverage_service import (
    ServiceDay,
    ServicePeriod,
    SiteService,
    first_day,
)
from coop_service.domain.reports.report import (
    Better,
    Cell,
    Column,
    Definition,
    Figure,
    Light,
    Report,
    Section,
    Table,
    Text,
    Total,
    light_of,
)

__all__ = [
    "Better",
    "Cell",
    "Column",
    "CoverageOptions",
    "Definition",
    "Figure",
    "Light",
    "Report",
    "Section",
    "ServiceDay",
    "ServicePeriod",
    "SiteService",
    "Table",
    "Text",
    "Total",
    "coverage_definitions",
    "coverage_section",
    "first_day",
    "light_of",
]
