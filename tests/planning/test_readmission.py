from coop_service.domain.verify import verify
from coop_service.planning.engines import ENGINES
from coop_service.planning.instance import Instance
from coop_service.planning.readmission import PlannedRoutes, readmit
from coop_service.planning.stop import MaxIterations
from coop_service.planning.visits import make_visit_tasks


def served(planned):
    return sorted(
        order.id
        for route in planned.routes
        for i in route
        for order in planned.instance.tasks[i].orders
    )


def test_an_order_joins_the_visit_to_its_stop(make_line, make_vehicle, make_order):
    orders = [make_order("there", "s1"), make_order("late", "s1")]
    problem = make_line([10], [make_vehicle()], orders)
    alone = make_visit_tasks(problem, orders[:1]) + make_visit_tasks(problem, orders[1:])
    planned = readmit(PlannedRoutes(Instance(problem, alone), ((0,),), problem.orders))
    assert served(planned) == ["late", "there"]
    assert len(planned.routes[0]) == 1


def test_an_order_opens_a_visit_in_its_cheapest_place(make_line, make_vehicle, make_order):
    orders = [make_order("a", "s1"), make_order("c", "s3"), make_order("b", "s2")]
    problem = make_line([10, 20, 30], [make_vehicle()], orders)
    instance = Instance(problem, make_visit_tasks(problem, orders))
    planned = readmit(PlannedRoutes(instance, ((0, 2),), problem.orders))
    assert [planned.instance.tasks[i].stop.id for i in planned.routes[0]] != ["s1", "s3"]
    assert served(planned) == ["a", "b", "c"]


def test_an_order_dearer_than_its_penalty_stays_out(make_line, make_vehicle, make_order):
    orders = [make_order("a", "s1"), make_order("far", "s2", drop_penalty=19.0)]
    problem = make_line([10, 20], [make_vehicle()], orders)
    instance = Instance(problem, make_visit_tasks(problem, orders))
    assert served(readmit(PlannedRoutes(instance, ((0,),), problem.orders))) == ["a"]


def test_a_stop_that_one_van_could_serve_whole_is_not_visited_twice(
    make_line, make_vehicle, make_order
):
    # the visiting van is full, the idle one could take the order, but that would split the stop
    orders = [make_order("a", "s1", 60), make_order("x", "s2", 40), make_order("b", "s1", 40)]
    vans = [make_vehicle("V1"), make_vehicle("V2")]
    problem = make_line([10, 20], vans, orders)
    tasks = make_visit_tasks(problem, orders[:2]) + make_visit_tasks(problem, orders[2:])
    planned = readmit(PlannedRoutes(Instance(problem, tasks), ((0, 1), ()), problem.orders))
    assert served(planned) == ["a", "x"]


def test_the_heavy_order_of_a_visit_does_not_keep_the_light_one_out(
    make_line, make_vehicle, make_order
):
    # both orders of s1 fit a van together, but not beside s2, which comes first
    orders = [
        make_order("first", "s2", 60, priority=9),
        make_order("heavy", "s1", 70),
        make_order("light", "s1", 30),
    ]
    problem = make_line([10, 20], [make_vehicle()], orders)
    plan = ENGINES["ortools"](problem, MaxIterations(1), seed=1)
    assert [left_out.order for left_out in plan.unassigned] == ["heavy"]
    assert verify(problem, plan).ok
