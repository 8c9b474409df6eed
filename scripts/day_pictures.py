"""The pictures of simulate_day.py, and what they share with its tables."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal

import numpy as np
from matplotlib.figure import Figure
from numpy.typing import NDArray

from coop_service.domain.plan import Plan
from coop_service.domain.simulation.figures import DayFigures, StopFigures
from coop_service.domain.simulation.runs import CallRun, CallState, CauseKind, DayRuns

BLUE, GREEN, RED, GREY = "#1d5f9e", "#3b7d3f", "#b3261e", "#8a8a8a"
FRAGILE = 15
"""Stops in the picture and on the page."""

CAUSES: Mapping[CauseKind, tuple[str, str]] = {
    CauseKind.DRIVE: ("行车慢", "slow driving"),
    CauseKind.CLOSURE: ("封路绕行", "detour"),
    CauseKind.BREAKDOWN: ("故障维修", "repair"),
    CauseKind.REST: ("途中休息", "rest on the road"),
    CauseKind.HUB_WAIT: ("中转站等货", "waiting for goods at the hub"),
    CauseKind.SERVICE: ("作业久", "long service"),
}


@dataclass(frozen=True, slots=True)
class Played:
    """A plan on all days; ``on_time`` is by day."""

    name: str
    plan: Plan
    runs: DayRuns
    figures: DayFigures
    on_time: NDArray[np.float64]
    violations: int


def customer_calls(runs: DayRuns) -> list[CallRun]:
    return [call for van in runs.vans for call in van.calls if not call.call.is_hub]


def _not_on_time(runs: DayRuns) -> NDArray[np.int64]:
    """Visits by day that are late or not made, those found closed apart."""
    count = np.zeros(runs.days, np.int64)
    for call in customer_calls(runs):
        bad = np.where(call.state == CallState.SERVED, call.late_s > 0, True)
        count += bad & (call.state != CallState.CLOSED)
    return count


def draw_fragile(figure: Figure, stops: Sequence[StopFigures]) -> None:
    axes = figure.add_subplot()
    worst = [one for one in stops[:FRAGILE] if one.late_share > 0][::-1]
    if not worst:
        axes.text(0.5, 0.5, "没有晚到的停靠点 / no stop is ever late", ha="center")
        axes.set_axis_off()
        return
    places = np.arange(len(worst))
    axes.barh(places, [100 * one.late_share for one in worst], color=RED, height=0.62)
    axes.set_yticks(places, [f"{one.stop} · {one.vehicle}" for one in worst], fontsize=8)
    for place, one in zip(places, worst, strict=True):
        cause = "" if one.cause is None else CAUSES[one.cause.kind][0]
        text = f" 平均晚 {one.late_min:.0f} 分钟" + (f",{cause}" if cause else "")
        axes.text(100 * one.late_share, float(place), text, va="center", fontsize=8)
    axes.set_xlim(0, 1.35 * max(100 * one.late_share for one in worst))
    axes.set_xlabel("晚到的日子,% / days late, %")


def draw_lateness(figure: Figure, played: Sequence[Played]) -> None:
    left, right = figure.subplots(1, 2)
    style: Literal["stepfilled", "step"] = "stepfilled" if len(played) == 1 else "step"
    for one, colour in zip(played, (BLUE, GREEN, RED, GREY) * len(played), strict=False):
        late_s = [
            call.late_s[(call.late_s > 0) & (call.state == CallState.SERVED)]
            for call in customer_calls(one.runs)
        ]
        minutes = np.concatenate(late_s) / 60 if late_s else np.zeros(0)
        if minutes.size:
            top = float(np.percentile(minutes, 99.5))
            weights = np.full(minutes.size, 1 / one.runs.days)
            bins = np.linspace(0, max(top, 1), 31)
            left.hist(minutes, bins, weights=weights, histtype=style, color=colour)
        missed = _not_on_time(one.runs)
        bins = np.arange(missed.max() + 2) - 0.5
        right.hist(missed, bins, histtype=style, color=colour, label=one.name)
    left.set_xlabel("晚到分钟 / minutes late")
    left.set_ylabel("每天停靠次数 / visits a day")
    right.set_xlabel("当日晚到或未到的停靠 / visits late or not made that day")
    right.set_ylabel("日子 / days")
    if len(played) > 1:
        right.legend(fontsize=8, frameon=False)


def draw_returns(figure: Figure, runs: DayRuns) -> None:
    axes = figure.add_subplot()
    vans = runs.vans[::-1]
    for place, van in enumerate(vans):
        home = van.return_s[~van.lost] / 3600
        if home.size:
            low, middle, high = np.percentile(home, (5, 50, 95))
            axes.plot([low, high], [place, place], color=BLUE, linewidth=4, solid_capstyle="butt")
            axes.plot(middle, place, "o", color=BLUE, markersize=5)
        axes.plot(van.van.trips[-1].return_s / 3600, place, "|", color=GREY, markersize=11)
        axes.plot(van.van.vehicle.shift_s[1] / 3600, place, "|", color=RED, markersize=11)
    axes.set_yticks(range(len(vans)), [van.van.vehicle.id for van in vans], fontsize=8)
    axes.set_xlabel("时(灰:计划返回,红:班次止) / hour (grey: planned, red: shift ends)")


def draw_frontier(figure: Figure, rows: Sequence[Mapping[str, Any]]) -> None:
    axes = figure.add_subplot()
    cost = np.array([row["cost_yuan"] for row in rows])
    on_time = 100 * np.array([row["on_time"] for row in rows])
    error = 100 * np.array(
        [
            [row["on_time"] - row["on_time_low"] for row in rows],
            [row["on_time_high"] - row["on_time"] for row in rows],
        ]
    )
    axes.errorbar(cost, on_time, yerr=error, fmt="o", color=BLUE, capsize=3)
    best = [
        index
        for index in range(len(rows))
        if not any(
            (cost[other] <= cost[index] and on_time[other] > on_time[index])
            or (cost[other] < cost[index] and on_time[other] >= on_time[index])
            for other in range(len(rows))
        )
    ]
    best.sort(key=lambda index: cost[index])
    axes.step(cost[best], on_time[best], where="post", color=GREY, linewidth=1, zorder=0)
    for row, x, y in zip(rows, cost, on_time, strict=True):
        text = str(row["buffer"])
        axes.annotate(text, (x, y), (6, -11), textcoords="offset points", fontsize=8)
    axes.margins(x=0.12, y=0.12)
    axes.set_xlabel("真实问题上的成本,元(默认费用) / cost on the true day, yuan (default costs)")
    axes.set_ylabel("准点率,% / on time, %")
