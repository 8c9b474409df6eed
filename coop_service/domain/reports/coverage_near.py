"""Coverage figures: units with a node, and how near points, stations and the centre are."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Final

from coop_service.domain.coverage import Count, Level
from coop_service.domain.reports.coverage_entry import Entry, EntryMaker, percent
from coop_service.domain.reports.coverage_facts import CoverageFacts
from coop_service.domain.reports.coverage_names import LEVELS
from coop_service.domain.reports.report import Better, Text

_MEASURED: Final[Text] = (
    "车程按当日道路、最小车型,从站点到村;上级站点同时提供下级服务",
    "Road minutes: from the site to the village, roads of the day, smallest van; a higher tier "
    "gives what a lower one gives",
)


def node_entries(maker: EntryMaker) -> Iterator[Entry]:
    """Units with a node, by tier."""
    own_zh = "站点当日为试运行或运营;以其他方式(客货邮、邮快合作等)服务的村同样计入,见服务方式"
    own_en = (
        "the site is in pilot or open on the day; villages served by bus, post or others "
        "count as well, see the table of service modes"
    )
    for name, unit, count in (
        ("villages", ("行政村", "villages"), _villages),
        ("communities", ("社区", "communities"), _communities),
    ):
        yield from _unit_entries(maker, name, unit, count, (own_zh, own_en))
    yield maker.entry(
        "townships_with_station_share",
        ("有运营站的乡镇比例", "share of townships with a station"),
        "%",
        (
            "100 × 乡镇站当日在运营(含试运行)的乡镇数 ÷ 全部乡镇(街道)数",
            "100 × townships whose station is open or in pilot on the day / all townships",
        ),
        "townships",
        lambda facts: percent(len(facts.open_townships()), _township_count(facts)),
        digits=1,
    )
    yield maker.entry(
        "townships_with_station",
        ("有运营站的乡镇", "townships with a station"),
        "",
        (
            "乡镇站当日在运营(含试运行)的乡镇(街道)数",
            "townships whose station is open or in pilot on the day",
        ),
        "townships",
        lambda facts: len(facts.open_townships()),
    )
    yield maker.entry(
        "people_with_point_share",
        ("本村(社区)有服务点的人口比例", "people whose own unit has a point"),
        "%",
        (
            "100 × 自有服务点的行政村与社区人口 ÷ 全部人口",
            "100 × people of villages and communities with a point of their own / all people",
        ),
        "townships",
        lambda facts: percent(
            facts.county.summary.with_point.people, facts.county.summary.all.people
        ),
        digits=1,
        people=True,
    )
    yield maker.entry(
        "people",
        ("人口", "people"),
        "",
        ("全部行政村与社区的人口", "people of all villages and communities"),
        "townships",
        lambda facts: facts.county.summary.all.people,
        better=None,
        people=True,
    )


def _unit_entries(
    maker: EntryMaker, name: str, unit: Text, count: Callable[[Count], int], own: Text
) -> Iterator[Entry]:
    (zh, en), (own_zh, own_en) = unit, own
    yield maker.entry(
        f"{name}_with_point_share",
        (f"有服务点的{zh}比例", f"share of {en} with a point"),
        "%",
        (
            f"100 × 自有服务点的{zh}数 ÷ 全部{zh}数({own_zh})",
            f"100 × {en} with a point of their own / all {en} ({own_en})",
        ),
        "townships",
        lambda facts: percent(
            count(facts.county.summary.with_point), count(facts.county.summary.all)
        ),
        digits=1,
    )
    yield maker.entry(
        f"{name}_with_point",
        (f"有服务点的{zh}", f"{en} with a point"),
        "",
        (f"自有服务点的{zh}数({own_zh})", f"{en} with a point of their own ({own_en})"),
        "townships",
        lambda facts: count(facts.county.summary.with_point),
    )
    yield maker.entry(
        name,
        (f"{zh}数", en),
        "",
        (f"全部{zh},不论服务点状态", f"all {en}, whatever the state of their point"),
        "townships",
        lambda facts: count(facts.county.summary.all),
        better=None,
    )


def _villages(count: Count) -> int:
    return count.villages


def _communities(count: Count) -> int:
    return count.communities


def _township_count(facts: CoverageFacts) -> int:
    return sum(group.township is not None for group in facts.townships)


def level_entries(maker: EntryMaker) -> Iterator[Entry]:
    """How near points, stations and the centre are."""
    for level in Level:
        yield from _level(maker, level)
    yield maker.entry(
        "unreached",
        ("与县中心不通的村(社区)", "units without a way from the centre"),
        "",
        (
            "当日没有道路从县中心通到的行政村与社区数",
            "villages and communities to which no road leads from the centre on the day",
        ),
        "levels",
        lambda facts: facts.county.summary.levels[Level.CENTRE].unreached.units,
        better=Better.LOWER,
        ways=True,
    )


def _level(maker: EntryMaker, level: Level) -> Iterator[Entry]:
    zh, en = LEVELS[level]
    near = f"{maker.options.thresholds.standard_min(level):g}"
    how_zh, how_en = _MEASURED
    yield maker.entry(
        f"{level.value}_villages_share",
        (f"{near} 分钟内有{zh}的行政村比例", f"villages within {near} min of a {en}"),
        "%",
        (
            f"100 × 距最近{zh}车程 ≤ {near} 分钟的行政村数 ÷ 全部行政村数。{how_zh}",
            f"100 × villages no farther than {near} road minutes from the nearest {en} / all "
            f"villages. {how_en}",
        ),
        "levels",
        lambda facts: percent(
            facts.county.summary.levels[level].covered.villages,
            facts.county.summary.all.villages,
        ),
        digits=1,
        ways=True,
    )
    yield maker.entry(
        f"{level.value}_people_share",
        (f"{near} 分钟内有{zh}的人口比例", f"people within {near} min of a {en}"),
        "%",
        (
            f"100 × 距最近{zh}车程 ≤ {near} 分钟的人口 ÷ 全部人口",
            f"100 × people no farther than {near} road minutes from the nearest {en} / all",
        ),
        "levels",
        lambda facts: percent(
            facts.county.summary.levels[level].covered.people, facts.county.summary.all.people
        ),
        digits=1,
        people=True,
        ways=True,
    )
    if level is not Level.CENTRE:
        yield maker.entry(
            f"{level.value}_backup_people_share",
            (f"有后备{zh}的人口比例", f"people with a second {en}"),
            "%",
            (
                f"100 × {near} 分钟内至少有两个{zh}(含上级)的人口 ÷ 全部人口:任一停办仍有服务",
                f"100 × people with at least two {en}s (or higher tiers) within {near} road "
                "minutes / all people: one of them may fall out",
            ),
            "levels",
            lambda facts: percent(
                facts.county.summary.levels[level].backed_up.people,
                facts.county.summary.all.people,
            ),
            digits=1,
            people=True,
            ways=True,
        )
    for name, title, formula in (
        (
            "mean_min",
            (f"到最近{zh}平均车程", f"mean road minutes to the nearest {en}"),
            (
                f"Σ(人口 × 到最近{zh}的车程)÷ Σ 人口,只计有路可达的",
                f"sum of people × road minutes to the nearest {en} / people, of those reached",
            ),
        ),
        (
            "p90_min",
            (f"九成人口到最近{zh}不超过", f"nine tenths of the people have no farther to a {en}"),
            (
                f"按到最近{zh}的车程排列,累计人口首次达到可达人口的 90% 时的车程",
                f"road minutes to the nearest {en} by which 90 % of the people reached are reached",
            ),
        ),
        (
            "max_min",
            (f"到最近{zh}最远车程", f"farthest from a {en}"),
            (
                f"有路可达的村(社区)中到最近{zh}的最长车程",
                f"most road minutes to the nearest {en} of all units reached",
            ),
        ),
    ):
        yield _minutes(maker, level, name, title, formula)


def _minutes(maker: EntryMaker, level: Level, name: str, title: Text, formula: Text) -> Entry:
    def value(facts: CoverageFacts) -> float | None:
        minutes: float | None = getattr(facts.county.summary.levels[level], name)
        return minutes

    return maker.entry(
        f"{level.value}_{name}",
        title,
        "min",
        formula,
        "levels",
        value,
        digits=1,
        better=Better.LOWER,
        people=name != "max_min",
        ways=True,
    )
