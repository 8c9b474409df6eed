"""Positions of Chinese maps as WGS-84: GCJ-02 (the maps of the state) and BD-09 (Baidu).

Neither has an official formula. Used is the one that is published everywhere: GCJ-02 shifts a
position by a sum of sines on the Krasovsky ellipsoid of 1940, BD-09 shifts GCJ-02 once more in
polar coordinates. The way back is found by iterating the way there, to far below a metre.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from enum import StrEnum
from typing import Final

Position = tuple[float, float]
"""Longitude and latitude in degrees, in this order."""

SEMI_MAJOR_M: Final = 6_378_245.0
ECCENTRICITY_SQUARED: Final = 0.006_693_421_622_965_943
"""Of the Krasovsky ellipsoid."""

_BD_RIPPLE: Final = math.pi * 3000.0 / 180.0
_BD_SHIFT: Final = (0.0065, 0.006)

_ROUNDS: Final = 30
_CLOSE_ENOUGH: Final = 1e-10
"""Degrees; 0.01 mm."""


class Crs(StrEnum):
    """The coordinate systems that positions come in."""

    WGS84 = "wgs84"
    GCJ02 = "gcj02"
    BD09 = "bd09"


def to_wgs84(lon: float, lat: float, crs: Crs) -> Position:
    """A position in China as WGS-84, in degrees; the way back is exact to less than 1 mm."""
    if crs is Crs.GCJ02:
        return _inverse(_wgs84_to_gcj02, lon, lat)
    if crs is Crs.BD09:
        return _inverse(_wgs84_to_bd09, lon, lat)
    return lon, lat


def from_wgs84(lon: float, lat: float, crs: Crs) -> Position:
    """A WGS-84 position in China as that of another system, in degrees."""
    if crs is Crs.GCJ02:
        return _wgs84_to_gcj02(lon, lat)
    if crs is Crs.BD09:
        return _wgs84_to_bd09(lon, lat)
    return lon, lat


def _inverse(forward: Callable[[float, float], Position], lon: float, lat: float) -> Position:
    """The position that ``forward`` takes to the one given, by fixed-point iteration.

    The shift changes by less than a hundredth of a step, so that each round gains two digits.
    """
    x, y = lon, lat
    for _ in range(_ROUNDS):
        there_lon, there_lat = forward(x, y)
        off_lon, off_lat = lon - there_lon, lat - there_lat
        x, y = x + off_lon, y + off_lat
        if max(abs(off_lon), abs(off_lat)) < _CLOSE_ENOUGH:
            break
    return x, y


def _wgs84_to_bd09(lon: float, lat: float) -> Position:
    return _gcj02_to_bd09(*_wgs84_to_gcj02(lon, lat))


def _gcj02_to_bd09(lon: float, lat: float) -> Position:
    radius = math.hypot(lon, lat) + 0.00002 * math.sin(lat * _BD_RIPPLE)
    angle = math.atan2(lat, lon) + 0.000003 * math.cos(lon * _BD_RIPPLE)
    return radius * math.cos(angle) + _BD_SHIFT[0], radius * math.sin(angle) + _BD_SHIFT[1]


def _wgs84_to_gcj02(lon: float, lat: float) -> Position:
    east_m, north_m = _gcj02_shift_m(lon - 105.0, lat - 35.0)
    phi = math.radians(lat)
    curvature = 1.0 - ECCENTRICITY_SQUARED * math.sin(phi) ** 2
    parallel_m = SEMI_MAJOR_M / math.sqrt(curvature) * math.cos(phi)
    meridian_m = SEMI_MAJOR_M * (1.0 - ECCENTRICITY_SQUARED) / curvature**1.5
    return lon + math.degrees(east_m / parallel_m), lat + math.degrees(north_m / meridian_m)


def _gcj02_shift_m(x: float, y: float) -> tuple[float, float]:
    """Shift to the east and to the north, at ``x`` and ``y`` degrees from 105 E, 35 N."""

    def waves(at: float, *terms: tuple[float, float]) -> float:
        return sum(height * math.sin(at * math.pi * rate) for height, rate in terms) * 2.0 / 3.0

    both = waves(x, (20.0, 6.0), (20.0, 2.0))
    root = math.sqrt(abs(x))
    east = 300.0 + x + 2.0 * y + 0.1 * x * x + 0.1 * x * y + 0.1 * root + both
    east += waves(x, (20.0, 1.0), (40.0, 1 / 3), (150.0, 1 / 12), (300.0, 1 / 30))
    north = -100.0 + 2.0 * x + 3.0 * y + 0.2 * y * y + 0.1 * x * y + 0.2 * root + both
    north += waves(y, (20.0, 1.0), (40.0, 1 / 3), (160.0, 1 / 12), (320.0, 1 / 30))
    return east, north
