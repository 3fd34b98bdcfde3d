"""Who may have what exported, who sees it, and how long its link works."""

import json
from datetime import timedelta
from urllib.parse import parse_qs, urlsplit

import pytest

from functions.exports.models import Export
from kernel import audit
from kernel.clock import frozen, parse, wall
from tests.callers import ask, signed_in
from tests.integration.exports.company import api, event, exported, request, requested, run, tenants

pytestmark = pytest.mark.usefixtures("aws")


def get(path, headers, **query):
    return ask(api, "GET", path, headers=headers, **query)


def test_an_export_is_accepted_and_says_where_it_is_and_what_it_is_not(owner):
    answer = request(owner, columns=["id"], filter={"status": "active"}, sort="name")
    assert (answer.status, answer.headers["Location"]) == (202, f"/v1/exports/{answer.body['id']}")
    told = {name: answer.body[name] for name in ("resource", "format", "columns", "filter", "sort", "language", "status", "snapshot")}
    assert told == {"resource": "tenants", "format": "csv", "columns": ["id"], "filter": {"status": "active"}, "sort": "name",
                    "language": "en", "status": "queued", "snapshot": False}


def test_the_same_request_with_a_key_makes_one_export(owner):
    twice = [request(owner | {"idempotency-key": "once"}) for _ in range(2)]
    assert [(each.status, each.headers["Location"]) for each in twice] == [(202, f"/v1/exports/{twice[0].body['id']}")] * 2
    assert (twice[1].status, twice[1].body["id"]) == (202, twice[0].body["id"])
    assert len(get("/v1/exports", owner).body["data"]) == 1


def test_the_log_says_what_was_asked_for(owner):
    id = requested(owner, columns=["id"], filter={"status": "active"})
    [entry] = [audit.Entry.load(item) for item in audit.timeline(id)]
    assert entry.facts()["actor"] == "stf_owner"
    assert json.loads(entry.data).items() >= {"resource": "tenants", "format": "csv", "columns": ["id"], "filter": {"status": "active"}}.items()
    assert get(f"/v1/exports/{id}/timeline", owner).body["data"][0]["type"] == "exports.requested"


def test_a_link_is_there_when_the_file_is_and_works_for_an_hour(owner):
    tenants(1)
    id = requested(owner)
    assert (get(f"/v1/exports/{id}", owner).body["url"], get(f"/v1/exports/{id}", owner).body["progress"]) == (None, 0)
    assert run(event(id)) == []
    body = get(f"/v1/exports/{id}", owner).body
    query = parse_qs(urlsplit(body["url"]).query)
    assert (query["X-Amz-Expires"], body["status"], body["rows"]) == (["3600"], "done", 1)
    assert query["response-content-disposition"] == [f'attachment; filename="tenants-{wall():%Y-%m-%d}.csv"']
    assert timedelta(minutes=59) < parse(body["url_expires_at"]) - wall() <= timedelta(hours=1)
    assert "url" not in get("/v1/exports", owner).body["data"][0]


def test_a_link_never_outlives_the_file(owner):
    tenants(1)
    export = exported(owner)
    with frozen(export.expires_at - timedelta(minutes=5)):
        body = get(f"/v1/exports/{export.id}", owner).body
    assert parse_qs(urlsplit(body["url"]).query)["X-Amz-Expires"] == ["300"]
    with frozen(export.expires_at + timedelta(seconds=1)):
        assert get(f"/v1/exports/{export.id}", owner).body["url"] is None


def test_another_s_export_does_not_exist(owner):
    viewer, support = signed_in("viewer"), signed_in("support")
    id = requested(viewer)
    assert [each["id"] for each in get("/v1/exports", viewer).body["data"]] == [id]
    assert get("/v1/exports", support).body["data"] == []
    assert get("/v1/exports", support, requested_by="stf_viewer").body["data"] == []
    for method, path in (("GET", ""), ("GET", "/timeline"), ("DELETE", "")):
        assert ask(api, method, f"/v1/exports/{id}{path}", headers=support).status == 404
    assert get(f"/v1/exports/{id}", owner).status == 200  # who may do everything sees everything
    assert len(get("/v1/exports", owner).body["data"]) == 1
    assert ask(api, "DELETE", f"/v1/exports/{id}", headers=viewer).status == 204
    assert get(f"/v1/exports/{id}", viewer).status == 404
    assert Export.find(id).deleted_at is not None


def test_who_may_not_read_may_not_export(monkeypatch):
    monkeypatch.setitem(__import__("kernel.access", fromlist=["ROLES"]).ROLES, "clerk", {"plans.read", "exports.read"})
    clerk = signed_in("clerk")
    assert request(clerk, "tenants").status == 403
    assert request(clerk, "plans").status == 202


def test_nobody_exports_without_signing_in():
    assert request({}).status == 401


@pytest.mark.parametrize("path", ["/v1/exports/exp_nope", "/v1/exports/exp_nope/timeline"])
def test_an_unknown_export_is_not_found(owner, path):
    assert get(path, owner).status == 404
