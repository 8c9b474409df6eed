import pytest

from coop_service.planning.instance import COST_UNITS_PER_YUAN, Instance
from coop_service.planning.search import Group, Search, drop_costs
from coop_service.planning.units import MOST_DROP_YUAN, make_units
from coop_service.planning.visits import make_visit_tasks


@pytest.mark.parametrize("priority", [1, 10**10])
def test_leaving_a_mandatory_order_out_costs_more_than_all_else_and_still_fits(
    make_line, make_vehicle, make_order, priority
):
    orders = [
        make_order("urgent", "s1", priority=priority),
        make_order("droppable", "s2", drop_penalty=75.0),
    ]
    problem = make_line([10, 40], [make_vehicle()], orders)
    mandatory, droppable = drop_costs(
        make_units(Instance(problem, make_visit_tasks(problem, orders)))
    )
    assert droppable == 75 * COST_UNITS_PER_YUAN
    assert mandatory > droppable + (10 + 80) * COST_UNITS_PER_YUAN
    assert mandatory <= MOST_DROP_YUAN * COST_UNITS_PER_YUAN


def test_only_cheaper_and_allowed_routes_take_the_place_of_the_present_ones(
    make_line, make_vehicle, make_order
):
    orders = [make_order("a", "s1", 60), make_order("b", "s2", 60)]
    vans = [make_vehicle("V1"), make_vehicle("V2")]
    problem = make_line([10, 40], vans, orders)
    search = Search(make_units(Instance(problem, make_visit_tasks(problem, orders))))
    both = Group((0, 1), ((), ()), (0, 1))
    assert not search.keep_if_better(both, ((0, 1), ()))  # 120 kg in a van of 100
    assert not search.keep_if_better(both, None)
    assert search.keep_if_better(both, ((0,), ()))
    assert search.unserved == (1,)
    assert search.keep_if_better(search.whole, ((0,), (1,)))
    assert search.cost((0, 1), search.routes, (0, 1)) == (30 + 90) * COST_UNITS_PER_YUAN
    assert not search.keep_if_better(search.whole, ((1,), (0,)))
