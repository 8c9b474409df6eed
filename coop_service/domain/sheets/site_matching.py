"""Finding the site that a sheet means: by code, by name and township, by position."""

from __future__ import annotations

import difflib
import math
import re
from collections import defaultdict
from collections.abc import Collection, Iterable
from typing import Final

import numpy as np

from coop_service.domain.coordinates import Crs, to_wgs84
from coop_service.domain.network_faults import EARTH_RADIUS_M, LAT_RANGE, LON_RANGE
from coop_service.domain.records import Site, Tier
from coop_service.domain.sheets.cells import key_of
from coop_service.errors import both

NEAREST_WITHIN_M: Final = 1000.0
"""A position is a site's if it is no farther away; the caller may set another limit."""

SAME_PLACE_M: Final = 1.0
"""Two sites that are nearest to within so much cannot be told apart by position."""

CANDIDATES_SHOWN: Final = 8

NAMES_LOOKED_UP: Final = 200
"""Unknown names that are told with names like them: a column of persons must not take minutes."""

CENTRE_NAMES: Final = frozenset({"县中心", "中心", "县物流分拣中心", "centre"})

_VILLAGE_SUFFIX: Final = re.compile(
    r"(?:村民委员会|居民委员会|村委会|居委会|供销服务站|服务站|服务点|社区|村)$"
)
_TOWNSHIP_SUFFIX: Final = re.compile(r"(?:供销服务站|服务站|供销社|办事处|街道|镇|乡|站)$")


class NoSite(ValueError):
    """No site, or more than one; ``field`` is what should be looked at."""

    def __init__(self, field: str, code: str, wrong: str, right: str | None = None) -> None:
        super().__init__(wrong)
        self.field = field
        self.code = code
        self.wrong = wrong
        self.right = right


class SiteIndex:
    """The sites of a county, to be found by what people write."""

    def __init__(self, sites: Iterable[Site]) -> None:
        """Index the sites."""
        self.sites = {site.code: site for site in sites}
        self._exact: defaultdict[str, list[Site]] = defaultdict(list)
        self._loose: defaultdict[str, list[Site]] = defaultdict(list)
        for site in self.sites.values():
            if site.tier is not Tier.GATEWAY:
                self._exact[key_of(site.name)].append(site)
                self._loose[_loose_name(site.name)].append(site)
        self._stations = [s for s in self.sites.values() if s.tier is Tier.STATION]
        self._looked_up = 0
        self._found: dict[tuple[str, str | None], Site | NoSite] = {}
        places = [s for s in self.sites.values() if s.tier is not Tier.GATEWAY]
        self._places = [s for s in places if math.isfinite(s.lon) and math.isfinite(s.lat)]
        self._lon = np.radians([site.lon for site in self._places])
        self._lat = np.radians([site.lat for site in self._places])

    @property
    def centre(self) -> Site | None:
        """The county's centre."""
        return next((s for s in self.sites.values() if s.tier is Tier.CENTRE), None)

    def find(self, text: str, field: str, tiers: Collection[Tier] = tuple(Tier)) -> Site:
        """The site that a text names: its code, its name, or township/name.

        Raises:
            NoSite: none or several, or one of another tier.
        """
        if key_of(text) in CENTRE_NAMES and self.centre is not None:
            site: Site = self.centre
        elif text in self.sites:
            site = self.sites[text]
        else:
            township, slash, name = text.partition("/")
            site = self.by_name(
                name.strip() if slash else text, township.strip() if slash else None, field, field
            )
        if site.tier not in tiers:
            wrong = both(
                f"{describe(site, self.sites)}的层级不符", f"{site.code} is of another tier"
            )
            raise NoSite(field, "wrong_tier", wrong)
        return site

    def by_code(self, code: str, field: str) -> Site:
        """The site of a code.

        Raises:
            NoSite: there is none.
        """
        try:
            return self.sites[code]
        except KeyError:
            wrong = both(f"没有编码为 {code} 的站点", f"there is no site {code}")
            raise NoSite(field, "unknown_site", wrong) from None

    def by_name(
        self,
        name: str,
        township: str | None = None,
        field: str = "site_name",
        township_field: str = "township",
    ) -> Site:
        """The one site of a name, in a township where that is said.

        Names are compared as written, then without the endings 村, 村民委员会, 社区 and the like
        and without regard to width. A code is taken for a name as well.

        Raises:
            NoSite: none or several; the message lists them.
        """
        if name in self.sites and township is None:
            return self.sites[name]
        if (name, township) not in self._found:
            try:
                self._found[name, township] = self._by_name(name, township, field, township_field)
            except NoSite as error:
                self._found[name, township] = error
        found = self._found[name, township]
        if isinstance(found, NoSite):
            # Kept for the next row, which may have it in another column.
            where = township_field if found.code.endswith("township") else field
            raise NoSite(where, found.code, found.wrong, found.right)
        return found

    def _by_name(self, name: str, township: str | None, field: str, township_field: str) -> Site:
        station = None if township is None else self.station(township, township_field)
        exact = self._exact.get(key_of(name), [])
        candidates = [s for s in exact if station is None or _is_in(s, station)]
        if not candidates:
            loose = self._loose.get(_loose_name(name), [])
            candidates = [s for s in loose if station is None or _is_in(s, station)]
        if not candidates and station is None:
            # The township may stand before the village in one cell.
            for each in self._stations:
                if key_of(name).startswith(key_of(each.name)) and key_of(name) != key_of(each.name):
                    rest = key_of(name)[len(key_of(each.name)) :]
                    loose = self._loose.get(_loose_name(rest), [])
                    candidates += [site for site in loose if _is_in(site, each)]
        if len(candidates) == 1:
            return candidates[0]
        if candidates:
            names = "、".join(describe(s, self.sites) for s in candidates[:CANDIDATES_SHOWN])
            codes = ", ".join(site.code for site in candidates[:CANDIDATES_SHOWN])
            wrong = both(
                f"“{name}”可指 {len(candidates)} 个站点:{names}",
                f"{name!r} may be {len(candidates)} sites: {codes}",
            )
            right = both("填写站点编码,或同时填写乡镇", "the site's code, or its township as well")
            raise NoSite(field, "ambiguous_site", wrong, right)
        raise NoSite(field, "unknown_site", *self._not_found(name, station))

    def nearest(self, lon: float, lat: float, within_m: float) -> tuple[Site, float]:
        """The site nearest to a WGS-84 position, and how far it is in metres.

        Raises:
            NoSite: none is within the limit, or two are equally near.
        """
        half_lon = (self._lon - math.radians(lon)) / 2
        half_lat = (self._lat - math.radians(lat)) / 2
        square = np.sin(half_lat) ** 2 + (
            math.cos(math.radians(lat)) * np.cos(self._lat) * np.sin(half_lon) ** 2
        )
        away_m = 2 * EARTH_RADIUS_M * np.arcsin(np.sqrt(square))
        first = int(np.argmin(away_m)) if len(away_m) else -1
        if first < 0:
            raise NoSite("lon", "unknown_site", both("没有任何站点", "there are no sites"))
        site, least_m = self._places[first], float(away_m[first])
        if least_m > within_m:
            name = describe(site, self.sites)
            wrong = both(
                f"{within_m:.0f} 米内没有站点,最近的{name}相距 {least_m:.0f} 米",
                f"no site within {within_m:.0f} m; the nearest, {site.code}, is at {least_m:.0f} m",
            )
            raise NoSite("lon", "no_site_near", wrong)
        near = [int(i) for i in np.flatnonzero(away_m <= least_m + SAME_PLACE_M)]
        if len(near) > 1:
            names = "、".join(describe(self._places[i], self.sites) for i in near)
            codes = ", ".join(self._places[i].code for i in near)
            wrong = both(f"同样近的站点有:{names}", f"these are equally near: {codes}")
            raise NoSite("lon", "ambiguous_site", wrong)
        return site, least_m

    def station(self, township: str, field: str = "township") -> Site:
        """The station of a township, by its code or name, with or without 镇, 乡, 街道.

        Raises:
            NoSite: none or several; the message lists them.
        """
        exact = [s for s in self._stations if township == s.code or _same(township, s.name)]
        found = exact or [
            s for s in self._stations if _loose_township(s.name) == _loose_township(township)
        ]
        if len(found) == 1:
            return found[0]
        names = "、".join(s.name for s in (found or self._stations)[:30])
        if found:
            wrong = both(f"“{township}”可指:{names}", f"{township!r} may be: {names}")
            raise NoSite(field, "ambiguous_township", wrong)
        wrong = both(f"没有乡镇“{township}”", f"there is no township {township!r}")
        raise NoSite(field, "unknown_township", wrong, both(f"其中之一:{names}", f"one of {names}"))

    def _not_found(self, name: str, station: Site | None) -> tuple[str, str | None]:
        self._looked_up += 1
        within = [s for s in self.sites.values() if station is None or _is_in(s, station)]
        if self._looked_up > NAMES_LOOKED_UP:
            within = []
        near = difflib.get_close_matches(name, sorted({s.name for s in within}), 3, 0.5)
        place = "" if station is None else station.name
        wrong = both(
            f"{place and place + '中'}没有名为“{name}”的站点",
            f"there is no site named {name!r}{place and ' in ' + place}",
        )
        if not near:
            return wrong, None
        alike = [s for n in near for s in within if s.name == n][:CANDIDATES_SHOWN]
        names = "、".join(describe(site, self.sites) for site in alike)
        codes = ", ".join(site.code for site in alike)
        return wrong, both(f"可能是 {names}", f"perhaps {codes}")


def read_position(lon: float, lat: float, crs: Crs) -> tuple[float, float]:
    """A position in China as WGS-84.

    Raises:
        NoSite: longitude or latitude are outside China, or swapped.
    """
    lon_fits = LON_RANGE[0] <= lon <= LON_RANGE[1]
    lat_fits = LAT_RANGE[0] <= lat <= LAT_RANGE[1]
    if not lon_fits and not lat_fits and LON_RANGE[0] <= lat <= LON_RANGE[1]:
        wrong = both("经纬度颠倒", "longitude and latitude are swapped")
        raise NoSite("lon", "swapped_coordinates", wrong)
    for field, fits in (("lon", lon_fits), ("lat", lat_fits)):
        if not fits:
            raise NoSite(field, "out_of_range", both("不在中国范围内", "is outside China"))
    return to_wgs84(lon, lat, crs)


def describe(site: Site, sites: dict[str, Site]) -> str:
    """A site for a reader: its name, township and code."""
    parent = sites.get(site.parent or "")
    place = f"{parent.name}," if parent is not None and site.tier is Tier.VILLAGE_POINT else ""
    return f"{site.name}({place}{site.code})"


def _is_in(site: Site, station: Site) -> bool:
    return site.parent == station.code or site.code == station.code


def _same(a: str, b: str) -> bool:
    return key_of(a) == key_of(b)


def _strip(pattern: re.Pattern[str], text: str) -> str:
    """The text without endings, as long as something is left."""
    name = key_of(text)
    while True:
        shorter = pattern.sub("", name)
        if shorter in ("", name):
            return name
        name = shorter


def _loose_name(name: str) -> str:
    return _strip(_VILLAGE_SUFFIX, name)


def _loose_township(name: str) -> str:
    return _strip(_TOWNSHIP_SUFFIX, name)
