import pytest


def keys(call, path="/orders"):
    return [order["key"] for order in call("GET", path).json["items"]]


def test_an_order_is_created_then_found_under_its_key(call, order):
    created = call("PUT", "/orders/a-1", order, role="dispatcher")
    assert created.status_code == 201
    found = call("GET", "/orders/a-1", role="manager").json
    assert found == created.json
    assert found["key"] == "a-1"
    assert found["weight_kg"] == 12.5
    assert found["temperature"] == "ambient"
    assert found["to_site"] is None


def test_sending_the_same_order_again_changes_nothing(call, order):
    call("PUT", "/orders/a-1", order)
    again = call("PUT", "/orders/a-1", order)
    assert again.status_code == 200
    bulk = call("POST", "/orders/bulk", {"orders": [order | {"key": "a-1"}]})
    assert bulk.json["orders"] == [{"key": "a-1", "outcome": "unchanged", "errors": []}]


def test_what_was_read_can_be_sent_back(call, order):
    sent = order | {
        "windows_s": [[28_800, 36_000], [50_400, 57_600]],
        "required_tags": ["narrow_road"],
        "drop_penalty_yuan": 30.5,
        "custom": {"note": "门卫代收", "n": [1, 2.5, None]},
        "direction": "transfer",
        "to_site": "D",
    }
    stored = call("PUT", "/orders/a-1", sent).json
    again = call("PUT", "/orders/a-1", stored)
    assert again.status_code == 200
    assert again.json == stored
    assert {name: stored[name] for name in sent} == sent


def test_every_fault_of_an_order_is_named_and_nothing_is_stored(call, order, faults):
    bad = order | {
        "date": "2019-12-31",
        "site": "nowhere",
        "depot": "A",
        "to_site": "D",
        "weight_kg": -1,
        "volume_m3": "0.2",
        "pieces": 1.5,
        "goods_class": "weapons",
        "temperature": "tropical",
        "windows_s": [[36_000, 28_800], [-1, 5]],
        "colour": "red",
        "key": "other",
    }
    response = call("PUT", "/orders/a-1", bad)
    assert response.status_code == 422
    assert faults(response) == {
        "/key": "differs_from_address",
        "/colour": "unknown_field",
        "/date": "out_of_range",
        "/site": "unknown_site",
        "/depot": "not_a_depot",
        "/to_site": "to_site_without_transfer",
        "/weight_kg": "out_of_range",
        "/volume_m3": "not_a_number",
        "/pieces": "not_whole",
        "/goods_class": "unknown_goods",
        "/temperature": "unknown_temperature",
        "/windows_s/0": "window_reversed",
        "/windows_s/1": "out_of_range",
    }
    assert keys(call) == []


def test_what_depends_on_an_unreadable_field_is_not_judged(call, order, faults):
    bad = order | {"direction": "sideways", "to_site": "D"}
    assert faults(call("PUT", "/orders/a-1", bad)) == {"/direction": "unknown_choice"}


def test_missing_fields_are_named(call, faults):
    named = faults(call("PUT", "/orders/a-1", {}))
    assert set(named.values()) == {"missing_field"}
    assert "/key" not in named
    assert {"/date", "/site", "/depot", "/goods_class"} <= named.keys()


@pytest.mark.parametrize("text", ['{"weight_kg": NaN}', '{"weight_kg": 1e999}', '{"a": -Infinity}'])
def test_numbers_that_are_not_finite_are_refused(call, text):
    response = call("PUT", "/orders/a-1", data=text, content_type="application/json")
    assert response.status_code == 400
    assert [fault["code"] for fault in response.json["errors"]] == ["not_finite"]


def test_one_bad_order_does_not_refuse_the_others(call, order):
    bad = order | {"key": "bad", "weight_kg": -1, "site": "nowhere"}
    orders = [order | {"key": "one"}, bad, order | {"key": "two"}]
    response = call("POST", "/orders/bulk", {"orders": orders})
    assert response.status_code == 200
    assert response.json["created"] == 2
    assert response.json["refused"] == 1
    assert [o["outcome"] for o in response.json["orders"]] == ["created", "refused", "created"]
    assert {fault["pointer"] for fault in response.json["orders"][1]["errors"]} == {
        "/orders/1/weight_kg",
        "/orders/1/site",
    }
    assert keys(call) == ["one", "two"]


def test_one_bad_order_refuses_all_where_strict(call, order, faults):
    orders = [order | {"key": "one"}, order | {"key": "two", "pieces": -1}, {"key": 3}]
    response = call("POST", "/orders/bulk?strict=true", {"orders": orders})
    assert response.status_code == 422
    named = faults(response)
    assert named["/orders/1/pieces"] == "out_of_range"
    assert named["/orders/2/key"] == "not_a_name"
    assert named["/orders/2/site"] == "missing_field"
    assert keys(call) == []


def test_bulk_tells_created_updated_and_unchanged_apart(call, order):
    first = [order | {"key": "same"}, order | {"key": "heavier"}]
    call("POST", "/orders/bulk", {"orders": first})
    second = [first[0], first[1] | {"weight_kg": 99}, order | {"key": "new"}]
    counts = call("POST", "/orders/bulk", {"orders": second}).json
    assert [o["outcome"] for o in counts["orders"]] == ["unchanged", "updated", "created"]
    assert call("GET", "/orders/heavier").json["weight_kg"] == 99


def test_a_key_twice_in_one_request_is_a_fault_of_the_second(call, order):
    orders = [order | {"key": "k"}, order | {"key": "k", "weight_kg": 1}]
    outcomes = call("POST", "/orders/bulk", {"orders": orders}).json["orders"]
    assert [o["outcome"] for o in outcomes] == ["created", "refused"]
    assert outcomes[1]["errors"][0]["pointer"] == "/orders/1/key"
    assert outcomes[1]["errors"][0]["code"] == "duplicate_key"
    assert call("GET", "/orders/k").json["weight_kg"] == 12.5


@pytest.mark.parametrize(
    ("document", "expected"),
    [
        ([], {"": "not_an_object"}),
        ({}, {"/orders": "missing_field"}),
        ({"orders": {}}, {"/orders": "not_a_list"}),
        ({"orders": [], "strict": True}, {"/strict": "unknown_field"}),
    ],
)
def test_a_bulk_document_of_another_form_is_refused(call, faults, document, expected):
    assert faults(call("POST", "/orders/bulk", document)) == expected


def test_an_item_that_is_no_object_is_refused_by_itself(call, order):
    outcomes = call("POST", "/orders/bulk", {"orders": [7, order | {"key": "one"}]}).json["orders"]
    assert [o["outcome"] for o in outcomes] == ["refused", "created"]
    assert outcomes[0]["key"] is None
    assert outcomes[0]["errors"][0]["pointer"] == "/orders/0"


def test_orders_are_filtered_and_paged(call, order):
    orders = [
        order | {"key": "1"},
        order | {"key": "2", "direction": "inbound"},
        order | {"key": "3", "date": "2026-10-16", "site": "B"},
        order | {"key": "4", "direction": "transfer", "to_site": "B"},
    ]
    call("POST", "/orders/bulk?strict=true", {"orders": orders})
    assert keys(call, "/orders?date=2026-10-15") == ["1", "2", "4"]
    assert keys(call, "/orders?direction=inbound") == ["2"]
    assert keys(call, "/orders?site=B") == ["4", "3"]
    page = call("GET", "/orders?offset=1&limit=2").json
    assert [o["key"] for o in page["items"]] == ["2", "4"]
    assert page["total"] == 4


def test_a_parameter_that_is_unknown_or_wrong_is_named(call, faults):
    response = call("GET", "/orders?day=1&date=tomorrow&limit=0")
    assert response.status_code == 422
    assert faults(response) == {
        "?day": "unknown_field",
        "?date": "not_a_date",
        "?limit": "out_of_range",
    }


def test_an_order_is_deleted_once(call, order):
    call("PUT", "/orders/a-1", order)
    assert call("DELETE", "/orders/a-1").status_code == 204
    gone = call("DELETE", "/orders/a-1")
    assert gone.status_code == 404
    assert gone.json["code"] == "unknown_order"
    assert call("GET", "/orders/a-1").status_code == 404


def test_a_key_that_no_address_could_hold_is_refused(call, order):
    orders = [order | {"key": "a/b"}, order | {"key": ".."}]
    outcomes = call("POST", "/orders/bulk", {"orders": orders}).json["orders"]
    assert [o["errors"][0]["code"] for o in outcomes] == ["bad_key", "bad_key"]
