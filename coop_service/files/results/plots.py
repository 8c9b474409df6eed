"""What the pictures of the bench share: Chinese type, a county's map, bars with their intervals."""

from __future__ import annotations

import math
from collections.abc import Collection, Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import Final

import matplotlib as mpl
from matplotlib import font_manager
from matplotlib.axes import Axes
from matplotlib.collections import LineCollection
from matplotlib.figure import Figure

from coop_service.domain.demo_calls import URBAN_KINDS
from coop_service.domain.network import Network
from coop_service.domain.records import CoordKind, Tier
from coop_service.files.papers.fonts import font_file

COLOURS: Final[Mapping[Tier, str]] = {
    Tier.CENTRE: "#b3261e",
    Tier.STATION: "#1d5f9e",
    Tier.VILLAGE_POINT: "#3b7d3f",
    Tier.GATEWAY: "#777777",
}
NAMES: Final[Mapping[Tier, str]] = {
    Tier.CENTRE: "县中心 centre",
    Tier.STATION: "乡镇站 station",
    Tier.VILLAGE_POINT: "村级点 village point",
    Tier.GATEWAY: "县外口 gateway",
}
_SIZES: Final[Mapping[Tier, float]] = {
    Tier.CENTRE: 90.0,
    Tier.STATION: 45.0,
    Tier.VILLAGE_POINT: 10.0,
    Tier.GATEWAY: 20.0,
}

BEFORE, AFTER = "#8a8a8a", "#1d5f9e"

_families: dict[str, str] = {}


@contextmanager
def chinese_figure(size_in: tuple[float, float]) -> Iterator[Figure]:
    """An empty figure whose text may be Chinese.

    Raises:
        FontMissing: the font is not installed.
    """
    path = str(font_file())
    if path not in _families:
        font_manager.fontManager.addfont(path)
        _families[path] = font_manager.FontProperties(fname=path).get_name()
    settings = {
        "font.family": _families[path],
        "axes.unicode_minus": False,
        "axes.spines.top": False,
        "axes.spines.right": False,
        "font.size": 10,
    }
    with mpl.rc_context(settings):
        yield Figure(figsize=size_in, layout="constrained")


def draw_county(
    axes: Axes,
    network: Network,
    *,
    colour_of: Mapping[str, str] | None = None,
    named: Collection[str] = (),
    without: Collection[str] = (),
) -> None:
    """A county's roads and served sites, as a sketch in degrees that keeps local shape.

    Hollow marks are synthetic positions.

    Args:
        axes: to draw on.
        network: what is drawn; sites that are not served on its day are not.
        colour_of: colours of sites by code, in place of those of their tiers.
        named: codes of sites whose names are written, beside those of centre and rural stations.
        without: codes of sites that are left out.
    """
    sites = network.sites
    lines = [[(sites[c].lon, sites[c].lat) for c in (road.u, road.v)] for road in network.roads]
    axes.add_collection(LineCollection(lines, colors="#d5d5d5", linewidths=0.7, zorder=1))
    for tier in (Tier.VILLAGE_POINT, Tier.STATION, Tier.CENTRE):
        shown = [site for site in network.tier(tier) if site.code not in without]
        colours = [(colour_of or {}).get(site.code, COLOURS[tier]) for site in shown]
        is_real = [site.coord_kind is not CoordKind.SYNTHETIC for site in shown]
        axes.scatter(
            [site.lon for site in shown],
            [site.lat for site in shown],
            s=_SIZES[tier],
            c=[c if real else "#ffffff" for c, real in zip(colours, is_real, strict=True)],
            edgecolors=colours,
            linewidths=0.9,
            zorder=2 + tier.value % 2 + 2 * (tier is Tier.CENTRE),
            label=f"{NAMES[tier]} ({len(shown)})",
        )
        for site in shown:
            is_known = tier is not Tier.VILLAGE_POINT and site.kind not in URBAN_KINDS
            if is_known or site.code in named:
                axes.annotate(
                    site.name,
                    (site.lon, site.lat),
                    xytext=(4, 4),
                    textcoords="offset points",
                    fontsize=8,
                    zorder=6,
                )
    middle = sites[network.centre.code].lat
    axes.set_aspect(1 / math.cos(math.radians(middle)))
    axes.set_axis_off()
    axes.legend(loc="best", fontsize=8)
    axes.annotate(
        "示意图,非测绘边界;空心为合成位置 / a sketch; hollow: synthetic positions",
        (0.0, 0.0),
        xycoords="axes fraction",
        fontsize=7,
        color="#666666",
    )


def draw_differences(
    axes: Axes,
    labels: Sequence[str],
    means: Sequence[float],
    half_widths: Sequence[float],
    unit: str,
) -> None:
    """Differences as dots with their confidence intervals, and where zero is."""
    places = range(len(labels))
    axes.axvline(0, color="#999999", linewidth=0.9)
    axes.errorbar(
        means, list(places), xerr=half_widths, fmt="o", color=AFTER, ecolor=AFTER, capsize=4
    )
    axes.set_yticks(list(places), labels)
    axes.invert_yaxis()
    axes.set_xlabel(unit)
