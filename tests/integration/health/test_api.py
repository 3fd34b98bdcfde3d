"""Checks and incidents over HTTP, and what strangers are told."""

import pytest

from tests.callers import signed_in


@pytest.mark.parametrize(("body", "field"), [
    ({"kind": "http"}, "target"), ({"kind": "heartbeat", "target": "x"}, "target"), ({"kind": "http", "target": "file:///etc"}, "target"),
    ({"kind": "http", "target": "https://a@example.com"}, "target"), ({"kind": "http", "target": "http://example.com:22/"}, "target"),
    ({"kind": "http", "target": "https://example.com", "method": "HEAD", "contains": "x"}, "contains"),
    ({"kind": "dynamodb", "target": "nothing"}, "target"), ({"kind": "queue", "target": "nothing"}, "target"),
    ({"kind": "gateway", "target": "gat_none"}, "target"), ({"kind": "http", "target": "https://example.com", "interval": 5}, "interval"),
    ({"kind": "http", "target": "https://example.com", "status": "up"}, "status")])  # fmt: skip
def test_what_makes_no_sense_is_refused_by_its_field(desk, body, field):
    answer = desk.ask("POST", "/v1/health/checks", {"name": "It"} | body)
    assert (answer.status, answer.body["errors"][0]["field"]) == (422, field)


def test_pausing_ends_the_incident_and_a_resumed_check_begins_anew(desk, site):
    check = desk.made(target=site.url, failures_to_open=1)
    site.mood["status"] = 500
    desk.run(0)
    [incident] = desk.ask("GET", "/v1/health/incidents").body["data"]
    answer = desk.ask("POST", f"/v1/health/incidents/{incident['id']}/acknowledge")
    assert (answer.body["status"], answer.body["acknowledged_by"]) == ("acknowledged", "stf_owner")
    assert desk.ask("POST", f"/v1/health/incidents/{incident['id']}/acknowledge").status == 409
    assert desk.ask("POST", f"/v1/health/checks/{check}/pause").body["status"] == "paused"
    assert desk.ask("POST", f"/v1/health/checks/{check}/pause").status == 409
    assert desk.ask("GET", f"/v1/health/incidents/{incident['id']}").body["resolution"] == "paused"
    desk.run(1)
    assert site.mood["asked"] == 1
    assert desk.ask("POST", f"/v1/health/checks/{check}/resume", at=desk.at(2).isoformat()).body["status"] == "unknown"
    desk.run(2)
    assert desk.check(check).status == "down"


def test_a_deleted_check_is_looked_at_no_more_and_comes_back_paused(desk, site):
    check = desk.made(target=site.url)
    assert desk.ask("DELETE", f"/v1/health/checks/{check}").status == 204
    desk.run(0)
    assert site.mood["asked"] == 0
    assert desk.ask("POST", f"/v1/health/checks/{check}/restore").body["status"] == "paused"


def test_the_heartbeat_of_a_schedule_of_ours_takes_no_beat_from_outside_and_is_not_deleted(desk):
    from functions.health.schedules import _made

    _made.clear()
    desk.run(0)
    check = desk.ask("GET", "/v1/health/checks").body["data"][0]["id"]
    assert desk.ask("POST", f"/v1/health/checks/{check}/beat").body["code"] == "no_heartbeat"
    assert desk.ask("DELETE", f"/v1/health/checks/{check}").body["code"] == "built_in"


def test_strangers_see_names_and_states_of_what_is_public_and_nothing_else(desk, site):
    desk.made(target=site.url, name="Inside")
    desk.made(target=site.url, name="Website", public=True)
    desk.run(0)
    answer = desk.ask("GET", "/v1/public/status", headers={})
    assert answer.body == {"status": "up", "data": [{"name": "Website", "status": "up"}]}
    assert answer.headers["Cache-Control"] == "public, max-age=30"


def test_the_wall_shows_every_check_by_name(desk, site):
    desk.made(target=site.url, name="B")
    desk.made(target=site.url, name="A")
    desk.run(0)
    tiles = [each for each in desk.ask("GET", "/v1/health/wall").body["data"] if each["kind"] == "http"]
    assert [(each["name"], each["status"], len(each["days"]), each["p50"] is not None) for each in tiles] == [
        ("A", "up", 90, True), ("B", "up", 90, True)]


def test_who_may_only_read_changes_nothing(desk, site):
    check = desk.made(target=site.url)
    for path in (f"/v1/health/checks/{check}/pause", f"/v1/health/checks/{check}/beat"):
        assert desk.ask("POST", path, headers=signed_in("viewer")).status == 403
