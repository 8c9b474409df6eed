"""A figure of the coverage report: its definition, its value and its rows."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

from coop_service.domain.reports.coverage_facts import CoverageFacts
from coop_service.domain.reports.coverage_options import CoverageOptions
from coop_service.domain.reports.report import Better, Definition, Text

SECTION: Final = "coverage"


@dataclass(frozen=True, slots=True)
class Synthetic:
    """What of a county is made up: numbers of people; roads or positions."""

    people: bool = False
    ways: bool = False


@dataclass(frozen=True, slots=True)
class Entry:
    """A figure: what it is, how it comes out of the facts, and the table with its rows."""

    definition: Definition
    value: Callable[[CoverageFacts], float | None]
    table: str


def percent(part: float, whole: float) -> float | None:
    """A part in % of the whole; None of nothing."""
    return 100 * part / whole if whole else None


@dataclass(frozen=True, slots=True)
class EntryMaker:
    """Makes figures; a definition prints the thresholds by which it was measured.

    Attributes:
        options: the thresholds.
        synthetic: what of the county is made up.
    """

    options: CoverageOptions
    synthetic: Synthetic

    def entry(
        self,
        name: str,
        title: Text,
        unit: str,
        formula: Text,
        table: str,
        value: Callable[[CoverageFacts], float | None],
        *,
        digits: int = 0,
        better: Better | None = Better.HIGHER,
        people: bool = False,
        ways: bool = False,
    ) -> Entry:
        """A figure; ``people``, ``ways``: it rests on their numbers, on roads and positions."""
        definition = Definition(
            f"{SECTION}.{name}",
            title,
            unit,
            formula,
            digits,
            better,
            synthetic=(people and self.synthetic.people) or (ways and self.synthetic.ways),
        )
        return Entry(definition, value, table)
