"""Play a plan against many random days at once: one array element a day.

Vans drive in plan order and never leave a depot before the plan says so. They wait for windows,
serve what is late (or pass over it, by the policy), take the planned rests (lunch not before its
window), and where driving without a rest would pass the limit they rest on the road, for as long as
the rule asks. Branch vans wait for the goods they take and trunk vehicles for produce, by the
policy's patience. Docks, doors, floors and opening hours of depots do not hold anyone up here; a
produce trip that is home after the packing cut-off is counted. Sorting takes as long as planned.

All times are whole seconds, each driving and service time rounded once; with no noise they are
those that verification finds.
"""

from __future__ import annotations

from collections.abc import Generator, Iterable

import numpy as np

from coop_service.domain.handovers import Ride
from coop_service.domain.simulation.draws import HOURS, NEVER, Draws, Flags, Floats, Ints
from coop_service.domain.simulation.runs import (
    CallRun,
    CallState,
    Cause,
    CauseKind,
    DayRuns,
    States,
    TripRun,
    VanRun,
)
from coop_service.domain.simulation.script import Batch, DayScript, Pause, PlayedCall
from coop_service.errors import Fault, InvalidInput, both

_S_PER_HOUR = 3600


def play(script: DayScript, draws: Draws) -> DayRuns:
    """Every van's day, on each of the random days.

    Raises:
        InvalidInput: vans of the plan wait for one another at hubs without end.
    """
    player = _Player(script, draws)
    player.run()
    return player.runs


class _Player:
    def __init__(self, script: DayScript, draws: Draws) -> None:
        self.script = script
        self.draws = draws
        self.policy = draws.scenario.policy
        self.hours = draws.hours()
        self.rows = np.arange(draws.days)
        self.brought: dict[Ride, Ints] = {}
        self.absent: dict[str, Flags] = {}
        hubs = [hub.depot for hub in script.problem.hubs]
        self.runs = DayRuns(
            script,
            draws.days,
            [VanRun(van) for van in script.vans],
            {hub: np.zeros(draws.days, np.int64) for hub in hubs},
            {hub: [] for hub in hubs},
        )

    def run(self) -> None:
        """Drive each van until it needs goods that have not come; then the next van."""
        waiting = {
            run.van.vehicle.id: (tour, next(tour, None))
            for run in self.runs.vans
            for tour in [_Tour(self, run).drive()]
        }
        waiting = {name: (tour, need) for name, (tour, need) in waiting.items() if need is not None}
        while waiting:
            ready = [n for n, (_, need) in waiting.items() if self.has_come(need or ())]
            if not ready:
                names = "、".join(waiting)
                raise InvalidInput(
                    [
                        Fault(
                            "/routes",
                            "no_timetable",
                            both(
                                f"方案中 {names} 在中转站互相等待;请先用 coop check 校验方案",
                                f"{names} wait for one another at hubs without end: check the plan "
                                "with coop check first",
                            ),
                        )
                    ]
                )
            for name in ready:
                tour, _ = waiting.pop(name)
                need = next(tour, None)
                if need is not None:
                    waiting[name] = (tour, need)

    def has_come(self, batches: Iterable[Batch]) -> bool:
        return all(batch.brought in self.brought for batch in batches)

    def take(
        self, batches: tuple[Batch, ...], ready_s: Ints, patience_s: int, alive: Flags
    ) -> Ints:
        """When a vehicle goes on that takes batches; what is not there then, it goes without."""
        sorted_s = {batch: self.brought[batch.brought] + batch.sorting_s for batch in batches}
        latest_s = ready_s
        for seconds in sorted_s.values():
            latest_s = np.maximum(latest_s, np.where(seconds < NEVER, seconds, 0))
        latest_s = np.minimum(latest_s, ready_s + patience_s)
        for batch, seconds in sorted_s.items():
            missed = (seconds > latest_s) | ~alive
            for first, second in batch.legs:
                collected = ~self.absent.get(first, np.zeros_like(missed))
                self.absent[second] = missed | ~collected
                # what never left its village misses nothing, what never came from the centre does
                is_outbound = batch.brought.visit is not None
                self.runs.hub_missed[batch.hub] += missed & (collected | np.bool_(is_outbound))
            self.runs.hub_waits[batch.hub].append(np.where(alive, latest_s - ready_s, 0))
        return latest_s


class _Tour:
    """One van's day."""

    def __init__(self, player: _Player, run: VanRun) -> None:
        self.player, self.run, self.draws = player, run, player.draws
        vehicle = run.van.vehicle
        self.vehicle = vehicle
        day = player.script.day
        self.day, self.rules = day, day.rules
        self.profile = day.profiles[vehicle.profile]
        self.rest_s = day.rules.rest_s or 0
        self.breakdown = self.draws.breakdown(vehicle.id)
        days = self.draws.days
        self.now = np.zeros(days, np.int64)
        self.here = np.zeros(days, np.int64)
        self.since = np.zeros(days, np.int64)
        self.since_cause = np.zeros(days, np.int64)
        self.alive = np.ones(days, bool)
        self.last_stop: str | None = None
        run.driving_s = np.zeros(days, np.int64)
        run.road_rests = np.zeros(days, np.int64)
        run.broke_down = np.zeros(days, bool)
        run.cutoff_missed = np.zeros(days, bool)
        self.rests: list[tuple[int | None, Ints, Ints]] = []

    def drive(self) -> Generator[tuple[Batch, ...], None, None]:
        """The whole day; yields the batches without which it cannot go on."""
        for number, trip in enumerate(self.run.van.trips):
            self.rests = []
            self.leave_depot(number)
            if trip.takes:
                yield trip.takes
                self.wait_for(trip.takes, self.player.policy.branch_patience_s, trip.takes[0].hub)
            depart_s = self.now
            self.here = np.full(self.draws.days, trip.origin)
            self.last_stop = None
            for index, call in enumerate(trip.calls):
                following = trip.calls[index + 1] if index + 1 < len(trip.calls) else None
                there = trip.home if following is None else following.location
                yield from self.visit(number, index, call, there)
            self.go(self.alive, trip.home, None, None)
            self.run.trips.append(TripRun(depart_s, self.now, tuple(self.rests)))
            self.player.brought[Ride(self.vehicle.id, number)] = self.if_alive(self.now)
            if trip.packing_cutoff_s is not None:
                self.run.cutoff_missed |= self.alive & (self.now > trip.packing_cutoff_s)
        self.run.lost = ~self.alive

    def if_alive(self, seconds: Ints) -> Ints:
        return np.where(self.alive, seconds, NEVER)

    def leave_depot(self, number: int) -> None:
        trip = self.run.van.trips[number]
        underway = self.vehicle.underway if number == 0 else None
        if number == 0 and underway is None:
            self.now = np.full(self.draws.days, trip.depart_s)
            return
        if underway is not None:
            self.now = np.full(self.draws.days, underway.time_s)
            self.since = np.full(self.draws.days, underway.driven_since_rest_s)
        credit_s = 0
        if underway is None and self.rules.reload_is_rest:
            credit_s = self.vehicle.reload_s
        self.pause(None, trip.pauses, np.full(self.draws.days, credit_s))
        ready_s = self.now + (0 if underway is not None else self.vehicle.reload_s)
        self.now = np.maximum(ready_s, trip.depart_s)
        self.absorb(self.now > ready_s)

    def absorb(self, waited: Flags) -> None:
        """What was lost before a wait is made good by it."""
        self.since_cause = np.where(waited, len(self.run.causes), self.since_cause)

    def wait_for(self, takes: tuple[Batch, ...], patience_s: int, hub: str) -> None:
        until_s = self.player.take(takes, self.now, patience_s, self.alive)
        self.cause(CauseKind.HUB_WAIT, None, hub, until_s - self.now)
        self.now = until_s

    def cause(self, kind: CauseKind, origin: str | None, where: str | None, excess_s: Ints) -> None:
        if excess_s.any():
            self.run.causes.append(Cause(kind, origin, where, excess_s))

    def visit(
        self, number: int, index: int, call: PlayedCall, there: int
    ) -> Generator[tuple[Batch, ...], None, None]:
        stop = call.visit.stop
        state = np.where(self.alive, CallState.SERVED, CallState.LOST).astype(np.int8)
        none_left = self.nothing_to_do(call) & self.alive & ~np.bool_(call.is_hub)
        state[none_left] = CallState.NO_GOODS
        too_late = self.is_too_late(call) & self.alive & ~none_left
        state[too_late] = CallState.SKIPPED
        unwanted = none_left | too_late
        passed_over = unwanted & self.has_road(there)
        state[too_late & ~passed_over] = CallState.SERVED  # the only road leads past it
        go = self.alive & ~passed_over
        self.go(go, call.location, stop, call.area)
        state[go & ~self.alive] = CallState.LOST
        go &= self.alive
        self.here = np.where(go, call.location, self.here)
        arrive_s = self.now
        calls_here = go & (state == CallState.SERVED)
        start_s = self.opening(call, arrive_s)
        self.absorb(calls_here & (start_s > arrive_s))
        if call.takes:
            yield call.takes
            ready_s = start_s
            start_s = self.player.take(
                call.takes, ready_s, self.player.policy.trunk_patience_s, self.alive
            )
            self.cause(CauseKind.HUB_WAIT, None, call.takes[0].hub, start_s - ready_s)
        start_s = np.where(calls_here, start_s, arrive_s)
        if not call.is_hub:
            closed = calls_here & self.draws.is_closed(stop)
            state[closed] = CallState.CLOSED
        late_s = np.zeros_like(start_s)
        if call.windows_s:
            late_s = np.where(calls_here, np.maximum(0, start_s - call.windows_s[-1][1]), 0)
        causes = len(self.run.causes)
        service_s = self.serve(call, state)
        end_s = start_s + service_s
        self.run.calls.append(
            CallRun(
                self.vehicle.id,
                number,
                index,
                call,
                arrive_s,
                start_s,
                end_s,
                late_s,
                state,
                causes,
                self.since_cause,
            )
        )
        served = state == CallState.SERVED
        for name, _ in call.parts:
            self.absent[name] = ~served | self.absent.get(name, np.zeros_like(served))
        self.player.brought[Ride(self.vehicle.id, number, index)] = np.where(served, end_s, NEVER)
        self.now = end_s
        self.pause(index, call.pauses, service_s if self.rules.service_is_rest else 0 * service_s)
        self.last_stop = stop

    @property
    def absent(self) -> dict[str, Flags]:
        return self.player.absent

    def opening(self, call: PlayedCall, arrive_s: Ints) -> Ints:
        start_s = arrive_s
        undecided = np.ones_like(self.alive)
        for opens_s, closes_s in call.windows_s:
            fits = undecided & (arrive_s <= closes_s)
            start_s = np.where(fits, np.maximum(arrive_s, opens_s), start_s)
            undecided &= ~fits
        return start_s if call.hold_s is None else np.maximum(start_s, call.hold_s)

    def nothing_to_do(self, call: PlayedCall) -> Flags:
        """Where every order of a visit needs goods that are not on board."""
        nothing = np.zeros_like(self.alive)
        absent = [self.absent.get(name) for name, _ in call.parts]
        if absent and all(flags is not None for flags in absent):
            nothing = np.logical_and.reduce([flags for flags in absent if flags is not None])
        return nothing

    def is_too_late(self, call: PlayedCall) -> Flags:
        limit_s = self.player.policy.skip_later_than_s
        if limit_s is None or not call.windows_s or call.is_hub:
            return np.zeros_like(self.alive)
        expected_s = self.now + self.profile.duration_s[self.here, call.location]
        return np.asarray(expected_s > call.windows_s[-1][1] + limit_s)

    def has_road(self, there: int) -> Flags:
        profile = self.profile
        return np.asarray(
            (profile.duration_s[self.here, there] >= 0)
            & (profile.distance_m[self.here, there] >= 0)
        )

    def serve(self, call: PlayedCall, state: States) -> Ints:
        served = state == CallState.SERVED
        nominal_s = np.full(self.draws.days, call.service_s)
        for name, seconds in call.parts:
            absent = self.absent.get(name)
            nominal_s = nominal_s + (seconds if absent is None else np.where(absent, 0, seconds))
        real_s = np.rint(nominal_s * self.draws.service(call.visit.stop)).astype(np.int64)
        closed = state == CallState.CLOSED
        service_s = np.where(
            served, real_s, np.where(closed, self.draws.scenario.no_shows.found_s, 0)
        )
        planned_s = call.service_s + sum(seconds for _, seconds in call.parts)
        excess_s = np.where(state == CallState.LOST, 0, service_s - planned_s)
        self.cause(CauseKind.SERVICE, None, call.visit.stop, excess_s)
        return service_s

    def pause(self, index: int | None, pauses: tuple[Pause, ...], credit_s: Ints) -> None:
        """Take the planned rests here, whether the visit before could be made or not."""
        began_s = self.now
        for one in pauses:
            start_s = self.now
            if one.opens_s is not None:
                start_s = np.maximum(start_s, one.opens_s)
                self.absorb(self.alive & (start_s > self.now))
            length_s = np.full(self.draws.days, one.duration_s)
            if one.until_s is not None:
                length_s = np.clip(one.until_s - start_s, 0, one.duration_s)
            self.rests.append((index, start_s, length_s))
            self.now = start_s + length_s
        rested = self.now - began_s + credit_s >= self.rest_s
        self.since = np.where(rested, 0, self.since)

    def go(self, mask: Flags, there: int, where: str | None, area: str | None) -> None:
        """Drive those of ``mask`` to a place; a breakdown that ends the day is on the way."""
        if not mask.any():
            return
        drive_s = np.zeros_like(self.now)
        nominal_s = np.zeros_like(self.now)
        closure_s = np.zeros_like(self.now)
        hour = np.clip(self.now // _S_PER_HOUR, 0, HOURS - 1)
        common: Floats = self.player.hours[hour, self.player.rows] * self.draws.area(area)
        for place in np.unique(self.here[mask]):
            origin = int(place)
            duration_s = int(self.profile.duration_s[origin, there])
            distance_m = int(self.profile.distance_m[origin, there])
            detour = self.draws.detour(origin, there, distance_m)
            free_s = duration_s * common * self.draws.leg(origin, there)
            real_s = np.rint(free_s * detour).astype(np.int64)
            here = mask & (self.here == origin)
            drive_s = np.where(here, real_s, drive_s)
            nominal_s = np.where(here, duration_s, nominal_s)
            closure_s = np.where(here, real_s - np.rint(free_s).astype(np.int64), closure_s)
        before_s = self.run.driving_s
        after_s = before_s + drive_s
        breaks = mask & (before_s < self.breakdown.after_s) & (self.breakdown.after_s <= after_s)
        ends = breaks & self.breakdown.ends_day
        repair_s = np.where(breaks & ~ends, self.breakdown.repair_s, 0)
        self.run.broke_down = self.run.broke_down | breaks
        self.run.driving_s = after_s
        rests = self.road_rests(drive_s)
        self.run.road_rests = self.run.road_rests + rests
        self.now = self.now + drive_s + repair_s + rests * self.rest_s
        self.alive = self.alive & ~ends
        self.cause(CauseKind.DRIVE, self.last_stop, where, drive_s - nominal_s - closure_s)
        self.cause(CauseKind.CLOSURE, self.last_stop, where, closure_s)
        self.cause(CauseKind.BREAKDOWN, self.last_stop, where, repair_s)
        self.cause(CauseKind.REST, self.last_stop, where, rests * self.rest_s)

    def road_rests(self, drive_s: Ints) -> Ints:
        """How often the leg is broken by a rest because driving without one may not go on."""
        most_s = self.rules.max_driving_s
        driven_s = self.since + drive_s
        if most_s is None:
            self.since = driven_s
            return np.zeros_like(driven_s)
        if most_s == 0:
            return np.zeros_like(driven_s)
        rests = np.where(drive_s > 0, np.maximum(0, -(-driven_s // most_s) - 1), 0)
        self.since = np.where(rests > 0, driven_s - rests * most_s, driven_s)
        return rests
