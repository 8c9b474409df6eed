"""How much of the stations there is for people: the two-step floating catchment (2SFCA).

W. Luo, F. Wang, "Measures of spatial accessibility to health care in a GIS environment: synthesis
and a case study in the Chicago region", Environment and Planning B 30(6), 2003, pp. 865-884,
equations (2) and (3). With the supply S of stations j, people P of villages k, road minutes t and
one catchment t0 for both steps:

1. at each station the ratio R_j = S_j / sum of P_k over the villages k with t_kj <= t0,
2. at each village the access A_i = sum of R_j over the stations j with t_ij <= t0.

**Supply** is the goods that a station holds at one time, in m3: what the site states under
``custom.floor_m3``, else an assumption of ours. The centre is a station like others here. A
station without people in its catchment gives nobody anything. Where every village lies in some
catchment, the mean of A over people is the supply in reach over all people, so that A says how
supply is shared out, not how much of it there is.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np

from coop_service.domain.coverage import Ways
from coop_service.domain.records import Site
from coop_service.errors import Fault, InvalidInput, both, pointer

FLOOR: Final = "floor_m3"
"""Member of a site's ``custom`` that states its supply."""


@dataclass(frozen=True, slots=True)
class Supply:
    """What a station gives.

    Attributes:
        site: code.
        floor_m3: goods that it holds.
        is_stated: by the site itself; else assumed.
    """

    site: str
    floor_m3: float
    is_stated: bool


@dataclass(frozen=True, slots=True)
class Floating:
    """The result of both steps.

    Attributes:
        people: by station those in its catchment.
        ratio: by station m3 a person, None where nobody is in its catchment.
        access: by place m3 a person, in the sequence of the places.
    """

    people: Mapping[str, int]
    ratio: Mapping[str, float | None]
    access: tuple[float, ...]


def supplies_of(sites: Sequence[Site], floor_m3: float) -> tuple[Supply, ...]:
    """The supply of stations.

    Args:
        sites: the stations.
        floor_m3: of those that state none.

    Raises:
        InvalidInput: with every site whose stated floor is no number above 0.
    """
    faults, supplies = [], []
    for site in sites:
        stated = (site.custom or {}).get(FLOOR)
        if stated is None:
            supplies.append(Supply(site.code, floor_m3, is_stated=False))
        elif _is_amount(stated):
            supplies.append(Supply(site.code, float(stated), is_stated=True))
        else:
            faults.append(
                Fault(
                    pointer("sites", site.code, "custom", FLOOR),
                    "bad_floor",
                    both(
                        f"站点 {site.code} 的可存放体积应为大于 0 的数(立方米),收到 {stated!r}",
                        f"the floor of site {site.code} must be a number of m3 above 0, "
                        f"got {stated!r}",
                    ),
                )
            )
    if faults:
        raise InvalidInput(faults)
    return tuple(supplies)


def find_floating(
    ways: Ways, people: Sequence[int], supplies: Sequence[Supply], catchment_min: float
) -> Floating:
    """Both steps.

    Args:
        ways: from at least the stations to the places.
        people: of each place, in the sequence of ``ways.places``.
        supplies: the stations.
        catchment_min: t0; what is exactly as far is in.
    """
    column = {code: i for i, code in enumerate(ways.sites)}
    within = ways.minutes[:, [column[each.site] for each in supplies]] <= catchment_min
    reached = np.array(people, dtype=np.int64) @ within
    in_reach = {each.site: int(n) for each, n in zip(supplies, reached, strict=True)}
    ratio = {
        each.site: each.floor_m3 / in_reach[each.site] if in_reach[each.site] else None
        for each in supplies
    }
    given = [ratio[each.site] or 0.0 for each in supplies]
    access = tuple(math.fsum(given[j] for j in np.flatnonzero(row).tolist()) for row in within)
    return Floating(in_reach, ratio, access)


def _is_amount(value: object) -> bool:
    return (
        isinstance(value, int | float)
        and not isinstance(value, bool)
        and math.isfinite(value)
        and value > 0
    )
