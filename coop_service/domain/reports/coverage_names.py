"""What people read in the coverage report's rows: levels, units, modes, states and steps."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from coop_service.domain.coverage import Level, Unit
from coop_service.domain.records import CoordKind, ServiceMode, Site, SiteState, Tier
from coop_service.domain.reports.coverage_help import StepKind
from coop_service.domain.reports.report import Text
from coop_service.errors import both

LEVELS: Final[Mapping[Level, Text]] = {
    Level.POINT: ("村级服务点", "village point"),
    Level.STATION: ("乡镇站", "township station"),
    Level.CENTRE: ("县中心", "county centre"),
}
UNITS: Final[Mapping[Unit, Text]] = {
    Unit.VILLAGE: ("行政村", "administrative village"),
    Unit.COMMUNITY: ("社区", "community"),
}
STEPS: Final[Mapping[StepKind, Text]] = {
    StepKind.OPEN_POINT: ("开通村级服务点", "open the village point"),
    StepKind.OPEN_STATION: ("开通乡镇站", "open the station"),
    StepKind.UPGRADE: ("村级服务点升级为站", "make the village point a station"),
}
STATES: Final[Mapping[str, Text]] = {
    "closed": ("已关闭", "closed"),
    "in_progress": ("执行中", "in progress"),
    "released": ("已下达", "released"),
}
POSITIONS: Final[Mapping[CoordKind, Text]] = {
    CoordKind.REAL: ("真实", "real"),
    CoordKind.PROXY: ("代用", "proxy"),
    CoordKind.SYNTHETIC: ("合成", "synthetic"),
}
TIERS: Final[Mapping[Tier, Text]] = {
    Tier.CENTRE: LEVELS[Level.CENTRE],
    Tier.STATION: LEVELS[Level.STATION],
    Tier.VILLAGE_POINT: LEVELS[Level.POINT],
}
NO_POINT: Final[Text] = ("无服务点", "no point")
NO_MODE: Final[Text] = ("未说明", "not stated")
NO_TOWNSHIP: Final[Text] = ("不属乡镇", "of no township")
NO_ROAD: Final[Text] = ("无路可达", "no road")
COUNTY: Final[Text] = ("县", "county")
TOWNSHIP: Final[Text] = ("乡镇(街道)", "township")
MINUTES: Final[Text] = ("车程(分钟)", "road minutes")
KM: Final[Text] = ("里程(公里)", "road km")


def mode_name(mode: ServiceMode | None) -> str:
    """How a point is served."""
    return both(*NO_MODE) if mode is None else both(mode.zh, mode.value.replace("_", " "))


def state_name(state: SiteState) -> str:
    """Where a site stands in its life."""
    return both(state.zh, state.value)


def township_name(site: Site | None) -> str:
    """The name of a township's station."""
    return both(*NO_TOWNSHIP) if site is None else site.name


def band_name(above: float, up_to: float | None) -> str:
    """A band as people read it; the end belongs to it."""
    return f">{above:g}" if up_to is None else f"{above:g}–{up_to:g}"
