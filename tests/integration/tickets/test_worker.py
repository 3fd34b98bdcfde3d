"""What tickets are promised: when that falls due, who is told of it once, and when a solved ticket closes."""

import pytest

from functions.tenants.models import Tenant
from functions.tickets.models import Ticket
from tests.integration.tickets.conftest import AGENT, MONDAY, POLICY, asked, run, told


def promised(desk, ticket):
    found = desk.ask("GET", f"/v1/tickets/{ticket}").body
    return [found[name] and found[name][:16] for name in ("first_reply_due_at", "resolution_due_at")]


def steps(id):
    return [(kind.removeprefix("tickets."), data["promise"], data["due_at"][:16]) for kind, data in told(id) if "sla" in kind]


@pytest.fixture
def urgent(desk):
    """A first reply within one hour, a solution within eight: of business time, by a calendar from nine to five."""
    return desk.made("/v1/tickets", asked(desk.acme, priority="urgent", assignee_id=AGENT))


def test_each_promise_is_warned_of_and_broken_once(desk, urgent):
    assert promised(desk, urgent) == ["2026-02-02T10:00", "2026-02-02T17:00"]
    for time in ("09:47:59", "09:48:00", "09:59:59", "10:00:00", "16:00:00", "18:00:00", "23:00:00"):
        run(desk, f"2026-02-02T{time}Z")
    assert steps(urgent) == [
        ("sla_warned", "first_reply", "2026-02-02T10:00"), ("sla_breached", "first_reply", "2026-02-02T10:00"),
        ("sla_warned", "resolution", "2026-02-02T17:00"), ("sla_breached", "resolution", "2026-02-02T17:00")]
    found = Ticket.fetch(urgent)
    assert (found.sla, found.next_action_at) == ("breached", None)


def test_after_days_without_a_schedule_each_is_told_at_its_own_time(desk, urgent):
    run(desk, "2026-02-20T00:00:00Z")
    assert [kind for kind, _, _ in steps(urgent)] == ["sla_warned", "sla_breached", "sla_warned", "sla_breached"]


def test_what_is_kept_is_not_warned_of(desk, urgent):
    desk.ask("POST", f"/v1/tickets/{urgent}/replies", {"text": "Hello"}, at="2026-02-02T09:30:00+00:00")
    run(desk, "2026-02-02T12:00:00Z")
    assert steps(urgent) == []
    desk.ask("POST", f"/v1/tickets/{urgent}/solve", at="2026-02-02T14:00:00+00:00")
    run(desk, "2026-02-03T12:00:00Z")
    assert (steps(urgent), promised(desk, urgent)) == ([], [None, None])


def test_who_answers_late_but_before_the_schedule_has_run_was_late_all_the_same(desk, urgent):
    answered = desk.ask("POST", f"/v1/tickets/{urgent}/replies", {"text": "Hello"}, at="2026-02-02T10:02:00+00:00").body
    assert (answered["status"], answered["sla"]) == ("open", "breached")
    run(desk, "2026-02-02T10:05:00Z")
    broken = [("sla_warned", "first_reply", "2026-02-02T10:00"), ("sla_breached", "first_reply", "2026-02-02T10:00")]
    assert steps(urgent) == broken
    desk.ask("POST", f"/v1/tickets/{urgent}/solve", at="2026-02-02T17:01:00+00:00")
    assert steps(urgent)[2:] == [(kind, "resolution", "2026-02-02T17:00") for kind, _, _ in broken]


def test_a_warning_is_over_once_the_ticket_is_solved_in_time(desk, urgent):
    desk.ask("POST", f"/v1/tickets/{urgent}/replies", {"text": "Hello"})
    run(desk, "2026-02-02T16:00:00Z")
    assert Ticket.fetch(urgent).sla == "warned"
    assert desk.ask("POST", f"/v1/tickets/{urgent}/solve", at="2026-02-02T16:30:00+00:00").body["sla"] == "on_time"
    desk.by(desk.acme, "POST", f"/v1/tickets/{urgent}/replies", {"text": "No"}, at="2026-02-02T16:40:00+00:00")
    assert Ticket.fetch(urgent).sla == "warned"


def test_while_it_waits_for_the_customer_the_time_to_its_solution_stands_still(desk, urgent):
    desk.ask("POST", f"/v1/tickets/{urgent}/replies", {"text": "Which one?"}, at="2026-02-02T10:00:00+00:00")
    desk.ask("POST", f"/v1/tickets/{urgent}/wait", at="2026-02-02T11:00:00+00:00")
    assert promised(desk, urgent) == [None, None]
    desk.by(desk.acme, "POST", f"/v1/tickets/{urgent}/replies", {"text": "That one"}, at="2026-02-04T10:00:00+00:00")
    assert promised(desk, urgent) == [None, "2026-02-04T16:00"]  # two of eight hours were spent


def test_another_priority_promises_something_else_and_what_was_spent_counts(desk, urgent):
    desk.ask("PATCH", f"/v1/tickets/{urgent}", {"priority": "high"}, at="2026-02-02T09:30:00+00:00")
    assert promised(desk, urgent) == ["2026-02-02T13:00", "2026-02-03T17:00"]
    desk.ask("PATCH", f"/v1/tickets/{urgent}", {"priority": "urgent"}, at="2026-02-02T11:00:00+00:00")
    run(desk, "2026-02-02T11:00:00Z")
    assert [kind for kind, promise, _ in steps(urgent) if promise == "first_reply"] == ["sla_warned", "sla_breached"]


def test_a_holiday_moves_what_is_due_and_a_policy_of_later_changes_nothing_promised(desk):
    desk.ask("PATCH", f"/v1/sla-policies/{desk.policy}", {"holidays": ["2026-02-03"]})
    ticket = desk.made("/v1/tickets", asked(desk.acme, priority="high"))
    desk.made("/v1/sla-policies", POLICY | {"high_resolution": 10_000})
    assert promised(desk, ticket) == ["2026-02-02T13:00", "2026-02-04T17:00"]


def test_without_a_policy_nothing_is_promised(desk):
    assert desk.ask("DELETE", f"/v1/sla-policies/{desk.policy}").status == 204
    ticket = desk.made("/v1/tickets", asked(desk.acme))
    assert (promised(desk, ticket), Ticket.fetch(ticket).sla, Ticket.fetch(ticket).next_action_at) == ([None, None], "none", None)
    desk.ask("POST", f"/v1/tickets/{ticket}/solve")
    run(desk, "2026-02-09T09:00:00Z")
    assert Ticket.fetch(ticket).status == "closed"


def test_a_solved_ticket_closes_itself_once_unless_the_customer_says_something(desk, ticket):
    other = desk.made("/v1/tickets", asked(desk.acme))
    for each in (ticket, other):
        assert desk.ask("POST", f"/v1/tickets/{each}/solve").body["closes_at"] == "2026-02-09T09:00:00.000000Z"
    desk.by(desk.acme, "POST", f"/v1/tickets/{other}/replies", {"text": "No"}, at=MONDAY)
    run(desk, "2026-02-09T08:59:59Z")
    assert Ticket.fetch(ticket).status == "solved"
    run(desk, "2026-02-09T09:00:00Z")
    assert [Ticket.fetch(each).status for each in (ticket, other)] == ["closed", "open"]
    assert [kind for kind, _ in told(ticket)].count("tickets.closed") == 1


@pytest.mark.parametrize("policy", [True, False])
def test_a_ticket_of_a_tenant_that_is_gone_is_solved_and_closes(desk, policy):
    if not policy:
        desk.ask("DELETE", f"/v1/sla-policies/{desk.policy}")
    ticket, tenant = desk.made("/v1/tickets", asked(desk.acme)), Tenant.fetch(desk.acme)
    tenant.delete()
    answer = desk.ask("POST", f"/v1/tickets/{ticket}/solve")
    assert (answer.status, answer.body["closes_at"]) == (200, "2026-02-09T09:00:00.000000Z")
