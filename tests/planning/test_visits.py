from coop_service.domain.problem import Direction
from coop_service.planning.visits import make_visit_tasks


def order_ids(tasks):
    return [sorted(order.id for order in task.orders) for task in tasks]


def test_all_orders_of_a_stop_are_one_visit(make_line, make_vehicle, make_order):
    orders = [
        make_order("down", "s1", 60),
        make_order("up", "s1", 100, direction=Direction.INBOUND),
        make_order("more", "s1", 40),
    ]
    tasks = make_visit_tasks(make_line([10], [make_vehicle()], orders), orders)
    assert order_ids(tasks) == [["down", "more", "up"]]


def test_a_stop_too_heavy_for_any_van_is_split_into_as_few_visits_as_possible(
    make_line, make_vehicle, make_order
):
    weights = {"a": 60, "b": 50, "c": 30, "d": 30, "e": 20, "f": 10}
    orders = [make_order(name, "s1", kg) for name, kg in weights.items()]
    tasks = make_visit_tasks(make_line([10], [make_vehicle()], orders), orders)
    assert len(tasks) == 2
    assert sorted(sum(order.load["kg"] for order in task.orders) for task in tasks) == [100, 100]


def test_exact_splitting_beats_first_fit(make_line, make_vehicle, make_order):
    # first fit in falling order: 44+40, 36+34+30, 33+31+27, 25;
    # but 44+31+25, 40+33+27 and 36+34+30 fill three vans exactly
    weights = [44, 40, 36, 34, 33, 31, 30, 27, 25]
    assert sum(weights) == 300
    orders = [make_order(f"o{kg}", "s1", kg) for kg in weights]
    tasks = make_visit_tasks(make_line([10], [make_vehicle()], orders), orders)
    assert sorted(o.load["kg"] for task in tasks for o in task.orders) == sorted(weights)
    assert all(sum(o.load["kg"] for o in task.orders) <= 100 for task in tasks)
    assert len(tasks) == 3


def test_orders_of_different_depots_or_temperatures_are_not_put_together(
    make_line, make_vehicle, make_order
):
    orders = [make_order("dry", "s1"), make_order("cold", "s1", temperature="chilled")]
    vehicles = [
        make_vehicle("dry van"),
        make_vehicle("cold van", temperatures=frozenset({"chilled"})),
    ]
    tasks = make_visit_tasks(make_line([10], vehicles, orders), orders)
    assert sorted(order_ids(tasks)) == [["cold"], ["dry"]]


def test_time_at_a_visit_is_the_stop_s_and_that_of_its_orders(make_line, make_vehicle, make_order):
    orders = [make_order("a", "s1", service_s=60), make_order("b", "s1", service_s=30)]
    problem = make_line([10], [make_vehicle()], orders, s1={"service_s": 240})
    assert make_visit_tasks(problem, orders)[0].service_s == 330
