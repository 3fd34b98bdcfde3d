"""Members of staff are changed by who may, at once, and one owner always remains."""

from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from threading import Lock

import pytest
from botocore.client import BaseClient

from functions.plans.api import handler as plans
from functions.staff import holders, members
from functions.staff.models import Role, Staff, StaffUpdate
from functions.staff.service import create
from kernel import dynamodb
from kernel.audit import Actor
from kernel.problems import Problem
from tests.integration.staff.asking import PASSWORD, login, reads
from tests.integration.staff.people import SYSTEM, owners, person

pytestmark = pytest.mark.usefixtures("pool")
PLAN = {"name": "Pro"}
VERBS = (("PATCH", "", {"role": "viewer"}), ("POST", "/disable", None), ("DELETE", "", None))


def test_another_role_counts_at_the_next_request_although_the_token_lives():
    owner, other = person(), person("admin")
    assert other.ask("POST", "/v1/plans", PLAN, api=plans).status == 201
    changed = owner.ask("PATCH", f"/v1/staff/{other.id}", {"role": "viewer", "name": "Bob"})
    assert (changed.status, changed.body["role"], changed.body["name"], changed.headers["ETag"]) == (200, "viewer", "Bob", '"2"')
    assert other.ask("POST", "/v1/plans", PLAN, api=plans).status == 403
    assert other.ask("GET", "/v1/plans", api=plans).status == 200


def test_who_is_disabled_or_deleted_is_out_at_once_and_comes_back():
    owner, other = person(), person("admin")
    for there, back in (("disable", "enable"), ("", "restore")):
        out = owner.ask("POST", f"/v1/staff/{other.id}/{there}") if there else owner.ask("DELETE", f"/v1/staff/{other.id}")
        assert out.status in (200, 204)
        assert other.ask("GET", "/v1/plans", api=plans).status == 401
        assert owner.ask("POST", f"/v1/staff/{other.id}/{back}").status == 200
        assert other.ask("GET", "/v1/plans", api=plans).status == 200
    entries = owner.ask("GET", f"/v1/staff/{other.id}/timeline").body["data"]
    assert [each["type"] for each in entries] == ["staff.created", "staff.disabled", "staff.enabled", "staff.deleted", "staff.restored"]


@pytest.mark.parametrize(("method", "tail", "body"), VERBS)
def test_the_last_active_owner_stays_one(method, tail, body):
    owner, other = person(), person()
    assert owner.ask("POST", f"/v1/staff/{other.id}/disable").status == 200
    refused = owner.ask(method, f"/v1/staff/{owner.id}{tail}", body)
    assert (refused.status, refused.body["code"]) == (409, "last_owner")
    assert owner.ask("GET", "/v1/me").body["role"] == "owner"
    assert owner.ask("POST", f"/v1/staff/{other.id}/enable").status == 200
    assert owner.ask(method, f"/v1/staff/{owner.id}{tail}", body).status in (200, 204)
    assert owners() == {other.id}


def _one_call_at_a_time(monkeypatch):
    """moto is not safe for threads. The two still race, but from call to call, as callers of DynamoDB do."""
    call, lock = BaseClient._make_api_call, Lock()

    def locked(self, operation, parameters):
        with lock:
            return call(self, operation, parameters)

    monkeypatch.setattr(BaseClient, "_make_api_call", locked)


def test_two_owners_who_demote_each_other_at_once_leave_one_owner_two_hundred_times(monkeypatch):
    _one_call_at_a_time(monkeypatch)
    first, second = person(), person()
    principal = first.principal

    def demote(id):
        try:
            members.update(id, StaffUpdate(role=Role.ADMIN), principal, actor=SYSTEM, at=datetime.now(UTC))
        except Problem as problem:
            return problem.code
        return "done"

    with ThreadPoolExecutor(2) as threads:
        for _ in range(200):
            told = sorted(threads.map(demote, (first.id, second.id)))
            roles = {id: Staff.fetch(id).role for id in (first.id, second.id)}
            assert owners() == {id for id, role in roles.items() if role == Role.OWNER}
            assert len(owners()) == 1, told
            assert told[0] == "done"
            [demoted] = [id for id, role in roles.items() if role != Role.OWNER]
            members.update(demoted, StaffUpdate(role=Role.OWNER), principal, actor=SYSTEM, at=datetime.now(UTC))


def test_an_owner_of_a_time_before_the_set_was_kept_is_counted_once_somebody_looks():
    owner = person()
    dynamodb.client().delete_item(TableName="principals", Key=dynamodb.key("owners"))
    assert owner.ask("POST", f"/v1/staff/{owner.id}/disable").body["code"] == "last_owner"
    other = person()
    assert owners() == {other.id}
    holders.counted(Staff.fetch(owner.id))
    holders.counted(person("admin").staff)
    assert owners() == {owner.id, other.id}
    assert owner.ask("POST", f"/v1/staff/{other.id}/disable").status == 200


@pytest.mark.parametrize(("method", "tail", "body"), [*VERBS, ("POST", "/enable", None), ("POST", "/restore", None)])
def test_only_an_owner_touches_an_owner(method, tail, body):
    owner, other, admin = person(), person(), person("admin")
    if tail in ("/enable", "/restore"):
        prepared = ("POST", "/disable") if tail == "/enable" else ("DELETE", "")
        assert owner.ask(prepared[0], f"/v1/staff/{other.id}{prepared[1]}").status < 300
    refused = admin.ask(method, f"/v1/staff/{other.id}{tail}", body)
    assert (refused.status, refused.body["code"]) == (403, "owners_only")
    assert owner.ask(method, f"/v1/staff/{other.id}{tail}", body).status < 300


def test_only_an_owner_makes_an_owner():
    person()
    admin, other = person("admin"), person("viewer")
    for ask in (("PATCH", f"/v1/staff/{other.id}", {"role": "owner"}), ("PATCH", f"/v1/staff/{admin.id}", {"role": "owner"}),
                ("POST", "/v1/staff/invitations", {"name": "B", "email": "b@example.test", "role": "owner"})):
        assert admin.ask(*ask).body["code"] == "owners_only"


def test_who_is_a_member_is_not_made_one_twice():
    ada = person()
    for email, subject in ((ada.staff.email.upper(), "another"), ("other@example.test", ada.staff.subject)):
        with pytest.raises(Problem) as refused:
            create(name="B", email=email, role=Role.VIEWER, subject=subject, actor=Actor(id="system"), at=datetime.now(UTC))
        assert refused.value.code == "already_member"


def test_what_cannot_be_done_is_refused_and_says_why():
    owner, other = person(), person("viewer")
    path = f"/v1/staff/{other.id}"
    assert owner.ask("POST", f"{path}/enable").body["code"] == "already_enabled"
    assert owner.ask("POST", f"{path}/disable").status == 200
    assert owner.ask("POST", f"{path}/disable").body["code"] == "already_disabled"
    assert owner.ask("POST", f"{path}/restore").status == 409
    assert owner.ask("PATCH", path, {"role": "nobody"}).body["errors"][0]["field"] == "role"
    assert owner.ask("PATCH", path, {"role": "rol_01KG9CPJ00Z3CTVKTZZX3PQN7M"}).status == 422
    assert owner.ask("PATCH", path, {}).status == 400
    for field in ("email", "status", "subject", "permissions", "version"):
        assert owner.ask("PATCH", path, {field: "x"}).status == 422
    assert owner.ask("PATCH", path, {"name": "B"}, headers={"if-match": '"1"'}).status == 412
    assert owner.ask("PATCH", "/v1/staff/stf_01KG9CPJ00Z3CTVKTZZX3PQN7M", {"name": "B"}).status == 404


def test_several_are_disabled_at_once_and_the_last_owner_is_not_among_them():
    owner, others = person(), [person("viewer"), person("admin")]
    ids = [owner.id, *(each.id for each in others)]
    answer = owner.ask("POST", "/v1/staff/bulk", {"action": "disable", "ids": ids})
    assert [each["status"] for each in answer.body["data"]] == [409, 200, 200]


@pytest.mark.parametrize(("out", "back"), [(("POST", "/disable"), "/enable"), (("DELETE", ""), "/restore")])
def test_sessions_of_before_open_nothing_for_who_comes_back(pool, out, back):
    owner, ada = person(), person("admin")
    pool.users[ada.staff.email] = (PASSWORD, ada.staff.subject)
    signed_in = login(ada.staff.email)
    assert (reads(signed_in), owner.ask(out[0], f"/v1/staff/{ada.id}{out[1]}").status < 300, reads(signed_in)) == (200, True, 401)
    assert owner.ask("POST", f"/v1/staff/{ada.id}{back}").status == 200
    assert (reads(signed_in), reads(login(ada.staff.email))) == (401, 200)
    ended = owner.ask("GET", "/v1/staff/sessions", staff_id=ada.id).body["data"]
    assert sorted(each["end_reason"] or "" for each in ended) == ["", "disabled"]
