"""Coverage figures: service as planned, station capacity in reach, and who is badly served."""

from __future__ import annotations

from collections.abc import Iterator

from coop_service.domain.coverage import Unit
from coop_service.domain.reports.coverage_access import FLOOR
from coop_service.domain.reports.coverage_entry import Entry, EntryMaker, percent
from coop_service.domain.reports.coverage_facts import PER, CoverageFacts
from coop_service.domain.reports.coverage_help import UNREACHED_S
from coop_service.domain.reports.coverage_service import SiteService
from coop_service.domain.reports.report import Better


def service_entries(maker: EntryMaker) -> Iterator[Entry]:
    """What was planned."""
    weeks, often = maker.options.weeks, f"{maker.options.weekly_days:g}"
    share = f"{maker.options.next_day_percent:g}"
    yield maker.entry(
        "plan_days",
        ("有方案的天数", "days with a plan"),
        "",
        (
            f"截至报告日的 {weeks} 周内有已关闭方案的天数;当日没有已关闭方案的,取已下达或"
            "执行中的方案",
            f"days of the {weeks} weeks up to the day of the report that have a closed plan, "
            "or, where none is closed, one that is released or in progress",
        ),
        "service_days",
        lambda facts: len(facts.period.days),
    )
    yield maker.entry(
        "days_a_week",
        ("每村每周服务天数", "service days a week"),
        "days/week",
        (
            f"Σ 各村(社区)有车到本村作业的天数 ÷(村与社区数 × {weeks} 周);"
            "没有方案的日子按没有服务计",
            f"days on which the plans call at the units, summed / (units × {weeks} weeks); a "
            "day without a plan counts as one without service",
        ),
        "townships",
        _days_a_week,
        digits=2,
    )
    yield maker.entry(
        "often_villages_share",
        (f"每周服务不少于 {often} 天的行政村比例", f"villages served {often} days a week"),
        "%",
        (
            f"100 × 期内平均每周服务天数 ≥ {often} 的行政村数 ÷ 全部行政村数",
            f"100 × villages called at on {often} days a week or more, on average / all villages",
        ),
        "villages",
        _often_share,
        digits=1,
    )
    yield maker.entry(
        "next_day_share",
        ("次日达比例(村·日)", "next-day reach, of unit-days"),
        "%",
        (
            "100 × 当日订单全部安排的(村,日)数 ÷ 有订单的(村,日)数;订单于前一日截单,"
            "当日安排即为次日到达",
            "100 × unit-days on which no order was left out / unit-days with orders; orders "
            "close on the day before, so that what is served on its day comes the next day",
        ),
        "townships",
        lambda facts: percent(_service(facts).reached_days, _service(facts).order_days),
        digits=1,
    )
    yield maker.entry(
        "next_day_people_share",
        ("次日达人口比例", "people reached the next day"),
        "%",
        (
            f"100 × 次日达村(社区)的人口 ÷ 期内有订单的村(社区)的人口;有订单的日子中"
            f"至少 {share}% 当日全部安排的为次日达村",
            f"100 × people of units reached the next day on at least {share} % of their days "
            "with orders / people of units with orders",
        ),
        "villages",
        _next_day_people_share,
        digits=1,
        people=True,
    )


def access_entries(maker: EntryMaker) -> Iterator[Entry]:
    """The two-step floating catchment."""
    near, floor = f"{maker.options.catchment_min:g}", f"{maker.options.floor_m3:g}"
    yield maker.entry(
        "access",
        (f"每千人可及的站点容量({near} 分钟)", f"station capacity within {near} min"),
        "m3/1000",
        (
            f"两步移动搜索法(Luo & Wang 2003):第一步 R_j = S_j ÷ Σ P_k(站 j 周围 {near} 分钟"
            f"内的人口);第二步 A_i = Σ R_j(村 i 周围 {near} 分钟内的站与县中心);此值为 1000 × "
            f"Σ P_i A_i ÷ Σ P_i。S_j 为可存放体积:站点填写的 {FLOOR},未填写的假定 {floor} "
            "立方米",
            f"two-step floating catchment (Luo & Wang 2003): R_j = S_j / sum of P_k within "
            f"{near} min of station j; A_i = sum of R_j of stations and centre within {near} "
            f"min of village i; told is 1000 × sum of P_i A_i / sum of P_i. S_j: room for "
            f"goods, {FLOOR} of the site, else an assumed {floor} m3",
        ),
        "townships",
        lambda facts: (
            PER * facts.goods_in_reach_m3(facts.county.rows) / people
            if (people := facts.county.summary.all.people)
            else None
        ),
        digits=2,
        people=True,
        ways=True,
    )
    yield maker.entry(
        "no_access_people_share",
        (f"{near} 分钟内没有站的人口比例", f"people without a station within {near} min"),
        "%",
        (
            f"100 × {near} 分钟内没有乡镇站或县中心(A_i = 0)的人口 ÷ 全部人口",
            f"100 × people with no station or centre within {near} min (A_i = 0) / all people",
        ),
        "villages",
        lambda facts: percent(
            sum(
                row.population
                for row, access in zip(facts.access, facts.floating.access, strict=True)
                if access == 0
            ),
            facts.county.summary.all.people,
        ),
        digits=1,
        better=Better.LOWER,
        people=True,
        ways=True,
    )


def worst_entries(maker: EntryMaker) -> Iterator[Entry]:
    """Who is badly served."""
    point = f"{maker.options.thresholds.point_min:g}"
    station = f"{maker.options.thresholds.station_min:g}"
    formula = (
        f"缺口 = 到最近服务点超过 {point} 分钟的部分 + 到最近乡镇站超过 {station} 分钟的部分;"
        f"不通的按 {UNREACHED_S // 60} 分钟计",
        f"shortfall = minutes beyond {point} to the nearest point + minutes beyond {station} "
        f"to the nearest station; {UNREACHED_S // 60} minutes where no road leads",
    )
    yield maker.entry(
        "short_units",
        ("有缺口的村(社区)", "units with a shortfall"),
        "",
        (
            f"缺口大于 0 的行政村与社区数。{formula[0]}",
            f"villages and communities with a shortfall above 0; {formula[1]}",
        ),
        "villages",
        lambda facts: sum(short > 0 for short in facts.shortfalls_s),
        better=Better.LOWER,
        ways=True,
    )
    yield maker.entry(
        "short_people_share",
        ("有缺口的人口比例", "people with a shortfall"),
        "%",
        (
            "100 × 有缺口的行政村与社区的人口 ÷ 全部人口",
            "100 × people of villages and communities with a shortfall / all people",
        ),
        "villages",
        lambda facts: percent(
            sum(
                row.population
                for row, short in zip(facts.access, facts.shortfalls_s, strict=True)
                if short > 0
            ),
            facts.county.summary.all.people,
        ),
        digits=1,
        better=Better.LOWER,
        people=True,
        ways=True,
    )


def _service(facts: CoverageFacts) -> SiteService:
    return facts.period.sum(facts.codes(facts.county.rows))


def _days_a_week(facts: CoverageFacts) -> float | None:
    if not facts.has_plans or not facts.sites:
        return None
    return _service(facts).visit_days / (len(facts.sites) * facts.period.weeks)


def _often_share(facts: CoverageFacts) -> float | None:
    if not facts.has_plans:
        return None
    least = facts.options.weekly_days * facts.period.weeks
    villages = [row.village for row in facts.access if row.unit is Unit.VILLAGE]
    often = sum(facts.period.site(code).visit_days >= least for code in villages)
    return percent(often, len(villages))


def _next_day_people_share(facts: CoverageFacts) -> float | None:
    reached = people = 0
    for row in facts.access:
        is_reached = facts.period.site(row.village).is_reached(facts.options.next_day_percent)
        if is_reached is not None:
            people += row.population
            reached += row.population * is_reached
    return percent(reached, people)
