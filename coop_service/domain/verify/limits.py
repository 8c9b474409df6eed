"""What holds for a vehicle's whole day: shift, opening hours, range, driving time, lunch."""

from __future__ import annotations

from coop_service.domain.plan import RestKind
from coop_service.domain.problem import Problem, Rules
from coop_service.domain.verify.verdict import Findings, Rule, clock
from coop_service.domain.verify.walked import WalkedRoute


def check_day(problem: Problem, walked: WalkedRoute, findings: Findings) -> None:
    """Report every limit of the day that the route breaks."""
    _check_shift(walked, findings)
    _check_depot_hours(walked, findings)
    vehicle, rules = walked.vehicle, problem.rules
    underway = vehicle.underway
    distance_m = walked.distance_m + (0 if underway is None else underway.distance_m)
    driving_s = walked.driving_s + (0 if underway is None else underway.driven_s)
    for rule, zh, en, value, limit, unit in (
        (Rule.MAX_DISTANCE, "里程", "distance", distance_m, vehicle.max_distance_m, "m"),
        (Rule.MAX_WORK, "工作时间", "work time", walked.work_s, vehicle.max_work_s, "s"),
        (Rule.DRIVING_DAY, "驾驶时间", "driving", driving_s, rules.max_driving_day_s, "s"),
    ):
        if limit is not None and value > limit:
            findings.add(
                rule,
                f"全天{zh} {value} {unit}，上限 {limit} {unit}",
                f"{en} of the day is {value} {unit}, the limit is {limit} {unit}",
                amount=value - limit,
                unit=unit,
                vehicle=vehicle.id,
            )
    _check_driving(rules, walked, findings)
    _check_lunch(rules, walked, findings)


def _check_shift(walked: WalkedRoute, findings: Findings) -> None:
    vehicle = walked.vehicle
    start_s, end_s = vehicle.shift_s
    if vehicle.underway is None and walked.depart_s < start_s:
        findings.add(
            Rule.SHIFT,
            f"{clock(walked.depart_s)} 出发，班次 {clock(start_s)} 才开始",
            f"leaves at {clock(walked.depart_s)}, the shift starts at {clock(start_s)}",
            amount=start_s - walked.depart_s,
            unit="s",
            vehicle=vehicle.id,
        )
    late_s = walked.return_s - end_s - vehicle.overtime_limit_s
    if late_s > 0:
        findings.add(
            Rule.SHIFT,
            f"{clock(walked.return_s)} 返回，班次 {clock(end_s)} 结束，"
            f"可加班 {vehicle.overtime_limit_s} 秒",
            f"returns at {clock(walked.return_s)}, the shift ends at {clock(end_s)} and allows "
            f"{vehicle.overtime_limit_s} s of overtime",
            amount=late_s,
            unit="s",
            vehicle=vehicle.id,
        )


def _check_depot_hours(walked: WalkedRoute, findings: Findings) -> None:
    start, end = walked.trips[0].origin, walked.trips[-1].destination
    calls = [("closes", end, walked.return_s)]
    if walked.vehicle.underway is None:
        calls.insert(0, ("opens", start, walked.depart_s))
    for before, after in zip(walked.trips, walked.trips[1:], strict=False):
        calls += [("closes", start, before.return_s), ("closes", start, after.depart_s)]
    for bound, depot, time_s in calls:
        off_s = depot.open_s - time_s if bound == "opens" else time_s - depot.close_s
        if off_s > 0:
            findings.add(
                Rule.DEPOT_HOURS,
                f"{clock(time_s)} 在场站 {depot.id}，其开放时间为 "
                f"{clock(depot.open_s)}-{clock(depot.close_s)}",
                f"at depot {depot.id} at {clock(time_s)}, it is open "
                f"{clock(depot.open_s)}-{clock(depot.close_s)}",
                amount=off_s,
                unit="s",
                vehicle=walked.vehicle.id,
            )


def _check_driving(rules: Rules, walked: WalkedRoute, findings: Findings) -> None:
    """One violation for each stretch without a sufficient rest that is too long.

    What a van on the road has driven since its last rest counts in the first stretch, which is
    judged only if it drives on in it.
    """
    if rules.max_driving_s is None:
        return
    needed_s = rules.rest_s or 0
    underway = walked.vehicle.underway
    before_s = 0
    if underway is not None and walked.rest_before_s < needed_s:
        before_s = underway.driven_since_rest_s
    driven_s = before_s
    exceeded_at: str | None = None
    for number, stage in enumerate(walked.stages):
        if driven_s <= rules.max_driving_s < driven_s + stage.driving_s:
            exceeded_at = stage.to_stop
        driven_s += stage.driving_s
        if stage.rest_s < needed_s and number < len(walked.stages) - 1:
            continue
        if driven_s > max(rules.max_driving_s, before_s):
            findings.add(
                Rule.DRIVING_TIME,
                f"未休息满 {needed_s} 秒而连续驾驶 {driven_s} 秒，上限 {rules.max_driving_s} 秒",
                f"{driven_s} s driven without a rest of {needed_s} s, the limit is "
                f"{rules.max_driving_s} s",
                amount=driven_s - rules.max_driving_s,
                unit="s",
                vehicle=walked.vehicle.id,
                stop=exceeded_at,
            )
        driven_s = before_s = 0


def _check_lunch(rules: Rules, walked: WalkedRoute, findings: Findings) -> None:
    if rules.lunch is None:
        return
    opens_s, closes_s = rules.lunch.window_s
    needed_s = rules.lunch.duration_s
    hours = f"{clock(opens_s)}-{clock(closes_s)}"
    taken = [
        rest for trip in walked.trips for rest in trip.trip.rests if rest.kind == RestKind.LUNCH
    ]
    for rest in taken:
        outside_s = max(opens_s - rest.start_s, rest.start_s + rest.duration_s - closes_s, 0)
        missing_s = max(needed_s - rest.duration_s, 0)
        if outside_s or missing_s:
            findings.add(
                Rule.LUNCH,
                f"午休 {clock(rest.start_s)} 起 {rest.duration_s} 秒，"
                f"应在 {hours} 内满 {needed_s} 秒",
                f"lunch at {clock(rest.start_s)} for {rest.duration_s} s, it is {needed_s} s "
                f"wholly within {hours}",
                amount=max(outside_s, missing_s),
                unit="s",
                vehicle=walked.vehicle.id,
                stop=rest.after_stop,
            )
    underway = walked.vehicle.underway
    if underway is not None and (
        underway.lunch_taken or underway.time_s + needed_s > closes_s
    ):  # had, or missed before anything could be planned
        return
    if not taken and walked.out_since_s <= opens_s and walked.return_s >= closes_s:
        findings.add(
            Rule.LUNCH,
            f"整个午间 {hours} 在外，却没有 {needed_s} 秒的午休",
            f"out for the whole of {hours} without a lunch of {needed_s} s",
            amount=needed_s,
            unit="s",
            vehicle=walked.vehicle.id,
        )
