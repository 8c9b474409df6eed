"""The way and the clock: walk a vehicle's day leg by leg and compare it with what is stated.

Two clocks run side by side. What is *stated* is checked step by step (each step from the stated
end of the one before, so that one wrong time is one violation and not a chain of them). What is
*true* follows from the matrices alone, taking over only what a plan may choose: when trips leave,
how late a service starts, how long a rest lasts. Limits are judged, and costs computed, by the
true clock.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence

from coop_service.domain.plan import Rest, Route, Trip, Visit
from coop_service.domain.problem import Depot, Problem, Stop, Underway, Vehicle
from coop_service.domain.verify.rests import Stage, length_s, longest_rest_s
from coop_service.domain.verify.verdict import Findings, Rule, clock
from coop_service.domain.verify.walked import WalkedRoute, WalkedTrip, WalkedVisit


def walk_route(problem: Problem, vehicle: Vehicle, route: Route, findings: Findings) -> WalkedRoute:
    """Walk a route that has at least one trip; report roads, times, windows and rests."""
    walker = _Walker(problem, vehicle, route, findings)
    walker.walk()
    return walker.walked


class _Walker:
    def __init__(
        self, problem: Problem, vehicle: Vehicle, route: Route, findings: Findings
    ) -> None:
        self.problem = problem
        self.vehicle = vehicle
        self.profile = problem.profiles[vehicle.profile]
        self.findings = findings
        self.walked = WalkedRoute(vehicle, route)
        self.stated_s = 0
        self.true_s = 0

    def report(
        self, rule: Rule, zh: str, en: str, amount: int, unit: str = "s", stop: str | None = None
    ) -> None:
        self.findings.add(
            rule, zh, en, amount=amount, unit=unit, vehicle=self.vehicle.id, stop=stop
        )

    def walk(self) -> None:
        start = self.problem.depot_by_id[self.vehicle.start_depot]
        end = self.problem.depot_by_id[self.vehicle.end_depot]
        trips = self.walked.route.trips
        underway = self.vehicle.underway
        count = len(trips) + (0 if underway is None else underway.trips_done)
        if count > self.vehicle.max_trips:
            self.report(
                Rule.MAX_TRIPS,
                f"共 {count} 趟，最多 {self.vehicle.max_trips} 趟",
                f"{count} trips, at most {self.vehicle.max_trips} are allowed",
                count - self.vehicle.max_trips,
                "trips",
            )
        for number, trip in enumerate(trips):
            rests = self.rests_by_visit(trip)
            if number > 0:
                self.leave_again(trip, rests[None])
            elif underway is None:
                self.leave_first(trip, rests[None])
            else:
                self.drive_on(underway, trip, rests[None])
            destination = end if number == len(trips) - 1 else start
            self.walk_trip(trip, start, underway if number == 0 else None, destination, rests)

    def leave_first(self, trip: Trip, rests: Sequence[Rest]) -> None:
        for rest in rests:
            self.report(
                Rule.REST_POSITION,
                "第一趟出发前在场站的休息不在两趟之间",
                "a rest at the depot before the first trip is not between trips",
                max(rest.duration_s, 1),
            )
        self.stated_s = self.true_s = trip.depart_s

    def drive_on(self, underway: Underway, trip: Trip, rests: Sequence[Rest]) -> None:
        """From where a van on the road stands: rests directly at ``time_s``, then waiting."""
        now = underway.time_s
        for rest in rests:
            if rest.start_s != now:
                self.report_rest(rest, now)
            now += length_s(rest)
        early_s = underway.time_s - trip.depart_s
        if early_s > 0:
            self.report(
                Rule.UNDERWAY_START,
                f"{clock(trip.depart_s)} 出发，而车辆 {clock(underway.time_s)} 才可出发",
                f"leaves at {clock(trip.depart_s)}, but is ready only at {clock(underway.time_s)}",
                early_s,
            )
        missing_s = now - max(trip.depart_s, underway.time_s)
        if missing_s > 0:
            self.report_departure_in_rest(now, trip.depart_s, missing_s)
        self.walked.rest_before_s = now - underway.time_s
        self.true_s = max(now, trip.depart_s)
        self.walked.waiting_s += self.true_s - now
        self.stated_s = trip.depart_s

    def leave_again(self, trip: Trip, rests: Sequence[Rest]) -> None:
        """From the return of one trip to the departure of the next, at ``start_depot``."""
        reload_s = self.vehicle.reload_s
        rested_s = sum(length_s(rest) for rest in rests)
        gaps = []
        now = self.stated_s
        for rest in rests:
            if rest.start_s < now:
                self.report_rest(rest, now)
            gaps.append(max(0, rest.start_s - now))
            now = max(now, rest.start_s) + length_s(rest)
        if rests and now > trip.depart_s:
            self.report_departure_in_rest(now, trip.depart_s, now - trip.depart_s)
        gaps.append(max(0, trip.depart_s - now))
        missing_s = reload_s - (trip.depart_s - self.stated_s - rested_s)
        if missing_s > 0:
            self.report(
                Rule.RELOAD,
                f"两趟之间需装车 {reload_s} 秒，差 {missing_s} 秒",
                f"{reload_s} s of reloading are needed between trips, {missing_s} s are missing",
                missing_s,
            )
        depart_s = max(trip.depart_s, self.true_s + rested_s + reload_s)
        self.walked.waiting_s += depart_s - self.true_s - rested_s - reload_s
        counted_s = reload_s if self.problem.rules.reload_is_rest else 0
        self.walked.stages[-1].rest_s = longest_rest_s(
            [length_s(rest) for rest in rests], gaps, counted_s
        )
        self.stated_s, self.true_s = trip.depart_s, depart_s

    def walk_trip(
        self,
        trip: Trip,
        origin: Depot,
        underway: Underway | None,
        destination: Depot,
        rests: defaultdict[int | None, list[Rest]],
    ) -> None:
        depart_s = self.true_s
        here: int | None = origin.location if underway is None else underway.location
        visits = []
        for index, visit in enumerate(trip.stops):
            stop = self.problem.stop_by_id.get(visit.stop)
            there = None if stop is None else stop.location
            leg = self.drive(here, there, visit.stop)
            visits.append(self.serve(visit, stop, leg, rests[index]))
            here = there
        leg = self.drive(here, destination.location, None)
        self.arrive(leg, trip.return_s, Rule.RETURN_TIME, None)
        self.stated_s = trip.return_s
        self.walked.trips.append(
            WalkedTrip(
                trip,
                origin,
                underway,
                destination,
                depart_s,
                self.true_s,
                0 if leg is None else leg[1],
                tuple(visits),
            )
        )

    def drive(
        self, here: int | None, there: int | None, stop_id: str | None
    ) -> tuple[int, int] | None:
        """Duration and distance of a leg; None where it is forbidden or one end is unknown."""
        self.walked.stages.append(Stage(stop_id))
        if here is None or there is None:
            return None
        duration_s = int(self.profile.duration_s[here, there])
        distance_m = int(self.profile.distance_m[here, there])
        if duration_s < 0 or distance_m < 0:
            self.report(
                Rule.NO_ROAD,
                f"位置 {here} 到 {there} 该车无路可行",
                f"there is no road for this vehicle from location {here} to {there}",
                1,
                "legs",
                stop_id,
            )
            return None
        self.walked.stages[-1].driving_s = duration_s
        self.walked.driving_s += duration_s
        self.walked.distance_m += distance_m
        return duration_s, distance_m

    def arrive(
        self, leg: tuple[int, int] | None, stated_s: int, rule: Rule, stop_id: str | None
    ) -> None:
        """Move the true clock to the end of a leg; compare the stated end with the stated way."""
        if leg is None:
            # Nothing is known of this leg, so what is stated is the best there is.
            self.true_s = max(self.true_s, stated_s)
            return
        expected_s = self.stated_s + leg[0]
        if stated_s != expected_s:
            self.report(
                rule,
                f"写明到达 {clock(stated_s)}，按路程应为 {clock(expected_s)}",
                f"arrival is stated at {clock(stated_s)}, by the way it is {clock(expected_s)}",
                abs(stated_s - expected_s),
                stop=stop_id,
            )
        self.true_s += leg[0]

    def serve(
        self, visit: Visit, stop: Stop | None, leg: tuple[int, int] | None, rests: Sequence[Rest]
    ) -> WalkedVisit:
        self.arrive(leg, visit.arrive_s, Rule.ARRIVE_TIME, visit.stop)
        if visit.start_s < visit.arrive_s:
            self.report(
                Rule.START_TIME,
                f"{clock(visit.start_s)} 开始作业，早于到达 {clock(visit.arrive_s)}",
                f"service starts at {clock(visit.start_s)}, before the arrival at "
                f"{clock(visit.arrive_s)}",
                visit.arrive_s - visit.start_s,
                stop=visit.stop,
            )
        start_s = max(visit.start_s, self.true_s)
        self.walked.waiting_s += start_s - self.true_s
        service_s = 0 if stop is None else self.service_at(stop, visit)
        if stop is None:
            self.report(
                Rule.UNKNOWN_STOP,
                f"没有停靠点 {visit.stop}",
                f"there is no stop {visit.stop}",
                1,
                "visits",
                visit.stop,
            )
        else:
            self.check_visit(stop, visit, start_s, service_s)
        self.walked.service_s += service_s

        self.stated_s = visit.depart_s
        rested_s = 0
        for rest in rests:
            if rest.start_s != self.stated_s:
                self.report_rest(rest, self.stated_s)
            rested_s += length_s(rest)
            self.stated_s += length_s(rest)
        end_s = start_s + service_s
        self.true_s = end_s + rested_s
        counted_s = service_s if self.problem.rules.service_is_rest else 0
        self.walked.stages[-1].rest_s = counted_s + rested_s
        return WalkedVisit(visit, start_s, end_s, 0 if leg is None else leg[1])

    def service_at(self, stop: Stop, visit: Visit) -> int:
        orders = self.problem.order_by_id
        return stop.service_s + sum(
            orders[name].service_s for name in dict.fromkeys(visit.orders) if name in orders
        )

    def check_visit(self, stop: Stop, visit: Visit, start_s: int, service_s: int) -> None:
        if not visit.orders:
            self.report(
                Rule.EMPTY_VISIT,
                "停靠不服务任何订单",
                "the visit serves no order",
                1,
                "visits",
                stop.id,
            )
        expected_s = visit.start_s + service_s
        if visit.depart_s != expected_s:
            self.report(
                Rule.DEPART_TIME,
                f"写明 {clock(visit.depart_s)} 作业结束，"
                f"作业 {service_s} 秒应至 {clock(expected_s)}",
                f"the end of service is stated at {clock(visit.depart_s)}, {service_s} s of "
                f"service last until {clock(expected_s)}",
                abs(visit.depart_s - expected_s),
                stop=stop.id,
            )
        missing = sorted(stop.required_tags - self.vehicle.tags)
        if missing:
            self.report(
                Rule.REQUIRED_TAGS,
                f"车辆缺少停靠点要求的标签：{'、'.join(missing)}",
                f"the vehicle lacks tags that the stop requires: {', '.join(missing)}",
                len(missing),
                "tags",
                stop.id,
            )
        self.check_window(stop, start_s)

    def check_window(self, stop: Stop, start_s: int) -> None:
        windows = stop.time_windows_s
        if not windows or any(opens <= start_s <= closes for opens, closes in windows):
            return
        off_s = min(max(opens - start_s, start_s - closes) for opens, closes in windows)
        hours = ", ".join(f"{clock(opens)}-{clock(closes)}" for opens, closes in windows)
        self.report(
            Rule.TIME_WINDOW,
            f"{clock(start_s)} 开始作业，不在时间窗 {hours} 内，差 {off_s} 秒",
            f"service starts at {clock(start_s)}, outside the windows {hours} by {off_s} s",
            off_s,
            stop=stop.id,
        )

    def rests_by_visit(self, trip: Trip) -> defaultdict[int | None, list[Rest]]:
        """The trip's rests in time order, by the index of the visit that they follow.

        Key None: at the depot before the trip. Where a split stop is visited twice in one trip, a
        rest belongs to the last visit that ends before it.
        """
        by_visit: defaultdict[int | None, list[Rest]] = defaultdict(list)
        for rest in sorted(trip.rests, key=lambda rest: rest.start_s):
            if rest.after_stop is None:
                by_visit[None].append(rest)
                continue
            visits = [
                index for index, visit in enumerate(trip.stops) if visit.stop == rest.after_stop
            ]
            if not visits:
                self.report(
                    Rule.REST_POSITION,
                    "休息写在本趟不停靠的停靠点之后",
                    "the rest is after a stop that the trip does not visit",
                    max(rest.duration_s, 1),
                    stop=rest.after_stop,
                )
                continue
            ended = [index for index in visits if trip.stops[index].depart_s <= rest.start_s]
            by_visit[ended[-1] if ended else visits[0]].append(rest)
        return by_visit

    def report_departure_in_rest(self, until_s: int, depart_s: int, missing_s: int) -> None:
        self.report(
            Rule.REST_POSITION,
            f"出发前休息到 {clock(until_s)}，而 {clock(depart_s)} 已出发",
            f"the rest before the trip lasts until {clock(until_s)}, the trip leaves at "
            f"{clock(depart_s)}",
            missing_s,
        )

    def report_rest(self, rest: Rest, expected_s: int) -> None:
        self.report(
            Rule.REST_POSITION,
            f"休息写明 {clock(rest.start_s)} 开始，而此处从 {clock(expected_s)} 起休息",
            f"the rest is stated to start at {clock(rest.start_s)}; resting here starts at "
            f"{clock(expected_s)}",
            abs(rest.start_s - expected_s),
            stop=rest.after_stop,
        )
