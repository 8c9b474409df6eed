import pytest


@pytest.fixture
def booked(call, order):
    orders = [
        order | {"key": "1", "weight_kg": 10.1},
        order | {"key": "2", "weight_kg": 20.2, "site": "B"},
        order | {"key": "3", "direction": "inbound", "pieces": 7},
        order | {"key": "4", "date": "2026-10-17"},
    ]
    assert call("POST", "/orders/bulk?strict=true", {"orders": orders}).status_code == 200


@pytest.mark.usefixtures("booked")
def test_a_day_is_counted_and_summed_each_way(call):
    assert call("GET", "/days/2026-10-15", role="manager").json == {
        "date": "2026-10-15",
        "orders": 3,
        "synthetic_orders": 0,
        "sites": 2,
        "plans": 0,
        "directions": [
            {
                "direction": "outbound",
                "orders": 2,
                "weight_kg": 30.3,
                "volume_m3": 0.4,
                "pieces": 6,
            },
            {
                "direction": "inbound",
                "orders": 1,
                "weight_kg": 12.5,
                "volume_m3": 0.2,
                "pieces": 7,
            },
        ],
    }


@pytest.mark.usefixtures("booked")
def test_days_are_listed_in_order_and_between_two_dates(call):
    days = call("GET", "/days").json
    assert [day["date"] for day in days["items"]] == ["2026-10-15", "2026-10-17"]
    assert days["total"] == 2
    later = call("GET", "/days?first=2026-10-16&last=2026-10-31").json
    assert [day["date"] for day in later["items"]] == ["2026-10-17"]


def test_a_day_without_orders_is_not_found(call):
    response = call("GET", "/days/2026-10-15")
    assert response.status_code == 404
    assert response.json["code"] == "unknown_day"


@pytest.mark.parametrize("date", ["tomorrow", "2026-02-30", "20261015"])
def test_a_date_that_is_none_is_a_fault(call, faults, date):
    assert faults(call("GET", f"/days/{date}")) == {"/date": "not_a_date"}


def test_a_demo_day_is_made_and_made_again(call):
    first = call("POST", "/days/2026-10-15/demo", role="dispatcher")
    assert first.status_code == 200
    assert first.json["orders"] > 0
    assert first.json["synthetic_orders"] == first.json["orders"]
    orders = call("GET", "/orders?limit=1000").json
    call("POST", "/days/2026-10-15/demo?seed=2")
    assert call("GET", "/orders?limit=1000").json != orders
    again = call("POST", "/days/2026-10-15/demo?seed=1")
    assert again.json == first.json
    assert call("GET", "/orders?limit=1000").json == orders


def test_the_orders_of_a_demo_day_could_have_been_sent(call):
    call("POST", "/days/2026-10-15/demo")
    orders = call("GET", "/orders?limit=1000").json["items"]
    answer = call("POST", "/orders/bulk?strict=true", {"orders": orders}).json
    assert answer["unchanged"] == len(orders) > 0


@pytest.mark.usefixtures("booked")
def test_a_demo_is_not_mixed_with_real_orders(call):
    response = call("POST", "/days/2026-10-15/demo")
    assert response.status_code == 409
    assert response.json["code"] == "day_has_orders"
    assert call("GET", "/days/2026-10-15").json["orders"] == 3


def test_a_demo_outside_the_dates_of_the_service_is_refused(call, faults):
    assert faults(call("POST", "/days/2019-01-01/demo")) == {"/date": "out_of_range"}
    assert faults(call("POST", "/days/2026-10-15/demo?seed=-1")) == {"?seed": "out_of_range"}
