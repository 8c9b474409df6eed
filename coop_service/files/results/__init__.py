"""Results of the planner's bench: a folder that can be read, compared and made again."""

from coop_service.files.results.folder import (
    Column,
    Picture,
    Results,
    Table,
    read_results,
    versions,
    write_results,
)

__all__ = [
    "Column",
    "Picture",
    "Results",
    "Table",
    "read_results",
    "versions",
    "write_results",
]
