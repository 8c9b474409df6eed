"""A report as a value: figures with their definitions, and the rows that they are made of.

Every form of a report (page, workbook, PDF, picture, CSV, JSON) is drawn from this value and
computes nothing of its own. A figure names the table whose rows it sums up, so that it can be
traced; a definition is printed with it, thresholds included.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Final

Text = tuple[str, str]
"""Chinese, English."""

Cell = str | int | float | bool | None
"""What stands in a row of a table."""

AMBER_WITHIN: Final = 0.05
"""Share of the target by which a figure may miss it and still be amber."""


class Better(StrEnum):
    """Which way a figure improves."""

    HIGHER = "higher"
    LOWER = "lower"


class Light(StrEnum):
    """How a figure stands to its target."""

    GREEN = "green"
    AMBER = "amber"
    RED = "red"


@dataclass(frozen=True, slots=True)
class Definition:
    """What a figure is.

    Attributes:
        code: name in files and addresses, ``coverage.villages_with_point_share``.
        title: what it is called.
        unit: ``%``, ``km``, ``yuan/order``; empty where it is a count.
        formula: how it is worked out, in words that a manager reads, thresholds included.
        digits: decimals shown.
        better: which way it improves; None where neither is better.
        synthetic: rests on positions, roads or populations that may be synthetic.
        default_costs: rests on default costs.
    """

    code: str
    title: Text
    unit: str
    formula: Text
    digits: int = 0
    better: Better | None = None
    synthetic: bool = False
    default_costs: bool = False


@dataclass(frozen=True, slots=True)
class Figure:
    """One figure of a report.

    Attributes:
        code: that of its definition.
        value: unrounded, in the definition's unit; None where there is nothing to measure.
        before: the same a period ago.
        year_ago: the same in the same month last year.
        target: what was aimed at.
        table: name of the table whose rows it sums up.
    """

    code: str
    value: float | None
    before: float | None = None
    year_ago: float | None = None
    target: float | None = None
    table: str | None = None

    @property
    def change(self) -> float | None:
        """Against the period before, in the figure's unit."""
        return None if self.value is None or self.before is None else self.value - self.before

    @property
    def change_in_year(self) -> float | None:
        """Against the same month last year, in the figure's unit."""
        return None if self.value is None or self.year_ago is None else self.value - self.year_ago


def light_of(figure: Figure, definition: Definition) -> Light | None:
    """Green where the target is met, amber within :data:`AMBER_WITHIN` of it, else red.

    None where there is no value, no target, or no better way.
    """
    if figure.value is None or figure.target is None or definition.better is None:
        return None
    missing = figure.target - figure.value
    if definition.better is Better.LOWER:
        missing = -missing
    share = round(missing / abs(figure.target), 9) if figure.target else missing
    if share <= 0:
        return Light.GREEN
    return Light.AMBER if share <= AMBER_WITHIN else Light.RED


class Total(StrEnum):
    """What stands below a column."""

    SUM = "sum"
    RATIO = "ratio"


@dataclass(frozen=True, slots=True)
class Column:
    """A column of a table.

    Attributes:
        name: key of the rows.
        title: heading.
        unit: of its numbers.
        digits: decimals shown; None for text.
        total: sum of its numbers, or the ratio of two other columns' sums; None: nothing.
        ratio: for :attr:`Total.RATIO`: numerator's and denominator's column.
        factor: what the ratio is multiplied by: 100 for %.
    """

    name: str
    title: Text
    unit: str = ""
    digits: int | None = None
    total: Total | None = None
    ratio: tuple[str, str] | None = None
    factor: float = 1.0


@dataclass(frozen=True, slots=True)
class Table:
    """Rows that figures are traced to; each row has a value for the name of each column."""

    name: str
    title: Text
    columns: tuple[Column, ...]
    rows: tuple[Mapping[str, Cell], ...]


@dataclass(frozen=True, slots=True)
class Section:
    """Figures and tables of one matter.

    Attributes:
        code: ``coverage``, ``operation``.
        title: heading.
        definitions: of all its figures.
        figures: the most important first.
        tables: by township first.
        notes: assumptions, and what is synthetic.
    """

    code: str
    title: Text
    definitions: tuple[Definition, ...]
    figures: tuple[Figure, ...]
    tables: tuple[Table, ...]
    notes: tuple[Text, ...] = ()

    def definition(self, code: str) -> Definition:
        """The definition of a figure.

        Raises:
            StopIteration: if there is none.
        """
        return next(each for each in self.definitions if each.code == code)

    def table(self, name: str) -> Table:
        """The table of a name.

        Raises:
            StopIteration: if there is none.
        """
        return next(each for each in self.tables if each.name == name)


@dataclass(frozen=True, slots=True)
class Report:
    """A county's report over a period.

    Attributes:
        county: its code.
        county_name: its name.
        first_day: of the period.
        last_day: of the period; coverage is read as of this day.
        network_version: of the network that coverage was read from, where versions are numbered.
        network_digest: fingerprint of the sites and roads that coverage was read from.
        sections: coverage, operation.
        closed: it is a snapshot that no longer changes.
        made_at: when, in UTC.
        notes: of the whole: sources, attribution.
    """

    county: str
    county_name: str
    first_day: dt.date
    last_day: dt.date
    network_version: int | None
    sections: tuple[Section, ...]
    closed: bool = False
    made_at: dt.datetime | None = None
    notes: tuple[Text, ...] = field(default=())
    network_digest: str | None = None
