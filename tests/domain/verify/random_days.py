"""Random days with plans that are right by construction."""

import random
from dataclasses import replace

import numpy as np

from coop_service.domain.problem import Costs, Direction, Profile


class Day:
    """A random day: the plan is driven first, and the problem's limits are then set around it.

    So the plan is valid by construction and, with ``tight``, every limit is met exactly. Where
    ``is_metric``, no way over a third place is shorter than the direct one.
    """

    def __init__(self, seed, make_problem, make_plan, *, is_metric=False):
        self.is_metric = is_metric
        self.dice = random.Random(seed)
        self.make_problem = make_problem
        self.make_plan = make_plan
        self.tight = self.dice.random() < 0.5
        places = 2 + self.dice.randint(1, 8)
        self.loose = self.draft(places)
        self.routes, self.left_out = self.tours()
        driven = make_plan(self.loose, self.routes, unassigned=self.left_out)
        self.problem = self.set_limits(driven)
        self.plan = make_plan(self.problem, self.routes, unassigned=self.left_out)

    def draft(self, places):
        """A problem without limits."""
        dice = self.dice
        duration_s = np.array(
            [
                [0 if a == b else dice.randint(60, 3000) for b in range(places)]
                for a in range(places)
            ]
        )
        if self.is_metric:
            for via in range(places):
                np.minimum(
                    duration_s, duration_s[:, via, None] + duration_s[None, via, :], out=duration_s
                )
        profiles = {
            name: Profile(duration_s * factor, duration_s * dice.randint(5, 20))
            for name, factor in (("van", 1), ("truck", 2))
        }
        depots = [{"id": "centre", "location": 0}, {"id": "station", "location": 1}]
        vehicles = []
        for _ in range(dice.randint(1, 4)):
            home = dice.choice(["centre", "station"])
            vehicles.append(
                {
                    "profile": dice.choice(["van", "truck"]),
                    "start_depot": home,
                    "end_depot": dice.choice([home, home, "centre"]),
                    "capacity": {"weight_kg": 1e6, "volume_m3": 1e6},
                    "shift_s": (0, 10**7),
                    "reload_s": dice.choice([0, 600, 1200]),
                    "max_trips": dice.randint(1, 3),
                    "tags": frozenset({"narrow_road"}),
                    "temperatures": frozenset({"ambient", "chilled"}),
                    "costs": Costs(
                        dice.uniform(0, 160), dice.uniform(0, 2), dice.uniform(0, 30), 40.0, 10**7
                    ),
                }
            )
        stops = [
            {"id": f"c{at}", "location": at, "service_s": dice.choice([0, 120, 300])}
            for at in range(2, places)
        ]
        return self.make_problem(
            range(places),
            profiles=profiles,
            depots=[depot | {"close_s": 10**7} for depot in depots],
            vehicles=vehicles,
            stops=stops,
        )

    def tours(self):
        """Deal the stops to trips, and orders to the stops; add the orders to the draft."""
        dice = self.dice
        stops = [stop.id for stop in self.loose.stops]
        dice.shuffle(stops)
        dealt = {vehicle.id: [[]] for vehicle in self.loose.vehicles}
        for stop in stops:
            vehicle = dice.choice(self.loose.vehicles)
            trips = dealt[vehicle.id]
            if trips[-1] and len(trips) < vehicle.max_trips and dice.random() < 0.4:
                trips.append([])
            trips[-1].append(stop)
        made, routes = [], {}
        for name, trips in dealt.items():
            if trips == [[]]:
                continue
            vehicle = self.loose.vehicle_by_id[name]
            routes[name] = []
            for number, trip in enumerate(trips):
                home = vehicle.end_depot if trip is trips[-1] else vehicle.start_depot
                names = self.orders_for(trip, vehicle.start_depot, home, made)
                calls = [(stop, names[stop], self.pause()) for stop in trip]
                routes[name].append({"calls": calls})
                if number == 0:
                    routes[name][0]["depart_s"] = dice.randint(18_000, 40_000)
                elif dice.random() < 0.5:
                    routes[name][number]["rests"] = [(dice.choice([600, 1800]), "driving")]
        left_out = []
        for _ in range(dice.randint(0, 2)):
            name = f"x{len(made)}"
            left_out.append(name)
            made.append({"id": name, "stop": stops[0], "drop_penalty": dice.uniform(1, 50)})
        whole = self.make_problem((0, 1), orders=made)
        self.loose = replace(self.loose, orders=whole.orders)
        return routes, left_out

    def orders_for(self, trip, start, home, made):
        """At least one order for each stop of a trip."""
        dice = self.dice
        names = {stop: [] for stop in trip}
        for at, stop in enumerate(trip):
            for _ in range(dice.randint(1, 2)):
                order = {
                    "id": f"o{len(made)}",
                    "stop": stop,
                    "load": {
                        "weight_kg": round(dice.uniform(0, 90), 2),
                        "volume_m3": round(dice.uniform(0, 1), 3),
                        "pieces": dice.randint(1, 9),
                    },
                    "service_s": dice.choice([0, 30, 60]),
                    "temperature": dice.choice(["ambient", "chilled"]),
                    "goods_class": dice.choice(["parcel", "grain", None]),
                }
                later = trip[at + 1 :]
                direction = dice.choice(
                    ["outbound", "inbound", "transfer"] if later else ["outbound", "inbound"]
                )
                order["direction"] = Direction(direction)
                order["depot"] = start if direction == "outbound" else home
                names[stop].append(order["id"])
                if direction == "transfer":
                    order["to_stop"] = dice.choice(later)
                    names[order["to_stop"]].append(order["id"])
                made.append(order)
        return names

    def pause(self):
        dice = self.dice
        options = {"wait_s": dice.choice([0, 0, 120])}
        if dice.random() < 0.3:
            options["rests"] = [(dice.choice([900, 1200]), "driving")]
        return options

    def set_limits(self, plan):
        """The draft with limits that the driven plan just keeps, or keeps with room to spare."""
        slack = 0 if self.tight else 500
        problem = self.loose
        starts = {visit.stop: visit.start_s for route in plan.routes for visit in route.visits}
        stops = tuple(
            replace(
                stop,
                time_windows_s=((0, 1), (starts[stop.id], starts[stop.id] + slack))
                if stop.id in starts and self.dice.random() < 0.6
                else (),
                required_tags=frozenset({"narrow_road"} if self.dice.random() < 0.3 else ()),
            )
            for stop in problem.stops
        )
        routes = {route.vehicle: route for route in plan.routes}
        vehicles = []
        for vehicle in problem.vehicles:
            route = routes.get(vehicle.id)
            if route is not None:
                peaks = {
                    unit: max(
                        load.get(unit, 0.0)
                        for trip in route.trips
                        for load in (
                            trip.load_at_start,
                            *(visit.load_after for visit in trip.stops),
                        )
                    )
                    for unit in ("weight_kg", "volume_m3")
                }
                out_s = route.return_s - route.depart_s
                overtime_s = min(self.dice.choice([0, 700]), out_s)
                vehicle = replace(
                    vehicle,
                    capacity={unit: peak + slack for unit, peak in peaks.items()},
                    shift_s=(route.depart_s, route.return_s - overtime_s + slack),
                    costs=replace(vehicle.costs, max_overtime_s=overtime_s),
                    max_trips=len(route.trips) if self.tight else vehicle.max_trips,
                    max_distance_m=route.distance_m + slack,
                    max_work_s=out_s + slack,
                )
            vehicles.append(vehicle)
        rules = replace(
            problem.rules,
            max_driving_day_s=max(route.driving_s for route in plan.routes) + slack,
            max_driving_s=max(self.stretches(plan)) + slack,
            rest_s=900,
            forbidden_mixes=(("farm_input_pesticide", "grain"),),
        )
        return replace(problem, stops=stops, vehicles=tuple(vehicles), rules=rules)

    def stretches(self, plan):
        """Seconds driven between rests of 900 s, from the plan's own times."""
        for route in plan.routes:
            driven_s = 0
            for trip in route.trips:
                for rest in trip.rests:
                    if rest.after_stop is None and rest.duration_s >= 900:
                        yield driven_s
                        driven_s = 0
                now = trip.depart_s
                for visit in trip.stops:
                    driven_s += visit.arrive_s - now
                    now = visit.depart_s
                    for rest in trip.rests:
                        if rest.after_stop == visit.stop:
                            now += rest.duration_s
                            yield driven_s
                            driven_s = 0
                driven_s += trip.return_s - now
            yield driven_s
