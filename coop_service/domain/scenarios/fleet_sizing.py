"""Mixes of vans: how many of each kind are based where, which mixes are next to one, and which are
worth having.

A van that is there costs its day rate whether it drives or not; a plan counts it only where it
drives. What a mix costs a day is therefore what its routes cost without day rates, plus the day
rates of all its vans.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from coop_service.domain.records import Van
from coop_service.domain.scenarios.scenario import FleetChange, FleetChangeKind

Kind = tuple[str, str]
"""A van that all of the kind are like, by its code, and where they are based."""


@dataclass(frozen=True, slots=True)
class Mix:
    """How many vans of each kind there are; kinds without any are left out."""

    counts: tuple[tuple[Kind, int], ...]

    @classmethod
    def of(cls, counts: Mapping[Kind, int]) -> Mix:
        """The mix of some counts."""
        return cls(tuple(sorted((kind, n) for kind, n in counts.items() if n > 0)))

    @property
    def size(self) -> int:
        """Vans in all."""
        return sum(count for _, count in self.counts)


@dataclass(frozen=True, slots=True)
class Point:
    """What a mix has shown on the days.

    Attributes:
        mix: the mix.
        cost_yuan: of a day, mean, with the day rates of all its vans.
        service: share of the orders served, mean of the days.
    """

    mix: Mix
    cost_yuan: float
    service: float


def kinds_of(vans: Sequence[Van]) -> tuple[dict[str, Van], Mix]:
    """The models of a fleet by code, vans being alike but for name, plate and home; and its mix."""
    models: dict[Van, str] = {}
    counts: Counter[Kind] = Counter()
    for van in vans:
        if van.active:
            plain = replace(van, code="", name="", plate="", home="", custom=None)
            code = models.setdefault(plain, van.code)
            counts[code, van.home] += 1
    by_code = {van.code: van for van in vans}
    return {code: by_code[code] for code in models.values()}, Mix.of(counts)


def neighbours(mix: Mix, models: Sequence[str], homes: Sequence[str], centre: str) -> Iterator[Mix]:
    """Mixes with one van less, one van elsewhere, one van more; some van stays at the centre.

    Args:
        mix: the mix.
        models: codes of vans that there may be more of.
        homes: where vans may be based.
        centre: of the county.
    """
    counts = dict(mix.counts)
    options = [{kind: -1} for kind in counts]
    options += [
        {(model, home): -1, (model, other): 1}
        for model, home in counts
        for other in homes
        if other != home
    ]
    options += [{(model, home): 1} for model in models for home in homes]
    for option in options:
        changed = Counter(counts)
        for kind, by in option.items():
            changed[kind] += by
        if any(home == centre and count > 0 for (_, home), count in changed.items()):
            yield Mix.of(changed)


def changes_to(mix: Mix, vans: Sequence[Van], models: Mapping[str, Van]) -> tuple[FleetChange, ...]:
    """The changes that make a fleet the mix: vans are moved before others are bought."""
    wanted = Counter(dict(mix.counts))
    plain = {
        replace(van, code="", name="", plate="", home="", custom=None): code
        for code, van in models.items()
    }
    spare: dict[str, list[str]] = {}
    for van in vans:
        if not van.active:
            continue
        model = plain[replace(van, code="", name="", plate="", home="", custom=None)]
        if wanted[model, van.home] > 0:
            wanted[model, van.home] -= 1
        else:
            spare.setdefault(model, []).append(van.code)
    changes: list[FleetChange] = []
    bought: list[FleetChange] = []
    for (model, home), count in sorted(wanted.items()):
        have = spare.get(model, [])
        moved, spare[model] = tuple(have[:count]), have[count:]
        if moved:
            changes.append(FleetChange(FleetChangeKind.MOVE, vans=moved, home=home))
        if count > len(moved):
            bought.append(
                FleetChange(FleetChangeKind.ADD, like=model, count=count - len(moved), home=home)
            )
    sold = tuple(code for codes in spare.values() for code in codes)
    removed = [FleetChange(FleetChangeKind.REMOVE, vans=sold)] if sold else []
    # What is bought is like a van that may be sold: it is bought first.
    return (*changes, *bought, *removed)


def frontier(points: Sequence[Point]) -> tuple[Point, ...]:
    """The points that no other is as cheap and as good as, from the cheapest on."""
    best: list[Point] = []
    for point in sorted(points, key=lambda p: (p.cost_yuan, -p.service, p.mix.size)):
        if not best or point.service > best[-1].service:
            best.append(point)
    return tuple(best)


def cheapest(points: Sequence[Point], service: float) -> Point | None:
    """The cheapest that reaches a service level; None where none does."""
    good = [point for point in points if point.service >= service]
    return min(good, key=lambda p: (p.cost_yuan, p.mix.size), default=None)
