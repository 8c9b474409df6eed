import dataclasses

import pytest

from coop_service.domain.plan import Reason
from coop_service.domain.problem import NO_ROAD, Direction, Lunch, Profile, Rules
from coop_service.planning.why_not.alone import screen_orders


def only_reason(problem):
    screened = screen_orders(problem)
    assert screened.servable == ()
    (left_out,) = screened.impossible
    assert left_out.proved
    return left_out.reason, left_out.detail


def only_change(problem):
    """The change that is told for the only order, without its Chinese half."""
    (left_out,) = screen_orders(problem).impossible
    return None if left_out.cheapest_change is None else left_out.cheapest_change.split(" / ")[1]


def test_an_order_that_fits_is_left_to_the_planner(make_line, make_vehicle, make_order):
    problem = make_line([10], [make_vehicle()], [make_order("a", "s1", 100)])
    assert [order.id for order in screen_orders(problem).servable] == ["a"]


def test_too_heavy_for_every_van(make_line, make_vehicle, make_order):
    vans = [make_vehicle("small", capacity={"kg": 60}), make_vehicle("large")]
    reason, detail = only_reason(make_line([10], vans, [make_order("a", "s1", 130)]))
    assert reason is Reason.CAPACITY
    assert "kg 130 is 30 over the 100 of large" in detail


def test_a_tag_that_no_van_has(make_line, make_vehicle, make_order):
    problem = make_line(
        [10],
        [make_vehicle(tags=frozenset({"narrow_road"}))],
        [make_order("a", "s1")],
        s1={"required_tags": frozenset({"narrow_road", "tail_lift"})},
    )
    reason, detail = only_reason(problem)
    assert reason is Reason.TAGS
    assert "V1 does not have tail_lift" in detail


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


def test_produce_that_does_not_keep_until_the_centre(make_line, make_vehicle, make_order):
    order = make_order("a", "s1", direction=Direction.INBOUND, max_on_board_s=1500)
    problem = make_line([30], [make_vehicle()], [order])
    reason, detail = only_reason(problem)
    assert reason is Reason.ON_BOARD_TIME
    assert "30 min on board, 5 min over the limit" in detail
    assert only_change(problem) == "on board for up to 30 min"


def test_a_leg_that_is_longer_than_may_be_driven_at_a_stretch(make_line, make_vehicle, make_order):
    problem = make_line([60], [make_vehicle()], [make_order("a", "s1")])
    problem = dataclasses.replace(problem, rules=Rules(max_driving_s=3000, rest_s=600))
    reason, detail = only_reason(problem)
    assert reason is Reason.DRIVING_TIME
    assert "10 min longer" in detail
    assert only_change(problem) == "10 min more driving without a rest"


def test_a_lunch_that_makes_the_day_too_long_is_told_as_the_shift(
    make_line, make_vehicle, make_order
):
    van = make_vehicle(shift_s=(0, 5000))
    problem = make_line(
        [40], [van], [make_order("a", "s1")], s1={"time_windows_s": ((2400, 2500),)}
    )
    problem = dataclasses.replace(problem, rules=Rules(lunch=Lunch((2300, 3500), 900)))
    screened = screen_orders(problem)
    # another visit on the way might be a better place for the lunch, so that this is no proof
    assert [order.id for order in screened.servable] == ["a"]
    (reason,) = screened.doubtful
    assert (reason.reason, reason.proved) == (Reason.SHIFT, False)
    assert reason.cheapest_change == (
        "V1 的班次(和场站)延到 01:35 / V1 (and its depot) until 01:35"
    )


def test_a_transfer_between_stops_whose_windows_do_not_follow(make_line, make_vehicle, make_order):
    order = make_order("a", "s2", direction=Direction.TRANSFER, to_stop="s1")
    windows = {"s1": {"time_windows_s": ((0, 600),)}}
    assert only_reason(make_line([10, 40], [make_vehicle()], [order], **windows))[0] is (
        Reason.TIME_WINDOW
    )


def test_a_village_that_is_reached_over_another_one_is_left_to_the_planner(
    make_line, make_vehicle, make_order
):
    problem = make_line([10, 40], [make_vehicle()], [make_order("a", "s1"), make_order("b", "s2")])
    van = problem.profiles["van"]
    duration_s = van.duration_s.copy()
    duration_s[0, 2] = duration_s[2, 0] = NO_ROAD
    problem = dataclasses.replace(problem, profiles={"van": Profile(duration_s, van.distance_m)})
    assert screen_orders(problem).impossible == ()


@pytest.mark.parametrize(
    ("vehicle", "order", "stop", "change"),
    [
        ({}, {"kg": 130}, {}, "30 kg more on V1, or so much less of the order"),
        ({"max_distance_m": 50_000}, {}, {}, "10.0 km more range of V1"),
        ({"max_work_s": 3000}, {}, {}, "10 min more work time for V1"),
        ({"shift_s": (0, 3000)}, {}, {}, "V1 (and its depot) until 01:00"),
        ({}, {}, {"time_windows_s": ((0, 1200),)}, "s1 open until 00:30"),
        ({}, {}, {"required_tags": frozenset({"lift"})}, "lift on V1"),
        ({}, {"temperature": "frozen"}, {}, "V1 to hold frozen"),
        ({"shift_s": (0, 3000)}, {"kg": 130}, {}, None),
    ],
)
def test_the_cheapest_single_change_is_told(
    make_line, make_vehicle, make_order, vehicle, order, stop, change
):
    problem = make_line([30], [make_vehicle(**vehicle)], [make_order("a", "s1", **order)], s1=stop)
    assert only_change(problem) == change
