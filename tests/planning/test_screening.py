import dataclasses

import pytest

from coop_service.domain.plan import Reason
from coop_service.domain.problem import NO_ROAD, Direction, Profile
from coop_service.planning.screening import screen_orders


def only_reason(problem):
    screened = screen_orders(problem)
    assert screened.servable == ()
    (left_out,) = screened.impossible
    assert left_out.proved
    return left_out.reason, left_out.detail


def test_an_order_that_fits_is_left_to_the_planner(make_line, make_vehicle, make_order):
    problem = make_line([10], [make_vehicle()], [make_order("a", "s1", 100)])
    assert [order.id for order in screen_orders(problem).servable] == ["a"]


def test_too_heavy_for_every_van(make_line, make_vehicle, make_order):
    vans = [make_vehicle("small", capacity={"kg": 60}), make_vehicle("large")]
    reason, detail = only_reason(make_line([10], vans, [make_order("a", "s1", 130)]))
    assert reason is Reason.CAPACITY
    assert "kg 130 is 30 over the 100 of the best vehicle" in detail


def test_a_tag_that_no_van_has(make_line, make_vehicle, make_order):
    problem = make_line(
        [10],
        [make_vehicle(tags=frozenset({"narrow_road"}))],
        [make_order("a", "s1")],
        s1={"required_tags": frozenset({"narrow_road", "tail_lift"})},
    )
    reason, detail = only_reason(problem)
    assert reason is Reason.TAGS
    assert "required: tail_lift" in detail


def test_a_temperature_that_no_van_holds(make_line, make_vehicle, make_order):
    problem = make_line([10], [make_vehicle()], [make_order("a", "s1", temperature="frozen")])
    assert only_reason(problem)[0] is Reason.TEMPERATURE


def test_too_heavy_for_the_only_chilled_van_is_told_as_capacity(
    make_line, make_vehicle, make_order
):
    vans = [
        make_vehicle("dry"),
        make_vehicle("cold", capacity={"kg": 40}, temperatures=frozenset({"chilled"})),
    ]
    problem = make_line([10], vans, [make_order("a", "s1", 70, temperature="chilled")])
    reason, detail = only_reason(problem)
    assert reason is Reason.CAPACITY
    assert "30 over the 40" in detail


@pytest.mark.parametrize("leg", [(0, 1), (1, 0)])
@pytest.mark.parametrize("matrix", ["duration_s", "distance_m"])
def test_a_missing_road_in_either_matrix_and_direction(
    make_line, make_vehicle, make_order, leg, matrix
):
    problem = make_line([10], [make_vehicle()], [make_order("a", "s1")])
    van = problem.profiles["van"]
    arrays = {"duration_s": van.duration_s.copy(), "distance_m": van.distance_m.copy()}
    arrays[matrix][leg] = NO_ROAD
    problem = dataclasses.replace(problem, profiles={"van": Profile(**arrays)})
    assert only_reason(problem)[0] is Reason.NO_ROAD


def test_a_village_beyond_the_range(make_line, make_vehicle, make_order):
    problem = make_line([60], [make_vehicle(max_distance_m=100_000)], [make_order("a", "s1")])
    reason, detail = only_reason(problem)
    assert reason is Reason.RANGE
    assert "20.0 km over" in detail


def test_a_window_that_closes_before_the_first_van_can_be_there(
    make_line, make_vehicle, make_order
):
    problem = make_line(
        [30],
        [make_vehicle(shift_s=(7 * 3600, 17 * 3600))],
        [make_order("a", "s1")],
        s1={"time_windows_s": ((6 * 3600, 7 * 3600 + 1200),)},
    )
    reason, detail = only_reason(problem)
    assert reason is Reason.TIME_WINDOW
    assert "arrives at 07:30 at the earliest, closed since 07:20, 10 min late" in detail


def test_a_return_after_the_shift(make_line, make_vehicle, make_order):
    problem = make_line(
        [30],
        [make_vehicle(shift_s=(7 * 3600, 17 * 3600))],
        [make_order("a", "s1")],
        s1={"time_windows_s": ((16 * 3600 + 45 * 60, 18 * 3600),)},
    )
    reason, detail = only_reason(problem)
    assert reason is Reason.SHIFT
    assert "back at 17:15" in detail
    assert "15 min over" in detail


def test_more_work_than_allowed_in_a_day(make_line, make_vehicle, make_order):
    problem = make_line(
        [30], [make_vehicle(max_work_s=3600)], [make_order("a", "s1", service_s=90)]
    )
    reason, detail = only_reason(problem)
    assert reason is Reason.WORK_TIME
    assert "2 min over" in detail


def test_goods_of_a_depot_where_no_van_is_based(make_line, make_vehicle, make_order):
    problem = make_line(
        [10], [make_vehicle()], [make_order("a", "s1", direction=Direction.INBOUND)]
    )
    far = dataclasses.replace(problem.depots[0], id="station")
    problem = dataclasses.replace(
        problem,
        depots=(*problem.depots, far),
        orders=(dataclasses.replace(problem.orders[0], depot="station"),),
    )
    assert only_reason(problem)[0] is Reason.NO_ROAD


def test_without_vans_nothing_is_servable(make_line, make_order):
    screened = screen_orders(make_line([10], [], [make_order("a", "s1")]))
    assert [left_out.order for left_out in screened.impossible] == ["a"]
