"""Tickets over HTTP: asked, answered, moved; whose they are, and what only staff may see."""

import pytest

from functions.tickets.models import Ticket
from kernel import dynamodb
from kernel.records import child
from tests.callers import signed_in
from tests.integration.tickets.conftest import AGENT, asked, told


def reply(desk, ticket, text="Try again", **more):
    return desk.ask("POST", f"/v1/tickets/{ticket}/replies", {"text": text} | more)


def test_a_ticket_has_a_number_and_what_the_customer_asks(desk, ticket):
    found = desk.ask("GET", f"/v1/tickets/{ticket}").body
    assert (found["number"], found["status"], found["priority"], found["sla"]) == (1, "new", "normal", "on_time")
    [first] = desk.ask("GET", f"/v1/tickets/{ticket}/replies").body["data"]
    assert (first["text"], first["author"], first["kind"], first["id"][:4]) == ("Nothing works.", "customer", "public", "rep_")
    assert desk.ask("POST", "/v1/tickets", asked(desk.acme)).body["number"] == 2


def test_our_answer_opens_it_and_keeps_the_first_promise_once(desk, ticket):
    assert reply(desk, ticket, kind="internal").body["first_replied_at"] is None
    answered = reply(desk, ticket).body
    assert (answered["status"], answered["first_replied_at"], answered["first_reply_due_at"]) == ("open", "2026-02-02T09:00:00.000000Z", None)
    again = desk.ask("POST", f"/v1/tickets/{ticket}/replies", {"text": "More"}, at="2026-02-02T10:00:00+00:00").body
    assert again["first_replied_at"] == answered["first_replied_at"]


@pytest.mark.parametrize("verb", ["wait", "solve"])
def test_a_customers_reply_reopens_what_waits_or_is_solved(desk, ticket, verb):
    assert desk.ask("POST", f"/v1/tickets/{ticket}/{verb}").status == 200
    answer = desk.by(desk.acme, "POST", f"/v1/tickets/{ticket}/replies", {"text": "Still broken"})
    assert (answer.status, answer.body["status"], answer.body["closes_at"], answer.body["solved_at"]) == (200, "open", None, None)


def closed(desk, ticket):
    for verb in ("solve", "close"):
        assert desk.ask("POST", f"/v1/tickets/{ticket}/{verb}").status == 200


def test_closed_is_final_and_a_reply_to_it_makes_one_follow_up(desk, ticket):
    closed(desk, ticket)
    for verb in ("open", "solve", "close"):
        assert desk.ask("POST", f"/v1/tickets/{ticket}/{verb}").status == 409
    assert desk.ask("PATCH", f"/v1/tickets/{ticket}", {"priority": "high"}).status == 409
    assert reply(desk, ticket).status == 409
    path, key = f"/v1/tickets/{ticket}/replies", {"idempotency-key": "once"}
    first, second = (desk.by(desk.acme, "POST", path, {"text": "Again"}, headers=key) for _ in range(2))
    assert (first.status, first.body) == (second.status, second.body)
    assert (first.body["status"], first.body["follow_up_of"], first.body["subject"]) == ("new", ticket, "It is broken")
    assert desk.ask("GET", f"/v1/tickets/{ticket}").body["followed_by"] == first.body["id"]
    answer = desk.by(desk.acme, "POST", path, {"text": "Again"})
    assert (answer.status, answer.body["code"]) == (409, "followed_up")
    assert len(desk.ask("GET", "/v1/tickets").body["data"]) == 2


def test_a_customer_never_gets_to_see_an_internal_note(desk, ticket):
    reply(desk, ticket, "He is difficult", kind="internal")
    reply(desk, ticket, "Good morning")
    path = f"/v1/tickets/{ticket}"
    assert len(desk.ask("GET", path + "/replies").body["data"]) == 3
    for at in ("", "/replies", "/timeline"):
        answer = desk.by(desk.acme, "GET", path + at)
        assert answer.status == 200 and "difficult" not in str(answer.body)
    assert [each["text"] for each in desk.by(desk.acme, "GET", path + "/replies").body["data"]] == ["Good morning", "Nothing works."]
    assert desk.by(desk.acme, "POST", path + "/replies", {"text": "x", "kind": "internal"}).status == 403
    assert all("difficult" not in str(payload) for _, payload in told(ticket))


def test_a_thread_is_read_page_by_page(desk, ticket):
    for n in range(3):
        reply(desk, ticket, str(n))
    path, found, cursor = f"/v1/tickets/{ticket}/replies", [], {}
    while True:
        page = desk.ask("GET", path, limit="2", **cursor).body
        found += [each["text"] for each in page["data"]]
        if page["next_cursor"] is None:
            break
        cursor = {"cursor": page["next_cursor"]}
    assert found == ["2", "1", "0", "Nothing works."]


def test_a_thread_that_the_database_does_not_give_at_once_goes_on_on_the_next_page(desk, ticket):
    found = Ticket.fetch(ticket)
    body = {"id": "rep_1", "kind": "public", "author": "staff", "by": AGENT, "at": "2026-02-02T09:00:00Z", "text": "\U0001f600" * 10_000,
            "attachments": []}
    for n in range(30):
        dynamodb.client().put_item(TableName=Ticket.table(), Item=child(found, f"reply#{n + 2:010d}", body))
    page, seen = {"next_cursor": None}, 0
    while seen == 0 or page["next_cursor"]:
        page = desk.ask("GET", f"/v1/tickets/{ticket}/replies", limit="100", **({"cursor": page["next_cursor"]} if seen else {})).body
        seen += len(page["data"])
    assert seen == 31


def test_another_customers_ticket_is_not_there(desk, ticket):
    path = f"/v1/tickets/{ticket}"
    for method, at, body in (("GET", "", None), ("GET", "/replies", None), ("POST", "/replies", {"text": "x"}), ("POST", "/uploads", None),
                             ("GET", "/files/upl_1", None), ("GET", "/timeline", None)):
        assert desk.by(desk.other, method, path + at, body).status == 404
    assert desk.by(desk.other, "GET", "/v1/tickets").body["data"] == []


def test_a_customer_asks_for_itself_alone_and_does_not_say_who_is_to_work(desk):
    assert desk.by(desk.acme, "POST", "/v1/tickets", asked(desk.acme)).status == 201
    for body, field in ((asked(desk.other), "tenant_id"), (asked(desk.acme, assignee_id=AGENT), "assignee_id"),
                        (asked(desk.acme, tags=["vip"]), "tags")):
        answer = desk.by(desk.acme, "POST", "/v1/tickets", body)
        assert (answer.status, answer.body["errors"][0]["field"]) == (422, field)


def test_a_customer_moves_and_changes_nothing(desk, ticket):
    path = f"/v1/tickets/{ticket}"
    for method, at, body in (("PATCH", "", {"priority": "urgent"}), ("POST", "/close", None), ("DELETE", "", None)):
        assert desk.by(desk.acme, method, path + at, body).status == 403
    assert desk.by(desk.acme, "GET", "/v1/sla-policies").status == 403


@pytest.mark.parametrize(("body", "field"), [
    ({"tenant_id": "ten_none"}, "tenant_id"), ({"assignee_id": "stf_none"}, "assignee_id"), ({"priority": "asap"}, "priority"),
    ({"requester_email": "ada"}, "requester_email"), ({"tags": ["Two Words"]}, "tags.0"), ({"color": "red"}, "color")])  # fmt: skip
def test_what_makes_no_sense_is_refused_by_name(desk, body, field):
    answer = desk.ask("POST", "/v1/tickets", asked(desk.acme) | body)
    assert (answer.status, answer.body["errors"][0]["field"]) == (422, field)


def test_the_same_reply_twice_is_one_and_a_stale_change_none(desk, ticket, owner):
    key = owner | {"idempotency-key": "once"}
    first, second = (desk.ask("POST", f"/v1/tickets/{ticket}/replies", {"text": "Hello"}, headers=key) for _ in range(2))
    assert (first.status, first.body) == (second.status, second.body)
    assert len(desk.ask("GET", f"/v1/tickets/{ticket}/replies").body["data"]) == 2
    stale = desk.ask("PATCH", f"/v1/tickets/{ticket}", {"assignee_id": AGENT}, headers=owner | {"if-match": '"1"'})
    assert (stale.status, Ticket.fetch(ticket).assignee_id) == (412, None)


def test_a_viewer_reads_and_does_not_write(desk, ticket):
    viewer = signed_in("viewer")
    assert desk.ask("GET", f"/v1/tickets/{ticket}/replies", headers=viewer).status == 200
    assert desk.ask("POST", f"/v1/tickets/{ticket}/replies", {"text": "x"}, headers=viewer).status == 403
    assert desk.ask("POST", "/v1/tickets/tic_none/open").status == 404


@pytest.mark.parametrize(("body", "field"), [
    ({"monday": "9-17"}, "monday"), ({"friday": "09:00-12:00, 11:00-13:00"}, "friday"), ({"zone": "Mars/Base"}, "zone"),
    ({"holidays": ["someday"]}, "holidays.0"), ({"urgent_first_reply": 0}, "urgent_first_reply"), ({"warn_percent": 100}, "warn_percent"),
    ({"monday": "09:00-17:00", "low_resolution": 1_000_000}, "low_resolution"),
    (dict.fromkeys(("monday", "tuesday", "wednesday", "thursday", "friday"), ""), "monday")])  # fmt: skip
def test_a_policy_that_makes_no_sense_is_refused(desk, body, field):
    for method, path in (("POST", "/v1/sla-policies"), ("PATCH", f"/v1/sla-policies/{desk.policy}")):
        answer = desk.ask(method, path, {"name": "New"} | body)
        assert (answer.status, answer.body["errors"][0]["field"]) == (422, field)
