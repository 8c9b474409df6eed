"""The calls of a demo day: which sites, from which depot, by which vans, with how much each.

The shares are assumptions of ours.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Final

import numpy as np
from numpy.typing import NDArray

from coop_service.domain.demo_goods import Package
from coop_service.domain.network import Network
from coop_service.domain.problem import NO_ROAD, Direction, Window
from coop_service.domain.records import Site, Tier, Van
from coop_service.domain.travel import Travel

CALL_SHARE: Final = (0.84, 0.88)
"""Stations and village points called at in a day, of all: 254 to 267 of 303."""

OUTBOUND_VOLUME_SHARE: Final = 0.70
"""Volume that goes out, of what the fleet holds in one trip."""

BRANCH_VOLUME_SHARE: Final = 0.60
"""The most that lies at a township station, of what the vans based there hold."""

FULLEST: Final = 0.75
"""The most that goes one way, of what the vans of a depot hold together."""

STATION_TRADE: Final = 0.05
"""Trade of a station's own counter, of the trade of its township."""

VAN_SHARE: Final = 0.40
"""The most that one call may fill of the largest van that gets there."""

URBAN_KINDS: Final = frozenset({"community", "subdistrict"})
"""Kinds of sites that neither farm nor buy farm inputs."""


@dataclass(frozen=True, slots=True)
class Lot:
    """Goods of one order; ``filling`` is their weight over the usual weight of the packages.

    ``windows_s`` empty: those of the call. ``unservable_cause``: the reason why no van can take it.
    """

    direction: Direction
    package: Package
    pieces: int
    filling: float = 1.0
    drop_penalty_yuan: float | None = None
    windows_s: tuple[Window, ...] = ()
    required_tags: tuple[str, ...] = ()
    unservable_cause: str | None = None


@dataclass(slots=True)
class Call:
    """A site that is called at, the depot its goods belong to, and the vans that serve it.

    ``home``: where these vans are based; the depot, or the station that its goods go over.
    """

    site: Site
    depot: str
    home: str
    vans: tuple[Van, ...]
    outbound_m3: float = 0.0
    windows_s: tuple[Window, ...] = ()
    lots: list[Lot] = field(default_factory=list)

    @property
    def is_rural(self) -> bool:
        """Whether the site farms."""
        return self.site.kind not in URBAN_KINDS

    @property
    def is_branch(self) -> bool:
        """Whether the call is made from the township's station."""
        return self.site.tier is Tier.VILLAGE_POINT and self.home == self.site.parent


class Reach:
    """Which vans get from their home to a site and back on a date, and how soon."""

    def __init__(self, network: Network, date: dt.date, vans: Sequence[Van]) -> None:
        codes = sorted(network.sites)
        travel = Travel(network, date)
        self.vans = tuple(vans)
        self._position = {code: index for index, code in enumerate(codes)}
        self._duration_s = {
            size: travel.profile(size, codes).duration_s for size in {van.size for van in vans}
        }

    def drive_s(self, van: Van, code: str) -> int:
        """Seconds from the van's home to a site; ``NO_ROAD`` where there is no way and back."""
        home, site = self._position[van.home], self._position[code]
        duration_s = self._duration_s[van.size]
        if duration_s[site, home] == NO_ROAD:
            return NO_ROAD
        return int(duration_s[home, site])

    def vans_of(self, depot: str, code: str) -> tuple[Van, ...]:
        """Vans based at a depot that get to a site and back."""
        return tuple(
            van for van in self.vans if van.home == depot and self.drive_s(van, code) != NO_ROAD
        )


def make_calls(
    rng: np.random.Generator, network: Network, reach: Reach, *, are_relayed: bool
) -> list[Call]:
    """The calls of a day in the sequence of their sites' codes, each with its outbound volume.

    All are served from the centre, but for villages whose township station is home to vans: as
    many of them, drawn at random, as those vans easily serve.

    Args:
        rng: of all random choices.
        network: the county's sites.
        reach: of its vans.
        are_relayed: whether the goods of those villages belong to the centre and go over the
            station; else they lie at the station.
    """
    calls = _choose_sites(rng, network, reach)
    weights = trade(calls) * rng.lognormal(0, 0.3, len(calls))
    total_m3 = OUTBOUND_VOLUME_SHARE * sum(van.volume_m3 for van in reach.vans)
    natural_m3 = total_m3 * weights / weights.sum()
    _give_to_stations(rng, calls, natural_m3, reach)
    if not are_relayed:
        for call in calls:
            call.depot = call.home
    for call, volume_m3 in zip(
        calls, share_out(natural_m3, calls, reach.vans, lambda van: van.volume_m3), strict=True
    ):
        call.outbound_m3 = float(volume_m3)
    return calls


def trade(calls: Sequence[Call]) -> NDArray[np.float64]:
    """Weight of each call's site in the day's trade.

    Every tier holds the whole population, so a station counts with its own counter only.
    """
    return np.array(
        [
            max(1, call.site.population)
            * (STATION_TRADE if call.site.tier is Tier.STATION else 1.0)
            for call in calls
        ]
    )


def share_out(
    natural: NDArray[np.float64],
    calls: Sequence[Call],
    vans: Sequence[Van],
    capacity: Callable[[Van], float],
) -> NDArray[np.float64]:
    """Amounts near the natural ones that the vans of each home can carry where each may go.

    A call gets at most its part of the largest van that reaches it. Sites that only smaller vans
    reach get together no greater part of what those hold than all vans of the home have to carry;
    what is cut off goes to sites that larger vans reach.

    Args:
        natural: amount of each call, shape (calls,), in the unit of ``capacity``.
        calls: who gets the amounts.
        vans: the vans of all homes.
        capacity: what a van holds.
    """
    amounts = np.zeros(len(calls))
    ranks = np.array([max(van.size.rank for van in call.vans) for call in calls])
    caps = np.array([VAN_SHARE * max(map(capacity, call.vans)) for call in calls])
    for home in sorted({call.home for call in calls}):
        here = np.array([call.home == home for call in calls])
        pool = [van for van in vans if van.home == home]
        left = float(natural[here].sum())
        fill = min(FULLEST, left / sum(map(capacity, pool)))
        given = 0.0
        for rank in np.unique(ranks[here]):
            group = here & (ranks == rank)
            part = left * natural[group].sum() / natural[here & (ranks >= rank)].sum()
            held = sum(capacity(van) for van in pool if van.size.rank <= rank)
            amounts[group] = _spread(min(part, fill * held - given), natural[group], caps[group])
            given += float(amounts[group].sum())
            left -= float(amounts[group].sum())
    return amounts


def _choose_sites(rng: np.random.Generator, network: Network, reach: Reach) -> list[Call]:
    centre = network.centre.code
    sites = sorted(
        (*network.tier(Tier.STATION), *network.tier(Tier.VILLAGE_POINT)),
        key=lambda site: site.code,
    )
    calls = [
        Call(site, centre, centre, vans)
        for site in sites
        if (vans := reach.vans_of(centre, site.code))
    ]
    count = round(rng.uniform(*CALL_SHARE) * len(calls))
    return [calls[index] for index in sorted(rng.permutation(len(calls))[:count])]


def _give_to_stations(
    rng: np.random.Generator, calls: Sequence[Call], natural_m3: NDArray[np.float64], reach: Reach
) -> None:
    room_m3 = {
        home: BRANCH_VOLUME_SHARE * sum(van.volume_m3 for van in reach.vans if van.home == home)
        for home in {van.home for van in reach.vans}
    }
    for index in rng.permutation(len(calls)):
        call = calls[index]
        station = call.site.parent
        if call.site.tier is not Tier.VILLAGE_POINT or station is None:
            continue
        vans = reach.vans_of(station, call.site.code)
        if vans and natural_m3[index] <= room_m3[station]:
            room_m3[station] -= natural_m3[index]
            call.home, call.vans = station, vans


def _spread(
    total: float, weights: NDArray[np.float64], caps: NDArray[np.float64]
) -> NDArray[np.float64]:
    """A total by weights, no amount above its cap; what a cap cuts off goes to the others."""
    amounts = np.zeros(len(weights))
    free = np.ones(len(weights), dtype=bool)
    while free.any():
        amounts[free] = (total - amounts[~free].sum()) * weights[free] / weights[free].sum()
        over = free & (amounts > caps)
        if not over.any():
            break
        amounts[over] = caps[over]
        free &= ~over
    return amounts
