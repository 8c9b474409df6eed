"""The coverage section of a report: who has service, how well, and what would help most.

Everything is measured on the sites and roads of one day, see :mod:`coop_service.domain.coverage`,
and on the plans of the weeks up to it, see
:mod:`~coop_service.domain.reports.coverage_service`.
"""

from __future__ import annotations

import datetime as dt
from collections import Counter
from collections.abc import Iterator

from coop_service.domain.network import Network
from coop_service.domain.records import Tier
from coop_service.domain.reports.coverage_access import FLOOR
from coop_service.domain.reports.coverage_entry import SECTION, Entry, EntryMaker, Synthetic
from coop_service.domain.reports.coverage_facts import (
    SYNTHETIC,
    CoverageFacts,
    measure_facts,
)
from coop_service.domain.reports.coverage_flow import (
    access_entries,
    service_entries,
    worst_entries,
)
from coop_service.domain.reports.coverage_lists import (
    catchment_table,
    day_table,
    village_table,
    worst_table,
)
from coop_service.domain.reports.coverage_names import STATES
from coop_service.domain.reports.coverage_near import level_entries, node_entries
from coop_service.domain.reports.coverage_options import CoverageOptions
from coop_service.domain.reports.coverage_service import ServicePeriod
from coop_service.domain.reports.coverage_tables import (
    backup_table,
    band_tables,
    level_table,
    mode_tables,
    tier_table,
    township_table,
)
from coop_service.domain.reports.report import Definition, Figure, Section, Text

TITLE: Text = ("覆盖", "Coverage")


def coverage_section(
    network: Network,
    date: dt.date,
    *,
    options: CoverageOptions | None = None,
    period: ServicePeriod | None = None,
) -> Section:
    """The coverage of a county on a day.

    Args:
        network: its sites and roads; read as of the day.
        date: the day.
        options: thresholds; assumptions of ours by default.
        period: what was planned in the weeks up to the day; by default nothing is known of it,
            and the figures of service are empty.

    Raises:
        InvalidInput: with every station that states a bad ``custom.floor_m3``.
    """
    options = options or CoverageOptions()
    facts = measure_facts(network, date, options, period or ServicePeriod(date, options.weeks))
    entries = _entries(options, Synthetic(facts.has_synthetic_people, facts.now.is_sketch))
    return Section(
        code=SECTION,
        title=TITLE,
        definitions=tuple(entry.definition for entry in entries),
        figures=tuple(
            Figure(entry.definition.code, entry.value(facts), table=entry.table)
            for entry in entries
        ),
        tables=(
            township_table(facts),
            tier_table(facts),
            level_table(facts),
            *mode_tables(facts),
            *band_tables(facts),
            backup_table(facts),
            catchment_table(facts),
            day_table(facts),
            worst_table(facts),
            village_table(facts),
        ),
        notes=tuple(_notes(facts)),
    )


def coverage_definitions(
    options: CoverageOptions | None = None, network: Network | None = None
) -> tuple[Definition, ...]:
    """What each figure of the section is, with the thresholds of the options.

    Args:
        options: thresholds.
        network: of whose county the definitions say what rests on synthetic data.
    """
    synthetic = Synthetic()
    if network is not None:
        people = [s.population_kind for s in network.sites.values() if s.tier is not Tier.GATEWAY]
        synthetic = Synthetic(any(SYNTHETIC in kind for kind in people), network.is_sketch)
    return tuple(entry.definition for entry in _entries(options or CoverageOptions(), synthetic))


def _entries(options: CoverageOptions, synthetic: Synthetic) -> tuple[Entry, ...]:
    maker = EntryMaker(options, synthetic)
    return (
        *node_entries(maker),
        *level_entries(maker),
        *service_entries(maker),
        *access_entries(maker),
        *worst_entries(maker),
    )


def _notes(facts: CoverageFacts) -> Iterator[Text]:
    if facts.now.is_sketch:
        yield (
            "部分位置或道路是合成的,车程、里程及由此得出的数字仅为示意,不是实测",
            "Some positions or roads are synthetic: minutes, km and what follows from them are a "
            "sketch, not surveyed",
        )
    if facts.has_synthetic_people:
        yield (
            "部分村的人口是合成的分摊数,不是普查数",
            "The people of some villages are a synthetic share, not from the census",
        )
    yield (
        "车程标准、区间、服务圈和容量是可调的假设,不是国家或行业标准",
        "Standards, bands, catchment and capacities are assumptions that can be set, no national "
        "or trade standard",
    )
    assumed = sum(not supply.is_stated for supply in facts.supplies)
    if assumed:
        yield (
            f"{assumed} 个站点未填写容量({FLOOR}),按 {facts.options.floor_m3:g} 立方米计",
            f"{assumed} stations state no capacity ({FLOOR}): {facts.options.floor_m3:g} m3 are "
            "assumed",
        )
    yield _service_note(facts)


def _service_note(facts: CoverageFacts) -> Text:
    period = facts.period
    span_zh = f"{period.first} 至 {period.last}"
    span_en = f"{period.first} to {period.last}"
    if not period.days:
        return (
            f"{span_zh} 没有已关闭或已下达的方案,服务天数与次日达无从计量",
            f"No plan was closed or released from {span_en}: there is nothing to tell service days "
            "and next-day reach from",
        )
    states = Counter(day.state for day in period.days)
    zh = "、".join(f"{STATES[state][0]} {states[state]} 天" for state in STATES if states[state])
    en = ", ".join(f"{states[state]} {STATES[state][1]}" for state in STATES if states[state])
    return (
        f"服务天数与次日达依据 {span_zh} 的方案({zh}),为方案所定,司机上报的差异不计",
        f"Service days and next-day reach: plans from {span_en} ({en}), as planned; what drivers "
        "report beside them is not counted",
    )
