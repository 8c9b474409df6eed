import pytest

from coop_service.domain.records import VehicleSize
from coop_service.domain.road_import.tags import (
    CLASS_RULES,
    ROAD_KEYS,
    WayRule,
    is_barrier_shut,
    judge_way,
    parse_duration_s,
    parse_metres,
    parse_speed_kmh,
    parse_tonnes,
)


def rule(highway="secondary", **tags):
    found = judge_way({"highway": highway} | {key.replace("__", ":"): v for key, v in tags.items()})
    assert isinstance(found, WayRule)
    return found


@pytest.mark.parametrize(
    ("text", "kmh"),
    [
        ("60", 60.0),
        ("60 km/h", 60.0),
        ("30 mph", 48.28032),
        ("80;60", 60.0),
        ("walk", 5.0),
        ("none", None),
        ("signals", None),
        ("CN:urban", None),
        ("0", None),
        ("", None),
    ],
)
def test_a_posted_speed_is_read_in_its_unit(text, kmh):
    assert parse_speed_kmh(text) == (kmh if kmh is None else pytest.approx(kmh))


@pytest.mark.parametrize(
    ("text", "tonnes"),
    [
        ("3.5", 3.5),
        ("3,5 t", 3.5),
        ("3500 kg", 3.5),
        ("10000 lbs", 4.5359237),
        ("5 st", 4.5359237),
        ("none", None),
        ("default", None),
    ],
)
def test_a_weight_limit_is_read_in_its_unit(text, tonnes):
    assert parse_tonnes(text) == (tonnes if tonnes is None else pytest.approx(tonnes))


@pytest.mark.parametrize(
    ("text", "metres"),
    [
        ("2.2", 2.2),
        ("2.2 m", 2.2),
        ("220 cm", 2.2),
        ("7'", 2.1336),
        ("6'6\"", 1.9812),
        ("7 ft 2 in", 2.1844),
        ("below_default", None),
    ],
)
def test_a_width_is_read_in_its_unit(text, metres):
    assert parse_metres(text) == (metres if metres is None else pytest.approx(metres))


@pytest.mark.parametrize(
    ("text", "seconds"),
    [
        ("00:25", 1500),
        ("1:05:30", 3930),
        ("PT25M", 1500),
        ("PT1H", 3600),
        ("25", None),
        ("PT", None),
    ],
)
def test_the_time_of_a_ferry_is_read(text, seconds):
    assert parse_duration_s(text) == seconds


@pytest.mark.parametrize(
    ("tags", "one_way"),
    [
        ({}, 0),
        ({"oneway": "yes"}, 1),
        ({"oneway": "-1"}, -1),
        ({"oneway": "no"}, 0),
        ({"junction": "roundabout"}, 1),
        ({"junction": "roundabout", "oneway": "no"}, 0),
        ({"oneway": "yes", "oneway__motor_vehicle": "no"}, 0),
        ({"oneway": "reversible"}, 0),
    ],
)
def test_one_ways_are_those_posted_and_roundabouts(tags, one_way):
    assert rule(**tags).one_way == one_way


def test_a_motorway_is_one_way_unless_it_says_no():
    assert rule("motorway").one_way == 1
    assert rule("motorway", oneway="no").one_way == 0
    assert rule("motorway_link").one_way == 0
    assert not rule("motorway").takes_stops


@pytest.mark.parametrize(
    ("tags", "largest", "is_posted"),
    [
        ({}, VehicleSize.TRUCK, False),
        ({"maxweight": "10"}, VehicleSize.TRUCK, False),
        ({"maxweight": "3.5"}, VehicleSize.VAN, True),
        ({"maxweight": "2.5 t", "maxwidth": "2.2"}, VehicleSize.MICRO, True),
        ({"maxwidth": "1.8"}, VehicleSize.MICRO, True),
        ({"maxwidth": "2"}, VehicleSize.VAN, True),
        ({"maxheight": "2.5"}, VehicleSize.VAN, True),
        ({"maxheight": "below_default"}, VehicleSize.TRUCK, False),
        ({"hgv": "no"}, VehicleSize.VAN, True),
    ],
)
def test_limits_decide_the_largest_vehicle(tags, largest, is_posted):
    found = rule(**tags)
    assert (found.largest, found.is_limit_posted) == (largest, is_posted)


def test_a_road_number_tells_the_class_better_than_the_tag():
    assert rule(ref="S215").road_class == "S"
    assert rule(ref="X305;S215").road_class == "X"
    assert rule(ref="Jihe").road_class == rule().road_class == "X"


def test_what_is_not_posted_is_assumed_and_says_so():
    for highway, assumed in CLASS_RULES.items():
        found = rule(highway)
        assert (found.speed_kmh, found.is_speed_posted) == (assumed.speed_kmh, False)
        assert found.largest is assumed.largest
    posted = rule(maxspeed="40", maxspeed__forward="30")
    assert (posted.speed_kmh, posted.is_speed_posted) == (30.0, True)
    assert rule(maxspeed="140").speed_kmh == 120.0


@pytest.mark.parametrize(
    ("tags", "why"),
    [
        ({"highway": "footway"}, "not_for_cars"),
        ({"highway": "construction"}, "not_for_cars"),
        ({"highway": "residential", "access": "no"}, "access"),
        ({"highway": "residential", "access": "private"}, "access"),
        ({"highway": "residential", "motor_vehicle": "no"}, "access"),
        ({"highway": "service", "service": "driveway"}, "service"),
        ({"highway": "service", "area": "yes"}, "area"),
        ({"highway": "track", "tracktype": "grade5"}, "track"),
        ({"highway": "residential", "maxwidth": "1.2"}, "limit"),
        ({"route": "ferry"}, "ferry"),
        ({"route": "ferry", "motor_vehicle": "no"}, "access"),
        ({"route": "bus"}, None),
        ({"building": "yes"}, None),
    ],
)
def test_what_no_van_may_drive_is_left_out_and_says_why(tags, why):
    assert judge_way(tags) == why


def test_the_more_particular_access_tag_wins():
    assert isinstance(judge_way({"highway": "service", "access": "no", "goods": "yes"}), WayRule)
    assert judge_way({"highway": "service", "access": "yes", "motor_vehicle": "no"}) == "access"
    assert isinstance(judge_way({"highway": "service", "access": "destination"}), WayRule)


def test_a_ferry_that_takes_vehicles_is_a_road_with_a_time():
    found = judge_way({"route": "ferry", "motor_vehicle": "yes", "duration": "00:20"})
    assert isinstance(found, WayRule)
    assert (found.is_ferry, found.takes_stops, found.duration_s) == (True, False, 1200)


@pytest.mark.parametrize(
    ("tags", "is_shut"),
    [
        ({}, False),
        ({"barrier": "gate"}, False),
        ({"barrier": "gate", "access": "private"}, True),
        ({"barrier": "bollard"}, True),
        ({"barrier": "bollard", "motor_vehicle": "yes"}, False),
        ({"barrier": "kerb"}, False),
    ],
)
def test_bollards_and_private_gates_shut_a_road(tags, is_shut):
    assert is_barrier_shut(tags) is is_shut


def test_every_tag_that_is_looked_at_is_read_from_the_extract():
    asked = set()

    class Watched(dict):
        def get(self, key, default=None):
            asked.add(key)
            return super().get(key, default)

        def __contains__(self, key):
            asked.add(key)
            return super().__contains__(key)

    for highway in ("motorway", "track", "service"):
        judge_way(Watched(highway=highway))
    judge_way(Watched(route="ferry", motor_vehicle="yes"))
    assert asked == set(ROAD_KEYS)
