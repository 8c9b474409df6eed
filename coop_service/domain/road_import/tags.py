"""What the tags of an OpenStreetMap way mean for delivery vans.

The tags are those of the OpenStreetMap wiki: ``Key:highway``, ``Key:oneway``, ``Key:maxspeed``,
``Key:maxweight``, ``Key:maxwidth``, ``Key:access``, ``Tag:route=ferry``. Speeds where none is
posted, and what our vehicle classes weigh and measure, are assumptions of ours.
"""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Final

from coop_service.domain.network_faults import SPEED_RANGE_KMH
from coop_service.domain.records import VehicleSize

ROAD_KEYS: Final = (
    "highway", "route", "ref", "oneway", "oneway:motor_vehicle", "junction", "maxspeed",
    "maxspeed:forward", "maxspeed:backward", "maxweight", "maxweightrating", "maxgcweight",
    "maxwidth", "maxwidth:physical", "maxheight", "maxheight:physical", "access", "vehicle",
    "motor_vehicle", "motorcar", "goods", "hgv", "service", "area", "tunnel", "duration",
    "tracktype",
)  # fmt: skip
"""Every key that :func:`judge_way` looks at."""


@dataclass(frozen=True, slots=True)
class ClassRule:
    """What is assumed of ways of one ``highway`` value.

    Attributes:
        road_class: letter of the network's road classes: G national, S provincial, X county,
            Y township, C village, U town street.
        speed_kmh: driven where no speed is posted.
        largest: largest class where no limit is posted.
    """

    road_class: str
    speed_kmh: float
    largest: VehicleSize = VehicleSize.TRUCK


CLASS_RULES: Final[Mapping[str, ClassRule]] = {
    "motorway": ClassRule("G", 100.0),
    "motorway_link": ClassRule("G", 40.0),
    "trunk": ClassRule("G", 70.0),
    "trunk_link": ClassRule("G", 40.0),
    "primary": ClassRule("S", 60.0),
    "primary_link": ClassRule("S", 35.0),
    "secondary": ClassRule("X", 50.0),
    "secondary_link": ClassRule("X", 30.0),
    "tertiary": ClassRule("Y", 40.0),
    "tertiary_link": ClassRule("Y", 30.0),
    "unclassified": ClassRule("C", 30.0),
    "road": ClassRule("C", 20.0),
    "track": ClassRule("C", 12.0, VehicleSize.MICRO),
    "residential": ClassRule("U", 25.0),
    "living_street": ClassRule("U", 12.0),
    "service": ClassRule("U", 12.0, VehicleSize.VAN),
}
"""Assumptions. A road number such as G202 or X305 tells the class better than ``highway``."""

FERRY_CLASS: Final = "F"
FERRY_SPEED_KMH: Final = 10.0
"""Assumed where a ferry has no ``duration``; waiting for it is not counted."""

CLASS_ZH: Final[Mapping[str, str]] = {
    "G": "国道级", "S": "省道级", "X": "县道级", "Y": "乡道级", "C": "村道级", "U": "城区道路",
    "F": "轮渡",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class SizeFigures:
    """Gross weight, width and height of a class of vehicle, all assumptions."""

    gross_t: float
    width_m: float
    height_m: float


SIZE_FIGURES: Final[Mapping[VehicleSize, SizeFigures]] = {
    VehicleSize.MICRO: SizeFigures(1.9, 1.7, 2.0),
    VehicleSize.VAN: SizeFigures(3.2, 1.9, 2.4),
    VehicleSize.TRUCK: SizeFigures(4.5, 2.2, 3.2),
}
"""Widths without mirrors. A 4.2 m box truck of up to 4.5 t is a light truck (GA 802)."""

_REFUSED: Final = frozenset(
    {"no", "private", "agricultural", "forestry", "military", "emergency", "permit", "psv", "bus"}
)
_ACCESS_KEYS: Final = ("goods", "motorcar", "motor_vehicle", "vehicle", "access")
"""The most particular first: where it speaks, the more general ones are not asked."""

_SIDE_SERVICE: Final = frozenset({"parking_aisle", "driveway", "drive-through", "emergency_access"})
_ROUGH_TRACKS: Final = frozenset({"grade4", "grade5"})
_ROUNDABOUTS: Final = frozenset({"roundabout", "circular"})

_LB_KG: Final = 0.453_592_37
_MILE_KM: Final = 1.609_344
_INCH_M: Final = 0.0254


@dataclass(frozen=True, slots=True)
class WayRule:
    """How a way is driven. Ways that are driven alike have equal rules.

    Attributes:
        highway: its ``highway`` value, or ``ferry``.
        road_class: letter as in :data:`CLASS_RULES`, or ``F`` for a ferry.
        speed_kmh: speed driven where there is no ``duration_s``.
        is_speed_posted: False: an assumption by class.
        one_way: 1 along the way only, -1 against it only, 0 both.
        largest: the largest class that may use it.
        is_limit_posted: whether a weight, width or height is what decides ``largest``.
        is_tunnel: whether it is under ground.
        duration_s: time that a ferry takes over the whole way, if it says so.
    """

    highway: str
    road_class: str
    speed_kmh: float
    is_speed_posted: bool
    one_way: int
    largest: VehicleSize
    is_limit_posted: bool
    is_tunnel: bool = False
    duration_s: float | None = None

    @property
    def is_ferry(self) -> bool:
        """Whether a boat carries the van."""
        return self.road_class == FERRY_CLASS

    @property
    def takes_stops(self) -> bool:
        """Whether a van may stop there: not on motorways, ferries or in tunnels."""
        return not (self.is_ferry or self.is_tunnel or self.highway.startswith("motorway"))


def judge_way(tags: Mapping[str, str]) -> WayRule | str | None:
    """How a way is driven, or why it is left out; None for what is no road at all.

    Reasons to be left out are ``access``, ``area``, ``service``, ``track``, ``ferry`` (nothing
    says that it takes vehicles), ``limit`` (too narrow, low or weak for the smallest van) and
    ``not_for_cars`` (paths, footways, roads that are planned or being built).
    """
    highway = tags.get("highway")
    is_ferry = highway is None and tags.get("route") == "ferry"
    if highway is None and not is_ferry:
        return None
    if highway is not None and highway not in CLASS_RULES:
        return "not_for_cars"
    reason = _reason_to_leave_out(tags, is_ferry=is_ferry)
    if reason is not None:
        return reason
    assumed = VehicleSize.TRUCK if highway is None else CLASS_RULES[highway].largest
    largest, is_limit_posted = _largest(tags, assumed)
    if largest is None:
        return "limit"
    if highway is None:
        return WayRule(
            "ferry", FERRY_CLASS, FERRY_SPEED_KMH, False, _one_way(tags), largest, is_limit_posted,
            duration_s=parse_duration_s(tags.get("duration", "")),
        )  # fmt: skip
    posted = _posted_kmh(tags)
    low, high = SPEED_RANGE_KMH
    return WayRule(
        highway,
        _road_class(tags, highway),
        min(max(CLASS_RULES[highway].speed_kmh if posted is None else posted, low), high),
        posted is not None,
        _one_way(tags),
        largest,
        is_limit_posted,
        tags.get("tunnel", "no") not in ("no", "culvert"),
    )


def is_barrier_shut(tags: Mapping[str, str]) -> bool:
    """Whether no van gets past a node: a bollard or block, or a gate that is not open to all."""
    barrier = tags.get("barrier")
    if barrier is None:
        return False
    told = _access(tags)
    if barrier in {"bollard", "block", "jersey_barrier", "log", "debris", "cycle_barrier", "wall"}:
        return told is None or told in _REFUSED
    return told in _REFUSED


def _reason_to_leave_out(tags: Mapping[str, str], *, is_ferry: bool) -> str | None:
    told = _access(tags)
    if told in _REFUSED:
        return "access"
    if is_ferry and told is None:
        return "ferry"
    if tags.get("area") == "yes":
        return "area"
    if tags.get("highway") == "service" and tags.get("service") in _SIDE_SERVICE:
        return "service"
    if tags.get("highway") == "track" and tags.get("tracktype") in _ROUGH_TRACKS:
        return "track"
    return None


def _access(tags: Mapping[str, str]) -> str | None:
    return next((tags[key] for key in _ACCESS_KEYS if key in tags), None)


def _road_class(tags: Mapping[str, str], highway: str) -> str:
    """The class of the road number, where it has one, e.g. S of ``G16;S215`` on a secondary."""
    numbers = re.findall(r"(?:^|;)\s*([GSXYC])\d+", tags.get("ref", ""))
    return numbers[0] if numbers else CLASS_RULES[highway].road_class


def _one_way(tags: Mapping[str, str]) -> int:
    told = tags.get("oneway:motor_vehicle", tags.get("oneway"))
    if told in ("yes", "true", "1"):
        return 1
    if told in ("-1", "reverse"):
        return -1
    implied = tags.get("junction") in _ROUNDABOUTS or tags.get("highway") == "motorway"
    return 1 if implied and told is None else 0


def _posted_kmh(tags: Mapping[str, str]) -> float | None:
    """The lowest of the speeds posted for the way and its directions."""
    keys = ("maxspeed", "maxspeed:forward", "maxspeed:backward")
    speeds = [parse_speed_kmh(tags[key]) for key in keys if key in tags]
    return min((speed for speed in speeds if speed is not None), default=None)


def _largest(tags: Mapping[str, str], assumed: VehicleSize) -> tuple[VehicleSize | None, bool]:
    """The largest class allowed, None where none is, and whether a limit decides it."""
    gross_t = _least(tags, parse_tonnes, "maxweight", "maxweightrating", "maxgcweight")
    width_m = _least(tags, parse_metres, "maxwidth", "maxwidth:physical")
    height_m = _least(tags, parse_metres, "maxheight", "maxheight:physical")
    no_trucks = tags.get("hgv") in _REFUSED
    fitting = [
        size
        for size, figures in SIZE_FIGURES.items()
        if figures.gross_t <= gross_t
        and figures.width_m <= width_m
        and figures.height_m <= height_m
        and not (no_trucks and size is VehicleSize.TRUCK)
    ]
    if not fitting:
        return None, True
    largest = max(fitting, key=lambda size: size.rank)
    is_posted = largest.rank < assumed.rank
    return (largest if is_posted else assumed), is_posted


def _least(tags: Mapping[str, str], parse: Callable[[str], float | None], *keys: str) -> float:
    values = [parse(tags[key]) for key in keys if key in tags]
    return min((value for value in values if value is not None), default=math.inf)


def parse_speed_kmh(text: str) -> float | None:
    """km/h of a ``maxspeed``: ``60``, ``60 km/h``, ``30 mph``; of several the lowest.

    None for what names no number (``none``, ``signals``, ``CN:urban``): the class decides then.
    """
    speeds = []
    for part in text.split(";"):
        match = re.fullmatch(r"(\d+(?:\.\d+)?)\s*(km/h|kmh|kph|mph)?", part.strip(), re.IGNORECASE)
        if match:
            speeds.append(float(match[1]) * (_MILE_KM if (match[2] or "").lower() == "mph" else 1))
        elif part.strip() == "walk":
            speeds.append(5.0)
    positive = [speed for speed in speeds if speed > 0]
    return min(positive, default=None)


def parse_tonnes(text: str) -> float | None:
    """Tonnes of a ``maxweight``: ``3.5``, ``3.5 t``, ``3500 kg``, ``12000 lbs``, ``6 st``.

    Short tons are ``st``. None for what names no number (``none``, ``default``).
    """
    match = re.fullmatch(
        r"(\d+(?:[.,]\d+)?)\s*(t|kg|lbs?|st|tonnes?)?", text.strip(), re.IGNORECASE
    )
    if not match:
        return None
    unit = (match[2] or "t").lower()
    tonnes = {"kg": 0.001, "lb": _LB_KG / 1000, "lbs": _LB_KG / 1000, "st": 2 * _LB_KG}
    return float(match[1].replace(",", ".")) * tonnes.get(unit, 1.0)


def parse_metres(text: str) -> float | None:
    """Metres of a ``maxwidth`` or ``maxheight``: ``2.2``, ``2.2 m``, ``220 cm``, ``7'6"``.

    None for what names no number (``none``, ``default``, ``below_default``).
    """
    text = text.strip()
    feet = re.fullmatch(r"(\d+(?:\.\d+)?)\s*(?:'|ft)\s*(?:(\d+(?:\.\d+)?)\s*(?:\"|in))?", text)
    if feet:
        return (12 * float(feet[1]) + float(feet[2] or 0)) * _INCH_M
    match = re.fullmatch(r"(\d+(?:[.,]\d+)?)\s*(m|cm|mm)?", text)
    if not match:
        return None
    return float(match[1].replace(",", ".")) * {"cm": 0.01, "mm": 0.001}.get(match[2] or "m", 1.0)


def parse_duration_s(text: str) -> float | None:
    """Seconds of a ``duration``: ``00:25``, ``1:05:00``, ``PT25M``; None for anything else."""
    clock = re.fullmatch(r"(\d+):([0-5]\d)(?::([0-5]\d))?", text.strip())
    if clock:
        seconds = int(clock[1]) * 3600 + int(clock[2]) * 60 + int(clock[3] or 0)
        return float(seconds) if seconds else None
    period = re.fullmatch(r"PT(?=\d)(?:(\d+)H)?(?:(\d+)M)?(?:(\d+)S)?", text.strip())
    if period:
        hours, minutes, rest = (int(part or 0) for part in period.groups())
        return float(hours * 3600 + minutes * 60 + rest) or None
    return None
