"""What managers report: coverage and operation, every figure with its definition and its rows."""

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
    "Definition",
    "Figure",
    "Light",
    "Report",
    "Section",
    "Table",
    "Text",
    "Total",
    "light_of",
]
