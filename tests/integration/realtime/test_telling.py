"""Who is told of what: those whose session goes on and who may read it, as of now, whatever becomes of the others."""

import json
from datetime import timedelta

import pytest

from functions.realtime import fanout
from functions.realtime.worker import handler
from kernel import access, dynamodb
from kernel.clock import frozen, wall
from tests.callers import signed_in
from tests.integration.kernel.feature import parked
from tests.integration.kernel.things import everything, hooked, recorded
from tests.integration.realtime.support import INVOICE, PLAN, TENANT, deliver, missed, opened, role_of, session_ended, sockets, told

DONE = {"batchItemFailures": []}


def an_old(opened_socket):
    """Opened a minute ago, so that the gateway must know it."""
    [item] = [each for each in everything("realtime") if each["sk"]["S"] == opened_socket]
    dynamodb.client().put_item(TableName="realtime", Item=item | {"opened_at": {"S": "2026-01-01T00:00:00.000000Z"}})
    return opened_socket


def test_a_change_is_told_in_five_facts_and_nothing_else(gateway):
    opened("owner")
    assert deliver(told(name="Secret", email="a@example.test", version=7)) == DONE
    [frame] = gateway.told["c-owner"]
    assert set(frame) == {"frame", "data", "cursor"} and frame["frame"] == "changes"
    assert frame["data"] == [{"type": "plans.updated", "resource": "plans", "id": PLAN, "version": 7, "actor": "stf_1"}]


def test_what_comes_together_is_told_in_one_frame(gateway):
    opened("owner")
    deliver(told(version=1), told("invoices.paid", INVOICE, version=2))
    assert len(gateway.told["c-owner"]) == 1
    assert gateway.heard("c-owner") == [("plans.updated", PLAN, 1), ("invoices.paid", INVOICE, 2)]


def test_who_may_not_read_it_hears_nothing(gateway):
    dynamodb.client().put_item(TableName="principals", Item=dynamodb.key(access.CUSTOM) | {"planner": {"SS": ["plans.read"]}})
    for role in ("owner", "planner", "nobody"):
        opened(role)
    deliver(told(), told("invoices.paid", INVOICE))
    assert [len(gateway.heard(f"c-{role}")) for role in ("owner", "planner", "nobody")] == [2, 1, 0]
    assert gateway.heard("c-planner") == [("plans.updated", PLAN, 1)]
    assert sockets() == ["c-nobody", "c-owner", "c-planner"]


def test_a_role_that_was_taken_away_counts_at_once(gateway):
    opened("billing")
    deliver(told(version=1))
    role_of("billing", "a role that is gone")
    deliver(told(version=2))
    role_of("billing", "viewer")
    deliver(told(version=3))
    assert [version for *_, version in gateway.heard("c-billing")] == [1, 3]


@pytest.mark.parametrize("ended", ["session", "account"])
def test_the_sockets_of_a_session_that_has_ended_are_closed_and_told_nothing(gateway, ended):
    opened("owner")
    opened("viewer")
    session_ended("viewer") if ended == "session" else role_of("viewer", "viewer", active=False)
    deliver(told("staff.session_revoked", "ses_01KGABCDEFGHJKMNPQRSTVWXYZ", staff_id="stf_viewer"))
    assert (gateway.closed, sockets()) == (["c-viewer"], ["c-owner"])
    assert "c-viewer" not in gateway.told


def test_what_is_somebodys_own_is_told_to_them_and_to_who_may_see_others(gateway):
    for role in ("owner", "viewer", "support"):
        opened(role)
    deliver(told("staff.signed_in", "ses_01KGABCDEFGHJKMNPQRSTVWXYZ", actor="system", staff_id="stf_viewer"))
    deliver(told("exports.completed", "exp_01KGABCDEFGHJKMNPQRSTVWXYZ", actor="system:exports", requested_by="stf_viewer"))
    assert [len(gateway.heard(f"c-{role}")) for role in ("owner", "viewer", "support")] == [2, 2, 0]
    deliver(told("staff.view_saved", "viw_01KGABCDEFGHJKMNPQRSTVWXYZ", actor="stf_support"))
    assert [len(gateway.heard(f"c-{role}")) for role in ("owner", "viewer", "support")] == [2, 2, 1]


def test_what_has_no_list_is_not_told(gateway):
    opened("owner")
    with recorded() as calls:
        deliver(told("payments.webhook_received", "gev_01KGABCDEFGHJKMNPQRSTVWXYZ"), told("access.denied", "denied:stf_1"))
    assert (gateway.told, calls) == ({}, [])


def test_a_socket_that_is_gone_is_forgotten(gateway):
    opened("owner")
    an_old(opened("viewer"))
    gateway.answers["c-viewer"] = 410
    assert deliver(told()) == DONE
    assert (sockets(), gateway.closed, len(gateway.told["c-owner"])) == (["c-owner"], [], 1)


def test_a_socket_that_is_only_just_opening_is_not_taken_for_gone(gateway):
    opened("owner")
    gateway.answers["c-owner"] = 410
    deliver(told())
    assert sockets() == ["c-owner"]
    gateway.answers.clear()
    deliver(told(version=2))
    assert gateway.heard("c-owner") == [("plans.updated", PLAN, 2)]


@pytest.mark.parametrize("status", [400, 403, 429, 500, 503])
def test_one_who_cannot_be_told_is_cut_off_and_finds_it_afterwards_and_nobody_else_notices(gateway, status):
    opened("owner")
    opened("viewer")
    gateway.answers["c-viewer"] = status
    assert deliver(told()) == DONE
    assert (sockets(), gateway.closed, len(gateway.told["c-owner"])) == (["c-owner"], ["c-viewer"], 1)
    start = (wall() - timedelta(minutes=1)).strftime("%Y-%m-%dT%H:%M:%S.000000Z")
    assert [each["id"] for each in missed(signed_in("viewer"), after=start).body["data"]] == [PLAN]


def test_a_slow_one_holds_up_nobody(gateway):
    opened("owner")
    for n in range(40):
        opened("viewer", f"v-{n}")
    gateway.slow["c-owner"] = 1.5
    assert deliver(told()) == DONE
    assert len(gateway.told) == 41
    assert list(gateway.told)[-1] == "c-owner"


def test_who_comes_after_all_patience_is_cut_off_so_that_the_worker_ends_in_time(gateway, monkeypatch):
    monkeypatch.setattr(fanout, "PATIENCE", -1)
    opened("owner")
    assert deliver(told()) == DONE
    assert (gateway.told, gateway.closed, sockets()) == ({}, ["c-owner"], [])


def test_the_sessions_of_many_are_looked_up_in_as_few_calls_as_there_can_be(gateway):
    for n in range(60):
        signed_in(f"r{n}")
        role_of(f"r{n}", "viewer")
        opened_for(f"r{n}")
    with recorded() as calls:
        deliver(told())
    assert [name for name, _ in calls].count("BatchGetItem") == 2
    assert len(gateway.told) == 60


def opened_for(role):
    """As `opened`, for whom has another role than their name says."""
    socket = dynamodb.key("open#", f"c-{role}") | {
        "session": {"S": f"session#origin-subject-{role}"}, "subject": {"S": f"subject-{role}"}, "opened_at": {"S": "2026-01-01T00:00:00.000000Z"}}
    dynamodb.client().put_item(TableName="realtime", Item=socket)


def test_nobody_there_costs_two_calls(gateway):
    with recorded() as calls:
        deliver(*(told(version=n) for n in range(10)))
    assert [name for name, _ in calls] == ["PutItem", "Query"]


def test_a_message_that_comes_again_says_the_same_and_a_list_of_it_says_it_once(gateway):
    opened("owner")
    for _ in range(2):
        deliver(told())
    first, second = gateway.told["c-owner"]
    assert first["data"] == second["data"]
    start = (wall() - timedelta(minutes=1)).strftime("%Y-%m-%dT%H:%M:%S.000000Z")
    assert missed(signed_in("owner"), after=start).body["data"] == first["data"]


class Killed(BaseException):
    """The function is gone: no code of ours runs any more."""


@pytest.mark.parametrize("when", ["before", "after"])
@pytest.mark.parametrize("fatal", range(3))
def test_killed_at_any_call_the_message_that_comes_again_is_told(gateway, when, fatal):
    opened("owner")
    count, begun = iter(range(100)), wall()

    def kill(**_):
        if next(count) == fatal:
            raise Killed

    with hooked(f"{when}-call.dynamodb", kill), pytest.raises(Killed):
        deliver(told())
    assert sockets() == ["c-owner"]
    deliver(told())
    assert set(gateway.heard("c-owner")) == {("plans.updated", PLAN, 1)}
    with frozen(begun + timedelta(seconds=5)):
        assert [each["id"] for each in missed(signed_in("owner"), after=begun.strftime("%Y-%m-%dT%H:%M:%S.%fZ")).body["data"]] == [PLAN]


def test_what_cannot_be_read_is_parked_alone(gateway):
    opened("owner")
    broken = json.dumps({"detail-type": "plans.updated", "detail": {"subject": PLAN}})
    assert deliver(told(version=1), broken, "{", told("tenants.updated", TENANT, version=2)) == DONE
    assert {(kind, version) for kind, _, version in gateway.heard("c-owner")} == {("plans.updated", 1), ("tenants.updated", 2)}
    assert len(parked()) == 2


def test_a_sample_of_two_changes_is_told(gateway, sample):
    opened("owner")
    assert handler(sample("realtime/worker-changed"), None) == DONE
    assert gateway.heard("c-owner") == [("tenants.requested", TENANT, 1), ("tenants.activated", TENANT, 2)]


def test_a_sample_that_is_not_json_is_parked(gateway, sample):
    assert handler(sample("realtime/worker-not-json"), None) == DONE
    assert [each["body"] for each in parked()] == ["{"]
