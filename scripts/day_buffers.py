"""The results of simulate_day.py buffers: what time to spare costs, and what it brings."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from day_pictures import Played, draw_frontier
from day_results import NOTES, ends

from coop_service.documents.day_scenario import write_day_scenario
from coop_service.domain.problem import Problem
from coop_service.domain.simulation.figures import mean_estimate
from coop_service.domain.simulation.scenario import DayScenario
from coop_service.files.results import Column, Picture, Results, Table


@dataclass(frozen=True, slots=True)
class Buffered:
    """A plan with a buffer; ``played`` None: none was found, and ``failure`` says why."""

    share: float
    stop_s: int
    played: Played | None
    failure: str


def buffer_results(
    problem: Problem,
    bought: Sequence[Buffered],
    scenario: DayScenario,
    asked: Mapping[str, Any],
    command: str,
) -> Results:
    """What each buffer costs and brings; the plan without buffer is the first."""
    base = bought[0].played
    rows = [_buffer_row(one, base) for one in bought]
    good = [row for row in rows if row["on_time"] is not None]
    findings = []
    if base is not None and len(good) > 1:
        plain, best = good[0], max(good, key=lambda row: row["on_time"])
        findings.append(
            (
                f"无缓冲方案准点率 {plain['on_time']:.1%},成本 {plain['cost_yuan']:.0f} 元;"
                f"准点率最高的缓冲(行车 {best['buffer_share']:.0%},"
                f"每停靠点 {best['buffer_s']} 秒)为 "
                f"{best['on_time']:.1%},成本 {best['cost_yuan']:.0f} 元"
                f"(默认费用,{best['dearer_pct']:+.1f} %)。",
                f"Without a buffer {plain['on_time']:.1%} are on time at {plain['cost_yuan']:.0f} "
                f"yuan; the most punctual buffer ({best['buffer_share']:.0%} of driving, "
                f"{best['buffer_s']} s a stop) brings {best['on_time']:.1%} at "
                f"{best['cost_yuan']:.0f} yuan (default costs, {best['dearer_pct']:+.1f} %).",
            )
        )
    findings += [
        (
            f"缓冲 {one.share:.0%} / {one.stop_s} 秒没有得到方案:{one.failure}",
            f"no plan with a buffer of {one.share:.0%} / {one.stop_s} s: {one.failure}",
        )
        for one in bought
        if one.played is None
    ]
    return Results(
        title=(f"时间缓冲的代价:{problem.name}", f"the price of time buffers: {problem.name}"),
        findings=tuple(findings),
        tables=_buffer_tables(rows),
        pictures=(
            Picture(
                "frontier",
                ("准点率与成本(默认费用)", "on-time share against cost (default costs)"),
                lambda figure: draw_frontier(figure, good),
                (9.0, 4.6),
            ),
        )
        if good
        else (),
        notes=(
            *NOTES,
            (
                "缓冲方案在变慢的问题上规划,再按真实时间重新计时、校验、计价:车辆仍按原定时刻出发,"
                "早到则等。搜索有随机性,成本差含搜索误差。",
                "A buffered plan is made on a slower problem, then re-timed, verified and priced "
                "on the true one: vans leave when it says, and wait where they are early. Searches "
                "are random: differences in cost include their luck.",
            ),
        ),
        scenario=write_day_scenario(scenario) | {"run": dict(asked)},
        command=command,
    )


def _buffer_row(one: Buffered, base: Played | None) -> dict[str, Any]:
    name = "0" if one.share == one.stop_s == 0 else f"{one.share:.0%} + {one.stop_s} s"
    row: dict[str, Any] = {
        "buffer": name,
        "buffer_share": one.share,
        "buffer_s": one.stop_s,
        "on_time": None,
    }
    if one.played is None:
        return row
    plan, figures = one.played.plan, one.played.figures
    row |= {
        "cost_yuan": plan.cost,
        "vehicles": len(plan.routes),
        "left_out": len(plan.unassigned),
        "violations": one.played.violations,
        **ends("on_time", figures.on_time),
        "all_on_time": figures.all_on_time.value,
        "late_a_day": figures.late_a_day,
        "late_p95_min": figures.late_min["p95"],
        "overtime_h": figures.overtime_h.value,
    }
    if base is not None:
        row["dearer_pct"] = 100 * (plan.cost / base.plan.cost - 1) if base.plan.cost else None
        if len(one.played.on_time) == len(base.on_time) and one.played is not base:
            row |= ends("difference", mean_estimate(one.played.on_time - base.on_time))
    return row


def _buffer_tables(rows: Sequence[Mapping[str, Any]]) -> tuple[Table, Table]:
    name = Column("buffer", "缓冲", "buffer")
    bought = (
        name,
        Column("cost_yuan", "成本(默认费用),元", "cost (default costs), yuan", 2),
        Column("dearer_pct", "贵 %", "dearer, %", 2),
        Column("on_time", "准点率", "on time", 4),
        Column("on_time_low", "下限", "low", 4),
        Column("on_time_high", "上限", "high", 4),
        Column("vehicles", "车辆", "vans"),
        Column("left_out", "未安排", "left out"),
        Column("violations", "违规", "violations"),
    )
    gained = (
        name,
        Column("buffer_share", "行车缓冲", "of driving", 2),
        Column("buffer_s", "每停靠点,秒", "a stop, s"),
        Column("difference", "准点率提高", "gain", 4),
        Column("difference_low", "下限", "low", 4),
        Column("difference_high", "上限", "high", 4),
        Column("all_on_time", "全部准点的日子", "days all on time", 3),
        Column("late_a_day", "每天晚到", "late a day", 2),
        Column("overtime_h", "每天加班,小时", "overtime a day, h", 2),
    )
    return (
        Table("buffers", ("缓冲的代价(真实问题上)", "the price, on the true day"), bought, rows),
        Table("buffer_gains", ("缓冲的收益", "what it brings"), gained, rows),
    )
