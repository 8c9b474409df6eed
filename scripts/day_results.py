"""The folder of results of simulate_day.py: its tables, pictures and sentences."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import numpy as np
from day_pictures import (
    CAUSES,
    FRAGILE,
    Played,
    customer_calls,
    draw_fragile,
    draw_lateness,
    draw_returns,
)

from coop_service.documents.day_scenario import write_day_scenario
from coop_service.domain.problem import Problem
from coop_service.domain.simulation.figures import (
    DayFigures,
    Estimate,
    StopCause,
    StopFigures,
    mean_estimate,
)
from coop_service.domain.simulation.runs import CauseKind
from coop_service.domain.simulation.scenario import DayScenario
from coop_service.domain.verify.verdict import clock
from coop_service.errors import both
from coop_service.files.results import Column, Picture, Results, Table

NOTES = (
    (
        "扰动参数均为假设值(见 scenario.toml),结果用于比较方案,不代表实测;"
        "订单、位置、道路若为合成,结果亦然。",
        "The chances are assumptions (scenario.toml): the results compare plans and are no "
        "measurements; where orders, places or roads are synthetic, so are they.",
    ),
    (
        "准点:在最后一个时间窗结束前开始作业;无时间窗的停靠点只要服务到即算准点;到达时无人的不计;"
        "跳过或因车辆抛锚未到的算不准点。",
        "On time: service begins before the last window ends; stops without windows are on time "
        "whenever they are served; stops found closed are not counted; those passed over or lost "
        "with their van are not on time.",
    ),
    (
        "封路:只有行程矩阵,没有道路,绕行按倍数计;装卸位、仓位、场站营业时间不阻车。",
        "Closed roads: only matrices are known, a detour is a factor. Docks, doors, floors and "
        "hours of depots hold nobody up.",
    ),
    (
        "区间为 95 % 置信区间;各方案遇到的是同一批随机日子。",
        "Intervals are 95 % confidence intervals; all plans meet the same random days.",
    ),
)


def play_results(
    problem: Problem,
    played: Sequence[Played],
    scenario: DayScenario,
    asked: Mapping[str, Any],
    command: str,
) -> Results:
    """The first plan in full; further ones beside it."""
    first = played[0]
    plans = _plan_table(played)
    return Results(
        title=(f"随机日模拟:{problem.name}", f"random days: {problem.name}"),
        findings=tuple(_findings(first.figures, played)),
        tables=(
            plans,
            _figure_table(plans),
            _stop_table(first.figures.stops[:FRAGILE], "fragile_stops", on_page=True),
            *_van_tables(first.figures),
            *([_hub_table(first.figures)] if first.figures.hubs else []),
            _stop_table(first.figures.stops, "stops", on_page=False),
            _day_table(played),
        ),
        pictures=(
            Picture(
                "fragile_stops",
                ("最易晚到的停靠点及主要原因", "stops most often late, and what makes it"),
                lambda figure: draw_fragile(figure, first.figures.stops),
                (9.0, 5.2),
            ),
            Picture(
                "lateness",
                ("晚到多少分钟;一天有几次不准点", "minutes late; how many a day are not on time"),
                lambda figure: draw_lateness(figure, played),
                (9.0, 3.4),
            ),
            Picture(
                "returns",
                (
                    "各车返回时刻(5-95 % 的日子)与班次结束",
                    "return times (5-95 % of days), shift ends",
                ),
                lambda figure: draw_returns(figure, first.runs),
                (9.0, 0.8 + 0.24 * len(first.runs.vans)),
            ),
        ),
        notes=NOTES,
        scenario=write_day_scenario(scenario) | {"run": dict(asked)},
        command=command,
    )


# tables


def ends(name: str, estimate: Estimate) -> dict[str, float]:
    """An estimate as three cells of a row."""
    return {name: estimate.value, f"{name}_low": estimate.low, f"{name}_high": estimate.high}


def _plan_table(played: Sequence[Played]) -> Table:
    rows = []
    for one in played:
        figures = one.figures
        difference = mean_estimate(one.on_time - played[0].on_time)
        rows.append(
            {
                "plan": one.name,
                "cost_yuan": one.plan.cost,
                **ends("on_time", figures.on_time),
                "on_time_windowed": figures.on_time_windowed.value,
                **({} if one is played[0] else ends("difference", difference)),
                "all_served": figures.all_served.value,
                "all_on_time": figures.all_on_time.value,
                "late_a_day": figures.late_a_day,
                "late_p50_min": figures.late_min["p50"],
                "late_p95_min": figures.late_min["p95"],
                **ends("overtime_h", figures.overtime_h),
                "hub_missed_a_day": figures.hub_missed_orders_a_day,
                "lost_vans_a_day": figures.lost_vans_a_day,
                "unserved_a_day": figures.unserved_a_day,
                "closed_a_day": figures.closed_a_day,
                "violations": one.violations,
            }
        )
    columns = [
        Column("plan", "方案", "plan"),
        Column("cost_yuan", "成本(默认费用),元", "cost (default costs), yuan", 0),
        Column("on_time", "准点率", "on time", 4),
        Column("on_time_low", "下限", "low", 4),
        Column("on_time_high", "上限", "high", 4),
        Column("on_time_windowed", "有时间窗的准点率", "on time, of those with windows", 4),
        Column("all_served", "全部送达的日子", "days with all served", 3),
        Column("all_on_time", "全部准点的日子", "days with all on time", 3),
        Column("late_a_day", "每天晚到", "late a day", 2),
        Column("late_p50_min", "晚到中位,分钟", "late, median, min", 1),
        Column("late_p95_min", "晚到 95 %,分钟", "late, 95 %, min", 1),
        Column("overtime_h", "每天加班,小时", "overtime a day, h", 2),
        Column("overtime_h_low", "下限", "low", 2),
        Column("overtime_h_high", "上限", "high", 2),
        Column("hub_missed_a_day", "每天错过接驳的订单", "orders that miss at hubs a day", 2),
        Column("lost_vans_a_day", "每天抛锚停驶的车", "vans lost a day", 3),
        Column("unserved_a_day", "每天未服务", "not served a day", 2),
        Column("closed_a_day", "每天无人", "found closed a day", 2),
        Column("violations", "校验违规", "violations"),
    ]
    if len(played) > 1:
        columns[5:5] = [
            Column("difference", "准点率之差", "difference to the first", 4),
            Column("difference_low", "下限", "low", 4),
            Column("difference_high", "上限", "high", 4),
        ]
    return Table("plans", ("方案", "plans"), tuple(columns), rows, on_page=False)


def _figure_table(plans: Table) -> Table:
    """The table of plans turned round for the page: a figure a line, a plan a column."""
    bounds = ("_low", "_high")
    names = [str(row["plan"]) for row in plans.rows]
    rows = []
    for column in plans.columns[1:]:
        if column.name.endswith(bounds):
            continue
        line = {"figure": both(column.zh, column.en)}
        for name, row in zip(names, plans.rows, strict=True):
            ends = [row.get(column.name + bound) for bound in bounds]
            values = [row.get(column.name), *(end for end in ends if end is not None)]
            texts = ["—" if v is None else f"{v:,.{column.digits or 0}f}" for v in values]
            line[name] = texts[0] + (f" ({texts[1]} – {texts[2]})" if len(texts) == 3 else "")
        rows.append(line)
    columns = (Column("figure", "指标", "figure"), *(Column(name, name, "plan") for name in names))
    return Table("figures", ("方案", "plans"), columns, rows)


def _stop_table(stops: Sequence[StopFigures], name: str, *, on_page: bool) -> Table:
    rows = [
        {
            "stop": one.stop,
            "vehicle": one.vehicle,
            "trip": one.trip + 1,
            "planned": clock(one.planned_s),
            "closes": None if one.closes_s is None else clock(one.closes_s),
            "late_share": one.late_share,
            "late_min": one.late_min,
            "late_p95_min": one.late_p95_min,
            "behind_min": one.behind_min,
            "unserved_share": one.unserved_share,
            "closed_share": one.closed_share,
            "cause": None if one.cause is None else both(*CAUSES[one.cause.kind]),
            "cause_at": None if one.cause is None else cause_place(one.cause, "场站"),
            "cause_min": None if one.cause is None else one.cause.minutes,
        }
        for one in stops
    ]
    titles = {
        "fragile_stops": ("最脆弱的停靠点(按期望晚到分钟)", "the most fragile stops, by minutes"),
        "stops": ("所有停靠", "all visits"),
    }
    more = (
        Column("trip", "趟", "trip"),
        Column("late_p95_min", "晚到 95 %,分钟", "95 % when late, min", 1),
        Column("behind_min", "比计划平均晚,分钟", "behind plan, mean, min", 1),
        Column("unserved_share", "未服务的日子", "days not served", 3),
        Column("closed_share", "无人的日子", "days closed", 3),
    )
    columns = (
        Column("stop", "停靠点", "stop"),
        Column("vehicle", "车辆", "van"),
        Column("planned", "计划开始", "planned"),
        Column("closes", "时间窗止", "closes"),
        Column("late_share", "晚到日子", "days late", 3),
        Column("late_min", "平均晚,分钟", "late, min", 1),
        Column("cause", "主要原因", "main cause"),
        Column("cause_at", "在何处", "where"),
        Column("cause_min", "损失,分钟", "lost, min", 1),
    )
    shown = columns if on_page else columns + more
    return Table(name, titles[name], shown, rows, on_page=on_page)


def cause_place(cause: StopCause, depot: str) -> str:
    """Where most is lost: a stop or hub, or a leg."""
    if cause.kind in (CauseKind.SERVICE, CauseKind.HUB_WAIT):
        return cause.where or depot
    return f"{cause.origin or depot} → {cause.where or depot}"


def cause_text(one: StopFigures) -> tuple[str, str]:
    """What makes a stop late and where, Chinese and English."""
    if one.cause is None:
        return "计划本身无余量", "the plan itself has no slack"
    zh, en = CAUSES[one.cause.kind]
    return f"{zh} {cause_place(one.cause, '场站')}", f"{en} {cause_place(one.cause, 'depot')}"


def _van_tables(figures: DayFigures) -> tuple[Table, Table]:
    rows = [
        {
            "vehicle": one.vehicle,
            "visits": one.visits,
            "on_time": one.on_time_share,
            "planned": clock(one.planned_return_s),
            "p50": clock(one.return_p50_s),
            "p95": clock(one.return_p95_s),
            "shift_end": clock(one.shift_end_s),
            "overtime_share": one.overtime_share,
            "overtime_min": one.overtime_mean_min,
            "beyond_limit": one.beyond_limit_share,
            "road_rests": one.road_rests_a_day,
            "breakdown_share": one.breakdown_share,
            "lost_share": one.lost_share,
            "cutoff_missed": one.cutoff_missed_share,
        }
        for one in figures.vans
    ]
    returns = (
        Column("vehicle", "车辆", "van"),
        Column("visits", "停靠", "visits"),
        Column("on_time", "准点率", "on time", 3),
        Column("planned", "计划返回", "planned return"),
        Column("p50", "返回中位", "return, median"),
        Column("p95", "返回 95 %", "return, 95 %"),
        Column("shift_end", "班次止", "shift ends"),
        Column("overtime_min", "每天加班,分钟", "overtime a day, min", 1),
    )
    events = (
        Column("vehicle", "车辆", "van"),
        Column("overtime_share", "加班的日子", "days with overtime", 3),
        Column("beyond_limit", "超出可加班", "days beyond its limit", 3),
        Column("road_rests", "途中休息", "rests on the road a day", 2),
        Column("breakdown_share", "故障的日子", "days broken down", 3),
        Column("lost_share", "停驶的日子", "days lost", 3),
        Column("cutoff_missed", "错过打包截止", "days past the packing cut-off", 3),
    )
    return (
        Table("vans", ("车辆返回", "vans coming home"), returns, rows),
        Table("van_days", ("车辆的不顺", "what happens to vans"), events, rows),
    )


def _hub_table(figures: DayFigures) -> Table:
    rows = [
        {
            "hub": one.hub,
            "missed": one.missed_orders_a_day,
            **ends("days", one.days_with_misses),
            "wait_min": one.wait_mean_min,
        }
        for one in figures.hubs
    ]
    return Table(
        "hubs",
        ("中转站", "hubs"),
        (
            Column("hub", "中转站", "hub"),
            Column("missed", "每天错过的订单", "orders missed a day", 3),
            Column("days", "有错过的日子", "days with a miss", 3),
            Column("days_low", "下限", "low", 3),
            Column("days_high", "上限", "high", 3),
            Column("wait_min", "每次等货,分钟", "wait for goods, min", 1),
        ),
        rows,
    )


def _day_table(played: Sequence[Played]) -> Table:
    """Day by day, so that other questions can be asked of it."""
    rows = []
    for one in played:
        late = sum((call.late_s > 0).astype(int) for call in customer_calls(one.runs))
        overtime_s = sum(van.overtime_s for van in one.runs.vans)
        lost = sum(van.lost.astype(int) for van in one.runs.vans)
        missed = sum(one.runs.hub_missed.values(), np.zeros(one.runs.days, int))
        for day in range(one.runs.days):
            rows.append(
                {
                    "plan": one.name,
                    "day": day,
                    "on_time": float(one.on_time[day]),
                    "late": int(np.broadcast_to(late, one.on_time.shape)[day]),
                    "overtime_s": int(np.broadcast_to(overtime_s, one.on_time.shape)[day]),
                    "lost_vans": int(np.broadcast_to(lost, one.on_time.shape)[day]),
                    "hub_missed": int(missed[day]),
                }
            )
    names = ("plan", "day", "on_time", "late", "overtime_s", "lost_vans", "hub_missed")
    columns = tuple(Column(name, name, name) for name in names)
    return Table("days", ("逐日", "day by day"), columns, rows, on_page=False)


# sentences


def _findings(figures: DayFigures, played: Sequence[Played]) -> Iterable[tuple[str, str]]:
    on_time = figures.on_time
    yield (
        f"{figures.visits} 次停靠,{figures.days} 个随机日:准点率 {on_time.value:.1%}"
        f"({on_time.low:.1%}-{on_time.high:.1%});每天平均 {figures.late_a_day:.1f} 次晚到,"
        f"晚到中位 {figures.late_min['p50']:.0f} 分钟。",
        f"{figures.visits} visits on {figures.days} random days: {on_time.value:.1%} are on time "
        f"({on_time.low:.1%}-{on_time.high:.1%}); {figures.late_a_day:.1f} a day are late, by "
        f"{figures.late_min['p50']:.0f} min (median).",
    )
    yield (
        f"{figures.all_served.value:.0%} 的日子全部送达,"
        f"{figures.all_on_time.value:.0%} 的日子全部准点;"
        f"每天加班 {figures.overtime_h.value:.1f} 小时。",
        f"On {figures.all_served.value:.0%} of the days all are served, on "
        f"{figures.all_on_time.value:.0%} all on time; overtime {figures.overtime_h.value:.1f} h a "
        "day.",
    )
    if figures.stops and figures.stops[0].late_share > 0:
        worst = figures.stops[0]
        zh, en = cause_text(worst)
        yield (
            f"最脆弱:{worst.stop}({worst.vehicle}),{worst.late_share:.0%} 的日子晚到,"
            f"平均晚 {worst.late_min:.0f} 分钟;主要原因:{zh}。",
            f"Most fragile: {worst.stop} ({worst.vehicle}), late on {worst.late_share:.0%} of the "
            f"days, by {worst.late_min:.0f} min; "
            f"mainly: {en}.",
        )
    for other in played[1:]:
        gain = mean_estimate(other.on_time - played[0].on_time)
        yield (
            f"同一批日子上,{other.name} 的准点率与 {played[0].name} 相差 {100 * gain.value:+.2f} "
            f"个百分点({100 * gain.low:+.2f} 至 {100 * gain.high:+.2f})。",
            f"On the same days {other.name} differs from {played[0].name} by "
            f"{100 * gain.value:+.2f} points ({100 * gain.low:+.2f} to {100 * gain.high:+.2f}).",
        )
