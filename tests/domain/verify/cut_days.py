"""Random days cut in two: the rest of a right plan is right for the vans where they then stand."""

from dataclasses import replace
from itertools import pairwise

from coop_service.domain.plan import CostParts
from coop_service.domain.problem import Direction, OnBoard, Underway

REST_S = 900  # what the random days ask for after their driving


class CutRoute:
    """A route cut after the service of one of its visits."""

    def __init__(self, day, route, trip_index, visit_index):
        self.orders = day.problem.order_by_id
        self.vehicle = day.problem.vehicle_by_id[route.vehicle]
        self.profile = day.problem.profiles[self.vehicle.profile]
        self.stops = day.problem.stop_by_id
        self.depots = day.problem.depot_by_id
        self.route, self.done, self.left_at = route, route.trips[:trip_index], visit_index
        self.trip = route.trips[trip_index]
        self.before = self.trip.stops[: visit_index + 1]
        self.after = self.trip.stops[visit_index + 1 :]
        self.here = self.before[-1]

    def legs_done(self):
        """Seconds, metres, and whether a sufficient rest lies between the leg and the next."""
        start = self.depots[self.vehicle.start_depot].location
        for number, trip in enumerate((*self.done, self.trip)):
            here = start
            visits = trip.stops if number < len(self.done) else self.before
            for visit in visits:
                there = self.stops[visit.stop].location
                rests = [rest for rest in trip.rests if rest.after_stop == visit.stop]
                is_now = visit is self.here
                yield self.leg(here, there, sum(rest.duration_s for rest in rests), is_now)
                here = there
            if number < len(self.done):
                following = self.route.trips[number + 1]
                rests = [rest for rest in following.rests if rest.after_stop is None]
                yield self.leg(here, start, sum(rest.duration_s for rest in rests), False)

    def leg(self, here, there, rest_s, is_now):
        duration_s = int(self.profile.duration_s[here, there])
        return duration_s, int(self.profile.distance_m[here, there]), rest_s, is_now

    def underway(self):
        since_rest_s = driven_s = distance_m = 0
        for duration_s, length_m, rest_s, is_now in self.legs_done():
            driven_s += duration_s
            distance_m += length_m
            since_rest_s += duration_s
            if rest_s >= REST_S and not is_now:
                since_rest_s = 0
        return Underway(
            self.stops[self.here.stop].location,
            self.here.depart_s,
            self.route.depart_s,
            len(self.done),
            since_rest_s,
            driven_s,
            distance_m,
            on_board=tuple(self.on_board()),
        )

    def on_board(self):
        for visit in self.after:
            for name in visit.orders:
                if self.orders[name].direction == Direction.OUTBOUND:
                    yield OnBoard(name, self.trip.depart_s)
        for visit in self.before:
            for name in visit.orders:
                order = self.orders[name]
                left = {other.stop for other in self.before}
                if order.direction == Direction.INBOUND or (
                    order.direction == Direction.TRANSFER and order.to_stop not in left
                ):
                    yield OnBoard(name, visit.depart_s)

    def rest_of_trip(self):
        rests = [
            replace(rest, after_stop=None) if rest.after_stop == self.here.stop else rest
            for rest in self.trip.rests
            if rest.start_s >= self.here.depart_s
        ]
        rested_s = sum(rest.duration_s for rest in rests if rest.after_stop is None)
        return replace(
            self.trip,
            depart_s=self.here.depart_s + rested_s,
            load_at_start=self.here.load_after,
            stops=self.after,
            rests=tuple(rests),
        )

    def rest_of_route(self, underway):
        trip = self.rest_of_trip()
        trips = (trip, *self.route.trips[len(self.done) + 1 :])
        visits = [visit for trip in trips for visit in trip.stops]
        service_s = sum(visit.depart_s - visit.start_s for visit in visits)
        waiting_s = sum(visit.start_s - visit.arrive_s for visit in visits)
        for earlier, later in pairwise(trips):
            rested_s = sum(rest.duration_s for rest in later.rests if rest.after_stop is None)
            waiting_s += later.depart_s - earlier.return_s - rested_s - self.vehicle.reload_s
        return replace(
            self.route,
            depart_s=trip.depart_s,
            distance_m=self.route.distance_m - underway.distance_m,
            driving_s=self.route.driving_s - underway.driven_s,
            service_s=service_s,
            waiting_s=waiting_s,
            trips=trips,
        )


def cut(day, dice):
    """The problem and the plan of the rest of the day; vans are cut anywhere or not at all."""
    problem, plan = day.problem, day.plan
    served = {name for route in plan.routes for visit in route.visits for name in visit.orders}
    open_orders = {order.id for order in problem.orders} - served
    vehicles = dict(problem.vehicle_by_id)
    locks, routes = {}, []
    for route in plan.routes:
        vehicle = vehicles[route.vehicle]
        underway = None
        if dice.random() < 0.8:
            trip_index = dice.randrange(len(route.trips))
            visits = route.trips[trip_index].stops
            cut_route = CutRoute(day, route, trip_index, dice.randrange(len(visits)))
            underway = cut_route.underway()
            open_orders |= {item.order for item in underway.on_board}
            route = cut_route.rest_of_route(underway)
        ahead = [visit.stop for visit in route.visits]
        vehicles[vehicle.id] = replace(
            vehicle,
            underway=underway,
            first_stops=tuple(ahead[: dice.randint(0, len(ahead))]),
        )
        locks |= {stop: vehicle.id for stop in ahead if dice.random() < 0.3}
        open_orders |= {name for visit in route.visits for name in visit.orders}
        routes.append(route)
    rest_of_problem = replace(
        problem,
        vehicles=tuple(vehicles.values()),
        orders=tuple(order for order in problem.orders if order.id in open_orders),
        stops=tuple(replace(stop, locked_vehicle=locks.get(stop.id)) for stop in problem.stops),
    )
    parts = [spent(vehicles[route.vehicle], route) for route in routes]
    total = sum(parts, CostParts(dropped=plan.cost_parts.dropped))
    routes = [
        replace(route, cost=round(part.total, 2)) for route, part in zip(routes, parts, strict=True)
    ]
    rest_of_plan = replace(
        plan, routes=tuple(routes), cost=round(total.total, 2), cost_parts=total.rounded()
    )
    return rest_of_problem, rest_of_plan


def spent(vehicle, route):
    """What is still to be spent on a route, in yuan."""
    costs, shift_end_s = vehicle.costs, vehicle.shift_s[1]
    from_s = vehicle.underway.time_s if vehicle.underway else route.depart_s
    late_s = max(0, route.return_s - max(shift_end_s, from_s))
    return CostParts(
        fixed=0.0 if vehicle.underway else costs.fixed,
        distance=costs.per_km * route.distance_m / 1000,
        time=costs.per_hour * (route.return_s - from_s - late_s) / 3600,
        overtime=costs.per_overtime_hour * late_s / 3600,
    )
