"""Draw a county's three tiers as a picture: centre, township stations and village points.

Each tier is a sheet with its sites where they lie on the map; lines lead from each site to the one
it is served through. The picture is a sketch (示意) and says which positions are synthetic.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from html import escape
from pathlib import Path

import click

from coop_service.domain.network import Network
from coop_service.domain.records import CoordKind, Site, Tier
from coop_service.files.network_folder import read_network_folder

WIDTH, HEIGHT = 1010, 640
SHEET_WIDTH, SHEET_DEPTH, SLANT = 620, 120, 110
LEFT = 40
TOP = {Tier.CENTRE: 80, Tier.STATION: 250, Tier.VILLAGE_POINT: 440}
COLOUR = {Tier.CENTRE: "#b3261e", Tier.STATION: "#1d5f9e", Tier.VILLAGE_POINT: "#3b7d3f"}
RADIUS = {Tier.CENTRE: 9, Tier.STATION: 5.5, Tier.VILLAGE_POINT: 2.6}
NAMES = {
    Tier.CENTRE: ("县物流分拣中心", "county sorting centre"),
    Tier.STATION: ("乡镇供销服务站", "township stations"),
    Tier.VILLAGE_POINT: ("村级服务点", "village points"),
}


class Sheets:
    """Where a site is drawn: its place on the sheet of its tier."""

    def __init__(self, network: Network) -> None:
        inside = [site for site in network.sites.values() if site.tier is not Tier.GATEWAY]
        self.west = min(site.lon for site in inside)
        self.south = min(site.lat for site in inside)
        self.width = max(site.lon for site in inside) - self.west
        self.height = max(site.lat for site in inside) - self.south

    def at(self, site: Site) -> tuple[float, float]:
        across = 0.04 + 0.92 * (site.lon - self.west) / self.width
        deep = 0.06 + 0.88 * (site.lat - self.south) / self.height
        return self.place(site.tier, across, deep)

    def place(self, tier: Tier, across: float, deep: float) -> tuple[float, float]:
        """Shares of the sheet's width and depth, the south in front."""
        x = LEFT + across * SHEET_WIDTH + deep * SLANT
        return round(x, 1), round(TOP[tier] + (1 - deep) * SHEET_DEPTH, 1)


def draw(network: Network, name: str) -> Iterator[str]:
    sheets = Sheets(network)
    yield (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {HEIGHT}" role="img" '
        'font-family="Noto Sans SC, Source Han Sans SC, Microsoft YaHei, PingFang SC, sans-serif">'
    )
    yield f"<title>{escape(name)}三级网络示意 / three tiers, a sketch</title>"
    yield f'<rect width="{WIDTH}" height="{HEIGHT}" fill="#fff"/>'
    yield _text(LEFT, 36, f"{name}三级物流网络(示意)", 22, "#222", "600")
    yield _text(LEFT, 56, "Three tiers of the county network (sketch)", 13, "#666")
    for tier in (Tier.VILLAGE_POINT, Tier.STATION, Tier.CENTRE):
        corners = [sheets.place(tier, a, d) for a, d in ((0, 0), (1, 0), (1, 1), (0, 1))]
        points = " ".join(f"{x},{y}" for x, y in corners)
        yield (
            f'<polygon points="{points}" fill="{COLOUR[tier]}" fill-opacity="0.06" '
            f'stroke="{COLOUR[tier]}" stroke-opacity="0.35"/>'
        )
        yield from _links(network, sheets, tier)
    for tier in (Tier.VILLAGE_POINT, Tier.STATION, Tier.CENTRE):
        for site in network.tier(tier):
            yield _site(sheets, site)
        yield from _legend(network, tier)
    yield from _flows()
    synthetic = sum(site.coord_kind is CoordKind.SYNTHETIC for site in network.sites.values())
    yield _text(
        LEFT,
        HEIGHT - 26,
        f"空心点为合成位置({synthetic} 处);连线为服务归属,不是道路。",
        12,
        "#555",
    )
    yield _text(
        LEFT,
        HEIGHT - 9,
        f"Hollow: synthetic position ({synthetic} sites); lines show who serves whom, not roads. "
        "Points: © GeoNames, CC BY 4.0",
        11,
        "#777",
    )
    yield "</svg>"


def _links(network: Network, sheets: Sheets, tier: Tier) -> Iterator[str]:
    for site in network.tier(tier):
        if site.parent is None:
            continue
        x1, y1 = sheets.at(network.sites[site.parent])
        x2, y2 = sheets.at(site)
        yield (
            f'<line x1="{x1}" y1="{y1}" x2="{x2}" y2="{y2}" stroke="{COLOUR[tier]}" '
            f'stroke-width="{1.2 if tier is Tier.STATION else 0.6}" stroke-opacity="0.3"/>'
        )


def _site(sheets: Sheets, site: Site) -> str:
    x, y = sheets.at(site)
    fill = "#fff" if site.coord_kind is CoordKind.SYNTHETIC else COLOUR[site.tier]
    return (
        f'<circle cx="{x}" cy="{y}" r="{RADIUS[site.tier]}" fill="{fill}" '
        f'stroke="{COLOUR[site.tier]}" stroke-width="1.1"><title>{escape(site.name)}</title>'
        "</circle>"
    )


def _legend(network: Network, tier: Tier) -> Iterator[str]:
    zh, en = NAMES[tier]
    x, y = LEFT + SHEET_WIDTH + SLANT + 18, TOP[tier] + 34
    yield _text(x, y, f"{zh} {len(network.tier(tier))}", 17, COLOUR[tier], "600")
    yield _text(x, y + 19, en, 13, "#666")


def _flows() -> Iterator[str]:
    """Both directions, drawn between the tiers' names."""
    x = LEFT + SHEET_WIDTH + SLANT + 30
    for above, below in ((Tier.CENTRE, Tier.STATION), (Tier.STATION, Tier.VILLAGE_POINT)):
        top, bottom = TOP[above] + 66, TOP[below] + 8
        for offset, colour, zh, en, start, end in (
            (0, "#1d5f9e", "工业品下乡", "goods down", top, bottom),
            (112, "#3b7d3f", "农产品进城", "produce up", bottom, top),
        ):
            tip = end - 9 if end > start else end + 9
            yield (
                f'<line x1="{x + offset}" y1="{start}" x2="{x + offset}" y2="{tip}" '
                f'stroke="{colour}" stroke-width="4"/>'
            )
            yield (
                f'<polygon points="{x + offset - 8},{tip} {x + offset + 8},{tip} '
                f'{x + offset},{end}" fill="{colour}"/>'
            )
            middle = (top + bottom) / 2
            yield _text(x + offset + 14, middle, zh, 13, colour, "600")
            yield _text(x + offset + 14, middle + 16, en, 12, "#666")


def _text(x: float, y: float, text: str, size: int, colour: str, weight: str = "400") -> str:
    return (
        f'<text x="{x}" y="{y}" font-size="{size}" fill="{colour}" '
        f'font-weight="{weight}">{escape(text)}</text>'
    )


@click.command(help=__doc__)
@click.argument("folder", type=click.Path(exists=True, file_okay=False, path_type=Path))
@click.argument("picture", type=click.Path(dir_okay=False, path_type=Path))
@click.option(
    "--date",
    type=click.DateTime(["%Y-%m-%d"]),
    default="2026-10-15",
    show_default=True,
    help="Day as of which the network is read.",
)
def main(folder: Path, picture: Path, date: dt.datetime) -> None:
    network = read_network_folder(folder).network(folder.name, date.date())
    picture.write_text("\n".join(draw(network, network.centre.name)) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
