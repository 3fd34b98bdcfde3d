"""Tenants over HTTP: signing up, changing, suspending, leaving."""

import json

import pytest

from functions.clocks.api import handler as clocks
from functions.tenants.api import handler
from functions.tenants.worker import handler as worker
from tests.callers import ask, signed_in

pytestmark = pytest.mark.usefixtures("aws")
ACME = {"name": "Acme", "email": "billing@acme.test"}


def call(owner, method, path="", body=None, **more):
    return ask(handler, method, f"/v1/tenants{path}", body, headers=owner | more.pop("headers", {}), **more)


@pytest.fixture
def tenant(owner):
    answer = call(owner, "POST", body=ACME | {"address": {"city": "Berlin", "country": "DE"}})
    assert answer.status == 201, answer.body
    return answer.body


@pytest.fixture
def active(tenant, sample, context):
    event = sample("tenants/worker-requested")
    message = json.loads(event["Records"][0]["body"])
    message["detail"]["subject"] = tenant["id"]
    event["Records"][0]["body"] = json.dumps(message)
    assert worker(event, context) == {"batchItemFailures": []}
    return tenant["id"]


def types(owner, id):
    return [entry["type"].partition(".")[2] for entry in call(owner, "GET", f"/{id}/timeline").body["data"]]


def test_a_new_tenant_is_requested_with_defaults(tenant):
    assert (tenant["status"], tenant["zone"], tenant["currency"], tenant["language"]) == ("requested", "UTC", "EUR", "en")
    assert tenant["vat_id_valid"] is False


def test_a_tenant_is_read_back_and_listed_by_state(tenant, owner):
    assert call(owner, "GET", f"/{tenant['id']}").body == tenant
    assert call(owner, "GET", status="requested,active").body["data"] == [tenant]
    assert call(owner, "GET", status="active").body["data"] == []


def test_a_tenant_is_found_by_any_of_its_tags(tenant, owner):
    tagged = call(owner, "PATCH", f"/{tenant['id']}", {"tags": ["eu", "early"]}).body
    other = call(owner, "POST", body=ACME | {"tags": ["us"]}).body
    found = [call(owner, "GET", **query).body["data"]
             for query in ({"tags": "early"}, {"tags__in": "us,vip"}, {"tags__ne": "eu"}, {"tags": "ear"})]
    assert found == [[tagged], [other], [other], []]
    assert call(owner, "GET", **{"tags.0": "eu"}).body["code"] == "unknown_filter"


def test_a_tenant_lives_from_request_to_offboarding(active, owner):
    assert call(owner, "GET", f"/{active}").body["status"] == "active"
    for command, body, status in (
        ("suspend", {"reason": "unpaid"}, "suspended"),
        ("resume", None, "active"),
        ("offboard", {"reason": "left"}, "offboarding"),
    ):
        answer = call(owner, "POST", f"/{active}/{command}", body)
        assert (answer.status, answer.body["status"]) == (200, status)
    assert types(owner, active) == ["requested", "provisioning_started", "activated", "suspended", "resumed", "offboarding_started"]


def test_a_command_that_the_state_does_not_allow_is_a_409_and_changes_nothing(active, owner):
    before = call(owner, "GET", f"/{active}").body
    answer = call(owner, "POST", f"/{active}/resume")
    assert (answer.status, answer.body["status_now"]) == (409, "active")
    assert call(owner, "GET", f"/{active}").body == before
    assert call(owner, "POST", f"/{active}/suspend", {"reason": "a"}).status == 200
    assert call(owner, "POST", f"/{active}/suspend", {"reason": "a"}).status == 409


def test_a_patch_changes_what_is_sent_and_merges_objects(tenant, owner):
    call(owner, "PATCH", f"/{tenant['id']}", {"extra": {"crm": "1", "tier": "gold"}})
    answer = call(
        owner, "PATCH", f"/{tenant['id']}", {"address": {"line1": "Lindenstr. 1"}, "extra": {"crm": None}, "phone": "+49 30 1234567"}
    )
    assert answer.status == 200, answer.body
    assert (answer.body["address"]["city"], answer.body["address"]["line1"], answer.body["phone"]) == (
        "Berlin",
        "Lindenstr. 1",
        "+49301234567",
    )
    assert answer.body["extra"] == {"tier": "gold"}
    assert call(owner, "PATCH", f"/{tenant['id']}", {"phone": None}).body["phone"] is None


def test_a_stale_version_is_a_412(tenant, owner):
    path = f"/{tenant['id']}"
    assert call(owner, "PATCH", path, {"name": "B"}, headers={"if-match": '"1"'}).status == 200
    assert call(owner, "PATCH", path, {"name": "C"}, headers={"if-match": '"1"'}).status == 412
    assert call(owner, "POST", path + "/offboard", {"reason": "x"}, headers={"if-match": '"1"'}).status == 412
    assert call(owner, "GET", path).body["name"] == "B"


BAD = [
    ({"name": ""}, "name"), ({"name": "x" * 121}, "name"), ({"name": 7}, "name"), ({"email": "nobody"}, "email"), ({"email": "a@b@c"}, "email"),
    ({"phone": "030 123"}, "phone"), ({"phone": "call me"}, "phone"), ({"zone": "Europe/Atlantis"}, "zone"), ({"zone": "../etc/passwd"}, "zone"),
    ({"zone": ""}, "zone"), ({"language": "deutsch"}, "language"), ({"vat_id": "DE1"}, "vat_id"), ({"address": {"country": "Germany"}}, "address.country"),
    ({"address": {"planet": "Mars"}}, "address.planet"), ({"address": []}, "address"), ({"colour": "red"}, "colour"), ({"status": "active"}, "status"),
    ({"vat_id_valid": True}, "vat_id_valid"), ({"extra": []}, "extra")]  # fmt: skip


@pytest.mark.parametrize(
    ("change", "field"),
    [*BAD, ({"currency": "XXQ"}, "currency"), ({"currency": "eur"}, "currency"), ({"clock_id": "clk_none"}, "clock_id")],
)
def test_a_bad_tenant_is_refused_and_the_field_named(owner, change, field):
    answer = call(owner, "POST", body=ACME | change)
    assert (answer.status, [error["field"] for error in answer.body["errors"]]) == (422, [field])
    assert call(owner, "GET").body["data"] == []


@pytest.mark.parametrize(("change", "field"), [
    *BAD, ({"currency": "USD"}, "currency"), ({"clock_id": "clk_1"}, "clock_id"), ({"name": None}, "name"), ({"email": None}, "email"),
    ({"zone": None}, "zone"), ({"language": None}, "language"), ({"address": None}, "address"), ({"extra": None}, "extra"),
    ({"address": {"city": None}}, "address.city")])  # fmt: skip
def test_a_bad_change_is_refused_and_the_field_named(tenant, owner, change, field):
    answer = call(owner, "PATCH", f"/{tenant['id']}", change)
    assert (answer.status, [error["field"] for error in answer.body["errors"]]) == (422, [field])
    assert call(owner, "GET", f"/{tenant['id']}").body == tenant


def test_an_empty_change_is_none(tenant, owner):
    answer = call(owner, "PATCH", f"/{tenant['id']}", {})
    assert (answer.status, answer.body["code"]) == (400, "empty_patch")
    assert types(owner, tenant["id"]) == ["requested"]


def test_a_vat_id_is_checked_against_the_address(owner):
    assert call(owner, "POST", body=ACME | {"vat_id": "DE136695976", "address": {"country": "DE"}}).body["vat_id_valid"] is True
    answer = call(owner, "POST", body=ACME | {"vat_id": "DE136695976", "address": {"country": "FR"}})
    assert answer.status == 422


def test_a_tenant_on_a_test_clock_lives_by_its_time(owner):
    clock = ask(clocks, "POST", "/v1/test-clocks", {"now": "2024-02-29T00:00:00Z"}, headers=owner).body
    tenant = call(owner, "POST", body=ACME | {"clock_id": clock["id"]}).body
    assert tenant["clock_id"] == clock["id"]
    call(owner, "PATCH", f"/{tenant['id']}", {"name": "B"})
    entries = call(owner, "GET", f"/{tenant['id']}/timeline").body["data"]
    assert {entry["effective_at"] for entry in entries} == {"2024-02-29T00:00:00.000000Z"}
    assert all(entry["recorded_at"] > "2026" for entry in entries)


def test_roles_decide(tenant):
    for role, read, write in (("viewer", 200, 403), ("developer", 200, 403), ("support", 200, 200), ("billing", 200, 200)):
        headers = signed_in(role)
        assert ask(handler, "GET", f"/v1/tenants/{tenant['id']}", headers=headers).status == read
        assert ask(handler, "PATCH", f"/v1/tenants/{tenant['id']}", {"name": role}, headers=headers).status == write
