def test_health_answers_without_a_key(app):
    response = app.test_client().get("/api/v1/health")
    assert response.status_code == 200
    assert response.json["status"] == "ok"
