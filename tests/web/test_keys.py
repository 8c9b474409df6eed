def test_a_new_key_opens_what_its_role_may_and_is_shown_once(app, call):
    made = call("POST", "/keys", {"name": "调度室", "role": "dispatcher"})
    assert made.status_code == 201
    token = made.json["token"]
    assert token.startswith(f"coop_{made.json['key']['prefix']}_")
    client, headers = app.test_client(), {"Authorization": f"Bearer {token}"}
    assert client.get("/api/v1/sites", headers=headers).status_code == 200
    assert client.get("/api/v1/keys", headers=headers).status_code == 403
    listed = call("GET", "/keys")
    assert token.split("_", 2)[2] not in listed.text
    assert "digest" not in listed.text
    assert made.json["key"]["id"] in [key["id"] for key in listed.json["items"]]


def test_a_revoked_key_opens_nothing_and_stays_listed(app, call):
    made = call("POST", "/keys", {"name": "x", "role": "planner"}).json
    revoked = call("DELETE", f"/keys/{made['key']['id']}")
    assert revoked.json["revoked_at"] is not None
    headers = {"Authorization": f"Bearer {made['token']}"}
    assert app.test_client().get("/api/v1/sites", headers=headers).status_code == 401
    assert made["key"]["id"] in [key["id"] for key in call("GET", "/keys").json["items"]]


def test_faults_of_a_key_are_named(call, faults):
    wanted = {"role": "king", "expires_at": "2026-01-01", "colour": 1}
    assert faults(call("POST", "/keys", wanted)) == {
        "/name": "missing_field",
        "/role": "unknown_choice",
        "/expires_at": "not_a_datetime",
        "/colour": "unknown_field",
    }
    past = {"name": "x", "role": "admin", "expires_at": "2001-01-01T00:00:00+08:00"}
    assert faults(call("POST", "/keys", past)) == {"/expires_at": "out_of_range"}
    far = past | {"expires_at": "9999-12-31T23:59:59-12:00"}
    assert faults(call("POST", "/keys", far)) == {"/expires_at": "out_of_range"}


def test_another_countys_key_is_not_revoked(call):
    made = call("POST", "/keys", {"name": "x", "role": "planner"}, county="210002").json
    response = call("DELETE", f"/keys/{made['key']['id']}", county="210001")
    assert response.status_code == 404
