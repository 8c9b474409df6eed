"""One random day, van by van and second by second, in plain Python: what the fast code must equal.

It takes the plan document's own fields and the same random numbers, day r of each, and shares no
code with the player: vans are told what to do next by a queue ordered by the clock, and goods that
have not come make a van ask again later.
"""

from __future__ import annotations

import heapq

from coop_service.domain.handovers import Ride, find_handovers
from coop_service.domain.relay import chosen_modes, expand, legs_of

FOREVER = float("inf")


def slow_day(problem, plan, draws, r):
    """``(visits, returns)``: by (vehicle, trip, index) state, arrive, start, end; by vehicle."""
    return _Day(problem, plan, draws, r).run()


class _Day:
    def __init__(self, problem, plan, draws, r):
        self.problem, self.plan, self.draws, self.r = problem, plan, draws, r
        modes = chosen_modes(plan)
        self.day = expand(problem, modes)
        chains = {}
        for leg in legs_of(problem, modes):
            chains.setdefault(leg.order, []).append(leg.id)
        self.links = {}  # what a call takes: [(bringing ride, sorting seconds, first, second leg)]
        for one in find_handovers(problem, modes, plan.routes):
            if one.taken is not None:
                end_s = self.planned_end(one.brought)
                self.links.setdefault(one.taken, []).append(
                    (one.brought, one.sorted_s - end_s, *chains[one.order])
                )
        self.hubs = {f"{hub.depot}:{way}" for hub in problem.hubs for way in ("down", "up")}
        self.ended = {}  # Ride -> when its goods are at the hub
        self.done_legs = {}  # order or leg -> whether it could be done
        self.visits = {}
        self.returns = {}

    def planned_end(self, ride):
        route = next(route for route in self.plan.routes if route.vehicle == ride.vehicle)
        trip = route.trips[ride.trip]
        return trip.return_s if ride.visit is None else trip.stops[ride.visit].depart_s

    def run(self):
        queue = [(0, at, self.van(route)) for at, route in enumerate(self.plan.routes)]
        heapq.heapify(queue)
        blocked = 0
        while queue:
            time_s, at, van = heapq.heappop(queue)
            answer = next(van, None)
            if answer is None:
                blocked = 0
                continue
            moved, now_s = answer
            blocked = 0 if moved else blocked + 1
            assert blocked < 100_000, "vans wait for one another"
            heapq.heappush(queue, (now_s if moved else time_s + 60, at, van))
        return self.visits, self.returns

    def drive(self, van, here, there, stop, now):
        """When the van is there; None where its day has ended."""
        draws, r = self.draws, self.r
        hour = min(max(now // 3600, 0), 47)
        relay = self.problem.relay_by_stop.get(stop)
        drive_s = (
            int(van.profile.duration_s[here, there])
            * (draws.hours()[hour][r] * draws.area(relay.id if relay else None)[r])
            * draws.leg(here, there)[r]
            * draws.detour(here, there, int(van.profile.distance_m[here, there]))[r]
        )
        drive_s = round(drive_s)
        broken = draws.breakdown(van.vehicle.id)
        at_s = broken.after_s[r]
        now += drive_s
        if van.driven < at_s <= van.driven + drive_s:
            if broken.ends_day[r]:
                van.alive = False
            else:
                now += int(broken.repair_s[r])
        van.driven += drive_s
        most_s = self.day.rules.max_driving_s
        left_s = drive_s
        while most_s is not None and van.since + left_s > most_s:  # pull over, exactly at the limit
            left_s -= most_s - van.since
            van.since = 0
            now += self.day.rules.rest_s or 0
        van.since += left_s
        return now

    def rest(self, van, rests, now, credit_s):
        began = now
        lunch = self.day.rules.lunch
        rests = sorted(rests, key=lambda rest: rest.start_s)
        for rest, after in zip(rests, [*rests[1:], None], strict=False):
            length_s = rest.duration_s
            opens_s = lunch.window_s[0] if lunch else None
            if after and after.kind == "lunch" and rest.start_s + length_s == opens_s:
                length_s = min(length_s, max(0, opens_s - now))
            elif rest.kind == "lunch" and lunch and rest.start_s >= opens_s:
                now = max(now, opens_s)
            now += length_s
        if now - began + credit_s >= (self.day.rules.rest_s or 0):
            van.since = 0
        return now

    def fetch(self, ride, ready, patience):
        """``(go, time)``: whether all bringing calls are over, and when the van goes on."""
        links = self.links.get(ride, [])
        if any(brought not in self.ended for brought, *_ in links):
            return False, ready
        arrivals = [self.ended[brought] + sort_s for brought, sort_s, *_ in links]
        wait = max([ready, *(time for time in arrivals if time < FOREVER)])
        go = min(wait, ready + patience)
        for time, (_, _, first, second) in zip(arrivals, links, strict=True):
            has = self.done_legs.get(first, True)
            self.done_legs[second] = has and time <= go
        return True, go

    def van(self, route):
        day, policy = self.day, self.draws.scenario.policy
        van = _Van(day, route)
        start = day.depot_by_id[van.vehicle.start_depot]
        end = day.depot_by_id[van.vehicle.end_depot]
        underway = van.vehicle.underway
        now = None
        for number, trip in enumerate(route.trips):
            rests = [rest for rest in trip.rests if rest.after_stop is None]
            here = start.location
            if number == 0 and underway is not None:
                here, van.since = underway.location, underway.driven_since_rest_s
                now = max(self.rest(van, rests, underway.time_s, 0), trip.depart_s)
            elif number == 0:
                now = trip.depart_s
            else:
                reload_s = van.vehicle.reload_s
                credit_s = reload_s if day.rules.reload_is_rest else 0
                now = max(self.rest(van, rests, now, credit_s) + reload_s, trip.depart_s)
            if van.alive:
                ready = now
                while True:
                    has_come, now = self.fetch(
                        Ride(route.vehicle, number), ready, policy.branch_patience_s
                    )
                    if has_come:
                        break
                    yield False, ready
            else:
                for *_, second in self.links.get(Ride(route.vehicle, number), []):
                    self.done_legs[second] = False
            yield True, now
            home = end if number == len(route.trips) - 1 else start
            for index, visit in enumerate(trip.stops):
                ride = Ride(route.vehicle, number, index)
                stop = day.stop_by_id[visit.stop]
                following = (
                    day.stop_by_id[trip.stops[index + 1].stop].location
                    if index + 1 < len(trip.stops)
                    else home.location
                )
                state, arrive, begin, finish = yield from self.call(
                    van, ride, visit, stop, here, following, now
                )
                if (
                    van.alive
                    and state != "skipped"
                    and not (state == "no_goods" and arrive is None)
                ):
                    here = stop.location
                if van.alive and finish is not None:
                    now = finish
                served = state == "served"
                self.visits[route.vehicle, number, index] = (state, arrive, begin, finish)
                for name in visit.orders:
                    self.done_legs[name] = served and self.done_legs.get(name, True)
                self.ended[ride] = now if served else FOREVER
                rests = self.rests_after(trip, index)
                if van.alive:
                    credit_s = 0
                    if day.rules.service_is_rest and finish is not None and begin is not None:
                        credit_s = finish - begin
                    now = self.rest(van, rests, now, credit_s)
                yield True, now
            if van.alive:
                now = self.drive(van, here, home.location, None, now)
            self.ended[Ride(route.vehicle, number)] = now if van.alive else FOREVER
            yield True, now
        self.returns[route.vehicle] = now if van.alive else None

    def rests_after(self, trip, index):
        """A stop that is called at twice in a trip is not in these days."""
        return [rest for rest in trip.rests if rest.after_stop == trip.stops[index].stop]

    def call(self, van, ride, visit, stop, here, following, now):
        day, r, draws = self.day, self.r, self.draws
        policy = draws.scenario.policy
        is_hub = stop.id in self.hubs
        if not van.alive:
            for *_, second in self.links.get(ride, []):
                self.done_legs[second] = False
            return "lost", None, None, None
        windows = sorted(stop.time_windows_s)
        nothing = (
            not is_hub
            and visit.orders
            and not any(self.done_legs.get(name, True) for name in visit.orders)
        )
        late = (
            policy.skip_later_than_s is not None
            and windows
            and not is_hub
            and now + int(van.profile.duration_s[here, stop.location])
            > windows[-1][1] + policy.skip_later_than_s
        )
        if (nothing or late) and van.profile.allows(here, following):
            return ("no_goods" if nothing else "skipped"), None, None, None
        arrive = now = self.drive(van, here, stop.location, stop.id, now)
        if not van.alive:
            return "lost", None, None, None
        if nothing:
            return "no_goods", arrive, arrive, arrive
        planned = next((max(visit.arrive_s, a) for a, b in windows if visit.arrive_s <= b), None)
        for opens_s, closes_s in windows:
            if now <= closes_s:
                now = max(now, opens_s)
                break
        if visit.start_s > (visit.arrive_s if planned is None else planned):
            now = max(now, visit.start_s)
        ready = now
        while self.links.get(ride):
            has_come, now = self.fetch(ride, ready, policy.trunk_patience_s)
            if has_come:
                break
            yield False, ready
        if not is_hub and draws.is_closed(stop.id)[r]:
            return "closed", arrive, now, now + draws.scenario.no_shows.found_s
        nominal = stop.service_s + sum(
            day.order_by_id[name].service_s
            for name in visit.orders
            if self.done_legs.get(name, True)
        )
        return "served", arrive, now, now + round(nominal * draws.service(stop.id)[r])


class _Van:
    def __init__(self, day, route):
        self.vehicle = day.vehicle_by_id[route.vehicle]
        self.profile = day.profiles[self.vehicle.profile]
        self.alive = True
        self.driven = 0
        self.since = 0
